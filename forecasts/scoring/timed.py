"""Forecasts over time: who held what from when to when, and who was active at each moment.

Times are whole microseconds (since 1970, or any other origin) in 64 bits. That is the resolution of a
datetime, so instants compare and subtract exactly; seconds since 1970 as floats are a quarter of a
microsecond apart today, and differences of them are not exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring.brier import as_rows


@dataclass(frozen=True, eq=False)
class Segments:
    """The held segments of one question, sorted by member and start; those of a member never overlap.

    Attributes
    ----------
    opens_at, end
        The scoring window [opens_at, end) in microseconds.
    members
        Codes of the members who held a forecast for some time, ascending, shape (M,).
    owner
        Whose segment it is, as an index into `members`, shape (S,).
    start, end_at
        The segment [start, end_at) in microseconds, within the window, never empty, shape (S,).
    values
        The probabilities held, shape (S, m).
    """

    opens_at: int
    end: int
    members: NDArray[np.int64]
    owner: NDArray[np.intp]
    start: NDArray[np.int64]
    end_at: NDArray[np.int64]
    values: NDArray[np.float64]

    @property
    def window(self) -> int:
        """T, the length of the window in microseconds."""
        return self.end - self.opens_at

    @property
    def duration(self) -> NDArray[np.int64]:
        """Lengths of the segments in microseconds, shape (S,)."""
        return self.end_at - self.start

    def sum_by_member(self, amounts: ArrayLike) -> NDArray[np.float64]:
        """Add up one amount a segment, shape (S,), to one a member, shape (M,)."""
        weights = np.asarray(amounts, dtype=np.float64)
        return np.bincount(self.owner, weights, self.members.size).astype(np.float64)


def held_segments(
    members: ArrayLike, times: ArrayLike, probabilities: ArrayLike, *, opens_at: int, end: int
) -> Segments:
    """Turn the forecasts of one question into the segments during which each was in force.

    Parameters
    ----------
    members
        Shape (N,), integer codes.
    times
        Shape (N,), integer microseconds, in any order. A forecast before `opens_at` counts from there, one
        at or after `end` is ignored. Of two forecasts of a member at one instant the later row wins.
    probabilities
        Shape (N, m) or (N,); a row with NaN is a withdrawal.
    opens_at, end
        The window [opens_at, end) in microseconds; an empty one gives no segments.

    Returns
    -------
    Segments
        A forecast that was never in force (replaced at its own instant, or before `opens_at`) has none.

    Raises
    ------
    ValueError
        Lengths differ, or members or times aren't whole numbers.

    Examples
    --------
    >>> held = held_segments([7, 8, 7], [0, 6, 4], [0.5, 0.1, 0.9], opens_at=0, end=10)
    >>> held.members.tolist(), held.owner.tolist()
    ([7, 8], [0, 0, 1])
    >>> held.start.tolist(), held.end_at.tolist()
    ([0, 4, 6], [4, 10, 10])
    """
    who, at, values = _whole(members, "Members"), _whole(times, "Times"), as_rows(probabilities)
    if not who.size == at.size == len(values):
        raise ValueError("Members, times and probabilities differ in length.")
    within = np.flatnonzero(at < end)
    order = within[np.lexsort((at[within], who[within]))]  # stable: at one instant the later row stays last
    who, values = who[order], values[order]
    start = np.maximum(at[order], opens_at)
    end_at = np.full_like(start, end)
    followed = who[1:] == who[:-1]
    end_at[:-1][followed] = start[1:][followed]
    held = (end_at > start) & ~np.isnan(values).any(axis=1)
    unique, owner = np.unique(who[held], return_inverse=True)
    return Segments(opens_at, end, unique, owner, start[held], end_at[held], values[held])


def time_averaged(segments: Segments, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average a score over the time each member held a forecast: 1/d_i * integral of the score.

    Parameters
    ----------
    segments
        The held segments.
    scores
        One score a segment, shape (S,); for Brier scores 0 is best.

    Returns
    -------
    numpy.ndarray
        One a member, shape (M,), in the score's own unit: nobody is diluted by time before they joined.

    Examples
    --------
    >>> held = held_segments([7], [99], [0.5], opens_at=0, end=100)
    >>> time_averaged(held, np.array([0.25])).tolist()
    [0.25]
    """
    return segments.sum_by_member(segments.duration * scores) / segments.sum_by_member(segments.duration)


def coverage(segments: Segments) -> NDArray[np.float64]:
    """Give the share of the window each member held a forecast: d_i / T, in (0, 1], shape (M,).

    Examples
    --------
    >>> coverage(held_segments([7], [99], [0.5], opens_at=0, end=100)).tolist()
    [0.01]
    """
    return segments.sum_by_member(segments.duration) / max(segments.window, 1)


@dataclass(frozen=True, eq=False)
class Timeline:
    """The moments between two changes of anybody's forecast, from the first start to the last end.

    Attributes
    ----------
    edges
        Instants at which something changes, ascending microseconds, shape (E + 1,).
    entry, departure
        Index into `edges` at which a segment starts and ends, shape (S,).
    active
        How many members hold a forecast in [edges[e], edges[e + 1]), shape (E,).
    share
        Length of that moment as a share of the window, shape (E,).
    """

    edges: NDArray[np.int64]
    entry: NDArray[np.intp]
    departure: NDArray[np.intp]
    active: NDArray[np.int64]
    share: NDArray[np.float64]

    def running_sum(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum one amount a segment, shape (S,), over the segments active at each moment, shape (E,)."""
        size = self.edges.size
        steps = np.bincount(self.entry, amounts, size) - np.bincount(self.departure, amounts, size)
        return np.cumsum(steps)[:-1]

    def average(self, values: NDArray[np.float64]) -> float:
        """Average one value a moment, shape (E,), over the moments at which anyone is active."""
        anyone = self.active > 0
        return float(np.average(values[anyone], weights=self.share[anyone]))


def timeline_of(segments: Segments) -> Timeline:
    """Cut the time at every start and end of a segment; O(S log S).

    Examples
    --------
    >>> line = timeline_of(held_segments([7, 8], [0, 6], [0.5, 0.1], opens_at=0, end=10))
    >>> line.edges.tolist(), line.active.tolist(), line.share.tolist()
    ([0, 6, 10], [1, 2], [0.6, 0.4])
    """
    edges, at = np.unique(np.concatenate([segments.start, segments.end_at]), return_inverse=True)
    entry, departure = at[: segments.start.size], at[segments.start.size :]
    change = np.bincount(entry, minlength=edges.size) - np.bincount(departure, minlength=edges.size)
    return Timeline(edges, entry, departure, np.cumsum(change)[:-1], np.diff(edges) / max(segments.window, 1))


def _whole(numbers: ArrayLike, what: str) -> NDArray[np.int64]:
    array = np.asarray(numbers)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"{what} are a list of whole numbers.")
    return array.astype(np.int64)
