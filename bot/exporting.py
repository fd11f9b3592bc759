"""`crux export`: one community's records, read beside a running bot."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

import claims.models  # noqa: F401 (documents and claims are among the tables)
from bot.config import Settings
from forecasts.database import Database, DatabaseUnusableError, file_of
from forecasts.models import Community
from forecasts.records.exporting import export_community
from forecasts.records.files import RecordsError
from migrations import alembic_config

PRIVATE = 0o700  # it holds what people wrote
LISTED = 10


async def export(
    settings: Settings, folder: Path, *, guild_id: int | None, with_users: bool
) -> dict[str, Any]:
    """Write an export into a new or empty folder, and return its manifest.

    Raises
    ------
    RecordsError
        The folder isn't empty, or it isn't clear which community is meant.
    DatabaseUnusableError
        There is no database of this program's schema.
    """
    database = Database(settings.database_url)
    path = file_of(database.url)
    if path is not None and not path.is_file():
        raise DatabaseUnusableError(f"There is no database {path.name}. Check DATABASE_URL.")
    try:
        async with database.reading() as session:
            if database.url.get_backend_name() == "postgresql":  # SQLite's reads are a snapshot as they are
                await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            schema = await _schema(session)
            community = await _chosen(session, guild_id)
            make_empty(folder)
            return await export_community(
                session,
                community=community,
                folder=folder,
                version=version("crux"),
                schema=schema,
                now=datetime.now(UTC),
                with_users=with_users,
            )
    finally:
        await database.close()


async def _schema(session: AsyncSession) -> str:
    """Return the database's schema, if it is this program's; nothing is migrated for reading."""
    wanted = ScriptDirectory.from_config(alembic_config()).get_current_head()
    connection = await session.connection()
    try:
        found = (await connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalar()
    except sa.exc.DBAPIError as error:
        raise DatabaseUnusableError("This is no database of Crux's. Check DATABASE_URL.") from error
    if found != wanted:
        raise DatabaseUnusableError(
            f"The database has schema {found}, and this program schema {wanted}. Run: crux db upgrade"
        )
    return str(found)


async def _chosen(session: AsyncSession, guild_id: int | None) -> Community:
    query = select(Community).order_by(col(Community.id)).limit(LISTED + 1)
    if guild_id is not None:
        query = query.where(col(Community.guild_id) == guild_id)
    found = (await session.exec(query)).all()
    if len(found) == 1:
        return found[0]
    if guild_id is not None:
        raise RecordsError("--community", f"there is no server {guild_id} in this database.")
    if not found:
        raise RecordsError("crux export", "no server has used Crux yet.")
    listed = ", ".join(str(community.guild_id) for community in found[:LISTED])
    raise RecordsError("--community", f"there are several servers: name one of {listed}.")


def make_empty(folder: Path) -> None:
    """Make a folder that only its owner can look into, or take an empty one."""
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise RecordsError(str(folder), "it is not empty. Name a new folder.")
    except OSError as error:
        raise RecordsError(str(folder), f"it can't be made ({(error.strerror or '').lower()}).") from None
