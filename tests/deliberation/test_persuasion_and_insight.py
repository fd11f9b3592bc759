import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.deliberation.insight import insight
from forecasts.deliberation.moves import credit_shares
from forecasts.deliberation.persuasion import persuasion_points

P = st.integers(0, 100).map(lambda percent: percent / 100)


def points(share: float, before: float, after: float, final: float, *, same_group: bool = False) -> float:
    return float(
        persuasion_points([share], before=[before], after=[after], final=[final], same_group=[same_group])[0]
    )


def test_persuasion_is_the_share_times_the_points_moved() -> None:
    """Half of 70 to 55: 7.5 points."""
    assert points(0.5, 0.70, 0.55, 0.55) == pytest.approx(7.5)


def test_up_counts_as_down() -> None:
    """Points moved have no sign."""
    assert points(1, 0.2, 0.5, 0.5) == pytest.approx(30)


def test_moving_ones_own_group_counts_half() -> None:
    """15 points within a group are 7.5."""
    assert points(1, 0.70, 0.55, 0.55, same_group=True) == pytest.approx(7.5)


@pytest.mark.parametrize(
    ("final", "kept"), [(0.50, True), (0.60, True), (0.61, False), (0.70, False), (0.30, True)]
)
def test_going_back_by_more_than_half_takes_it_away(final: float, kept: bool) -> None:  # noqa: FBT001
    """70 to 50: at 60 half of it is left, at 61 less; going on is no going back."""
    assert points(1, 0.70, 0.50, final) == pytest.approx(20 if kept else 0)


def test_whoever_withdrew_isnt_persuaded_at_the_end() -> None:
    """Nothing is held: nothing is counted."""
    assert points(1, 0.7, 0.5, np.nan) == 0


def test_insight_is_the_share_times_the_brier_gained() -> None:
    """70 to 50 on NO: (0.49 - 0.25) / 2 = 0.12."""
    assert insight([0.5], before=[0.7], after=[0.5], outcome=0)[0] == pytest.approx(0.12)


def test_persuasive_but_wrong_is_negative() -> None:
    """The same move on YES: (0.09 - 0.25) / 2 = -0.08."""
    assert insight([0.5], before=[0.7], after=[0.5], outcome=1)[0] == pytest.approx(-0.08)


BOX = st.tuples(st.integers(0, 3), st.sampled_from([1, -1, 0]), st.integers(0, 5), st.booleans())


@given(st.lists(BOX, min_size=1, max_size=12), st.lists(st.tuples(P, P), min_size=4, max_size=4),
       st.integers(0, 1))  # fmt: skip
def test_insight_sums_to_the_brier_change_of_the_credited_moves(
    boxes: list, moves: list, outcome: int
) -> None:
    """Over all boxes, eligible or not; a move none of whose boxes is eligible is not credited."""
    which = np.array([move for move, *_ in boxes])
    before, after = np.array(moves).T
    share = credit_shares(
        move=which,
        change=(after - before)[which],
        direction=[side for _, side, *_ in boxes],
        mover=which,
        author=[-1 if side == 0 else author for _, side, author, _ in boxes],
        was_shown=[shown for *_, shown in boxes],
    )
    credited = np.unique(which[share > 0])
    change = (before - outcome) ** 2 - (after - outcome) ** 2
    total = insight(share, before=before[which], after=after[which], outcome=outcome).sum()
    assert total == pytest.approx(change[credited].sum(), abs=1e-9)


@given(st.floats(0, 1), P, P, P, st.booleans())
def test_persuasion_is_at_most_the_points_moved(
    share: float, before: float, after: float, final: float, same_group: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """And never below 0."""
    assert 0 <= points(share, before, after, final, same_group=same_group) <= 100 * abs(after - before)
