"""How sure a skill is: shrinkage fitted to a community, and intervals by resampling its questions."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.scoring.skill import SHRINKAGE

if TYPE_CHECKING:
    from scipy.sparse import csr_array

EXPERIENCED = 10
"""From so many questions on a member says something about a community's spread of skill."""

COMMUNITY = 20
"""From so many such members on the shrinkage is fitted."""

BOUNDS = (5.0, 200.0)
RESAMPLES = 1_000
LEVEL = 0.95
_COLUMNS = 64  # resamples at once, few enough for the processor's cache
_CELLS = 2_000_000
_DECIMALS = 5


def fitted_shrinkage(members: ArrayLike, peer: ArrayLike, coverage: ArrayLike) -> float:
    """Fit k, noise variance over true variance of skill, to the scores of a community.

    Parameters
    ----------
    members
        Codes of the members from 0, shape (N,), one row a member and question.
    peer, coverage
        Peer scores x in points, and coverages c in (0, 1], shape (N,).

    Returns
    -------
    float
        In questions, held in [5, 200]; 36 with fewer than 20 members of 10 questions each.

    Notes
    -----
    One-way random effects by the method of moments, on members with 10 questions or more: x = c (skill +
    noise), noise of variance s^2 / c, so that time not covered is no information. With m_i = sum x / C_i
    the points per coverage of a member, m those of all, C_i a member's coverage and C all of it,
    s^2 = sum (x - c m_i)^2 / c / (N - a) and t^2 = (sum C_i (m_i - m)^2 - (a - 1) s^2) /
    (C - sum C_i^2 / C) for a members; k = s^2 / t^2. In this model skill = sum x / (C_i + k) is the best
    linear prediction around 0; with full coverage it is the plain analysis of variance. Source: S. R.
    Searle, G. Casella and C. E. McCulloch, Variance Components (1992), ch. 3.

    Examples
    --------
    >>> fitted_shrinkage([0, 0, 1], [1.0, 2.0, -3.0], [1.0, 1.0, 1.0])  # too few to tell
    36.0
    """
    who = np.asarray(members, dtype=np.intp)
    x, c = (np.asarray(column, dtype=np.float64) for column in (peer, coverage))
    return shrinkage_from_sums(
        np.bincount(who), np.bincount(who, x), np.bincount(who, c), np.bincount(who, x**2 / c)
    )


def shrinkage_from_sums(
    questions: ArrayLike, peer: ArrayLike, coverage: ArrayLike, squared_per_coverage: ArrayLike
) -> float:
    """Fit k as `fitted_shrinkage` from sums over each member's questions, as a database adds them up.

    Parameters
    ----------
    questions
        How many questions each member was scored on, shape (M,).
    peer, coverage, squared_per_coverage
        Sums of x, c and x^2 / c, shape (M,).

    Returns
    -------
    float
        In questions, held in [5, 200]; 36 with fewer than 20 members of 10 questions each.

    Notes
    -----
    sum (x - c m)^2 / c = sum x^2 / c - m sum x for m = sum x / sum c.

    Examples
    --------
    >>> noise, true = 20 * (60 - 12) / (240 - 20), (240 - 19 * 48 / 11) / (240 - 12)  # m = 1 and -1
    >>> k = shrinkage_from_sums([12] * 20, [12.0, -12.0] * 10, [12.0] * 20, [60.0] * 20)
    >>> round(k, 9) == round(noise / true, 9)
    True
    """
    columns = (
        np.asarray(each, dtype=np.float64) for each in (questions, peer, coverage, squared_per_coverage)
    )
    n, x, covered, squared = (each[np.asarray(questions) >= EXPERIENCED] for each in columns)
    a = n.size
    if a < COMMUNITY:
        return SHRINKAGE
    own, total = x / covered, covered.sum()
    noise = (squared - own * x).sum() / (n.sum() - a)
    between = (covered * (own - x.sum() / total) ** 2).sum() - (a - 1) * noise
    true = between / (total - (covered**2).sum() / total)
    return float(np.clip(noise / true, *BOUNDS)) if true > 0 else BOUNDS[1]


def bootstrap_intervals(
    questions: ArrayLike,
    members: ArrayLike,
    peer: ArrayLike,
    coverage: ArrayLike,
    *,
    k: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give each member's 95 % interval of skill by resampling the questions.

    Parameters
    ----------
    questions, members
        Codes from 0, shape (N,), one row a question and member.
    peer, coverage
        Peer scores x in points, and coverages c in (0, 1], shape (N,).
    k
        Shrinkage in questions, above 0.
    rng
        The source of the resamples; the same seed gives the same interval.

    Returns
    -------
    tuple of numpy.ndarray
        Low and high, points a question to five decimals, shape (M,) by member code; NaN with fewer than two
        questions.

    Notes
    -----
    1,000 times as many questions are drawn with replacement as there are, the same for everybody, and a
    member's points per coverage sum x / sum c over the drawn ones are shrunk by C / (C + k), with C the
    member's real coverage. The interval runs from the 2.5th to the 97.5th percentile. Its standard error
    tends to the closed form of `skill_from_sums`, which shrinks the error of the same ratio; unlike that
    one, it need not lie evenly around the skill. Draws without any question of a member are left out.
    Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), ch. 13.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> low, high = bootstrap_intervals([0, 1], [0, 0], [10.0, 30.0], [1.0, 1.0], k=8, rng=rng)
    >>> low.tolist(), high.tolist()  # the worst draw has 10 twice, the best 30 twice
    ([2.0], [6.0])
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 (takes a tenth of a second)

    of, who = (np.asarray(codes, dtype=np.intp) for codes in (questions, members))
    drawn = _drawn(int(of.max(initial=-1)) + 1, rng)
    shape = (int(who.max(initial=-1)) + 1, drawn.shape[1])
    # single precision is plenty beside the noise of resampling, and takes half of the time
    points = csr_array((np.asarray(peer, dtype=np.float32), (who, of)), shape=shape)
    covered = csr_array((np.asarray(coverage, dtype=np.float32), (who, of)), shape=shape)
    total = np.bincount(who, np.asarray(coverage, dtype=np.float64), shape[0])
    low, high = np.full((2, shape[0]), np.nan)
    several = np.flatnonzero(np.bincount(who, minlength=shape[0]) > 1)
    for start in range(0, several.size, _CELLS // RESAMPLES):
        block = several[start : start + _CELLS // RESAMPLES]
        ratios = _ratios(points[block], covered[block], drawn) * (total / (total + k))[block, np.newaxis]
        low[block], high[block] = _percentile(ratios, (1 - LEVEL) / 2), _percentile(ratios, (1 + LEVEL) / 2)
    return low, high


def _drawn(questions: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """How often each question is drawn, one row a resample."""
    counts = np.empty((RESAMPLES, questions), dtype=np.float32)
    for row in counts if questions else ():
        row[:] = np.bincount(rng.integers(questions, size=questions), minlength=questions)
    return counts


def _ratios(points: "csr_array", covered: "csr_array", drawn: NDArray[np.float32]) -> NDArray[np.float64]:
    """Points per coverage of each member in each resample, ascending, NaN last."""
    ratios = np.empty((points.shape[0], RESAMPLES))
    for start in range(0, RESAMPLES, _COLUMNS):
        some = np.ascontiguousarray(drawn[start : start + _COLUMNS].T)
        below = covered @ some
        ratios[:, start : start + _COLUMNS] = points @ some / np.where(below > 0, below, np.nan)
    return np.sort(ratios, axis=1)


def _percentile(ascending: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Interpolate between the two nearest of each row's numbers, NaN last and left out."""
    place = share * (np.count_nonzero(~np.isnan(ascending), axis=1) - 1)
    below, row = np.floor(place).astype(np.intp), np.arange(len(ascending))
    first, second = ascending[row, below], ascending[row, np.ceil(place).astype(np.intp)]
    return np.asarray(np.round(first + (place - below) * (second - first), _DECIMALS))
