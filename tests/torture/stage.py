"""Where the state machine plays: one database, one event loop, and files that are copied and thrown away."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forecasts.database import Database
from forecasts.errors import ForecastError
from tests.torture.driver import Disk, PowerCutError


def moment(seconds: int) -> datetime:
    """Return a model's time as the domain takes it."""
    return datetime.fromtimestamp(seconds, UTC)


class Refused:
    """A use case said no."""


class Died:
    """Its transaction was cut off; whether it was committed, only the file knows."""

    def __init__(self, *, committed: bool, result: Any) -> None:
        self.committed, self.result = committed, result


class Stage:
    """Runs use cases on a fresh copy of a file, kills them where it is told to, and begins anew.

    Parameters
    ----------
    template
        A migrated database with people in it.
    folder
        For the copies; in memory, if there is such a place.
    has_threads
        Run on aiosqlite as the bot does. Then nothing is cut off.
    """

    def __init__(self, template: Path, folder: Path, *, has_threads: bool = False) -> None:
        self.template, self.folder, self.has_threads = template, folder, has_threads
        self.runner = asyncio.Runner()
        self.loop = self.runner.get_loop()
        self.disk = Disk(folder / "0.db")
        self.database = Database(f"sqlite+aiosqlite:///{self.disk.path}")
        if not has_threads:
            self.disk.drive(self.database)
        self.raw = sqlite3.connect(":memory:")
        self.files = 0
        self.model: Any = None
        self.done: Counter[str] = Counter()

    def begin(self) -> None:
        """Open a new copy of the template."""
        self._move_to(self.template)
        self.done["examples"] += 1

    def keep(self, model: Any) -> None:
        """Let what is stored now be what others begin with, and this the model of it."""
        self.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.template = Path(shutil.copyfile(self.disk.path, self.folder / "template.db"))
        self.model = model

    def run(self, use_case: Callable[..., Awaitable[Any]], **values: Any) -> Any:
        """Return what a use case gave in a transaction of its own, Refused, or Died."""
        return self.loop.run_until_complete(self._run(use_case, values))

    async def _run(self, use_case: Callable[..., Awaitable[Any]], values: dict[str, Any]) -> Any:
        before, result = self._version(), None
        try:
            async with self.database.transaction() as session:
                result = await use_case(session, **values)
        except ForecastError:
            self.done["refused"] += 1
            return Refused()
        except (PowerCutError, asyncio.CancelledError):
            self.done["cut off"] += 1
            committed = self._version() != before
            self.done["cut off after the commit"] += committed
            return Died(committed=committed, result=result)
        return result

    def read(self, query: Callable[..., Awaitable[Any]], **values: Any) -> Any:
        """Return what a read gives."""

        async def read() -> Any:
            async with self.database.reading() as session:
                return await query(session, **values)

        return self.loop.run_until_complete(read())

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read past the program."""
        return self.raw.execute(query).fetchall()

    def begin_anew(self) -> None:
        """Take over as the next process does: what the dead one left in its files, and nothing else."""
        self._move_to(self.disk.path)
        self.done["processes"] += 1

    def end(self) -> None:
        """Let go of everything."""
        self._close()
        self.runner.close()

    def _move_to(self, origin: Path) -> None:
        self.files += 1
        path = self.folder / f"{self.files}.db"
        shutil.copyfile(origin, path)
        with suppress(FileNotFoundError):  # the log, but not its index in shared memory: that is gone
            shutil.copyfile(f"{origin}-wal", f"{path}-wal")
        old = self.disk.path
        self._close()
        for end in ("", "-wal", "-shm"):
            Path(f"{old}{end}").unlink(missing_ok=True)
        self.disk.path = path
        if self.has_threads:
            self.database = Database(f"sqlite+aiosqlite:///{path}")
        self.raw = sqlite3.connect(path, isolation_level=None)

    def _close(self) -> None:
        self.disk.power.restore()
        self.loop.run_until_complete(self.database.close())
        self.disk.close()
        self.raw.close()

    def _version(self) -> int:
        """Return a number that differs once somebody else's transaction has changed the file."""
        return int(self.rows("PRAGMA data_version")[0][0])
