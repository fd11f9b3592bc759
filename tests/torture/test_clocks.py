"""Clocks that jump, stop, repeat an hour or leave one out, in every zone: no deadline is early or doubled."""

import random
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.communities import community_of
from forecasts.deadlines import parse_deadline
from forecasts.events import Announcement, Deadline, State
from forecasts.lifecycle import transition
from forecasts.models import Community, Digest, OutboxMessage, Phase, Preset, Resolution
from forecasts.outbox import claim_next
from forecasts.schedule import next_brief, next_digest, week_before, week_of
from forecasts.setback import bring_back
from forecasts.settings import Changes, change_settings
from forecasts.sweep import post_one_digest
from tests.torture.columns import is_release, times
from tests.torture.furnished import a_furnished_file, a_house  # noqa: F401 (fixtures)
from tests.usecases.conftest import START, House

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST, LAST = datetime(2011, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
# Half an hour's change, changes at midnight and at 24:00, a skipped Friday (2011), Ramadan, two hours.
ODD = (
    "Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Pacific/Apia", "Africa/Casablanca",
    "Antarctica/Troll", "America/Santiago", "Asia/Beirut", "Europe/Dublin", "Asia/Kathmandu", "Asia/Tehran",
)  # fmt: skip


def zones() -> list[str]:
    """Return every zone before a release, otherwise the odd ones and some more."""
    everywhere = sorted(available_timezones())
    return everywhere if is_release() else [*ODD, *random.Random(7).sample(everywhere, 20)]  # noqa: S311


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """Return the moments at which a zone's clock was changed, to the minute."""
    place, found, moment = ZoneInfo(zone), [], FIRST
    while moment < LAST:
        later = moment + 7 * DAY
        low, high = moment, later
        if low.astimezone(place).utcoffset() != high.astimezone(place).utcoffset():
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) // 2
                if middle.astimezone(place).utcoffset() == low.astimezone(place).utcoffset():
                    low = middle
                else:
                    high = middle
            found.append(high.replace(second=0, microsecond=0))
        moment = later
    return tuple(found)


def around_changes(zone: str, most: int) -> list[datetime]:
    """Return the latest changes of a zone's clock, or where it never changes, new year's midnights."""
    return [*changes(zone)[-most:]] or [datetime(year, 1, 1, tzinfo=UTC) for year in (2027, 2028)]


@pytest.mark.parametrize("zone", zones())
def test_each_local_week_has_one_digest(zone: str) -> None:
    """From three weeks before each change of the clock to three behind it, at any hour that it may touch.

    Each is due on its weekday, at its hour or where the clock left that out at the next one, and the ISO
    weeks follow each other without a gap.
    """
    chance, place = random.Random(zone), ZoneInfo(zone)  # noqa: S311
    for change in around_changes(zone, 40 if is_release() else 4):
        near = change.astimezone(place).hour
        for hour in {near, (near - 1) % 24, (near + 1) % 24, 0, 23, chance.randrange(24)}:
            weekday = chance.choice([change.astimezone(place).weekday(), chance.randrange(7)])
            due = next_digest(weekday=weekday, hour=hour, zone=zone, now=change - 21 * DAY)
            for _ in range(6):
                after = next_digest(weekday=weekday, hour=hour, zone=zone, now=due)
                local = after.astimezone(place)
                is_skipped = local.replace(tzinfo=None) != datetime(local.year, local.month, local.day, hour)  # noqa: DTZ001
                assert local.weekday() == weekday or is_skipped
                assert date.fromisocalendar(*_iso(due, zone), 1) + 7 * DAY == date.fromisocalendar(
                    *_iso(after, zone), 1
                )
                due = after


def _iso(moment: datetime, zone: str) -> tuple[int, int]:
    year, week = week_of(moment, zone=zone).split("-W")
    return int(year), int(week)


@settings(max_examples=times("clocks"))
@given(data=st.data(), zone=st.sampled_from(sorted(available_timezones())))
def test_whenever_one_asks_the_same_digest_is_next(data: st.DataObject, zone: str) -> None:
    """The next one after any moment is ahead, a week at most, and stays the next one until it is due."""
    weekday, hour = data.draw(st.integers(0, 6)), data.draw(st.integers(0, 23))
    now = data.draw(st.sampled_from(around_changes(zone, 6))) + data.draw(
        st.integers(-700_000, 700_000)
    ) * timedelta(seconds=1)
    due = next_digest(weekday=weekday, hour=hour, zone=zone, now=now)
    assert timedelta() < due - now <= 8 * DAY + HOUR
    later = min(now + (due - now) * data.draw(st.floats(0, 1)), due - timedelta(seconds=1))
    assert next_digest(weekday=weekday, hour=hour, zone=zone, now=later) == due
    brief = next_brief(hour=hour, weekday=None, zone=zone, now=now)
    assert timedelta() < brief - now <= DAY + 2 * HOUR or brief.astimezone(ZoneInfo(zone)).hour != hour
    assert 0 < (due - week_before(due, zone=zone)) / HOUR <= 7 * 24 + 24


@settings(max_examples=times("clocks"))
@given(data=st.data(), zone=st.sampled_from(sorted(available_timezones())))
def test_a_time_that_is_typed_is_read_by_the_zones_clock(data: st.DataObject, zone: str) -> None:
    """What was typed is what the clock shows then; one it leaves out is behind the gap, of two the later."""
    place = ZoneInfo(zone)
    change = data.draw(st.sampled_from(around_changes(zone, 6)))
    shown = (change + data.draw(st.integers(-180, 180)) * timedelta(minutes=1)).astimezone(place)
    typed = shown.replace(tzinfo=None) + data.draw(st.integers(-90, 90)) * timedelta(minutes=1)
    read = parse_deadline(f"{typed:%Y-%m-%d %H:%M}", now=change - 30 * DAY, zone=place)
    back = read.astimezone(place).replace(tzinfo=None)
    readings = {typed.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)}
    assert read == max(readings)
    assert back >= typed
    assert back == typed or len(readings) == 2


@pytest.mark.parametrize("zone", zones())
def test_a_day_ends_on_that_day(zone: str) -> None:
    """A date means 23:59 of that day by the clock there, also on days that are longer or shorter."""
    place = ZoneInfo(zone)
    for change in around_changes(zone, 40 if is_release() else 6):
        day = change.astimezone(place).date()
        read = parse_deadline(day.isoformat(), now=change - 60 * DAY, zone=place).astimezone(place)
        assert (
            read.date() == day
            or read.replace(tzinfo=None) < datetime.combine(day, datetime.min.time()) + 2 * DAY
        )
        assert (read + timedelta(minutes=1)).astimezone(UTC).astimezone(place).date() >= day


@pytest.mark.parametrize(
    ("typed", "now", "day"),
    [
        ("29 Feb", date(2026, 3, 1), date(2028, 2, 29)),
        ("29 Feb", date(2028, 2, 28), date(2028, 2, 29)),
        ("29 Feb", date(2028, 3, 1), date(2032, 2, 29)),
        ("29 Feb", date(2096, 3, 1), date(2104, 2, 29)),  # 2100 has none
        ("in 1 year", date(2028, 2, 29), date(2029, 2, 28)),
        ("in 4 years", date(2028, 2, 29), date(2032, 2, 29)),
        ("end of February", date(2028, 1, 5), date(2028, 2, 29)),
        ("Q1", date(1970, 1, 1), date(1970, 3, 31)),
        ("week", date(2026, 12, 30), date(2027, 1, 3)),  # week 53 of 2026
        ("next week", date(2026, 12, 30), date(2027, 1, 10)),  # week 1 of 2027
        ("year-end", date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_leap_days_and_week_53_are_read(typed: str, now: date, day: date) -> None:
    """By the calendar, in 1970 as in 2096."""
    moment = datetime(now.year, now.month, now.day, 12, tzinfo=UTC)
    assert parse_deadline(typed, now=moment, zone=ZoneInfo("UTC")).date() == day


async def post_all(house: House, now: datetime) -> None:
    async def one(session: Any, **_: Any) -> int | None:
        return await post_one_digest(session, now=now)

    while await house.do(one) is not None:
        pass


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Havana", "Pacific/Apia"])
async def test_a_year_of_sweeps_posts_each_week_once(house: House, zone: str) -> None:
    """Somebody forecasts each day; the sweep comes by at odd hours, and at times the clock is set back."""
    chance = random.Random(zone)  # noqa: S311
    await house.do(
        change_settings, member_id=house.moderator, changes=Changes(zone=zone, digest_hour=0), now=START
    )
    question_id = await house.opened(days=3_000, default_outcome=0)
    now, days = START, 0
    while now < START + timedelta(days=200):
        await post_all(house, now)
        if chance.random() < 0.1:
            await post_all(house, now - chance.choice([HOUR, DAY, 9 * DAY]))
        if now >= START + days * DAY:
            days += 1
            await house.say(question_id, house.members[days % 4], 0.5, now)
        now += chance.choice([HOUR, 7 * HOUR, 26 * HOUR, 50 * HOUR])
    periods = [row.period for row in await house.rows(Digest)]
    year, week = map(int, periods[0].split("-W"))
    first = date.fromisocalendar(year, week, 1)
    weeks = [(first + n * 7 * DAY).isocalendar() for n in range(len(periods))]
    assert periods == [f"{week.year}-W{week.week:02}" for week in weeks]
    assert len(periods) in {28, 29}  # 200 days


async def life_of(house: House, question_id: int) -> tuple[Any, ...]:
    """Return what happened to a question, and what was said of it."""
    question = await house.question(question_id)
    told = [(row.key, row.kind) for row in await house.rows(OutboxMessage)]
    record = [(row.version, row.ruling, row.at) for row in await house.rows(Resolution)]
    return (
        question.phase,
        question.phase_ends_at,
        question.revision,
        told,
        record,
        await house.scores(question_id),
    )


@pytest.mark.parametrize(
    "back", [timedelta(seconds=1), HOUR, 30 * DAY, START - datetime(1970, 1, 1, tzinfo=UTC)]
)
@pytest.mark.parametrize("hours", [24, 96, 120, 240])
async def test_a_clock_set_back_undoes_and_repeats_nothing(house: House, hours: int, back: timedelta) -> None:
    """After the reveal, the last call, the rounds, and the close with its proposal; as far as 1970."""
    question_id = await house.opened(days=10, preset=Preset.STANDARD, default_outcome=0)
    await house.all_say(question_id, 0.2, 0.4, 0.6, 0.8)
    assert await house.sweep(house.at(hours=hours) - timedelta(seconds=1)) in ([], [question_id])
    before = (await house.question(question_id)).phase
    await house.sweep(house.at(hours=hours))
    assert (await house.question(question_id)).phase is not before
    happened = await life_of(house, question_id)
    for now in (house.at(hours=hours) - back, house.at(hours=hours) - back / 2, house.at(hours=hours)):
        assert await house.sweep(now) == []
        assert await life_of(house, question_id) == happened


@settings(max_examples=times("clocks"))
@given(jumps=st.lists(st.integers(-4 * 86_400, 8 * 86_400), min_size=1, max_size=12))
def test_no_order_of_jumps_fires_early_or_twice(jumps: list[int]) -> None:
    """A phase ends once, when its end was reached for the first time, whatever the clock does then."""
    state = State(
        phase=Phase.BLIND, preset=Preset.STANDARD, opens_at=START, closes_at=START + 12 * DAY,
        resolves_at=START + 12 * DAY, phase_started_at=START, phase_ends_at=START + DAY, default_outcome=0,
    )  # fmt: skip
    now, latest = START, START
    said: list[Announcement] = []
    for jump in jumps:
        now = max(now + jump * timedelta(seconds=1), datetime(1970, 1, 1, tzinfo=UTC))
        while state.phase_ends_at is not None and state.phase_ends_at <= now:
            done = transition(state, Deadline(forecasts=4), now=now)
            state, said = done.state, [*said, *done.announce]
        latest = max(latest, now)
    assert len(said) == len(set(said))
    due = {
        Announcement.REVEALED: 1,
        Announcement.LAST_CALL: 4,
        Announcement.RUNNING: 5,
        Announcement.CLOSED: 12,
    }
    for announcement, days in due.items():
        assert (announcement in said) == (latest >= START + days * DAY)


async def test_what_a_clock_that_ran_ahead_put_off_is_brought_back(house: House) -> None:
    """A year ahead for one sweep, a claimed card and a digest: set back, neither waits for that year.

    The first digest was posted then; the next one is due on the coming Sunday as if nothing had been.
    """
    question_id = await house.opened()
    await house.say(question_id, house.members[0], 0.5)
    ahead = START + timedelta(days=365)
    await house.do(lambda session, **_: claim_next(session, now=ahead))
    await post_all(house, ahead)
    await house.say(question_id, house.members[0], 0.6, START + HOUR)
    async with house.database.transaction() as session:
        assert await claim_next(session, now=START + HOUR) is None  # the channel is leased for a year
        await bring_back(session, now=START + HOUR)
        claimed = await claim_next(session, now=START + HOUR)
        assert claimed is not None
        assert claimed.key == "c1.1"
    (community,) = await house.rows(Community, id=house.home)
    assert community.digest_due_at == datetime(2026, 3, 8, 18, tzinfo=UTC)


async def test_what_really_waits_is_not_brought_back(house: House) -> None:
    """A lease of this minute, a retry in four minutes and the digest of this week stay as they are."""
    await house.opened()
    async with house.database.transaction() as session:
        await claim_next(session, now=START)
    before = await house.rows(OutboxMessage), await house.rows(Community)
    async with house.database.transaction() as session:
        await bring_back(session, now=START)
    assert (await house.rows(OutboxMessage), await house.rows(Community)) == before


async def test_a_community_may_begin_in_1970(house: House) -> None:
    """A machine without a battery starts there, and goes on once it has asked for the time."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    async with house.database.transaction() as session:
        born = await community_of(session, guild_id=70, now=epoch)
    assert born.digest_due_at == datetime(1970, 1, 4, 18, tzinfo=UTC)
    await post_all(house, START)
    (grown,) = await house.rows(Community, id=born.id)
    assert grown.digest_due_at == datetime(2026, 3, 8, 18, tzinfo=UTC)
