"""Use case: the clock ran ahead and was set back. What it put off must not wait until it is there again."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import Community, OutboxMessage
from forecasts.outbox import LEASE
from forecasts.schedule import next_brief, next_digest

LONGEST_DELAY = timedelta(hours=1)  # no message is put off for longer
LONGEST_PAUSE = timedelta(days=8)  # between two digests, whatever the zone's clock does


async def bring_back(session: AsyncSession, *, now: datetime) -> None:
    """Let go of leases, messages, digests and briefs that only a wrong clock can have put so far ahead.

    What the clock moved on too early stays as it is: members were told.
    """
    waits = col(OutboxMessage.sent_at).is_(None) & col(OutboxMessage.dead_at).is_(None)
    connection = await session.connection()
    await connection.execute(
        sa.update(OutboxMessage)
        .where(waits, col(OutboxMessage.lease_until) > now + LEASE)
        .values(lease_until=None)
    )
    await connection.execute(
        sa.update(OutboxMessage)
        .where(waits, col(OutboxMessage.not_before) > now + LONGEST_DELAY)
        .values(not_before=now)
    )
    latest = now + LONGEST_PAUSE
    put_off = select(Community).where(
        (col(Community.digest_due_at) > latest) | (col(Community.brief_due_at) > latest)
    )
    for community in (await session.exec(put_off.with_for_update())).all():
        community.digest_due_at = next_digest(
            weekday=community.digest_weekday, hour=community.digest_hour, zone=community.zone, now=now
        )
        if community.brief_hour is not None:
            community.brief_due_at = next_brief(
                hour=community.brief_hour, weekday=community.brief_weekday, zone=community.zone, now=now
            )
    await session.flush()
