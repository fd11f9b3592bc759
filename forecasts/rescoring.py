"""Score a stored question from its forecasts: read rows, call the pure engine, write scores."""

from datetime import UTC, datetime, timedelta

import numpy as np
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.aggregation.pools import median
from forecasts.forecasting import last_values
from forecasts.models import (
    CrowdScore,
    Forecast,
    ForecastKind,
    Kind,
    Phase,
    Question,
    Resolution,
    Score,
    outcome_in_force,
)  # fmt: skip
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
    forecasts = await forecasts_of_edition(session, question)
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
    _, end = window_of(question, known_at)
    in_window = [forecast for forecast in forecasts if forecast.at < end]
    session.add(_crowd_score(question, in_window, scores, now))
    await session.flush()


def window_of(question: Question, known_at: datetime | None) -> tuple[datetime, datetime]:
    """Return the scoring window: from the opening to the earlier of the close and of ``known_at``."""
    if question.opens_at is None or question.closes_at is None:
        msg = f"question {question.id} was resolved without a window"
        raise ValueError(msg)
    return question.opens_at, min(question.closes_at, known_at or question.closes_at)


def scores_of(
    question: Question, forecasts: list[Forecast], *, outcome: int, known_at: datetime | None
) -> QuestionScores:
    """Return the scores that stored forecasts, in the order of their ids, give for an outcome."""
    opens_at, end = window_of(question, known_at)
    width = 1 if question.kind is Kind.BINARY else len(question.options) - (question.kind is Kind.LADDER)
    withdrawn = [np.nan] * width
    values = [forecast.probabilities or withdrawn for forecast in forecasts]
    return score_question(
        [forecast.member_id for forecast in forecasts],
        [microseconds(forecast.at) for forecast in forecasts],
        np.array(values, dtype=float).reshape(-1, width),
        opens_at=microseconds(opens_at),
        end=microseconds(end),
        outcome=outcome,
        kind=str(question.kind),
    )


async def forecasts_of_edition(session: AsyncSession, question: Question) -> list[Forecast]:
    """Return every forecast of the question's present edition, in the order of their ids."""
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
        median_peer=baselines["median"].peer_brier,
        pool_peer=baselines["crux"].peer_brier,
        uniform_peer=baselines["uniform"].peer_brier,
        coverage=baselines["median"].coverage,
        at=now,
    )


def _blind_median(forecasts: list[Forecast]) -> float | None:
    """Return the median of what members last said while sealed."""
    blind = last_values(each for each in forecasts if each.kind is ForecastKind.BLIND)
    return median(list(blind.values())) if blind else None


async def recomputed_scores(session: AsyncSession) -> tuple[int, list[str]]:
    """Recompute every score in force from the forecasts alone.

    Returns
    -------
    tuple
        How many scores were compared, and a sentence for each that differs by more than 1e-9, is missing
        or is left over: there must be none.
    """
    query = (
        select(Question, Resolution)
        .join(Resolution, outcome_in_force())
        .where(col(Question.phase) == Phase.RESOLVED)
        .order_by(col(Question.id))
    )
    checked, differences = 0, []
    for question, final in (await session.exec(query)).all():
        stored = await _stored_scores(session, question)
        forecasts = await forecasts_of_edition(session, question)
        scores = scores_of(question, forecasts, outcome=final.outcome or 0, known_at=final.known_at)
        again = {
            int(member): (float(brier), float(peer), float(coverage))
            for member, brier, peer, coverage in zip(
                scores.member, scores.brier, scores.peer_brier, scores.coverage, strict=True
            )
        }
        checked += len(again)
        differences += [
            f"question {question.id}, member {member}: stored {stored.get(member)}, "
            f"recomputed {again.get(member)}"
            for member in sorted(stored.keys() | again.keys())
            if not _agree(stored.get(member), again.get(member))
        ]
    return checked, differences


async def _stored_scores(session: AsyncSession, question: Question) -> dict[int, tuple[float, float, float]]:
    query = select(Score).where(
        col(Score.question_id) == question.id, col(Score.resolution_version) == question.resolution_version
    )
    scores = (await session.exec(query)).all()
    return {score.member_id: (score.brier, score.peer_brier, score.coverage) for score in scores}


def _agree(a: tuple[float, ...] | None, b: tuple[float, ...] | None) -> bool:
    return a is not None and b is not None and bool(np.allclose(a, b, rtol=0, atol=1e-9))
