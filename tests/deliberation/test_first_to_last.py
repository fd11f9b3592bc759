import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.deliberation.rounds import mean_gain, opening_gain, round_gain

P = st.integers(0, 100).map(lambda percent: percent / 100)
BOTH = st.lists(st.tuples(P, P), min_size=1, max_size=9)


def test_a_gain_is_of_the_medians() -> None:
    """45 to 38 % on NO: 0.2025 - 0.1444 = 0.0581."""
    assert round_gain([0.3, 0.45, 0.6], [0.2, 0.38, 0.5], 0) == pytest.approx(0.0581)


def test_moving_away_from_the_truth_is_negative() -> None:
    """The same on YES: 0.3025 - 0.3844 = -0.0819."""
    assert round_gain([0.3, 0.45, 0.6], [0.2, 0.38, 0.5], 1) == pytest.approx(-0.0819)


def test_opening_arguments_is_compared_with_not_opening_them() -> None:
    """Openers 50 to 30 % gain 0.16 on NO, the other 50 to 40 % gains 0.09: 0.07 more."""
    assert opening_gain([0.5, 0.5, 0.5], [0.3, 0.4, 0.3], [True, False, True], 0) == pytest.approx(0.07)


@pytest.mark.parametrize("opened", [[True, True], [False, False]])
def test_without_both_kinds_nothing_is_compared(opened: list[bool]) -> None:
    """NaN, which the mean leaves out."""
    assert math.isnan(opening_gain([0.5, 0.5], [0.3, 0.4], opened, 0))


def test_below_ten_questions_it_is_too_early() -> None:
    """Nine, and ten of which one compares nothing."""
    assert mean_gain([0.1] * 9) is None
    assert mean_gain([0.1] * 9 + [math.nan]) is None
    assert mean_gain([0.1] * 10) is not None


def test_the_interval_is_students() -> None:
    """0 and 0.06 in turn: s = 0.03 sqrt(10 / 9), s / sqrt(10) = 0.01, t of 9 degrees is 2.262157."""
    estimate = mean_gain([0.0, 0.06] * 5)
    assert estimate is not None
    assert estimate.questions == 10
    assert estimate.mean == pytest.approx(0.03, abs=1e-9)
    assert (estimate.low, estimate.high) == pytest.approx((0.03 - 0.02262157, 0.03 + 0.02262157), abs=1e-8)


@given(BOTH, st.integers(0, 1))
def test_a_gain_turns_with_the_question(pairs: list, outcome: int) -> None:
    """Asking the opposite changes nothing."""
    first, last = zip(*pairs, strict=True)
    opposite = round_gain([1 - p for p in first], [1 - p for p in last], 1 - outcome)
    assert round_gain(first, last, outcome) == pytest.approx(opposite)


@given(BOTH, st.integers(0, 1))
def test_going_back_undoes_a_gain(pairs: list, outcome: int) -> None:
    """What was won is lost on the way back."""
    first, last = zip(*pairs, strict=True)
    assert round_gain(first, last, outcome) == pytest.approx(-round_gain(last, first, outcome))


@given(st.lists(st.floats(-1, 1), min_size=10, max_size=40))
def test_the_mean_lies_in_its_interval(gains: list[float]) -> None:
    """In its middle."""
    estimate = mean_gain(gains)
    assert estimate is not None
    assert estimate.low <= estimate.mean <= estimate.high
    assert estimate.high - estimate.mean == pytest.approx(estimate.mean - estimate.low)
