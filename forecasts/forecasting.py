"""Use cases: give, change, undo and withdraw forecasts. Rows are only ever added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import locked_question
from forecasts.errors import NotFoundError, WrongPhaseError
from forecasts.lifecycle import TAKES_FORECASTS, describe
from forecasts.models import Forecast, ForecastKind, Phase, Preset, Question
from forecasts.outbox import enqueue_refresh
from forecasts.probability import check_probabilities
from forecasts.quotas import check_forecasts

Probabilities = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a submission.

    Parameters
    ----------
    forecast
        The stored row; for a repeated delivery the one that was stored the first time.
    previous
        What the member had said before, or None.
    """

    forecast: Forecast
    previous: Probabilities | None


async def submit_forecast(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    probabilities: Probabilities,
    interaction_id: int,
    now: datetime,
) -> Submission:
    """Store a member's probabilities for a question that takes forecasts.

    Raises
    ------
    NotFoundError
        No such question in this community.
    WrongPhaseError
        It doesn't take forecasts (any more); the sentence says what happened.
    InvalidInputError
        The probabilities don't fit the question's kind.
    NotAllowedError
        The member has changed forecasts as often as they may (see :mod:`forecasts.quotas`).
    """
    question, repeated = await _begin(
        session, community_id=community_id, question_id=question_id, interaction_id=interaction_id, now=now
    )
    if repeated is not None:
        return Submission(repeated, None)
    options = len(question.options) or 2
    checked = check_probabilities(question.kind, probabilities, options)
    return await _append(
        session,
        question,
        member_id=member_id,
        probabilities=checked,
        interaction_id=interaction_id,
        now=now,
    )


async def withdraw_forecast(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    interaction_id: int,
    now: datetime,
) -> Submission:
    """Take a forecast back from now on; the time it was held still counts."""
    question, repeated = await _begin(
        session, community_id=community_id, question_id=question_id, interaction_id=interaction_id, now=now
    )
    if repeated is not None:
        return Submission(repeated, None)
    last = await last_forecast(session, question, member_id)
    if last is None or last.probabilities is None:
        raise NotFoundError(f"You have no forecast on #{question.number} to withdraw.")
    return await _append(
        session, question, member_id=member_id, probabilities=None, interaction_id=interaction_id, now=now
    )


async def undo_forecast(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    interaction_id: int,
    now: datetime,
) -> Submission:
    """Append what the member had said before their last submission, or a withdrawal."""
    question, repeated = await _begin(
        session, community_id=community_id, question_id=question_id, interaction_id=interaction_id, now=now
    )
    if repeated is not None:
        return Submission(repeated, None)
    history = await _history(session, question, member_id, limit=2)
    if not history:
        raise NotFoundError(f"You have no forecast on #{question.number} to undo.")
    before = history[1].probabilities if len(history) > 1 else None
    return await _append(
        session,
        question,
        member_id=member_id,
        probabilities=tuple(before) if before else None,
        interaction_id=interaction_id,
        now=now,
    )


async def _begin(
    session: AsyncSession, *, community_id: int, question_id: int, interaction_id: int, now: datetime
) -> tuple[Question, Forecast | None]:
    """Return a locked question that takes forecasts, or with what a repeated delivery stored before."""
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    stored = select(Forecast).where(col(Forecast.interaction_id) == interaction_id)
    repeated = (await session.exec(stored)).first()
    if repeated is None:
        check_open(question, now=now)
    return question, repeated


def check_open(question: Question, *, now: datetime) -> None:
    """Raise WrongPhaseError unless a question is forecast and debated; its close is exact to the second."""
    is_closed = question.closes_at is not None and question.closes_at <= now  # the sweep may be behind
    if question.phase not in TAKES_FORECASTS or is_closed:
        raise WrongPhaseError(_why_not_open(question))


def _why_not_open(question: Question) -> str:
    if question.phase is Phase.DRAFT:
        return "This question is still a draft. A moderator opens it with /question approve."
    if question.number is None:
        return "This question was never opened. See what is open: /question list"
    if question.phase in {*TAKES_FORECASTS, Phase.CLOSED} and question.closes_at is not None:
        why = f"closed on {question.closes_at:%d %b %Y at %H:%M} UTC; forecasts ended then"
    else:
        why = f"is {describe(question.phase)}; it takes no forecasts now"
    return (
        f"#{question.number} {why}, and arguments ended with them. See it: /question show {question.number}"
    )


async def forecasts_in_force(session: AsyncSession, *, question: Question) -> list[Forecast]:
    """Return each member's last forecast of the present edition, without those withdrawn."""
    latest = (
        select(sa.func.max(Forecast.id))
        .where(col(Forecast.question_id) == question.id, col(Forecast.edition) == question.edition)
        .group_by(col(Forecast.member_id))
    )
    query = select(Forecast).where(col(Forecast.id).in_(latest), col(Forecast.probabilities).is_not(None))
    return list((await session.exec(query)).all())


def last_values(forecasts: Iterable[Forecast]) -> dict[int, float]:
    """Return each member's last probability, given rows in the order of their ids; not if withdrawn."""
    last = {forecast.member_id: forecast.probabilities for forecast in forecasts}
    return {member_id: probabilities[0] for member_id, probabilities in last.items() if probabilities}


async def _append(
    session: AsyncSession,
    question: Question,
    *,
    member_id: int,
    probabilities: Probabilities | None,
    interaction_id: int,
    now: datetime,
) -> Submission:
    await check_forecasts(session, member_id=member_id, now=now)
    last = await last_forecast(session, question, member_id)
    forecast = Forecast(
        question_id=question.id,
        member_id=member_id,
        edition=question.edition,
        kind=forecast_kind(question, last),
        probabilities=None if probabilities is None else list(probabilities),
        at=now,
        interaction_id=interaction_id,
    )
    session.add(forecast)
    await session.flush()
    await enqueue_refresh(session, question=question, now=now)
    previous = tuple(last.probabilities) if last is not None and last.probabilities else None
    return Submission(forecast, previous)


def forecast_kind(question: Question, last: Forecast | None) -> ForecastKind:
    """Say what a member could have seen, from the question's phase and their last forecast."""
    if question.preset is Preset.ROLLING and question.revealed_at is None:
        if last is None:
            return ForecastKind.BLIND
        # Whoever has forecast was shown the numbers; starting anew after that is no blind forecast.
        return ForecastKind.GATED if last.probabilities is None else ForecastKind.UPDATE
    if question.phase is Phase.BLIND:
        return ForecastKind.BLIND
    if last is None:
        return ForecastKind.LATE
    return ForecastKind.FINAL if question.phase is Phase.FINAL else ForecastKind.UPDATE


async def last_forecast(session: AsyncSession, question: Question, member_id: int) -> Forecast | None:
    """Return the last entry of a member's log in the present edition, which may be a withdrawal."""
    history = await _history(session, question, member_id, limit=1)
    return history[0] if history else None


async def _history(
    session: AsyncSession, question: Question, member_id: int, *, limit: int
) -> list[Forecast]:
    query = (
        select(Forecast)
        .where(
            col(Forecast.question_id) == question.id,
            col(Forecast.member_id) == member_id,
            col(Forecast.edition) == question.edition,
        )
        .order_by(col(Forecast.id).desc())
        .limit(limit)
    )
    return list((await session.exec(query)).all())
