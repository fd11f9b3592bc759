"""Gateway faults from a seed, against the real process under a load of clicks and deadlines."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.loopback.gateway import Session
from tests.loopback.process import Bot
from tests.loopback.server import Loopback
from tests.torture.columns import times
from tests.torture.enduring import Day, day
from tests.torture.figures import Record

SHARDS, ACTS_A_SECOND = 4, 20
HEARTBEAT_SECONDS = 0.25
RESUMABLE = (1000, 1001, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009)
LONGEST_ABSENCE = 15

Fault = Callable[[Session], Awaitable[None]]


class Weather:
    """Every kind of fault of a gateway, for one day.

    Parameters
    ----------
    today
        Whom it hits.
    number
        The seed for what happens to whom.
    """

    def __init__(self, today: Day, number: int) -> None:
        self._today, self._gateway = today, today.discord.gateway
        self._random = random.Random(number)  # noqa: S311 (a choice that can be repeated)
        self.met: Counter[str] = Counter()
        self.kinds: dict[str, Fault] = {
            "reconnect": self._gateway.ask_to_reconnect,
            "invalid session, resumable": lambda session: self._gateway.invalidate(session, resumable=True),
            "invalid session": lambda session: self._gateway.invalidate(session, resumable=False),
            "cut": self._gateway.cut,
            "zombie": self._zombie,
            "resumption refused": self._refused,
            "cut in the replay": self._cut_in_the_replay,
            "cut before hello": self._cut_before_hello,
            "doubled": self._doubled,
            "out of order": self._out_of_order,
            **{f"closed {code}": self._closing(code) for code in RESUMABLE},
        }

    async def strike(self) -> None:
        """Let one fault hit a shard that is connected, each kind as often as every other."""
        open_ones = [each for each in self._gateway.sessions.values() if each.is_open and not each.zombie]
        if not open_ones:
            return
        fewest = min(self.met[name] for name in self.kinds)
        name = self._random.choice([name for name in self.kinds if self.met[name] <= fewest + 1])
        await self.kinds[name](self._random.choice(open_ones))
        self.met[name] += 1

    def _closing(self, code: int) -> Fault:
        return lambda session: self._gateway.cut(session, code)

    async def _zombie(self, session: Session) -> None:
        session.zombie = True

    async def _refused(self, session: Session) -> None:
        session.refused = True
        await self._gateway.cut(session)

    async def _cut_in_the_replay(self, session: Session) -> None:
        session.cut_after = self._random.randrange(3)
        await self._gateway.ask_to_reconnect(session)

    async def _cut_before_hello(self, session: Session) -> None:
        self._gateway.silent += 1
        await self._gateway.cut(session)

    async def _doubled(self, session: Session) -> None:
        await self._burst(session, twice=True)

    async def _out_of_order(self, session: Session) -> None:
        self._gateway.hold(session)
        await self._burst(session, twice=False)
        await self._gateway.release(session, self._random)

    async def _burst(self, session: Session, *, twice: bool) -> None:
        mine = [
            each for each in self._today.seeded
            if (each.guild_id >> 22) % session.count == session.shard and each.takes_forecasts
        ]  # fmt: skip
        for _ in range(4):
            question = self._random.choice(mine)
            await self._today.discord.click(
                f"forecast:v1:{question.id}:{self._random.choice((10, 50, 90))}",
                guild_id=question.guild_id,
                user_id=50_000 + self._random.randrange(400),
                times=1 + twice,
            )


async def test_gateway_faults_lose_and_double_nothing(tmp_path: Path, record: Record) -> None:
    """Whatever reached a session is answered once and stored once; deadlines don't depend on a gateway."""
    count = times("gateway_faults")
    async with Loopback(shard_count=SHARDS, guilds=8, heartbeat_seconds=HEARTBEAT_SECONDS) as discord:
        async with day(tmp_path, discord, number=count, a_second=ACTS_A_SECOND) as today:
            weather = Weather(today, count)
            while weather.met.total() < count or datetime.now(UTC) < today.last_deadline:
                await weather.strike()
                await today.pause(0.1)
            async with asyncio.timeout(LONGEST_ABSENCE):
                await discord.gateway.until_listening()
                await discord.gateway.until_heard()
        heard = discord.gateway.heard()
    given = discord.state.interactions
    record(
        "Gateway faults", faults=weather.met.total(), **today.found.counts(), cpu_seconds=today.cpu_seconds
    )
    assert today.found.faults == []
    assert [given[each].what for each in heard if not given[each].answered] == []
    assert [each.texts for each in given.values() if sum("Saved:" in said for said in each.texts) > 1] == []
    assert set(weather.met) == set(weather.kinds)
    assert discord.gateway.resumed > count / 4
    assert len(heard) > count


async def test_a_gateway_that_breaks_off_twice_in_a_row_is_met_again(tmp_path: Path) -> None:
    """It turns a client away and hangs up on the next one: discord.py gives up, Crux does not."""
    async with Loopback(guilds=2) as discord, day(tmp_path, discord, number=1, a_second=2) as today:
        await today.pause(1)
        (session,) = discord.gateway.sessions.values()
        discord.gateway.full = discord.gateway.silent = 1
        await discord.gateway.cut(session)
        async with asyncio.timeout(LONGEST_ABSENCE):
            await discord.gateway.until_listening()
    assert today.found.faults == []
    assert "gateway_broke_off" in today.bot.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "said"),
    [(4004, "refused the token"), (4014, "privileged intents"), (4013, "4013"), (4010, "4010")],
)
async def test_what_cannot_be_resumed_ends_the_process_with_one_line(
    tmp_path: Path, code: int, said: str
) -> None:
    """A revoked token or a wrong intent isn't cured by trying again: status 2, and a supervisor knows."""
    async with Loopback() as discord:
        bot = Bot(discord.url, f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}", tmp_path)
        bot.start()
        await discord.gateway.until_listening()
        (session,) = discord.gateway.sessions.values()
        await discord.gateway.cut(session, code)
        assert await bot.ended() == 2
    lines = bot.log.read_text(encoding="utf-8").splitlines()
    plain = [line for line in lines if not line.startswith("{")]
    assert len(plain) == 1
    assert said in plain[0]
