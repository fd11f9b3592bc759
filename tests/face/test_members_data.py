import json
from typing import Any

from forecasts.models import Argument, Member, Score
from tests.face.watch import walk
from tests.face.world import World, words

WORDS = "Copying is cheaper than inventing."
FILE = 13


async def exported(world: World, member: Any) -> dict[str, Any]:
    """Return the file that a member gets."""
    answer = await member.slash(world.channel, "mydata export")
    assert answer.ephemeral
    parts = list(walk([part.to_dict() for part in answer.response.message.components]))
    assert [part["type"] for part in parts if part["type"] == FILE]
    (attachment,) = answer.response.message.attachments
    assert attachment.filename == "crux-data.json"
    return json.loads(await attachment.read())


async def of(world: World, person: Any) -> Member:
    """Return a person's row."""
    (member,) = await world.rows(Member, user_id=person.id)
    return member


async def read(world: World, reader: Any) -> Any:
    """Read the arguments on the first question."""
    return await reader.slash(world.channel, "arguments", question="#1")


async def test_a_member_gets_their_own_data_as_a_file(world: World) -> None:
    """Only to them, with their forecasts and arguments and nobody else's, while sealed too."""
    card = await world.opened()
    await world.all_forecast(card, 37, 83)
    await world.argue(world.member, WORDS)
    data = await exported(world, world.member)
    assert data["member"]["user_id"] == str(world.member.id)
    assert [row["probabilities"] for row in data["forecasts"]] == [[0.37]]
    assert [row["text"] for row in data["arguments"]] == [WORDS]
    assert "0.83" not in json.dumps(data)


async def test_a_moderators_file_holds_what_they_did(world: World) -> None:
    """Documents they added, claims they drafted from, questions they wrote, and what they approved."""
    document = ("notes.txt", b"The gap between the models will close by the end of 2026, analysts expect.")
    claims = await world.moderator.slash(world.channel, "claims add", document=document)
    await world.moderator.click(claims.response.message, label="Draft")
    await world.opened()
    data = await exported(world, world.moderator)
    assert [row["name"] for row in data["documents"]] == ["notes.txt"]
    assert [row["decision"] for row in data["claim_decisions"]] == ["drafted"]
    assert [row["question"] for row in data["questions"]] == [None, 1]
    assert "approve" in [row["action"] for row in data["actions"]]


async def test_whoever_never_clicked_gets_an_empty_file(world: World) -> None:
    """Whoever clicks is a member; there is nothing else about them."""
    data = await exported(world, world.member)
    assert {name for name, rows in data.items() if rows} == {"member"}


async def test_an_export_holds_this_servers_data_only(world: World) -> None:
    """Next door the same user is somebody else."""
    await world.forecast(world.member, 37, await world.opened())
    data = await exported(world, world.member)
    there = await world.neighbour.member.slash(world.neighbour.channel, "mydata export")
    assert len(data["forecasts"]) == 1
    assert json.loads(await there.response.message.attachments[0].read())["forecasts"] == []


async def test_hiding_leaves_a_member_out_until_they_come_back(world: World) -> None:
    """Of the leaderboard and of the results on the card."""
    card = await world.resolved(10, 70, 90)
    hidden = await world.third.slash(world.channel, "mydata hide", hidden=True)
    assert "You are hidden" in words(hidden)
    await world.pass_time(seconds=20)
    assert world.third.mention not in words(world.again(card))
    assert world.third.mention not in words(await world.member.slash(world.channel, "leaderboard"))
    await world.third.slash(world.channel, "mydata hide", hidden=False)
    await world.pass_time(seconds=20)
    assert world.third.mention in words(world.again(card))
    assert world.third.mention in words(await world.member.slash(world.channel, "leaderboard"))


async def test_a_hidden_member_still_sees_their_own_result(world: World) -> None:
    """Hiding is from others."""
    card = await world.resolved(10, 70, 90)
    await world.third.slash(world.channel, "mydata hide", hidden=True)
    assert "your Brier score is" in words(await world.third.click(card, label="My result"))


async def test_names_stand_beside_arguments_after_the_last_call(world: World) -> None:
    """Sealed 24, debated 72, last call 24 hours: then the name of whoever chose so, and an alias again."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await world.argue(world.member, WORDS)
    await world.member.slash(world.channel, "mydata named", named=True)
    await world.pass_time(hours=24)
    assert world.member.mention not in words(await read(world, world.other))
    await world.pass_time(hours=96)
    assert world.member.mention in words(await read(world, world.other))
    answer = await world.member.slash(world.channel, "mydata named", named=False)
    assert "stay under aliases" in words(answer)
    assert world.member.mention not in words(await read(world, world.other))


async def test_deleting_asks_once_more(world: World) -> None:
    """The command alone deletes nothing."""
    await world.forecast(world.member, 70, await world.opened())
    asked = await world.member.slash(world.channel, "mydata delete")
    assert asked.ephemeral
    assert "[Delete my data]" in words(asked)
    assert (await of(world, world.member)).erased_at is None


async def test_deleting_leaves_a_tombstone(world: World) -> None:
    """The Discord id and the texts are gone; the answer takes the question's place."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await world.argue(world.member, WORDS)
    asked = await world.member.slash(world.channel, "mydata delete")
    done = await world.member.click(asked.response.message, label="Delete my data")
    assert "Your data is deleted" in words(done)
    assert await world.rows(Member, user_id=world.member.id) == []
    assert [row.text for row in await world.rows(Argument)] == ["[deleted by its author]"]
    await world.pass_time(hours=24)
    assert WORDS not in words(world.again(card))
    assert "3 forecasts: middle half" in words(world.again(card))


async def test_a_click_on_the_button_deletes_only_whoever_clicked(world: World) -> None:
    """Forged by somebody else, it is about them."""
    await world.all_forecast(await world.opened(), 10, 70)
    message = await world.neutral_message()
    assert "Your data is deleted" in words(await world.forge(world.other, message, "delete-data:v1"))
    assert (await of(world, world.member)).erased_at is None
    assert await world.rows(Member, user_id=world.other.id) == []


async def test_whoever_comes_back_is_somebody_new(world: World) -> None:
    """They are welcomed again, and have no forecast."""
    card = await world.opened()
    await world.forecast(world.member, 70, card)
    asked = await world.member.slash(world.channel, "mydata delete")
    await world.member.click(asked.response.message, label="Delete my data")
    answer = words(await world.member.click(card, label="My forecast"))
    assert "You have no forecast on #1" in answer
    assert "First time here?" in answer


async def test_a_restart_between_question_and_deletion_loses_nothing(world: World) -> None:
    """The button is taken by its id."""
    await world.forecast(world.member, 70, await world.opened())
    asked = await world.member.slash(world.channel, "mydata delete")
    await world.restart()
    await world.member.click(asked.response.message, label="Delete my data")
    assert await world.rows(Member, user_id=world.member.id) == []


async def test_the_others_results_stay_after_a_deletion(world: World) -> None:
    """The card is redrawn without the deleted member; nobody's score shifts."""
    card = await world.resolved(10, 70, 90)
    before = [(row.brier, row.peer_brier) for row in await world.rows(Score)]
    asked = await world.third.slash(world.channel, "mydata delete")
    await world.third.click(asked.response.message, label="Delete my data")
    await world.pass_time(seconds=20)
    assert [(row.brier, row.peer_brier) for row in await world.rows(Score)] == before
    assert world.third.mention not in words(world.again(card))
    assert world.other.mention in words(world.again(card))


async def test_privacy_says_what_is_stored_and_how_to_erase_it(world: World) -> None:
    """One screen, only to whoever asked."""
    answer = await world.member.slash(world.channel, "privacy")
    assert answer.ephemeral
    said = words(answer)
    for named in ("Your Discord id", "sealed", "aliases", "/mydata export", "/mydata hide", "/mydata delete"):
        assert named in said
