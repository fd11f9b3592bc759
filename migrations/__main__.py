"""Write the next migration from what changed in the models: ``python -m migrations "What changed"``."""

import asyncio
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from forecasts.database import migration_engine
from migrations import alembic_config, migrate


async def write_migration(message: str) -> None:
    """Compare the models with a database built by the migrations so far, and write the difference."""
    number = len(list(ScriptDirectory.from_config(alembic_config()).walk_revisions())) + 1

    def compare(connection: sa.Connection) -> None:
        command.revision(alembic_config(connection), message, autogenerate=True, rev_id=f"{number:04d}")

    with tempfile.TemporaryDirectory() as folder:
        url = make_url(f"sqlite+aiosqlite:///{Path(folder) / 'empty.db'}")
        await migrate(url)
        engine = migration_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(compare)
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(write_migration(sys.argv[1]))
