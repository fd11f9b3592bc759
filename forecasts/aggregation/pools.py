"""Pools of binary forecasts: one probability out of the probabilities of many."""

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


def mean(probabilities: ArrayLike) -> float:
    """Give the arithmetic mean, sum(p) / n: the equally weighted linear pool.

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
    Source: M. Stone, "The opinion pool", Annals of Mathematical Statistics 32 (1961).

    Examples
    --------
    >>> round(mean([0.9, 0.2, 0.4]), 4)
    0.5
    """
    return float(np.mean(_checked(probabilities)))


def geometric_mean_of_odds(probabilities: ArrayLike) -> float:
    """Give the probability whose odds are the geometric mean of everybody's odds.

    Parameters
    ----------
    probabilities
        Shape (n,), n >= 1, each in [0, 1]; read as if held to [0.01, 0.99].

    Returns
    -------
    float
        A probability in [0.01, 0.99].

    Raises
    ------
    ValueError
        There is no probability, or one is outside [0, 1].

    Notes
    -----
    logit(pool) = mean of logit(p): the equally weighted logarithmic pool. Source: V. A. Satopää et al.,
    "Combining multiple probability predictions using a simple logit model", International Journal of
    Forecasting 30 (2014).

    Examples
    --------
    >>> round(geometric_mean_of_odds([0.5, 0.9]), 4)  # odds 1 and 9, their geometric mean 3
    0.75
    """
    return float(from_log_odds(log_odds(_checked(probabilities)).mean()))


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


def crux_pool(probabilities: ArrayLike) -> float:
    """Give the Crux pool: the geometric mean of odds, extremized by d(n).

    Parameters
    ----------
    probabilities
        Shape (n,), n >= 1, each in [0, 1]; read as if held to [0.01, 0.99].

    Returns
    -------
    float
        A probability strictly between 0 and 1.

    Raises
    ------
    ValueError
        There is no probability, or one is outside [0, 1].

    Notes
    -----
    logit(pool) = d(n) * mean of logit(p), with d(n) of `extremizing_factor` and its source.

    Examples
    --------
    >>> round(crux_pool([0.5, 0.9]), 4)  # odds 3 ** 1.2915
    0.8052
    """
    p = _checked(probabilities)
    return float(from_log_odds(extremizing_factor(p.size) * log_odds(p).mean()))


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
