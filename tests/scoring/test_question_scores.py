import numpy as np
import pytest

from forecasts.scoring.question import QuestionScores, score_question

NAN = float("nan")
DAY = 86_400_000_000


def scored(rows: list, *, end: int = 10 * DAY, outcome: int = 1, kind: str = "binary") -> QuestionScores:
    members, days, probabilities = zip(*rows, strict=True) if rows else ((), (), ())
    times = [int(day * DAY) for day in days]
    return score_question(members, times, probabilities, opens_at=0, end=end, outcome=outcome, kind=kind)


def test_a_day_at_the_end_scores_what_was_held() -> None:
    """50 % on the last of 100 days: Brier .25 at coverage .01."""
    scores = scored([(7, 99, 0.5)], end=100 * DAY)
    assert (scores.brier.tolist(), scores.coverage.tolist()) == ([0.25], [0.01])


def test_half_the_time_is_half_the_coverage() -> None:
    """.9 from day 5 of 10: (.9 - 1)^2 = .01, coverage .5."""
    scores = scored([(7, 5, 0.9)])
    assert (scores.brier.tolist(), scores.coverage.tolist()) == (pytest.approx([0.01]), [0.5])


def test_one_forecaster_has_no_peer_score() -> None:
    """There is nobody to be better than."""
    assert scored([(7, 0, 0.9), (7, 3, 0.2)]).peer_brier.tolist() == [0]


def test_the_better_forecast_takes_what_the_worse_one_loses() -> None:
    """.9 and .5 all along, YES: Brier .01 and .25, so 100 * .24 = 24 points change hands."""
    assert scored([(7, 0, 0.9), (8, 0, 0.5)]).peer_brier == pytest.approx([24, -24])


def test_time_alone_counts_nothing() -> None:
    """The second joins at day 5: half of 24 points."""
    assert scored([(7, 0, 0.9), (8, 5, 0.5)]).peer_brier == pytest.approx([12, -12])


def test_three_members_are_each_compared_with_the_mean_of_the_others() -> None:
    """Brier .01 .25 .81: (.53 - .01), (.41 - .25), (.13 - .81) times 100."""
    assert scored([(1, 0, 0.9), (2, 0, 0.5), (3, 0, 0.1)]).peer_brier == pytest.approx([52, 16, -68])


def test_the_worst_and_the_best_are_100_points_apart_from_nothing() -> None:
    """Certain and right against certain and wrong, all along."""
    assert scored([(7, 0, 1.0), (8, 0, 0.0)]).peer_brier.tolist() == [100, -100]


def test_rounding_leaves_no_score_outside_the_range() -> None:
    """Said again on days 4, 6 and 9, the sum of the pieces would be 100 and a last bit more."""
    rows = [(7, 0, 1.0), *((8, day, 0.0) for day in (0, 4, 6, 9))]
    assert np.abs(scored(rows).peer_brier).max() == 100


def test_a_withdrawn_member_neither_earns_nor_costs() -> None:
    """Gone on days 2 to 7 of 10: half of 24 points, coverage .5, and the other stays at 1."""
    scores = scored([(7, 0, 0.9), (8, 0, 0.5), (8, 2, NAN), (8, 7, 0.5)])
    assert scores.peer_brier == pytest.approx([12, -12])
    assert scores.coverage.tolist() == [1, 0.5]


def test_an_early_outcome_ends_the_window() -> None:
    """Known on day 4: the update of day 5 is void and full coverage is four days."""
    scores = scored([(7, 0, 0.9), (7, 5, 0.1)], end=4 * DAY)
    assert (scores.brier.tolist(), scores.coverage.tolist()) == (pytest.approx([0.01]), [1])


def test_who_held_nothing_in_the_window_has_no_row() -> None:
    """One forecast at the end, one withdrawn before the opening, one that counts."""
    assert scored([(7, 10, 0.9), (8, -2, 0.5), (8, -1, NAN), (9, 3, 0.5)]).member.tolist() == [9]


def test_only_forecasts_that_were_in_force_are_counted() -> None:
    """Of five rows: one replaced at its own instant, one a withdrawal, one too late."""
    rows = [(7, 1, 0.5), (7, 1, 0.6), (7, 4, NAN), (7, 6, 0.7), (7, 10, 0.8)]
    assert scored(rows).forecasts.tolist() == [2]


@pytest.mark.parametrize(("rows", "end"), [([(7, 0, 0.5)], 0), ([], 10 * DAY), ([(7, 2, NAN)], 10 * DAY)])
def test_no_time_held_is_no_scores(rows: list, end: int) -> None:
    """An empty window, nobody, or only a withdrawal."""
    scores = scored(rows, end=end)
    assert (scores.member.size, scores.peer_brier.size, scores.baselines) == (0, 0, {})


def test_the_median_is_scored_as_a_step_function() -> None:
    """.9 alone to day 5, then .7 with .5: (.01 + .09) / 2 = .05, and .7 at the end."""
    median = scored([(7, 0, 0.9), (8, 5, 0.5)]).baselines["median"]
    assert (median.brier, median.last) == (pytest.approx(0.05), pytest.approx((0.7,)))


def test_a_baseline_is_compared_with_the_active_members_alone() -> None:
    """Members .01 then mean .13; median .01 then .09: 100 (0 + .04) / 2 = 2 points, theirs unchanged."""
    scores = scored([(7, 0, 0.9), (8, 5, 0.5)])
    assert scores.baselines["median"].peer_brier == pytest.approx(2)
    assert scores.peer_brier.sum() == pytest.approx(0)


def test_the_uniform_baseline_loses_to_informed_members() -> None:
    """Members .01 then mean .13 against .25: 100 (-.24 - .12) / 2 = -18 points."""
    uniform = scored([(7, 0, 0.9), (8, 5, 0.5)]).baselines["uniform"]
    assert (uniform.brier, uniform.peer_brier) == (pytest.approx(0.25), pytest.approx(-18))


def test_the_crux_pool_is_extremized_by_the_number_active() -> None:
    """.9 alone, then odds 3^1.29150262 = 4.13241, .805160: Brier (.01 + .037963) / 2 = .023981."""
    crux = scored([(7, 0, 0.9), (8, 5, 0.5)]).baselines["crux"]
    assert (crux.brier, crux.last) == (
        pytest.approx(0.023981, abs=1e-6),
        pytest.approx((0.805160,), abs=1e-6),
    )


def test_the_crowd_is_averaged_over_the_time_anyone_is_active() -> None:
    """.9 from day 2 to 4 and .5 from day 8: (2 * .01 + 2 * .25) / 4 = .13 over .4 of the window."""
    median = scored([(7, 2, 0.9), (7, 4, NAN), (8, 8, 0.5)]).baselines["median"]
    assert (median.brier, median.coverage) == (pytest.approx(0.13), 0.4)


def test_an_abandoned_question_has_no_last_crowd() -> None:
    """When everybody has withdrawn there is no forecast just before the end."""
    assert scored([(7, 2, 0.9), (7, 4, NAN)]).baselines["median"].last is None


def test_a_choice_is_pooled_by_option_and_renormalised() -> None:
    """Medians of .6 .4 0, .5 .1 .4 and .2 .5 .3 are .5 .4 .3, over 1.2."""
    rows = [(1, 0, [0.6, 0.4, 0]), (2, 0, [0.5, 0.1, 0.4]), (3, 0, [0.2, 0.5, 0.3])]
    scores = scored(rows, kind="choice", outcome=0)
    assert scores.baselines["median"].last == pytest.approx((5 / 12, 4 / 12, 3 / 12))


def test_a_choice_without_any_middle_is_uniform() -> None:
    """Three members certain of three options: every option's median is 0."""
    scores = scored([(k, 0, np.eye(3)[k]) for k in range(3)], kind="choice", outcome=0)
    assert scores.baselines["median"].last == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_a_ladder_is_pooled_by_threshold() -> None:
    """Medians of .1 .6 and .3 .8 are .2 .7; second of three true: (.04 + .09) / 2 = .065."""
    median = scored([(1, 0, [0.1, 0.6]), (2, 0, [0.3, 0.8])], kind="ladder").baselines["median"]
    assert (median.last, median.brier) == (pytest.approx((0.2, 0.7)), pytest.approx(0.065))
