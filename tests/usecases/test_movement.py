"""The week's biggest change of mind, and where members are still apart."""

from typing import Any

from forecasts.models import Member
from forecasts.movement import movement

WEEK = {"days": 7}


async def crowd(house: Any, *values: float) -> int:
    """Open a question for 60 days and let as many members as values forecast it at the start."""
    question_id = await house.opened(days=60)
    await everybody(house, question_id, values, house.at())
    return int(question_id)


async def everybody(house: Any, question_id: int, values: tuple[float, ...], now: Any) -> None:
    people = [row.id for row in await house.rows(Member, community_id=house.home)]
    for member_id, value in zip(people, values, strict=False):
        await house.say(question_id, member_id, value, now)


async def week(house: Any, first: float, last: float) -> Any:
    return await house.read(movement, since=house.at(days=first), until=house.at(days=last))


async def test_a_sealed_question_tells_nothing(house: Any) -> None:
    """However far apart its members are: no number of it leaves."""
    await crowd(house, 0.1, 0.2, 0.5, 0.8, 0.9)
    assert await week(house, 0, 0.5) == (None, None)


async def test_the_widest_disagreement_is_between_two_groups(house: Any) -> None:
    """10 20 30 and 70 80 90 %: their medians are 20 and 80 %."""
    question_id = await crowd(house, 0.1, 0.2, 0.3, 0.7, 0.8, 0.9)
    await house.sweep(house.at(days=1))
    _, apart = await week(house, 0, 7)
    assert (apart.question_id, round(apart.low, 9), round(apart.high, 9)) == (question_id, 0.2, 0.8)


async def test_groups_that_came_together_are_not_still_apart(house: Any) -> None:
    """The groups are those of the sealed round; told is what they say now: 50 to 55 %."""
    await crowd(house, 0.1, 0.2, 0.3, 0.7, 0.8, 0.9)
    await house.sweep(house.at(days=1))
    await everybody(house, 1, (0.5, 0.5, 0.5, 0.55, 0.55, 0.55), house.at(days=2))
    _, apart = await week(house, 0, 7)
    assert apart is None


async def test_the_biggest_change_is_of_the_median(house: Any) -> None:
    """10 20 50 80 90 % becomes 70 70 70 80 90 % in the second week: 50 to 70 %."""
    question_id = await crowd(house, 0.1, 0.2, 0.5, 0.8, 0.9)
    for day in (1, 4, 5):
        await house.sweep(house.at(days=day))
    await everybody(house, question_id, (0.7, 0.7, 0.7), house.at(days=8))
    change, _ = await week(house, 7, 14)
    assert (round(change.before, 9), round(change.after, 9)) == (0.5, 0.7)


async def test_what_moved_before_the_week_is_no_news(house: Any) -> None:
    """The same change, looked at a week later."""
    question_id = await crowd(house, 0.1, 0.2, 0.5, 0.8, 0.9)
    for day in (1, 4, 5):
        await house.sweep(house.at(days=day))
    await everybody(house, question_id, (0.7, 0.7, 0.7), house.at(days=8))
    change, _ = await week(house, 14, 21)
    assert change is None


async def test_few_forecasts_tell_nothing(house: Any) -> None:
    """Five members are too few for groups."""
    await crowd(house, 0.1, 0.1, 0.2, 0.8, 0.9)
    await house.sweep(house.at(days=1))
    assert await week(house, 0, 7) == (None, None)


async def test_agreement_tells_nothing(house: Any) -> None:
    """Two groups of the same mind within five points are no disagreement."""
    await crowd(house, 0.5, 0.5, 0.52, 0.55, 0.55, 0.55)
    await house.sweep(house.at(days=1))
    assert await week(house, 0, 7) == (None, None)
