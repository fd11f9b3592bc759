import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.aggregation.catalogue import mean_pool, median_pool, odds_pool, recency_weights
from forecasts.aggregation.pools import extremizing_factor, median
from forecasts.scoring.brier import brier_scores

POOLS = [median_pool, mean_pool, odds_pool, lambda p, **modes: odds_pool(p, factor=1.7, **modes)]
several = st.lists(st.floats(0, 1), min_size=1, max_size=7)


def column(*probabilities: float) -> list[list[float]]:
    return [[p] for p in probabilities]


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (1, [1]),
        (2, [1, 1]),
        (3, [math.exp(1 - math.sqrt(3)), math.exp(math.sqrt(2) - math.sqrt(3)), 1]),
        (4, [math.exp(-1)]),
    ],
)
def test_recency_weights_fall_with_the_root_of_the_rank(n: int, expected: list[float]) -> None:
    """exp(sqrt 1 - sqrt 3) = .48092170, exp(sqrt 2 - sqrt 3) = .72772122; of four the oldest exp(1 - 2)."""
    assert recency_weights(n)[: len(expected)] == pytest.approx(expected, abs=1e-9)


def test_the_recency_weights_of_three_are_the_published_ones() -> None:
    """To all the digits that are printed."""
    assert recency_weights(3).round(8).tolist() == [0.48092170, 0.72772122, 1]


def test_nobody_has_no_recency() -> None:
    """There is no newest of none."""
    with pytest.raises(ValueError, match="at least one"):
        recency_weights(0)


@pytest.mark.parametrize(
    ("oldest_first", "middle", "average"),
    [((0.8, 0.7, 0.6), 0.7, 0.6764978623), ((0.8, 0.7, 0.5, 0.6), 0.6, 0.6196126165)],
)
def test_recency_modifies_median_and_mean(oldest_first: tuple, middle: float, average: float) -> None:
    """Of .8 .7 .6: half of 2.2086 is reached at .7 (1 + .7277); (.3847 + .5094 + .6) / 2.2086."""
    weights = recency_weights(len(oldest_first))
    assert median_pool(column(*oldest_first), weights=weights) == pytest.approx([middle])
    assert mean_pool(column(*oldest_first), weights=weights) == pytest.approx([average], abs=1e-10)


def test_recency_modifies_the_geometric_mean_of_odds() -> None:
    """Odds 1 with weight 1 and 9 with weight 3: 9^(3/4) = 5.19615, over 6.19615."""
    assert odds_pool(column(0.5, 0.9), weights=[1, 3]) == pytest.approx([0.838610], abs=1e-6)


def test_a_median_between_two_halves_of_the_weight_is_their_mean() -> None:
    """.2 weighs 2, .4 and .8 one each: half is reached exactly at .2, so (.2 + .4) / 2."""
    assert median_pool(column(0.8, 0.2, 0.4), weights=[1, 2, 1]) == pytest.approx([0.3])


def test_a_choice_is_pooled_by_the_geometric_mean_of_each_option() -> None:
    """.5 .3 .2 and .2 .3 .5: roots .3162 .3 .3162, to the power d(2) = 1.2915, over their sum."""
    powers = np.array([0.1**0.5, 0.3, 0.1**0.5]) ** 1.29150262
    found = odds_pool([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]], kind="choice", factor=float(extremizing_factor(2)))
    assert found == pytest.approx(powers / powers.sum())


def test_a_ladder_stays_a_ladder() -> None:
    """Medians of .3 .3, .2 .9 and .4 .4 are .3 and .4; a threshold below the one before is lifted to it."""
    assert median_pool([[0.3, 0.3], [0.2, 0.9], [0.4, 0.4]], kind="ladder") == pytest.approx([0.3, 0.4])


@given(several)
def test_the_catalogues_median_is_the_median_of_one_binary_question(p: list[float]) -> None:
    """Unweighted, two ways to the same number."""
    assert median_pool(column(*p)) == pytest.approx([median(p)], abs=1e-12)


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("kind", ["binary", "choice", "ladder"])
@given(data=st.data())
def test_a_pool_is_a_forecast_of_its_kind(pool: object, kind: str, data: st.DataObject) -> None:
    """Whatever goes in, the engine accepts what comes out, many questions at once."""
    width = {"binary": 1, "choice": 3, "ladder": 3}[kind]
    size = st.lists(st.integers(0, 10), min_size=width, max_size=width).filter(any)
    rows = np.array(data.draw(st.lists(st.lists(size, min_size=3, max_size=3), min_size=1, max_size=4)))
    p = rows / rows.sum(axis=-1, keepdims=True) if kind == "choice" else np.sort(rows, axis=-1) / 10
    pooled = pool(p, kind=kind, weights=recency_weights(3))
    assert pooled.shape == (len(rows), width)
    assert (brier_scores(pooled, 1, kind=kind) <= 1).all()


@pytest.mark.parametrize("pool", POOLS)
@given(p=several)
def test_a_pool_of_the_unanimous_is_between_them_and_certainty(pool: object, p: list[float]) -> None:
    """Nobody's probability is turned round, however it is weighted."""
    same = column(*[max(0.5, p[0])] * len(p))
    assert pool(same, weights=recency_weights(len(p)))[0] >= 0.5 - 1e-12


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize(("p", "weights"), [([], None), ([0.5], None), ([[0.5]], [0]), ([[0.5]], [1, 1])])
def test_what_is_no_crowd_is_refused(pool: object, p: list, weights: list | None) -> None:
    """Nobody, a flat list, no weight, and one weight too many."""
    with pytest.raises(ValueError, match=r"at least one forecast|one weight"):
        pool(p, weights=weights)
