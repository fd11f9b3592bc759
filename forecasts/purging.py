"""Use cases: Crux leaves a server, comes back, or is gone for so long that all of its data is deleted."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import Community
from forecasts.ownership import hanging_on, owned_tables

KEPT_FOR = timedelta(days=30)
BATCH = 500  # rows a transaction: members of other servers wait for it


async def note_leaving(session: AsyncSession, *, guild_id: int, now: datetime) -> None:
    """Remember when Crux left a server: nothing is due there any more, and its data has thirty days."""
    query = select(Community).where(col(Community.guild_id) == guild_id).with_for_update()
    community = (await session.exec(query)).first()
    if community is not None and community.left_at is None:
        community.left_at = now


async def note_presence(session: AsyncSession, *, guild_ids: Collection[int]) -> None:
    """Go on in servers in which Crux is; what came due in between is caught up with."""
    left = select(Community).where(col(Community.left_at).is_not(None), col(Community.guild_id) > 0)
    for community in (await session.exec(left.with_for_update())).all():
        if community.guild_id in guild_ids:
            community.left_at = None


async def known_servers(session: AsyncSession) -> list[int]:
    """Return the servers in which Crux was when it last heard of them."""
    return list(
        (await session.exec(select(Community.guild_id).where(col(Community.left_at).is_(None)))).all()
    )


async def purge_some(session: AsyncSession, *, now: datetime) -> int | None:
    """Delete some rows of the server that Crux left longest ago, if that is thirty days.

    Call it again, each time in a transaction of its own, until nothing is left. A server that comes back
    while this goes on begins anew.

    Returns
    -------
    int or None
        How many rows were deleted, at least 1; None if there is nothing to delete.
    """
    query = (
        select(Community)
        .where(col(Community.left_at) <= now - KEPT_FOR)
        .order_by(col(Community.left_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    community = (await session.exec(query)).first()
    if community is None:
        return None
    community.guild_id = -community.id
    await session.flush()
    connection = await session.connection()
    for table in reversed(owned_tables()):
        for statement in (*_let_go(table, community.id), _delete(table, community.id)):
            changed = (await connection.execute(statement)).rowcount
            if changed:
                return changed
    return None


def _let_go(table: sa.Table, community_id: int) -> list[Any]:
    """Return updates that free a table's rows from one another, so that any may be deleted first."""
    own = [
        column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)
    ]
    return [
        sa.update(table)
        .where(table.c.id.in_(_some(table, community_id, column.is_not(None))))
        .values({column: None})
        for column in own
    ]


def _delete(table: sa.Table, community_id: int) -> Any:
    return sa.delete(table).where(table.c.id.in_(_some(table, community_id)))


def _some(table: sa.Table, community_id: int, *which: sa.ColumnElement[bool]) -> Any:
    rows = sa.select(table.c.id).where(hanging_on(table, "community", [community_id]), *which)
    return rows.limit(BATCH)
