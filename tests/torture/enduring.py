"""One real process under a load of people and deadlines, on a day on which everything goes wrong."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.loopback.checks import Report, drained, examine
from tests.loopback.people import People
from tests.loopback.process import Bot
from tests.loopback.seeding import Seeded, seed
from tests.loopback.server import Loopback

DEADLINES, EVERY, LEAD = 40, timedelta(seconds=0.4), timedelta(seconds=5)


@dataclass
class Day:
    """A process, the Discord it speaks to, the people on it, and afterwards what was found."""

    discord: Loopback
    bot: Bot
    seeded: list[Seeded]
    people: People
    found: Report = field(default_factory=Report)
    seconds: float = 0
    cpu_seconds: float = 0

    @property
    def last_deadline(self) -> datetime:
        """When nothing more comes due."""
        return self.seeded[-1].due

    async def pause(self, seconds: float) -> None:
        """Let the day go on; the process must live."""
        await asyncio.sleep(seconds)
        self.bot.must_live()


@asynccontextmanager
async def day(
    folder: Path, discord: Loopback, *, number: int, a_second: float, dead_allowed: bool = False
) -> AsyncIterator[Day]:
    """Run a process while people act, for as long as the block runs; then let it finish, and look.

    Parameters
    ----------
    number
        The seed for what people do.
    a_second
        How often somebody does something.
    dead_allowed
        Whether messages may have been given up.
    """
    url, began, own_cpu = f"sqlite+aiosqlite:///{folder / 'crux.db'}", time.monotonic(), time.process_time()
    seeded = await seed(url, discord.state, first=datetime.now(UTC) + LEAD, every=EVERY, count=DEADLINES)
    bot, people = Bot(discord.url, url, folder), People(discord, seeded, seed=number, a_second=a_second)
    this = Day(discord, bot, seeded, people)
    bot.start()
    try:
        await discord.gateway.until_listening()
        crowd = asyncio.create_task(people.live())
        try:
            yield this
        finally:
            crowd.cancel()
            await asyncio.gather(crowd, return_exceptions=True)
        await drained(url, after=this.last_deadline, every=0.25, look=bot.must_live)
    finally:
        this.cpu_seconds = bot.cpu_seconds() + time.process_time() - own_cpu
        await bot.kill()
    this.found = await examine(
        url, discord.state, seeded, now=datetime.now(UTC), written=people.written, dead_allowed=dead_allowed
    )
    this.seconds = time.monotonic() - began
