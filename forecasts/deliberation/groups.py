"""Lower and upper group: the two camps in sealed forecasts, if there are two."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.deliberation.moves import DECIMALS

CLIP = 0.05
"""Groups read 0 as 0.05 and 1 as 0.95: what lies beyond is one camp, however certain."""

FEWEST = 6
SMALLEST_SIDE, SMALLEST_SHARE = 2, 0.15
APART = 0.3
"""Thirty points between the groups' medians."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Two groups of members.

    Parameters
    ----------
    is_upper
        Shape (n,), in the order of the probabilities.
    lower, upper
        The medians of the groups' probabilities, in [0, 1].
    """

    is_upper: NDArray[np.bool_]
    lower: float
    upper: float


def are_apart(lower: float, upper: float) -> bool:
    """Whether two medians are thirty points apart or more.

    Examples
    --------
    >>> are_apart(0.3, 0.6), are_apart(0.3, 0.599)
    (True, False)
    """
    return round(upper - lower, DECIMALS) >= APART


def two_groups(probabilities: ArrayLike) -> Groups | None:
    """Split sealed forecasts into a lower and an upper group by exact 2-means on their log-odds.

    Parameters
    ----------
    probabilities
        Shape (n,), each in [0, 1], one a member.

    Returns
    -------
    Groups or None
        None below 6 members, if no cut leaves max(2, ceil(0.15 n)) on each side, or if the groups' medians
        are less than 30 points apart.

    Notes
    -----
    In one dimension the best two clusters lie on two sides of a cut, so all cuts of the sorted log-odds are
    tried: with S and n of a side, the squares around its mean are least where the sum of S^2 / n over both
    sides is greatest. Sorting and sums of prefixes make that O(n log n). Members who said the same are never
    parted; of equally good cuts the lowest is taken. Source: H. Wang and M. Song, "Ckmeans.1d.dp", The R
    Journal 3 (2011).

    Examples
    --------
    >>> groups = two_groups([0.2, 0.7, 0.3, 0.8, 0.25, 0.75])
    >>> groups.is_upper.astype(int).tolist(), groups.lower, groups.upper
    ([0, 1, 0, 1, 0, 1], 0.25, 0.75)
    """
    p = np.asarray(probabilities, dtype=np.float64)
    n = p.size
    if n < FEWEST:
        return None
    order = np.argsort(p, kind="stable")
    clipped = np.clip(p[order], CLIP, 1 - CLIP)
    x = np.log(clipped / (1 - clipped))
    below = np.arange(1, n)
    least = max(SMALLEST_SIDE, math.ceil(round(SMALLEST_SHARE * n, DECIMALS)))
    may_cut = (below >= least) & (n - below >= least) & (x[1:] > x[:-1])
    if not may_cut.any():
        return None
    sums = np.cumsum(x)
    between = sums[:-1] ** 2 / below + (sums[-1] - sums[:-1]) ** 2 / (n - below)
    cut = int(np.argmax(np.where(may_cut, between, -np.inf))) + 1
    lower, upper = float(np.median(p[order[:cut]])), float(np.median(p[order[cut:]]))
    if not are_apart(lower, upper):
        return None
    is_upper = np.zeros(n, dtype=bool)
    is_upper[order[cut:]] = True
    return Groups(is_upper, lower, upper)
