import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.scoring.calibration import calibration, consistency_band, reliability, spiegelhalter_z

NIAMEY = Path(__file__).parents[3] / "shared" / "scoring-data" / "niamey_precipitation_2016.csv"

points = st.lists(st.tuples(st.integers(0, 10).map(lambda tenth: tenth / 10), st.integers(0, 1)), min_size=1)


def naive_recalibration(rows: list[tuple[float, int]]) -> dict[float, float]:
    """Isotonic regression by its min-max formula: the largest over starts of the least mean over ends."""
    grid = sorted({p for p, _ in rows})

    def mean(low: float, high: float) -> float:
        return float(np.mean([o for p, o in rows if low <= p <= high]))

    return {
        p: max(min(mean(low, high) for high in grid if high >= p) for low in grid if low <= p) for p in grid
    }


@given(points)
def test_the_curve_is_the_isotonic_regression(rows: list[tuple[float, int]]) -> None:
    """It equals the min-max formula, ties pooled."""
    curve = reliability(*zip(*rows, strict=True))
    expected = naive_recalibration(rows)
    assert curve.forecast.tolist() == list(expected)
    assert curve.recalibrated == pytest.approx(list(expected.values()))
    assert curve.count.sum() == len(rows)


@given(points)
def test_the_parts_add_up_to_the_mean_brier(rows: list[tuple[float, int]]) -> None:
    """MCB - DSC + UNC = mean Brier, and no part is negative."""
    parts = calibration(*zip(*rows, strict=True))
    assert parts.mcb - parts.dsc + parts.unc == pytest.approx(parts.brier)
    assert parts.brier == pytest.approx(np.mean([(p - o) ** 2 for p, o in rows]))
    assert min(parts.mcb, parts.dsc, parts.unc) >= 0


def test_a_decomposition_by_hand() -> None:
    """.2 .2 .6 .8 with 0 1 0 1: recalibrated 1/3 thrice and 1; C = (2/9 + 4/9) / 4 = 1/6."""
    parts = calibration([0.2, 0.2, 0.6, 0.8], [0, 1, 0, 1])
    assert parts.brier == pytest.approx((0.04 + 0.64 + 0.36 + 0.04) / 4)
    assert (parts.mcb, parts.dsc, parts.unc) == pytest.approx((0.27 - 1 / 6, 0.25 - 1 / 6, 0.25))


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("EMOS", (0.2320, 0.0183, 0.0305, 0.2442)),
        ("Logistic", (0.2057, 0.0171, 0.0555, 0.2442)),
        ("ENS", (0.2662, 0.0661, 0.0441, 0.2442)),
        ("EPC", (0.2343, 0.0223, 0.0323, 0.2442)),
    ],
)
@pytest.mark.skipif(not NIAMEY.exists(), reason="the shared scoring data is not here")
def test_published_decompositions_of_rain_forecasts_are_met(column: str, expected: tuple[float, ...]) -> None:
    """Brier, MCB, DSC and UNC of four forecasts for Niamey to the published four digits."""
    with NIAMEY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = calibration([float(row[column]) for row in rows], [float(row["obs"]) for row in rows])
    assert tuple(round(part, 4) for part in (parts.brier, parts.mcb, parts.dsc, parts.unc)) == expected


def test_spiegelhalters_z_by_hand() -> None:
    """.2 .9, both YES: (.8 * .6 - .1 * .8) / sqrt(.36 * .16 + .64 * .09) = .4 / sqrt(.1152)."""
    assert spiegelhalter_z([0.2, 0.9], [1, 1]) == pytest.approx(0.4 / 0.1152**0.5)


def test_spiegelhalters_z_is_standard_normal_for_the_calibrated() -> None:
    """4,000 sets of 200 forecasts that are right: mean 0, deviation 1.0, 4.9 % beyond 1.96."""
    rng = np.random.default_rng(7)
    forecasts = rng.random((4_000, 200))
    z = np.array([spiegelhalter_z(p, rng.random(200) < p) for p in forecasts])
    assert z.mean() == pytest.approx(0, abs=0.05)
    assert z.std() == pytest.approx(1, abs=0.05)
    assert (np.abs(z) > 1.96).mean() == pytest.approx(0.049, abs=0.01)


@pytest.mark.parametrize("certain", [[0.0, 1.0], [0.5, 0.5]])
def test_forecasts_that_promise_no_spread_have_no_z(certain: list[float]) -> None:
    """Of 0, 1/2 and 1 the Brier score is known beforehand."""
    assert np.isnan(spiegelhalter_z(certain, [0, 1]))


def test_the_band_holds_the_calibrated_and_not_the_overconfident() -> None:
    """1,000 forecasts of .3 and .7 come true in about 30 % and 70 %; 50 % and 50 % lies outside."""
    curve = reliability([0.3, 0.7] * 500, [0, 1] * 500)
    low, high = consistency_band(curve, rng=np.random.default_rng(3))
    assert ((low < curve.forecast) & (curve.forecast < high)).all()
    assert low[0] > 0.2
    assert high[0] < 0.4


@pytest.mark.parametrize(
    ("p", "o", "reason"),
    [([], [], "needs a list"), ([0.5], [1, 0], "as many"), ([1.5], [1], "between"), ([0.5], [2], "0 or 1")],
)
def test_what_is_no_calibration_data_is_refused(p: list, o: list, reason: str) -> None:
    """Nothing, unequal lengths, a percentage, and an outcome that is none."""
    with pytest.raises(ValueError, match=reason):
        calibration(p, o)
