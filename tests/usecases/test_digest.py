"""The week's digest: once a week, in the community's zone, and never empty."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from forecasts.digest import week_in_review
from forecasts.models import Community, Digest, Member, OutboxMessage, Question, Score
from forecasts.schedule import next_digest, week_of
from forecasts.sweep import post_one_digest

DUE = datetime(2026, 3, 8, 18, tzinfo=UTC)  # the Sunday after the start
BERLIN = "Europe/Berlin"


async def post_all(house: Any, now: datetime = DUE) -> None:
    while True:
        async with house.database.transaction() as session:
            if await post_one_digest(session, now=now) is None:
                return


async def posted(house: Any) -> list[OutboxMessage]:
    return list(await house.rows(OutboxMessage, kind="digest"))


async def home(house: Any) -> Community:
    (community,) = await house.rows(Community, id=house.home)
    return community


def berlin(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "hour", "due"),
    [
        # a Sunday at 18:00 in winter is 17:00 UTC, in summer 16:00
        ((2026, 3, 22, 16), 18, (2026, 3, 22, 17)),
        ((2026, 3, 22, 17), 18, (2026, 3, 29, 16)),
        ((2026, 10, 18, 15), 18, (2026, 10, 18, 16)),
        ((2026, 10, 18, 16), 18, (2026, 10, 25, 17)),
        # 29 March has no 02:00: 03:00, which is 01:00 UTC
        ((2026, 3, 28, 12), 2, (2026, 3, 29, 1)),
        # 25 October has it twice: the first, which is 00:00 UTC
        ((2026, 10, 24, 12), 2, (2026, 10, 25, 0)),
    ],
)
def test_a_digest_is_due_at_its_hour_by_the_communitys_clock(
    now: tuple[int, ...], hour: int, due: tuple[int, ...]
) -> None:
    """Sundays in Berlin, around both changes of the clock."""
    assert next_digest(weekday=6, hour=hour, zone=BERLIN, now=berlin(*now)) == berlin(*due)


@pytest.mark.parametrize("weekday", range(7))
def test_the_next_digest_is_ahead_by_a_week_at_most(weekday: int) -> None:
    """Whatever the weekday, also today's."""
    now = datetime(2026, 3, 4, 18, tzinfo=UTC)
    due = next_digest(weekday=weekday, hour=18, zone="UTC", now=now)
    assert due.weekday() == weekday
    assert 0 < (due - now).days <= 7


@pytest.mark.parametrize(
    ("moment", "zone", "week"),
    [
        (datetime(2026, 3, 8, 18, tzinfo=UTC), "UTC", "2026-W10"),
        (datetime(2026, 12, 31, 18, tzinfo=UTC), "UTC", "2026-W53"),
        (datetime(2027, 1, 3, 18, tzinfo=UTC), "UTC", "2026-W53"),
        (datetime(2027, 1, 4, 0, tzinfo=UTC), "UTC", "2027-W01"),
        (datetime(2027, 1, 3, 23, 30, tzinfo=UTC), BERLIN, "2027-W01"),
        (datetime(2024, 12, 30, tzinfo=UTC), "UTC", "2025-W01"),
    ],
)
def test_a_week_has_its_iso_name(moment: datetime, zone: str, week: str) -> None:
    """2026 has 53 weeks, and a Sunday night in London is Monday in Berlin."""
    assert week_of(moment, zone=zone) == week


async def test_a_community_is_born_with_a_digest_due(house: Any) -> None:
    """On the first Sunday at 18:00."""
    assert (await home(house)).digest_due_at == DUE


async def test_before_its_hour_nothing_is_posted(house: Any) -> None:
    """Not a minute early."""
    await house.all_say(await house.opened(), 0.5)
    await post_all(house, DUE.replace(hour=17, minute=59))
    assert await posted(house) == []


async def test_a_week_in_which_nothing_happened_is_skipped(house: Any) -> None:
    """No message, no row, and the next one is due in a week."""
    await house.opened()
    await post_all(house)
    assert await posted(house) == []
    assert await house.rows(Digest) == []
    assert (await home(house)).digest_due_at == datetime(2026, 3, 15, 18, tzinfo=UTC)


async def test_a_digest_is_posted_where_questions_are(house: Any) -> None:
    """Unless it has a channel of its own."""
    await house.all_say(await house.opened(), 0.5)
    await post_all(house)
    (message,) = await posted(house)
    assert (message.key, message.channel_id) == ("dg:1:2026-W10", house.channel)


async def test_a_digest_is_posted_in_its_own_channel(house: Any) -> None:
    """As set."""
    await house.change(house.home, Community, digest_channel_id=77)
    await house.all_say(await house.opened(), 0.5)
    await post_all(house)
    assert [message.channel_id for message in await posted(house)] == [77]


async def test_a_digest_is_posted_once(house: Any) -> None:
    """By four sweeps at once, and again an hour later."""
    await house.all_say(await house.opened(), 0.5)
    await asyncio.gather(*(post_all(house) for _ in range(4)))
    await post_all(house, DUE.replace(hour=19))
    assert len(await posted(house)) == len(await house.rows(Digest)) == 1


async def test_a_week_is_posted_once_even_if_it_comes_due_again(house: Any) -> None:
    """Say, after the weekday was moved forth and back: community and week are unique."""
    await house.all_say(await house.opened(), 0.5)
    await post_all(house)
    await house.change(house.home, Community, digest_due_at=DUE)
    await post_all(house)
    assert len(await posted(house)) == len(await house.rows(Digest)) == 1


async def test_week_53_is_posted_under_its_name(house: Any) -> None:
    """Sunday 3 January 2027 still belongs to 2026."""
    question_id = await house.opened(days=400)
    due = datetime(2027, 1, 3, 18, tzinfo=UTC)
    await house.change(house.home, Community, digest_due_at=due)
    await house.say(question_id, house.members[0], 0.5, datetime(2027, 1, 1, tzinfo=UTC))
    await post_all(house, due)
    assert [message.key for message in await posted(house)] == ["dg:1:2026-W53"]


async def test_a_server_that_was_left_gets_no_digest(house: Any) -> None:
    """Nobody could post it."""
    await house.all_say(await house.opened(), 0.5)
    await house.change(house.home, Community, left_at=house.at(days=1))
    await post_all(house)
    assert await posted(house) == []


async def test_a_digest_counts_the_weeks_forecasts_and_people(house: Any) -> None:
    """Three forecasts by two people; a withdrawal is none."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.5, 0.6)
    await house.say(question_id, house.members[0], 0.7)
    await post_all(house)
    (message,) = await posted(house)
    said = message.payload
    assert (said["forecasts"], said["people"], said["open_questions"], said["resolved"]) == (3, 2, 1, [])


async def test_a_digest_holds_no_number_of_a_sealed_question(house: Any) -> None:
    """Counts only."""
    await house.all_say(await house.opened(), 0.2718)
    await post_all(house)
    (message,) = await posted(house)
    assert "0.27" not in str(message.payload)


async def test_a_digest_tells_what_was_resolved_and_who_was_best(house: Any) -> None:
    """Resolved on day 12, in the week up to Sunday 15 March: .9 against .5 gives 24 points, / 37."""
    await house.resolved(0.9, 0.5)
    await post_all(house)
    await post_all(house, datetime(2026, 3, 15, 18, tzinfo=UTC))
    said = (await posted(house))[-1].payload
    (line,) = said["resolved"]
    assert (line["number"], line["outcome"], line["median"], round(line["median_brier"], 6)) == (
        1, 1, 0.7, 0.09,
    )  # fmt: skip
    assert [(leader["user_id"], round(leader["skill"], 6)) for leader in said["leaders"]] == [
        (103, round(24 / 37, 6)), (104, -round(24 / 37, 6)),
    ]  # fmt: skip


async def test_k_is_fitted_with_the_digest(house: Any) -> None:
    """Twenty members of ten questions, worked by hand in the test.

    Odd ones score 2 and 0 points in turn, even ones -2 and 0, coverage 1: means m = 1 and -1, residuals 1.
    s^2 = 200 / (200 - 20) = 1.1111; t^2 = (20 * 10 - 19 s^2) / (200 - 10) = .94152; k = 1.1801, held to 5.
    With points of 5 and -3 (odd), 3 and -5 (even) residuals are 4: s^2 = 3200 / 180 = 17.7778,
    t^2 = (200 - 19 * 17.7778) / 190 < 0: 200.
    """
    for points, k in (((2, 0), 5.0), ((5, -3), 200.0)):
        await many_scores(house, *points)
        await house.change(house.home, Community, digest_due_at=DUE)
        await post_all(house)
        assert (await home(house)).shrinkage == k


async def many_scores(house: Any, first: float, second: float) -> None:
    """Give each of twenty members ten scores: in turn ``first`` and ``second``, every other one's negated."""
    async with house.database.transaction() as session:
        for score in (await session.exec(select(Score))).all():
            await session.delete(score)
        if (await session.get(Member, 120)) is None:
            session.add_all(
                Member(id=100 + n, community_id=house.home, user_id=900 + n, created_at=house.at())
                for n in range(1, 21)
            )
    questions = [row.id for row in await house.rows(Question)] or [
        await house.resolved(0.9) for _ in range(10)
    ]
    async with house.database.transaction() as session:
        for score in (await session.exec(select(Score))).all():
            await session.delete(score)
        await session.flush()
        session.add_all(
            Score(
                question_id=question_id, member_id=100 + n, resolution_version=1, brier=0.1, forecasts=1,
                coverage=1.0, peer_brier=(first if place % 2 else second) * (1 if n % 2 else -1),
            )
            for n in range(1, 21) for place, question_id in enumerate(questions)
        )  # fmt: skip


async def test_a_resolution_is_in_one_digest_only(house: Any) -> None:
    """Not in the next week's."""
    await house.resolved(0.9, 0.5)
    for day in (8, 15, 22):
        await post_all(house, datetime(2026, 3, day, 18, tzinfo=UTC))
    assert sum(len(message.payload["resolved"]) for message in await posted(house)) == 1


@pytest.mark.parametrize(
    ("said_at", "weeks"),
    [
        # at the very moment at which one is due it is the next one's
        ((2026, 3, 8, 17), [(2026, 3, 8, 17), (2026, 3, 15, 17)]),
        # winter to summer: due on 22 March at 17:00 and on 29 March at 16:00 UTC, 167 hours later
        ((2026, 3, 22, 16, 30), [(2026, 3, 22, 17), (2026, 3, 29, 16)]),
        # summer to winter: due on 18 October at 16:00 and on 25 October at 17:00 UTC, 169 hours later
        ((2026, 10, 18, 16, 30), [(2026, 10, 18, 16), (2026, 10, 25, 17)]),
    ],
)
async def test_two_weeks_lose_and_double_nothing(
    house: Any, said_at: tuple[int, ...], weeks: list[tuple[int, ...]]
) -> None:
    """One forecast is in exactly one of two digests, also when the clock is changed between them."""
    await house.change(house.home, Community, zone=BERLIN)
    question_id = await house.opened(days=400)
    await house.say(question_id, house.members[0], 0.5, berlin(*said_at))
    async with house.database.reading() as session:
        counted = [
            (await week_in_review(session, community_id=house.home, until=berlin(*until))).forecasts
            for until in weeks
        ]
    assert sum(counted) == 1


async def test_after_a_downtime_one_digest_is_posted_for_the_week_that_was(house: Any) -> None:
    """Down from before the first Sunday until the third week: nothing happened in between."""
    await house.all_say(await house.opened(), 0.5)
    await post_all(house, house.at(days=21))
    assert [message.key for message in await posted(house)] == ["dg:1:2026-W10"]
    assert (await home(house)).digest_due_at == datetime(2026, 3, 29, 18, tzinfo=UTC)
