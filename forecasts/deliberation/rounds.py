"""First to last round: whether the median forecast was better after the debate and its news than before."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecasts.aggregation.pools import median
from forecasts.scoring.brier import brier_score

FEWEST_QUESTIONS = 10
"""Below so many resolved questions it is too early to tell."""

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over questions with its 95 % interval; in Brier, positive is better at the last round."""

    mean: float
    low: float
    high: float
    questions: int


def round_gain(blind: ArrayLike, final: ArrayLike, outcome: int) -> float:
    """Give by how much a question's median forecast got better from the first to the last round.

    Parameters
    ----------
    blind, final
        The sealed and the final forecasts of the members who gave both, in [0, 1], shape (n,), n >= 1.
    outcome
        1 for YES, 0 for NO.

    Returns
    -------
    float
        Brier of the median blind forecast minus that of the median final one, in [-1, 1]; positive is better.

    Notes
    -----
    The rounds are days apart: this holds the news of those days as well as the debate.

    Examples
    --------
    >>> round(round_gain([0.3, 0.45, 0.6], [0.2, 0.38, 0.5], 0), 4)  # 0.2025 - 0.1444
    0.0581
    """
    return brier_score(median(blind), outcome) - brier_score(median(final), outcome)


def opening_gain(blind: ArrayLike, final: ArrayLike, opened: ArrayLike, outcome: int) -> float:
    """Give how much more those who opened arguments gained than those who didn't.

    Parameters
    ----------
    blind, final, outcome
        As in `round_gain`.
    opened
        Whether the member opened arguments before the final forecast, shape (n,).

    Returns
    -------
    float
        In [-2, 2], positive if opening went along with a greater gain; NaN unless both kinds took part.

    Notes
    -----
    `round_gain` of those who opened arguments minus that of those who didn't. Both saw the same news, so
    this, unlike either gain, can speak of the debate; who opens arguments is their own choice, though.

    Examples
    --------
    >>> round(opening_gain([0.5, 0.5], [0.3, 0.4], [True, False], 0), 4)  # (.25 - .09) - (.25 - .16)
    0.07
    """
    first, last = (np.asarray(each, dtype=np.float64) for each in (blind, final))
    who = np.asarray(opened, dtype=bool)
    if who.all() or not who.any():
        return math.nan
    return round_gain(first[who], last[who], outcome) - round_gain(first[~who], last[~who], outcome)


def mean_gain(gains: ArrayLike) -> Estimate | None:
    """Average gains over resolved questions, with a 95 % interval.

    Parameters
    ----------
    gains
        One a resolved question, shape (Q,); NaN is left out.

    Returns
    -------
    Estimate or None
        None below 10 questions: too early.

    Notes
    -----
    Closed form: mean +- t s / sqrt(Q) with s the standard deviation of the gains (Q - 1) and t the 97.5th
    percentile of Student's t with Q - 1 degrees of freedom. Questions are what is sampled; members aren't.

    Examples
    --------
    >>> some = mean_gain([0.0, 0.06] * 5)
    >>> some.questions, round(some.mean, 4), round(some.low, 4), round(some.high, 4)  # 2.2622 * 0.01
    (10, 0.03, 0.0074, 0.0526)
    """
    values = np.asarray(gains, dtype=np.float64)
    values = values[~np.isnan(values)]
    if values.size < FEWEST_QUESTIONS:
        return None
    from scipy.special import stdtrit  # noqa: PLC0415 (takes a fifth of a second)

    mean = float(values.mean())
    margin = float(stdtrit(values.size - 1, (1 + LEVEL) / 2) * values.std(ddof=1) / math.sqrt(values.size))
    return Estimate(mean, mean - margin, mean + margin, values.size)
