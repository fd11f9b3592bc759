"""How good the pipeline is on labelled documents; these are no part of the project."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from claims.heads import shipped_weights
from claims.ingest import read_document
from claims.pipeline import Claim, extract_claims
from claims.rank import KEPT_FROM
from claims.training import fit, labelled_examples, shipped_examples

SHARED = Path(__file__).parents[3] / "shared"
FOUR = tuple(sorted((SHARED / "documents").glob("*.txt")))
TWELVE = tuple(sorted((SHARED / "claims-eval" / "documents").glob("*.txt")))

pytestmark = pytest.mark.skipif(not (FOUR and TWELVE), reason="the labelled documents are not here")


def labels(paths: tuple[Path, ...]) -> list[dict[str, Any]]:
    lines = (SHARED / "claims-eval" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["file"] in {path.name for path in paths}]


@cache
def found_in(paths: tuple[Path, ...]) -> list[Claim]:
    return extract_claims([read_document(path.read_bytes(), path.name) for path in paths], keep_all=True)


def f1(true: int, found: int, wanted: int) -> float:
    return 2 * true / (found + wanted)


@pytest.mark.parametrize("paths", [FOUR, TWELVE], ids=["four", "twelve"])
def test_sentences_agree_with_the_labels(paths: tuple[Path, ...]) -> None:
    """Exact-span F1 is at least .98: what is left are missing spaces and double full stops."""
    wanted = {(row["file"], row["start"], row["end"]) for row in labels(paths)}
    found = {(each.file, each.start, each.end) for each in found_in(paths)}
    assert f1(len(wanted & found), len(found), len(wanted)) >= 0.98


@pytest.mark.parametrize(("paths", "floor"), [(FOUR, 0.88), (TWELVE, 0.79)], ids=["four", "twelve"])
def test_claims_agree_with_the_labels(paths: tuple[Path, ...], floor: float) -> None:
    """F1 of kept sentences over the labelled ones: above "at least 8 words, no question, no boilerplate"."""
    scores = {(each.file, each.start): each.claim for each in found_in(paths)}
    judged = [
        (row["claim"] == 1, scores.get((row["file"], row["start"]), 0) >= KEPT_FROM) for row in labels(paths)
    ]
    true = sum(wanted and kept for wanted, kept in judged)
    assert f1(true, sum(kept for _, kept in judged), sum(wanted for wanted, _ in judged)) >= floor


def test_the_shipped_rules_are_what_training_makes_of_the_labels() -> None:
    """To a hundredth: floating point differs between machines, the weights don't."""
    made = fit(shipped_examples() + labelled_examples(labels((*FOUR, *TWELVE)), {}))
    for name, head in shipped_weights().rules.items():
        assert head.weights == pytest.approx(made.rules[name].weights, abs=0.01)


def test_a_sentence_in_two_real_briefs_is_one_claim() -> None:
    """Two of the four documents share three claims and a line of advertising word for word."""
    assert sum(each.reasons[0].startswith("repeats 001") for each in found_in(FOUR) if each.reasons) == 4
