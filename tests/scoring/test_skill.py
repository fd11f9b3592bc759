import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.scoring.skill import Skill, competition_ranks, skill_from_sums, skill_of

results = st.lists(st.tuples(st.floats(-100, 100), st.floats(0.01, 1)), min_size=2, max_size=30)


def test_skill_is_the_points_over_the_coverage_and_36_questions() -> None:
    """(10 + 30) / (1 + .5 + 36) = 1.0666667."""
    assert skill_of([10, 30], [1, 0.5]).value == pytest.approx(40 / 37.5)


def test_the_interval_follows_from_the_residuals() -> None:
    """Points 10 30, coverage 1 .5: m = 26.67, r = -16.67 and 16.67, se = sqrt(2 * 555.56) / 37.5 = .889."""
    skill = skill_of([10, 30], [1, 0.5])
    assert (skill.high - skill.value) / 1.96 == pytest.approx(math.sqrt(2 * 2 * (50 / 3) ** 2) / 37.5)
    assert skill.value - skill.low == pytest.approx(skill.high - skill.value)


def test_one_question_has_no_interval() -> None:
    """Nothing is known about the spread of a single result."""
    assert skill_of([37], [1]) == Skill(1.0, None, None)


def test_no_question_is_skill_zero_without_interval() -> None:
    """Nobody starts above or below anybody."""
    assert skill_of([], []) == Skill(0.0, None, None)


def test_no_coverage_has_no_interval() -> None:
    """Points per coverage can't be had from a coverage of 0."""
    assert skill_of([0, 0], [0, 0]) == Skill(0.0, None, None)


def test_the_same_result_on_every_question_leaves_no_doubt() -> None:
    """All residuals are 0 when points are in proportion to coverage."""
    skill = skill_of([30, 15, 30], [1, 0.5, 1])
    assert (skill.low, skill.high) == pytest.approx((skill.value, skill.value))


@given(results, st.floats(5, 200))
def test_sums_give_what_the_residuals_give(scores: list[tuple[float, float]], k: float) -> None:
    """The closed form from sums equals the formula written out over the questions."""
    peer, coverage = zip(*scores, strict=True)
    n, total = len(scores), math.fsum(coverage)
    m = math.fsum(peer) / total
    squares = math.fsum((x - c * m) ** 2 for x, c in scores)
    se = math.sqrt(n / (n - 1) * squares) / (total + k)
    skill = skill_of(peer, coverage, k=k)
    assert skill.value == pytest.approx(math.fsum(peer) / (total + k), abs=1e-9)
    assert skill.high - skill.low == pytest.approx(2 * 1.96 * se, abs=1e-4)


def test_shrinkage_lies_above_zero() -> None:
    """Without it one lucky question would lead every table."""
    with pytest.raises(ValueError, match="above 0"):
        skill_from_sums(
            questions=0, peer=0, coverage=0, peer_squared=0, peer_coverage=0, coverage_squared=0, k=0
        )


def test_each_score_needs_its_coverage() -> None:
    """Two scores and one coverage is a mistake of the caller."""
    with pytest.raises(ValueError, match="one coverage for each"):
        skill_of([1, 2], [1])


def test_equals_share_a_rank_and_the_next_one_is_skipped() -> None:
    """Competition ranks: 1, 1, 3."""
    assert competition_ranks([2.0, 5.0, 5.0]).tolist() == [3, 1, 1]


def test_closeness_makes_a_tie() -> None:
    """.1 + .2 is .3, whatever the last bit says; a zero that rounding left is a zero."""
    assert competition_ranks([0.1 + 0.2, 0.3, 1e-15, 0.0]).tolist() == [1, 1, 3, 3]


def test_zero_is_a_score() -> None:
    """Zero ranks above a negative skill."""
    assert competition_ranks([-0.5, 0.0, 0.5]).tolist() == [3, 2, 1]


def test_nobody_has_no_rank() -> None:
    """An empty table stays empty."""
    assert competition_ranks([]).tolist() == []
