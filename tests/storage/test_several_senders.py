"""Several processes send for one bot: each message once, each channel in order, none left over."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from bot.client import CruxBot
from bot.instances import Presence
from bot.pacing import REQUESTS_A_SECOND
from forecasts.communities import community_of
from forecasts.database import Database
from forecasts.models import OutboxMessage
from forecasts.outbox import LEASE, Errand, claim_next, enqueue, mark_sent
from tests.postgres import Postgres

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHANNELS, MESSAGES = range(900, 906), 60


class Discord:
    """What arrived, and when each sending began and ended, by channel."""

    def __init__(self) -> None:
        self.arrived: dict[int, list[str]] = defaultdict(list)
        self.sending: dict[int, int] = defaultdict(int)
        self.most_at_once = 0

    def connect(self, bot: CruxBot, *, seed: int) -> None:
        """Let a bot's messages arrive here, each after a while of its own."""
        rng = random.Random(seed)  # noqa: S311 (delays)

        async def send(message: OutboxMessage) -> int:
            channel = message.channel_id or 0
            self.sending[channel] += 1
            assert self.sending[channel] == 1
            self.most_at_once = max(self.most_at_once, sum(self.sending.values()))
            await asyncio.sleep(rng.random() / 200)
            self.arrived[channel].append(message.key)
            self.sending[channel] -= 1
            return len(self.arrived)

        bot.delivery._send = send  # type: ignore[method-assign]  # where it meets Discord


@pytest.fixture
async def bots(postgres: Postgres) -> AsyncIterator[list[CruxBot]]:
    """Give three processes of one bot on an emptied database, each with an engine of its own."""
    await postgres.empty()
    async with AsyncExitStack() as stack:
        bots = []
        for shard in range(3):
            database = Database(postgres.url)
            stack.push_async_callback(database.close)
            bot = CruxBot(database, now=lambda: NOW, shard_ids=[shard], shard_count=3)
            bots.append(await stack.enter_async_context(bot))
        yield bots


async def owe(bot: CruxBot, count: int = MESSAGES) -> dict[int, list[str]]:
    """Owe messages to the channels in turn, and return their keys by channel, in order."""
    keys = defaultdict(list)
    async with bot.database.transaction() as session:
        home = await community_of(session, guild_id=10, now=NOW)
        for number in range(count):
            channel = CHANNELS[number % len(CHANNELS)]
            keys[channel].append(f"k{number}")
            await enqueue(
                session, key=f"k{number}", kind=Errand.NOTE, community_id=home.id, channel_id=channel, now=NOW
            )
    return keys


async def claim(bot: CruxBot, now: datetime) -> OutboxMessage | None:
    async with bot.database.transaction() as session:
        return await claim_next(session, now=now)


async def test_three_senders_at_once_send_each_message_once_and_in_order(bots: list[CruxBot]) -> None:
    """Sixty messages to six channels, whose senders never meet; several channels are served at a time."""
    owed = await owe(bots[0])
    world = Discord()
    for seed, bot in enumerate(bots):
        world.connect(bot, seed=seed)
    await asyncio.gather(*(bot.delivery.drain() for bot in bots))
    assert world.arrived == owed
    assert world.most_at_once > 1


async def test_a_dead_senders_message_is_taken_over_before_those_behind_it(bots: list[CruxBot]) -> None:
    """It died with k0 in hand: until its lease ends the channel waits, then k0 comes first."""
    owed = await owe(bots[0], 2 * len(CHANNELS))
    dead = await claim(bots[0], NOW)
    assert dead is not None
    world, first = Discord(), CHANNELS[0]
    for bot in bots[1:]:
        world.connect(bot, seed=1)
    await asyncio.gather(*(bot.delivery.drain() for bot in bots[1:]))
    assert world.arrived == {channel: keys for channel, keys in owed.items() if channel != first}
    for bot in bots[1:]:
        bot.now = lambda: NOW + LEASE
    await asyncio.gather(*(bot.delivery.drain() for bot in bots[1:]))
    assert world.arrived == owed


async def test_of_two_claims_at_once_for_one_channel_one_waits(bots: list[CruxBot]) -> None:
    """Neither sees what the other hasn't committed; the lock lets one look after the other."""
    async with bots[0].database.transaction() as session:
        home = await community_of(session, guild_id=10, now=NOW)
        for key in ("first", "second"):
            await enqueue(session, key=key, kind=Errand.NOTE, community_id=home.id, channel_id=900, now=NOW)
    claimed = await asyncio.gather(*(claim(bot, NOW) for bot in bots))
    assert [message.key for message in claimed if message is not None] == ["first"]
    async with bots[0].database.transaction() as session:
        (mine,) = [message for message in claimed if message is not None]
        await mark_sent(session, outbox_id=mine.id, message_id=1, now=NOW)
    second = await claim(bots[1], NOW)
    assert second is not None
    assert second.key == "second"


async def test_the_processes_share_what_discord_allows(bots: list[CruxBot]) -> None:
    """45 a second: 15 for each of three once all know of all, 22 for each of two when one has left."""
    presences = [Presence(bot) for bot in bots]
    for presence in presences * 2:
        await presence.take()
    assert REQUESTS_A_SECOND == 45
    assert [bot.delivery.pace.a_second for bot in bots] == [15, 15, 15]
    await presences[0].leave()
    for presence in presences[1:]:
        await presence.take()
    assert [bot.delivery.pace.a_second for bot in bots[1:]] == [22, 22]
