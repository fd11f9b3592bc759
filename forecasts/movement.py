"""What moved and what is still apart among the questions whose numbers are public."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.aggregation.pools import median
from forecasts.models import Forecast, Kind, Phase, Question

LOOKED_AT = 50  # open questions, the newest first
ENOUGH = 5
WORTH_TELLING = 0.1  # ten points


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A question whose median moved, with the medians before and after."""

    number: int
    title: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class ApartLine:
    """An open question on which members disagree: the ends of the middle half."""

    question_id: int
    number: int
    title: str
    low: float
    high: float


async def movement(
    session: AsyncSession, *, community_id: int, since: datetime, until: datetime
) -> tuple[ChangeLine | None, ApartLine | None]:
    """Return the biggest change of the median in [since, until) and the widest disagreement at its end.

    Only open questions whose numbers are public, with five forecasts; nothing below ten points.
    """
    query = (
        select(Question)
        .where(
            col(Question.community_id) == community_id,
            col(Question.kind) == Kind.BINARY,
            col(Question.phase).in_([Phase.DEBATE, Phase.FINAL, Phase.ROLLING]),
            col(Question.revealed_at).is_not(None),
        )
        .order_by(col(Question.id).desc())
        .limit(LOOKED_AT)
    )
    changes: list[ChangeLine] = []
    apart: list[ApartLine] = []
    for question in (await session.exec(query)).all():
        now = await _held(session, question, until)
        if len(now) < ENOUGH:
            continue
        low, middle, high = (float(each) for each in np.quantile(now, [0.25, 0.5, 0.75]))
        number = question.number or 0
        apart.append(ApartLine(question.id, number, question.title, low, high))
        before = await _held(session, question, since)
        if len(before) >= ENOUGH:
            changes.append(ChangeLine(number, question.title, median(before), middle))
    change = max(changes, key=lambda each: abs(each.after - each.before), default=None)
    widest = max(apart, key=lambda each: each.high - each.low, default=None)
    # Tenths of a percent are whole here: from 60 % to 70 % are ten points, not a hair less.
    if change is not None and round(abs(change.after - change.before), 6) < WORTH_TELLING:
        change = None
    if widest is not None and round(widest.high - widest.low, 6) < WORTH_TELLING:
        widest = None
    return change, widest


async def _held(session: AsyncSession, question: Question, moment: datetime) -> list[float]:
    """Return the probabilities in force just before a moment."""
    query = (
        select(Forecast)
        .where(
            col(Forecast.question_id) == question.id,
            col(Forecast.edition) == question.edition,
            col(Forecast.at) < moment,
        )
        .order_by(col(Forecast.id))
    )
    last = {each.member_id: each.probabilities for each in (await session.exec(query)).all()}
    return [probabilities[0] for probabilities in last.values() if probabilities]
