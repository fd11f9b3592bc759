"""Verify an export from itself alone: its hashes, and every score computed again from the forecasts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from forecasts.aggregation.pools import median
from forecasts.records.files import (
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    Fields,
    RecordsError,
    Row,
    read_object,
    read_rows,
    sha256_of,
)  # fmt: skip
from forecasts.scoring.question import QuestionScores, score_question

TOLERANCE = 1e-9
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = re.compile(r"[a-z_]+\.(?:jsonl|csv)")
_NUMBER = (int, float)
_MAYBE = (int, float, type(None))
_QUESTION: Fields = {"id": int, "kind": str, "options": list, "edition": int, "opens_at": (str, type(None)),
             "closes_at": (str, type(None)), "number": (int, type(None)), "revealed_at": (str, type(None)),
             "phase": str}  # fmt: skip
_RESOLUTION: Fields = {"question_id": int, "version": int, "ruling": str, "outcome": (int, type(None)),
               "known_at": (str, type(None))}  # fmt: skip
_FORECAST: Fields = {"id": int, "question_id": int, "member_id": str, "edition": int, "kind": str, "at": str,
             "probabilities": (list, type(None))}  # fmt: skip
_SCORE: Fields = {"question_id": int, "member_id": str, "resolution_version": int, "brier": _NUMBER,
          "peer_brier": _NUMBER, "coverage": _NUMBER, "forecasts": int}  # fmt: skip
_CROWD: Fields = {"question_id": int, "resolution_version": int, "members": int, "median": _MAYBE,
          "blind_median": _MAYBE, "median_brier": _NUMBER, "pool_brier": _NUMBER, "uniform_brier": _NUMBER,
          "median_peer": _MAYBE, "pool_peer": _MAYBE, "uniform_peer": _MAYBE, "coverage": _MAYBE}  # fmt: skip
# What older versions of Crux did not keep.
_KEPT_LATER = {"median_peer", "pool_peer", "uniform_peer", "coverage"}


@dataclass
class Verdict:
    """What verifying found.

    Attributes
    ----------
    files, questions, scores
        How many were compared: files by their hash, resolved questions, members' and crowds' scores.
    differences
        A sentence for each that differs; none is what there should be.
    """

    files: int = 0
    questions: int = 0
    scores: int = 0
    differences: list[str] = field(default_factory=list)


@dataclass
class _Ruling:
    """The outcome under one version of a question's resolution."""

    version: int
    outcome: int
    known_at: str | None


def verify_export(folder: Path) -> Verdict:
    """Compare an export's files with its manifest, and its scores with its forecasts and outcomes.

    Raises
    ------
    RecordsError
        A file can't be read as what it should be; names the file, the line and the reason. What was found
        to differ until then is in its ``differences``.
    """
    verdict = Verdict()
    try:
        _check_files(folder, verdict)
        _check_scores(folder, verdict)
    except RecordsError as error:
        error.add_note("\n".join(verdict.differences))
        raise
    return verdict


def _check_files(folder: Path, verdict: Verdict) -> None:
    manifest = read_object(folder / MANIFEST)
    if manifest.get("format") != FORMAT or manifest.get("format_version") != FORMAT_VERSION:
        raise RecordsError(MANIFEST, f"it is no manifest of {FORMAT} {FORMAT_VERSION}.")
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(isinstance(said, dict) for said in files.values()):
        raise RecordsError(MANIFEST, "it lists no files.")
    for name, said in files.items():
        if not _NAME.fullmatch(name):
            raise RecordsError(MANIFEST, f"{name!r:.60} is no name of a file.")
        if not (folder / name).is_file():
            raise RecordsError(name, "the manifest lists it, and it isn't there.")
        if (found := sha256_of(folder / name)) != said.get("sha256"):
            verdict.differences.append(
                f"{name}: its SHA-256 is {found}, in the manifest {said.get('sha256')}"
            )
        verdict.files += 1
    there = {path.name for path in folder.iterdir()} - {MANIFEST}
    verdict.differences += [f"{name}: the manifest doesn't list it" for name in sorted(there - files.keys())]


def _check_scores(folder: Path, verdict: Verdict) -> None:
    rulings: dict[int, list[_Ruling]] = {}
    for _, row in read_rows(folder / "resolutions.jsonl", _RESOLUTION):
        if row["ruling"] in {"final", "overturned"} and row["outcome"] is not None:
            ruling = _Ruling(row["version"], row["outcome"], row["known_at"])
            rulings.setdefault(row["question_id"], []).append(ruling)
    forecasts = _Grouped(folder / "forecasts.jsonl", _FORECAST)
    scores = _Grouped(folder / "scores.jsonl", _SCORE)
    crowds = _Grouped(folder / "crowd_scores.jsonl", _CROWD)
    for line, question in read_rows(folder / "questions.jsonl", _QUESTION):
        given, stored, crowd = (rows.of(question["id"]) for rows in (forecasts, scores, crowds))
        found = rulings.pop(question["id"], [])
        if question["phase"] == "resolved" and not found:
            verdict.differences.append(f"{_name(question)}: it is resolved, and no outcome is recorded")
        for ruling in found:
            try:
                again = _again(question, given, ruling)
            except ValueError as error:
                raise RecordsError("questions.jsonl", f"it can't be scored: {error}.", line) from None
            _compare_members(question, ruling, stored, again, verdict)
            _compare_crowd(question, ruling, given, crowd, again, verdict)
        versions = {ruling.version for ruling in found}
        loose = [row for row in (*stored, *crowd) if row["resolution_version"] not in versions]
        verdict.differences += [f"{_name(question)}: {len(loose)} scores without an outcome"] if loose else []
        verdict.questions += bool(found)
    for rows in (forecasts, scores, crowds):
        rows.finish()
    verdict.differences += [f"resolutions.jsonl: there is no question {key}" for key in sorted(rulings)]


class _Grouped:
    """The rows of a file by question; it is read once, in the order of the questions."""

    def __init__(self, path: Path, fields: Fields) -> None:
        self._file = path.name
        self._groups = groupby(read_rows(path, fields), key=lambda each: int(each[1]["question_id"]))
        self._ahead: tuple[int, Iterator[tuple[int, Row]]] | None = next(self._groups, None)

    def of(self, question_id: int) -> list[Row]:
        """Return a question's rows; questions are asked for in the order of their ids."""
        if self._ahead is None or self._ahead[0] > question_id:
            return []
        if self._ahead[0] < question_id:
            self.finish()
        rows = [row for _, row in self._ahead[1]]
        self._ahead = next(self._groups, None)
        return rows

    def finish(self) -> None:
        """Raise unless all rows were asked for."""
        if self._ahead is not None:
            key, rows = self._ahead
            line, _ = next(rows)
            raise RecordsError(self._file, f"question {key} is unknown, or its rows are out of order.", line)


def _microseconds(text: str | None) -> int:
    moment = datetime.fromisoformat(text or "")
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _window(question: Row, ruling: _Ruling) -> tuple[int, int]:
    """Return the window as :func:`forecasts.rescoring.window_of` does, in microseconds."""
    end = _microseconds(question["closes_at"])
    if ruling.known_at is not None:
        end = min(end, _microseconds(ruling.known_at))
    return _microseconds(question["opens_at"]), end


def _of_edition(question: Row, forecasts: list[Row]) -> list[Row]:
    own = [row for row in forecasts if row["edition"] == question["edition"]]
    return sorted(own, key=lambda row: int(row["id"]))


def _again(question: Row, forecasts: list[Row], ruling: _Ruling) -> tuple[list[str], QuestionScores]:
    """Score a question from its forecasts; the members' names stand at their codes."""
    rows = _of_edition(question, forecasts)
    names = sorted({row["member_id"] for row in rows})
    codes = {name: code for code, name in enumerate(names)}
    width = 1 if question["kind"] == "binary" else len(question["options"]) - (question["kind"] == "ladder")
    withdrawn = [np.nan] * width
    opens_at, end = _window(question, ruling)
    scores = score_question(
        [codes[row["member_id"]] for row in rows],
        [_microseconds(row["at"]) for row in rows],
        np.array([row["probabilities"] or withdrawn for row in rows], dtype=float).reshape(-1, width),
        opens_at=opens_at,
        end=end,
        outcome=ruling.outcome,
        kind=question["kind"],
    )
    return names, scores


def _compare_members(
    question: Row,
    ruling: _Ruling,
    stored: list[Row],
    again: tuple[list[str], QuestionScores],
    verdict: Verdict,
) -> None:
    names, scores = again
    said = {row["member_id"]: row for row in stored if row["resolution_version"] == ruling.version}
    computed = {
        names[code]: {
            "brier": float(scores.brier[place]),
            "peer_brier": float(scores.peer_brier[place]),
            "coverage": float(scores.coverage[place]),
            "forecasts": int(scores.forecasts[place]),
        }
        for place, code in enumerate(scores.member.tolist())
    }
    for member in sorted(said.keys() | computed.keys()):
        who = f"{_name(question)}, resolution {ruling.version}, member {member}"
        _compare(who, said.get(member), computed.get(member), verdict)


def _compare_crowd(
    question: Row,
    ruling: _Ruling,
    forecasts: list[Row],
    stored: list[Row],
    again: tuple[list[str], QuestionScores],
    verdict: Verdict,
) -> None:
    said = next((row for row in stored if row["resolution_version"] == ruling.version), None)
    scores = again[1]
    computed: dict[str, float | int | None] | None = None
    if scores.member.size:
        middle, pool, uniform = (scores.baselines[name] for name in ("median", "crux", "uniform"))
        computed = {
            "members": int(scores.member.size),
            "median": None if middle.last is None else middle.last[0],
            "blind_median": _blind_median(_of_edition(question, forecasts), _window(question, ruling)[1]),
            "median_brier": middle.brier,
            "pool_brier": pool.brier,
            "uniform_brier": uniform.brier,
            "median_peer": middle.peer_brier,
            "pool_peer": pool.peer_brier,
            "uniform_peer": uniform.peer_brier,
            "coverage": middle.coverage,
        }
    _compare(f"{_name(question)}, resolution {ruling.version}, the crowd", said, computed, verdict)


def _blind_median(forecasts: list[Row], end: int) -> float | None:
    """Return the median of what members last said while sealed, before the window's end."""
    last = {
        row["member_id"]: row["probabilities"]
        for row in forecasts
        if row["kind"] == "blind" and _microseconds(row["at"]) < end
    }
    values = [probabilities[0] for probabilities in last.values() if probabilities]
    return median(values) if values else None


def _compare(who: str, said: Row | None, computed: Mapping[str, Any] | None, verdict: Verdict) -> None:
    if said is None or computed is None:
        if said is not computed:
            what = "has no score in the export" if said is None else "has a score, and none is due"
            verdict.differences.append(f"{who}: {what}")
        return
    verdict.scores += 1
    for name, value in computed.items():
        if said[name] is None and name in _KEPT_LATER:
            continue
        if not _agree(said[name], value):
            verdict.differences.append(f"{who}: {name} is {said[name]!r}, recomputed {value!r}")


def _agree(said: float | None, computed: float | None) -> bool:
    if said is None or computed is None:
        return said is computed
    return abs(said - computed) <= TOLERANCE


def _name(question: Row) -> str:
    number = question["number"]
    return f"question {question['id']}" if number is None else f"question #{number}"
