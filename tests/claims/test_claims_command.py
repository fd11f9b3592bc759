import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.claims import app

SAMPLES = sorted((Path(__file__).parents[2] / "bot" / "demo" / "documents").glob("*.txt"))
FIELDS = ["file", "start", "end", "text", "standalone", "claim", "forecastable", "reasons", "speaker"]
CLAIM = "Export controls have backfired because they gave Huawei a market."


def crux_claims(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def objects(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_lines_have_exactly_the_promised_fields() -> None:
    """One object a line, with the path as given."""
    found = objects(crux_claims("extract", *map(str, SAMPLES), "--json"))
    assert all(list(each) == FIELDS for each in found)
    assert {each["file"] for each in found} == set(map(str, SAMPLES))


def test_the_path_is_given_back_as_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is normalised, "./" stays."""
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(CLAIM, encoding="utf-8")
    assert objects(crux_claims("extract", "./a.txt", "--json"))[0]["file"] == "./a.txt"


def test_kept_are_the_sentences_from_one_half_on() -> None:
    """--all gives every sentence, and the kept ones among them are those without it."""
    every = objects(crux_claims("extract", str(SAMPLES[0]), "--all", "--json"))
    kept = objects(crux_claims("extract", str(SAMPLES[0]), "--json"))
    assert kept == [each for each in every if float(str(each["claim"])) >= 0.5]
    assert len(kept) < len(every)


def test_offsets_fit_the_file() -> None:
    """Checked from outside, on the file without newline translation."""
    with SAMPLES[0].open(encoding="utf-8", newline="") as source:
        text = source.read()
    for each in objects(crux_claims("extract", str(SAMPLES[0]), "--json")):
        assert text[int(str(each["start"])) : int(str(each["end"]))] == each["text"]


def test_the_table_shows_the_best_first(tmp_path: Path) -> None:
    """The claim stands above the small talk, whatever the order of the document."""
    path = tmp_path / "a.txt"
    path.write_text(f"Hi all.\n{CLAIM}\n[bold]Well.", encoding="utf-8")
    shown = crux_claims("extract", str(path), "--all").stdout
    assert shown.index("Export") < shown.index("Hi all.")
    assert "[bold]" in shown


def test_no_claims_is_an_answer(tmp_path: Path) -> None:
    """Nothing as JSON, a sentence for people, and success."""
    path = tmp_path / "a.txt"
    path.write_text("Hi all.", encoding="utf-8")
    assert objects(crux_claims("extract", str(path), "--json")) == []
    assert crux_claims("extract", str(path)).stdout.startswith("No claims found.")


def test_one_bad_file_stops_all_with_one_line(tmp_path: Path) -> None:
    """Exit status 2, nothing on stdout though the first file is fine, one line on stderr."""
    bad = tmp_path / "b.txt"
    bad.write_bytes(b"%PDF-1.4")
    result = crux_claims("extract", str(SAMPLES[0]), str(bad), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "is a damaged PDF" in result.stderr


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    """So is a file that may not be read, by the same way."""
    for path, why in ((tmp_path / "none.txt", "no such file"), (tmp_path, "is a directory")):
        result = crux_claims("extract", str(path))
        assert (result.exit_code, result.stdout) == (2, "")
        assert str(path) in result.stderr
        assert why in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end differently there")
@pytest.mark.parametrize("options", [["--json", "--all"], ["--all"]])
def test_a_reader_that_leaves_causes_no_traceback(options: list[str]) -> None:
    """As in `crux claims extract ... | head -1`."""
    command = [
        sys.executable,
        "-c",
        "from bot.cli.claims import app; app()",
        "extract",
        *options,
        *map(str, SAMPLES),
    ]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
