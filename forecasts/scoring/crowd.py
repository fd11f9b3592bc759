"""The crowd over time: median, mean and Crux pool of the active forecasts, as step functions."""

from bisect import bisect_left, insort
from math import nan

import numpy as np
from numpy.typing import NDArray

from forecasts.aggregation.catalogue import coherent
from forecasts.aggregation.pools import CLIP, extremizing_factor, from_log_odds, log_odds
from forecasts.scoring.timed import Timeline


def median_over_time(
    timeline: Timeline, values: NDArray[np.float64], *, kind: str = "binary"
) -> NDArray[np.float64]:
    """Give the median forecast at each moment.

    Parameters
    ----------
    timeline
        The moments, from `timeline_of` the segments.
    values
        The probabilities of each segment, shape (S, m).
    kind
        "binary", "choice" (median of each option, then renormalised; uniform where all of them are 0) or
        "ladder" (median of each threshold, then a running maximum).

    Returns
    -------
    numpy.ndarray
        Shape (E, m), NaN where nobody is active. One pass over the changes with a sorted list.

    Examples
    --------
    >>> from forecasts.scoring.timed import held_segments, timeline_of
    >>> held = held_segments([7, 8], [0, 5], [0.75, 0.25], opens_at=0, end=10)
    >>> median_over_time(timeline_of(held), held.values).tolist()
    [[0.75], [0.5]]
    """
    columns = [_running_median(timeline, column) for column in values.T]
    return coherent(np.stack(columns, axis=1), kind)


def crux_pool_over_time(
    timeline: Timeline, values: NDArray[np.float64], *, kind: str = "binary"
) -> NDArray[np.float64]:
    """Give the Crux pool at each moment.

    Parameters
    ----------
    timeline
        The moments, from `timeline_of` the segments.
    values
        The probabilities of each segment, shape (S, m); read as if held to [0.01, 0.99].
    kind
        "binary" (geometric mean of odds, its log-odds times d(n)), "choice" (geometric mean of each
        option to the power d(n), then renormalised) or "ladder" (each threshold as a binary, then a
        running maximum).

    Returns
    -------
    numpy.ndarray
        Shape (E, m), NaN where nobody is active; formula and source in `forecasts.aggregation.pools`.

    Examples
    --------
    >>> from forecasts.scoring.timed import held_segments, timeline_of
    >>> held = held_segments([7, 8], [0, 5], [0.9, 0.5], opens_at=0, end=10)
    >>> crux_pool_over_time(timeline_of(held), held.values).round(4).tolist()
    [[0.9], [0.8052]]
    """
    choice = kind == "choice"
    logs = np.log(np.clip(values, CLIP, 1 - CLIP)) if choice else log_odds(values)
    sums = np.stack([timeline.running_sum(column) for column in logs.T], axis=1)
    count = np.maximum(timeline.active, 1)
    extremized = sums * (extremizing_factor(count) / count)[:, np.newaxis]
    pooled = np.exp(extremized) if choice else from_log_odds(extremized)
    pooled[timeline.active == 0] = np.nan
    return coherent(pooled, kind)


def mean_over_time(
    timeline: Timeline, values: NDArray[np.float64], *, kind: str = "binary"
) -> NDArray[np.float64]:
    """Give the arithmetic mean of the forecasts at each moment.

    Parameters
    ----------
    timeline
        The moments, from `timeline_of` the segments.
    values
        The probabilities of each segment, shape (S, m).
    kind
        "binary", "choice" or "ladder"; the mean of coherent forecasts is coherent.

    Returns
    -------
    numpy.ndarray
        Shape (E, m), NaN where nobody is active.

    Examples
    --------
    >>> from forecasts.scoring.timed import held_segments, timeline_of
    >>> held = held_segments([7, 8], [0, 5], [0.75, 0.25], opens_at=0, end=10)
    >>> mean_over_time(timeline_of(held), held.values).tolist()
    [[0.75], [0.5]]
    """
    count = np.where(timeline.active > 0, timeline.active, np.nan)
    sums = np.stack([timeline.running_sum(column) for column in values.T], axis=1)
    return coherent(np.clip(sums / count[:, np.newaxis], 0, 1), kind)  # rounding may leave [0, 1]


def _running_median(timeline: Timeline, column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep a sorted list of what is held; where the last ones leave together it is simply begun anew."""
    somebody = np.concatenate([[0], timeline.active, [0]]) > 0  # before and after each edge
    stay = somebody[timeline.departure + 1]
    at = np.concatenate([timeline.departure[stay], timeline.entry])
    order = np.argsort(at, kind="stable")
    leaves, changed = order < np.count_nonzero(stay), np.concatenate([column[stay], column])[order]
    at = at[order]
    anew = ~somebody[at] & (np.diff(at, prepend=-1) > 0)
    held: list[float] = []
    doubled = []
    for is_leaving, is_anew, value in zip(leaves.tolist(), anew.tolist(), changed.tolist(), strict=True):
        if is_leaving:
            del held[bisect_left(held, value)]
        elif is_anew:
            held = [value]
        else:
            insort(held, value)
        n = len(held)
        doubled.append(held[(n - 1) // 2] + held[n // 2] if n else nan)
    medians = np.full(timeline.edges.size, nan)
    medians[at] = doubled  # of several changes at an edge the last one counts
    return medians[:-1] / 2
