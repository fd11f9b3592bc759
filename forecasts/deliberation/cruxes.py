"""Cruxes: how much of a disagreement about a thesis the answer to a dated question would close."""

import numpy as np
from numpy.typing import ArrayLike


def share_of_gap(probability: float, gap: float, *, gap_if_yes: float, gap_if_no: float) -> float:
    """Give the share of two groups' gap that knowing a question's answer is expected to close.

    Parameters
    ----------
    probability
        P of the linked question resolving YES, in [0, 1]: the median of its forecasts.
    gap
        g, the groups' gap in thesis credence now, in [-1, 1], not 0; the sign says who is higher.
    gap_if_yes, gap_if_no
        The gaps they state for either answer, in [-1, 1].

    Returns
    -------
    float
        At most 1, which is all of it; 0 or less is no crux, and is not shown.

    Raises
    ------
    ValueError
        There is no gap to close, or P isn't a probability.

    Notes
    -----
    1 - (P |g_yes| + (1 - P) |g_no|) / |g|. Whoever is coherent and believes P has the credence
    P x_yes + (1 - P) x_no now, hence g = P g_yes + (1 - P) g_no and, by the triangle inequality, a share
    of 0 or less: a positive one comes from groups that doubt P or don't add up, which is what to talk about.

    Examples
    --------
    >>> round(share_of_gap(0.5, 0.4, gap_if_yes=0.1, gap_if_no=0.3), 4)  # 1 - (0.05 + 0.15) / 0.4
    0.5
    """
    if not 0 <= probability <= 1:
        raise ValueError("A probability lies between 0 and 1.")
    if gap == 0:
        raise ValueError("Without a gap there is nothing to close.")
    left = probability * abs(gap_if_yes) + (1 - probability) * abs(gap_if_no)
    return 1 - left / abs(gap)


def crux_share(
    probability: float, *, credence: ArrayLike, if_yes: ArrayLike, if_no: ArrayLike, is_upper: ArrayLike
) -> float | None:
    """Give the share of the gap that a question would close, from what its holders said.

    Parameters
    ----------
    probability
        P of the linked question, in [0, 1].
    credence, if_yes, if_no
        Credence in the thesis now and for either answer, in [0, 1], shape (n,), one entry a holder.
    is_upper
        Whether the holder is in the upper group on the thesis, shape (n,).

    Returns
    -------
    float or None
        As `share_of_gap`; None without a holder in each group, or without a gap between them.

    Notes
    -----
    A group's credence is the mean of its holders': unlike a median it keeps g = P g_yes + (1 - P) g_no,
    so that coherent holders who share P never look like a crux.

    Examples
    --------
    >>> share = crux_share(0.5, credence=[0.3, 0.7], if_yes=[0.4, 0.5], if_no=[0.3, 0.6], is_upper=[0, 1])
    >>> round(share, 4)
    0.5
    """
    upper = np.asarray(is_upper, dtype=bool)
    if upper.all() or not upper.any():
        return None
    columns = np.array([credence, if_yes, if_no], dtype=np.float64)
    gap, gap_if_yes, gap_if_no = columns[:, upper].mean(axis=1) - columns[:, ~upper].mean(axis=1)
    if round(abs(gap), 9) == 0:  # dust of rounding is no gap
        return None
    return share_of_gap(probability, float(gap), gap_if_yes=float(gap_if_yes), gap_if_no=float(gap_if_no))
