"""One process a database file, one process a shard: a second one is told so and stops."""

import asyncio
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from forecasts.database import DatabaseUnusableError, file_of, why_unusable
from forecasts.instances import LEASE, InstanceRunningError, release_shards, take_shards

if TYPE_CHECKING:
    from bot.client import CruxBot

log = structlog.get_logger()

LOOK_EVERY_SECONDS = LEASE.total_seconds() / 4
ALREADY = "Crux is already running on {name}. Stop it first: one process for a SQLite database."


@contextmanager
def only_copy(url: str | URL) -> Iterator[None]:
    """Hold a SQLite database for this process; the system lets go when the process ends, however it ends.

    Raises
    ------
    InstanceRunningError
        Another process holds it.
    DatabaseUnusableError
        Its folder isn't there or isn't writable.
    """
    path = file_of(make_url(url))
    if path is None or sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 (not on every system)

    try:
        handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseUnusableError(
            f"{path} can't be used: {error.strerror}. Check that its folder exists and is writable."
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InstanceRunningError(ALREADY.format(name=path.name)) from error
        yield
    finally:
        os.close(handle)


class Presence:
    """What a running process needs for good: its shards, and the database it began with.

    Parameters
    ----------
    bot
        Logged in.
    """

    def __init__(self, bot: "CruxBot") -> None:
        self._bot = bot
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._file = file_of(bot.database.url)
        self._began_with = _identity(self._file)

    async def take(self) -> None:
        """Claim the shards on PostgreSQL, or renew the claim; a SQLite file is held by :func:`only_copy`.

        What Discord allows a bot is shared with the other processes that hold shards of it.
        """
        bot = self._bot
        if self._file is not None:
            bot.delivery.pace.share(1)
            return
        count = bot.shard_count or 1
        async with bot.database.transaction() as session:
            processes = await take_shards(
                session,
                bot_id=bot.application_id or 0,
                shards=bot.shard_ids or range(count),
                count=count,
                holder=self._holder,
                now=bot.now(),
            )
        bot.delivery.pace.share(processes)

    async def keep(self) -> None:
        """Renew for as long as the process lives.

        Raises
        ------
        DatabaseUnusableError
            Another process took over, or the database is gone: what would be stored now would be lost.
        """
        renewed = time.monotonic()
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            if _identity(self._file) != self._began_with:
                raise DatabaseUnusableError(f"The database {self._file} was removed or replaced. Start anew.")
            try:
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self.take()
            except (SQLAlchemyError, OSError) as error:
                log.warning("database_unreachable", error=type(error).__name__)
                if time.monotonic() - renewed > LEASE.total_seconds():
                    raise DatabaseUnusableError(why_unusable(error)) from error
            else:
                renewed = time.monotonic()

    async def leave(self) -> None:
        """Let go, so that the next process need not wait."""
        if self._file is None:
            with suppress(SQLAlchemyError, OSError):  # then it ends by itself
                async with self._bot.database.transaction() as session:
                    await release_shards(session, holder=self._holder)


def _identity(path: Path | None) -> tuple[int, int] | None:
    """Return what tells a file from another one of the same name."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
