from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.aggregation.pools import extremizing_factor
from forecasts.scoring.brier import brier_score
from forecasts.scoring.question import QuestionScores, score_question

OPENS_AT, END = 0, 40
WIDTH = {"binary": 1, "choice": 3, "ladder": 3}


@dataclass
class Case:
    """A question's kind, its outcome and rows of (member, time, probabilities)."""

    kind: str
    outcome: int
    rows: list

    def scores(self) -> QuestionScores:
        """Score the question by the engine."""
        members, times, probabilities = zip(*self.rows, strict=True) if self.rows else ((), (), ())
        table = np.array(probabilities).reshape(-1, WIDTH[self.kind])
        kind, outcome = self.kind, self.outcome
        return score_question(members, times, table, opens_at=OPENS_AT, end=END, outcome=outcome, kind=kind)


@st.composite
def cases(draw: st.DrawFn, *, distinct_times: bool = False) -> Case:
    kind = draw(st.sampled_from(sorted(WIDTH)))
    width = WIDTH[kind]
    if kind == "choice":
        weights = st.lists(st.integers(0, 10), min_size=width, max_size=width).filter(any)
        held = weights.map(lambda some: [weight / sum(some) for weight in some])
    else:
        held = st.lists(st.floats(0, 1), min_size=width, max_size=width).map(sorted)
    row = st.tuples(st.integers(0, 5), st.integers(-5, 45), held | st.just([np.nan] * width))
    unique = (lambda one: one[1]) if distinct_times else None
    outcome = draw(st.integers(0, {"binary": 1, "choice": 2, "ladder": 3}[kind]))
    return Case(kind, outcome, draw(st.lists(row, max_size=25, unique_by=unique)))


def held_at(rows: list, instant: int) -> dict[int, list[float]]:
    """Who holds what at an instant: everybody's last row until then, read one by one."""
    until_then = sorted((row for row in rows if row[1] <= instant), key=lambda row: row[1])
    state = {member: probabilities for member, _, probabilities in until_then}
    return {member: held for member, held in state.items() if not np.isnan(held).any()}


def pooled(held: list[list[float]], kind: str) -> dict[str, np.ndarray]:
    table, factor = np.array(held), extremizing_factor(len(held))
    clipped = table.clip(0.01, 0.99)
    median = np.median(table, axis=0)
    if kind == "choice":
        geometric = clipped.prod(axis=0) ** (factor / len(held))
        median = median / median.sum() if median.sum() else np.full(3, 1 / 3)
        return {"median": median, "mean": table.mean(axis=0), "crux": geometric / geometric.sum()}
    odds = (clipped / (1 - clipped)).prod(axis=0) ** (factor / len(held))
    by_threshold = {"median": median, "mean": table.mean(axis=0), "crux": odds / (1 + odds)}
    return {name: np.maximum.accumulate(p) for name, p in by_threshold.items()}


def naive(case: Case) -> tuple[dict, dict]:
    """Every score by walking all members through each unit of time."""
    brier, peer, time = {}, {}, {}
    crowd = {name: {"brier": [], "peer": 0.0} for name in ("median", "mean", "crux")}
    for instant in range(OPENS_AT, END):
        held = held_at(case.rows, instant)
        now = {member: brier_score(p, case.outcome, kind=case.kind) for member, p in held.items()}
        for member, own in now.items():
            others = [score for other, score in now.items() if other != member]
            brier[member] = brier.get(member, 0) + own
            time[member] = time.get(member, 0) + 1
            peer[member] = peer.get(member, 0) + (100 / END * (np.mean(others) - own) if others else 0)
        for name, forecast in pooled(list(held.values()), case.kind).items() if held else ():
            own = brier_score(forecast, case.outcome, kind=case.kind)
            crowd[name]["brier"].append(own)
            crowd[name]["peer"] += 100 / END * (np.mean(list(now.values())) - own)
    members = {who: (brier[who] / time[who], peer[who], time[who] / END) for who in sorted(time)}
    return members, crowd


def arrays(scores: QuestionScores) -> list[float]:
    """Everything but the counts of forecasts, in one row; the logarithmic ones are 0 for ladders."""
    crowd = [
        number for one in scores.baselines.values() for number in (one.brier, one.peer_brier, one.coverage)
    ]
    logs = np.nan_to_num([scores.log_peer, scores.log_baseline]).ravel()
    return [*scores.member, *scores.brier, *scores.peer_brier, *scores.coverage, *logs, *crowd]


@given(cases())
def test_members_get_what_walking_through_all_of_them_gives(case: Case) -> None:
    """Prefix sums equal the definition: Brier, peer Brier and coverage of each member, every kind."""
    scores = case.scores()
    expected, _ = naive(case)
    assert scores.member.tolist() == list(expected)
    found = np.stack([scores.brier, scores.peer_brier, scores.coverage], axis=1)
    assert found.ravel() == pytest.approx(np.array(list(expected.values())).ravel(), abs=1e-9)


@given(cases())
def test_the_crowd_gets_what_pooling_at_each_moment_gives(case: Case) -> None:
    """Median, mean and Crux pool equal those of a new pool at each unit of time, every kind."""
    baselines = case.scores().baselines
    _, crowd = naive(case)
    for name in baselines.keys() - {"uniform"}:
        assert baselines[name].brier == pytest.approx(np.mean(crowd[name]["brier"]), abs=1e-9)
        assert baselines[name].peer_brier == pytest.approx(crowd[name]["peer"], abs=1e-9)


@given(cases())
def test_peer_scores_sum_to_zero(case: Case) -> None:
    """What one member gains the others lose, and absent time counts 0."""
    assert case.scores().peer_brier.sum() == pytest.approx(0, abs=1e-9)


def naive_log_peer(case: Case) -> list[float]:
    """100 n / (n - 1) ln(p / geometric mean) at each unit of time, over the length of the window."""
    points: dict[int, float] = {}
    for instant in range(OPENS_AT, END):
        held = held_at(case.rows, instant)
        true = {
            who: p[case.outcome] if len(p) > 1 else abs(1 - case.outcome - p[0]) for who, p in held.items()
        }
        true = {who: min(max(p, 0.001), 0.999) for who, p in true.items()}
        n = len(true)
        for who, p in true.items():
            gain = 100 * n / (n - 1) * np.log(p / np.prod(list(true.values())) ** (1 / n)) if n > 1 else 0
            points[who] = points.get(who, 0) + gain / END
    return [points[who] for who in sorted(points)]


@given(cases().filter(lambda case: case.kind != "ladder"))
def test_log_peer_scores_are_what_walking_through_all_of_them_gives(case: Case) -> None:
    """The same prefix sums with the logarithm in the place of Brier."""
    assert case.scores().log_peer == pytest.approx(naive_log_peer(case), abs=1e-9)


@given(cases().filter(lambda case: case.kind != "ladder"))
def test_log_peer_scores_sum_to_zero(case: Case) -> None:
    """What one member gains in the logarithm the others lose."""
    assert case.scores().log_peer.sum() == pytest.approx(0, abs=1e-9)


@given(cases().filter(lambda case: case.kind == "ladder"))
def test_a_ladder_has_no_logarithmic_scores(case: Case) -> None:
    """Metaculus defines none for ordered categories."""
    scores = case.scores()
    assert np.isnan([scores.log_peer, scores.log_baseline]).all()


@given(cases())
def test_scores_stay_in_their_ranges(case: Case) -> None:
    """Brier in [0, 1], points in [-100, 100], coverage in (0, 1], without exception."""
    scores = case.scores()
    assert ((scores.brier >= 0) & (scores.brier <= 1)).all()
    assert (np.abs(scores.peer_brier) <= 100).all()
    assert ((scores.coverage > 0) & (scores.coverage <= 1)).all()


@given(cases(distinct_times=True), st.randoms())
def test_the_order_of_rows_is_free(case: Case, random: object) -> None:
    """Only at one and the same instant does the later row win."""
    shuffled = Case(case.kind, case.outcome, random.sample(case.rows, len(case.rows)))
    assert arrays(shuffled.scores()) == pytest.approx(arrays(case.scores()), abs=1e-9)


@given(cases(), st.integers(0, 5), st.integers(OPENS_AT, END - 1))
def test_saying_the_same_again_changes_no_score(case: Case, member: int, instant: int) -> None:
    """A held segment split in two is the same segment."""
    held = held_at(case.rows, instant).get(member, [np.nan] * WIDTH[case.kind])
    repeated = Case(case.kind, case.outcome, [*case.rows, (member, instant, held)])
    assert arrays(repeated.scores()) == pytest.approx(arrays(case.scores()), abs=1e-9)


@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 39), st.floats(0, 1)), min_size=1, max_size=8),
)
def test_honesty_maximises_the_expected_peer_score(belief: float, said: float, others: list) -> None:
    """Against any others, no probability promises more points than the one believed."""

    def expected(own: float) -> float:
        rows = [(0, 0, [own]), *((who, at, [p]) for who, at, p in others)]
        yes, no = (Case("binary", outcome, rows).scores().peer_brier[0] for outcome in (1, 0))
        return belief * yes + (1 - belief) * no

    assert expected(belief) >= expected(said) - 1e-9


@given(
    st.floats(0.001, 0.999),
    st.floats(0, 1),
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 39), st.floats(0, 1)), min_size=1, max_size=8),
)
def test_honesty_maximises_the_expected_log_peer_score(belief: float, said: float, others: list) -> None:
    """The same for the logarithm, within the bounds to which it reads probabilities."""

    def expected(own: float) -> float:
        rows = [(0, 0, [own]), *((who, at, [p]) for who, at, p in others)]
        yes, no = (Case("binary", outcome, rows).scores().log_peer[0] for outcome in (1, 0))
        return belief * yes + (1 - belief) * no

    assert expected(belief) >= expected(said) - 1e-9
