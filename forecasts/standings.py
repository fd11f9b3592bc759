"""Leaderboards from stored scores: one aggregate in SQL, skill and interval from its sums."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import (
    Community,
    CrowdScore,
    Member,
    Phase,
    Question,
    Resolution,
    Score,
    outcome_in_force,
)  # fmt: skip
from forecasts.scoring.skill import competition_ranks, skill_from_sums
from forecasts.scoring.uncertainty import shrinkage_from_sums

# Prefixes of the columns that hold a baseline's scores; their names are the cards'.
BASELINES = {"median": "median", "pool": "Crux pool", "uniform": "always uniform"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A line in a leaderboard: a member's, or a baseline's.

    Parameters
    ----------
    rank
        Competition rank by skill among members: 1, 1, 3; 0 for a baseline.
    user_id
        The Discord user, or None for a baseline.
    baseline
        Its name: "median", "Crux pool" or "always uniform"; empty for a member.
    questions, coverage
        How many resolved questions, and the sum of the shares of their windows covered.
    brier
        Plain mean of the time-averaged Brier scores, in [0, 1], 0 is best.
    skill, low, high
        Points a question, positive is better than the others, with a 95 % interval from two questions on.
    """

    rank: int
    user_id: int | None
    baseline: str
    questions: int
    coverage: float
    brier: float
    skill: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Standings:
    """A leaderboard, best first, with the baselines on the same questions and the crowd's mean Brier scores.

    ``shrinkage`` is k, how many questions of zero points pull a skill towards 0.
    """

    lines: tuple[Standing, ...]
    baselines: tuple[Standing, ...]
    questions: int
    median_brier: float | None
    uniform_brier: float | None
    shrinkage: float


async def leaderboard(
    session: AsyncSession,
    *,
    community_id: int,
    since: datetime | None = None,
    until: datetime | None = None,
    topic: str = "",
) -> Standings:
    """Rank a community's members by skill over the questions resolved in [since, until), of one topic or all.

    Members who hid or erased themselves are left out; the others keep their skill.
    """
    resolved = _resolved_questions(community_id, since, until, topic)
    # Added up before members are looked up: the database then walks the scores question by question.
    sums = (
        sa.select(col(Score.member_id), *_sums(col(Score.peer_brier), col(Score.coverage), col(Score.brier)))
        .join(resolved, _in_force(Score, resolved))
        .group_by(col(Score.member_id))
        .subquery()
    )
    query = (
        sa.select(col(Member.user_id), sums)
        .join(sums, sums.c.member_id == col(Member.id))
        .where(col(Member.hidden).is_(False), col(Member.user_id).is_not(None))
    )
    connection = await session.connection()
    k = (await session.get_one(Community, community_id)).shrinkage
    found = (await connection.execute(query)).mappings()
    lines = [_standing(row, k, user_id=row["user_id"]) for row in found]
    lines.sort(key=lambda line: (-line.skill, line.user_id or 0))
    ranks = competition_ranks([line.skill for line in lines])
    questions, median_brier, uniform_brier = await _crowd(session, resolved)
    return Standings(
        lines=tuple(replace(line, rank=int(rank)) for line, rank in zip(lines, ranks, strict=True)),
        baselines=await _baselines(session, resolved, k),
        questions=questions,
        median_brier=median_brier,
        uniform_brier=uniform_brier,
        shrinkage=k,
    )


async def fit_shrinkage(session: AsyncSession, *, community: Community) -> None:
    """Fit a community's k to all its scores in force: 36 until 20 members have 10 questions each."""
    resolved = _resolved_questions(community.id, None, None, "")
    x, c = col(Score.peer_brier), col(Score.coverage)
    query = (
        sa.select(sa.func.count(), sa.func.sum(x), sa.func.sum(c), sa.func.sum(x * x / c))
        .select_from(Score)
        .join(resolved, _in_force(Score, resolved))
        .where(c > 0)
        .group_by(col(Score.member_id))
    )
    rows = (await (await session.connection()).execute(query)).all()
    if rows:
        community.shrinkage = shrinkage_from_sums(*zip(*rows, strict=True))


def _sums(x: Any, c: Any, brier: Any) -> tuple[sa.ColumnElement[Any], ...]:
    """Add up what a skill and its interval are computed from: points, coverages and their products."""
    return (
        sa.func.count(x).label("questions"),
        sa.func.sum(x).label("peer"),
        sa.func.sum(c).label("coverage"),
        sa.func.sum(x * x).label("peer_squared"),
        sa.func.sum(x * c).label("peer_coverage"),
        sa.func.sum(c * c).label("coverage_squared"),
        sa.func.avg(brier).label("brier"),
    )


def _in_force(table: Any, resolved: sa.Subquery) -> sa.ColumnElement[bool]:
    return sa.and_(
        resolved.c.id == table.question_id, resolved.c.resolution_version == table.resolution_version
    )


def _resolved_questions(
    community_id: int, since: datetime | None, until: datetime | None, topic: str
) -> sa.Subquery:
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
    if topic:
        query = query.where(col(Question.topic) == topic)
    return query.subquery()


def _standing(row: sa.RowMapping, k: float, *, user_id: int | None = None, baseline: str = "") -> Standing:
    skill = skill_from_sums(
        questions=row["questions"],
        peer=row["peer"],
        coverage=row["coverage"],
        peer_squared=row["peer_squared"],
        peer_coverage=row["peer_coverage"],
        coverage_squared=row["coverage_squared"],
        k=k,
    )
    return Standing(
        rank=0,
        user_id=user_id,
        baseline=baseline,
        questions=row["questions"],
        coverage=row["coverage"],
        brier=row["brier"],
        skill=skill.value,
        low=skill.low,
        high=skill.high,
    )


async def _baselines(session: AsyncSession, resolved: sa.Subquery, k: float) -> tuple[Standing, ...]:
    """Score the baselines as if they were members, on the questions for which their points are stored."""
    connection = await session.connection()
    lines = []
    for prefix, name in BASELINES.items():
        points, brier = getattr(CrowdScore, f"{prefix}_peer"), getattr(CrowdScore, f"{prefix}_brier")
        query = (
            sa.select(*_sums(col(points), col(CrowdScore.coverage), col(brier)))
            .join(resolved, _in_force(CrowdScore, resolved))
            .where(col(points).is_not(None))
        )
        row = (await connection.execute(query)).mappings().one()
        if row["questions"]:
            lines.append(_standing(row, k, baseline=name))
    return tuple(sorted(lines, key=lambda line: -line.skill))


async def _crowd(session: AsyncSession, resolved: sa.Subquery) -> tuple[int, float | None, float | None]:
    query = select(
        sa.func.count(), sa.func.avg(CrowdScore.median_brier), sa.func.avg(CrowdScore.uniform_brier)
    ).join(resolved, _in_force(CrowdScore, resolved))
    return (await session.exec(query)).one()
