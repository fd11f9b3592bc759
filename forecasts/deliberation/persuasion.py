"""Persuasion: how many points an argument moved people who hadn't been of its author's mind."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.deliberation.moves import DECIMALS


def persuasion_points(
    share: ArrayLike, *, before: ArrayLike, after: ArrayLike, final: ArrayLike, same_group: ArrayLike
) -> NDArray[np.float64]:
    """Give the points that each credited box adds to its argument's persuasion.

    Parameters
    ----------
    share
        The box's share of the credit, in [0, 1], shape (B,).
    before, after
        The mover's forecast before and after the move, in [0, 1], shape (B,).
    final
        What the mover held at the end of the last call, in [0, 1], shape (B,); NaN for nothing.
    same_group
        Whether mover and author are in the same group, shape (B,): their move counts half.

    Returns
    -------
    numpy.ndarray
        Points of probability in [0, 100], shape (B,); 0 is none, more is more persuasive.

    Notes
    -----
    share * 100 |after - before|, halved within a group, and 0 if the member has gone back by more than half
    of the move, or holds nothing, at the end.

    Examples
    --------
    >>> moved = {"before": [0.7, 0.7], "after": [0.55, 0.55], "same_group": [False, True]}
    >>> persuasion_points([0.5, 1], final=[0.6, 0.55], **moved).round(4).tolist()
    [7.5, 7.5]
    >>> persuasion_points([0.5, 1], final=[0.65, np.nan], **moved).tolist()  # 10 of 15 points back; withdrawn
    [0.0, 0.0]
    """
    start, end, last = (np.asarray(each, dtype=np.float64) for each in (before, after, final))
    change = end - start
    gone_back = np.sign(change) * (end - last)
    is_kept = np.round(gone_back - np.abs(change) / 2, DECIMALS) <= 0  # NaN is not
    weight = np.where(np.asarray(same_group, dtype=bool), 0.5, 1.0)
    points = 100 * np.asarray(share, dtype=np.float64) * np.abs(change) * weight
    return np.where(is_kept, points, 0.0)
