"""What must be said in Discord: written in the transaction that makes it true, sent afterwards."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from forecasts.communities import is_served
from forecasts.database import insert_if_absent
from forecasts.models import OutboxMessage, Question

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 80  # six hours: Discord itself may be down for as long
RETRY_AFTER_SECONDS, LONGEST_DELAY = 1.0, 300  # doubled by each attempt, up to so many times the first
REFRESH_EVERY_SECONDS = 10
# Any number that nothing else on a PostgreSQL server locks: "send" in ASCII.
_LOCK = 0x73656E64


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
    bucket, is_owed = int(now.timestamp()) // REFRESH_EVERY_SECONDS, False
    while not is_owed:
        bucket += 1
        key = f"r{question.id}:{bucket}"
        is_owed = await enqueue(
            session,
            key=key,
            kind=Errand.REFRESH,
            community_id=question.community_id,
            channel_id=question.channel_id,
            question_id=question.id,
            now=now,
            not_before=datetime.fromtimestamp(bucket * REFRESH_EVERY_SECONDS, tz=now.tzinfo),
        ) or await _is_still_to_come(session, key)


async def _is_still_to_come(session: AsyncSession, key: str) -> bool:
    """Whether nobody has taken a message up; if so nobody does before this transaction is committed."""
    query = select(OutboxMessage).where(
        col(OutboxMessage.key) == key,
        col(OutboxMessage.sent_at).is_(None),
        col(OutboxMessage.dead_at).is_(None),
        col(OutboxMessage.lease_until).is_(None),
    )
    return (await session.exec(query.with_for_update())).first() is not None


async def claim_next(session: AsyncSession, *, now: datetime) -> OutboxMessage | None:
    """Lease the oldest message that is due and to whose channel nobody is sending, or return None.

    Any number of senders, in any number of processes, then keep each channel's order. A sender that dies
    loses its lease, and the message is claimed again, before those behind it in its channel.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Of two claims at once the second sees the first one's lease. SQLite has one writer at a time anyway.
        await (await session.connection()).exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    message = (await session.exec(_next_in_line(), params={"now": now})).first()
    if message is not None:
        message.lease_until = now + LEASE
        message.attempts += 1
        await session.flush()
        if message.kind == Errand.REFRESH:
            await _supersede(session, message, now=now)
    return message


@cache
def _next_in_line() -> SelectOfScalar[OutboxMessage]:
    """Write the statement of every sender's every look once: to write it takes longer than to run it."""
    now: sa.BindParameter[datetime] = sa.bindparam("now")
    leased = aliased(OutboxMessage)
    in_hand = select(leased.id).where(
        col(leased.channel_id) == col(OutboxMessage.channel_id), col(leased.lease_until) > now
    )
    return (
        select(OutboxMessage)
        .where(
            *_can_be_taken_up(now),
            ~in_hand.exists(),
            is_served(col(OutboxMessage.community_id)),
        )
        .order_by(col(OutboxMessage.not_before), col(OutboxMessage.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _can_be_taken_up(now: datetime | sa.BindParameter[datetime]) -> tuple[sa.ColumnElement[bool], ...]:
    """Say of a message that it is due and that nobody is sending it."""
    return (
        col(OutboxMessage.sent_at).is_(None),
        col(OutboxMessage.dead_at).is_(None),
        col(OutboxMessage.not_before) <= now,
        sa.or_(col(OutboxMessage.lease_until).is_(None), col(OutboxMessage.lease_until) <= now),
    )


async def _supersede(session: AsyncSession, refresh: OutboxMessage, *, now: datetime) -> None:
    """Let one change of a card stand for all that are due, of which an outage leaves hundreds."""
    others = select(OutboxMessage).where(
        col(OutboxMessage.kind) == Errand.REFRESH,
        col(OutboxMessage.question_id) == refresh.question_id,
        col(OutboxMessage.id) != refresh.id,
        *_can_be_taken_up(now),
    )
    # What a transaction in hand relies on is locked, and stays: its change may not be there to be drawn yet.
    for other in (await session.exec(others.with_for_update(skip_locked=True))).all():
        other.sent_at, other.lease_until = now, None
    await session.flush()


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
        if message.attempts > 1:  # an earlier try may have arrived, and shows what was true then
            await enqueue(
                session,
                key=f"l{outbox_id}",
                kind=Errand.REFRESH,
                community_id=message.community_id,
                channel_id=message.channel_id,
                question_id=message.question_id,
                now=now,
            )
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
        delay = RETRY_AFTER_SECONDS * min(2**message.attempts, LONGEST_DELAY)
        message.not_before = now + timedelta(seconds=delay)
    await session.flush()
    return message.dead_at is not None


async def next_due(session: AsyncSession) -> datetime | None:
    """Return when the next waiting message can be claimed: a leased one when its lease ends."""
    served = is_served(col(OutboxMessage.community_id))
    # Nothing that is sent or dead has a lease.
    leased = select(sa.func.min(OutboxMessage.lease_until)).where(
        col(OutboxMessage.lease_until).is_not(None), served
    )
    waiting = (
        select(OutboxMessage.not_before)
        .where(
            col(OutboxMessage.sent_at).is_(None),
            col(OutboxMessage.dead_at).is_(None),
            col(OutboxMessage.lease_until).is_(None),
            served,
        )
        .order_by(col(OutboxMessage.not_before))
        .limit(1)
    )
    moments = (await session.exec(leased)).one(), (await session.exec(waiting)).first()
    return min((moment for moment in moments if moment is not None), default=None)


async def _get(session: AsyncSession, outbox_id: int) -> OutboxMessage:
    return await session.get_one(OutboxMessage, outbox_id)
