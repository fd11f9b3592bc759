"""A fresh database on a file of its own for each test."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from forecasts.database import Database


@pytest.fixture
def path(migrated: Path, tmp_path: Path) -> Path:
    """Give a test its own copy."""
    return Path(shutil.copy(migrated, tmp_path / "crux.db"))


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    """Open that copy."""
    opened = Database(f"sqlite+aiosqlite:///{path}")
    yield opened
    await opened.close()
