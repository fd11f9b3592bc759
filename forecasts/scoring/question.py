"""All scores of one resolved question."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring.batch import BatchScores, score_questions


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
    log_peer, log_baseline
        Points as in `forecasts.scoring.logarithmic`; NaN for a ladder.
    coverage
        Share of the window with a forecast held, in (0, 1].
    forecasts
        How many forecasts of theirs were in force for some time in the window, at least 1.
    baselines
        `median`, `crux`, `mean` and `uniform`; empty when nobody held a forecast.
    """

    member: NDArray[np.int64]
    brier: NDArray[np.float64]
    peer_brier: NDArray[np.float64]
    log_peer: NDArray[np.float64]
    log_baseline: NDArray[np.float64]
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
    scores = score_questions(
        np.zeros(len(np.atleast_1d(members)), dtype=np.int64),
        members,
        times,
        probabilities,
        opens_at=[opens_at],
        end=[end],
        outcome=[outcome],
        kind=kind,
    )
    return _of_one(scores)


def _of_one(scores: BatchScores) -> QuestionScores:
    rows = scores.members
    return QuestionScores(
        member=rows.member,
        brier=rows.brier,
        peer_brier=rows.peer_brier,
        log_peer=rows.log_peer,
        log_baseline=rows.log_baseline,
        coverage=rows.coverage,
        forecasts=rows.forecasts,
        baselines=_baselines(scores) if rows.member.size else {},
    )


def _baselines(scores: BatchScores) -> dict[str, BaselineScores]:
    return {
        name: BaselineScores(
            brier=float(crowd.brier[0]),
            peer_brier=float(crowd.peer_brier[0]),
            coverage=float(scores.covered[0]),
            last=None if np.isnan(crowd.last[0]).any() else tuple(crowd.last[0].tolist()),
        )
        for name, crowd in scores.baselines.items()
    }
