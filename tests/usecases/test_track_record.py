"""A member's record and the points of a calibration plot."""

from typing import Any

import pytest

from forecasts.track_record import calibration_points, profile_of


async def points(house: Any, member_id: int | None = None) -> list[tuple[float, float]]:
    """Return the points as pairs, sorted."""
    found = await house.read(calibration_points, member_id=member_id)
    return sorted(zip(found.probabilities.tolist(), found.outcomes.tolist(), strict=True))


async def test_one_point_a_question_and_member(house: Any) -> None:
    """Two questions, three members each: six points, with 1 for YES and 0 for NO."""
    await house.resolved(0.2, 0.6, 0.8, outcome=1)
    await house.resolved(0.1, 0.3, 0.5, outcome=0)
    assert await points(house) == [(0.1, 0), (0.2, 1), (0.3, 0), (0.5, 0), (0.6, 1), (0.8, 1)]


async def test_the_last_probability_counts(house: Any) -> None:
    """A changed mind is one point, at the last value."""
    question_id = await house.opened(days=10)
    await house.say(question_id, house.members[0], 0.2)
    await house.say(question_id, house.members[0], 0.7, house.at(days=3))
    await house.propose(question_id, 1, house.at(days=10))
    await house.sweep(house.at(days=12))
    assert await points(house) == [(0.7, 1)]


async def test_what_was_said_after_the_outcome_was_known_is_left_out(house: Any) -> None:
    """Known since day 4: the 99 % of day 5 is no forecast."""
    question_id = await house.opened(days=10)
    await house.say(question_id, house.members[0], 0.4)
    await house.say(question_id, house.members[0], 0.99, house.at(days=5))
    await house.propose(question_id, 1, house.at(days=6), known_at=house.at(days=4))
    await house.sweep(house.at(days=8))
    assert await points(house) == [(0.4, 1)]


async def test_an_open_question_gives_no_point(house: Any) -> None:
    """Calibration speaks of outcomes only: nothing of a sealed question is in it."""
    await house.all_say(await house.opened(), 0.37, 0.63)
    assert await points(house) == []


async def test_a_member_has_their_own_points(house: Any) -> None:
    """The others' forecasts are not theirs."""
    await house.resolved(0.2, 0.6, 0.8, outcome=1)
    assert await points(house, house.members[1]) == [(0.6, 1)]


async def test_another_community_has_its_own_points(house: Any) -> None:
    """Next door nothing was resolved."""
    await house.resolved(0.2, 0.6, 0.8, outcome=1)
    found = await house.read(calibration_points, community_id=house.next_door)
    assert found.probabilities.size == 0


async def test_a_profile_stands_beside_its_yardsticks(house: Any) -> None:
    """60 % on YES, held all along: .16; the median of .2 .6 .8 is the same; always 50 % gets .25."""
    await house.resolved(0.2, 0.6, 0.8, outcome=1)
    profile = await house.read(profile_of, member_id=house.members[1], user_id=104)
    assert profile.questions == 1
    assert (profile.brier, profile.median_brier, profile.uniform_brier) == pytest.approx((0.16, 0.16, 0.25))
    assert profile.standing is not None
    assert profile.standing.rank == 2


async def test_a_profile_before_the_first_score(house: Any) -> None:
    """Nobody starts with a number."""
    profile = await house.read(profile_of, member_id=house.members[0], user_id=103)
    assert (profile.standing, profile.questions, profile.brier) == (None, 0, None)
