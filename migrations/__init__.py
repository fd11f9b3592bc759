"""Bring a database to this program's schema, or say in one line why not."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import URL, make_url

from forecasts.database import DatabaseUnusableError, migration_engine, why_unusable


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration for this folder; ``connection`` is what it migrates."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def migrate(url: str | URL, target: str = "head") -> None:
    """Upgrade a database in one transaction.

    Parameters
    ----------
    url
        The database, with its driver.
    target
        A revision to upgrade to.

    Raises
    ------
    DatabaseUnusableError
        It is locked, read-only, no database, or newer than this program; nothing was changed.
    """
    await _run(make_url(url), lambda config: command.upgrade(config, target))


async def downgrade(url: str | URL, target: str) -> None:
    """Downgrade a database to a revision in one transaction; raises as :func:`migrate`."""
    await _run(make_url(url), lambda config: command.downgrade(config, target))


async def check_current(url: str | URL) -> None:
    """Raise :class:`DatabaseUnusableError` unless the database has exactly this program's schema."""

    def check(connection: sa.Connection) -> None:
        _refuse_newer(connection)
        scripts = ScriptDirectory.from_config(alembic_config())
        if MigrationContext.configure(connection).get_current_revision() != scripts.get_current_head():
            raise DatabaseUnusableError("The database is older than this program. Run: crux db upgrade")

    await _connected(make_url(url), check)


async def _run(url: URL, step: Callable[[Config], None]) -> None:
    def apply(connection: sa.Connection) -> None:
        _refuse_newer(connection)
        step(alembic_config(connection))
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise DatabaseUnusableError(f"The migration would break {len(broken)} references; undone.")

    await _connected(url, apply)


async def _connected(url: URL, work: Callable[[sa.Connection], None]) -> None:
    engine = migration_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(work)
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise DatabaseUnusableError(why_unusable(error)) from error
    finally:
        await engine.dispose()


def _refuse_newer(connection: sa.Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseUnusableError(
            f"The database was made by a newer Crux (schema {current}). Update Crux, or restore a backup."
        )
