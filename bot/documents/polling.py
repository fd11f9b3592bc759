"""Reads watched feeds when they are due, beside the sweep, which it never holds up."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from bot.documents.reading import fetched, in_a_thread, name_of, page_of, read
from claims.ingest import read_feed
from claims.reading import Reading
from claims.watching import (
    DueFeed,
    add_entry,
    feed_failed,
    feed_was_read,
    fresh_entries,
    is_short,
    next_due_feed,
    take_due_feed,
)  # fmt: skip
from forecasts.errors import ForecastError

if TYPE_CHECKING:
    from bot.client import CruxBot

log = structlog.get_logger()


class FeedPoller:
    """One task that reads whatever feeds are due, one after the other.

    Parameters
    ----------
    bot
        Whose feeds they are; without a reach nothing is read.
    """

    def __init__(self, bot: "CruxBot") -> None:
        self._bot = bot
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin reading if a feed is due and no reading is under way; don't wait for it."""
        if self._bot.reach is None or (self._task is not None and not self._task.done()):
            return
        async with self._bot.database.reading() as session:
            due_at = await next_due_feed(session)
        if due_at is not None and due_at <= self._bot.now():
            self._task = asyncio.create_task(self._read_all_due())

    async def finish(self) -> None:
        """Wait until what was begun is read."""
        if self._task is not None:
            await self._task

    async def stop(self) -> None:
        """Break off; what was not read is due again within the hour."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _read_all_due(self) -> None:
        while True:
            async with self._bot.database.transaction() as session:
                due = await take_due_feed(session, now=self._bot.now())
            if due is None:
                return
            try:
                await self._read(due)
            except ForecastError as error:
                await self._failed(due, str(error))
            except Exception:
                # A fault of ours: it must not keep the feeds behind it from being read.
                log.exception("feed_faulty", feed=due.feed_id)
                await self._failed(due, "Reading it failed on our side.")

    async def _failed(self, due: DueFeed, reason: str) -> None:
        async with self._bot.database.transaction() as session:
            await feed_failed(session, due=due, reason=reason, now=self._bot.now())

    async def _read(self, due: DueFeed) -> None:
        etag, last_modified, is_all = due.etag, due.last_modified, True
        page = await fetched(self._bot, due.url, etag=etag, last_modified=last_modified)
        if page is not None:
            data, etag, last_modified = page.data, page.etag, page.last_modified
            feed = await in_a_thread(self._bot, lambda: read_feed(data, name_of(due.url)))
            async with self._bot.database.reading() as session:
                fresh = await fresh_entries(
                    session, community_id=due.community_id, feed=feed, now=self._bot.now()
                )
            for entry in fresh.entries:
                found = await self._page(entry.url) if is_short(entry) and entry.url else None
                await self._add(due, found or await read(self._bot, lambda: entry), entry.url)  # noqa: B023
            for link in fresh.links:
                if (found := await self._page(link)) is not None:
                    await self._add(due, found, link)
            is_all = fresh.is_all
        async with self._bot.database.transaction() as session:
            await feed_was_read(
                session,
                due=due,
                etag=etag if is_all else "",  # what is left over is read the next time
                last_modified=last_modified if is_all else "",
                now=self._bot.now(),
            )

    async def _page(self, url: str) -> Reading | None:
        """Read the page of an entry of which the feed gives too little; None where it can't be had."""
        with suppress(ForecastError):
            page = await fetched(self._bot, url)
            if page is not None:
                return await read(self._bot, lambda: page_of(page, url))
        return None

    async def _add(self, due: DueFeed, reading: Reading, url: str) -> None:
        async with self._bot.database.transaction() as session:
            await add_entry(session, due=due, reading=reading, url=url, now=self._bot.now())
