"""The alarm clock. APScheduler may wake us; what is due is remembered by the database alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from forecasts.database import DatabaseBusyError
from forecasts.outbox import next_due
from forecasts.setback import bring_back
from forecasts.sweep import beat, next_deadline

if TYPE_CHECKING:
    from bot.client import CruxBot

log = structlog.get_logger()

# Shorter pauses than this are a slow tick, not a downtime that gives members time back.
OFFLINE_AFTER = timedelta(minutes=5)
_SWEEP, _WAKE = "sweep", "wake"


class Alarm:
    """Calls one coroutine, "do what is due now", at an interval and at the next deadline.

    Parameters
    ----------
    bot
        What is called.
    seconds
        The interval; a deadline that lies closer gets a wake of its own.
    """

    def __init__(self, bot: "CruxBot", seconds: float) -> None:
        self._bot = bot
        self._seconds = seconds
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._at_work = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start; the first tick comes at once and catches up with what a downtime missed."""
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=self._seconds,
            id=_SWEEP,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()
        self._watch = asyncio.create_task(self._watch_clock())

    async def _watch_clock(self) -> None:
        """Have the next tick at once when the clock was set back: the scheduler waits for a time of day."""
        while True:
            await asyncio.sleep(self._seconds)
            job, now = self._scheduler.get_job(_SWEEP), datetime.now(UTC)
            if job is not None and job.next_run_time > now + timedelta(seconds=self._seconds):
                job.modify(next_run_time=now)

    async def finish(self) -> None:
        """Begin no further tick, and wait for the one that runs."""
        if self._scheduler.running:
            self._scheduler.pause()
        async with self._at_work:
            pass

    def stop(self) -> None:
        """Stop waking; what is due stays in the database."""
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Do what is due, telling it of a downtime since the last heartbeat."""
        async with self._at_work:
            try:
                await self._tick()
            except DatabaseBusyError:
                log.warning("sweep_put_off")  # clicks took every turn; the next sweep is due in seconds

    async def _tick(self) -> None:
        now = self._bot.now()
        async with self._bot.database.transaction() as session:
            before = await beat(session, now=now)
            if before is not None and before - now > OFFLINE_AFTER:
                log.warning("clock_set_back", by_seconds=(before - now).total_seconds())
                await bring_back(session, now=now)
        offline_since = before if before is not None and now - before > OFFLINE_AFTER else None
        if offline_since is not None:
            log.warning("was_offline", since=offline_since.isoformat())
        await self._bot.begin_what_is_due(offline_since=offline_since)
        await self._set_wake()

    async def _set_wake(self) -> None:
        async with self._bot.database.reading() as session:
            moments = [await next_deadline(session), await next_due(session)]
        now = self._bot.now()
        ahead = [moment for moment in moments if moment is not None and moment > now]
        soonest = min(ahead, default=None)
        if soonest is None or soonest >= now + timedelta(seconds=self._seconds):
            return
        self._scheduler.add_job(
            self.tick, "date", run_date=soonest, id=_WAKE, replace_existing=True, misfire_grace_time=None
        )
