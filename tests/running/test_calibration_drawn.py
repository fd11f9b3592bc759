"""The calibration that Discord shows: what it costs is bounded, whatever digits members type."""

import numpy as np

from bot.standings.record import calibration_of
from forecasts.track_record import Points


def test_a_curve_has_a_point_for_each_tenth_of_a_percent_at_most() -> None:
    """5,000 forecasts, all different: 1,001 points, where the band's cost grows with their square."""
    probabilities = np.linspace(0, 1, 5_000)
    found = calibration_of(Points(probabilities, np.tile([0.0, 1.0], 2_500)))
    assert found is not None
    assert found[1].forecast.size == 1_001


def test_the_decomposition_knows_all_digits() -> None:
    """Twenty forecasts of 0.1234 on events of which half came true: (0.1234² + 0.8766²) / 2."""
    found = calibration_of(Points(np.full(20, 0.1234), np.tile([0.0, 1.0], 10)))
    assert found is not None
    np.testing.assert_allclose(found[0].brier, (0.1234**2 + 0.8766**2) / 2, rtol=0, atol=1e-12)
