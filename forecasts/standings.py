"""Leaderboards from stored scores: one aggregate in SQL, skill and interval from its sums."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import CrowdScore, Member, Phase, Question, Resolution, Score, outcome_in_force
from forecasts.scoring.skill import competition_ranks, skill_from_sums


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's line in a leaderboard.

    Parameters
    ----------
    rank
        Competition rank by skill: 1, 1, 3.
    user_id
        The Discord user.
    questions, coverage
        How many resolved questions, and the sum of the shares of their windows covered.
    brier
        Plain mean of the time-averaged Brier scores, in [0, 1], 0 is best.
    skill, low, high
        Points a question, positive is better than the others, with a 95 % interval from two questions on.
    """

    rank: int
    user_id: int
    questions: int
    coverage: float
    brier: float
    skill: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Standings:
    """A leaderboard, best first, with the crowd's mean Brier scores on the same questions."""

    lines: tuple[Standing, ...]
    questions: int
    median_brier: float | None
    uniform_brier: float | None
    pool_brier: float | None


async def leaderboard(
    session: AsyncSession,
    *,
    community_id: int,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Standings:
    """Rank a community's members by skill over the questions resolved in [since, until).

    Members who hid or erased themselves are left out; the others keep their skill.
    """
    resolved = _resolved_questions(community_id, since, until)
    x, c = col(Score.peer_brier), col(Score.coverage)
    sums = (
        sa.select(
            col(Member.user_id),
            sa.func.count().label("questions"),
            sa.func.sum(x).label("peer"),
            sa.func.sum(c).label("coverage"),
            sa.func.sum(x * x).label("peer_squared"),
            sa.func.sum(x * c).label("peer_coverage"),
            sa.func.sum(c * c).label("coverage_squared"),
            sa.func.avg(Score.brier).label("brier"),
        )
        .select_from(Score)
        .join(Member, col(Member.id) == col(Score.member_id))
        .join(
            resolved,
            sa.and_(
                resolved.c.id == col(Score.question_id),
                resolved.c.resolution_version == col(Score.resolution_version),
            ),
        )
        .where(col(Member.hidden).is_(False), col(Member.user_id).is_not(None))
        .group_by(col(Member.id), col(Member.user_id))
    )
    connection = await session.connection()
    lines = [_standing(row) for row in (await connection.execute(sums)).mappings()]
    lines.sort(key=lambda line: (-line.skill, line.user_id))
    ranks = competition_ranks([line.skill for line in lines])
    questions, median_brier, uniform_brier, pool_brier = await _baselines(session, resolved)
    return Standings(
        lines=tuple(replace(line, rank=int(rank)) for line, rank in zip(lines, ranks, strict=True)),
        questions=questions,
        median_brier=median_brier,
        uniform_brier=uniform_brier,
        pool_brier=pool_brier,
    )


def _resolved_questions(community_id: int, since: datetime | None, until: datetime | None) -> sa.Subquery:
    """Select id and version of the questions whose outcome in force was written in [since, until)."""
    query = (
        sa.select(col(Question.id), col(Question.resolution_version))
        .join(
            Resolution,
            outcome_in_force(),
        )
        .where(col(Question.community_id) == community_id, col(Question.phase) == Phase.RESOLVED)
    )
    if since is not None:
        query = query.where(col(Resolution.at) >= since)
    if until is not None:
        query = query.where(col(Resolution.at) < until)
    return query.subquery()


def _standing(row: sa.RowMapping) -> Standing:
    skill = skill_from_sums(
        questions=row["questions"],
        peer=row["peer"],
        coverage=row["coverage"],
        peer_squared=row["peer_squared"],
        peer_coverage=row["peer_coverage"],
        coverage_squared=row["coverage_squared"],
    )
    return Standing(
        rank=0,
        user_id=row["user_id"],
        questions=row["questions"],
        coverage=row["coverage"],
        brier=row["brier"],
        skill=skill.value,
        low=skill.low,
        high=skill.high,
    )


async def _baselines(
    session: AsyncSession, resolved: sa.Subquery
) -> tuple[int, float | None, float | None, float | None]:
    query = select(
        sa.func.count(),
        sa.func.avg(CrowdScore.median_brier),
        sa.func.avg(CrowdScore.uniform_brier),
        sa.func.avg(CrowdScore.pool_brier),
    ).join(
        resolved,
        sa.and_(
            resolved.c.id == col(CrowdScore.question_id),
            resolved.c.resolution_version == col(CrowdScore.resolution_version),
        ),
    )
    count, median_brier, uniform_brier, pool_brier = (await session.exec(query)).one()
    return count, median_brier, uniform_brier, pool_brier
