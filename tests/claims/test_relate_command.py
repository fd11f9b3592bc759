import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from bot.cli.claims import app

FIRST = "Rent control has clearly made the housing shortage worse because nobody builds any more.\n"
SECOND = "Rent control has eased the housing shortage because tenants stay where they live.\n"


def crux_claims(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["relate", *arguments])


def objects(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def documents(folder: Path) -> list[str]:
    paths = [folder / "a.txt", folder / "b.txt"]
    for path, text in zip(paths, (FIRST, SECOND + FIRST), strict=True):
        path.write_text(text, encoding="utf-8")
    return [str(path) for path in paths]


def test_claims_of_several_documents_are_related(tmp_path: Path) -> None:
    """The fields are those promised; offsets point into the files, and a shared sentence is a duplicate."""
    found = objects(crux_claims(*documents(tmp_path), "--json"))
    assert all(list(each) == ["a", "b", "relation", "confidence", "reason"] for each in found)
    assert {each["relation"] for each in found} >= {"contradict", "duplicate"}
    for each in found:
        for side in (each["a"], each["b"]):
            assert list(side) == ["file", "start", "end", "text"]
            text = Path(side["file"]).read_text(encoding="utf-8")
            assert text[side["start"] : side["end"]] == side["text"]


def test_pairs_give_one_line_each_in_order(tmp_path: Path) -> None:
    """Also those that have nothing in common, and a and b come back as given."""
    pairs = tmp_path / "pairs.jsonl"
    rows = [{"a": "Bread is up.", "b": "Bees dance."}, {"a": FIRST, "b": FIRST}, {"a": FIRST, "b": SECOND}]
    pairs.write_text("\n".join(json.dumps(each) for each in rows) + "\n", encoding="utf-8")
    found = objects(crux_claims("--pairs", str(pairs), "--json"))
    assert [each["relation"] for each in found] == ["none", "duplicate", "contradict"]
    assert [{"a": each["a"], "b": each["b"]} for each in found] == rows


def test_the_table_shows_why(tmp_path: Path) -> None:
    """Without --json people read it."""
    result = crux_claims(*documents(tmp_path))
    assert result.exit_code == 0
    assert "contradict" in result.stdout


def test_what_is_no_pair_is_named(tmp_path: Path) -> None:
    """One line on stderr and exit status 2, for a missing file too."""
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"a": 1}', encoding="utf-8")
    for path, why in ((broken, "holds no pairs"), (tmp_path / "none.jsonl", "no such file")):
        result = crux_claims("--pairs", str(path))
        assert (result.exit_code, result.stdout) == (2, "")
        assert why in result.stderr


def test_documents_or_pairs(tmp_path: Path) -> None:
    """Neither or both is a mistake."""
    assert crux_claims().exit_code == 2
    assert crux_claims(*documents(tmp_path), "--pairs", "x.jsonl").exit_code == 2


def test_nothing_in_common_is_an_answer(tmp_path: Path) -> None:
    """A sentence for people, nothing as JSON."""
    path = tmp_path / "a.txt"
    path.write_text(FIRST, encoding="utf-8")
    assert crux_claims(str(path)).stdout.startswith("No two claims")
    assert objects(crux_claims(str(path), "--json")) == []
