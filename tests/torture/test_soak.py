"""A process that runs on and on under load keeps its size, and loses nothing.

Whether every click or deadline leaves something behind (a thread, an open file, a page of the log that is
never taken back), and in the two hours before a release whether memory creeps.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest

from tests.loopback.checks import drained, examine, waiting
from tests.loopback.people import People
from tests.loopback.process import Bot
from tests.loopback.seeding import seed
from tests.loopback.server import Loopback
from tests.torture.columns import times
from tests.torture.figures import Record

GUILDS, ACTS_A_SECOND = 10, 5
EVERY = timedelta(seconds=2)
LOOKS = 40
MEGABYTE = 2**20


@dataclass(frozen=True)
class Look:
    """What the system says of a process at a moment."""

    memory: int
    files: int
    threads: int
    log: int
    owed: int


async def look(bot: Bot, url: str, database: Path) -> Look:
    """Look at a process from outside, and at what it keeps on disk."""
    process = Path(f"/proc/{bot.pid}")
    said = dict(_fields((process / "status").read_text(encoding="ascii")))
    return Look(
        memory=int(said["VmRSS"].split()[0]) * 1024,
        files=len(list((process / "fd").iterdir())),
        threads=int(said["Threads"]),
        log=database.with_name(f"{database.name}-wal").stat().st_size,
        owed=await waiting(url, now=datetime.now(UTC)),
    )


def _fields(status: str) -> Iterator[tuple[str, str]]:
    for line in status.splitlines():
        name, _, value = line.partition(":")
        yield name, value.strip()


async def live(discord: Loopback, bot: Bot, people: People, url: str, database: Path) -> list[Look]:
    """Let a process serve for its time and finish, and return what was seen of it meanwhile."""
    seconds, looks, last = times("soak_seconds"), list[Look](), max(each.due for each in people.seeded)
    bot.start()
    await discord.gateway.until_listening()
    crowd, began = asyncio.create_task(people.live()), time.monotonic()
    for number in range(LOOKS):
        await asyncio.sleep(began + seconds * (number + 1) / LOOKS - time.monotonic())
        looks.append(await look(bot, url, database))
    crowd.cancel()
    await asyncio.gather(crowd, return_exceptions=True)
    await drained(url, after=last)
    return looks


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system tells nothing of processes")
async def test_a_long_run_grows_nothing_and_loses_nothing(tmp_path: Path, record: Record) -> None:
    """Memory, open files, threads, the database's log and the outbox are late what they were early."""
    seconds, database = times("soak_seconds"), tmp_path / "crux.db"
    url = f"sqlite+aiosqlite:///{database}"
    async with Loopback(guilds=GUILDS) as discord:
        first, count = datetime.now(UTC) + EVERY, seconds // EVERY.seconds
        seeded = await seed(url, discord.state, first=first, every=EVERY, count=count)
        bot, people = Bot(discord.url, url, tmp_path), People(discord, seeded, seed=0, a_second=ACTS_A_SECOND)
        looks = await live(discord, bot, people, url, database)
        cpu_seconds, is_alive = bot.cpu_seconds(), bot.is_alive
        await bot.kill()
        report = await examine(url, discord.state, seeded, now=datetime.now(UTC), written=people.written)
    early, late = looks[LOOKS // 8 : LOOKS // 4], looks[-LOOKS // 8 :]
    memory = [median(each.memory for each in some) / MEGABYTE for some in (early, late)]
    record(
        "SQLite, one process",
        **report.counts(),
        early_megabytes=memory[0],
        late_megabytes=memory[1],
        most_open_files=max(each.files for each in looks),
        most_threads=max(each.threads for each in looks),
        most_owed=max(each.owed for each in looks),
        longest_log_in_kilobytes=max(each.log for each in looks) / 1024,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
    )
    assert is_alive
    assert report.faults == []
    assert report.acknowledged > seconds
    assert report.deadlines == count
    assert memory[1] < 1.2 * memory[0] + 10
    assert max(each.files for each in late) <= max(each.files for each in early) + 8
    assert max(each.threads for each in late) <= max(each.threads for each in early) + 8
    assert max(each.log for each in looks) < 32 * MEGABYTE
    assert max(each.owed for each in late) < 100
