"""What moved and what is still apart among the questions whose numbers are public."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.aggregation.pools import median
from forecasts.debate_review import ENOUGH_BLIND, camps_of, review_of
from forecasts.deliberation.moves import has_moved
from forecasts.forecasting import last_values
from forecasts.models import Forecast, ForecastKind, Kind, Phase, Question, Side
from forecasts.rescoring import forecasts_of_edition

LOOKED_AT = 50  # open questions, the newest first


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A question whose median moved, with the medians before and after.

    ``argument_id`` and ``argument`` are the argument that moved most in that direction, once its
    debate is over.
    """

    number: int
    title: str
    before: float
    after: float
    argument_id: int | None = None
    argument: str = ""


@dataclass(frozen=True, slots=True)
class ApartLine:
    """An open question on which two groups disagree: the medians of what they say now."""

    question_id: int
    number: int
    title: str
    low: float
    high: float


async def movement(
    session: AsyncSession, *, community_id: int, since: datetime, until: datetime
) -> tuple[ChangeLine | None, ApartLine | None]:
    """Return the biggest change of the median in [since, until) and the widest disagreement at its end.

    Only open questions whose numbers are public, with five forecasts; no change below ten points, no two
    groups less than thirty apart.
    """
    query = (
        select(Question)
        .where(
            col(Question.community_id) == community_id,
            col(Question.kind).in_([Kind.BINARY, Kind.THESIS]),
            col(Question.phase).in_([Phase.DEBATE, Phase.FINAL, Phase.ROLLING]),
            col(Question.revealed_at).is_not(None),
        )
        .order_by(col(Question.id).desc())
        .limit(LOOKED_AT)
    )
    changed: list[tuple[Question, float, float]] = []
    apart: list[ApartLine] = []
    for question in (await session.exec(query)).all():
        forecasts = [each for each in await forecasts_of_edition(session, question) if each.at < until]
        now = last_values(forecasts)
        before = last_values(each for each in forecasts if each.at < since)
        if min(len(before), len(now)) >= ENOUGH_BLIND:
            changed.append((question, median(list(before.values())), median(list(now.values()))))
        if (line := _apart(question, forecasts, now)) is not None:
            apart.append(line)
    widest = max(apart, key=lambda each: each.high - each.low, default=None)
    biggest = max(changed, key=lambda each: abs(each[2] - each[1]), default=None)
    if biggest is None or not has_moved(biggest[1], biggest[2]):
        return None, widest
    return await _change(session, *biggest), widest


async def _change(session: AsyncSession, question: Question, before: float, after: float) -> ChangeLine:
    review = await review_of(session, question=question)
    side = Side.FOR if after > before else Side.AGAINST
    argument = review.moved_most(side) if review is not None else None
    return ChangeLine(
        number=question.number or 0,
        title=question.title,
        before=before,
        after=after,
        argument_id=argument.id if argument is not None else None,
        argument=argument.text if argument is not None else "",
    )


def _apart(question: Question, forecasts: list[Forecast], now: dict[int, float]) -> ApartLine | None:
    """Return where the two groups of the sealed round stand now, if they are still thirty points apart."""
    camps, _ = camps_of(last_values(each for each in forecasts if each.kind is ForecastKind.BLIND), now)
    if camps is None or camps.lower is None or camps.upper is None or not camps.is_apart:
        return None
    return ApartLine(question.id, question.number or 0, question.title, camps.lower, camps.upper)
