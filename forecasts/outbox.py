"""What must be said in Discord: written in the transaction that makes it true, sent afterwards."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.communities import is_served
from forecasts.database import insert_if_absent
from forecasts.models import OutboxMessage, Question

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8
REFRESH_EVERY_SECONDS = 10


class Errand(StrEnum):
    """What delivery does with a message."""

    CARD = "card"  # post a question's card
    REFRESH = "refresh"  # edit the card to the present state
    NOTICE = "notice"  # post what happened to a question
    NOTE = "note"  # tell the moderators
    DIGEST = "digest"
    BRIEF = "brief"  # post the most debatable new claims
    TELL = "tell"  # mention those who asked to be told about a question
    FEEDBACK = "feedback"  # tell an author in private what readers made of their arguments
    PROMPT = "prompt"  # ask a member whether a crux that came out moves them


async def enqueue(
    session: AsyncSession,
    *,
    key: str,
    kind: Errand,
    community_id: int,
    now: datetime,
    channel_id: int | None = None,
    question_id: int | None = None,
    payload: dict[str, Any] | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Owe Discord a message; a key that is already there owes nothing more.

    ``key`` is at most 25 characters: it is the nonce by which Discord drops a repetition.
    """
    return await insert_if_absent(
        session,
        OutboxMessage,
        key=key,
        community_id=community_id,
        question_id=question_id,
        kind=str(kind),
        channel_id=channel_id,
        payload=payload or {},
        created_at=now,
        not_before=not_before or now,
        attempts=0,
        error="",
    )


async def enqueue_refresh(session: AsyncSession, *, question: Question, now: datetime) -> None:
    """Bring the card up to date, at most once in ten seconds: the bucket's number is the key."""
    if question.channel_id is None:
        return
    bucket = int(now.timestamp()) // REFRESH_EVERY_SECONDS + 1
    await enqueue(
        session,
        key=f"r{question.id}:{bucket}",
        kind=Errand.REFRESH,
        community_id=question.community_id,
        channel_id=question.channel_id,
        question_id=question.id,
        now=now,
        not_before=datetime.fromtimestamp(bucket * REFRESH_EVERY_SECONDS, tz=now.tzinfo),
    )


async def claim_next(session: AsyncSession, *, now: datetime) -> OutboxMessage | None:
    """Lease the oldest message that is due, or return None.

    A sender that dies loses its lease, and the message is claimed again.
    """
    waiting = (
        select(OutboxMessage)
        .where(
            col(OutboxMessage.sent_at).is_(None),
            col(OutboxMessage.dead_at).is_(None),
            col(OutboxMessage.not_before) <= now,
            sa.or_(col(OutboxMessage.lease_until).is_(None), col(OutboxMessage.lease_until) <= now),
            is_served(col(OutboxMessage.community_id)),
        )
        .order_by(col(OutboxMessage.not_before), col(OutboxMessage.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    message = (await session.exec(waiting)).first()
    if message is not None:
        message.lease_until = now + LEASE
        message.attempts += 1
        await session.flush()
    return message


async def mark_sent(
    session: AsyncSession, *, outbox_id: int, message_id: int | None, now: datetime
) -> OutboxMessage:
    """Remember that a message arrived; a question remembers which message is its card."""
    message = await _get(session, outbox_id)
    message.sent_at = now
    message.message_id = message_id
    message.lease_until = None
    if message.kind == Errand.CARD and message.question_id is not None:
        question = await session.get_one(Question, message.question_id)
        question.card_message_id = message_id
    await session.flush()
    return message


async def mark_failed(
    session: AsyncSession, *, outbox_id: int, error: str, permanent: bool, now: datetime
) -> bool:
    """Put a message back with a growing delay; return True when it is dead and won't be tried again."""
    message = await _get(session, outbox_id)
    message.lease_until = None
    message.error = error[:200]
    if permanent or message.attempts >= MAX_ATTEMPTS:
        message.dead_at = now
    else:
        message.not_before = now + timedelta(seconds=2**message.attempts)
    await session.flush()
    return message.dead_at is not None


async def next_due(session: AsyncSession) -> datetime | None:
    """Return when the next waiting message can be claimed: a leased one when its lease ends."""
    claimable_at = sa.func.coalesce(col(OutboxMessage.lease_until), col(OutboxMessage.not_before))
    query = select(sa.func.min(claimable_at)).where(
        col(OutboxMessage.sent_at).is_(None),
        col(OutboxMessage.dead_at).is_(None),
        is_served(col(OutboxMessage.community_id)),
    )
    return (await session.exec(query)).one()


async def _get(session: AsyncSession, outbox_id: int) -> OutboxMessage:
    return await session.get_one(OutboxMessage, outbox_id)
