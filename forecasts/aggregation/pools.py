"""What the pools are made of: the median, the extremizing factor d(n), and clipped log-odds."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

CLIP = 0.01
"""Pools of odds read 0 as 0.01 and 1 as 0.99, or one certain member would outweigh all others."""


def median(probabilities: ArrayLike) -> float:
    """Give the middle probability, or the mean of the two middle ones.

    Parameters
    ----------
    probabilities
        Shape (n,), n >= 1, each in [0, 1].

    Returns
    -------
    float
        A probability in [0, 1].

    Raises
    ------
    ValueError
        There is no probability, or one is outside [0, 1].

    Notes
    -----
    Source: F. Galton, "Vox populi", Nature 75 (1907).

    Examples
    --------
    >>> round(median([0.9, 0.2, 0.3]), 4)
    0.3
    """
    return float(np.median(_checked(probabilities)))


def extremizing_factor(n: ArrayLike) -> NDArray[np.float64]:
    """Give d(n), by which the log-odds of an average of n forecasts are multiplied.

    Parameters
    ----------
    n
        Numbers of forecasts, integers >= 1, any shape.

    Returns
    -------
    numpy.ndarray
        Same shape; 1 for one forecast, growing towards sqrt(3).

    Raises
    ------
    ValueError
        A number is below 1.

    Notes
    -----
    d(n) = n (sqrt(3 n^2 - 3 n + 1) - 2) / (n^2 - n - 1). Source: E. Neyman and T. Roughgarden, "Are you
    smarter than a random expert? The robust aggregation of substitutable signals", EC 2022. They move an
    average away from the prior by it; here the prior is even odds and the average that of the log-odds.

    Examples
    --------
    >>> extremizing_factor([1, 2, 10]).round(4).tolist()
    [1.0, 1.2915, 1.625]
    """
    count = np.asarray(n, dtype=np.float64)
    if (count < 1).any():
        raise ValueError("An extremizing factor needs at least one forecast.")
    return np.asarray(count * (np.sqrt(3 * count**2 - 3 * count + 1) - 2) / (count**2 - count - 1))


def log_odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give ln(p / (1 - p)) with p held to [0.01, 0.99], any shape.

    Examples
    --------
    >>> log_odds(np.array([0.5, 0.9, 1.0])).round(4).tolist()
    [0.0, 2.1972, 4.5951]
    """
    p = np.clip(probabilities, CLIP, 1 - CLIP)
    return np.log(p / (1 - p))


def from_log_odds(logits: ArrayLike) -> NDArray[np.float64]:
    """Give the probability 1 / (1 + exp(-x)) of log-odds x, any shape.

    Examples
    --------
    >>> from_log_odds([0.0, 1.0986122886681098]).round(4).tolist()
    [0.5, 0.75]
    """
    return np.asarray(1 / (1 + np.exp(-np.asarray(logits, dtype=np.float64))))


def _checked(probabilities: ArrayLike) -> NDArray[np.float64]:
    p = np.asarray(probabilities, dtype=np.float64)
    if p.ndim != 1 or p.size == 0:
        raise ValueError(f"A pool needs a list of at least one probability, not shape {p.shape}.")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("Probabilities lie between 0 and 1.")
    return p
