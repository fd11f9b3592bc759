"""Score a stored question from its forecasts: read rows, call the pure engine, write scores."""

from datetime import UTC, datetime, timedelta

import numpy as np
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.aggregation.pools import median
from forecasts.models import CrowdScore, Forecast, ForecastKind, Kind, Question, Score
from forecasts.scoring.question import QuestionScores, score_question

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Return whole microseconds since 1970: exact, unlike a float timestamp."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


async def score_stored_question(
    session: AsyncSession, question: Question, *, outcome: int, known_at: datetime | None, now: datetime
) -> None:
    """Store the scores of everybody who held a forecast, under the question's resolution version.

    The window is [opens_at, min(closes_at, known_at)); an empty one gives no scores.
    """
    forecasts = await _forecasts_of_edition(session, question)
    scores = scores_of(question, forecasts, outcome=outcome, known_at=known_at)
    if not scores.member.size:
        return
    for member, brier, peer, coverage, count in zip(
        scores.member, scores.brier, scores.peer_brier, scores.coverage, scores.forecasts, strict=True
    ):
        score = Score(
            question_id=question.id,
            member_id=int(member),
            resolution_version=question.resolution_version,
            brier=float(brier),
            peer_brier=float(peer),
            coverage=float(coverage),
            forecasts=int(count),
        )
        session.add(score)
    session.add(_crowd_score(question, forecasts, scores, now))
    await session.flush()


def scores_of(
    question: Question, forecasts: list[Forecast], *, outcome: int, known_at: datetime | None
) -> QuestionScores:
    """Return the scores that stored forecasts, in the order of their ids, give for an outcome."""
    if question.opens_at is None or question.closes_at is None:
        msg = f"question {question.id} was resolved without a window"
        raise ValueError(msg)
    end = question.closes_at if known_at is None else min(question.closes_at, known_at)
    width = 1 if question.kind is Kind.BINARY else len(question.options) - (question.kind is Kind.LADDER)
    withdrawn = [np.nan] * width
    values = [forecast.probabilities or withdrawn for forecast in forecasts]
    return score_question(
        [forecast.member_id for forecast in forecasts],
        [microseconds(forecast.at) for forecast in forecasts],
        np.array(values, dtype=float).reshape(-1, width),
        opens_at=microseconds(question.opens_at),
        end=microseconds(end),
        outcome=outcome,
        kind=str(question.kind),
    )


async def _forecasts_of_edition(session: AsyncSession, question: Question) -> list[Forecast]:
    query = (
        select(Forecast)
        .where(col(Forecast.question_id) == question.id, col(Forecast.edition) == question.edition)
        .order_by(col(Forecast.id))
    )
    return list((await session.exec(query)).all())


def _crowd_score(
    question: Question, forecasts: list[Forecast], scores: QuestionScores, now: datetime
) -> CrowdScore:
    baselines = scores.baselines
    last = baselines["median"].last
    return CrowdScore(
        question_id=question.id,
        resolution_version=question.resolution_version,
        members=int(scores.member.size),
        median=None if last is None else last[0],
        blind_median=_blind_median(forecasts),
        median_brier=baselines["median"].brier,
        pool_brier=baselines["crux"].brier,
        uniform_brier=baselines["uniform"].brier,
        at=now,
    )


def _blind_median(forecasts: list[Forecast]) -> float | None:
    """Return the median of what members last said while sealed."""
    blind = {
        forecast.member_id: forecast.probabilities
        for forecast in forecasts
        if forecast.kind is ForecastKind.BLIND
    }
    held = [probabilities[0] for probabilities in blind.values() if probabilities]
    return median(held) if held else None
