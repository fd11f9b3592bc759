from collections.abc import Callable

import numpy as np
import pytest

from forecasts.scoring.skill import skill_of

SCORE = ["question", "member", "brier", "peer_brier", "log_peer", "log_baseline", "coverage", "forecasts"]
LINE = ["member", "kind", "questions", "coverage", "brier", "skill", "low", "high", "rank"]
WINDOW = "2026-01-01T00:00:00Z,2026-01-11T00:00:00Z"
COLUMNS = "id,kind,options,opens_at,closes_at,known_at,outcome,spot_at"


def day(number: int) -> str:
    return f"2026-01-{number:02}T00:00:00Z"


def binary(name: str, outcome: str = "yes", known_at: str = "") -> str:
    return f"{name},binary,,{WINDOW},{known_at},{outcome}"


def test_the_object_has_exactly_the_promised_fields(crux_score: Callable) -> None:
    """Five keys, and in each list the fields of the design, in its order."""
    report = crux_score([binary("a"), binary("b", "void")], [f"a,ann,{day(1)},.9"]).report
    assert list(report) == ["scores", "leaderboard", "pools", "calibration", "skipped"]
    assert list(report["scores"][0]) == SCORE
    assert list(report["leaderboard"][0]) == LINE
    assert list(report["calibration"]) == ["brier", "mcb", "dsc", "unc", "spiegelhalter_z", "forecasts"]
    assert list(report["skipped"][0]) == ["id", "reason"]


def test_three_forecasters_by_hand(crux_score: Callable) -> None:
    """.9 .5 .1 and YES: Brier .01 .25 .81; peer (.53 - .01), (.41 - .25), (.13 - .81) times 100."""
    run = crux_score(
        [binary("a")], [f"a,{name},{day(1)},{p}" for name, p in (("x", 0.9), ("y", 0.5), ("z", 0.1))]
    )
    rows = run.report["scores"]
    assert [row["brier"] for row in rows] == pytest.approx([0.01, 0.25, 0.81])
    assert [row["peer_brier"] for row in rows] == pytest.approx([52, 16, -68])
    assert [row["log_baseline"] for row in rows] == pytest.approx([84.79969066, 0, -232.19280949], abs=5e-9)


def test_a_choice_in_numbers_and_by_name(crux_score: Callable) -> None:
    """.6 .1 .3 and the first comes true: .13; its crowd of one is the same list."""
    run = crux_score([f"a,choice,x|y|z,{WINDOW},,x"], [f"a,ann,{day(1)},.6|.1|.3"])
    assert run.row("scores", member="ann")["brier"] == pytest.approx(0.13)
    assert run.row("pools", question="a")["median"] == pytest.approx([0.6, 0.1, 0.3])


def test_a_ladder_has_no_logarithmic_scores(crux_score: Callable) -> None:
    """.25 .25 .30 .20, cumulative, second true: .1175, and null."""
    row = crux_score([f"a,ladder,1|2|3|4,{WINDOW},,2"], [f"a,ann,{day(1)},.25|.5|.8"]).row(
        "scores", member="ann"
    )
    assert row["brier"] == pytest.approx(0.1175)
    assert (row["log_peer"], row["log_baseline"]) == (None, None)


def test_an_early_outcome_ends_the_window(crux_score: Callable) -> None:
    """Known on day 6 of 10, told in another zone: .9 from day 1 is all of it, the update of day 7 nothing."""
    rows = [f"a,ann,{day(1)},.9", f"a,ann,{day(7)},.1"]
    row = crux_score([binary("a", known_at="2026-01-06T02:00:00+02:00")], rows).row("scores", member="ann")
    assert (row["brier"], row["coverage"], row["forecasts"]) == (pytest.approx(0.01), 1, 1)


def test_an_empty_forecast_is_a_withdrawal(crux_score: Callable) -> None:
    """Held from day 1 to day 6 of ten: coverage .5, and no crowd at the end."""
    run = crux_score([binary("a")], [f"a,ann,{day(6)},", f"a,ann,{day(1)},.9"])
    assert run.row("scores", member="ann")["coverage"] == 0.5
    assert run.row("pools", question="a")["median"] is None


def test_spot_scores_are_there_where_a_spot_is_stated(crux_score: Callable) -> None:
    """At day 4, inclusive, .8 is in force against .2: 100 ln 4 points; question b states no spot."""
    forecasts = [f"a,ann,{day(1)},.5", f"a,ann,{day(4)},.8", f"a,bob,{day(1)},.2", f"b,ann,{day(1)},.5"]
    run = crux_score([f"{binary('a')},{day(4)}", f"{binary('b')},"], forecasts, columns=COLUMNS)
    row = run.row("scores", question="a", member="ann")
    assert (row["spot_brier"], row["spot_log_peer"]) == pytest.approx((0.04, 100 * np.log(4)))
    assert list(run.row("scores", question="b", member="ann")) == SCORE


def test_nothing_in_force_at_the_spot_is_null(crux_score: Callable) -> None:
    """Bob joins on day 5, after the spot of day 4."""
    forecasts = [f"a,ann,{day(1)},.5", f"a,bob,{day(5)},.8"]
    run = crux_score([f"{binary('a')},{day(4)}"], forecasts, columns=COLUMNS)
    assert run.row("scores", member="bob")["spot_brier"] is None
    assert run.row("scores", member="ann")["spot_log_peer"] == 0


def test_what_has_no_score_is_listed_with_its_reason(crux_score: Callable) -> None:
    """No outcome, void, known before it opened, and nobody forecast; none of them is scored."""
    questions = [
        binary("a", ""),
        binary("b", "void"),
        binary("c", known_at="2025-12-31T00:00:00Z"),
        binary("d"),
    ]
    report = crux_score(questions, [f"{name},ann,{day(1)},.9" for name in "abc"]).report
    assert [row["id"] for row in report["skipped"]] == ["a", "b", "c", "d"]
    assert (report["scores"], report["pools"], report["leaderboard"]) == ([], [], [])
    assert report["calibration"]["forecasts"] == 0


def test_the_leaderboard_adds_up(crux_score: Callable) -> None:
    """Ann gains 24 and 12 points at coverage 1 and .5: 36 / (1.5 + 36) = .96, mean Brier .01."""
    forecasts = [f"a,ann,{day(1)},.9", f"a,bob,{day(1)},.5", f"b,ann,{day(6)},.9", f"b,bob,{day(1)},.5"]
    run = crux_score([binary("a"), binary("b")], forecasts)
    line = run.row("leaderboard", member="ann")
    assert (line["questions"], line["coverage"], line["rank"]) == (2, 1.5, 1)
    assert (line["skill"], line["brier"]) == pytest.approx((0.96, 0.01))


def test_baselines_stand_among_the_members_without_a_rank(crux_score: Callable) -> None:
    """Median, Crux pool and uniform are scored beside the members; a member may be called like one."""
    lines = crux_score([binary("a")], [f"a,median,{day(1)},.9", f"a,ann,{day(1)},.9"]).report["leaderboard"]
    kinds = [(line["member"], line["kind"], line["rank"]) for line in lines]
    assert {kind for kind in kinds if kind[1] == "member"} == {("median", "member", 1), ("ann", "member", 1)}
    assert {kind for kind in kinds if kind[1] == "baseline"} == {
        (name, "baseline", None) for name in ("median", "crux", "uniform")
    }


def test_the_crowd_is_told_at_the_end_and_over_time(crux_score: Callable) -> None:
    """.9 alone to day 6, then with .5: median .7 at the end and (.01 + .09) / 2; uniform .25."""
    run = crux_score([binary("a")], [f"a,ann,{day(1)},.9", f"a,bob,{day(6)},.5"])
    pools = run.row("pools", question="a")
    assert (pools["median"], pools["median_brier"], pools["mean_brier"]) == pytest.approx((0.7, 0.05, 0.05))
    assert (pools["crux"], pools["crux_brier"]) == pytest.approx((0.805160, 0.023981), abs=1e-6)
    assert pools["uniform_brier"] == 0.25


def test_calibration_takes_the_last_binary_probability_of_each_member(crux_score: Callable) -> None:
    """.2 and .9 with YES, and nothing of the choice: (.64 + .01) / 2 = .325."""
    forecasts = [f"a,ann,{day(1)},.5", f"a,ann,{day(2)},.2", f"a,bob,{day(1)},.9", f"c,ann,{day(1)},.5|.5"]
    found = crux_score([binary("a"), f"c,choice,x|y,{WINDOW},,x"], forecasts).report["calibration"]
    assert (found["forecasts"], found["brier"]) == (2, pytest.approx(0.325))
    assert found["mcb"] - found["dsc"] + found["unc"] == pytest.approx(found["brier"])


def test_the_order_of_rows_and_repeated_runs_change_nothing(crux_score: Callable) -> None:
    """The same files, shuffled, give the same bytes."""
    rng = np.random.default_rng(3)
    questions = [binary(f"q{index}", rng.choice(["yes", "no"])) for index in range(6)]
    forecasts = [
        f"q{index},m{member},{day(at)},{rng.random()}"
        for index in range(6)
        for member in range(4)
        for at in rng.choice(np.arange(1, 11), 3, replace=False)
    ]
    first = crux_score(questions, forecasts).stdout
    assert crux_score(questions, rng.permutation(forecasts).tolist()).stdout == first


def test_members_are_ranked_with_a_fitted_shrinkage_once_there_are_enough(crux_score: Callable) -> None:
    """20 members of 10 questions, with little luck: k is held at 5 and no longer 36."""
    rng = np.random.default_rng(5)
    questions = [binary(f"q{index}") for index in range(10)]
    forecasts = [
        f"q{index},m{member},{day(1)},{min(1, max(0, rng.normal(0.5 + member / 50, 0.1))):.3f}"
        for index in range(10)
        for member in range(20)
    ]
    report = crux_score(questions, forecasts).report
    for line in (line for line in report["leaderboard"] if line["kind"] == "member"):
        peer = sum(row["peer_brier"] for row in report["scores"] if row["member"] == line["member"])
        assert peer / line["skill"] - line["coverage"] == pytest.approx(5, abs=1e-6)


def test_the_bootstrap_is_near_the_closed_form(crux_score: Callable) -> None:
    """60 questions, two members: widths within a quarter."""
    rng = np.random.default_rng(9)
    questions = [binary(f"q{index}", rng.choice(["yes", "no"])) for index in range(60)]
    forecasts = [f"q{index},{name},{day(1)},{rng.random()}" for index in range(60) for name in ("ann", "bob")]
    run = crux_score(questions, forecasts)
    line = run.row("leaderboard", member="ann")
    rows = [row for row in run.report["scores"] if row["member"] == "ann"]
    closed = skill_of([row["peer_brier"] for row in rows], [row["coverage"] for row in rows])
    assert line["low"] < line["skill"] < line["high"]
    assert line["high"] - line["low"] == pytest.approx(closed.high - closed.low, rel=0.25)


def test_pools_are_compared_on_demand(crux_score: Callable) -> None:
    """With --compare-pools there is a sixth key: 6 pools, each plain and by recency, best first."""
    questions = [binary("a"), binary("b", "no")]
    forecasts = [f"{name},{who},{day(1)},.7" for name in "ab" for who in ("ann", "bob")]
    report = crux_score(questions, forecasts, "--json", "--compare-pools").report
    assert len({(row["pool"], row["recency"]) for row in report["comparison"]}) == 12
    assert [row["brier"] for row in report["comparison"]] == sorted(
        row["brier"] for row in report["comparison"]
    )


def test_people_get_tables(crux_score: Callable) -> None:
    """Leaderboard, scores, crowd, calibration, skipped and pools; a name in brackets is shown as it is."""
    run = crux_score([binary("a"), binary("b", "void")], [f"a,[ann],{day(1)},.9"], "--compare-pools")
    assert (run.exit_code, run.stderr) == (0, "")
    for words in ("Leaderboard", "[ann]", "Scores", "The crowd", "Calibration", "Skipped", "cross-validated"):
        assert words in run.stdout


def test_long_tables_say_what_they_leave_out(crux_score: Callable) -> None:
    """Of 60 scores 50 are shown."""
    run = crux_score([binary("a")], [f"a,m{index},{day(1)},.9" for index in range(60)], "--compare-pools")
    assert "10 more" in run.stdout
