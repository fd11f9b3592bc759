"""What the week's digest says: values, no layout."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.debate_review import FirstToLast, first_to_last
from forecasts.models import (
    Community,
    CrowdScore,
    Forecast,
    Phase,
    Question,
    Resolution,
    crowd_in_force,
    outcome_in_force,
)
from forecasts.movement import ApartLine, ChangeLine, movement
from forecasts.schedule import week_before
from forecasts.standings import leaderboard

LEADERS = 8  # the first are named, all are drawn


@dataclass(frozen=True, slots=True)
class ResolvedLine:
    """A question resolved this week; ``median`` and ``median_brier`` are None if nobody was scored."""

    number: int
    title: str
    outcome: int
    median: float | None
    median_brier: float | None
    uniform_brier: float | None


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """One of the week's best forecasters; points a question with their 95 % interval."""

    rank: int
    user_id: int
    questions: int
    skill: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Review:
    """A week of one community."""

    resolved: tuple[ResolvedLine, ...]
    forecasts: int
    people: int
    open_questions: int
    median_brier: float | None
    uniform_brier: float | None
    leaders: tuple[LeaderLine, ...]
    change: ChangeLine | None = None
    apart: ApartLine | None = None
    first_to_last: FirstToLast | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened that is worth a message."""
        return not self.resolved and not self.forecasts

    def as_json(self) -> dict[str, Any]:
        """Return plain values for the outbox."""
        return asdict(self)


async def week_in_review(session: AsyncSession, *, community_id: int, until: datetime) -> Review:
    """Sum up the week before ``until``, by the community's clock."""
    community = await session.get_one(Community, community_id)
    since = week_before(until, zone=community.zone)
    forecasts, people = await _activity(session, community_id, since, until)
    standings = await leaderboard(session, community_id=community_id, since=since, until=until)
    leaders = tuple(
        LeaderLine(line.rank, line.user_id, line.questions, line.skill, line.low, line.high)
        for line in standings.lines[:LEADERS]
        if line.user_id is not None
    )
    change, apart = await movement(session, community_id=community_id, since=since, until=until)
    return Review(
        resolved=await _resolved(session, community_id, since, until),
        forecasts=forecasts,
        people=people,
        open_questions=await _open(session, community_id),
        median_brier=standings.median_brier,
        uniform_brier=standings.uniform_brier,
        leaders=leaders,
        change=change,
        apart=apart,
        first_to_last=await first_to_last(session, community_id=community_id),
    )


async def _activity(
    session: AsyncSession, community_id: int, since: datetime, until: datetime
) -> tuple[int, int]:
    query = (
        select(sa.func.count(), sa.func.count(sa.distinct(col(Forecast.member_id))))
        .join(Question, col(Question.id) == col(Forecast.question_id))
        .where(
            col(Question.community_id) == community_id,
            col(Forecast.at) >= since,
            col(Forecast.at) < until,
            col(Forecast.probabilities).is_not(None),
        )
    )
    forecasts, people = (await session.exec(query)).one()
    return forecasts, people


async def _open(session: AsyncSession, community_id: int) -> int:
    query = select(sa.func.count()).where(
        col(Question.community_id) == community_id,
        col(Question.phase).in_([Phase.BLIND, Phase.DEBATE, Phase.FINAL, Phase.ROLLING]),
    )
    return (await session.exec(query)).one()


async def _resolved(
    session: AsyncSession, community_id: int, since: datetime, until: datetime
) -> tuple[ResolvedLine, ...]:
    query = (
        select(Question, Resolution, CrowdScore)
        .join(
            Resolution,
            outcome_in_force(),
        )
        .outerjoin(
            CrowdScore,
            crowd_in_force(),
        )
        .where(
            col(Question.community_id) == community_id,
            col(Question.phase) == Phase.RESOLVED,
            col(Resolution.at) >= since,
            col(Resolution.at) < until,
        )
        .order_by(col(Question.number))
    )
    return tuple(_resolved_line(*row) for row in (await session.exec(query)).all())


def _resolved_line(question: Question, resolution: Resolution, crowd: CrowdScore | None) -> ResolvedLine:
    return ResolvedLine(
        number=question.number or 0,
        title=question.title,
        outcome=resolution.outcome or 0,
        median=crowd.median if crowd is not None else None,
        median_brier=crowd.median_brier if crowd is not None else None,
        uniform_brier=crowd.uniform_brier if crowd is not None else None,
    )
