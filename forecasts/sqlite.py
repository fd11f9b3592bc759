"""SQLite on a thread of its own, one journey to that thread and back for a statement.

SQLAlchemy asks aiosqlite for a cursor, has it execute, fetches, and closes it; each of the four is handed to
the connection's thread and waited for. Most statements here touch a handful of rows, and the journeys cost
more than the work does (`docs/decisions/0011-one-journey-a-statement.md`). Here the four are one.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, Self

import aiosqlite

AT_ONCE = 500  # rows that come with their statement; those of an export don't fit into memory


class Cursor:
    """What SQLAlchemy asks of an aiosqlite cursor, by the same names.

    Once a statement is done, SQLite's own cursor is closed, unless there may be more rows than came with it.
    """

    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._open: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Execute one statement, and take its first rows along."""
        await self._connection.journey(self._run, sqlite3.Cursor.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Any) -> Self:
        """Execute one statement with each of several sets of parameters."""
        await self._connection.journey(self._run, sqlite3.Cursor.executemany, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        rows, self._rows = self._rows, []
        if self._open is not None:
            rows += await self._connection.journey(self._open.fetchall)
            await self.close()
        return rows

    async def fetchmany(self, size: int = arraysize) -> list[Any]:
        """Return so many of the rows that are left, or all if they are fewer."""
        missing = size - len(self._rows)
        if self._open is not None and missing > 0:
            self._rows += await self._connection.journey(self._open.fetchmany, missing)
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def fetchone(self) -> Any:
        """Return the next row, or None."""
        return next(iter(await self.fetchmany(1)), None)

    async def close(self) -> None:
        """Let go of rows that nobody asked for."""
        self._rows = []
        if self._open is not None:
            cursor, self._open = self._open, None
            await self._connection.journey(cursor.close)

    def _run(self, execute: Callable[..., object], sql: str, parameters: Any) -> None:
        """Do what one journey is for; on the connection's thread."""
        cursor, self._open = self._connection.opened(), None
        try:
            execute(cursor, sql, parameters)
            self._rows = cursor.fetchmany(AT_ONCE)
            self.description, self.lastrowid = cursor.description, cursor.lastrowid
            self.rowcount = cursor.rowcount
            if len(self._rows) == AT_ONCE:
                self._open = cursor
        finally:
            if self._open is None:
                cursor.close()


class Connection(aiosqlite.Connection):
    """An aiosqlite connection with cursors that travel once.

    It uses names that aiosqlite keeps to itself, as SQLAlchemy's dialect does: aiosqlite is pinned.
    """

    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(partial(sqlite3.connect, path, **options), iter_chunk_size=AT_ONCE)
        self._ending: asyncio.Future[Any] | None = None
        self._thread.daemon = True  # a statement that never ends can't hold the process

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Return a cursor that has not travelled yet."""
        return Cursor(self)

    def opened(self) -> sqlite3.Cursor:
        """Return a cursor of SQLite's own, for the connection's thread."""
        return self._conn.cursor()

    def stop(self) -> asyncio.Future[Any] | None:
        """End the thread, once: a second request would wait for an answer that nobody gives."""
        if self._running:
            self._ending = super().stop()
        return self._ending

    async def journey(self, work: Callable[..., Any], *given: Any) -> Any:
        """Have the connection's thread do something, and return what came of it."""
        return await self._execute(work, *given)  # type: ignore[no-untyped-call]


async def connect(path: str, **options: Any) -> Connection:
    """Open a SQLite database for SQLAlchemy's dialect ``sqlite+aiosqlite``.

    Parameters
    ----------
    path
        A file, or a ``file:`` address where ``uri=True`` is among the options.
    **options
        Those of `sqlite3.connect`.

    Raises
    ------
    sqlite3.OperationalError
        The file can't be opened.
    """
    connection = Connection(path, **options)
    await connection
    return connection
