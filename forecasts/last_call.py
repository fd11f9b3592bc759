"""The last call: the strongest point against a member, and what the debate shifted."""

from datetime import datetime

import numpy as np
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.aggregation.pools import median
from forecasts.aliases import alias
from forecasts.arguments import record_list_exposure
from forecasts.forecasting import forecasts_in_force
from forecasts.models import Argument, Community, Forecast, ForecastKind, Kind, Phase, Question, Side
from forecasts.views import ArgumentLine, Shift

ENOUGH_BLIND = 5  # below it a figure about the debate would be noise
MOVED_BY = 0.1  # ten points


async def point_against(
    session: AsyncSession, *, question: Question, member_id: int, forecast: float, now: datetime
) -> ArgumentLine | None:
    """Return an argument of the other side than the member's, and remember that it was shown.

    Whoever is at or above the group's median is shown one against, whoever is below it one for. Until
    arguments are rated, the newest stands for the strongest. None outside the last call.
    """
    held = await forecasts_in_force(session, question=question)
    values = [each.probabilities[0] for each in held if each.probabilities]
    if question.phase is not Phase.FINAL or not values:
        return None
    side = Side.AGAINST if forecast >= median(values) else Side.FOR
    query = (
        select(Argument)
        .where(
            col(Argument.question_id) == question.id,
            col(Argument.side) == side,
            col(Argument.hidden_at).is_(None),
            (col(Argument.member_id).is_(None)) | (col(Argument.member_id) != member_id),
        )
        .order_by(col(Argument.id).desc())
        .limit(1)
    )
    argument = (await session.exec(query)).first()
    if argument is None:
        return None
    await record_list_exposure(session, argument_ids=[argument.id], member_id=member_id, now=now)
    community = await session.get_one(Community, question.community_id)
    by = f"from {argument.source or 'a document'}"
    if argument.member_id is not None:
        by = alias(community.secret, question_id=question.id, member_id=argument.member_id)
    return ArgumentLine(argument.id, argument.side, argument.text, by)


async def shift_of(session: AsyncSession, *, question: Question) -> Shift | None:
    """Return how the group moved from its sealed round until now; None while sealed or below five.

    Counted are members who gave a sealed forecast and have one in force.
    """
    if question.revealed_at is None or question.kind is not Kind.BINARY:
        return None
    query = (
        select(Forecast)
        .where(
            col(Forecast.question_id) == question.id,
            col(Forecast.edition) == question.edition,
            col(Forecast.kind) == ForecastKind.BLIND,
        )
        .order_by(col(Forecast.id))
    )
    blind = {each.member_id: each.probabilities for each in (await session.exec(query)).all()}
    now = {
        each.member_id: each.probabilities for each in await forecasts_in_force(session, question=question)
    }
    pairs = [(before[0], after[0]) for who, after in now.items() if after and (before := blind.get(who))]
    if len(pairs) < ENOUGH_BLIND:
        return None
    first, last = np.array(pairs).T
    # Tenths of a percent are whole here: from 60 % to 70 % are ten points, not a hair less.
    moved = np.round(np.abs(last - first), 6) >= MOVED_BY
    return Shift(before=median(first), after=median(last), moved=int(moved.sum()), members=len(pairs))
