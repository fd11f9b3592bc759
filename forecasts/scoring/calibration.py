"""Calibration of binary forecasts by CORP: how often what was called likely came true.

CORP (consistent, optimally binned, reproducible, by the pool-adjacent-violators algorithm) needs no bins:
T. Dimitriadis, T. Gneiting and A. I. Jordan, "Stable reliability diagrams for probabilistic classifiers",
PNAS 118 (2021).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reliability:
    """A reliability curve, one entry a distinct forecast, shape (U,).

    Attributes
    ----------
    forecast
        The distinct probabilities, ascending.
    recalibrated
        How often what was given this probability came true, by isotonic regression: never decreasing.
    count
        How many forecasts gave it.
    """

    forecast: Floats
    recalibrated: Floats
    count: NDArray[np.int64]


@dataclass(frozen=True)
class Calibration:
    """The mean Brier score and its parts: brier = mcb - dsc + unc.

    Attributes
    ----------
    brier
        Mean Brier score in [0, 1]; 0 is best.
    mcb
        Miscalibration, at least 0: what recalibrating the forecasts would gain; 0 is best.
    dsc
        Discrimination, at least 0: what the recalibrated forecasts gain over the base rate; higher is better.
    unc
        Uncertainty, in [0, 0.25]: the score of the base rate, a property of the questions.
    spiegelhalter_z
        Standard normal for calibrated forecasts; NaN if all of them are 0, 1/2 or 1.
    forecasts
        How many forecasts it rests on.
    """

    brier: float
    mcb: float
    dsc: float
    unc: float
    spiegelhalter_z: float
    forecasts: int


def reliability(probabilities: ArrayLike, outcomes: ArrayLike) -> Reliability:
    """Estimate how often forecasts came true, by isotonic regression on pooled ties; O(N log N).

    Parameters
    ----------
    probabilities
        Shape (N,), N >= 1, each in [0, 1].
    outcomes
        Shape (N,), 1 for YES and 0 for NO.

    Returns
    -------
    Reliability
        On the diagonal where forecasts are calibrated.

    Raises
    ------
    ValueError
        There is no forecast, lengths differ, or a number is out of range.

    Examples
    --------
    >>> curve = reliability([0.1, 0.1, 0.6, 0.8], [0, 1, 1, 0])
    >>> curve.forecast.tolist(), curve.recalibrated.tolist()
    ([0.1, 0.6, 0.8], [0.5, 0.5, 0.5])
    """
    p, o = _checked(probabilities, outcomes)
    forecast, index, count = np.unique(p, return_inverse=True, return_counts=True)
    rate = np.bincount(index, o) / count
    return Reliability(forecast, _isotonic(rate, count), count)


def calibration(probabilities: ArrayLike, outcomes: ArrayLike) -> Calibration:
    """Decompose the mean Brier score of binary forecasts.

    Parameters
    ----------
    probabilities
        Shape (N,), N >= 1, each in [0, 1].
    outcomes
        Shape (N,), 1 for YES and 0 for NO.

    Returns
    -------
    Calibration
        MCB - DSC + UNC = mean Brier, exactly.

    Raises
    ------
    ValueError
        As `reliability`.

    Notes
    -----
    With S the mean Brier of the forecasts, C that of the recalibrated ones and R that of the base rate:
    MCB = S - C, DSC = R - C, UNC = R.

    Examples
    --------
    >>> parts = calibration([0.1, 0.1, 0.6, 0.8], [0, 1, 1, 0])  # (.01 + .81 + .16 + .64) / 4 = .405
    >>> round(parts.brier, 4), round(parts.mcb, 4), parts.dsc, parts.unc
    (0.405, 0.155, 0.0, 0.25)
    """
    p, o = _checked(probabilities, outcomes)
    curve = reliability(p, o)
    recalibrated = curve.recalibrated[np.searchsorted(curve.forecast, p)]
    brier, best = float(((p - o) ** 2).mean()), float(((recalibrated - o) ** 2).mean())
    unc = float(o.mean() * (1 - o.mean()))
    return Calibration(
        brier=brier,
        mcb=max(brier - best, 0.0),
        dsc=max(unc - best, 0.0),
        unc=unc,
        spiegelhalter_z=spiegelhalter_z(p, o),
        forecasts=p.size,
    )


def spiegelhalter_z(probabilities: ArrayLike, outcomes: ArrayLike) -> float:
    """Test forecasts for calibration.

    Parameters
    ----------
    probabilities
        Shape (N,), N >= 1, each in [0, 1].
    outcomes
        Shape (N,), 1 for YES and 0 for NO.

    Returns
    -------
    float
        About standard normal if the forecasts are calibrated, so beyond 1.96 in one of 20 cases; positive
        when the Brier score is worse than the forecasts themselves promise. NaN when they promise no
        spread, being all 0, 1/2 or 1.

    Raises
    ------
    ValueError
        As `reliability`.

    Notes
    -----
    z = sum (o - p)(1 - 2p) / sqrt(sum (1 - 2p)^2 p (1 - p)). Source: D. J. Spiegelhalter, "Probabilistic
    prediction in patient management and clinical trials", Statistics in Medicine 5 (1986).

    Examples
    --------
    >>> round(spiegelhalter_z([0.2, 0.2], [0, 1]), 4)  # .6 (-.2 + .8) / sqrt(2 * .36 * .16)
    1.0607
    """
    p, o = _checked(probabilities, outcomes)
    spread = np.sqrt(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    return float(((o - p) * (1 - 2 * p)).sum() / spread) if spread > 0 else float("nan")


def consistency_band(
    curve: Reliability, *, rng: np.random.Generator, resamples: int = 1_000, level: float = 0.9
) -> tuple[Floats, Floats]:
    """Give the band in which the curve of calibrated forecasts would lie, by resampling outcomes.

    Parameters
    ----------
    curve
        From `reliability`.
    rng
        The source of the outcomes.
    resamples
        How often outcomes are drawn with the forecasts as their probabilities.
    level
        Share of the drawn curves inside the band, at each forecast, in (0, 1).

    Returns
    -------
    tuple of numpy.ndarray
        Low and high, shape (U,), each in [0, 1].

    Examples
    --------
    >>> low, high = consistency_band(reliability([0.0, 1.0], [0, 1]), rng=np.random.default_rng(1))
    >>> low.tolist(), high.tolist()  # nothing is left to chance
    ([0.0, 1.0], [0.0, 1.0])
    """
    drawn = rng.binomial(curve.count, curve.forecast, size=(resamples, curve.count.size)) / curve.count
    curves = [_isotonic(rates, curve.count) for rates in drawn]
    low, high = np.quantile(curves, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def _isotonic(rates: Floats, count: NDArray[np.intp]) -> Floats:
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 (takes a third of a second)

    return np.asarray(isotonic_regression(rates, weights=count).x)


def _checked(probabilities: ArrayLike, outcomes: ArrayLike) -> tuple[Floats, Floats]:
    p, o = np.asarray(probabilities, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    if p.ndim != 1 or p.shape != o.shape or p.size == 0:
        raise ValueError("Calibration needs a list of forecasts and as many outcomes.")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("Probabilities lie between 0 and 1.")
    if not ((o == 0) | (o == 1)).all():
        raise ValueError("An outcome is 0 or 1.")
    return p, o
