"""Use cases: change what an open question says, and when it closes. Readers see that and why."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import advance, locked_question, state_of
from forecasts.communities import record
from forecasts.errors import InvalidInputError, WrongPhaseError
from forecasts.events import ChangeMeaning, Extend
from forecasts.lifecycle import PROPOSABLE, describe, transition
from forecasts.models import AuditEntry, Forecast, Kind, Phase, Question
from forecasts.outbox import enqueue_refresh
from forecasts.questions import Wording

REASON_LIMIT = 300
EDITED = "edit"


async def editable_question(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    now: datetime,
    meaning_changed: bool = False,
) -> Question:
    """Return a question whose texts may be changed, a draft among them, before somebody types new ones.

    Raises
    ------
    WrongPhaseError, InvalidInputError
        As :func:`edit_question` would, whatever was typed.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    if question.phase is not Phase.DRAFT:
        _check_editable(question)
        if meaning_changed:
            transition(state_of(question), ChangeMeaning(), now=now)
    return question


def _check_editable(question: Question) -> None:
    if question.phase not in PROPOSABLE:
        raise WrongPhaseError(f"This can't be edited now: the question is {describe(question.phase)}.")


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
        A text doesn't fit, nothing is different, or the reason is missing.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    _check_editable(question)
    clean = wording.checked(is_thesis=question.kind is Kind.THESIS)
    if clean == _present(question, clean):  # a repeated delivery, too, changes nothing a second time
        raise InvalidInputError("The texts are what they were before, so nothing was changed.")
    reason = " ".join(reason.split())
    if len(reason) > REASON_LIMIT:
        raise InvalidInputError(f"The reason has {len(reason)} characters; at most {REASON_LIMIT} fit.")
    if not reason and (meaning_changed or await anybody_forecast(session, question)):
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


def _present(question: Question, like: Wording) -> Wording:
    return replace(
        like,
        title=question.title,
        criteria=question.criteria,
        fine_print=question.fine_print,
        source=question.source,
    )


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


async def anybody_forecast(session: AsyncSession, question: Question) -> bool:
    """Return whether somebody ever forecast a question: then an edit needs a reason."""
    query = select(col(Forecast.id)).where(col(Forecast.question_id) == question.id).limit(1)
    return (await session.exec(query)).first() is not None
