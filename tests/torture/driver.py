"""A SQLite driver without a thread of its own, whose power can fail at any of its calls.

A statement is a journey to another thread and back, and a story makes thousands. The state machine runs
SQLAlchemy, the engines' settings and SQLite as they are, and only these journeys are left out; a smaller
number of its runs keeps aiosqlite itself.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import event

from forecasts.database import Database

# ruff: noqa: D102 (the methods do what the driver's own do)

Result = TypeVar("Result")


class PowerCutError(BaseException):
    """The process is dead: no code of it runs any more that could reach the disk."""


class Power:
    """Fails once, before or after a call of the driver that is counted down to.

    Parameters
    ----------
    kills
        Whether it is the process that ends, or only the task: after a cancelled one the rest lives on.
    """

    def __init__(self) -> None:
        self.moments_left: int | None = None
        self.kills = True
        self.is_off = False

    def fail_after(self, moments: int, *, kills: bool) -> None:
        """Let it fail after so many moments; each call has one before it and one behind it."""
        self.moments_left, self.kills = moments, kills

    def restore(self) -> None:
        """Begin as a new process."""
        self.moments_left, self.is_off = None, False

    def pass_moment(self, *, is_before: bool = False) -> None:
        """Let a moment pass, which may be the last.

        A task is cancelled while it waits: what it waits for is done nonetheless, as by aiosqlite's thread.

        Raises
        ------
        PowerCutError, asyncio.CancelledError
            The process ends here, or the task.
        """
        if self.is_off:
            raise PowerCutError
        if self.moments_left is None or (is_before and not self.kills):
            return
        self.moments_left -= 1
        if self.moments_left < 0:
            self.moments_left = None
            if self.kills:
                self.is_off = True
                raise PowerCutError
            raise asyncio.CancelledError

    async def call(self, work: Callable[..., Result], *given: Any) -> Result:
        """Make one call of the driver."""
        self.pass_moment(is_before=True)
        done = work(*given)
        self.pass_moment()
        return done


class Cursor:
    """What SQLAlchemy asks of an aiosqlite cursor, by the same names."""

    def __init__(self, cursor: sqlite3.Cursor, power: Power) -> None:
        self._cursor, self._power = cursor, power

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, *given: Any) -> "Cursor":
        await self._power.call(self._cursor.execute, *given)
        return self

    async def executemany(self, *given: Any) -> "Cursor":
        await self._power.call(self._cursor.executemany, *given)
        return self

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class Connection:
    """What SQLAlchemy asks of an aiosqlite connection, by the same names."""

    def __init__(self, connection: sqlite3.Connection, power: Power) -> None:
        self._conn, self._power = connection, power

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._conn

    def cursor(self) -> Cursor:
        return Cursor(self._conn.cursor(), self._power)

    async def create_function(self, *given: Any, **named: Any) -> None:
        self._conn.create_function(*given, **named)

    async def commit(self) -> None:
        await self._power.call(self._conn.commit)

    async def rollback(self) -> None:
        await self._power.call(self._conn.rollback)

    async def close(self) -> None:
        self._conn.close()

    def stop(self) -> None:
        self._conn.close()


class Disk:
    """Where the database lies at present, and the power that its process runs on."""

    def __init__(self, path: Path) -> None:
        self.path, self.power = path, Power()
        self.open: list[sqlite3.Connection] = []

    def drive(self, database: Database) -> None:
        """Let a database's engines connect to this disk, without threads; only writing may be cut off."""
        for engine, power in ((database._writer, self.power), (database._reader, Power())):
            event.listen(engine.sync_engine, "do_connect", self._connecting(power))

    def _connecting(self, power: Power) -> Callable[..., None]:
        async def connect(_address: str, **given: Any) -> Connection:
            connection = sqlite3.connect(self.path, check_same_thread=False, **given)
            self.open.append(connection)
            return Connection(connection, power)

        def use(_dialect: object, _record: object, given: list[Any], named: dict[str, Any]) -> None:
            named.pop("check_same_thread", None)
            named["async_creator_fn"] = connect
            given[:] = given[:1]

        return use

    def close(self) -> None:
        """Close whatever a dead process left open: its files are ours, and locks end with them."""
        for connection in self.open:
            connection.close()
        self.open.clear()
