"""`crux restore`: a backup becomes the database, in a copy that takes the old one's place when it is done."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from bot.client import CruxBot
from bot.instances import only_copy
from forecasts.backups import BackupError, check_integrity, copy_database, put_in_place
from forecasts.database import Database, file_of
from forecasts.instances import check_nobody_runs
from forecasts.models import Heartbeat
from forecasts.restoring import Reached, Restored, go_on_from_now
from migrations import migrate

FOR_POSTGRESQL = (
    "crux restore takes SQLite backups. For PostgreSQL: stop Crux, bring a crux backup back into an empty "
    "database with pg_restore, then run: crux db silence"
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a restore did, and where the database went that was there before."""

    done: Restored
    aside: Path | None


async def restore(url: str, backup: Path) -> Exchange:
    """Make a backup the database; a restore that is interrupted leaves the present one as it is.

    Raises
    ------
    DatabaseUnusableError
        The bot runs, or the backup is damaged, is none of Crux's, or was made by a newer Crux.
    """
    path = file_of(make_url(url))
    if path is None:
        raise BackupError(FOR_POSTGRESQL)
    with only_copy(url), _beside(path) as fresh:
        check_integrity(backup)
        copy_database(backup, fresh)
        _check_ours(fresh, backup.name)
        copy = make_url(url).set(database=str(fresh), query={})
        await migrate(copy, keep_copy=False)
        done = await go_on(copy, reached=reached_by(path))
        _as_before(path, fresh)
        aside = put_in_place(fresh, path, now=datetime.now(UTC))
    return Exchange(done, aside)


async def silence_server(url: str) -> Restored:
    """Do for a PostgreSQL database, brought back by ``pg_restore``, what :func:`restore` does for a file."""
    if file_of(make_url(url)) is not None:
        raise BackupError("crux db silence is for PostgreSQL. For SQLite: crux restore FILE")
    await migrate(url)
    database = Database(url)
    try:
        async with database.reading() as session:
            await check_nobody_runs(session, now=datetime.now(UTC))
    finally:
        await database.close()
    return await go_on(make_url(url), reached=None)


async def go_on(url: URL, *, reached: Reached | None) -> Restored:
    """Move what came due since the backup without a word, then go on from now.

    The time since the backup counts as a downtime: a sealed round whose forecasts were lost gets time back.
    """
    database = Database(url)
    now = datetime.now(UTC)
    try:
        async with database.reading() as session:
            heartbeat = await session.get(Heartbeat, 1)
        async with CruxBot(database, now=lambda: now) as bot:
            await bot.sweep(offline_since=heartbeat.at if heartbeat else None)
        async with database.transaction() as session:
            return await go_on_from_now(session, reached=reached, now=now)
    finally:
        await database.close()


def reached_by(path: Path) -> Reached | None:
    """Return how far the present database has counted, or None if it can't say."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path)) as connection:
            ask = connection.execute
            outbox = ask("SELECT max(id) FROM outbox_message").fetchone()[0] or 0
            question = ask("SELECT max(id) FROM question").fetchone()[0] or 0
            numbers = dict(ask("SELECT guild_id, last_number FROM community").fetchall())
    except sqlite3.Error:
        return None
    return Reached(outbox, question, numbers)


def _check_ours(path: Path, name: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        try:
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            revision = None
    if revision is None:
        raise BackupError(f"{name} is a SQLite database, but none of Crux's.")


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a place for the copy, and leave nothing there."""
    fresh = path.with_name(f"{path.name}.restoring")
    leftovers = [Path(f"{fresh}{end}") for end in ("", "-wal", "-shm")]
    try:
        for each in leftovers:
            each.unlink(missing_ok=True)  # of a restore that was killed
        yield fresh
    finally:
        for each in leftovers:
            each.unlink(missing_ok=True)


def _as_before(path: Path, fresh: Path) -> None:
    """Give the copy the owner and rights of the file it replaces: a host often restores as root."""
    if path.exists():
        with suppress(PermissionError):
            found = path.stat()
            os.chown(fresh, found.st_uid, found.st_gid)
            fresh.chmod(found.st_mode & 0o777)
