import math

import numpy as np
import pytest

from forecasts.scoring.logarithmic import log_baseline_scores, log_peer_scores, outcome_probabilities
from forecasts.scoring.question import QuestionScores, score_question

DAY = 86_400_000_000


def scored(*rows: tuple[int, int, float]) -> QuestionScores:
    """Score (member, day, probability) over ten days, YES."""
    members, days, probabilities = zip(*rows, strict=True)
    times = [day * DAY for day in days]
    return score_question(members, times, probabilities, opens_at=0, end=10 * DAY, outcome=1)


@pytest.mark.parametrize(
    ("p", "expected"), [(0.9, 84.79969066), (0.1, -232.19280949), (0.5, 0.0)]
)  # fmt: skip
def test_the_log_baseline_compares_with_even_odds(p: float, expected: float) -> None:
    """100 ln(.9 * 2) / ln 2 = 84.79969066; 100 ln(.1 * 2) / ln 2 = -232.19280949."""
    assert round(100 * math.log(p * 2) / math.log(2), 8) == expected
    assert log_baseline_scores([p], 1) == pytest.approx([100 * math.log(p * 2) / math.log(2)], abs=1e-9)


def test_the_log_baseline_of_a_choice_counts_its_options() -> None:
    """Four options, .5 on the true one: 100 ln(.5 * 4) / ln 4 = 50."""
    assert log_baseline_scores([[0.1, 0.5, 0.2, 0.2]], 1, kind="choice") == pytest.approx([50])


def test_time_without_a_forecast_earns_no_log_baseline() -> None:
    """.9 held from day 5 of 10: half of 84.79969066."""
    scores = scored((7, 5, 0.9))
    assert round(50 * math.log(1.8) / math.log(2), 8) == 42.39984533
    assert scores.log_baseline == pytest.approx([50 * math.log(1.8) / math.log(2)], abs=1e-9)
    assert scores.coverage.tolist() == [0.5]


def test_the_log_peer_score_compares_with_the_others() -> None:
    """100 ln(.1 / .9) = -219.7225 for the one, the opposite for the other."""
    assert scored((1, 0, 0.1), (2, 0, 0.9)).log_peer == pytest.approx(
        [100 * math.log(1 / 9), 100 * math.log(9)], abs=1e-9
    )


def test_the_log_peer_score_of_a_latecomer_is_that_of_their_time() -> None:
    """.9 from day 5 of 10 against .1 and .5: 50 ln(.9 / gmean(.1, .5)), coverage .5."""
    scores = scored((1, 0, 0.1), (2, 0, 0.5), (3, 5, 0.9))
    assert scores.log_peer[2] == pytest.approx(50 * math.log(0.9 / math.sqrt(0.1 * 0.5)), abs=1e-9)
    assert scores.coverage[2] == 0.5


def test_logarithms_read_certainty_as_one_in_a_thousand() -> None:
    """Certain and wrong: 100 ln(.001 * 2) / ln 2 = -896.578; certain and right 99.8557."""
    assert log_baseline_scores([0.0, 1.0], 1) == pytest.approx([-896.578428, 99.855728])


def test_log_peer_scores_at_one_instant_stay_within_their_question() -> None:
    """.2 and .8 on one question, somebody alone on the next: 100 ln(1/4), 100 ln 4, 0."""
    found = log_peer_scores(np.array([0.2, 0.8, 0.3]), [0, 0, 1])
    assert found == pytest.approx([-100 * math.log(4), 100 * math.log(4), 0])


def test_a_ladder_is_refused() -> None:
    """Its logarithmic score would ignore the order of the categories."""
    with pytest.raises(ValueError, match="no logarithmic score"):
        outcome_probabilities([[0.2, 0.5]], 1, kind="ladder")
