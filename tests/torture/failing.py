"""A bot that dies exactly at a named fail point, is started again, and must have lost and doubled nothing."""

import asyncio
import math
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from alembic.script import ScriptDirectory

import migrations
from tests.loopback.checks import Report, examine
from tests.loopback.process import Bot
from tests.loopback.server import Loopback
from tests.torture.scenario import Scenario

START = "start"
POST = "after POST /channels/{channel_id}/messages for "
SEARCH = "GET /channels/{channel_id}/messages for "  # passed only by whoever comes after a death at POST
TRIES = 3
LISTENS_WITHIN, DRAINED_WITHIN = 30, 60
Points = dict[str, list[str]]


class House:
    """A Discord, a database, and one bot after the other.

    Parameters
    ----------
    discord, folder
        Where they are.
    migrating
        Held while the schema is changed: Alembic does that once at a time in a process.
    is_long
        Whether each death is followed by a downtime so long that Discord forgets all nonces.
    """

    def __init__(
        self, discord: Loopback, folder: Path, migrating: asyncio.Lock, *, is_long: bool = False
    ) -> None:
        self._is_long = is_long
        folder.mkdir(exist_ok=True)
        self._discord, self._folder, self._migrating = discord, folder, migrating
        self._path = folder / "crux.db"
        self._url = f"sqlite+aiosqlite:///{self._path}"
        self._bot = Bot(discord.url, self._url, folder)
        self.scenario = Scenario(discord, self._url, lambda: self._bot.is_alive)
        self.deaths: list[str] = []

    async def points(self) -> Points:
        """Play every scene, and return the fail points that it was the first to pass, by its name."""
        await self._before("before the copy of an older database")
        await self._start()
        found, known = Points(), set[str]()
        for name, scene in {START: self.scenario.rest, **self.scenario.scenes}.items():
            await scene()
            await self.scenario.quiet()
            passed = self._bot.fail_points.read_text(encoding="utf-8").splitlines()
            found[name] = [each for each in dict.fromkeys(passed) if each not in known]
            known.update(passed)
        for names in found.values():
            kinds = [each.removeprefix(POST) for each in names if each.startswith(POST)]
            names += [f"{when} {SEARCH}{kind}" for kind in kinds for when in ("before", "after")]
        return found

    async def die_at(self, name: str, scene: str) -> bool:
        """Play a scene that passes a fail point, and return whether the bot died there."""
        play = self.scenario.rest if scene == START else self.scenario.scenes[scene]
        await self._end()
        await self._before(name)
        if SEARCH in name:
            await self._start(fail_at=POST + name.partition(SEARCH)[2])
            await self._play(play)
            play = self.scenario.quiet
        await self._start(fail_at=name)
        await self._play(play)
        is_dead = self._bot.exit_code == -9
        self.deaths += [name] * is_dead
        return is_dead

    async def _play(self, play: object) -> None:
        for _ in range(TRIES):
            if self._bot.is_alive:
                await play()  # type: ignore[operator]
                await self.scenario.quiet()

    async def _before(self, name: str) -> None:
        """Bring about what only a first start passes: a change of the schema, and of the commands."""
        async with self._migrating:
            await migrations.migrate(self._url)
            if "migrat" in name or "older database" in name:
                scripts = ScriptDirectory.from_config(migrations.alembic_config())
                head = scripts.get_revision(scripts.get_current_head() or "head")
                await migrations.downgrade(self._url, str(head.down_revision))
        if "syncing" in name or "commands" in name:
            with closing(sqlite3.connect(self._path)) as file, file:
                file.execute("DELETE FROM memo")

    async def _start(self, fail_at: str | None = None) -> None:
        await self._end()
        for message in self._discord.state.messages.values() if self._is_long else ():
            message.at = -math.inf
        gateway = self._discord.gateway
        before, began = gateway.identified, time.monotonic()
        self._bot = Bot(self._discord.url, self._url, self._folder, fail_at=fail_at)
        self._bot.start()
        while self._bot.is_alive and gateway.identified == before:
            await asyncio.sleep(0.01)
            assert time.monotonic() - began < LISTENS_WITHIN, self._bot.log.read_text(encoding="utf-8")[
                -2_000:
            ]

    async def _end(self) -> None:
        if self._bot.is_alive:
            await self._bot.kill()

    async def examined(self) -> Report:
        """Let a bot finish what the dead ones left, and compare."""
        await self._start()
        began = time.monotonic()
        while not await self.scenario.quiet() and time.monotonic() - began < DRAINED_WITHIN:
            pass
        await self._end()
        return await examine(
            self._url,
            self._discord.state,
            self.scenario.seeded,
            now=datetime.now(UTC),
            written=self.scenario.written,
            digests_of=self._discord.state.guild_ids[1:],
        )
