"""Bridges: arguments that convince people on both sides of a disagreement."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

RATERS = 3
SCORE = 0.6


def bridge_scores(convinced: ArrayLike, raters: ArrayLike) -> NDArray[np.float64]:
    """Score arguments by how well they convince both groups.

    Parameters
    ----------
    convinced
        A, how many of a group were convinced, shape (n, 2): lower group, upper group.
    raters
        S, how many of it judged the argument convincing or not, shape (n, 2); whoever passed is none.

    Returns
    -------
    numpy.ndarray
        Shape (n,), in (0, 1): 0.25 for an argument that nobody rated, higher bridges better.

    Notes
    -----
    The product over the groups of (A + 1) / (S + 2), Laplace's estimate of the share convinced: a group that
    isn't convinced can't be made up for by more of the other.

    Examples
    --------
    >>> bridge_scores([[8, 0], [6, 2]], [[8, 2], [8, 2]]).round(4).tolist()  # 9/10 1/4, and 7/10 3/4
    [0.225, 0.525]
    """
    a, s = np.asarray(convinced, dtype=np.float64), np.asarray(raters, dtype=np.float64)
    return np.asarray(((a + 1) / (s + 2)).prod(axis=-1))


def are_bridges(convinced: ArrayLike, raters: ArrayLike) -> NDArray[np.bool_]:
    """Say which arguments may be called convincing to both groups: 3 raters in each, and a score of 0.6.

    Parameters
    ----------
    convinced, raters
        As in `bridge_scores`.

    Returns
    -------
    numpy.ndarray
        Booleans, shape (n,).

    Examples
    --------
    >>> are_bridges([[3, 3], [9, 2], [3, 2]], [[3, 3], [9, 2], [3, 3]]).tolist()  # 0.64; 2 raters; 0.48
    [True, False, False]
    """
    has_raters = (np.asarray(raters) >= RATERS).all(axis=-1)
    return np.asarray(has_raters & (bridge_scores(convinced, raters) >= SCORE))
