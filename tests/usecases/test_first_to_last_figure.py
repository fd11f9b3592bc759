"""First to last round: whether medians were better after the debate and its news than before.

On each question five people give both forecasts: 20 40 50 70 90 and 30 50 60 80 95 %, so that the median
goes from 50 to 60 %. On YES that gains 0.25 - 0.16 = 0.09, on NO 0.25 - 0.36 = -0.11.
"""

from typing import Any

import pytest

from forecasts.communities import member_of
from forecasts.debate import add_argument
from forecasts.debate_review import FirstToLast, first_to_last
from forecasts.digest import week_in_review
from forecasts.models import Exposure, Side, Surface

BLIND, FINAL = (0.2, 0.4, 0.5, 0.7, 0.9), (0.3, 0.5, 0.6, 0.8, 0.95)
LAST_CALL, RUNNING = 100, 121  # hours after the start


@pytest.fixture
def resolved(house: Any) -> Any:
    """Take questions with given outcomes through all rounds.

    Besides the ``people`` who give both forecasts one gives a sealed one only, and one comes late.
    """

    async def play(*outcomes: int, known_days: float = 8, people: int = 5) -> FirstToLast | None:
        async with house.database.transaction() as session:
            silent, late, *both = [
                (await member_of(session, community_id=house.home, user_id=101 + n, now=house.at())).id
                for n in range(people + 2)
            ]
        questions = [await house.opened(days=60) for _ in outcomes]
        for question_id in questions:
            for member_id, value in zip([silent, *both], (0.01, *BLIND), strict=False):
                await house.say(question_id, member_id, value)
        for hours in (24, 96):
            await house.sweep(house.at(hours=hours))
        for question_id in questions:
            await read(question_id, opener=both[2], others=both)
            for member_id, value in zip([late, *both], (0.99, *FINAL), strict=False):
                await house.say(question_id, member_id, value, house.at(hours=LAST_CALL))
        await house.sweep(house.at(hours=RUNNING))
        for question_id, outcome in zip(questions, outcomes, strict=True):
            await house.say(question_id, both[0], 0.5, house.at(days=7))
            await house.propose(question_id, outcome, house.at(days=8), known_at=house.at(days=known_days))
        await house.sweep(house.at(days=11))
        figure: FirstToLast | None = await house.read(first_to_last)
        return figure

    async def read(question_id: int, *, opener: int, others: list[int]) -> None:
        """Let one person open an argument that the others only see on the card."""
        argument = await house.do(
            add_argument, question_id=question_id, member_id=others[0], side=Side.FOR,
            text="Whoever follows copies what the leader shows.", now=house.at(hours=97),
            interaction_id=house.interaction(),
        )  # fmt: skip
        seen = {"argument_id": argument.id, "at": house.at(hours=98)}
        async with house.database.transaction() as session:
            session.add(Exposure(member_id=opener, surface=Surface.LIST, **seen))
            session.add_all(Exposure(member_id=each, surface=Surface.CARD, **seen) for each in others)

    return play


async def test_twelve_questions_to_the_ninth_digit(resolved: Any) -> None:
    """Nine YES and three NO: (9 * 0.09 - 3 * 0.11) / 12 = 0.04. Who was late or gave no final is left out."""
    figure = await resolved(*[1] * 9, *[0] * 3)
    assert figure.gain.questions == 12
    assert figure.gain.mean == pytest.approx(0.04, abs=1e-9)
    # s^2 = (9 * 0.05^2 + 3 * 0.15^2) / 11, s / sqrt(12) = 0.0261116, t of 11 degrees is 2.2009852
    assert (figure.gain.low, figure.gain.high) == pytest.approx((-0.0174713, 0.0974713), abs=1e-6)
    # Who opened went from 50 to 60 %, the others from 55 to 65 %. YES: 0.09 - (0.2025 - 0.1225) = 0.01;
    # NO: -0.11 - (0.3025 - 0.4225) = 0.01.
    assert figure.of_opening.questions == 12
    assert figure.of_opening.mean == pytest.approx(0.01, abs=1e-9)


async def test_below_ten_questions_it_is_silent(resolved: Any) -> None:
    """Nine are too early."""
    assert await resolved(*[1] * 9) is None


async def test_thin_questions_dont_count(resolved: Any) -> None:
    """Ten with four sealed forecasts each are none."""
    assert await resolved(*[1] * 10, people=3) is None


async def test_finals_once_the_outcome_was_public_dont_count(resolved: Any) -> None:
    """It became known on day 4, hour 96; the finals came at hour 100."""
    assert await resolved(*[1] * 10, known_days=4) is None


async def test_the_digest_holds_the_figure(house: Any, resolved: Any) -> None:
    """As plain values, for the outbox."""
    figure = await resolved(*[1] * 10)
    review = await house.read(week_in_review, until=house.at(days=13))
    assert review.first_to_last == figure
    assert review.as_json()["first_to_last"]["gain"]["mean"] == pytest.approx(0.09)


async def test_next_door_is_another_community(house: Any, resolved: Any) -> None:
    """Its figure is its own."""
    assert await resolved(*[1] * 10) is not None
    assert await house.read(first_to_last, community_id=house.next_door) is None
