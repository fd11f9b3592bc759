"""What a debate did: told at the end of the last call, in the digest, and once the outcome is known."""

from dataclasses import replace
from typing import Any

import pytest

from bot.debate.shift import held_up_view, shift_lines
from bot.standings.views import digest_view
from bot.ui import limits
from forecasts.debate_views import ArgumentReview, Camps, DebateReview, Shift
from forecasts.models import (
    Argument,
    Cause,
    Exposure,
    Forecast,
    Member,
    MoveCredit,
    Rating,
    Side,
    Surface,
    Verdict,
)  # fmt: skip
from tests.face.watch import TEXT, walk
from tests.face.world import WORDING, World, words

FOR = "Followers copy what the leader shows, which is cheap."
AGAINST = "Whoever has many times the chips runs more experiments."


async def debated(world: World) -> Any:
    """Play a debate of six, 10 20 30 and 80 90 90 % to 10 20 60 80 90 90 %, up to its end; return its card.

    The fourth member's argument moves the third; everybody is convinced by one from a document.
    """
    card = await world.opened()
    await world.forecast(world.moderator, 90, card)
    await world.all_forecast(card, 10, 20, 30, 80, 90)
    await world.pass_time(hours=24)
    await world.argue(world.members[3], FOR, "for")
    await world.argue(world.member, AGAINST, "against")
    await world.change(Argument, 2, member_id=None, source="the brief of 3 Jun")
    people = await world.rows(Member)
    async with world.bot.database.transaction() as session:
        session.add_all(
            Rating(argument_id=2, member_id=each.id, verdict=Verdict.CONVINCING, at=world.bot.now(),
                   interaction_id=each.id)
            for each in people
        )  # fmt: skip
        session.add_all(
            Exposure(argument_id=1, member_id=each.id, surface=Surface.RATING, at=world.bot.now())
            for each in people
        )
    await world.pass_time(hours=72)
    await world.forecast(world.third, 60, world.again(card))
    last = (await world.rows(Forecast))[-1]
    async with world.bot.database.transaction() as session:
        session.add(MoveCredit(forecast_id=last.id, cause=Cause.ARGUMENT, argument_id=1, at=world.bot.now()))
    return world.again(card)


async def ended(world: World) -> str:
    """Play the debate to its end, and return what is said of it."""
    await debated(world)
    await world.pass_time(hours=24)
    (post,) = world.posts("The last call is over")
    return post


async def held_up(world: World, outcome: str) -> Any:
    """Play the debate, resolve it, and ask which arguments held up."""
    card = await debated(world)
    await world.pass_time(hours=35 * 24)
    await world.propose(outcome)
    await world.pass_time(hours=48)
    return await world.other.click(world.again(card), label="Arguments that held up")


async def test_the_shift_names_what_moved_and_who_is_still_apart(world: World) -> None:
    """Median 55 to 70 %; the argument's other readers are five; the groups are at 20 and 90 %."""
    post = await ended(world)
    assert "Median **55 % → 70 %**; 1 of 6 moved by ten points or more." in post
    assert f"Moved most: “{FOR}” — " in post
    assert "(moved 1 of 5 readers, median 30 points)" in post
    assert f"Convinced both groups: “{AGAINST}” — from the brief of 3 Jun" in post
    assert "Still apart: lower group 20 %, upper group 90 %" in post


async def test_authors_are_named_if_they_chose_to_be(world: World) -> None:
    """The fourth member did: no alias, and still nobody is pinged (the watch looks)."""
    await debated(world)
    (author,) = await world.rows(Member, user_id=world.members[3].id)
    await world.change(Member, author.id, named=True)
    await world.pass_time(hours=24)
    (post,) = world.posts("The last call is over")
    assert f"“{FOR}” — {world.members[3].mention}" in post


async def test_others_stay_under_their_alias(world: World) -> None:
    """Nobody chose to be named: no mention at all."""
    assert "<@" not in await ended(world)


async def test_nothing_of_it_is_said_before(world: World) -> None:
    """In the last hour of the last call neither the channel nor the button tells what moved people."""
    card = await debated(world)
    assert world.posts("Moved most") == []
    said = await world.forge(world.other, card, "held-up:v1:1")
    assert "#1 is in its last call; what held up is told with its outcome." in words(said)


async def test_the_argument_that_held_up_is_told_to_whoever_asks(world: World) -> None:
    """30 to 60 % on YES: 0.49 - 0.16 = +0.33."""
    said = await held_up(world, "YES")
    assert said.ephemeral
    assert "**Arguments that held up**" in words(said)
    assert "**+0.33** · moved 1 of 5 readers, median 30 points" in words(said)
    assert "wrong" not in words(said)


async def test_a_persuasive_but_wrong_argument_is_named_as_such(world: World) -> None:
    """The same on NO: 0.09 - 0.36 = -0.27."""
    said = words(await held_up(world, "NO"))
    assert "**Persuasive, but wrong**" in said
    assert "**-0.27** · moved 1 of 5 readers" in said
    assert "**Arguments that held up**" not in said


@pytest.mark.parametrize(
    ("percents", "says"),
    [((10, 70, 90), "too few to tell"), ((10, 20, 70, 80, 90), "Nobody said that an argument had moved")],
)
async def test_without_moves_it_says_so(world: World, percents: tuple[int, ...], says: str) -> None:
    """Three members are thin; five who credit nothing are silent."""
    card = await world.resolved(*percents)
    assert says in words(await world.member.click(card, label="Arguments that held up"))


async def test_the_digest_says_what_moved_most_people(world: World) -> None:
    """55 to 70 % between the Sundays in hours 90 and 258, after the argument for; the groups are apart."""
    await ended(world)
    await world.pass_time(hours=258 - 120)
    digest = world.posts("## Week")[-1]
    assert f"Biggest change of mind: **#1** {WORDING['title']} 55 % → 70 % after “{FOR}”" in digest
    assert f"Still apart: **#1** {WORDING['title']}, groups at 20 % and 90 %" in digest


def content(**values: Any) -> dict[str, Any]:
    quiet = {"period": "2026-W10", "resolved": [], "leaders": [], "forecasts": 3, "people": 2,
             "open_questions": 1, "median_brier": None, "uniform_brier": None}  # fmt: skip
    return quiet | values


def drawn(values: dict[str, Any]) -> str:
    """Return the texts of a digest."""
    return "\n".join(
        part["content"] for part in walk(digest_view(values).to_components()) if part["type"] == TEXT
    )


def estimate(mean: float, low: float, high: float) -> dict[str, Any]:
    return {"mean": mean, "low": low, "high": high, "questions": 14}


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        ((0.03, -0.001, 0.06), "**0.03 better** over 14 questions (0.00 to 0.06)"),
        ((-0.02, -0.05, 0.01), "**0.02 worse** over 14 questions (-0.01 to 0.05)"),
    ],
)
async def test_the_digest_tells_the_first_to_last_figure(
    gain: tuple[float, float, float], said: str
) -> None:  # fmt: skip
    """With its interval in the same direction, and no minus before a zero."""
    rounds = {"gain": estimate(*gain), "of_opening": None}
    shown = drawn(content(first_to_last=rounds))
    assert f"First to last round (debate and news): {said}" in shown
    assert "opened arguments" not in shown


async def test_the_digest_claims_an_effect_of_debating_only_as_a_difference() -> None:
    """Between those who opened arguments and the others."""
    rounds = {"gain": estimate(0.03, 0, 0.06), "of_opening": estimate(0.02, -0.01, 0.05)}
    shown = drawn(content(first_to_last=rounds))
    assert "Those who opened arguments gained **0.02 more** than the others (-0.01 to 0.05)." in shown


@pytest.mark.parametrize("insight", [0.1, -0.1])
async def test_the_longest_texts_of_200_members_fit(insight: float) -> None:
    """Every argument at its limit and full of markup, on both sides."""
    long = ArgumentReview(
        id=1, side=Side.FOR, text="*_`" * 133, by="_" * 300, author_id=None, user_id=None, readers=199,
        raters=199, convinced=199, moved=199, median_points=33.3, persuasion=1.0, bridge=0.9, is_bridge=True,
        insight=insight,
    )  # fmt: skip
    review = DebateReview(
        question_id=1, number=10**6, title="#" * 256, is_thin=False, shift=Shift(0.123, 0.456, 199, 200),
        camps=Camps(100, 100, 0.1, 0.9, 0.123, 0.789),
        arguments=(*[long] * 100, *[replace(long, insight=-0.2)] * 100),
    )  # fmt: skip
    shown = held_up_view(review).to_components()
    length = sum(limits.utf16_length(part["content"]) for part in walk(shown) if part["type"] == TEXT)
    assert length <= limits.LAYOUT_TEXT
    assert limits.utf16_length("\n".join(shift_lines(review))) <= limits.LAYOUT_TEXT / 2
