"""Forecasts over time: who held what from when to when, and who was active at each moment.

Times are whole microseconds (since 1970, or any other origin) in 64 bits. That is the resolution of a
datetime, so instants compare and subtract exactly; seconds since 1970 as floats are a quarter of a
microsecond apart today, and differences of them are not exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring.brier import as_rows

LONGEST = 2.0**62
"""So many microseconds fit on one axis."""


@dataclass(frozen=True, eq=False)
class Segments:
    """The held segments of Q questions, sorted by question, member and start; a member's never overlap.

    One entry a member always means one a question and member: who forecast on two questions is two.

    Attributes
    ----------
    opens_at, end
        The scoring windows [opens_at, end) in microseconds, shape (Q,).
    members
        Codes of the members who held a forecast for some time, ascending within a question, shape (M,).
    question
        On which question, as an index from 0 to Q - 1, ascending, shape (M,).
    owner
        Whose segment it is, as an index into `members`, shape (S,).
    start, end_at
        The segment [start, end_at) in microseconds, within the window, never empty, shape (S,).
    values
        The probabilities held, shape (S, m).
    """

    opens_at: NDArray[np.int64]
    end: NDArray[np.int64]
    members: NDArray[np.int64]
    question: NDArray[np.intp]
    owner: NDArray[np.intp]
    start: NDArray[np.int64]
    end_at: NDArray[np.int64]
    values: NDArray[np.float64]

    @property
    def windows(self) -> NDArray[np.int64]:
        """Lengths of the windows in microseconds, shape (Q,); an empty one has length 0."""
        return np.asarray(np.maximum(self.end - self.opens_at, 0))

    @property
    def window(self) -> int:
        """T, the length of the window in microseconds; of several questions, of all windows together."""
        return int(self.windows.sum())

    @property
    def duration(self) -> NDArray[np.int64]:
        """Lengths of the segments in microseconds, shape (S,)."""
        return self.end_at - self.start

    @property
    def segment_question(self) -> NDArray[np.intp]:
        """The question of each segment, shape (S,)."""
        return self.question[self.owner]

    def sum_by_member(self, amounts: ArrayLike) -> NDArray[np.float64]:
        """Add up one amount a segment, shape (S,), to one a member, shape (M,)."""
        weights = np.asarray(amounts, dtype=np.float64)
        return np.bincount(self.owner, weights, self.members.size).astype(np.float64)


def held_segments(
    members: ArrayLike,
    times: ArrayLike,
    probabilities: ArrayLike,
    *,
    opens_at: ArrayLike,
    end: ArrayLike,
    questions: ArrayLike | None = None,
) -> Segments:
    """Turn forecasts into the segments during which each was in force.

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
        The window [opens_at, end) in microseconds, or shape (Q,); an empty one gives no segments.
    questions
        Shape (N,), indices from 0 to Q - 1; None when there is one question.

    Returns
    -------
    Segments
        A forecast that was never in force (replaced at its own instant, or before `opens_at`) has none.

    Raises
    ------
    ValueError
        Lengths differ, or a code, time or index isn't whole.

    Examples
    --------
    >>> held = held_segments([7, 8, 7], [0, 6, 4], [0.5, 0.1, 0.9], opens_at=0, end=10)
    >>> held.owner.tolist(), held.start.tolist(), held.end_at.tolist()
    ([0, 0, 1], [0, 4, 6], [4, 10, 10])
    """
    who, at, values = _whole(members, "Members"), _whole(times, "Times"), as_rows(probabilities)
    of = np.zeros(who.size, dtype=np.int64) if questions is None else _whole(questions, "Questions")
    if not who.size == at.size == of.size == len(values):
        raise ValueError("Members, times, probabilities and questions differ in length.")
    opening, closing = (np.atleast_1d(np.asarray(bound, dtype=np.int64)) for bound in (opens_at, end))
    within = np.flatnonzero(at < closing[of])
    keys = (at[within], who[within]) if questions is None else (at[within], who[within], of[within])
    order = within[np.lexsort(keys)]  # stable: at one instant the later row stays last
    who, of, at, values = who[order], of[order], at[order], values[order]
    start, end_at = np.maximum(at, opening[of]), closing[of]
    followed = ~_changes(who, of)[1:]
    end_at[:-1][followed] = start[1:][followed]
    held = (end_at > start) & ~np.isnan(values).any(axis=1)
    first = _changes(who[held], of[held])
    return Segments(
        opening, closing, who[held][first], of[held][first].astype(np.intp), np.cumsum(first) - 1,
        start[held], end_at[held], values[held],
    )  # fmt: skip


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
    """Give the share of their window each member held a forecast: d_i / T, in (0, 1], shape (M,).

    Examples
    --------
    >>> coverage(held_segments([7], [99], [0.5], opens_at=0, end=100)).tolist()
    [0.01]
    """
    return segments.sum_by_member(segments.duration) / segments.windows[segments.question]


@dataclass(frozen=True, eq=False)
class Timeline:
    """The moments between two changes of anybody's forecast, one question after the other.

    Attributes
    ----------
    edges
        Instants at which something changes, ascending, shape (E + 1,): microseconds for one question; the
        later of several are moved behind the ones before them.
    entry, departure
        Index into `edges` at which a segment starts and ends, shape (S,).
    active
        How many members hold a forecast in [edges[e], edges[e + 1]), shape (E,); 0 between two questions.
    share
        Length of that moment as a share of its question's window, shape (E,); 0 where nobody is active.
    question
        The moment's question, ascending, shape (E,).
    windows
        Lengths of the questions' windows in microseconds, shape (Q,).
    """

    edges: NDArray[np.int64]
    entry: NDArray[np.intp]
    departure: NDArray[np.intp]
    active: NDArray[np.int64]
    share: NDArray[np.float64]
    question: NDArray[np.intp]
    windows: NDArray[np.int64]

    def running_sum(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum one amount a segment, shape (S,), over the segments active at each moment, shape (E,)."""
        size = self.edges.size
        steps = np.bincount(self.entry, amounts, size) - np.bincount(self.departure, amounts, size)
        return np.cumsum(steps)[:-1]

    def sum_while_held(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum one amount a moment, shape (E,), over the moments of each segment, shape (S,).

        Prefix sums, so each segment is one subtraction. They start anew wherever nobody is active (there
        an amount counts nothing): rounding doesn't grow with the number of questions.
        """
        steps, empty = np.where(self.active > 0, amounts, 0.0), np.flatnonzero(self.active == 0)
        if empty.size:
            steps[empty] = -np.add.reduceat(steps, np.concatenate([[0], empty]))[:-1]
        sums = np.concatenate([[0.0], np.cumsum(steps)])
        return np.asarray(sums[self.departure] - sums[self.entry])

    def sum_by_question(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum amount times share over the moments at which anyone is active, shape (Q,)."""
        weighted = np.where(self.active > 0, self.share * amounts, 0.0)
        return np.bincount(self.question, weighted, self.windows.size).astype(np.float64)

    def covered(self) -> NDArray[np.float64]:
        """Give the share of each window during which anyone is active, in [0, 1], shape (Q,)."""
        lengths = np.where(self.active > 0, np.diff(self.edges), 0)
        return np.bincount(self.question, lengths, self.windows.size) / np.maximum(self.windows, 1)

    def average(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Average one value a moment over the time anyone is active, shape (Q,); NaN where nobody ever is."""
        share = self.sum_by_question(np.ones(self.share.size))
        return np.where(share > 0, self.sum_by_question(values) / np.where(share > 0, share, 1), np.nan)


def timeline_of(segments: Segments) -> Timeline:
    """Cut the time at every start and end of a segment; O(S log S).

    Parameters
    ----------
    segments
        Held segments whose windows last at most 2^62 microseconds (146,000 years) together.

    Raises
    ------
    ValueError
        They last longer.

    Examples
    --------
    >>> line = timeline_of(held_segments([7, 8], [0, 6], [0.5, 0.1], opens_at=0, end=10))
    >>> line.edges.tolist(), line.active.tolist(), line.share.tolist()
    ([0, 6, 10], [1, 2], [0.6, 0.4])
    """
    windows, question = segments.windows, segments.segment_question
    if windows.astype(np.float64).sum() > LONGEST:
        raise ValueError("The windows are too long to be laid one behind the other.")
    behind = np.concatenate([[0], np.cumsum(windows[:-1] + 1)])
    shift = (behind - segments.opens_at + segments.opens_at[0])[question]
    starts_and_ends = np.concatenate([segments.start + shift, segments.end_at + shift])
    edges, at = np.unique(starts_and_ends, return_inverse=True)
    entry, departure = at[: question.size], at[question.size :]
    change = np.bincount(entry, minlength=edges.size) - np.bincount(departure, minlength=edges.size)
    active = np.cumsum(change)[:-1]
    of_edge = np.zeros(edges.size, dtype=np.intp)
    of_edge[entry] = of_edge[departure] = question
    of = of_edge[:-1]
    share = np.where(active > 0, np.diff(edges), 0) / np.maximum(windows, 1)[of]
    return Timeline(edges, entry, departure, active, share, of, windows)


def _changes(who: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark where sorted rows pass to another member or question, the first row included."""
    first = np.ones(who.size, dtype=np.bool_)
    first[1:] = (who[1:] != who[:-1]) | (of[1:] != of[:-1])
    return first


def _whole(numbers: ArrayLike, what: str) -> NDArray[np.int64]:
    array = np.asarray(numbers)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"{what} are a list of whole numbers.")
    return array.astype(np.int64)
