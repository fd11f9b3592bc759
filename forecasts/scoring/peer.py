"""Peer Brier: how much better than the others a member was, in points; positive is better.

At each moment with n >= 2 active members, a member's advantage is the mean Brier of the others minus
their own: S / (n - 1) - B_i n / (n - 1), with S the sum of the active B. Their score is 100 / T times its
integral over the window of length T, so absent time counts 0 and at each moment the advantages sum to 0.
Idea: the peer score of Metaculus, with Brier in the place of the logarithm.
"""

import numpy as np
from numpy.typing import NDArray

from forecasts.scoring.timed import Timeline

POINTS = 100


def peer_brier_of_segments(timeline: Timeline, brier: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give what each held segment contributes to its member's peer Brier.

    Parameters
    ----------
    timeline
        The moments, from `timeline_of` the segments.
    brier
        Brier of each segment, shape (S,), in [0, 1]; 0 is best.

    Returns
    -------
    numpy.ndarray
        Points, shape (S,); a member's sum lies in [-100, 100], all sum to 0, and whoever is alone gets 0.

    Notes
    -----
    With prefix sums of n / (n - 1) dt and S / (n - 1) dt over the edges each segment is two subtractions,
    so the whole costs one sort: O(S log S).

    Examples
    --------
    >>> from forecasts.scoring.timed import held_segments, timeline_of
    >>> line = timeline_of(held_segments([7, 8], [0, 5], [1.0, 0.5], opens_at=0, end=10))
    >>> peer_brier_of_segments(line, np.array([0.0, 0.25])).tolist()  # 100 * half the window * 0.25
    [12.5, -12.5]
    """
    compared = timeline.active > 1
    weight = np.where(compared, timeline.share / np.maximum(timeline.active - 1, 1), 0.0)
    own = timeline.sum_while_held(weight * timeline.active)
    everybody = timeline.sum_while_held(weight * timeline.running_sum(brier))
    return POINTS * (everybody - brier * own)


def peer_brier_of_baseline(
    timeline: Timeline, brier: NDArray[np.float64], baseline: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Score a step function against the active members; it enters nobody's mean.

    Parameters
    ----------
    timeline
        The moments, from `timeline_of` the segments.
    brier
        Brier of each segment, shape (S,), in [0, 1]; 0 is best.
    baseline
        Brier of the baseline at each moment, shape (E,), in [0, 1]; not read where nobody is active.

    Returns
    -------
    numpy.ndarray
        One a question, shape (Q,): 100 times the integral of (mean Brier of all n >= 1 active members -
        baseline's) / T, in [-100, 100]; positive is better than the members.

    Examples
    --------
    >>> from forecasts.scoring.timed import held_segments, timeline_of
    >>> line = timeline_of(held_segments([7, 8], [0, 5], [1.0, 0.5], opens_at=0, end=10))
    >>> peer_brier_of_baseline(line, np.array([0.0, 0.25]), np.array([0.25, 0.25])).tolist()
    [-18.75]
    """
    others = timeline.running_sum(brier) / np.maximum(timeline.active, 1)
    return POINTS * timeline.sum_by_question(others - baseline)
