"""Moderators hide, show and merge arguments: with a reason, in the record, and everywhere at once."""

from typing import Any

import pytest

from forecasts.models import Argument, AuditEntry, Rating
from tests.face.world import World, words

TEXT = "Distillation needs little compute."
SAME = "Little computing power is enough to distil a model."
OTHER = "The chips themselves are what decides."
REASON = "It insults somebody."


async def debated(world: World) -> Any:
    """Reveal a question with two arguments for, by the first two members, and one against."""
    card = await world.revealed(10, 70, 90)
    await world.argue(world.member, TEXT)
    await world.argue(world.other, SAME)
    await world.argue(world.third, OTHER, "against")
    await world.pass_time(seconds=10)
    return world.again(card)


async def curate(world: World, verb: str, person: Any = None, **options: str) -> str:
    """Use a moderator's command and return what it says."""
    given = {"question": "#1", "reason": REASON} | options
    return words(await (person or world.moderator).slash(world.channel, f"curate {verb}", **given))


async def listed(world: World, member: Any) -> str:
    """Return what a member reads in the list of arguments."""
    return words(await member.slash(world.channel, "arguments", question="#1"))


async def test_a_hidden_argument_disappears_everywhere(world: World) -> None:
    """Card, list and rating; its row stays."""
    card = await debated(world)
    assert SAME in words(card)
    assert "Hidden everywhere" in await curate(world, "hide", argument="id:2")
    await world.pass_time(seconds=10)
    assert SAME not in words(world.again(card))
    assert SAME not in await listed(world, world.third)
    sheet = await world.third.click(world.again(card), label="Rate arguments")
    assert "1 of 1" in words(sheet)
    assert (await world.rows(Argument, id=2))[0].text == SAME


async def test_its_author_reads_the_reason_in_their_own_list(world: World) -> None:
    """Nobody else does."""
    await debated(world)
    await curate(world, "hide", argument="id:2")
    said = await listed(world, world.other)
    assert f"Hidden by a moderator, only you see it: {REASON}" in said
    assert REASON not in await listed(world, world.member)


async def test_what_moderators_do_is_in_the_record(world: World) -> None:
    """Who, what and why."""
    await debated(world)
    await curate(world, "hide", argument="id:2")
    await curate(world, "show", argument="id:2", reason="A mistake.")
    await curate(world, "merge", argument="id:2", into="id:1", reason="The same point.")
    entries = [(row.action, row.note) for row in await world.rows(AuditEntry) if "argument" in row.action]
    assert entries == [
        ("hide argument 2", REASON),
        ("show argument 2", "A mistake."),
        ("hide argument 2", "merged into another that says the same: The same point."),
    ]


async def test_a_hidden_argument_can_be_shown_again(world: World) -> None:
    """It stands on the card and in the lists as before."""
    card = await debated(world)
    await curate(world, "hide", argument="id:2")
    assert "Shown again" in await curate(world, "show", argument="id:2")
    await world.pass_time(seconds=10)
    assert SAME in words(world.again(card))
    assert "Hidden" not in await listed(world, world.other)


async def test_merged_arguments_count_as_one(world: World) -> None:
    """The one that stays is shown; the rating of the other keeps its row."""
    card = await debated(world)
    await world.forge(world.third, card, "rate-one:v1:1:2:1")
    assert "Merged" in await curate(world, "merge", argument="id:2", into="id:1")
    (gone,) = await world.rows(Argument, id=2)
    assert (gone.merged_into_id, gone.hidden_at is not None) == (1, True)
    assert [row.argument_id for row in await world.rows(Rating)] == [2]
    said = await listed(world, world.third)
    assert TEXT in said
    assert SAME not in said


async def test_replies_move_to_the_one_that_is_kept(world: World) -> None:
    """And what was merged into the one that goes is merged into the one that stays."""
    card = await debated(world)
    form = await world.forge(world.third, card, "reply:v1:1:2")
    await world.third.submit_modal(form, {"text": "Nobody has shown that it is enough."})
    await curate(world, "merge", argument="id:2", into="id:1")
    assert (await world.rows(Argument, id=4))[0].reply_to_id == 1
    await world.argue(world.member, "A model can be distilled on a few machines.")
    await curate(world, "merge", argument="id:1", into="id:5")
    rows = {row.id: row for row in await world.rows(Argument)}
    assert (rows[1].merged_into_id, rows[2].merged_into_id, rows[4].reply_to_id) == (5, 5, 5)


@pytest.mark.parametrize(
    ("into", "sentence"),
    [("id:3", "two arguments of the same side"), ("id:2", "two arguments"), ("id:99", "no such argument")],
)
async def test_only_two_of_a_side_are_merged(world: World, into: str, sentence: str) -> None:
    """An argument for is never counted as one against."""
    await debated(world)
    assert sentence in await curate(world, "merge", argument="id:2", into=into)
    assert (await world.rows(Argument, id=2))[0].hidden_at is None


async def test_members_may_not(world: World) -> None:
    """Checked in code, and they are offered no arguments to choose from."""
    await debated(world)
    for verb, options in (("hide", {}), ("show", {}), ("merge", {"into": "id:1"})):
        assert "This is for moderators" in await curate(world, verb, world.member, argument="id:2", **options)
    offered = await world.member.autocomplete(world.channel, "curate hide", "argument", "", question="#1")
    assert list(offered) == []


async def test_moderators_choose_from_a_list(world: World) -> None:
    """Newest first, side and text, no names; hidden ones where they are shown again."""
    await debated(world)
    await curate(world, "hide", argument="id:2")
    for verb, expected in (("hide", [f"▼ {OTHER}", f"▲ {TEXT}"]), ("show", [f"▲ {SAME}"])):
        offered = await world.moderator.autocomplete(
            world.channel, f"curate {verb}", "argument", "", question="#1"
        )
        assert [choice["name"] for choice in offered] == expected


async def test_while_sealed_moderators_read_no_arguments(world: World) -> None:
    """Neither in the list of choices nor by hiding one."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70)
    await world.argue(world.member, TEXT)
    assert "is sealed" in await curate(world, "hide", argument="id:1")
    offered = await world.moderator.autocomplete(world.channel, "curate hide", "argument", "", question="#1")
    assert list(offered) == []


async def test_another_servers_moderator_can_not(world: World) -> None:
    """Nor choose, nor hide."""
    await debated(world)
    answer = await world.neighbour.moderator.slash(
        world.neighbour.channel, "curate hide", question="id:1", argument="id:2", reason=REASON
    )
    assert "no such question on this server" in words(answer)
    assert (await world.rows(Argument, id=2))[0].hidden_at is None


async def test_what_its_author_erased_is_not_shown_again(world: World) -> None:
    """There is no text left."""
    await debated(world)
    answer = await world.other.slash(world.channel, "mydata delete")
    await world.other.click(answer.response.message, label="Delete my data")
    assert "erased this argument" in await curate(world, "show", argument="id:2")


async def test_an_argument_is_chosen_from_the_list(world: World) -> None:
    """What is typed past it is asked back."""
    await debated(world)
    assert "Which argument?" in await curate(world, "hide", argument="the second one")
    assert "hidden already" in (
        await curate(world, "hide", argument="id:2") and await curate(world, "hide", argument="id:2")
    )
