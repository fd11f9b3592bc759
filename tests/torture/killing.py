"""Real processes under load, killed at random moments and started again; afterwards nothing may be amiss."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from tests.loopback.checks import Report, drained, examine
from tests.loopback.people import People
from tests.loopback.process import Bot, cpu_seconds_of_the_dead
from tests.loopback.seeding import Seeded, seed
from tests.loopback.server import Loopback
from tests.loopback.state import State
from tests.torture.columns import times

KILLS = min(times("kills"), 100)  # a part: each has a database and a seed of its own
QUESTIONS, SECONDS_A_KILL = 70, 0.6
GUILDS = 6
ACTS_A_SECOND = {1: 25, 3: 10}  # by the number of processes: one that is killed each second serves half of it
NONCE_SECONDS = 8  # a nonce is remembered for four times the time that the bot trusts it, as in earnest
LONG_DOWNTIMES = 0.02  # the share of them that outlasts the nonce
HELD_SECONDS = 1  # for so long a killed process holds its shard on PostgreSQL; the others meet a refusal
STARTING = 0.3  # the share of kills that fall into the first moments
PATIENCE = 10  # how long to wait for people to be answered before a kill all the same
LEAD = timedelta(seconds=15)
REFUSALS = ("Another process runs shard", "The database can't be used: TimeoutError")


@dataclass
class Ended:
    """What a part left behind, and what was seen meanwhile."""

    seed: int
    url: str | URL
    state: State
    seeded: list[Seeded]
    people: People
    kills: Counter[str] = field(default_factory=Counter)
    exits: Counter[str] = field(default_factory=Counter)
    deaths: list[str] = field(default_factory=list)
    unanswered: int = 0
    seconds: float = 0
    cpu_seconds: float = 0

    async def examined(self, url: str | URL | None = None, state: State | None = None) -> Report:
        """Compare what is stored, there or elsewhere, with what people were told."""
        return await examine(
            url or self.url,
            state or self.state,
            self.seeded,
            now=datetime.now(UTC),
            written=self.people.written,
            digests_of=self.state.guild_ids,
        )


class Keeper:
    """Keeps one process a shard running, as a supervisor does, and kills one after the other.

    Parameters
    ----------
    discord, ended, folder
        Where they serve, where to count, where they log.
    shards
        How many processes; each runs one of so many shards.
    """

    def __init__(self, discord: Loopback, ended: Ended, folder: Path, *, shards: int) -> None:
        self._discord, self._ended, self._folder, self._shards = discord, ended, folder, shards
        self._random = random.Random(ended.seed)  # noqa: S311 (a choice that can be repeated)
        self._bots: dict[int, Bot] = {}
        self._identified: dict[int, int] = {}
        self._pause: dict[int, float] = {}
        self._clicks = 0  # before the last kill

    def _start(self, shard: int) -> Bot:
        settings = {"SHARD_COUNT": str(self._shards), "SHARD_IDS": str(shard)} if self._shards > 1 else {}
        address = make_url(self._ended.url).render_as_string(hide_password=False)
        folder = self._folder / f"shard-{shard}"
        folder.mkdir(exist_ok=True)
        bot = Bot(self._discord.url, address, folder, settings=settings)
        self._bots[shard], self._identified[shard] = bot, self._discord.gateway.identified
        bot.start()
        return bot

    async def supervise(self, shard: int) -> None:
        """Start a process, and start it again whenever it has ended; one that ended by itself is noted."""
        while True:
            bot = self._start(shard)
            code = await bot.ended(within=3_600)
            self._ended.exits[str(code)] += 1
            last = bot.log.read_text(encoding="utf-8").rstrip().rpartition("\n")[2]
            if code == 2 and self._shards > 1 and last.startswith(REFUSALS):
                await asyncio.sleep(0.7)  # a killed process holds its shard until its lease ends
            elif code != -9:
                self._ended.deaths.append(f"ended with {code}: {last}")
            await asyncio.sleep(self._pause.pop(shard, 0))

    async def kill_one(self) -> None:
        """Kill one process as it starts or while it serves, in half of all cases with clicks just sent."""
        chance, ended = self._random, self._ended
        is_starting = chance.random() < STARTING
        shard = await self._one_that(is_starting=is_starting)
        if is_starting:
            await asyncio.sleep(chance.random() * 0.3)
        else:
            await self._until_answered(chance.randint(0, 16))
            if chance.random() < 0.5:
                for _ in range(chance.randint(1, 6)):
                    await ended.people.forecast()
                await asyncio.sleep(chance.random() * 0.04)
        if chance.random() < LONG_DOWNTIMES:
            self._pause[shard] = NONCE_SECONDS + 1
        elif self._shards > 1 and chance.random() < 0.85:
            self._pause[shard] = HELD_SECONDS
        await self.kill(shard)

    async def _one_that(self, *, is_starting: bool) -> int:
        """Return a shard whose process starts, or serves; any that lives if none does for long."""
        for attempt in range(int(PATIENCE / 0.01)):
            alive = [shard for shard, bot in self._bots.items() if bot.is_alive]
            found = [shard for shard in alive if self._listens(shard) is not is_starting]
            if found or (alive and attempt * 0.01 > PATIENCE / 2):
                return self._random.choice(found or alive)
            await asyncio.sleep(0.01)
        return 0

    async def _until_answered(self, times: int) -> None:
        """Wait until so many people were answered: the same amount of work on a slow machine."""
        state, give_up_at = self._ended.state, time.monotonic() + PATIENCE
        wanted = state.answered + times
        while state.answered < wanted and time.monotonic() < give_up_at:  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.01)

    async def kill(self, shard: int) -> None:
        """Kill one process now, and count it if it was this that ended it."""
        bot, ended = self._bots[shard], self._ended
        if not bot.is_alive:
            return
        moment = "serving" if self._listens(shard) else "starting"
        ended.unanswered += ended.people.unanswered(since=self._clicks)
        if await bot.kill() == -9:
            ended.kills[moment] += 1
        self._clicks = len(ended.state.interactions)

    async def stop(self) -> None:
        """End them all; these kills don't count."""
        for bot in self._bots.values():
            await bot.kill()

    def _listens(self, shard: int) -> bool:
        return any(
            each.shard == shard and each.is_open and each.number > self._identified[shard]
            for each in self._discord.gateway.sessions.values()
        )


async def run(url: str | URL, folder: Path, *, seed_: int, kills: int = KILLS, shards: int = 1) -> Ended:
    """Kill real processes so many times under load, let the last ones finish, and stop them.

    Parameters
    ----------
    url
        An empty database.
    folder
        Where the processes run.
    seed_
        For what people do, and for who is killed when.
    kills
        How many.
    shards
        How many processes.
    """
    began, busy = time.monotonic(), time.process_time() + cpu_seconds_of_the_dead()
    async with Loopback(shard_count=shards, guilds=GUILDS, nonce_seconds=NONCE_SECONDS) as discord:
        first = datetime.now(UTC) + LEAD
        every = timedelta(seconds=SECONDS_A_KILL * kills / QUESTIONS)
        digests_at = first + every * (QUESTIONS / 2)
        seeded = await seed(
            url, discord.state, first=first, every=every, count=QUESTIONS, digests_at=digests_at
        )
        people = People(discord, seeded, seed=seed_, a_second=ACTS_A_SECOND[shards])
        ended = Ended(seed_, url, discord.state, seeded, people)
        keeper = Keeper(discord, ended, folder, shards=shards)
        crowd = asyncio.create_task(people.live())
        supervisors = [asyncio.create_task(keeper.supervise(shard)) for shard in range(shards)]
        await asyncio.sleep(0)
        while ended.kills.total() < kills and not ended.deaths:
            await keeper.kill_one()
        crowd.cancel()
        await drained(ended.url, after=ended.seeded[-1].due)
        for task in supervisors:
            task.cancel()
        await asyncio.gather(crowd, *supervisors, return_exceptions=True)
        await keeper.stop()
    ended.seconds = time.monotonic() - began
    ended.cpu_seconds = time.process_time() + cpu_seconds_of_the_dead() - busy
    return ended
