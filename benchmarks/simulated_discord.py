"""A process of the bot whose Discord is simulated, on an event loop that may skip idle time."""

import asyncio
import random
import selectors
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import discord
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.client import CruxBot
from forecasts.database import Database
from forecasts.models import Community, OutboxMessage, Question
from forecasts.outbox import next_due
from forecasts.sweep import next_deadline

SWEEP_SECONDS = 10
CHANNEL_TAKES, CHANNEL_SECONDS = 5, 5
LOOKS_AT_DEPTH_EVERY, FEELS_LAG_EVERY = 10, 1


class SkippingLoop(asyncio.SelectorEventLoop):
    """Its clock is the CPU time of the process, and where nothing is at work it skips to the next timer.

    So neither waiting nor what else runs on the machine takes time; nor does the disk. Without ``skips``
    it is an ordinary loop.
    """

    def __init__(self, *, skips: bool) -> None:
        self.skipped, self.busy, self._skips = 0.0, 0, skips
        super().__init__(_SkippingSelector(self))
        self.set_default_executor(_CountedThreads(self))

    def time(self) -> float:
        """Return the time by the loop's own clock, in seconds."""
        return time.process_time() + self.skipped if self._skips else super().time()

    def may_skip(self) -> bool:
        """Whether nothing is at work."""
        return self._skips and not self.busy


class _SkippingSelector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    def __init__(self, loop: SkippingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0 or not self._loop.may_skip():
            return super().select(timeout)
        ready = super().select(0)
        if not ready:
            self._loop.skipped += timeout
        return ready


class _CountedThreads(ThreadPoolExecutor):
    def __init__(self, loop: SkippingLoop) -> None:
        super().__init__()
        self._loop = loop

    def submit(self, *given: Any, **named: Any) -> Future[Any]:
        self._loop.busy += 1
        future = super().submit(*given, **named)
        future.add_done_callback(lambda _: self._loop.call_soon_threadsafe(self._rest))
        return future

    def _rest(self) -> None:
        self._loop.busy -= 1


class CountedDatabase(Database):
    """Tells the loop while it is at work, and calls back after each commit."""

    def __init__(self, url: URL, loop: SkippingLoop, committed: Any) -> None:
        super().__init__(url)
        self._loop, self._committed = loop, committed

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a write transaction."""
        self._loop.busy += 1
        try:
            async with super().transaction() as session:
                yield session
            self._committed()
        finally:
            self._loop.busy -= 1

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a read-only session."""
        self._loop.busy += 1
        try:
            async with super().reading() as session:
                yield session
        finally:
            self._loop.busy -= 1


class Process:
    """One process of the bot and what is measured of it, all in seconds since the beginning.

    ``measured`` holds ``effects`` (table, id, deadline, committed), ``requests`` (their times), ``depth``
    (time, messages that are due and wait), ``lags`` (by how much the event loop came too late), ``elapsed``.
    """

    def __init__(
        self, url: URL, loop: SkippingLoop, *, begin: datetime, ends: datetime, processes: int, starts: float
    ) -> None:
        self._loop, self._begin, self._seconds = loop, begin, (ends - begin).total_seconds()
        self._starts = starts if processes > 1 else loop.time()
        self._rng = random.Random(begin.timestamp())  # noqa: S311 (delays)
        self._ids = count(1 << 50)
        self._channels: dict[str, deque[float]] = defaultdict(deque)
        self._moved: list[tuple[str, int, float]] = []
        self.measured: dict[str, Any] = {"effects": [], "requests": [], "depth": [], "lags": []}
        self._database = CountedDatabase(url, loop, self._committed)
        self._processes = processes

    def passed(self) -> float:
        """Return how many seconds of the played time have passed."""
        return self._loop.time() - self._starts

    def now(self) -> datetime:
        """Return the played time."""
        return self._begin + timedelta(seconds=self.passed())

    async def live(self) -> None:
        """Sweep and send until the end, as the alarm clock would have it."""
        event.listen(Question.phase_ends_at, "set", self._note_deadline)
        event.listen(Community.digest_due_at, "set", self._note_deadline)
        async with CruxBot(self._database, now=self.now) as bot:
            bot.http.request = self._request  # type: ignore[method-assign]
            bot.delivery.pace.share(self._processes)
            await self._run(bot)
        await self._database.close()

    async def _run(self, bot: CruxBot) -> None:
        await asyncio.sleep(max(0.0, -self.passed()))
        began = time.monotonic()
        watching = [asyncio.create_task(self._watch_depth()), asyncio.create_task(self._feel_lag())]
        while self.passed() < self._seconds:
            await bot.begin_what_is_due()
            await asyncio.sleep(await self._until_next(bot))
        await bot.delivery.finish()
        for each in watching:
            each.cancel()
        self.measured["elapsed"] = time.monotonic() - began

    async def _until_next(self, bot: CruxBot) -> float:
        """Wait as the alarm does, but look at the next quiet interval only when something happens."""
        async with self._database.reading() as session:
            moments = [await next_deadline(session), await next_due(session)]
        ahead = [(moment - bot.now()).total_seconds() for moment in moments if moment is not None]
        overdue = any(seconds <= 0 for seconds in ahead)
        soonest = min((seconds for seconds in ahead if seconds > 0), default=SWEEP_SECONDS)
        left = max(self._seconds - self.passed(), 0.001)
        return (
            min(soonest, SWEEP_SECONDS, left) if overdue or not self._loop.may_skip() else min(soonest, left)
        )

    def _note_deadline(self, row: Any, _new: object, old: Any, _initiator: object) -> None:
        if isinstance(old, datetime) and old <= self.now():
            self._moved.append((row.__tablename__, row.id, (old - self._begin).total_seconds()))

    def _committed(self) -> None:
        self.measured["effects"] += [(*each, self.passed()) for each in self._moved]
        self._moved.clear()

    async def _watch_depth(self) -> None:
        waiting = select(sa.func.count()).where(
            col(OutboxMessage.sent_at).is_(None), col(OutboxMessage.dead_at).is_(None)
        )
        while True:
            async with self._database.reading() as session:
                due = (await session.exec(waiting.where(col(OutboxMessage.not_before) <= self.now()))).one()
            self.measured["depth"].append((round(self.passed(), 1), due))
            await asyncio.sleep(LOOKS_AT_DEPTH_EVERY)

    async def _feel_lag(self) -> None:
        while True:
            before = self._loop.time()
            await asyncio.sleep(FEELS_LAG_EVERY)
            self.measured["lags"].append(self._loop.time() - before - FEELS_LAG_EVERY)

    async def _request(self, route: discord.http.Route, **_given: Any) -> Any:
        """Take the time that Discord takes, and what it allows a channel; every message arrives."""
        if route.method == "POST" and route.path.endswith("/messages"):
            sent = self._channels[str(route.channel_id)]
            while len(sent) >= CHANNEL_TAKES:
                wait = sent[0] + CHANNEL_SECONDS - self._loop.time()
                if wait > 0:
                    await asyncio.sleep(wait)
                else:
                    sent.popleft()
            sent.append(self._loop.time())
        self.measured["requests"].append(self.passed())
        await asyncio.sleep(self._rng.uniform(0.15, 0.35))
        if route.path == "/users/@me/channels":
            user = {"id": str(next(self._ids)), "username": "u", "discriminator": "0", "avatar": None}
            return {"id": str(next(self._ids)), "type": 1, "recipients": [user]}
        return {
            "id": str(next(self._ids)), "channel_id": str(route.channel_id or 0), "content": "", "type": 0,
            "author": {"id": "1", "username": "crux", "discriminator": "0", "avatar": None}, "embeds": [],
            "attachments": [], "components": [], "pinned": False, "mention_everyone": False, "tts": False,
            "edited_timestamp": None, "timestamp": "2026-01-01T00:00:00+00:00", "mentions": [],
            "mention_roles": [],
        }  # fmt: skip
