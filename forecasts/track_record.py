"""What a member's or a whole community's resolved forecasts show: calibration, and a member's figures."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import (
    CrowdScore,
    Forecast,
    Kind,
    Phase,
    Question,
    Resolution,
    Score,
    crowd_in_force,
    outcome_in_force,
)
from forecasts.standings import Standing, leaderboard

MOST_FORECASTS = 100_000


@dataclass(frozen=True, slots=True)
class Points:
    """One point a (binary question, member): the last probability before the window's end, unweighted.

    Parameters
    ----------
    probabilities
        Shape (N,), in [0, 1].
    outcomes
        Shape (N,), 1 for YES and 0 for NO.
    """

    probabilities: NDArray[np.float64]
    outcomes: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Profile:
    """A member's record: their line in the leaderboard of all time, and the yardsticks on their questions.

    ``standing`` is None before their first scored question, or while they are hidden; the Brier scores are
    means over the questions they were scored on, 0 is best.
    """

    standing: Standing | None
    questions: int
    brier: float | None
    median_brier: float | None
    uniform_brier: float | None
    points: Points


async def calibration_points(
    session: AsyncSession, *, community_id: int, member_id: int | None = None
) -> Points:
    """Return the points of a member, or of the whole community, newest questions first."""
    query = (
        select(Question, Resolution, Forecast)
        .join(
            Resolution,
            outcome_in_force(),
        )
        .join(
            Forecast,
            sa.and_(
                col(Forecast.question_id) == col(Question.id),
                col(Forecast.edition) == col(Question.edition),
            ),
        )
        .where(
            col(Question.community_id) == community_id,
            col(Question.phase) == Phase.RESOLVED,
            col(Question.kind) == Kind.BINARY,
        )
        .order_by(col(Question.id).desc(), col(Forecast.id))
        .limit(MOST_FORECASTS)
    )
    if member_id is not None:
        query = query.where(col(Forecast.member_id) == member_id)
    last: dict[tuple[int, int], tuple[float | None, int]] = {}
    for question, resolution, forecast in (await session.exec(query)).all():
        if forecast.at < _end(question, resolution) and resolution.outcome is not None:
            value = forecast.probabilities[0] if forecast.probabilities else None
            last[question.id, forecast.member_id] = (value, resolution.outcome)
    held = [(p, outcome) for p, outcome in last.values() if p is not None]
    return Points(
        probabilities=np.array([p for p, _ in held], dtype=float),
        outcomes=np.array([outcome for _, outcome in held], dtype=float),
    )


def _end(question: Question, resolution: Resolution) -> datetime:
    ends = [moment for moment in (question.closes_at, resolution.known_at) if moment is not None]
    return min(ends)


async def profile_of(session: AsyncSession, *, community_id: int, member_id: int, user_id: int) -> Profile:
    """Return a member's record in a community."""
    board = await leaderboard(session, community_id=community_id)
    means = (
        select(
            sa.func.count(),
            sa.func.avg(Score.brier),
            sa.func.avg(CrowdScore.median_brier),
            sa.func.avg(CrowdScore.uniform_brier),
        )
        .join(Question, col(Question.id) == col(Score.question_id))
        .join(
            CrowdScore,
            crowd_in_force(),
        )
        .where(
            col(Score.member_id) == member_id,
            col(Score.resolution_version) == col(Question.resolution_version),
            col(Question.phase) == Phase.RESOLVED,
        )
    )
    questions, brier, median_brier, uniform_brier = (await session.exec(means)).one()
    return Profile(
        standing=next((line for line in board.lines if line.user_id == user_id), None),
        questions=questions,
        brier=brier,
        median_brier=median_brier,
        uniform_brier=uniform_brier,
        points=await calibration_points(session, community_id=community_id, member_id=member_id),
    )
