"""Use cases: change what an open question says, and when it closes. Readers see that and why."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import advance, locked_question
from forecasts.communities import record
from forecasts.errors import InvalidInputError, WrongPhaseError
from forecasts.events import ChangeMeaning, Extend
from forecasts.lifecycle import PROPOSABLE, describe
from forecasts.models import AuditEntry, Forecast, Question
from forecasts.outbox import enqueue_refresh
from forecasts.questions import Wording

REASON_LIMIT = 300
EDITED = "edit"


async def edit_question(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    wording: Wording,
    reason: str,
    now: datetime,
    meaning_changed: bool = False,
) -> Question:
    """Change the wording of an open or closed question; its quote stays.

    Parameters
    ----------
    reason
        Shown on the card; needed once somebody has forecast.
    meaning_changed
        Everybody starts again in a new sealed round; earlier forecasts are kept and not scored.

    Raises
    ------
    WrongPhaseError
        It isn't open, or its meaning can't change any more.
    InvalidInputError
        A text doesn't fit, or the reason is missing.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    if question.phase not in PROPOSABLE:
        raise WrongPhaseError(f"This can't be edited now: the question is {describe(question.phase)}.")
    clean = wording.checked()
    reason = " ".join(reason.split())
    if len(reason) > REASON_LIMIT:
        raise InvalidInputError(f"The reason has {len(reason)} characters; at most {REASON_LIMIT} fit.")
    if not reason and (meaning_changed or await _anybody_forecast(session, question)):
        raise InvalidInputError("Members have forecast this question. Say why it changes; they will read it.")
    question.title, question.criteria = clean.title, clean.criteria
    question.fine_print, question.source = clean.fine_print, clean.source
    if meaning_changed:
        await advance(session, question, ChangeMeaning(), now=now)
    else:
        await enqueue_refresh(session, question=question, now=now)
    record(session, community_id=community_id, question_id=question_id, member_id=member_id,
           action=EDITED, note=reason, now=now)  # fmt: skip
    await session.flush()
    return question


async def extend_question(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    closes_at: datetime,
    reason: str,
    now: datetime,
) -> Question:
    """Move a question's close to a later moment; raises as :func:`forecasts.lifecycle.transition`."""
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    await advance(session, question, Extend(closes_at), now=now)
    record(session, community_id=community_id, question_id=question_id, member_id=member_id,
           action="extend", note=reason, now=now)  # fmt: skip
    await session.flush()
    return question


async def last_edit(session: AsyncSession, *, question_id: int) -> AuditEntry | None:
    """Return the latest edit that gave a reason: the card shows it."""
    query = (
        select(AuditEntry)
        .where(
            col(AuditEntry.question_id) == question_id,
            col(AuditEntry.action) == EDITED,
            col(AuditEntry.note) != "",
        )
        .order_by(col(AuditEntry.id).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()


async def _anybody_forecast(session: AsyncSession, question: Question) -> bool:
    query = select(col(Forecast.id)).where(col(Forecast.question_id) == question.id).limit(1)
    return (await session.exec(query)).first() is not None
