import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.deliberation.groups import two_groups

PERCENTS = st.lists(st.integers(0, 100), min_size=6, max_size=25).map(lambda some: np.array(some) / 100)


def squares(values: np.ndarray) -> float:
    """Sum the squares around the mean of clipped log-odds."""
    p = values.clip(0.05, 0.95)
    x = np.log(p / (1 - p))
    return float(((x - x.mean()) ** 2).sum())


def test_two_camps_are_found() -> None:
    """Eight low, two high: 15 % of ten is two, which is just enough."""
    said = [0.1, 0.15, 0.2, 0.2, 0.25, 0.25, 0.3, 0.3, 0.8, 0.9]
    groups = two_groups(said)
    assert groups is not None
    assert groups.is_upper.tolist() == [False] * 8 + [True] * 2
    assert (groups.lower, groups.upper) == pytest.approx((0.225, 0.85))


def test_the_order_of_members_is_kept() -> None:
    """Who said what stays who said what."""
    groups = two_groups([0.9, 0.1, 0.8, 0.2, 0.85, 0.15])
    assert groups is not None
    assert groups.is_upper.tolist() == [True, False, True, False, True, False]


def test_five_members_have_no_groups() -> None:
    """However far apart: below six it would be noise."""
    assert two_groups([0.1, 0.1, 0.1, 0.9, 0.9]) is None


@pytest.mark.parametrize(("upper", "are_groups"), [(0.5, True), (0.49, False)])
def test_groups_are_thirty_points_apart(upper: float, are_groups: bool) -> None:  # noqa: FBT001
    """20 and 50 % are, 20 and 49 % aren't."""
    assert (two_groups([0.2] * 4 + [upper] * 4) is not None) == are_groups


def test_one_loner_is_no_group() -> None:
    """One of ten at 95 %: a cut would have to part the nine who agree."""
    assert two_groups([0.2] * 9 + [0.95]) is None


def test_agreement_has_no_groups() -> None:
    """All the same: there is nowhere to cut."""
    assert two_groups([0.4] * 12) is None


def test_certainty_beyond_95_percent_is_one_camp() -> None:
    """0 and 4 % both count as 5: the gap between them is none, and 60 % is the other side."""
    groups = two_groups([0.0, 0.0, 0.04, 0.04, 0.6, 0.6])
    assert groups is not None
    assert groups.is_upper.tolist() == [False] * 4 + [True] * 2


def test_the_buttons_rungs_dont_make_groups() -> None:
    """A single crowd around 30 % on the card's buttons, with its widest gap from 40 to 60: no groups."""
    assert two_groups([0.1, 0.2, 0.2, 0.3, 0.3, 0.3, 0.4, 0.4, 0.4, 0.6]) is None


@given(PERCENTS)
def test_the_cut_is_the_best_of_all(said: np.ndarray) -> None:
    """By trying every cut that leaves enough on both sides and parts nobody who said the same."""
    groups = two_groups(said)
    ordered, n = np.sort(said), said.size
    least = max(2, math.ceil(0.15 * n - 1e-9))
    clipped = ordered.clip(0.05, 0.95)
    cuts = [k for k in range(least, n - least + 1) if clipped[k] > clipped[k - 1]]
    best = min((squares(ordered[:k]) + squares(ordered[k:]) for k in cuts), default=None)
    if groups is None:
        apart = [
            np.median(ordered[k:]) - np.median(ordered[:k]) for k in cuts
            if squares(ordered[:k]) + squares(ordered[k:]) == pytest.approx(best)
        ]  # fmt: skip
        assert not cuts or min(apart) < 0.3
        return
    found = squares(said[~groups.is_upper]) + squares(said[groups.is_upper])
    assert found == pytest.approx(best)


@given(PERCENTS)
def test_groups_keep_their_rules(said: np.ndarray) -> None:
    """Enough members on each side, medians thirty points apart, nobody of the lower above the upper."""
    groups = two_groups(said)
    if groups is None:
        return
    low, high = said[~groups.is_upper], said[groups.is_upper]
    assert min(low.size, high.size) >= max(2, math.ceil(0.15 * said.size - 1e-9))
    assert low.max() < high.min()
    assert (groups.lower, groups.upper) == (np.median(low), np.median(high))
    assert groups.upper - groups.lower >= 0.3 - 1e-9


@given(PERCENTS, st.randoms())
def test_groups_dont_depend_on_the_order(said: np.ndarray, random: object) -> None:
    """Shuffled members are in the groups they were in."""
    order = list(range(said.size))
    random.shuffle(order)
    first, second = two_groups(said), two_groups(said[order])
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert first.is_upper[order].tolist() == second.is_upper.tolist()
