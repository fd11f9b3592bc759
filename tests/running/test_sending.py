"""Delivery beside the sweep: begun and not waited for, several channels at once, ended in good order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.client import CruxBot
from bot.delivery import AT_ONCE
from bot.pacing import REQUESTS_A_SECOND, Pace
from bot.scheduling import Alarm
from forecasts.communities import community_of
from forecasts.database import Database
from forecasts.models import OutboxMessage
from forecasts.outbox import Errand, enqueue
from migrations import migrate

CHANNELS = AT_ONCE + 3


class Discord:
    """Takes messages, and answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers = asyncio.Event()

    async def send(self, message: OutboxMessage) -> int:
        """Stand in for what a delivery does with one message."""
        self.asked.append(message.key)
        await self.answers.wait()
        return len(self.asked)

    async def hears(self, count: int) -> None:
        """Wait until so many messages were begun, and a while longer."""
        async with asyncio.timeout(60):
            while len(self.asked) < count:  # noqa: ASYNC110 (nobody else tells)
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[CruxBot]:
    """Give a bot that never logs in and owes a message to each of fifteen channels."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}"
    await migrate(url)
    database, now = Database(url), datetime.now(UTC)
    async with database.transaction() as session:
        home = (await community_of(session, guild_id=10, now=now)).id
        for number in range(CHANNELS):
            await enqueue(
                session, key=f"k{number}", kind=Errand.NOTE, community_id=home, channel_id=number + 1, now=now
            )
    async with CruxBot(database) as bot:
        yield bot
    await database.close()


@pytest.fixture
def discord(bot: CruxBot) -> Discord:
    """Stand where the bot meets Discord."""
    discord = Discord()
    bot.delivery._send = discord.send  # type: ignore[method-assign]
    return discord


async def test_a_tick_does_not_wait_for_discord(bot: CruxBot, discord: Discord) -> None:
    """A full outbox holds up no deadline; twelve messages are on their way."""
    async with asyncio.timeout(60):
        await Alarm(bot, seconds=10).tick()
    await discord.hears(AT_ONCE)
    assert len(discord.asked) == AT_ONCE


async def test_a_stop_waits_for_what_is_on_its_way_and_begins_nothing(bot: CruxBot, discord: Discord) -> None:
    """Twelve arrive; the other three wait for the next start."""
    bot.delivery.start()
    await discord.hears(AT_ONCE)
    ending = asyncio.create_task(bot.delivery.finish())
    await asyncio.sleep(0)
    discord.answers.set()
    await ending
    assert len(discord.asked) == AT_ONCE


async def test_a_delivery_that_is_under_way_is_not_begun_twice(bot: CruxBot, discord: Discord) -> None:
    """Ticks come every few seconds, however long the outbox."""
    for _ in range(3):
        bot.delivery.start()
    discord.answers.set()
    await discord.hears(CHANNELS)
    assert sorted(discord.asked) == sorted(f"k{number}" for number in range(CHANNELS))


async def test_a_second_holds_45_requests() -> None:
    """The 46th waits until the first is a second old."""
    pace = Pace()
    pace.share(1)
    begun = asyncio.get_running_loop().time()
    for _ in range(REQUESTS_A_SECOND):
        await pace.turn()
    first = pace._made[0]
    await pace.turn()
    assert first >= begun
    assert pace._made[-1] - first >= 1
