import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from forecasts.files.rows import microseconds
from forecasts.scoring.batch import NO_SPOT, MemberScores, score_questions

NAN = float("nan")
PROFESSIONALS = Path(__file__).parents[3] / "shared" / "scoring-data" / "metaculus_pro_forecasts_q1.csv.gz"


def spots(rows: list[tuple[int, int, float]], spot_at: int) -> dict[int, float]:
    """Score (member, time, probability) over the window [0, 10), YES: spot Brier by member."""
    members, times, probabilities = zip(*rows, strict=True)
    scores = score_questions(
        [0] * len(rows), members, times, probabilities, opens_at=[0], end=[10], outcome=[1], spot_at=spot_at
    ).members
    return dict(zip(scores.member.tolist(), scores.spot_brier.tolist(), strict=True))


@pytest.mark.parametrize(("spot_at", "expected"), [(0, 0.25), (3, 0.25), (4, 0.04), (9, 0.04), (10, 0.04)])
def test_the_forecast_in_force_is_the_last_one_until_then(spot_at: int, expected: float) -> None:
    """.5 from 0 and .8 from 4, which counts at 4 already; from the end on, what was held there."""
    assert spots([(7, 0, 0.5), (7, 4, 0.8)], spot_at) == {7: pytest.approx(expected)}


@pytest.mark.parametrize("spot_at", [-1, NO_SPOT, 2, 6])
def test_nothing_in_force_is_no_spot_score(spot_at: int) -> None:
    """Before the opening, at no stated instant, before joining, after withdrawing."""
    assert spots([(7, 3, 0.5), (7, 5, NAN)], spot_at) == {7: pytest.approx(NAN, nan_ok=True)}


def test_a_forecast_from_the_end_on_is_ignored_whatever_themicroseconds() -> None:
    """The window is over: .5 stays in force."""
    assert spots([(7, 0, 0.5), (7, 10, 0.8)], 12) == {7: 0.25}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("binary", {"draaglom": 232.043, "Jgalt": 188.495, "OpenSystem": -338.588}),
        ("multiple_choice", {"darkives": 249.575, "draaglom": 61.856, "exmateriae": -191.665}),
    ],
)
@pytest.mark.skipif(not PROFESSIONALS.exists(), reason="the shared scoring data is not here")
def test_published_sums_of_professionals_are_met(kind: str, expected: dict[str, float]) -> None:
    """The log spot peer scores of ten professionals of Metaculus, summed over 49 and 29 questions."""
    with gzip.open(PROFESSIONALS, "rt", encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["type"] == kind and row["resolution"] != "annulled"
        ]
    by_question = defaultdict(list)
    for row in rows:
        by_question[row["question_id"]].append(row)
    names = sorted({row["forecaster"] for row in rows})
    sums = np.zeros(len(names))
    for some in by_question.values():
        scores = _spot_scores(some, names)
        np.add.at(
            sums, scores.member, np.nan_to_num(scores.spot_log_peer) * float(some[0]["question_weight"])
        )
    assert len(by_question) == {"binary": 49, "multiple_choice": 29}[kind]
    assert {name: sums[names.index(name)] for name in expected} == pytest.approx(expected, abs=0.01)


def _spot_scores(rows: list[dict[str, str]], names: list[str]) -> MemberScores:
    """Score one question: binary probabilities stand as numbers, those of options as JSON."""
    first = rows[0]
    binary = first["type"] == "binary"
    values = [
        [float(row["probability_yes"])] if binary else json.loads(row["probability_yes_per_category"])
        for row in rows
    ]
    labels = ["no", "yes"] if binary else json.loads(first["options"])
    times = [microseconds(row["forecast_timestamp"]) for row in rows]
    spot_at = microseconds(first["cp_reveal_time"] or first["scheduled_close_time"])
    return score_questions(
        [0] * len(rows),
        [names.index(row["forecaster"]) for row in rows],
        times,
        values,
        opens_at=[min(times)],
        end=[max(*times, spot_at) + 1],
        outcome=[labels.index(first["resolution"])],
        kind="binary" if binary else "choice",
        spot_at=spot_at,
    ).members
