"""Use case: take what is due and move it on. Idempotent; each call is one transaction of its own."""

from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from forecasts.advancing import announce, apply
from forecasts.communities import is_served
from forecasts.database import insert_if_absent
from forecasts.debate_review import has_shift
from forecasts.digest import week_in_review
from forecasts.events import Announcement, Deadline
from forecasts.feedback import owe_feedback
from forecasts.forecasting import forecasts_in_force
from forecasts.models import Community, Digest, Heartbeat, Phase, Question
from forecasts.outbox import Errand, enqueue
from forecasts.resolution import finalise, propose_default
from forecasts.schedule import next_digest, week_of
from forecasts.standings import fit_shrinkage

LATE_AFTER = timedelta(minutes=10)


async def advance_one_due(
    session: AsyncSession,
    *,
    now: datetime,
    offline_since: datetime | None = None,
    except_for: frozenset[int] = frozenset(),
) -> int | None:
    """Move the question that has been due longest through every deadline it has passed.

    State, scores and what must be announced are written in the caller's transaction.

    Parameters
    ----------
    offline_since
        When the bot last ran, if it has just come back.
    except_for
        Questions that failed before in this sweep and shall not hold up the others.

    Returns
    -------
    int or None
        The question's id, or None when nothing is due.
    """
    due = _due(now, except_for).with_for_update(skip_locked=True)
    question = (await session.exec(due)).first()
    if question is None or (was_due := question.phase_ends_at) is None:
        return None
    community = await session.get_one(Community, question.community_id)
    window = timedelta(hours=community.challenge_hours)
    forecasts = len(await forecasts_in_force(session, question=question))
    announcements: tuple[Announcement, ...] = ()
    rounds_over = False
    while question.phase_ends_at is not None and question.phase_ends_at <= now:
        before = question.phase
        rounds_over |= before is Phase.FINAL
        announcements += apply(question, Deadline(forecasts, offline_since, window), now=now)
        if question.phase is Phase.PROPOSED and before is Phase.CLOSED:
            await propose_default(session, question, now=now)
        elif question.phase is Phase.RESOLVED:
            await finalise(session, question, now=now)
    if Announcement.RUNNING in announcements and not await has_shift(session, question=question):
        # Too few took part for a shift worth telling: the card alone says that it is running.
        announcements = tuple(each for each in announcements if each is not Announcement.RUNNING)
    if rounds_over:
        await owe_feedback(session, question=question, now=now)
    await announce(session, question, announcements, now=now, late=now - was_due > LATE_AFTER)
    return question.id


async def first_due(
    session: AsyncSession, *, now: datetime, except_for: frozenset[int] = frozenset()
) -> int | None:
    """Return the question that :func:`advance_one_due` would take: the one to leave out if it failed."""
    question = (await session.exec(_due(now, except_for))).first()
    return question.id if question is not None else None


def _due(now: datetime, except_for: frozenset[int]) -> SelectOfScalar[Question]:
    return (
        select(Question)
        .where(
            col(Question.phase_ends_at) <= now,
            col(Question.id).not_in(except_for),
            is_served(col(Question.community_id)),
        )
        .order_by(col(Question.phase_ends_at), col(Question.id))
        .limit(1)
    )


async def post_one_digest(session: AsyncSession, *, now: datetime) -> int | None:
    """Make the digest that has been due longest; a week in which nothing happened has none.

    Returns
    -------
    int or None
        The community's id, or None when no digest is due.
    """
    query = (
        select(Community)
        .where(col(Community.digest_due_at) <= now, col(Community.left_at).is_(None))
        .order_by(col(Community.digest_due_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    community = (await session.exec(query)).first()
    if community is None or community.digest_due_at is None:
        return None
    due = community.digest_due_at
    community.digest_due_at = next_digest(
        weekday=community.digest_weekday, hour=community.digest_hour, zone=community.zone, now=now
    )
    await fit_shrinkage(session, community=community)  # once a week: a leaderboard shall not jump in between
    await session.flush()
    review = await week_in_review(session, community_id=community.id, until=due)
    channel_id = community.digest_channel_id or community.questions_channel_id
    if review.is_empty or channel_id is None:
        return community.id
    period = week_of(due, zone=community.zone)
    content = review.as_json()
    if await insert_if_absent(
        session, Digest, community_id=community.id, period=period, content=content, at=now
    ):
        await enqueue(
            session,
            key=f"dg:{community.id}:{period}",
            kind=Errand.DIGEST,
            community_id=community.id,
            channel_id=channel_id,
            payload=content | {"period": period},
            now=now,
        )
    return community.id


async def next_deadline(session: AsyncSession) -> datetime | None:
    """Return the next moment at which something is due, of questions, digests and briefs."""
    ends = (
        select(Question.phase_ends_at)
        .where(col(Question.phase_ends_at).is_not(None), is_served(col(Question.community_id)))
        .order_by(col(Question.phase_ends_at))
        .limit(1)
    )
    first_end = (await session.exec(ends)).first()
    moments = [first_end]
    for due_at in (col(Community.digest_due_at), col(Community.brief_due_at)):
        posts = select(due_at).where(due_at.is_not(None), col(Community.left_at).is_(None))
        moments.append((await session.exec(posts.order_by(due_at).limit(1))).first())
    return min((moment for moment in moments if moment is not None), default=None)


async def beat(session: AsyncSession, *, now: datetime) -> datetime | None:
    """Record that the bot is running, and return when it last was."""
    heartbeat = await session.get(Heartbeat, 1, with_for_update=True)
    if heartbeat is None:
        await insert_if_absent(session, Heartbeat, id=1, at=now)
        return None
    before, heartbeat.at = heartbeat.at, now
    await session.flush()
    return before
