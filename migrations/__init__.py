"""Bring a database to this program's schema, or say in one line why not."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.engine import URL, make_url

from forecasts.backups import copy_database
from forecasts.database import DatabaseUnusableError, file_of, migration_engine, why_unusable

# Any number that nothing else on a PostgreSQL server locks: "migr" in ASCII.
_LOCK = 0x6D696772


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration for this folder; ``connection`` is what it migrates."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def migrate(url: str | URL, target: str = "head", *, keep_copy: bool = True) -> None:
    """Upgrade a database in one transaction; of two starters at once, the second finds nothing to do.

    A SQLite database that is about to change is copied first, to ``backups`` beside it.

    Parameters
    ----------
    url
        The database, with its driver.
    target
        A revision to upgrade to.
    keep_copy
        False: it is a copy itself.

    Raises
    ------
    DatabaseUnusableError
        It is locked, read-only, no database, or newer than this program, the copy could not be
        written, or rows would be lost; nothing was changed.
    """
    await _run(make_url(url), target, command.upgrade, keep_copy=keep_copy)


async def downgrade(url: str | URL, target: str) -> None:
    """Downgrade a database to a revision in one transaction; copies and raises as :func:`migrate`."""
    await _run(make_url(url), target, command.downgrade, keep_copy=True)


async def check_current(url: str | URL) -> None:
    """Raise :class:`DatabaseUnusableError` unless the database has exactly this program's schema."""

    def check(connection: sa.Connection) -> None:
        _refuse_newer(connection)
        scripts = ScriptDirectory.from_config(alembic_config())
        if MigrationContext.configure(connection).get_current_revision() != scripts.get_current_head():
            raise DatabaseUnusableError("The database is older than this program. Run: crux db upgrade")

    await _connected(make_url(url), check)


async def _run(url: URL, target: str, step: Callable[[Config, str], None], *, keep_copy: bool) -> None:
    def apply(connection: sa.Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        _refuse_newer(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        wanted = ScriptDirectory.from_config(alembic_config()).as_revision_number(target)
        if current is not None and current == wanted:
            return  # other processes may be at work: what they delete meanwhile is no loss
        source = file_of(url)
        if keep_copy and current is not None and source is not None:
            # One file a schema: a start that fails again and again doesn't fill the disk.
            copy_database(source, source.parent / "backups" / f"{source.stem}.schema-{current}.db")
        before = _row_counts(connection)
        step(alembic_config(connection), target)
        _check_references(connection)
        after = _row_counts(connection)
        lost = [name for name in before if name in after and after[name] < before[name]]
        if lost:
            raise DatabaseUnusableError(f"The migration would lose rows of {', '.join(lost)}; undone.")

    await _connected(url, apply)


def _row_counts(connection: sa.Connection) -> dict[str, int]:
    tables = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
    counts = (sa.select(sa.func.count()).select_from(sa.table(name)) for name in tables)
    return {name: connection.scalar(count) or 0 for name, count in zip(tables, counts, strict=True)}


def _check_references(connection: sa.Connection) -> None:
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL checks them itself
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise DatabaseUnusableError(f"The migration would break {len(broken)} references; undone.")


async def _connected(url: URL, work: Callable[[sa.Connection], None]) -> None:
    engine = migration_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(work)
    except (sa.exc.SQLAlchemyError, OSError, UnicodeError) as error:
        raise DatabaseUnusableError(why_unusable(error)) from error
    except CommandError as error:
        raise DatabaseUnusableError(f"There is no such schema here: {error}") from error
    finally:
        await engine.dispose()


def _refuse_newer(connection: sa.Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseUnusableError(
            f"The database was made by a newer Crux (schema {current}). Update Crux, or restore a backup."
        )
