"""Skill: what ranks members across questions; higher is better, 0 is as good as the others."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

SHRINKAGE = 36.0
"""k, in questions: measured on 1,683 entrants of a contest as noise variance over true variance."""

NORMAL_95 = 1.96


@dataclass(frozen=True)
class Skill:
    """Skill in points a question, with its 95 % interval; `low` and `high` are None without one."""

    value: float
    low: float | None
    high: float | None


def skill_from_sums(
    *,
    questions: int,
    peer: float,
    coverage: float,
    peer_squared: float,
    peer_coverage: float,
    coverage_squared: float,
    k: float = SHRINKAGE,
) -> Skill:
    """Give a member's skill from sums over their questions, as a database adds them up.

    Parameters
    ----------
    questions
        n, how many questions they were scored on.
    peer, coverage
        Sums of the peer Brier scores x (points) and of the coverages c.
    peer_squared, peer_coverage, coverage_squared
        Sums of x^2, x c and c^2.
    k
        Shrinkage in questions, above 0: so many questions of zero points are added.

    Returns
    -------
    Skill
        Points a question, in [-100, 100]; no interval with fewer than two questions or no coverage.

    Raises
    ------
    ValueError
        k isn't above 0.

    Notes
    -----
    Skill is sum x / (C + k) with C = sum c. With m = sum x / C and r = x - c m its standard error is
    se = sqrt(n / (n - 1) * sum r^2) / (C + k), that of a ratio estimate (W. G. Cochran, Sampling
    Techniques, 1977, ch. 6), and the interval is skill +- 1.96 se.

    Examples
    --------
    >>> some = skill_from_sums(
    ...     questions=2, peer=40, coverage=2, peer_squared=1000, peer_coverage=40, coverage_squared=2, k=8
    ... )
    >>> some.value, round(some.low, 4), round(some.high, 4)  # x = 10, 30: r = -10, 10; se = 20 / 10
    (4.0, 0.08, 7.92)
    """
    if not k > 0:
        raise ValueError("The shrinkage k lies above 0.")
    value = peer / (coverage + k)
    if questions < 2 or coverage <= 0:  # noqa: PLR2004
        return Skill(value, None, None)
    m = peer / coverage
    # rounding may leave a tiny negative sum where all residuals are 0
    residuals = max(0.0, peer_squared - 2 * m * peer_coverage + m**2 * coverage_squared)
    se = math.sqrt(questions / (questions - 1) * residuals) / (coverage + k)
    return Skill(value, value - NORMAL_95 * se, value + NORMAL_95 * se)


def skill_of(peer: ArrayLike, coverage: ArrayLike, *, k: float = SHRINKAGE) -> Skill:
    """Give a member's skill from their scores, one entry a question.

    Parameters
    ----------
    peer
        Peer Brier scores in [-100, 100] points, shape (n,).
    coverage
        Coverages in (0, 1], shape (n,).
    k
        Shrinkage in questions, above 0.

    Returns
    -------
    Skill
        As `skill_from_sums`; 0 without an interval when there is no question.

    Raises
    ------
    ValueError
        The lengths differ, or k isn't above 0.

    Examples
    --------
    >>> skill_of([10, 30], [1, 1], k=8).value
    4.0
    """
    x, c = np.asarray(peer, dtype=np.float64), np.asarray(coverage, dtype=np.float64)
    if x.ndim != 1 or x.shape != c.shape:
        raise ValueError("There is one coverage for each peer score.")
    return skill_from_sums(
        questions=x.size,
        peer=float(x.sum()),
        coverage=float(c.sum()),
        peer_squared=float(x @ x),
        peer_coverage=float(x @ c),
        coverage_squared=float(c @ c),
        k=k,
    )


def competition_ranks(values: Sequence[float]) -> NDArray[np.int64]:
    """Rank by value, highest first: 1, 1, 3.

    Parameters
    ----------
    values
        Skills, n of them; higher is better. Values within 1e-9 of the first of a tie share its rank.

    Returns
    -------
    numpy.ndarray
        Ranks from 1, shape (n,), in the order of `values`.

    Examples
    --------
    >>> competition_ranks([0.3, -1.0, 0.1 + 0.2]).tolist()
    [1, 3, 1]
    """
    ranks = np.zeros(len(values), dtype=np.int64)
    best, rank = math.inf, 0
    for place, index in enumerate(sorted(range(len(values)), key=lambda i: -values[i]), start=1):
        if not math.isclose(values[index], best, rel_tol=1e-9, abs_tol=1e-9):
            best, rank = values[index], place
        ranks[index] = rank
    return ranks
