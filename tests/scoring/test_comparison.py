import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.aggregation.catalogue import odds_pool
from forecasts.aggregation.comparison import Crowd, compare_pools
from forecasts.aggregation.fitting import fitted_factor, log_margins


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_the_fitted_factor_makes_the_crowd_as_sure_as_it_is_right() -> None:
    """Always .6 and right in 9 of 10: a ln 1.5 = ln 9, a = 5.41902."""
    margins = log_margins([[[0.6]]] * 10, [1] * 9 + [0])
    assert fitted_factor([margins]) == pytest.approx(math.log(9) / math.log(1.5), abs=1e-6)


def test_a_crowd_too_bold_is_drawn_back() -> None:
    """Always .9 and right in 3 of 4: a = ln 3 / ln 9 = 1/2."""
    assert fitted_factor([log_margins([[[0.9]]] * 4, [1, 1, 1, 0])]) == pytest.approx(0.5, abs=1e-6)


def test_a_factor_is_bounded_when_the_crowd_is_always_right() -> None:
    """The likeliest would be infinite; 10 is the largest."""
    assert fitted_factor([log_margins([[[0.6]]] * 3, [1, 1, 1])]) == pytest.approx(10, abs=1e-4)


def test_a_factor_needs_a_question() -> None:
    """Nothing is likeliest under nothing."""
    with pytest.raises(ValueError, match="at least one question"):
        fitted_factor([])


@pytest.mark.parametrize("kind", ["binary", "choice", "ladder"])
@given(data=st.data(), a=st.floats(0, 3))
def test_margins_give_the_probability_of_what_came_true(kind: str, data: st.DataObject, a: float) -> None:
    """1 / (1 + sum exp(-a margin)) is what the extremized pool says, for a ladder at each threshold."""
    width = 1 if kind == "binary" else 3
    tenths = st.lists(st.integers(1, 9), min_size=width, max_size=width)
    rows = np.array(data.draw(st.lists(tenths, min_size=2, max_size=4)), dtype=float)
    p = rows / rows.sum(axis=1, keepdims=True) if kind == "choice" else np.sort(rows, axis=1) / 10
    outcome = data.draw(st.integers(0, {"binary": 1, "choice": 2, "ladder": 3}[kind]))
    pooled = odds_pool(p, kind=kind, factor=a)
    if kind == "choice":
        expected = [pooled[outcome]]
    else:
        came_true = outcome == 1 if kind == "binary" else np.arange(3) >= outcome
        expected = np.where(came_true, pooled, 1 - pooled)
    margins = log_margins(p[np.newaxis], [outcome], kind=kind)
    assert 1 / (1 + np.exp(-a * margins).sum(axis=1)) == pytest.approx(expected)


def test_pools_are_compared_by_their_brier_scores() -> None:
    """.6 .8 .8 and YES: median .8 scores .04, the mean .7333 scores .0711, a difference of .0311."""
    results = compare_pools([Crowd("binary", np.array([[[0.6], [0.8], [0.8]]]), np.array([1]))], rng=rng())
    found = {one.pool: (one.brier, one.difference) for one in results if not one.recency}
    assert found["median"] == pytest.approx((0.04, 0))
    assert found["mean"] == pytest.approx((0.0711111, 0.0311111))


def test_a_question_never_helps_to_fit_its_own_factor() -> None:
    """Two questions that went opposite ways: extremized by 0 or 10 from the other, .6 is .5 or ~.98."""
    crowds = [Crowd("binary", np.array([[[0.6]], [[0.6]]]), np.array([1, 0]))]
    fitted = next(one for one in compare_pools(crowds, rng=rng()) if one.pool == "fitted factor")
    bold = 1.5**10 / (1 + 1.5**10)
    assert fitted.brier == pytest.approx((0.25 + bold**2) / 2, abs=1e-4)


def test_kinds_and_crowds_of_any_size_are_compared_together() -> None:
    """12 pools, each on all four questions."""
    crowds = [
        Crowd("binary", np.array([[[0.6], [0.7]], [[0.2], [0.1]]]), np.array([1, 0])),
        Crowd("choice", np.array([[[0.2, 0.3, 0.5]]]), np.array([2])),
        Crowd("ladder", np.array([[[0.2, 0.5], [0.3, 0.9], [0.1, 0.1]]]), np.array([1])),
    ]
    results = compare_pools(crowds, rng=rng())
    assert [one.questions for one in results] == [4] * 12
    assert [one.brier for one in results] == sorted(one.brier for one in results)


def test_nothing_is_compared_without_questions() -> None:
    """No crowd, no result."""
    assert compare_pools([], rng=rng()) == []
