"""The deadlines of 10,000 servers through the real sweep, outbox and delivery, to a simulated Discord.

``.venv/bin/python -m benchmarks.scale --database sqlite --from 6d17:59 --minutes 15``

The week begins on Monday, 28 December 2026, so that it holds a year's end; ``--from`` is a day of it and a
time, in UTC. Every process is the real bot but for Discord: requests take 0.15 to 0.35 s, and a channel takes
five messages in five seconds. ``--processes 3`` starts as many, in real time (PostgreSQL). One process has a
clock of its own: work takes the CPU time it takes and waiting none, so that other load doesn't count and a
whole week can be played (``--from 0d00:00 --minutes 10080``).
"""

import argparse
import asyncio
import multiprocessing
import resource
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import col

from benchmarks.population import Drawn, Size, database_of, settle
from benchmarks.simulated_discord import Process, SkippingLoop
from forecasts.database import file_of
from forecasts.models import Community, OutboxMessage, Phase, Question
from forecasts.outbox import Errand

MONDAY = datetime(2026, 12, 28, tzinfo=UTC)
WEEK = timedelta(days=7)
NEW_YEAR = datetime(2026, 12, 31, 23, 59)  # noqa: DTZ001 (in each server's zone)
PHASES = {
    Phase.BLIND: 0.15, Phase.DEBATE: 0.20, Phase.FINAL: 0.10, Phase.ROLLING: 0.40, Phase.CLOSED: 0.07,
    Phase.PROPOSED: 0.08,
}  # fmt: skip
# When running questions close: at the year's end, at the end of a day, at a full hour, or after this week.
CLOSES = {"year": 0.2, "day": 0.3, "hour": 0.2, "later": 0.3}
EVENING = range(17, 23)
SHOWN = 12


class Week:
    """Draws when questions are due in a week, as people set deadlines."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def draw(self, zone: str) -> Drawn:
        """Draw a phase and its end: rounds a day or three after an evening's click, closes on the hour."""
        phase = list(PHASES)[self._rng.choice(len(PHASES), p=list(PHASES.values()))]
        day = (MONDAY + timedelta(days=int(self._rng.integers(7)))).replace(tzinfo=None)
        evening = day.replace(hour=int(self._rng.choice(EVENING)))
        clicked = evening + timedelta(seconds=float(self._rng.uniform(0, 3_600)))
        ends = clicked
        if phase in {Phase.ROLLING, Phase.CLOSED}:
            closes = str(self._rng.choice(list(CLOSES), p=list(CLOSES.values())))
            last_minute = day.replace(hour=23, minute=59)
            ends = {
                "year": NEW_YEAR, "day": last_minute, "hour": evening, "later": evening + timedelta(days=30),
            }[closes]  # fmt: skip
        return phase, ends.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def main() -> None:
    """Fill a database, run the processes, print what they measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--servers", type=int, default=10_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument(
        "--from", dest="begin", default="6d17:59", help="day of the week, 0 is Monday, and time"
    )
    parser.add_argument("--minutes", type=float, default=10)
    given = parser.parse_args()
    if given.processes > 1 and given.database == "sqlite":
        parser.error("SQLite is for one process")
    asyncio.run(play(given))


async def play(given: argparse.Namespace) -> None:
    """Do it."""
    days, clock = given.begin.split("d")
    hours, minutes = map(int, clock.split(":"))
    begin = MONDAY + timedelta(days=int(days), hours=hours, minutes=minutes)
    async with database_of(given.database) as url:
        rng = np.random.default_rng(1)
        await settle(url, Size(given.servers), now=MONDAY, draw=Week(rng).draw, rng=rng)
        report(given.servers, await put_off_before(url, begin))
        ends = begin + timedelta(minutes=given.minutes)
        with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
            works = [
                (
                    url.render_as_string(hide_password=False),
                    begin,
                    ends,
                    given.processes,
                    time.monotonic() + 5,
                )
            ] * given.processes
            measured = await asyncio.to_thread(pool.starmap, run, works)
        await summed_up(given, url, begin, measured)


def run(url: str, begin: datetime, ends: datetime, processes: int, starts: float) -> dict[str, Any]:
    """Be one process of the bot for a while; what is measured can be sent to another process."""
    loop = SkippingLoop(skips=processes == 1)
    asyncio.set_event_loop(loop)
    try:
        process = Process(make_url(url), loop, begin=begin, ends=ends, processes=processes, starts=starts)
        loop.run_until_complete(process.live())
    finally:
        loop.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return process.measured | {"cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / 1024}


async def put_off_before(url: URL, begin: datetime) -> Counter[datetime]:
    """Count each minute's deadlines of the week, and put off by a week those before the beginning."""
    engine = create_async_engine(url)
    minutes: Counter[datetime] = Counter()
    async with engine.begin() as connection:
        for table, column in ((Question, Question.phase_ends_at), (Community, Community.digest_due_at)):
            due = await connection.execute(
                sa.select(col(table.id), col(column)).where(col(column).is_not(None))
            )
            early = []
            for key, at in due.all():
                if at < MONDAY + WEEK:
                    minutes[at.replace(second=0, microsecond=0)] += 1
                if at < begin:
                    early.append({"key": key, "later": at + WEEK})
            put_off = sa.update(table).where(col(table.id) == sa.bindparam("key"))
            if early:
                name = column.key
                await connection.execute(put_off.values({name: sa.bindparam("later")}), early)
    await engine.dispose()
    return minutes


def report(servers: int, minutes: Counter[datetime]) -> None:
    """Print the fullest minutes."""
    print(f"{servers:,} servers, {minutes.total():,} deadlines in the week as it begins, most in (UTC):")
    for at, count in minutes.most_common(5):
        print(f"  {at:%a %d %b %H:%M}  {count:,}")


async def summed_up(
    given: argparse.Namespace, url: URL, begin: datetime, measured: list[dict[str, Any]]
) -> None:
    """Print the tables."""
    effects = [effect for each in measured for effect in each["effects"]]
    requests = np.sort(np.concatenate([each["requests"] for each in measured]))
    depth = np.concatenate([each["depth"] for each in measured])  # all processes look at the same outbox
    table = Table(
        "what", "of", "median", "99 %", "worst", title=f"{given.database}, {given.processes} process(es)"
    )
    for name, values, form in (
        ("deadline to effect, s", [at - due for _, _, due, at in effects], ".1f"),
        ("deadline to message, s", await delays(url, begin, effects), ".1f"),
        ("messages that wait", depth[:, 1], ",.0f"),
        ("event loop held up, s", np.concatenate([each["lags"] for each in measured]), ".3f"),
    ):
        quantiles = np.quantile(values, (0.5, 0.99, 1)) if len(values) else ()
        table.add_row(name, f"{len(values):,}", *(format(value, form) for value in quantiles))
    Console(width=110).print(table)
    print("minute: deadlines moved, requests made, messages that wait at its end at most")
    moved, made = (
        Counter((np.array(each) // 60).astype(int)) for each in ([e[3] for e in effects], requests)
    )
    for minute in sorted({*moved, *made}, key=lambda each: -moved[each] - made[each])[:SHOWN]:
        at = begin + timedelta(minutes=int(minute))
        waits = depth[depth[:, 0] // 60 == minute, 1]
        print(f"  {at:%a %d %b %H:%M}  {moved[minute]:,}  {made[minute]:,}  {max(waits, default=0):,.0f}")
    most = max(np.searchsorted(requests, requests + 1) - np.arange(len(requests)), default=0)
    print(f"requests: {len(requests):,}, most in any second: {most}")
    for each in measured:
        print(
            f"process: {each['cpu']:.0f} s of CPU in {each['elapsed']:.0f} s, {each['memory']:.0f} MB at most"
        )
    print(f"database: {await size_of(url) / 1e6:,.0f} MB")


async def size_of(url: URL) -> int:
    """Return the size of a database in bytes."""
    path = file_of(url)
    if path is not None:
        return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        size = (await connection.exec_driver_sql("SELECT pg_database_size(current_database())")).scalar_one()
    await engine.dispose()
    return int(size)


async def delays(url: URL, begin: datetime, effects: list[Any]) -> list[float]:
    """Return how long after its deadline each message arrived, in seconds."""
    dues: dict[tuple[str, int], list[float]] = {}
    for table, key, due, _ in effects:
        dues.setdefault((table, key), []).append(due)
    engine = create_async_engine(url)
    found = []
    async with engine.connect() as connection:
        arrived = sa.select(OutboxMessage).where(
            col(OutboxMessage.created_at) >= begin, col(OutboxMessage.sent_at).is_not(None)
        )
        for row in (await connection.execute(arrived)).all():
            place = (
                ("community", row.community_id)
                if row.kind == Errand.DIGEST
                else ("question", row.question_id)
            )
            before = [due for due in dues.get(place, ()) if due <= (row.created_at - begin).total_seconds()]
            if before:
                found.append((row.sent_at - begin).total_seconds() - max(before))
    await engine.dispose()
    return found


if __name__ == "__main__":
    main()
