"""Spot scores: what was in force at one stated instant, whatever was held before and after."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring.timed import Segments


def segments_in_force(segments: Segments, instants: ArrayLike) -> NDArray[np.intp]:
    """Find the segments in force at an instant of each question.

    Parameters
    ----------
    segments
        The held segments of Q questions.
    instants
        Microseconds, shape (Q,) or one for all. A forecast made at the instant itself counts. From the end
        of the window on, what was held just before the end is in force.

    Returns
    -------
    numpy.ndarray
        Indices into the segments, ascending, at most one a member.

    Examples
    --------
    >>> from forecasts.scoring.timed import held_segments
    >>> held = held_segments([7, 8, 7], [0, 6, 4], [0.5, 0.1, 0.9], opens_at=0, end=10)
    >>> segments_in_force(held, 4).tolist(), segments_in_force(held, 99).tolist()
    ([1], [1, 2])
    """
    within = np.minimum(np.broadcast_to(np.asarray(instants), segments.end.shape), segments.end - 1)
    instant = within[segments.segment_question]
    return np.flatnonzero((segments.start <= instant) & (instant < segments.end_at))


def last_segments(segments: Segments) -> NDArray[np.intp]:
    """Find the last segment of each member before the end, withdrawn later or not, shape (M,).

    Examples
    --------
    >>> from forecasts.scoring.timed import held_segments
    >>> held = held_segments([7, 8, 7], [0, 6, 4], [0.5, 0.1, 0.9], opens_at=0, end=10)
    >>> last_segments(held).tolist()
    [1, 2]
    """
    return np.searchsorted(segments.owner, np.arange(segments.members.size), side="right") - 1
