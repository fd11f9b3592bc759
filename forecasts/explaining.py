"""Why a score is what it is: the held segments, each one's Brier and points, and their sum."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.errors import NotFoundError, WrongPhaseError
from forecasts.lifecycle import describe
from forecasts.models import Kind, Phase
from forecasts.queries import find_question
from forecasts.rescoring import forecasts_of_edition, microseconds, window_of
from forecasts.resolution import final_ruling
from forecasts.scoring.brier import brier_scores
from forecasts.scoring.crowd import median_over_time
from forecasts.scoring.peer import peer_brier_of_segments
from forecasts.scoring.timed import held_segments, timeline_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of time with one forecast in force.

    Parameters
    ----------
    start, end
        From when until when.
    probability
        What was held, in [0, 1].
    brier
        Its Brier score, in [0, 1], 0 is best.
    points
        What it adds to the peer Brier.
    median
        The group's median when it began.
    """

    start: datetime
    end: datetime
    probability: float
    brier: float
    points: float
    median: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score as a derivation that can be followed by hand.

    The time-averaged Brier is the mean of the steps' Brier scores weighted by their lengths; the peer
    Brier is the sum of their points; coverage is their length over the window's.
    """

    number: int
    outcome: int
    opens_at: datetime
    end: datetime
    steps: tuple[Step, ...]
    brier: float
    peer_brier: float
    coverage: float


async def explain_score(
    session: AsyncSession, *, community_id: int, question_id: int, member_id: int
) -> Explanation:
    """Derive a member's score on a resolved binary question anew from the forecasts.

    Raises
    ------
    NotFoundError
        No such question here, or the member held no forecast in its window.
    WrongPhaseError
        It isn't resolved.
    """
    question = await find_question(session, community_id=community_id, question_id=question_id)
    final = await final_ruling(session, question)
    if question.phase is not Phase.RESOLVED or final is None or final.outcome is None:
        raise WrongPhaseError(
            f"#{question.number} is {describe(question.phase)}; scores come with its outcome."
        )
    if question.kind is not Kind.BINARY:
        raise WrongPhaseError("Only scores of yes-or-no questions can be explained step by step.")
    forecasts = await forecasts_of_edition(session, question)
    opens_at, end = window_of(question, final.known_at)
    held = held_segments(
        [forecast.member_id for forecast in forecasts],
        [microseconds(forecast.at) for forecast in forecasts],
        np.array([forecast.probabilities or [np.nan] for forecast in forecasts]).reshape(-1, 1),
        opens_at=microseconds(opens_at),
        end=microseconds(end),
    )
    mine = np.flatnonzero(held.members[held.owner] == member_id) if held.members.size else np.array([], int)
    if not mine.size:
        raise NotFoundError(
            f"You have no score on #{question.number}: you held no forecast while it was open."
        )
    timeline = timeline_of(held)
    brier = brier_scores(held.values, final.outcome)
    points = peer_brier_of_segments(timeline, brier)
    medians = median_over_time(timeline, held.values)[timeline.entry, 0]
    steps = tuple(
        Step(
            start=_moment(held.start[i]),
            end=_moment(held.end_at[i]),
            probability=float(held.values[i, 0]),
            brier=float(brier[i]),
            points=float(points[i]),
            median=float(medians[i]),
        )
        for i in mine
    )
    length = held.duration[mine]
    return Explanation(
        number=question.number or 0,
        outcome=final.outcome,
        opens_at=opens_at,
        end=end,
        steps=steps,
        brier=float(np.average(brier[mine], weights=length)),
        peer_brier=float(points[mine].sum()),
        coverage=float(length.sum() / held.window),
    )


def _moment(microsecond: np.int64) -> datetime:
    return _EPOCH + timedelta(microseconds=int(microsecond))
