"""A fresh database on a file, built once by the real migrations and copied for each test."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

import migrations
from forecasts.database import Database


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the file that each test gets a copy of."""
    path = tmp_path_factory.mktemp("migrated") / "crux.db"
    await migrations.migrate(f"sqlite+aiosqlite:///{path}")
    return path


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
