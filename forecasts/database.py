"""Engines and sessions, with the exact SQLite settings that keep forecasts safe.

SQLite: every write transaction begins with ``BEGIN IMMEDIATE`` on the one connection of the write
engine, so writers queue instead of polling for a lock, and two read-modify-writes can't lose each
other's update. Reads have an engine of their own that can't write. PostgreSQL needs one engine.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts import sqlite

BUSY_TIMEOUT_MS = 2_000  # Discord waits three seconds for an answer
MIGRATION_TIMEOUT_MS = 15_000  # another starter may be migrating: wait until it has

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)


# So many others wait for a connection that there was none to be had in half a minute; nothing was done.
DatabaseBusyError = sa.exc.TimeoutError


class DatabaseUnusableError(Exception):
    """The database can't be used; ``str()`` is one line for the host."""


class Database:
    """Transactions and reads on one database.

    Parameters
    ----------
    url
        ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://...``. A SQLite database needs a file:
        two engines share it.

    Examples
    --------
    >>> database = Database("sqlite+aiosqlite:///crux.db")
    >>> database.url.get_backend_name()
    'sqlite'
    """

    def __init__(self, url: str | URL) -> None:
        self.url = make_url(url)
        if self.url.get_backend_name() == "sqlite":
            self._writer = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE", pool_size=1)
            self._reader = _sqlite_engine(self.url, begin="BEGIN", pool_size=4, query_only=True)
        else:
            self._writer = self._reader = create_async_engine(
                self.url, pool_pre_ping=True, hide_parameters=True
            )
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open one write transaction: committed at the end of the block, rolled back on any error.

        Never open a second one inside it: on SQLite there is only one writer.
        """
        self._in_hand += 1
        self._idle.clear()
        try:
            async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
                yield session
        finally:
            self._in_hand -= 1
            if not self._in_hand:
                self._idle.set()

    async def idle(self) -> None:
        """Wait until no write transaction is in hand."""
        await self._idle.wait()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a read-only session: one consistent snapshot on SQLite."""
        async with AsyncSession(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


async def insert_if_absent(session: AsyncSession, table: type[SQLModel], **values: Any) -> bool:
    """Insert one row unless a unique key forbids it; return whether it was inserted."""
    dialect = session.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    statement = insert(table).values(**values).on_conflict_do_nothing()
    result = await (await session.connection()).execute(statement)
    return result.rowcount == 1


def file_of(url: URL) -> Path | None:
    """Return the file of a SQLite database, or None for a server.

    Examples
    --------
    >>> file_of(make_url("sqlite+aiosqlite:///crux.db")).name
    'crux.db'
    >>> file_of(make_url("postgresql+asyncpg://localhost/crux")) is None
    True
    """
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    name = url.database
    return Path(unquote(name.removeprefix("file:")) if name.startswith("file:") else name)


def migration_engine(url: URL) -> AsyncEngine:
    """Return an engine for migrations: foreign keys off, since rebuilding a table would cascade."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=1, foreign_keys=False)
    return create_async_engine(url, hide_parameters=True)


def _sqlite_engine(
    url: URL, *, begin: str, pool_size: int, query_only: bool = False, foreign_keys: bool = True
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,  # a failed statement is logged, what a member wrote is not
        json_deserializer=_read_json,
        connect_args={
            "async_creator_fn": sqlite.connect,
            "isolation_level": None,
            "timeout": BUSY_TIMEOUT_MS / 1000,
        },
    )

    busy_ms = BUSY_TIMEOUT_MS if foreign_keys else MIGRATION_TIMEOUT_MS
    pragmas = [f"PRAGMA busy_timeout={busy_ms}", *_PRAGMAS]
    if query_only:
        pragmas.append("PRAGMA query_only=ON")
    if not foreign_keys:
        pragmas.append("PRAGMA foreign_keys=OFF")

    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        try:
            for pragma in pragmas:
                cursor.execute(pragma)
        except BaseException:
            connection.close()  # the pool forgets it, and its thread would live on
            raise
        cursor.close()

    def begin_transaction(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)
        if not foreign_keys:
            # In a read-only file BEGIN IMMEDIATE quietly begins to read; only a write tells.
            connection.exec_driver_sql("PRAGMA user_version=0")

    def let_go(connection: Any, _record: object, _error: BaseException | None) -> None:
        # The cursor of a cancelled statement keeps a closed connection, and its write lock, alive.
        with suppress(sqlite3.Error, sa.exc.MissingGreenlet, asyncio.CancelledError):
            connection.rollback()

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "invalidate", let_go)
    event.listen(engine.sync_engine, "begin", begin_transaction)
    return engine


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise DatabaseUnusableError(_DAMAGED) from None


def why_unusable(error: BaseException) -> str:
    """Say in one line what keeps a database from being used."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    text = "malformed" if isinstance(cause, UnicodeError) else str(cause)  # noise where text was
    if isinstance(cause, UnicodeError) or "sqlite" in type(cause).__module__:
        for sign, sentence in _SQLITE_SENTENCES:
            if sign in text:
                return sentence
    return f"The database can't be used: {text.splitlines()[0] if text else type(cause).__name__}"


_DAMAGED = "The database file is damaged. Bring a backup back: crux restore FILE (see the folder backups)"
_SQLITE_SENTENCES = (
    ("locked", "The database is locked: another program is writing to it. Stop that program and try again."),
    ("readonly", "The database is read-only. Give the user that runs Crux the right to write to it."),
    ("unable to open", "The database file can't be opened. Check that its folder exists and is writable."),
    (
        "disk is full",
        "The disk is full. Make room, then start Crux again; what it had acknowledged is stored.",
    ),
    (
        "disk I/O error",
        "The disk can't be read or written. See the system's log, and whether the disk is full.",
    ),
    ("malformed", _DAMAGED),
    ("not a database", "The file is not a SQLite database. Check DATABASE_URL."),
)
