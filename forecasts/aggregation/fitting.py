"""The extremizing factor under which what happened was most likely (Satopää et al. 2014)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar

from forecasts.aggregation.catalogue import mean_log

LARGEST = 10.0
"""Questions that all went the crowd's way would ask for an infinite factor."""


def log_margins(
    forecasts: ArrayLike, outcome: ArrayLike, *, kind: str = "binary", weights: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Give by how much the crowd favoured what came true over each other outcome.

    Parameters
    ----------
    forecasts
        Shape (G, n, m) as in `forecasts.aggregation.catalogue`.
    outcome
        Indices of what came true, shape (G,); binary 0 is NO and 1 is YES.
    kind
        "binary", "choice" or "ladder"; a ladder's thresholds are G (K - 1) binaries.
    weights
        Shape (n,), or None.

    Returns
    -------
    numpy.ndarray
        Shape (P, j): differences of mean logarithms; positive favours what came true.

    Examples
    --------
    >>> log_margins([[[0.5], [0.9]]], [0]).round(4).tolist()  # odds of 3 for YES, and NO came true
    [[-1.0986]]
    """
    logs, index = mean_log(forecasts, kind=kind, weights=weights), np.asarray(outcome)[:, np.newaxis]
    if kind == "choice":
        true = np.take_along_axis(logs, index, axis=1)
        others = np.arange(logs.shape[1]) != index
        return np.asarray((true - logs)[others].reshape(len(logs), logs.shape[1] - 1))
    truth = index == 1 if kind == "binary" else np.arange(logs.shape[1]) >= index
    return np.where(truth, logs, -logs).reshape(-1, 1)


def fitted_factor(margins: Sequence[NDArray[np.float64]]) -> float:
    """Fit the extremizing factor by maximum likelihood.

    Parameters
    ----------
    margins
        Tables from `log_margins`, which may differ in width.

    Returns
    -------
    float
        In [0, 10]; above 1 the crowd was too cautious, below 1 too bold.

    Raises
    ------
    ValueError
        There is nothing to fit to.

    Notes
    -----
    Extremized by a, the crowd gave what came true the probability 1 / (1 + sum_j exp(-a margin_j)); a
    maximises the sum of its logarithms, which is concave in a. For a binary question this is a logistic
    regression without intercept on the mean log-odds.

    Examples
    --------
    >>> four_of_five = [log_margins([[[0.6]]] * 5, [1, 1, 1, 1, 0])]
    >>> round(fitted_factor(four_of_five), 4)  # ln 4 / ln 1.5, which makes .8 of .6
    3.419
    """
    if not sum(table.size for table in margins):
        raise ValueError("A factor is fitted to at least one question.")

    def loss(a: float) -> float:
        return sum(float(np.log1p(np.exp(-a * table).sum(axis=1)).sum()) for table in margins)

    return float(minimize_scalar(loss, bounds=(0, LARGEST), method="bounded", options={"xatol": 1e-9}).x)
