"""The catalogue of pools for every kind of question, over many questions at once.

Forecasts come in shape (..., n, m): n forecasts of m numbers each, in the form the kind is forecast in; the
oldest first where recency weights are given. What comes back has shape (..., m).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.aggregation.pools import CLIP, from_log_odds, log_odds

Floats = NDArray[np.float64]


def recency_weights(n: int) -> Floats:
    """Give the weight of each of n forecasts by its rank in age; a modifier of any pool.

    Parameters
    ----------
    n
        How many forecasts, at least 1.

    Returns
    -------
    numpy.ndarray
        Shape (n,), oldest first, in (0, 1]; the newest has 1, and of up to two forecasts all have.

    Raises
    ------
    ValueError
        n is below 1.

    Notes
    -----
    exp(sqrt(k) - sqrt(n)) for the k-th oldest. Source: Metaculus, "How we aggregate", its recency-weighted
    median. By rank it makes no sense within a sealed round, where nobody is later in any meaningful way.

    Examples
    --------
    >>> recency_weights(3).round(4).tolist()
    [0.4809, 0.7277, 1.0]
    """
    if n < 1:
        raise ValueError("Recency needs at least one forecast.")
    if n <= 2:  # noqa: PLR2004
        return np.ones(n)
    return np.asarray(np.exp(np.sqrt(np.arange(1, n + 1)) - np.sqrt(n)))


def median_pool(forecasts: ArrayLike, *, kind: str = "binary", weights: ArrayLike | None = None) -> Floats:
    """Give the median of each number, made coherent for the kind.

    Parameters
    ----------
    forecasts
        Shape (..., n, m), n >= 1, each in [0, 1].
    kind
        "binary", "choice" (then renormalised, uniform where all medians are 0) or "ladder" (then a running
        maximum).
    weights
        Shape (n,), above 0; None weighs all alike. The median is the value at which half of the weight is
        reached, and the mean of two where it is reached exactly between them.

    Returns
    -------
    numpy.ndarray
        Shape (..., m).

    Raises
    ------
    ValueError
        There is no forecast, or weights don't fit.

    Notes
    -----
    Source: F. Galton, "Vox populi", Nature 75 (1907).

    Examples
    --------
    >>> median_pool([[0.75], [0.25]]).tolist(), median_pool([[0.8], [0.7], [0.6]], weights=[1, 2, 4]).tolist()
    ([0.5], [0.6])
    """
    p, w = _checked(forecasts, weights)
    order = np.argsort(p, axis=-2, kind="stable")
    ascending = np.take_along_axis(p, order, axis=-2)
    reached, half = np.cumsum(w[order], axis=-2), w.sum() / 2
    tolerance = 1e-12 * half
    first = (reached >= half - tolerance).argmax(axis=-2)[..., np.newaxis, :]
    second = (reached > half + tolerance).argmax(axis=-2)[..., np.newaxis, :]
    middle = [np.take_along_axis(ascending, place, axis=-2)[..., 0, :] for place in (first, second)]
    return coherent((middle[0] + middle[1]) / 2, kind)


def mean_pool(forecasts: ArrayLike, *, kind: str = "binary", weights: ArrayLike | None = None) -> Floats:
    """Give the weighted arithmetic mean of each number, which is coherent for every kind.

    Parameters
    ----------
    forecasts, kind, weights
        As in `median_pool`.

    Returns
    -------
    numpy.ndarray
        Shape (..., m).

    Raises
    ------
    ValueError
        There is no forecast, or weights don't fit.

    Notes
    -----
    sum w p / sum w. Source: M. Stone, "The opinion pool", Annals of Mathematical Statistics 32 (1961).

    Examples
    --------
    >>> mean_pool([[0.25, 0.75], [0.75, 0.25]], kind="choice", weights=[3, 1]).tolist()
    [0.375, 0.625]
    """
    p, w = _checked(forecasts, weights)
    return coherent(np.average(p, axis=-2, weights=w), kind)


def odds_pool(
    forecasts: ArrayLike, *, kind: str = "binary", weights: ArrayLike | None = None, factor: float = 1.0
) -> Floats:
    """Give the geometric mean of odds, extremized by a factor.

    Parameters
    ----------
    forecasts, weights
        As in `median_pool`; read as if held to [0.01, 0.99].
    kind
        "binary", "choice" (geometric mean of each option to the power `factor`, then renormalised) or
        "ladder" (each threshold as a binary, then a running maximum).
    factor
        By which the mean of the log-odds is multiplied: 1 is the plain geometric mean of odds, d(n) of
        `extremizing_factor` the Crux pool, and that of `fitted_factor` Satopää's.

    Returns
    -------
    numpy.ndarray
        Shape (..., m).

    Raises
    ------
    ValueError
        There is no forecast, or weights don't fit.

    Notes
    -----
    logit(pool) = factor * sum w logit(p) / sum w. Source: V. A. Satopää et al., "Combining multiple
    probability predictions using a simple logit model", International Journal of Forecasting 30 (2014).

    Examples
    --------
    >>> odds_pool([[0.5], [0.9]]).round(4).tolist(), odds_pool([[0.5], [0.9]], factor=2).round(4).tolist()
    ([0.75], [0.9])
    >>> odds_pool([[0.2, 0.8], [0.8, 0.2]], kind="choice").tolist()
    [0.5, 0.5]
    """
    logs = factor * mean_log(forecasts, kind=kind, weights=weights)
    if kind == "choice":
        return coherent(np.exp(logs - logs.max(axis=-1, keepdims=True)), kind)
    return coherent(from_log_odds(logs), kind)


def mean_log(forecasts: ArrayLike, *, kind: str = "binary", weights: ArrayLike | None = None) -> Floats:
    """Give the weighted mean of log-odds, for a choice of logarithms of the options, shape (..., m).

    Examples
    --------
    >>> mean_log([[0.5], [0.9]]).round(4).tolist()  # ln 9 / 2
    [1.0986]
    """
    p, w = _checked(forecasts, weights)
    logs = np.log(np.clip(p, CLIP, 1 - CLIP)) if kind == "choice" else log_odds(p)
    return np.asarray(np.average(logs, axis=-2, weights=w))


def coherent(pooled: Floats, kind: str) -> Floats:
    """Make numbers pooled one by one a forecast of their kind, along the last axis.

    Parameters
    ----------
    pooled
        Shape (..., m), each at least 0; NaN stays NaN.
    kind
        "binary" (nothing to do), "choice" (divided by their sum; uniform where it is 0) or "ladder" (a
        running maximum).

    Examples
    --------
    >>> coherent(np.array([0.25, 0.25]), "choice").tolist(), coherent(np.array([0.3, 0.2]), "ladder").tolist()
    ([0.5, 0.5], [0.3, 0.3])
    """
    if kind == "choice":
        total = pooled.sum(axis=-1, keepdims=True)
        return np.where(total == 0, 1 / pooled.shape[-1], pooled / np.where(total == 0, 1, total))
    return np.maximum.accumulate(pooled, axis=-1) if kind == "ladder" else pooled


def _checked(forecasts: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    p = np.asarray(forecasts, dtype=np.float64)
    if p.ndim < 2 or p.shape[-2] == 0:  # noqa: PLR2004
        raise ValueError(f"A pool needs at least one forecast, one a row, not shape {p.shape}.")
    w = np.ones(p.shape[-2]) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != (p.shape[-2],) or not (w > 0).all():
        raise ValueError("There is one weight above 0 for each forecast.")
    return p, w
