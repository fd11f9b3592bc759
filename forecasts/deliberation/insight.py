"""Insight: whether an argument moved people towards what came true."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring.brier import brier_scores


def insight(share: ArrayLike, *, before: ArrayLike, after: ArrayLike, outcome: int) -> NDArray[np.float64]:
    """Give what each credited box adds to its cause's insight.

    Parameters
    ----------
    share
        The box's share of the credit, in [0, 1], shape (B,).
    before, after
        The mover's forecast before and after the move, in [0, 1], shape (B,).
    outcome
        1 for YES, 0 for NO.

    Returns
    -------
    numpy.ndarray
        In [-1, 1], shape (B,): positive made forecasts better; negative is persuasive, but wrong.

    Notes
    -----
    share (Brier before - Brier after). The shares of a credited move sum to 1, so over all boxes this sums
    to the Brier change of the credited moves.

    Examples
    --------
    >>> insight([0.5], before=[0.7], after=[0.5], outcome=0).round(4).tolist()  # (0.49 - 0.25) / 2
    [0.12]
    """
    gained = brier_scores(before, outcome) - brier_scores(after, outcome)
    return np.asarray(np.asarray(share, dtype=np.float64) * gained)
