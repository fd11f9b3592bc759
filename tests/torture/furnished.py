"""A furnished house on a file of its own: what is tortured here is SQLite's."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from forecasts.database import Database
from tests.usecases.conftest import House, _furnish


@pytest.fixture(scope="session", name="furnished")
def a_furnished_file(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the file that tests get copies of: six members at home and one next door."""
    path = Path(shutil.copy(migrated, tmp_path_factory.mktemp("furnished")))

    async def furnish() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await _furnish(database)
        await database.close()

    asyncio.run(furnish())
    return path


@pytest.fixture(name="house")
async def a_house(furnished: Path, tmp_path: Path) -> AsyncIterator[House]:
    """Give a test a house of its own."""
    database = Database(f"sqlite+aiosqlite:///{shutil.copy(furnished, tmp_path / 'crux.db')}")
    yield House(database)
    await database.close()
