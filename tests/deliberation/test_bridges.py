import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.deliberation.bridging import are_bridges, bridge_scores

GROUP = st.integers(0, 20).flatmap(lambda raters: st.tuples(st.integers(0, raters), st.just(raters)))


def test_all_of_the_many_dont_outweigh_the_few() -> None:
    """8/8 + 0/2 gives 9/10 1/4 = 0.225, and 6/8 + 2/2 gives 7/10 3/4 = 0.525."""
    one_sided, bridge = bridge_scores([[8, 0], [6, 2]], [[8, 2], [8, 2]])
    assert (one_sided, bridge) == pytest.approx((0.225, 0.525))


def test_an_unrated_argument_scores_a_quarter() -> None:
    """1/2 1/2."""
    assert bridge_scores([0, 0], [0, 0]) == 0.25


@pytest.mark.parametrize(
    ("convinced", "raters", "labelled"),
    [
        ((3, 3), (3, 3), True),  # 4/5 4/5 = 0.64
        ((9, 2), (9, 2), False),  # two raters are too few, however convinced
        ((3, 2), (3, 3), False),  # 4/5 3/5 = 0.48
        ((5, 6), (6, 7), False),  # 6/8 7/9 = 0.583
        ((5, 7), (6, 7), True),  # 6/8 8/9 = 0.667
    ],
)
def test_a_bridge_needs_three_raters_a_side_and_six_tenths(
    convinced: tuple[int, int], raters: tuple[int, int], labelled: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """By hand beside each case."""
    assert are_bridges(convinced, raters) == labelled


@given(GROUP, GROUP)
def test_groups_can_be_swapped(lower: tuple[int, int], upper: tuple[int, int]) -> None:
    """Neither side weighs more."""
    (a, s), (b, t) = lower, upper
    assert bridge_scores([a, b], [s, t]) == pytest.approx(bridge_scores([b, a], [t, s]))


@given(GROUP, GROUP)
def test_one_more_convinced_never_harms(lower: tuple[int, int], upper: tuple[int, int]) -> None:
    """And one more who isn't convinced never helps; a score is a product of two shares."""
    (a, s), (b, t) = lower, upper
    score = bridge_scores([a, b], [s, t])
    assert bridge_scores([a + 1, b], [s + 1, t]) >= score >= bridge_scores([a, b], [s + 1, t])
    assert 0 < score < 1


def test_many_arguments_are_scored_at_once() -> None:
    """A row an argument."""
    assert bridge_scores(np.zeros((4, 2)), np.zeros((4, 2))).tolist() == [0.25] * 4
