"""Rating others' arguments: one click each, the opposing side first, nobody's name and no tally."""

from typing import Any

import pytest

from forecasts.models import Exposure, Rating, Surface, Verdict
from tests.face.world import World, words

ARGUMENTS = (
    ("against", "Whoever has many times the chips runs more experiments."),
    ("for", "Followers copy what the leader shows, which is cheap."),
    ("against", "Distillation itself needs a great deal of compute."),
    ("for", "Two of the three published figures fell last year."),
)


async def debated(world: World) -> Any:
    """Reveal 70, 40 and 50 %, with two arguments each way by the second and third member."""
    card = await world.revealed(70, 40, 50)
    for number, (side, text) in enumerate(ARGUMENTS):
        await world.argue((world.other, world.third)[number % 2], text, side)
    await world.pass_time(seconds=10)
    return world.again(card)


async def verdicts(world: World) -> list[tuple[str, bool]]:
    """Return the stored ratings, oldest first."""
    return [(str(row.verdict), row.is_crux) for row in await world.rows(Rating)]


async def test_one_rating_is_one_click(world: World) -> None:
    """One to open, then one for each of four: five interactions, four ratings, and thanks."""
    card = await debated(world)
    before = len(world.env.backend.interactions)
    answer = await world.member.click(card, label="Rate arguments")
    assert answer.ephemeral
    for number, label in enumerate(("Convincing", "Not", "Pass", "Crux"), start=1):
        assert f"{number} of 4" in words(answer)
        answer = await world.member.click(answer.response.message, label=label)
    assert "You have rated all 4 arguments of others on #1" in words(answer)
    assert len(world.env.backend.interactions) - before == 5
    assert await verdicts(world) == [
        ("convincing", False),
        ("not", False),
        ("pass", False),
        ("convincing", True),
    ]


async def test_the_side_against_the_reader_comes_first(world: World) -> None:
    """At 70 % with a median of 50 %: against, for, against, for."""
    card = await debated(world)
    answer = await world.member.click(card, label="Rate arguments")
    signs = []
    for _ in ARGUMENTS:
        signs.append("▼" if "▼" in words(answer) else "▲")
        answer = await world.member.click(answer.response.message, label="Pass")
    assert signs == ["▼", "▲", "▼", "▲"]


async def test_whoever_is_low_is_shown_a_point_for_first(world: World) -> None:
    """A newcomer at 10 %."""
    card = await debated(world)
    await world.members[3].click(card, label="10")
    assert "▲ **For**" in words(await world.members[3].slash(world.channel, "rate", question="#1"))


async def test_nobody_is_shown_their_own(world: World) -> None:
    """Of four the author of two rates two."""
    answer = await world.other.click(await debated(world), label="Rate arguments")
    for number in (1, 2):
        said = words(answer)
        assert f"{number} of 2" in said
        assert ARGUMENTS[0][1] not in said
        assert ARGUMENTS[2][1] not in said
        answer = await world.other.click(answer.response.message, label="Not")
    assert "You have rated all 2" in words(answer)


async def test_no_name_and_no_tally_is_shown_before_the_last_call_is_over(world: World) -> None:
    """Not even to those who chose to be named, after everybody has rated."""
    card = await debated(world)
    await world.other.slash(world.channel, "mydata named", named=True)
    said = []
    for member in (world.member, world.other, world.third):
        answer = await member.click(card, label="Rate arguments")
        while "of" in words(answer) and "rated all" not in words(answer):
            said.append(words(answer))
            answer = await member.click(answer.response.message, label="Convincing")
    await world.pass_time(hours=72)
    said += [words(await world.member.slash(world.channel, "arguments", question="#1"))]
    said += [words(world.again(card))]
    for text in said:
        assert f"<@{world.other.id}>" not in text
        assert "member-" not in text
        assert "readers" not in text


async def test_the_exposure_is_recorded_when_shown(world: World) -> None:
    """Before it is rated."""
    await world.member.click(await debated(world), label="Rate arguments")
    shown = [row for row in await world.rows(Exposure) if row.surface == Surface.RATING]
    assert len(shown) == 1


async def test_a_click_delivered_twice_is_one_rating(world: World) -> None:
    """The second delivery stores nothing."""
    answer = await world.member.click(await debated(world), label="Rate arguments")
    await world.member.click(answer.response.message, label="Convincing")
    await world.deliver_again()
    assert await verdicts(world) == [("convincing", False)]


async def test_back_leads_to_the_one_before(world: World) -> None:
    """It is rated anew, the last rating counts, and the next unrated one follows."""
    answer = await world.member.click(await debated(world), label="Rate arguments")
    first = words(answer).splitlines()[1]
    answer = await world.member.click(answer.response.message, label="Convincing")
    answer = await world.member.click(answer.response.message, label="Back")
    assert first in words(answer)
    answer = await world.member.click(answer.response.message, label="Not")
    assert "2 of 4" in words(answer)
    rows = await world.rows(Rating)
    assert [row.verdict for row in rows] == [Verdict.CONVINCING, Verdict.NOT]
    assert len({row.argument_id for row in rows}) == 1


async def test_it_can_be_left_at_any_time(world: World) -> None:
    """Done puts it away and keeps what was rated; it goes on where it stopped."""
    answer = await world.member.click(await debated(world), label="Rate arguments")
    answer = await world.member.click(answer.response.message, label="Convincing")
    answer = await world.member.click(answer.response.message, label="Done")
    assert "you have rated 1" in words(answer)
    answer = await world.member.click(answer.response.message, label="Go on rating")
    assert "2 of 4" in words(answer)


async def test_rating_is_offered_after_forecasting_and_in_the_list(world: World) -> None:
    """One tap away from both."""
    card = await debated(world)
    for answer in (
        await world.member.click(card, label="60"),
        await world.member.slash(world.channel, "arguments", question="#1"),
    ):
        assert "1 of 4" in words(await world.member.click(answer.response.message, label="Rate arguments"))


async def test_a_rating_without_a_forecast_is_refused(world: World) -> None:
    """With what to do first."""
    card = await debated(world)
    said = words(await world.members[4].click(card, label="Rate arguments"))
    assert "Forecast first: tap a number on the card of #1, then rate." in said
    await world.forge(world.members[4], card, "rate-one:v1:1:1:1")
    assert await verdicts(world) == []


async def test_without_arguments_of_others_there_is_nothing_to_rate(world: World) -> None:
    """An empty state invites."""
    card = await world.revealed(10, 70, 90)
    assert "Nobody else has argued on #1 yet" in words(await world.member.click(card, label="Rate arguments"))


async def test_while_sealed_there_is_no_rating(world: World) -> None:
    """No button, and the command says why."""
    card = await world.opened()
    await world.all_forecast(card, 10, 90)
    await world.argue(world.member, ARGUMENTS[0][1])
    assert "Rate" not in words(card)
    said = words(await world.other.slash(world.channel, "rate", question="#1"))
    assert "#1 is sealed" in said


@pytest.mark.parametrize(
    "made_up", ["rate-one:v1:1:1:9", "rate-one:v1:1:99:1", "rate-again:v1:1:99", "rate:v1:9"]
)
async def test_made_up_clicks_store_nothing(world: World, made_up: str) -> None:
    """Ids in a click are what a client sends."""
    await debated(world)
    await world.forge(world.member, await world.neutral_message(), made_up)
    assert await verdicts(world) == []


async def test_another_servers_arguments_are_out_of_reach(world: World) -> None:
    """Neither shown nor rated."""
    await debated(world)
    for made_up in ("rate:v1:1", "rate-one:v1:1:1:1", "rate-again:v1:1:1"):
        answer = await world.forge(world.neighbour.member, await world.neighbours_message(), made_up)
        assert "no such question on this server" in words(answer)
    assert await verdicts(world) == []


async def test_the_buttons_work_after_a_restart(world: World) -> None:
    """Their ids say what they rate."""
    answer = await world.member.click(await debated(world), label="Rate arguments")
    await world.restart()
    await world.member.click(answer.response.message, label="Crux")
    assert await verdicts(world) == [("convincing", True)]
