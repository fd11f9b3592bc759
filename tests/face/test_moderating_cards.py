"""A moderator voids a question, and posts a card again that is gone."""

from typing import Any

import pytest
from simcord import InteractionResult

from forecasts.models import AuditEntry, Community, OutboxMessage, Phase, Question, Resolution
from tests.face.world import World, words


async def void(world: World, **options: str) -> InteractionResult:
    """Ask to void question #1."""
    given = {"reason": "source gone", "note": "The site is *gone*."} | options
    return await world.moderator.slash(world.channel, "question void", question="#1", **given)


async def repost(world: World) -> InteractionResult:
    """Post the card of question #1 again."""
    return await world.moderator.slash(world.channel, "question repost", question="#1")


def cards(world: World) -> list[Any]:
    """Return the cards that stand in the channel."""
    return [message for message in world.history() if words(message).startswith("### #1  ")]


async def lost_card(world: World) -> Any:
    """Open a question and let somebody delete its card; the next refresh notices."""
    card = await world.opened()
    world.env.backend.delete_message(world.channel.id, card.id)
    await world.forge(world.member, await world.neutral_message(), "forecast:v1:1:70")
    await world.pass_time(seconds=10)
    return card


async def notes_channel(world: World) -> Any:
    """Give the moderators a channel of their own."""
    notes = world.guild.create_text_channel("notes")
    await world.moderator.slash(world.channel, "question list")  # whoever clicks first makes the community
    await world.change(Community, 1, notes_channel_id=notes.id)
    return notes


async def test_voiding_is_asked_once_more(world: World) -> None:
    """The command opens a form with what was typed; until it is sent nothing is lost."""
    await world.resolved(10, 70, 90)
    form = await void(world)
    said = [part["content"] for part in form.modal["components"] if "content" in part]
    note = form.modal["components"][-1]["component"]
    assert form.modal["title"] == "Void #1?"
    assert "scores it has are withdrawn, and there is no way back" in said[0]
    assert "Will the model gap narrow" in said[0]
    assert (note["custom_id"], note["value"]) == ("note", "The site is *gone*.")
    assert (await world.rows(Question))[0].phase is Phase.RESOLVED


async def test_a_void_question_says_why(world: World) -> None:
    """The kind of trouble and the note stand on the card and in a post, escaped."""
    card = await world.revealed(10, 70, 90)
    answer = await world.moderator.submit_modal(await void(world), {"note": "The site is *gone*."})
    assert "#1 is void; nobody is scored." in words(answer)
    for said in (words(world.channel.last_message), words(world.again(card))):
        assert "source gone" in said
        assert r"The site is \*gone\*." in said


@pytest.mark.parametrize("reason", ["ambiguous", "source gone", "premise false", "other"])
async def test_the_reason_goes_through_the_form(world: World, reason: str) -> None:
    """Its id holds the reason's place in the order, and no text."""
    await world.opened()
    form = await void(world, reason=reason)
    assert form.modal["custom_id"].startswith("void:v1:1:")
    await world.moderator.submit_modal(form, {"note": "It is so."})
    (entry,) = await world.rows(Resolution)
    assert (entry.void_reason, entry.note) == (reason, "It is so.")


async def test_a_void_question_leaves_the_leaderboard(world: World) -> None:
    """Its scores are withdrawn."""
    await world.resolved(10, 70, 90)
    before = words(await world.member.slash(world.channel, "leaderboard"))
    await world.moderator.submit_modal(await void(world), {"note": "It was ambiguous."})
    after = words(await world.member.slash(world.channel, "leaderboard"))
    assert world.third.mention in before
    assert world.third.mention not in after


async def test_a_sealed_question_that_is_void_stays_sealed(world: World) -> None:
    """Neither card nor post holds a number; watch.py reads them too."""
    card = await world.opened()
    await world.all_forecast(card, 13, 37, 71)
    await world.moderator.submit_modal(await void(world), {"note": "The source is gone."})
    assert "median" not in words(world.again(card)) + words(world.channel.last_message)


async def test_voiding_twice_is_refused(world: World) -> None:
    """By the command at once, and by a form that was open meanwhile when it is sent."""
    await world.opened()
    late = await void(world)
    await world.moderator.submit_modal(await void(world), {"note": "It is so."})
    assert "the question is void" in words(await void(world))
    answer = await world.moderator.submit_modal(late, {"note": "It is so."})
    assert "the question is void" in words(answer)
    assert len(world.posts("🗑️ Void (")) == 1


async def test_a_lost_card_is_told_to_the_moderators_once(world: World) -> None:
    """The refresh that can't find it dies quietly, and later ones don't look again."""
    notes = await notes_channel(world)
    card = await lost_card(world)
    await world.forge(world.other, await world.neutral_message(), "forecast:v1:1:80")
    await world.pass_time(seconds=20)
    said = [words(message) for message in notes.history()]
    assert len(said) == 1
    assert "Its card is gone" in said[0]
    assert "/question repost question:1" in said[0]
    assert "[Post the card again]" in said[0]
    assert len(world.requests("PATCH", f"/messages/{card.id}")) == 1
    assert [row.error != "" for row in await world.outbox("refresh")] == [True, False]


async def test_the_notes_button_posts_the_card_again(world: World) -> None:
    """The new message is the card from now on."""
    notes = await notes_channel(world)
    await lost_card(world)
    answer = await world.moderator.click(notes.last_message, label="Post the card again")
    assert f"The card of #1 is posted again in <#{world.channel.id}>" in words(answer)
    (card,) = cards(world)
    assert "**1** forecast in" in words(card)
    await world.forecast(world.other, 20, card)
    await world.pass_time(seconds=10)
    assert "**2** forecasts in" in words(world.again(card))


async def test_a_private_note_names_the_command_instead_of_a_button(world: World) -> None:
    """In a direct message Discord doesn't say who may manage the server, so no button could work."""
    await lost_card(world)
    note = words(world.moderator.user.dm_channel.last_message)
    assert f"Post it again in <#{world.channel.id}>: /question repost question:1" in note
    assert "[Post the card again]" not in note


async def test_a_card_that_stands_is_replaced(world: World) -> None:
    """A question is one message: the old one is deleted when the new one is there."""
    old = await world.opened()
    await repost(world)
    (new,) = cards(world)
    assert new.id != old.id
    assert (await world.rows(Question))[0].card_message_id == new.id


async def test_a_card_follows_the_channel_for_questions(world: World) -> None:
    """Later posts go there too."""
    await world.opened()
    elsewhere = world.guild.create_text_channel("elsewhere")
    await world.change(Community, 1, questions_channel_id=elsewhere.id)
    await repost(world)
    assert cards(world) == []
    assert words(elsewhere.last_message).startswith("### #1  ")
    await world.propose()
    assert "**YES** proposed" in words(elsewhere.last_message)


async def test_a_repost_delivered_twice_posts_once(world: World) -> None:
    """The interaction's id is the key of what is owed."""
    await world.opened()
    await repost(world)
    await world.deliver_again()
    rows = await world.outbox("card")
    assert [row.key for row in rows] == ["c1.1", f"c{rows[1].key[1:]}"]
    assert len(rows[1].key) <= 25
    assert len(cards(world)) == 1


async def test_a_repost_is_on_record(world: World) -> None:
    """Who posted it again."""
    await world.opened()
    await repost(world)
    assert [row.action for row in await world.rows(AuditEntry)] == ["approve", "repost"]


async def test_a_draft_has_no_card_to_post_again(world: World) -> None:
    """The answer says how it gets one."""
    await world.new_draft()
    answer = await world.moderator.slash(world.channel, "question repost", question="id:1")
    assert "A draft has no card yet. Open it: /question approve" in words(answer)
    assert await world.rows(OutboxMessage) == []


async def test_a_card_that_could_never_be_posted_is_posted_by_the_note(world: World) -> None:
    """Once Crux may write, the button under the note brings it."""
    notes = await notes_channel(world)
    draft = await world.new_draft()
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013)
    await world.moderator.click(draft.response.message, label="Approve and open")
    assert "could not be posted" in words(notes.last_message)
    await world.moderator.click(notes.last_message, label="Post the card again")
    assert len(cards(world)) == 1
