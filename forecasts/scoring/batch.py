"""All scores of many resolved questions of one kind, in one pass over arrays."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring.brier import brier_scores, category_count, uniform_probabilities
from forecasts.scoring.crowd import crux_pool_over_time, mean_over_time, median_over_time
from forecasts.scoring.logarithmic import (
    log_baseline_scores,
    log_peer_of_segments,
    log_peer_scores,
    outcome_probabilities,
)
from forecasts.scoring.peer import POINTS, peer_brier_of_baseline, peer_brier_of_segments
from forecasts.scoring.spot import last_segments, segments_in_force
from forecasts.scoring.timed import Segments, Timeline, coverage, held_segments, time_averaged, timeline_of

NO_SPOT = int(np.iinfo(np.int64).min)
"""The spot instant of a question that has none."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MemberScores:
    """One row a question and member who held a forecast, by question and then by member, shape (M,).

    Attributes
    ----------
    question, member
        Index of the question, code of the member.
    brier
        Time-averaged Brier in [0, 1]; 0 is best.
    peer_brier
        In [-100, 100] points; positive is better than the others, and a question's sum to 0.
    log_peer, log_baseline
        Points as in `forecasts.scoring.logarithmic`, time without a forecast counts 0; NaN for ladders.
    coverage
        Share of the window with a forecast held, in (0, 1].
    forecasts
        How many forecasts of theirs were in force for some time in the window, at least 1.
    spot_brier, spot_log_peer
        Of the forecast in force at the question's spot instant; NaN without one.
    last
        The last probabilities they held, shape (M, m).
    """

    question: NDArray[np.intp]
    member: NDArray[np.int64]
    brier: Floats
    peer_brier: Floats
    log_peer: Floats
    log_baseline: Floats
    coverage: Floats
    forecasts: NDArray[np.int64]
    spot_brier: Floats
    spot_log_peer: Floats
    last: Floats


@dataclass(frozen=True, eq=False)
class CrowdScores:
    """A baseline's scores on each question over the time anyone was active, shape (Q,).

    Attributes
    ----------
    brier
        Time-averaged Brier in [0, 1]; 0 is best; NaN where nobody ever held a forecast.
    peer_brier
        Against the active members, in [-100, 100] points; positive is better than they were.
    last
        Its forecast just before the end of the window, shape (Q, m); NaN where nobody was active then.
    """

    brier: Floats
    peer_brier: Floats
    last: Floats


@dataclass(frozen=True, eq=False)
class BatchScores:
    """The scores of members, those of the baselines by name, and the covered share of each window (Q,)."""

    members: MemberScores
    baselines: Mapping[str, CrowdScores]
    covered: Floats


def score_questions(
    questions: ArrayLike,
    members: ArrayLike,
    times: ArrayLike,
    probabilities: ArrayLike,
    *,
    opens_at: ArrayLike,
    end: ArrayLike,
    outcome: ArrayLike,
    kind: str = "binary",
    spot_at: ArrayLike = NO_SPOT,
) -> BatchScores:
    """Score everybody who forecast on Q questions of one kind and width, and the baselines.

    Parameters
    ----------
    questions
        Shape (N,), indices from 0 to Q - 1.
    members, times, probabilities
        One row a forecast, as in `held_segments`.
    opens_at, end
        The windows in microseconds, shape (Q,), at most 2^62 together.
    outcome
        What came true, shape (Q,): binary 0 for NO and 1 for YES, otherwise an index.
    kind
        "binary", "choice" or "ladder".
    spot_at
        Instants in microseconds, shape (Q,) or one for all; `NO_SPOT` for none.

    Returns
    -------
    BatchScores
        Baselines are `median`, `crux`, `mean` and `uniform`.

    Raises
    ------
    ValueError
        Lengths differ, numbers aren't whole, or probabilities or outcomes don't fit the kind.

    Examples
    --------
    >>> scores = score_questions(
    ...     [0, 0, 1], [7, 8, 7], [0, 50, 9], [0.9, 0.5, 0.2], opens_at=[0, 0], end=[100, 10], outcome=[1, 0]
    ... )
    >>> scores.members.question.tolist(), scores.members.member.tolist()
    ([0, 0, 1], [7, 8, 7])
    >>> scores.members.peer_brier.round(4).tolist(), scores.members.coverage.tolist()
    ([12.0, -12.0, 0.0], [1.0, 0.5, 0.1])
    """
    held = held_segments(members, times, probabilities, opens_at=opens_at, end=end, questions=questions)
    came_true = np.asarray(outcome)
    brier = brier_scores(held.values, came_true[held.segment_question], kind=kind)
    timeline = timeline_of(held)
    rows = _member_scores(held, timeline, brier, came_true, kind=kind, spot_at=np.asarray(spot_at))
    baselines = _baselines(held, timeline, brier, came_true, kind)
    return BatchScores(members=rows, baselines=baselines, covered=timeline.covered())


def _member_scores(
    held: Segments,
    timeline: Timeline,
    brier: Floats,
    came_true: NDArray[np.int64],
    *,
    kind: str,
    spot_at: NDArray[np.int64],
) -> MemberScores:
    log_peer, log_baseline = _logarithmic(held, timeline, came_true, kind)
    spot_brier, spot_log_peer = _spot(held, brier, came_true, kind, spot_at)
    return MemberScores(
        question=held.question,
        member=held.members,
        brier=time_averaged(held, brier),
        peer_brier=in_range(held.sum_by_member(peer_brier_of_segments(timeline, brier))),
        log_peer=log_peer,
        log_baseline=log_baseline,
        coverage=coverage(held),
        forecasts=np.bincount(held.owner, minlength=held.members.size),
        spot_brier=spot_brier,
        spot_log_peer=spot_log_peer,
        last=held.values[last_segments(held)],
    )


def in_range(points: Floats) -> Floats:
    """Take off what rounding put beyond the range, which a check in a database would refuse."""
    return np.clip(points, -POINTS, POINTS)


def _logarithmic(
    held: Segments, timeline: Timeline, outcome: NDArray[np.int64], kind: str
) -> tuple[Floats, Floats]:
    if kind == "ladder":
        none = np.full(held.members.size, np.nan)
        return none, none
    of = outcome[held.segment_question]
    peer = log_peer_of_segments(timeline, outcome_probabilities(held.values, of, kind=kind))
    baseline = log_baseline_scores(held.values, of, kind=kind)
    return held.sum_by_member(peer), time_averaged(held, baseline) * coverage(held)


def _spot(
    held: Segments, brier: Floats, outcome: NDArray[np.int64], kind: str, spot_at: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    spot_brier, spot_log_peer = np.full((2, held.members.size), np.nan)
    chosen = segments_in_force(held, spot_at)
    spot_brier[held.owner[chosen]] = brier[chosen]
    if kind != "ladder" and chosen.size:
        of = held.segment_question[chosen]
        true = outcome_probabilities(held.values[chosen], outcome[of], kind=kind)
        spot_log_peer[held.owner[chosen]] = log_peer_scores(true, of)
    return spot_brier, spot_log_peer


def _baselines(
    held: Segments, timeline: Timeline, brier: Floats, outcome: NDArray[np.int64], kind: str
) -> dict[str, CrowdScores]:
    uniform = uniform_probabilities(kind, category_count(kind, held.values.shape[1]))
    forecasts = {
        "median": median_over_time(timeline, held.values, kind=kind),
        "crux": crux_pool_over_time(timeline, held.values, kind=kind),
        "mean": mean_over_time(timeline, held.values, kind=kind),
        "uniform": np.tile(uniform, (timeline.active.size, 1)),
    }
    of = held.segment_question
    to_the_end = np.flatnonzero(held.end_at == held.end[of])
    scores = {}
    for name, forecast in forecasts.items():
        own = brier_scores(forecast, outcome[timeline.question], kind=kind)
        last = np.full((held.end.size, held.values.shape[1]), np.nan)
        last[of[to_the_end]] = forecast[timeline.departure[to_the_end] - 1]
        scores[name] = CrowdScores(
            brier=timeline.average(own),
            peer_brier=in_range(peer_brier_of_baseline(timeline, brier, own)),
            last=last,
        )
    return scores
