"""Brier score of a forecast, kept in [0, 1] for every kind of question: 0 is best, 1 is worst."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

SUM_TOLERANCE = 1e-6
ROUNDING = 1e-9
"""What rounding may add to a sum that is off by the tolerance."""


def brier_scores(
    probabilities: ArrayLike, outcome: ArrayLike, *, kind: str = "binary"
) -> NDArray[np.float64]:
    """Score many forecasts of one kind.

    Parameters
    ----------
    probabilities
        Shape (N, m), each in [0, 1]; (N,) is read as (N, 1). Binary: m = 1, the probability of YES.
        Choice of K options: m = K, each row sums to 1. Ladder of K ordered categories: m = K - 1, the
        probability of category j or a lower one, never decreasing. A row of NaN scores NaN.
    outcome
        What came true: one index for all rows, or shape (N,). Binary: 0 is NO and 1 is YES; otherwise
        the index of the option or category, from 0.
    kind
        "binary", "choice" or "ladder".

    Returns
    -------
    numpy.ndarray
        Shape (N,), in [0, 1]; 0 is best.

    Raises
    ------
    ValueError
        The shape doesn't fit the kind, a probability or an outcome is out of range, a choice doesn't sum
        to 1 within 1e-6, or a ladder decreases.

    Notes
    -----
    Binary (p - o)^2; choice 1/2 sum_k (p_k - o_k)^2 (G. W. Brier, Monthly Weather Review 78, 1950: his
    two-sided score is twice this one); ladder 1/(K - 1) sum_j (F_j - O_j)^2, the ranked probability score
    per threshold (E. S. Epstein, Journal of Applied Meteorology 8, 1969).

    Examples
    --------
    >>> brier_scores([0.7, 0.5, 1.0], 1).round(4).tolist()
    [0.09, 0.25, 0.0]
    >>> brier_scores([[0.6, 0.1, 0.3]], 0, kind="choice").round(4).tolist()
    [0.13]
    """
    p = as_rows(probabilities)
    categories = category_count(kind, p.shape[1])
    _check(p, kind)
    index = np.asarray(outcome)
    if index.dtype.kind not in "biu" or ((index < 0) | (index >= categories)).any():
        raise ValueError(f"An outcome is a whole number from 0 to {categories - 1}.")
    index = index[..., np.newaxis]
    if kind == "choice":
        return np.asarray(((p - (np.arange(categories) == index)) ** 2).sum(axis=1) / 2)
    truth = index == 1 if kind == "binary" else np.arange(categories - 1) >= index
    return np.asarray(((p - truth) ** 2).mean(axis=1))


def brier_score(probabilities: ArrayLike, outcome: int, *, kind: str = "binary") -> float:
    """Score one forecast: `brier_scores` for a single row.

    Parameters
    ----------
    probabilities
        One number (binary), K numbers (choice) or K - 1 cumulative ones (ladder).
    outcome
        What came true; binary 0 is NO and 1 is YES, otherwise the index of the option or category.
    kind
        "binary", "choice" or "ladder".

    Returns
    -------
    float
        In [0, 1]; 0 is best.

    Raises
    ------
    ValueError
        As `brier_scores`.

    Examples
    --------
    >>> round(brier_score(0.7, 1), 4)
    0.09
    >>> round(brier_score([0.25, 0.5, 0.8], 1, kind="ladder"), 4)  # .25 .25 .30 .20, the second came true
    0.1175
    """
    return float(brier_scores(np.atleast_1d(probabilities)[np.newaxis], outcome, kind=kind)[0])


def uniform_probabilities(kind: str = "binary", categories: int = 2) -> tuple[float, ...]:
    """Give the forecast that knows nothing, in the form the kind is forecast in.

    Parameters
    ----------
    kind
        "binary", "choice" or "ladder".
    categories
        K, the number of outcomes; 2 for binary.

    Returns
    -------
    tuple of float
        (1/2,) for binary, K times 1/K for a choice, j/K for j = 1 .. K - 1 for a ladder.

    Raises
    ------
    ValueError
        There is no such kind, or the kind can't have so many outcomes.

    Examples
    --------
    >>> uniform_probabilities("ladder", 4)
    (0.25, 0.5, 0.75)
    """
    width = {"binary": 1, "choice": categories, "ladder": categories - 1}.get(kind, 0)
    if category_count(kind, width) != categories:
        raise ValueError("A binary question has 2 outcomes.")
    if kind == "choice":
        return (1 / categories,) * categories
    return tuple(j / categories for j in range(1, categories))


def uniform_brier(kind: str = "binary", categories: int = 2, outcome: int | None = None) -> float:
    """Give the Brier score of the uniform forecast, the baseline beside every score.

    Parameters
    ----------
    kind
        "binary", "choice" or "ladder".
    categories
        K, the number of outcomes; 2 for binary.
    outcome
        What came true; only a ladder's baseline depends on it.

    Returns
    -------
    float
        In [0, 1]; 0 is best. 0.25 for binary, (K - 1) / (2K) for a choice.

    Raises
    ------
    ValueError
        There is no such kind, or a ladder comes without its outcome.

    Examples
    --------
    >>> uniform_brier()
    0.25
    >>> round(uniform_brier("choice", 4), 4)
    0.375
    """
    if outcome is None and kind == "ladder":
        raise ValueError("The uniform baseline of a ladder depends on the outcome: name it.")
    return brier_score(uniform_probabilities(kind, categories), outcome or 0, kind=kind)


def category_count(kind: str, width: int) -> int:
    """Give K, the number of outcomes, for forecasts of `width` numbers.

    Raises
    ------
    ValueError
        There is no such kind, or it can't be forecast with so many numbers.

    Examples
    --------
    >>> category_count("ladder", 3)
    4
    """
    if kind == "binary" and width == 1:
        return 2
    if kind == "choice" and width > 1:
        return width
    if kind == "ladder" and width > 0:
        return width + 1
    raise ValueError(f"There is no forecast of kind {kind!r} with {width} numbers.")


def as_rows(probabilities: ArrayLike) -> NDArray[np.float64]:
    """Give probabilities as floats of shape (N, m); (N,) becomes (N, 1).

    Raises
    ------
    ValueError
        There are more than two dimensions, or none.

    Examples
    --------
    >>> as_rows([0.2, 0.7]).shape
    (2, 1)
    """
    p = np.asarray(probabilities, dtype=np.float64)
    if p.ndim == 1:
        p = p[:, np.newaxis]
    if p.ndim != 2:  # noqa: PLR2004
        raise ValueError(f"Probabilities come as a table, one row a forecast, not in shape {p.shape}.")
    return p


def _check(p: NDArray[np.float64], kind: str) -> None:
    """Refuse impossible rows; NaN passes, because a comparison with it is false."""
    if ((p < 0) | (p > 1)).any():
        raise ValueError("Probabilities lie between 0 and 1.")
    if kind == "choice" and (np.abs(p.sum(axis=1) - 1) > SUM_TOLERANCE + ROUNDING).any():
        raise ValueError("The probabilities of a choice sum to 1.")
    if kind == "ladder" and (np.diff(p, axis=1) < 0).any():
        raise ValueError("The cumulative probabilities of a ladder never decrease.")
