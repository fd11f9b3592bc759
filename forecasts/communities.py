"""Use cases: the server and the people in it. Whoever clicks is a member; nobody registers."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.database import insert_if_absent
from forecasts.models import AuditEntry, Community, Member, Preset
from forecasts.schedule import next_digest


async def find_community(session: AsyncSession, *, guild_id: int) -> Community | None:
    """Return the community of a server, or None before its first contact; for reading."""
    return (await session.exec(select(Community).where(col(Community.guild_id) == guild_id))).first()


def is_served(community_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that Crux hasn't left the server to which a row belongs."""
    left = select(Community.id).where(col(Community.id) == community_id, col(Community.left_at).is_not(None))
    return ~left.exists()


async def community_of(session: AsyncSession, *, guild_id: int, now: datetime) -> Community:
    """Return the community of a server, making it on first contact."""
    community = await find_community(session, guild_id=guild_id)
    if community is None:
        fresh = Community(guild_id=guild_id, created_at=now, preset=Preset.STANDARD)
        fresh.digest_due_at = next_digest(
            weekday=fresh.digest_weekday, hour=fresh.digest_hour, zone=fresh.zone, now=now
        )
        await insert_if_absent(session, Community, **fresh.model_dump(exclude={"id"}))
        community = await find_community(session, guild_id=guild_id)
    elif community.left_at is not None:
        community.left_at = None  # whoever acts there shows that Crux is there
    if community is None:
        msg = f"the community of server {guild_id} was neither found nor made"
        raise RuntimeError(msg)
    return community


async def member_of(session: AsyncSession, *, community_id: int, user_id: int, now: datetime) -> Member:
    """Return a person of a community, making them one on their first click."""
    query = select(Member).where(col(Member.community_id) == community_id, col(Member.user_id) == user_id)
    member = (await session.exec(query)).first()
    if member is None:
        await insert_if_absent(
            session, Member, community_id=community_id, user_id=user_id, created_at=now,
            hidden=False, named=False,
        )  # fmt: skip
        member = (await session.exec(query)).one()
    return member


async def welcome_once(session: AsyncSession, *, member: Member, now: datetime) -> bool:
    """Return whether this is the member's first click, and remember that they were told."""
    if member.welcomed_at is not None:
        return False
    member.welcomed_at = now
    await session.flush()
    return True


def record(
    session: AsyncSession,
    *,
    community_id: int,
    member_id: int | None,
    action: str,
    now: datetime,
    question_id: int | None = None,
    note: str = "",
) -> None:
    """Add an audit entry: nobody's score moves without a record of who and why."""
    entry = AuditEntry(
        community_id=community_id,
        question_id=question_id,
        member_id=member_id,
        action=action,
        note=note,
        at=now,
    )
    session.add(entry)
