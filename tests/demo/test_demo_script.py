"""`crux demo --script` plays the whole loop, and what it exports can be checked from outside."""

import csv
import itertools
import json
import re
import statistics
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cli.demo import shipped_documents

SHARED = Path(__file__).parents[2] / ".." / "shared" / "documents"
PERCENTAGE = re.compile(r"\d\s?%")
OTHERS = (
    "The gap between the two national rail networks narrowed last year, and it will narrow again.\n\n"
    "Officials expect that ticket prices will fall by a tenth before the end of next year.\n\n"
    "Share\n\nGreat post, thank you!\n"
)


@dataclass
class Played:
    """One run: its transcript, summary and export."""

    lines: list[str]
    summary: dict[str, Any]
    folder: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read an exported table."""
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Read exported JSON Lines."""
        return [json.loads(line) for line in (self.folder / name).read_text("utf-8").splitlines()]


def play(folder: Path, *files: Path) -> Played:
    """Run the command on some documents."""
    result = CliRunner().invoke(
        app, ["demo", "--script", "--export", str(folder), *map(str, files)], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    return Played(lines, json.loads(lines[-1]), folder)


def _document_sets() -> list[Any]:
    given = sorted(SHARED.glob("*.txt"))
    needs = pytest.mark.skipif(not given, reason="the shared documents are not here")
    return [
        pytest.param(tuple(shipped_documents()), id="shipped"),
        pytest.param(tuple(given), id="shared", marks=needs),
        pytest.param((), id="others"),
    ]


@pytest.fixture(scope="module", params=_document_sets())
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play each set of documents once."""
    folder = tmp_path_factory.mktemp("played")
    files: tuple[Path, ...] = request.param
    if not files:
        other = folder / "trains.txt"
        other.write_bytes(OTHERS.encode("utf-8").replace(b"\n", b"\r\n"))
        files = (other,)
    return play(folder / "export", *files)


def test_the_loop_is_closed(played: Played) -> None:
    """Claims become questions, questions are forecast, argued, resolved, scored and digested."""
    for name in ("claims", "questions", "forecasts", "arguments", "ratings", "shift_cards", "digests"):
        assert played.summary[name] >= 1, name
    assert played.summary["resolved"] == played.summary["questions"] == len(played.summary["brier"])


def test_claims_stand_where_they_say(played: Played) -> None:
    """Every exported claim equals its file's text at its offsets, newlines untranslated."""
    claims = played.objects("claims.jsonl")
    assert len(claims) == played.summary["claims"]
    for claim in claims:
        with Path(claim["file"]).open(encoding="utf-8", newline="") as file:
            assert file.read()[claim["start"] : claim["end"]] == claim["text"]


def test_every_question_quotes_a_document(played: Played) -> None:
    """Each opened question or thesis has a claim, and its card in the channel holds that claim's words."""
    claims = played.objects("claims.jsonl")
    asked = {claim["question"]: claim["text"] for claim in claims if claim["question"]}
    quoted = asked | {claim["thesis"]: claim["text"] for claim in claims if claim["thesis"]}
    cards = [
        m for m in played.objects("messages.jsonl") if str(m["payload"].get("nonce", "")).startswith("c")
    ]
    assert sorted(asked) == [int(row["id"]) for row in played.rows("questions.csv")]
    assert len(cards) == len(quoted)
    for card in cards:
        words = re.findall(r"\w+", quoted[card["question"]])[:6]
        assert re.search(r"\W+".join(words), json.dumps(card["payload"], ensure_ascii=False))


def test_sealed_means_sealed(played: Played) -> None:
    """No payload of a sealed question holds a percentage or an argument, but for its author's own."""
    arguments = _own_words(played)
    for message in played.objects("messages.jsonl"):
        if not message["sealed"]:
            continue
        said = json.dumps(_texts(message["payload"]), ensure_ascii=False)
        if message["viewer"] is None:
            assert not PERCENTAGE.search(said), said
        for viewer, words in arguments:
            assert message["viewer"] == viewer or words not in said


def _own_words(played: Played) -> list[tuple[str, str]]:
    """Read from the transcript who argued what while everything was sealed."""
    sent = [re.match(r"\S+ \S+  (\w+) sends the form: (.{20,}) \| $", line) for line in played.lines]
    return [(match[1], match[2].rstrip()[:40]) for match in sent if match and match[1] != "owl"]


def _texts(payload: Any) -> list[str]:
    if isinstance(payload, dict):
        own = [payload["content"]] if isinstance(payload.get("content"), str) else []
        return own + [text for value in payload.values() for text in _texts(value)]
    if isinstance(payload, list):
        return [text for value in payload for text in _texts(value)]
    return []


def test_brier_scores_follow_from_the_forecasts(played: Played) -> None:
    """The time-averaged Brier of every member, recomputed from the two tables alone, is the summary's."""
    for row in played.rows("questions.csv"):
        held = _held(played, row)
        outcome = {"yes": 1.0, "no": 0.0}[row["outcome"]]
        expected = {
            member: sum(seconds * (p - outcome) ** 2 for seconds, p in steps) / sum(s for s, _ in steps)
            for member, steps in held.items()
        }
        found = dict(played.summary["brier"][row["id"]])
        assert found.pop("uniform") == 0.25
        found.pop("median")
        assert found == pytest.approx(expected, abs=1e-9)


def test_the_median_is_scored_over_time(played: Played) -> None:
    """The median of the forecasts in force, taken anew at every change, gives the summary's figure."""
    for row in played.rows("questions.csv"):
        outcome = {"yes": 1.0, "no": 0.0}[row["outcome"]]
        opens, end = _window(row)
        changes = sorted({min(max(at, opens), end) for at, _, _ in _forecasts(played, row["id"])} | {end})
        area = seconds = 0.0
        for start, stop in itertools.pairwise(changes):
            now = [p for p in _in_force(played, row["id"], start).values() if p is not None]
            area += (stop - start) * (statistics.median(now) - outcome) ** 2
            seconds += stop - start
        assert played.summary["brier"][row["id"]]["median"] == pytest.approx(area / seconds, abs=1e-9)


def _window(row: dict[str, str]) -> tuple[float, float]:
    ends = [row["closes_at"], *filter(None, [row["known_at"]])]
    return _seconds(row["opens_at"]), min(_seconds(end) for end in ends)


def _seconds(written: str) -> float:
    return datetime.fromisoformat(written).timestamp()


def _forecasts(played: Played, question: str) -> list[tuple[float, str, float | None]]:
    return [
        (_seconds(row["at"]), row["member"], float(row["probabilities"]) if row["probabilities"] else None)
        for row in played.rows("forecasts.csv")
        if row["question"] == question
    ]


def _in_force(played: Played, question: str, moment: float) -> dict[str, float | None]:
    return {member: p for at, member, p in _forecasts(played, question) if at <= moment}


def _held(played: Played, row: dict[str, str]) -> dict[str, list[tuple[float, float]]]:
    opens, end = _window(row)
    steps: dict[str, list[tuple[float, float]]] = defaultdict(list)
    latest: dict[str, tuple[float, float | None]] = {}
    for at, member, p in [*_forecasts(played, row["id"])]:
        if member in latest:
            _close(steps, member, latest[member], at, opens, end)
        latest[member] = (at, p)
    for member, last in latest.items():
        _close(steps, member, last, end, opens, end)
    return steps


def _close(
    steps: dict[str, list[tuple[float, float]]],
    member: str,
    given: tuple[float, float | None],
    until: float,
    opens: float,
    end: float,
) -> None:
    start, stop = max(given[0], opens), min(until, end)
    if given[1] is not None and stop > start:
        steps[member].append((stop - start, given[1]))


def test_the_shipped_question(played: Played) -> None:
    """One question from the shipped documents is the one the project is known by."""
    if "newsletter.txt" not in {Path(claim["file"]).name for claim in played.objects("claims.jsonl")}:
        pytest.skip("these are not the shipped documents")
    assert any("Will the model gap narrow by year-end?" in line for line in played.lines)


def test_documents_without_claims(tmp_path: Path) -> None:
    """Nothing to ask about is one clear line and exit status 2."""
    empty = tmp_path / "empty.txt"
    empty.write_text("Share\n\nThank you!\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["demo", "--script", str(empty)])
    assert result.exit_code == 2
    assert "None of the documents holds a claim" in result.stderr


def test_a_missing_document(tmp_path: Path) -> None:
    """A file that isn't there is named before anything is started."""
    result = CliRunner().invoke(app, ["demo", "--script", str(tmp_path / "gone.txt")])
    assert result.exit_code == 2
    assert "gone.txt" in result.stderr


def test_an_export_folder_that_is_a_file(tmp_path: Path) -> None:
    """What can't be written is said before anything is played."""
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["demo", "--script", "--export", str(taken)])
    assert result.exit_code == 2
    assert "can't be written" in result.stderr
    assert taken.read_text(encoding="utf-8") == "mine"
