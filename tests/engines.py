"""Engines that serve one test after another: an engine's first test pays for compiling its statements."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

import forecasts.database
from forecasts.database import Database, file_of

IN_MEMORY = Path("/dev/shm")  # noqa: S108 (where there is one, files cost no disk)


@contextmanager
def trusted_disk() -> Iterator[None]:
    """Let a file not be waited for after each commit: no power fails here, and it takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        pragmas = (*forecasts.database._PRAGMAS, "PRAGMA synchronous=OFF")
        patch.setattr(forecasts.database, "_PRAGMAS", pragmas)
        yield


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Give a folder for files that are written over and over: a disk is waited for each time."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as place:
        yield Path(place)


def kept(url: str | URL) -> Database:
    """Return a database whose engines outlive its tests; close it after each."""
    with trusted_disk():
        return Database(url)


def anew(database: Database, template: Path | None = None) -> Database:
    """Return what a starting program has, on the engines of a kept one and a copy of the template."""
    fresh = Database(database.url)
    file = file_of(database.url)
    if file is not None and template is not None:
        for leftover in file.parent.glob(f"{file.name}*"):  # with what a test that failed may leave beside it
            leftover.unlink()
        shutil.copy(template, file)
    fresh._writer, fresh._reader = database._writer, database._reader
    return fresh
