"""Read: what overturning a resolution changed, from the scores of both versions."""

from collections import defaultdict

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import CrowdScore, Member, Question, Resolution, Ruling, Score
from forecasts.views import Correction, PointsMove

MOST_MOVES = 3
LEAST_MOVE = 0.5  # points; a smaller one doesn't show in whole points


async def correction_of(session: AsyncSession, *, question: Question) -> Correction | None:
    """Return how the resolution in force differs from the one before, or None if it was not overturned.

    Members who hide themselves are left out, as in every post.
    """
    query = (
        select(Resolution)
        .where(
            col(Resolution.question_id) == question.id,
            col(Resolution.version) <= question.resolution_version,
            col(Resolution.ruling).in_([Ruling.FINAL, Ruling.OVERTURNED]),
        )
        .order_by(col(Resolution.version).desc())
        .limit(2)
    )
    entries = (await session.exec(query)).all()
    if not entries or entries[0].ruling is not Ruling.OVERTURNED:
        return None
    after, before = entries
    brier = await _median_briers(session, question)
    return Correction(
        outcome_before=before.outcome or 0,
        median_brier_before=brier.get(before.version),
        median_brier_after=brier.get(after.version),
        moves=await _moves(session, question, before.version, after.version),
    )


async def _median_briers(session: AsyncSession, question: Question) -> dict[int, float]:
    query = select(CrowdScore.resolution_version, CrowdScore.median_brier).where(
        col(CrowdScore.question_id) == question.id
    )
    return dict((await session.exec(query)).all())


async def _moves(
    session: AsyncSession, question: Question, before: int, after: int
) -> tuple[PointsMove, ...]:
    """Return the largest changes of points; who has no score in one version stands at none there."""
    query = (
        select(Member.user_id, Score.resolution_version, Score.peer_brier)
        .join(Score, col(Score.member_id) == col(Member.id))
        .where(
            col(Score.question_id) == question.id,
            col(Score.resolution_version).in_([before, after]),
            col(Member.hidden).is_(False),
            col(Member.user_id).is_not(None),
        )
        .order_by(col(Member.id))
    )
    points: dict[int, dict[int, float]] = defaultdict(dict)
    for user_id, version, peer in (await session.exec(query)).all():
        points[user_id or 0][version] = peer
    moves = [PointsMove(user, held.get(before), held.get(after)) for user, held in points.items()]
    large = [move for move in moves if abs(move.change) >= LEAST_MOVE]
    return tuple(sorted(large, key=lambda move: -abs(move.change))[:MOST_MOVES])
