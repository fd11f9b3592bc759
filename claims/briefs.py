"""Use cases: the most debatable new claims, asked for or posted at a server's hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from claims.embed import MiniLM, embedder
from claims.models import ClaimStatus, StoredClaim, StoredDocument
from claims.review import claim_lines
from claims.top import most_debatable
from claims.views import ClaimLine
from forecasts.communities import record
from forecasts.errors import InvalidInputError
from forecasts.models import Community
from forecasts.outbox import Errand, enqueue
from forecasts.schedule import day_of, next_brief

MOST_WEIGHED = 300  # of the new claims, by their scores


@dataclass(frozen=True)
class NewClaims:
    """New claims of a community from which the most debatable are chosen; ``due_at`` is its brief's time."""

    community_id: int
    lines: tuple[ClaimLine, ...]
    embeddings: tuple[bytes | None, ...]
    due_at: datetime | None = None


async def new_claims(session: AsyncSession, *, community_id: int, briefed_too: bool = True) -> NewClaims:
    """Return the claims that wait and that their documents still say, best first.

    Parameters
    ----------
    briefed_too
        Also those that a brief has shown before.
    """
    fresh = [
        col(StoredDocument.community_id) == community_id,
        col(StoredClaim.status) == ClaimStatus.NEW,
        col(StoredClaim.gone_at).is_(None),
    ]
    if not briefed_too:
        fresh.append(col(StoredClaim.briefed_at).is_(None))
    query = (
        select(StoredClaim.id, StoredClaim.embedding)
        .join(StoredDocument, col(StoredDocument.id) == col(StoredClaim.document_id))
        .where(*fresh)
        .order_by(col(StoredClaim.claim).desc(), col(StoredClaim.id))
        .limit(MOST_WEIGHED)
    )
    rows = (await session.exec(query)).all()
    lines = await claim_lines(session, community_id=community_id, claim_ids=[key for key, _ in rows])
    return NewClaims(community_id, tuple(lines), tuple(embedding for _, embedding in rows))


def top_of(new: NewClaims) -> list[ClaimLine]:
    """Choose the five most debatable, one a topic; takes a moment, so call it in a thread."""
    vectors = None
    stored = [each for each in new.embeddings if each is not None]
    if len(stored) == len(new.lines) > 0 and isinstance(embedder(), MiniLM):
        vectors = np.stack([np.frombuffer(each, dtype=np.float16) for each in stored]).astype(np.float32)
    return [new.lines[index] for index, _ in most_debatable([each.claim for each in new.lines], vectors)]


async def set_brief(
    session: AsyncSession,
    *,
    community_id: int,
    member_id: int,
    channel_id: int | None,
    hour: int | None,
    weekday: int | None,
    now: datetime,
) -> Community:
    """Say when a community gets its brief: daily, weekly, or not at all.

    Parameters
    ----------
    hour
        By the community's clock, 0 to 23; None switches it off.
    weekday
        0 is Monday; None is every day.

    Raises
    ------
    InvalidInputError
        There is no such hour or day.
    """
    if hour is not None and hour not in range(24):
        raise InvalidInputError("The hour must be from 0 to 23.")
    if weekday is not None and weekday not in range(7):
        raise InvalidInputError("The weekday must be from 0, Monday, to 6.")
    community = await session.get_one(Community, community_id, with_for_update=True)
    community.brief_hour, community.brief_weekday = hour, weekday
    community.brief_channel_id = channel_id if hour is not None else None
    community.brief_due_at = _next(community, now)
    record(session, community_id=community_id, member_id=member_id, action="brief", now=now,
           note="off" if hour is None else f"{'daily' if weekday is None else weekday} {hour}")  # fmt: skip
    await session.flush()
    return community


def _next(community: Community, now: datetime) -> datetime | None:
    if community.brief_hour is None:
        return None
    return next_brief(
        hour=community.brief_hour, weekday=community.brief_weekday, zone=community.zone, now=now
    )


async def due_brief(session: AsyncSession, *, now: datetime) -> NewClaims | None:
    """Return what the brief that has been due longest chooses from, or None when none is due."""
    query = (
        select(Community.id, Community.brief_due_at)
        .where(col(Community.brief_due_at) <= now, col(Community.left_at).is_(None))
        .order_by(col(Community.brief_due_at), col(Community.id))
        .limit(1)
    )
    found = (await session.exec(query)).first()
    if found is None:
        return None
    community_id, due_at = found
    fresh = await new_claims(session, community_id=community_id, briefed_too=False)
    return NewClaims(community_id, fresh.lines, fresh.embeddings, due_at)


async def post_brief(
    session: AsyncSession, *, new: NewClaims, chosen: Sequence[ClaimLine], now: datetime
) -> bool:
    """Owe a community its brief, unless nothing is new or somebody else just posted it; return if it is owed.

    Its day in the community's zone is the message's key: never two in a day.
    """
    community = await session.get_one(Community, new.community_id, with_for_update=True)
    due = community.brief_due_at
    if due is None or due != new.due_at:
        return False
    community.brief_due_at = _next(community, now)
    channel_id = community.brief_channel_id or community.questions_channel_id
    keys = [line.claim_id for line in chosen]
    if not keys or channel_id is None:
        return False
    day = day_of(due, zone=community.zone)
    owed = await enqueue(
        session,
        key=f"br:{community.id}:{day}",
        kind=Errand.BRIEF,
        community_id=community.id,
        channel_id=channel_id,
        payload={"claims": keys},
        now=now,
    )
    if owed:
        shown = sa.update(StoredClaim).where(col(StoredClaim.id).in_(keys)).values(briefed_at=now)
        await (await session.connection()).execute(shown)
    await session.flush()
    return owed
