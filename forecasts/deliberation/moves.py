"""Moves: forecasts that changed by ten points or more, and how their credit is shared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOVED_BY = 0.1
"""Ten points."""

DECIMALS = 6
"""Tenths of a percent are whole here: from 60 % to 70 % are ten points, not a hair less."""

NOBODY = -1
"""The author of what no member wrote."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves in the order of their submissions.

    Parameters
    ----------
    submission
        Indices of the submissions that were moves, shape (K,), ascending.
    before, after
        What the member had said before and said then, in [0, 1], shape (K,).
    """

    submission: NDArray[np.intp]
    before: NDArray[np.float64]
    after: NDArray[np.float64]


def has_moved(before: ArrayLike, after: ArrayLike) -> NDArray[np.bool_]:
    """Say whether probabilities differ by ten points or more; NaN differs from nothing.

    Examples
    --------
    >>> has_moved([0.6, 0.6, 0.9], [0.7, 0.699, 0.8]).tolist()
    [True, False, True]
    """
    change = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    return np.asarray(np.round(np.abs(change), DECIMALS) >= MOVED_BY)


def moves_of(members: ArrayLike, probabilities: ArrayLike) -> Moves:
    """Find the submissions that differ from the same member's previous one by ten points or more.

    Parameters
    ----------
    members
        Who submitted, integers, shape (N,), in the order of time.
    probabilities
        What, in [0, 1], shape (N,); NaN for a withdrawal, which neither is a move nor starts one.

    Returns
    -------
    Moves

    Examples
    --------
    >>> moves = moves_of([7, 8, 7, 8], [0.7, 0.5, 0.55, 0.45])
    >>> moves.submission.tolist(), moves.before.tolist(), moves.after.tolist()
    ([2], [0.7], [0.55])
    """
    who, p = np.asarray(members, dtype=np.int64), np.asarray(probabilities, dtype=np.float64)
    order = np.argsort(who, kind="stable")
    first, second = order[:-1], order[1:]
    is_move = (who[first] == who[second]) & has_moved(p[first], p[second])
    by_time = np.argsort(second[is_move])
    earlier, later = first[is_move][by_time], second[is_move][by_time]
    return Moves(later, p[earlier], p[later])


def credit_shares(
    *,
    move: ArrayLike,
    change: ArrayLike,
    direction: ArrayLike,
    mover: ArrayLike,
    author: ArrayLike,
    was_shown: ArrayLike,
) -> NDArray[np.float64]:
    """Share the credit for each move on a question equally among its eligible boxes.

    Parameters
    ----------
    move
        Which move a box was ticked for, integers, shape (B,), in the order in which they were ticked.
    change
        By how much that forecast changed, in [-1, 1], shape (B,).
    direction
        1 for an argument for, -1 for one against, 0 for news and for thinking again, shape (B,).
    mover, author
        Members' ids, shape (B,); the author is -1 for news, thinking and documents.
    was_shown
        Whether the argument had been shown to the mover before, shape (B,); ignored for direction 0.

    Returns
    -------
    numpy.ndarray
        Shares in [0, 1], shape (B,), 0 for a box that isn't eligible; those of a move sum to 1, or to 0
        if none of its boxes is eligible.

    Notes
    -----
    Eligible are news, thinking, and arguments of the move's direction that were shown before and aren't the
    mover's own. Of two members who credit each other only the one who did so first is credited; boxes that
    were not eligible anyway don't count for that.

    Examples
    --------
    >>> credit_shares(  # 70 to 55 %: two arguments against and one for are ticked
    ...     move=[0, 0, 0], change=[-0.15] * 3, direction=[-1, -1, 1],
    ...     mover=[1, 1, 1], author=[2, 3, 4], was_shown=[True] * 3,
    ... ).tolist()
    [0.5, 0.5, 0.0]
    """
    of = np.asarray(move, dtype=np.intp)
    side, who, whom = (np.asarray(each, dtype=np.int64) for each in (direction, mover, author))
    pulls = side == np.sign(np.asarray(change, dtype=np.float64))
    eligible = (side == 0) | (pulls & np.asarray(was_shown, dtype=bool) & (who != whom))
    credits_first = np.zeros(of.size, dtype=bool)
    seen: set[tuple[int, int]] = set()
    for box in np.flatnonzero(eligible):
        pair = int(who[box]), int(whom[box])
        credits_first[box] = pair[1] == NOBODY or pair[::-1] not in seen
        if credits_first[box]:
            seen.add(pair)
    boxes = np.bincount(of, credits_first)
    return np.asarray(credits_first / np.maximum(boxes[of], 1)) if of.size else np.zeros(0)
