"""Copies of the database: whole, checked, on disk before they have their name. Safe beside a running bot."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from forecasts.database import DatabaseUnusableError, file_of, why_unusable

KEPT = 7
PRIVATE = 0o600  # it holds what people wrote
PARTIAL = ".partial"


class BackupError(DatabaseUnusableError):
    """No backup was made, or one can't be used; ``str()`` is one line for the host."""


def back_up(url: URL, folder: Path | None, *, keep: int, now: datetime) -> Path:
    """Write a backup named by its UTC time, and remove all but the newest ``keep``.

    Parameters
    ----------
    url
        A SQLite database is copied by SQLite itself, a PostgreSQL one by ``pg_dump``.
    folder
        Where to; by default ``backups`` beside a SQLite file, or in the working directory.
    keep
        At least 1.

    Raises
    ------
    BackupError
        Nothing was written, and no older backup was removed.
    """
    source = file_of(url)
    if folder is None:
        folder = (source.parent if source else Path()) / "backups"
    stem, ending = (source.stem, ".db") if source else (url.database or "postgresql", ".dump")
    target = folder / f"{stem}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{ending}"
    if source:
        copy_database(source, target)
    else:
        _written(target, lambda partial: _dump(url, partial))
    pattern = f"{stem}-{'[0-9]' * 8}T{'[0-9]' * 6}Z{ending}"
    for old in sorted(folder.glob(pattern))[:-keep]:
        old.unlink()
    return target


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database as of one moment, write-ahead log included, while others write to it.

    Raises
    ------
    BackupError
        The source can't be read or is damaged, or the disk is full; an older target is left as it was.
    """

    def copy(partial: Path) -> None:
        if not source.exists():
            raise BackupError(f"There is no database at {source}.")
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            # A copy can be whole without the rows that the damage hides.
            _refuse_damage(connection, source.name)
            connection.execute("VACUUM INTO ?", [str(partial)])
        check_integrity(partial)

    _written(target, copy)


def check_integrity(path: Path) -> None:
    """Raise BackupError unless a file is a whole SQLite database."""
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            _refuse_damage(connection, path.name)
    except (sqlite3.Error, UnicodeError) as error:
        raise BackupError(f"{path.name} can't be used: {error}.") from error


def _refuse_damage(connection: sqlite3.Connection, name: str) -> None:
    found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if found != "ok" or broken is not None:
        said = found.splitlines()[0] if found != "ok" else f"a row of {broken[0]} refers to nothing"
        raise BackupError(f"{name} is damaged: {said}. Restore a whole backup: crux restore FILE")


def put_in_place(fresh: Path, path: Path, *, now: datetime) -> Path | None:
    """Make a checked file the database, and keep the one that was there aside.

    The log of the old database is moved away before the new file gets its name: SQLite would replay
    it into a file it doesn't belong to.

    Returns
    -------
    Path or None
        Where the present database went, or None when there was none.
    """
    with closing(sqlite3.connect(fresh)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # all of it is in the one file that is renamed
    _sync(fresh)
    aside = path.with_name(f"{path.stem}.before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}{path.suffix}")
    is_there = path.exists()
    if is_there:
        with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for end in ("-wal", "-shm"):
            if (old := Path(f"{path}{end}")).exists():
                old.rename(f"{aside}{end}")
        os.link(path, aside)  # a second name, so that at no moment there is no database
    fresh.replace(path)
    _sync(path.parent)
    return aside if is_there else None


def _written(target: Path, write: Callable[[Path], None]) -> None:
    partial = target.with_name(target.name + PARTIAL)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        partial.touch(PRIVATE)
        write(partial)
        _sync(partial)
        partial.replace(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error, UnicodeError) as error:
        raise BackupError(f"No backup was written to {target}: {why_unusable(error)}") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _dump(url: URL, target: Path) -> None:
    run_client(url, "pg_dump", "--format=custom", "--no-owner", "--file", str(target))
    run_client(url, "pg_restore", "--list", str(target))


def run_client(url: URL, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on a database; the password goes by the environment.

    Raises
    ------
    BackupError
        It isn't installed, or it failed.
    """
    command = shutil.which(program)
    if command is None:
        raise BackupError(
            f"{program} isn't on PATH. Install PostgreSQL's client programs, as new as the server or newer."
        )
    host = url.query.get("host") or url.host
    given = {
        "PGHOST": host if isinstance(host, str) else None,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    environment = os.environ | {name: value for name, value in given.items() if value}
    done = subprocess.run(  # noqa: S603 (no shell, and the arguments are our own)
        [command, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = next(iter(done.stderr.splitlines()), f"exit status {done.returncode}")
        raise BackupError(f"{program} failed: {said}")
