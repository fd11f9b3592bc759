import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.claims import app
from claims import training
from claims.embed import TfIdf
from claims.figures import figures_of
from claims.heads import (
    adopt_weights,
    parsed_weights,
    read_weights,
    shipped_weights,
    weights_in_use,
    written_weights,
)
from claims.rank import rank
from claims.training import Example, fit, labelled_examples, leave_one_document_out, shipped_examples
from forecasts.errors import InvalidInputError

CLAIM, TALK = "Wages will rise because workers are scarce.", "Thanks, I really loved this episode."
TAUGHT = [
    Example(text, claim, forecastable=claim, document=document)
    for document in ("a", "b", "c")
    for text, claim in ((CLAIM, True), (TALK, False))
]


@pytest.fixture(autouse=True)
def without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules alone: the model takes seconds and adds nothing to these facts."""
    monkeypatch.setattr(training, "embedder", TfIdf)
    monkeypatch.setattr("claims.rank.embedder", TfIdf)


def test_a_fit_tells_what_it_was_taught() -> None:
    """Claims above talk, on both heads."""
    claim, talk = rank([CLAIM, TALK], weights=fit(TAUGHT))
    assert claim.claim > 0.5 > talk.claim
    assert claim.forecastable > talk.forecastable


def test_left_out_documents_are_judged_by_the_others() -> None:
    """Three documents with the same two sentences: each is right by the other two."""
    figures = leave_one_document_out(TAUGHT)
    assert {(each.kind, each.sentences, each.f1) for each in figures if each.head == "claim"} == {
        ("rules", 6, 1.0)
    }


def test_borderline_sentences_can_be_left_out_of_the_figures() -> None:
    """Seven sentences, one of them borderline."""
    figures = leave_one_document_out([*TAUGHT, Example("So what.", True, False, "a", borderline=True)])
    assert [each.sentences for each in figures if each.head == "claim"] == [7, 6]


def test_labels_that_are_all_the_same_teach_nothing() -> None:
    """And the error says what to do."""
    with pytest.raises(InvalidInputError, match="Label more"):
        fit([Example(CLAIM, True, True, "a")])


def test_a_label_without_its_document_is_named() -> None:
    """By its number, since a file holds hundreds."""
    with pytest.raises(InvalidInputError, match="Label 1 is incomplete"):
        labelled_examples([{"file": "a", "start": 0, "end": 3, "claim": 1, "forecastable": 0}], {})


def test_weights_come_back_from_their_file() -> None:
    """To three decimals, the direction to half precision."""
    weights = shipped_weights()
    again = parsed_weights(written_weights(weights))
    assert written_weights(again) == written_weights(weights)
    assert again.model["claim"].direction is not None
    assert again.model["claim"].direction.shape == (384,)


def test_another_file_is_refused(tmp_path: Path) -> None:
    """With how to make one."""
    path = tmp_path / "weights.json"
    path.write_text("[1]", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="crux claims train --out"):
        read_weights(path)


def test_adopted_weights_rank() -> None:
    """Until others are adopted."""
    before = weights_in_use()
    adopt_weights(fit(TAUGHT))
    try:
        assert rank([CLAIM]) == rank([CLAIM], weights=fit(TAUGHT))
    finally:
        adopt_weights(before)


def test_figures_by_hand() -> None:
    """Kept 2 of 4, 1 of them rightly, 2 positive: P = R = F1 = .5, MCC (4*1 - 2*2)/4 = 0, AP (1 + 2/3)/2."""
    found = figures_of(
        "claim",
        "rules",
        without_borderline=False,
        truths=[True, False, True, False],
        scores=[0.9, 0.8, 0.4, 0.1],
        documents=["a"] * 4,
    )
    assert (found.precision, found.recall, found.f1, found.mcc) == (0.5, 0.5, 0.5, 0.0)
    assert (found.average_precision, found.precision_at_5) == (0.833, 0.5)


def test_the_examples_are_of_all_three_kinds() -> None:
    """Hundreds, each once."""
    examples = shipped_examples()
    assert len({each.text for each in examples}) == len(examples) > 500
    assert {(each.claim, each.forecastable) for each in examples} == {
        (True, True),
        (True, False),
        (False, False),
    }


def test_the_command_writes_weights_that_extract_takes(tmp_path: Path) -> None:
    """Labels in, figures and weights out."""
    labels, out, text = tmp_path / "labels.jsonl", tmp_path / "weights.json", tmp_path / "a.txt"
    rows = [
        {"file": each.document, "text": each.text, "claim": each.claim, "forecastable": each.forecastable}
        for each in TAUGHT
    ]
    labels.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    text.write_text(CLAIM, encoding="utf-8")
    trained = CliRunner().invoke(app, ["train", "--labels", str(labels), "--out", str(out), "--json"])
    assert [json.loads(line)["sentences"] for line in trained.stdout.splitlines()] == [6] * 4
    found = CliRunner().invoke(app, ["extract", str(text), "--all", "--json", "--weights", str(out)])
    assert json.loads(found.stdout)["claim"] == rank([CLAIM], weights=read_weights(out))[0].claim


def test_a_database_that_is_none_is_refused(tmp_path: Path) -> None:
    """In one line, with exit status 2, and no file is made."""
    found = CliRunner().invoke(app, ["train", "--decisions", str(tmp_path / "none.db")])
    assert (found.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "none.db is no database" in found.output
