import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.claims import app
from tests.claims.model_stub import KEY, completion, stub

FIELDS = [
    "title", "kind", "options", "criteria", "fine_print", "source", "closes_at", "resolves_at",
    "default_outcome", "incomplete", "quotes_for", "quotes_against", "cruxes", "base_rate",
]  # fmt: skip
CLAIM = "Export controls on chips have backfired because they gave Huawei a market in China."
SAMPLES = sorted((Path(__file__).parents[2] / "bot" / "demo" / "documents").glob("*.txt"))


def draft(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["draft", *arguments])


def test_json_lines_have_exactly_the_promised_fields() -> None:
    """One object a draft; closing and resolving stand in order, with their zone."""
    result = draft(*map(str, SAMPLES), "--today", "2026-05-04", "--json")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert found
    assert all(list(each) == FIELDS for each in found)
    questions = [each for each in found if each["kind"] != "thesis"]
    assert all("2026-05-04" < each["closes_at"] < each["resolves_at"] for each in questions)
    assert all(each["closes_at"].endswith("T23:59:00+00:00") for each in questions)


def test_quotes_stand_in_the_document(tmp_path: Path) -> None:
    """Verbatim."""
    path = tmp_path / "a.txt"
    path.write_text(CLAIM, encoding="utf-8")
    (line,) = draft(str(path), "--json").stdout.splitlines()
    found = json.loads(line)
    assert [*found["quotes_for"], *found["quotes_against"]] == [CLAIM]


def test_people_get_a_table(tmp_path: Path) -> None:
    """With the quotes beside the draft."""
    path = tmp_path / "a.txt"
    path.write_text(CLAIM, encoding="utf-8")
    shown = draft(str(path)).stdout
    assert "binary" in shown
    assert "Export" in shown


def test_nothing_to_draft_is_an_answer(tmp_path: Path) -> None:
    """A sentence for people, nothing as JSON, and success."""
    path = tmp_path / "a.txt"
    path.write_text("Hi all.", encoding="utf-8")
    assert draft(str(path)).stdout.startswith("No claim here")
    assert (draft(str(path), "--json").stdout, draft(str(path), "--json").exit_code) == ("", 0)


def test_a_bad_file_and_a_bad_date_stop_it(tmp_path: Path) -> None:
    """Exit status 2, nothing on stdout."""
    assert draft(str(tmp_path / "none.txt")).exit_code == 2
    assert draft(str(SAMPLES[0]), "--today", "tomorrow").exit_code == 2


def test_with_a_model_each_line_says_whose_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the rules', since the model answers nonsense; why stands in the note and on stderr."""
    path = tmp_path / "a.txt"
    path.write_text(CLAIM, encoding="utf-8")
    with stub(completion("no")) as told:
        monkeypatch.setenv("MODEL_URL", f"{told.url}/v1")
        monkeypatch.setenv("MODEL_NAME", "small")
        monkeypatch.setenv("MODEL_KEY", KEY)
        result = draft(str(path), "--model", "--json")
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert list(found) == [*FIELDS, "by", "note"]
    assert found["by"] == "rules"
    assert result.stderr == f"crux: 0 of 1 by the model; the rest by the rules. {found['note']}\n"
    assert told.headers[0]["authorization"] == f"Bearer {KEY}"


def test_without_a_url_the_rules_draft_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And say so."""
    path = tmp_path / "a.txt"
    path.write_text(CLAIM, encoding="utf-8")
    monkeypatch.delenv("MODEL_URL", raising=False)
    assert "No model is configured." in draft(str(path), "--model").stderr


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("MODEL_NAME", "", "MODEL_NAME"),
        ("MODEL_URL", "localhost:11434", "an address such as"),
        ("MODEL_URL", "http://me:secret@127.0.0.1/v1", "no password"),
        ("MODEL_KEY", "sk-one\nsk-two", "no key has"),
    ],
)
def test_settings_of_no_model_stop_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    """Exit status 2 and one line that doesn't repeat the secret."""
    for each, good in {"MODEL_URL": "http://127.0.0.1:9/v1", "MODEL_NAME": "small"}.items():
        monkeypatch.setenv(each, good)
    monkeypatch.setenv(name, value)
    result = draft(str(SAMPLES[0]), "--model")
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr
    assert "secret" not in result.stderr
    assert "sk-" not in result.stderr
