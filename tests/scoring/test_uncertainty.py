import numpy as np
import pytest

from forecasts.scoring.skill import skill_of
from forecasts.scoring.uncertainty import bootstrap_intervals, fitted_shrinkage


def community(members: int, questions: int, *, noise: float, spread: float) -> tuple[np.ndarray, ...]:
    """Draw members with true skills of a known spread and scores of a known noise around them."""
    rng = np.random.default_rng(11)
    who = np.repeat(np.arange(members), questions)
    return who, (rng.normal(0, spread, members)[who] + rng.normal(0, noise, who.size)), np.ones(who.size)


def test_too_few_members_say_nothing_about_shrinkage() -> None:
    """19 with ten questions and one with nine: 36."""
    who, peer, coverage = community(20, 10, noise=30, spread=5)
    assert fitted_shrinkage(who[:-1], peer[:-1], coverage[:-1]) == 36


def test_shrinkage_is_noise_over_true_variance() -> None:
    """Noise 30 and spread 5: 900 / 25 = 36; 400 members of 50 questions tell it to a sixth."""
    who, peer, coverage = community(400, 50, noise=30, spread=10)
    assert fitted_shrinkage(who, peer, coverage) == pytest.approx(9, rel=1 / 6)


def test_with_full_coverage_it_is_the_analysis_of_variance() -> None:
    """20 members of 10: s^2 = within / 180, t^2 = (between / 19 - s^2) / 10, written out."""
    who, peer, coverage = community(20, 10, noise=20, spread=8)
    table = peer.reshape(20, 10)
    within = table.var(axis=1, ddof=1).mean()
    true = table.mean(axis=1).var(ddof=1) - within / 10
    assert fitted_shrinkage(who, peer, coverage) == pytest.approx(within / true)


@pytest.mark.parametrize(("noise", "spread", "expected"), [(30, 0.1, 200), (1, 30, 5)])
def test_shrinkage_is_held_between_5_and_200(noise: float, spread: float, expected: float) -> None:
    """Neither pure luck nor pure skill is believed."""
    assert fitted_shrinkage(*community(30, 12, noise=noise, spread=spread)) == expected


def test_who_has_few_questions_is_left_out_of_the_fit() -> None:
    """A newcomer with one wild score changes nothing."""
    who, peer, coverage = community(20, 10, noise=20, spread=8)
    expected = fitted_shrinkage(who, peer, coverage)
    assert fitted_shrinkage([*who, 20], [*peer, 100.0], [*coverage, 1.0]) == pytest.approx(expected)


def test_the_interval_agrees_with_the_closed_form() -> None:
    """300 questions with coverages from .2 to 1, of which one member skipped half: within a tenth."""
    rng = np.random.default_rng(5)
    questions = np.concatenate([np.arange(300), np.arange(0, 300, 2)])
    who = np.repeat([0, 1], [300, 150])
    coverage = rng.uniform(0.2, 1, who.size)
    peer = coverage * rng.normal(4, 20, who.size)
    low, high = bootstrap_intervals(questions, who, peer, coverage, k=36, rng=np.random.default_rng(1))
    for code in (0, 1):
        closed = skill_of(peer[who == code], coverage[who == code])
        assert high[code] - low[code] == pytest.approx(closed.high - closed.low, rel=0.1)
        assert (high[code] + low[code]) / 2 == pytest.approx(
            closed.value, abs=0.1 * (closed.high - closed.low)
        )


def test_one_question_has_no_bootstrap_interval() -> None:
    """A second member with two has one."""
    low, high = bootstrap_intervals(
        [0, 0, 1], [0, 1, 1], [5.0, 1.0, 3.0], [1.0] * 3, k=36, rng=np.random.default_rng(1)
    )
    assert np.isnan([low[0], high[0]]).all()
    assert low[1] < high[1]


def test_the_same_seed_gives_the_same_interval() -> None:
    """And another one another."""
    rng = np.random.default_rng(4)
    rows = (np.arange(60), np.zeros(60, dtype=int), rng.normal(0, 20, 60), rng.uniform(0.1, 1, 60))
    one, again, other = (
        bootstrap_intervals(*rows, k=36, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_nobody_has_no_interval() -> None:
    """No rows, no members."""
    low, high = bootstrap_intervals([], [], [], [], k=36, rng=np.random.default_rng(1))
    assert low.size == high.size == 0
