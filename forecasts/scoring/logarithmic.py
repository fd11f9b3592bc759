"""Logarithmic scores as Metaculus defines them, for comparison with the world outside; none for ladders."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring.brier import as_rows, category_count
from forecasts.scoring.peer import POINTS, peer_brier_of_segments
from forecasts.scoring.timed import Timeline

CLIP = 0.001
"""Logarithms read 0 as 0.001 and 1 as 0.999, or one certain and wrong forecast would cost infinitely much."""


def outcome_probabilities(
    probabilities: ArrayLike, outcome: ArrayLike, *, kind: str = "binary"
) -> NDArray[np.float64]:
    """Give the probability that each forecast gave to what came true.

    Parameters
    ----------
    probabilities
        Shape (N, m) as in `brier_scores`, for binary also (N,).
    outcome
        One index for all rows, or shape (N,).
    kind
        "binary" or "choice".

    Returns
    -------
    numpy.ndarray
        Shape (N,), held to [0.001, 0.999].

    Raises
    ------
    ValueError
        The kind is another, or the shape doesn't fit it.

    Examples
    --------
    >>> outcome_probabilities([0.75, 0.75, 1.0], [1, 0, 1]).tolist()
    [0.75, 0.25, 0.999]
    """
    p = as_rows(probabilities)
    category_count(kind, p.shape[1])
    if kind == "ladder":
        raise ValueError("A ladder has no logarithmic score.")
    index = np.broadcast_to(np.asarray(outcome), len(p))
    true = np.where(index == 1, p[:, 0], 1 - p[:, 0]) if kind == "binary" else p[np.arange(len(p)), index]
    return np.clip(true, CLIP, 1 - CLIP)


def log_baseline_scores(
    probabilities: ArrayLike, outcome: ArrayLike, *, kind: str = "binary"
) -> NDArray[np.float64]:
    """Compare forecasts with the uniform one, in points.

    Parameters
    ----------
    probabilities, outcome, kind
        As in `outcome_probabilities`.

    Returns
    -------
    numpy.ndarray
        Shape (N,): 100 ln(p K) / ln K with p the probability of what came true; at most 100, 0 is the
        uniform forecast, positive is better. Held for a share of a window, a forecast earns that share.

    Raises
    ------
    ValueError
        As `outcome_probabilities`.

    Notes
    -----
    Source: Metaculus, "Scores FAQ", the baseline score.

    Examples
    --------
    >>> log_baseline_scores([0.9, 0.1, 0.5], 1).round(4).tolist()
    [84.7997, -232.1928, 0.0]
    """
    p = as_rows(probabilities)
    categories = category_count(kind, p.shape[1])
    true = outcome_probabilities(p, outcome, kind=kind)
    return np.asarray(POINTS * np.log(true * categories) / np.log(categories))


def log_peer_of_segments(timeline: Timeline, true: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give what each held segment contributes to its member's log peer score.

    Parameters
    ----------
    timeline
        The moments, from `timeline_of` the segments.
    true
        The probability each segment gave to what came true, shape (S,), in (0, 1).

    Returns
    -------
    numpy.ndarray
        Points, shape (S,); positive is better than the others, and all sum to 0.

    Notes
    -----
    At each moment 100 n / (n - 1) ln(p / geometric mean of the n active p), which is the difference of the
    others' mean loss and one's own when the loss is -ln p: the same prefix sums as for Brier. Source:
    Metaculus, "Scores FAQ", the peer score; it divides by the scheduled length, we by the window's.

    Examples
    --------
    >>> from forecasts.scoring.timed import held_segments, timeline_of
    >>> line = timeline_of(held_segments([7, 8], [0, 0], [0.1, 0.9], opens_at=0, end=10))
    >>> log_peer_of_segments(line, np.array([0.1, 0.9])).round(4).tolist()
    [-219.7225, 219.7225]
    """
    return peer_brier_of_segments(timeline, -np.log(true))


def log_peer_scores(true: NDArray[np.float64], questions: ArrayLike | None = None) -> NDArray[np.float64]:
    """Give the log peer scores of forecasts in force at one instant.

    Parameters
    ----------
    true
        The probability each gave to what came true, shape (N,), in (0, 1).
    questions
        The question of each, shape (N,), indices from 0; None when there is one.

    Returns
    -------
    numpy.ndarray
        Points, shape (N,); positive is better than the others on the question, 0 for whoever is alone.

    Examples
    --------
    >>> log_peer_scores(np.array([0.1, 0.9])).round(4).tolist()
    [-219.7225, 219.7225]
    """
    of = np.zeros(true.size, dtype=np.intp) if questions is None else np.asarray(questions, dtype=np.intp)
    logs, n = np.log(true), np.bincount(of)[of]
    mean = np.bincount(of, logs)[of] / n
    return np.asarray(POINTS * n / np.maximum(n - 1, 1) * (logs - mean))
