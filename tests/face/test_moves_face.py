"""What moved you? Asked after a move of ten points or more; what counts is stored, the rest has a reason."""

from typing import Any

import pytest

from forecasts.models import Argument, MoveCredit
from tests.face.watch import MENU, walk
from tests.face.world import World, words

FOR = "Followers copy what the leader shows, which is cheap."
AGAINST = "Whoever has many times the chips runs more experiments."
SECOND = "Distillation itself needs a great deal of compute."
ASKED = "What moved you?"


async def debated(world: World) -> Any:
    """Reveal 70, 40 and 50 % with arguments of the other two: two against, one for; return the card."""
    card = await world.revealed(70, 40, 50)
    await world.argue(world.other, AGAINST, "against")
    await world.argue(world.third, SECOND, "against")
    await world.argue(world.third, FOR, "for")
    await world.pass_time(seconds=10)
    return world.again(card)


async def moved(world: World, card: Any, percent: float = 55) -> Any:
    """Let the first member read all arguments and move; return the answer's message."""
    await world.member.slash(world.channel, "arguments", question="#1")
    return (await world.forecast(world.member, percent, card)).response.message


def options(message: Any) -> list[dict[str, Any]]:
    """Return what the menus of a message offer."""
    parts = walk([part.to_dict() for part in message.components])
    return [option for part in parts if part["type"] == MENU for option in part["options"]]


async def keys(world: World) -> dict[str, str]:
    """Return the values that stand for the arguments in the menu."""
    return {row.text: str(row.id) for row in await world.rows(Argument)}


async def stored(world: World) -> list[tuple[str, int | None]]:
    """Return what is credited."""
    return [(str(row.cause), row.argument_id) for row in await world.rows(MoveCredit)]


async def test_70_to_55_with_two_against_and_one_for_stores_two_halves(world: World) -> None:
    """The argument for spoke the other way: nothing is stored for it, and the answer says why."""
    message = await moved(world, await debated(world))
    assert f"**{ASKED}**  70 % → 55 %" in words(message)
    key = await keys(world)
    said = words(await world.member.select(message, [key[AGAINST], key[SECOND], key[FOR]]))
    assert await stored(world) == [("argument", int(key[AGAINST])), ("argument", int(key[SECOND]))]
    assert f"Noted what moved you: “{AGAINST}”, “{SECOND}” (half each)." in said
    assert f"“{FOR}” speaks for it, and you moved down." in said


async def test_the_menu_marks_directions_and_names_nobody(world: World) -> None:
    """First the two against, then the one for, each with its alias; then news and thinking again."""
    message = await moved(world, await debated(world))
    labels = [option["label"] for option in options(message)]
    assert labels == [
        f"▼ Against: {SECOND}",
        f"▼ Against: {AGAINST}",
        f"▲ For: {FOR}",
        "News",
        "Thinking again",
    ]
    assert "member-" not in str(options(message))


async def test_answering_is_one_interaction(world: World) -> None:
    """The click on the number and one choice in the menu: two requests of the member in all."""
    card = await debated(world)
    before = len(world.env.backend.interactions)
    answer = await world.member.click(card, label="50")
    await world.member.select(answer.response.message, ["news"])
    assert len(world.env.backend.interactions) - before == 2
    assert await stored(world) == [("news", None)]


async def test_a_small_step_is_not_asked_about(world: World) -> None:
    """From 70 to 61 % are nine points; a nudge is five."""
    card = await debated(world)
    answer = await world.forecast(world.member, 61, card)
    assert ASKED not in words(answer)
    nudged = await world.member.click(answer.response.message, label="-5")
    assert ASKED not in words(nudged)


async def test_a_nudge_after_a_move_asks_on(world: World) -> None:
    """Until the member has said it."""
    message = await moved(world, await debated(world))
    nudged = await world.member.click(message, label="+1")
    assert f"**{ASKED}**  70 % → 55 %" in words(nudged)
    await world.member.select(nudged.response.message, ["thinking"])
    again = await world.member.slash(world.channel, "forecast mine", question="#1")
    assert ASKED not in words(again)


async def test_an_answer_can_be_changed(world: World) -> None:
    """The menu stays; the later answer replaces the earlier one."""
    message = await moved(world, await debated(world))
    key = await keys(world)
    answer = await world.member.select(message, [key[AGAINST]])
    await world.member.select(answer.response.message, ["news", key[SECOND]])
    assert await stored(world) == [("argument", int(key[SECOND])), ("news", None)]


async def test_undoing_a_move_asks_nothing(world: World) -> None:
    """Whoever mistyped wasn't moved."""
    message = await moved(world, await debated(world))
    assert ASKED not in words(await world.member.click(message, label="Undo"))


async def test_ones_own_argument_is_neutralised(world: World) -> None:
    """It was on the card, so it can be ticked; the answer says that it doesn't count."""
    card = await debated(world)
    answer = await world.forecast(world.third, 10, card)
    key = await keys(world)
    own = next(option for option in options(answer.response.message) if option["value"] == key[SECOND])
    assert own["description"] == "your own: it doesn't count"
    said = words(await world.third.select(answer.response.message, [key[SECOND], "news"]))
    assert f"Your own argument doesn't count: “{SECOND}”." in said
    assert await stored(world) == [("news", None)]


async def test_of_two_who_credit_each_other_the_later_is_neutralised(world: World) -> None:
    """The third credits the second's argument; then the second ticks the third's."""
    card = await debated(world)
    key = await keys(world)
    for member, percent, ticked in ((world.third, 20, AGAINST), (world.other, 10, SECOND)):
        await member.slash(world.channel, "arguments", question="#1")
        answer = await member.click(card, label=f"{percent}")
        said = words(await member.select(answer.response.message, [key[ticked]]))
    assert "only the earlier credit counts" in said
    assert "Nothing is noted" in said
    assert await stored(world) == [("argument", int(key[AGAINST]))]


async def test_a_fourth_argument_in_the_menu_is_refused(world: World) -> None:
    """At most three, with news and thinking again."""
    card = await debated(world)
    await world.argue(world.other, "The licences for new plants were refused.", "against")
    message = await moved(world, card)
    answer = await world.member.select(message, list((await keys(world)).values()))
    assert "Tick at most 3 arguments" in words(answer)
    assert await stored(world) == []


async def test_a_choice_delivered_twice_is_stored_once(world: World) -> None:
    """It replaces itself."""
    message = await moved(world, await debated(world))
    await world.member.select(message, ["news"])
    await world.deliver_again()
    assert await stored(world) == [("news", None)]


async def test_a_menu_works_after_a_restart(world: World) -> None:
    """Its id says what it asks."""
    message = await moved(world, await debated(world))
    await world.restart()
    await world.member.select(message, ["news"])
    assert await stored(world) == [("news", None)]


async def test_an_older_move_is_closed(world: World) -> None:
    """Whoever has moved again is asked about that."""
    card = await debated(world)
    old = await moved(world, card)
    await world.forecast(world.member, 20, card)
    assert "You have moved again since" in words(await world.member.select(old, ["news"]))


@pytest.mark.parametrize("made_up", ["moved:v1:1:1", "moved:v1:1:999", "moved:v1:7:1"])
async def test_a_made_up_click_credits_nothing(world: World, made_up: str) -> None:
    """A button with a menu's id leads nowhere."""
    await debated(world)
    answer = await world.forge(world.other, await world.neutral_message(), made_up)
    assert "older version" in words(answer)
    assert await stored(world) == []


async def test_while_sealed_nobody_is_asked(world: World) -> None:
    """A change of mind before the reveal is nobody's doing."""
    card = await world.opened()
    await world.forecast(world.member, 70, card)
    assert ASKED not in words(await world.forecast(world.member, 20, card))
