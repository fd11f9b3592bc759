"""All scores of one resolved question."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring.brier import brier_scores, category_count, uniform_probabilities
from forecasts.scoring.crowd import crux_pool_over_time, median_over_time
from forecasts.scoring.peer import POINTS, peer_brier_of_baseline, peer_brier_of_segments
from forecasts.scoring.timed import Segments, Timeline, coverage, held_segments, time_averaged, timeline_of


@dataclass(frozen=True)
class BaselineScores:
    """The scores of a baseline over the moments at which anyone was active.

    Attributes
    ----------
    brier
        Time-averaged Brier in [0, 1]; 0 is best.
    peer_brier
        Against the active members, in [-100, 100] points; positive is better than they were.
    coverage
        Share of the window during which anyone was active, in (0, 1].
    last
        Its forecast just before the end of the window; None when nobody was active then.
    """

    brier: float
    peer_brier: float
    coverage: float
    last: tuple[float, ...] | None


@dataclass(frozen=True, eq=False)
class QuestionScores:
    """The scores of one question; the arrays have one entry a member who held a forecast, shape (M,).

    Attributes
    ----------
    member
        The members' codes, ascending.
    brier
        Time-averaged Brier in [0, 1]; 0 is best.
    peer_brier
        In [-100, 100] points; positive is better than the others, and all sum to 0.
    coverage
        Share of the window with a forecast held, in (0, 1].
    forecasts
        How many forecasts of theirs were in force for some time in the window, at least 1.
    baselines
        `median`, `crux` and `uniform`; empty when nobody held a forecast.
    """

    member: NDArray[np.int64]
    brier: NDArray[np.float64]
    peer_brier: NDArray[np.float64]
    coverage: NDArray[np.float64]
    forecasts: NDArray[np.int64]
    baselines: Mapping[str, BaselineScores]


def score_question(
    members: ArrayLike,
    times: ArrayLike,
    probabilities: ArrayLike,
    *,
    opens_at: int,
    end: int,
    outcome: int,
    kind: str = "binary",
) -> QuestionScores:
    """Score everybody who forecast one question, and its baselines.

    Parameters
    ----------
    members
        Shape (N,), integer codes such as primary keys.
    times
        Shape (N,), integer microseconds since 1970; of two forecasts of a member at one instant the later
        row wins, otherwise the order of rows is free.
    probabilities
        Shape (N, m) as in `brier_scores`, for binary also (N,); a row of NaN is a withdrawal.
    opens_at, end
        The window [opens_at, end) in microseconds; `end` is the earlier of closing and of the moment at
        which the outcome was public.
    outcome
        Binary 0 for NO and 1 for YES; otherwise the index of the option or category.
    kind
        "binary", "choice" or "ladder".

    Returns
    -------
    QuestionScores
        Without members and baselines when the window is empty or nobody held a forecast in it.

    Raises
    ------
    ValueError
        Lengths differ, numbers aren't whole, or probabilities or outcome don't fit the kind.

    Examples
    --------
    >>> scores = score_question([7, 8], [0, 50], [0.9, 0.5], opens_at=0, end=100, outcome=1)
    >>> scores.brier.round(4).tolist(), scores.coverage.tolist()
    ([0.01, 0.25], [1.0, 0.5])
    >>> scores.peer_brier.round(4).tolist()
    [12.0, -12.0]
    >>> round(scores.baselines["median"].last[0], 4)
    0.7
    """
    held = held_segments(members, times, probabilities, opens_at=opens_at, end=end)
    brier = brier_scores(held.values, outcome, kind=kind)
    timeline = timeline_of(held)
    return QuestionScores(
        member=held.members,
        brier=time_averaged(held, brier),
        peer_brier=_in_range(held.sum_by_member(peer_brier_of_segments(timeline, brier))),
        coverage=coverage(held),
        forecasts=np.bincount(held.owner, minlength=held.members.size),
        baselines=_baselines(held, timeline, brier, outcome, kind) if held.members.size else {},
    )


def _baselines(
    held: Segments, timeline: Timeline, brier: NDArray[np.float64], outcome: int, kind: str
) -> dict[str, BaselineScores]:
    uniform = uniform_probabilities(kind, category_count(kind, held.values.shape[1]))
    forecasts = {
        "median": median_over_time(timeline, held.values, kind=kind),
        "crux": crux_pool_over_time(timeline, held.values, kind=kind),
        "uniform": np.tile(uniform, (timeline.active.size, 1)),
    }
    covered = float(np.diff(timeline.edges)[timeline.active > 0].sum() / held.window)
    to_the_end = timeline.edges[-1] == held.end
    scores = {}
    for name, forecast in forecasts.items():
        own = brier_scores(forecast, outcome, kind=kind)
        scores[name] = BaselineScores(
            brier=timeline.average(own),
            peer_brier=float(_in_range(peer_brier_of_baseline(timeline, brier, own))),
            coverage=covered,
            last=tuple(forecast[-1].tolist()) if to_the_end else None,
        )
    return scores


def _in_range(points: ArrayLike) -> NDArray[np.float64]:
    """Take off what rounding put beyond the range, which a check in a database would refuse."""
    return np.clip(np.asarray(points, dtype=np.float64), -POINTS, POINTS)
