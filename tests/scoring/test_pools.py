import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.aggregation.catalogue import mean_pool, odds_pool
from forecasts.aggregation.pools import extremizing_factor, median


def mean(probabilities: list[float]) -> float:
    return float(mean_pool([[p] for p in probabilities])[0])


def geometric_mean_of_odds(probabilities: list[float], *, factor: float = 1.0) -> float:
    return float(odds_pool([[p] for p in probabilities], factor=factor)[0])


def crux_pool(probabilities: list[float]) -> float:
    return geometric_mean_of_odds(probabilities, factor=float(extremizing_factor(len(probabilities))))


several = st.lists(st.floats(0, 1), min_size=1, max_size=9)


@pytest.mark.parametrize(("given_ones", "expected"), [([0.9, 0.1, 0.2], 0.2), ([0.9, 0.1, 0.2, 0.4], 0.3)])
def test_the_median_is_the_middle(given_ones: list[float], expected: float) -> None:
    """Of an even number it is halfway between the two in the middle."""
    assert median(given_ones) == pytest.approx(expected)


def test_the_mean_weighs_all_alike() -> None:
    """(.9 + .1 + .2) / 3 = .4."""
    assert mean([0.9, 0.1, 0.2]) == pytest.approx(0.4)


def test_the_odds_are_the_ratio_of_the_geometric_means() -> None:
    """Of .7 .8 .9: yes (.504)^(1/3) = .79581144, no (.006)^(1/3) = .18171206."""
    yes, no = 0.504 ** (1 / 3), 0.006 ** (1 / 3)
    assert (round(yes, 8), round(no, 8)) == (0.79581144, 0.18171206)
    assert geometric_mean_of_odds([0.7, 0.8, 0.9]) == pytest.approx(yes / (yes + no), abs=1e-9)


def test_certainty_is_held_to_one_percent() -> None:
    """A member at 100 % counts as 99 %, odds 99; with one at even odds sqrt(99) = 9.9499 to 1."""
    assert geometric_mean_of_odds([1.0, 0.5]) == pytest.approx(math.sqrt(99) / (1 + math.sqrt(99)))


@pytest.mark.parametrize(("n", "expected"), [(1, 1.0), (2, 2 * (math.sqrt(7) - 2))])
def test_the_extremizing_factor_is_the_published_one(n: int, expected: float) -> None:
    """d(2) = 2 (sqrt(7) - 2) / 1 = 1.29150262."""
    assert extremizing_factor(n) == pytest.approx(expected, abs=1e-9)


def test_the_extremizing_factor_tends_to_the_root_of_three() -> None:
    """1.73205081 for a crowd without end; d(n) - sqrt 3 falls like 1 / n."""
    assert round(float(extremizing_factor(10**9)), 8) == 1.73205081


def test_nobody_has_no_extremizing_factor() -> None:
    """The formula would give 0 for n = 0, which is no crowd."""
    with pytest.raises(ValueError, match="at least one forecast"):
        extremizing_factor([1, 0])


def test_the_crux_pool_moves_away_from_even_odds() -> None:
    """Two members at .8: odds 4^1.29150262 = 5.9915, so 5.9915 / 6.9915 = .85697."""
    assert crux_pool([0.8, 0.8]) == pytest.approx(0.85697, abs=1e-5)


def test_the_crux_pool_of_one_is_their_forecast() -> None:
    """d(1) = 1 leaves a single forecast alone."""
    assert crux_pool([0.8]) == pytest.approx(0.8)


@pytest.mark.parametrize("pool", [median, mean, geometric_mean_of_odds, crux_pool])
@given(several)
def test_a_pool_treats_yes_and_no_alike(pool: object, probabilities: list[float]) -> None:
    """Asking the opposite question gives the opposite answer."""
    assert pool([1 - p for p in probabilities]) == pytest.approx(1 - pool(probabilities), abs=1e-9)


@pytest.mark.parametrize("pool", [median, mean, geometric_mean_of_odds, crux_pool])
@given(several, st.randoms())
def test_a_pool_has_no_order(pool: object, probabilities: list[float], random: object) -> None:
    """Who answered first makes no difference."""
    shuffled = random.sample(probabilities, len(probabilities))
    assert pool(shuffled) == pytest.approx(pool(probabilities), abs=1e-12)


@given(several)
def test_the_crux_pool_is_never_less_certain_than_the_mean_of_odds(probabilities: list[float]) -> None:
    """d(n) >= 1 and never turns the answer round."""
    plain, extremized = geometric_mean_of_odds(probabilities) - 0.5, crux_pool(probabilities) - 0.5
    assert abs(extremized) >= abs(plain) - 1e-12
    assert extremized * plain >= 0


@pytest.mark.parametrize("refused", [[], [1.5], [float("nan")], 0.5])
def test_the_median_refuses_what_is_no_list_of_probabilities(refused: object) -> None:
    """An empty list, a percentage, a missing value and a bare number."""
    with pytest.raises(ValueError, match=r"[Pp]robabilit"):
        median(refused)
