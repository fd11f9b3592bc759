import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.scoring.brier import brier_score, brier_scores, uniform_brier, uniform_probabilities

NFL_GAMES = Path(__file__).parents[3] / "shared" / "scoring-data" / "fivethirtyeight_nfl_games.csv.gz"

probability = st.floats(0, 1)


@pytest.mark.parametrize(("outcome", "expected"), [(1, 0.09), (0, 0.49)])
def test_a_binary_score_is_the_squared_distance_from_what_happened(outcome: int, expected: float) -> None:
    """70 % scores (.7 - 1)^2 = .09 when YES comes true and (.7 - 0)^2 = .49 when NO does."""
    assert brier_score(0.7, outcome) == pytest.approx(expected)


@pytest.mark.parametrize(("probability", "expected"), [(1.0, 0.0), (0.0, 1.0)])
def test_certainty_is_a_value(probability: float, expected: float) -> None:
    """Being certain and right is the best score there is, 0; certain and wrong the worst, 1."""
    assert brier_score(probability, 1) == expected


def test_a_choice_scores_half_the_squared_distances() -> None:
    """.6 .1 .3 with the first true: (.4^2 + .1^2 + .3^2) / 2 = (.16 + .01 + .09) / 2 = .13."""
    assert brier_score([0.6, 0.1, 0.3], 0, kind="choice") == pytest.approx(0.13)


def test_a_ladder_scores_the_mean_over_its_thresholds() -> None:
    """.25 .25 .30 .20, second true: (.25^2 + (.5 - 1)^2 + (.8 - 1)^2) / 3 = .3525 / 3 = .1175."""
    assert brier_score([0.25, 0.5, 0.8], 1, kind="ladder") == pytest.approx(0.1175)


def test_many_binary_forecasts_are_scored_at_once_each_with_its_outcome() -> None:
    """Each row meets its own outcome: (.9 - 1)^2 = .01 and (.9 - 0)^2 = .81."""
    assert brier_scores([0.9, 0.9], [1, 0]) == pytest.approx([0.01, 0.81])


@given(probability, st.sampled_from([0, 1]))
def test_two_options_score_like_a_binary(p: float, outcome: int) -> None:
    """A choice of NO and YES is the binary question."""
    assert brier_score([1 - p, p], outcome, kind="choice") == pytest.approx(
        brier_score(p, outcome), abs=1e-15
    )


@given(probability, st.sampled_from([0, 1]))
def test_two_categories_score_like_a_binary(p: float, outcome: int) -> None:
    """A ladder of two categories is the binary question whether the lower one comes true."""
    assert brier_score([p], outcome, kind="ladder") == brier_score(p, 1 - outcome)


@given(st.lists(st.integers(0, 20), min_size=3, max_size=5).filter(any), st.data())
def test_the_truth_is_the_best_forecast_of_a_choice(weights: list[int], data: st.DataObject) -> None:
    """Whatever somebody believes, no other numbers than these have a lower expected score."""
    belief = np.array(weights) / sum(weights)
    size = len(weights)
    other = np.array(data.draw(st.lists(st.integers(0, 20), min_size=size, max_size=size).filter(any)))
    rows = [belief, other / other.sum()]
    scores = np.array([brier_scores(rows, k, kind="choice") for k in range(size)])
    honest, dishonest = belief @ scores
    assert honest <= dishonest + 1e-12


@given(st.lists(probability, min_size=2, max_size=4).map(sorted), st.data())
def test_the_truth_is_the_best_forecast_of_a_ladder(belief: list[float], data: st.DataObject) -> None:
    """The same for ladders, where the chance of a category is the step between two thresholds."""
    size = len(belief)
    other = sorted(data.draw(st.lists(probability, min_size=size, max_size=size)))
    scores = np.array([brier_scores([belief, other], k, kind="ladder") for k in range(size + 1)])
    honest, dishonest = np.diff([0, *belief, 1]) @ scores
    assert honest <= dishonest + 1e-12


@pytest.mark.parametrize("belief", [0.0, 0.03, 0.5, 0.7, 1.0])
def test_the_truth_is_the_best_binary_forecast(belief: float) -> None:
    """Of 101 probabilities the believed one has the lowest expected score."""
    grid = np.linspace(0, 1, 101)
    expected = belief * brier_scores(grid, 1) + (1 - belief) * brier_scores(grid, 0)
    assert grid[expected.argmin()] == pytest.approx(belief)


def test_the_uniform_baseline_of_a_binary_is_a_quarter() -> None:
    """(.5 - 1)^2 = .25."""
    assert uniform_brier() == 0.25


def test_the_uniform_baseline_of_a_choice_depends_on_the_number_of_options() -> None:
    """(K - 1) / (2K) for five options: 4 / 10."""
    assert uniform_brier("choice", 5) == pytest.approx(0.4)


@pytest.mark.parametrize(("outcome", "expected"), [(0, 14 / 48), (1, 6 / 48), (2, 6 / 48), (3, 14 / 48)])
def test_the_uniform_baseline_of_a_ladder_depends_on_the_outcome(outcome: int, expected: float) -> None:
    """1/4 2/4 3/4; lowest true: (9 + 4 + 1) / 16 / 3 = 14/48; second: (1 + 4 + 1) / 16 / 3 = 6/48."""
    assert uniform_brier("ladder", 4, outcome) == pytest.approx(expected)


def test_a_ladder_has_no_uniform_baseline_before_its_outcome_is_known() -> None:
    """A number shown before would have to be wrong for some outcome."""
    with pytest.raises(ValueError, match="depends on the outcome"):
        uniform_brier("ladder", 4)


def test_a_uniform_ladder_is_cumulative() -> None:
    """Three categories have two thresholds, at one and two thirds."""
    assert uniform_probabilities("ladder", 3) == pytest.approx((1 / 3, 2 / 3))


@pytest.mark.parametrize(
    ("probabilities", "outcome", "kind", "reason"),
    [
        (1.2, 1, "binary", "between 0 and 1"),
        (-0.1, 1, "binary", "between 0 and 1"),
        (float("inf"), 1, "binary", "between 0 and 1"),
        (0.5, 2, "binary", "from 0 to 1"),
        (0.5, 0.5, "binary", "whole number"),
        ([0.5, 0.4], 0, "choice", "sum to 1"),
        ([0.5, 0.4], 0, "ladder", "never decrease"),
        ([0.5, 0.5], 0, "binary", "no forecast of kind"),
        ([1.0], 0, "choice", "no forecast of kind"),
        (0.5, 0, "thesis", "no forecast of kind"),
    ],
)
def test_impossible_input_is_refused(probabilities: object, outcome: object, kind: str, reason: str) -> None:
    """The error names what doesn't fit."""
    with pytest.raises(ValueError, match=reason):
        brier_score(probabilities, outcome, kind=kind)


def test_a_missing_forecast_has_no_score() -> None:
    """A row of NaN scores NaN, and its neighbours as ever."""
    assert brier_scores([np.nan, 1.0], 1) == pytest.approx([np.nan, 0.0], nan_ok=True)


@pytest.mark.skipif(not NFL_GAMES.exists(), reason="the shared scoring data is not here")
def test_the_published_score_of_1889_football_games_is_met() -> None:
    """FiveThirtyEight's Brier is .2201; a draw is half a win: (p - .5)^2 = mean of both - .25."""
    with gzip.open(NFL_GAMES, "rt", encoding="utf-8") as file:
        games = [row for row in csv.DictReader(file) if row["prob1"] and row["prob1_outcome"]]
    p = np.array([float(row["prob1"]) for row in games])
    won = np.array([float(row["prob1_outcome"]) for row in games])
    drawn = (brier_scores(p, 0) + brier_scores(p, 1)) / 2 - 0.25
    scores = np.where(won == 0.5, drawn, brier_scores(p, won.astype(int)))
    assert (scores.size, round(scores.mean(), 4)) == (1889, 0.2201)
