import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.claims import app

FIT = {
    "id": "a1",
    "kind": "binary",
    "title": "Will Lake Constance stand above 500 cm at Konstanz on 1 July 2027?",
    "options": [],
    "criteria": "Resolves YES if the reading of 1 July 2027 is above 500 cm; otherwise NO.",
    "fine_print": "If hvz.de is offline, void.",
    "source": "HVZ Baden-Württemberg",
    "opens_at": "2027-01-10T12:00:00+00:00",
    "closes_at": "2027-06-25T12:00:00+00:00",
    "resolves_at": "2027-07-10T12:00:00+00:00",
    "default_outcome": None,
}
UNFIT = FIT | {"id": "a2", "source": ""}
YAML = """\
- id: a1
  kind: binary
  title: "Will Lake Constance stand above 500 cm at Konstanz on 1 July 2027?"
  criteria: Resolves YES if the reading of 1 July 2027 is above 500 cm; otherwise NO.
  fine_print: If hvz.de is offline, void.
  source: HVZ Baden-Württemberg
  opens_at: 2027-01-10
  closes_at: 2027-06-25T12:00:00Z
  default_outcome: no
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "questions.jsonl"


def crux_lint(path: Path, text: str, *options: str) -> Result:
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["lint", str(path), *options])


def test_one_object_for_each_question(path: Path) -> None:
    """With id, fit and the findings, each with its fault and a text; one that isn't fit gives status 1."""
    result = crux_lint(path, json.dumps(FIT) + "\n" + json.dumps(UNFIT), "--json")
    one, two = map(json.loads, result.stdout.splitlines())
    assert one == {"id": "a1", "fit": True, "findings": []}
    assert (two["id"], two["fit"]) == ("a2", False)
    assert [finding["fault"] for finding in two["findings"]] == ["no_source"]
    assert result.exit_code == 1


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(FIT),
        json.dumps(FIT, indent=2),
        json.dumps([FIT, FIT]),
        f"{json.dumps(FIT)}\n\n{json.dumps(FIT)}\n",
    ],
    ids=["line", "object", "array", "lines"],
)
def test_json_in_any_shape(path: Path, text: str) -> None:
    """One object, an array or JSON Lines; status 0 when all are fit."""
    assert crux_lint(path, text).exit_code == 0


def test_yaml(tmp_path: Path) -> None:
    """A list of questions; its dates and its bare no are read."""
    result = crux_lint(tmp_path / "questions.yaml", YAML)
    assert result.exit_code == 0
    assert "1 of 1 is fit to open." in result.stdout


@pytest.mark.parametrize("around", ["{}---\n", "---\n---\n{}", "~\n---\n{}...\n"])
def test_empty_documents_of_yaml_hold_no_question(tmp_path: Path, around: str) -> None:
    """A separator at the end begins one, as does each of two in a row."""
    result = crux_lint(tmp_path / "questions.yaml", around.format(YAML))
    assert (result.exit_code, "1 of 1 is fit to open." in result.stdout) == (0, True)


def test_a_person_reads_what_to_write_instead(path: Path) -> None:
    """The title, the fault and the way out."""
    shown = crux_lint(path, json.dumps(UNFIT)).stdout
    assert "NOT FIT  Will Lake Constance" in shown
    assert "no_source: No source is named." in shown
    assert "0 of 1 is fit to open." in shown


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonl", json.dumps(FIT) + "\n{oops}\n", "line 2: it isn't JSON"),
        ("a.jsonl", "", "line 1: there is no question in it"),
        ("a.json", "[\n1]", "line 2: a question is an object"),
        ("a.json", json.dumps(FIT | {"kind": "riddle"}), "line 1: kind is 'riddle'"),
        ("a.json", json.dumps(FIT | {"title": " "}), "line 1: there is no title"),
        ("a.json", json.dumps(FIT | {"source": 7}), "line 1: source is 7"),
        ("a.json", json.dumps(FIT | {"options": "a, b"}), "line 1: options aren't a list"),
        ("a.json", json.dumps(FIT | {"closes_at": "soon"}), "line 1: closes_at is 'soon'"),
        ("a.json", json.dumps(FIT | {"criteria": "x" * 5_001}), "line 1: criteria has 5,001 characters"),
        ("a.json", "[" * 100_000, "it is nested too deeply"),
        ("a.yaml", YAML + "- title: [", "it isn't YAML"),
        ("a.yml", "\n- kind: binary\n- just words", "line 3: a question is an object"),
        ("a.yaml", "---\n", "line 1: there is no question in it"),
        ("a.yaml", "!", "line 1: there is no question in it"),
        ("a.yaml", "!!python/object/apply:os.getcwd []", "it isn't YAML"),
    ],
)
def test_bad_input_is_named_with_its_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    """Status 2, the file, the line and the reason on stderr; nothing of YAML's is executed."""
    result = crux_lint(tmp_path / name, text)
    assert result.exit_code == 2
    assert f"{name}" in result.stderr
    assert said in result.stderr
    assert result.stdout == ""


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Like any other that can't be read."""
    result = CliRunner().invoke(app, ["lint", str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert "none.json can't be read" in result.stderr


@pytest.mark.parametrize(
    ("data", "said"), [(b"{\n\xff", "line 2: it isn't UTF-8"), (b" " * 1_000_001, "larger than 1 MB")]
)
def test_what_is_no_text_is_refused(path: Path, data: bytes, said: str) -> None:
    """Before anything in it is parsed."""
    path.write_bytes(data)
    result = CliRunner().invoke(app, ["lint", str(path)])
    assert result.exit_code == 2
    assert said in result.stderr
