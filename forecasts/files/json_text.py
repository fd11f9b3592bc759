"""A report as one JSON object, a piece at a time: a million scores are never one string.

Numbers have twelve significant digits; what can't be given is null.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasts.aggregation.comparison import PoolResult
from forecasts.files.questions import FiledQuestion
from forecasts.files.report import Line, Pools, Report
from forecasts.scoring.batch import NO_SPOT

_PIECE = 2_000
_NUMBER = "%.12g"
_SCORE = (
    '{{"question": %s, "member": %s, "brier": {}, "peer_brier": {}, "log_peer": {}, "log_baseline": {}, '
    '"coverage": {}, "forecasts": %d'
)
_SPOT = ', "spot_brier": %s, "spot_log_peer": %s}'


def report_as_json(report: Report, questions: Sequence[FiledQuestion]) -> Iterator[str]:
    """Write a report as JSON, one row a line.

    Parameters
    ----------
    report
        What to write.
    questions
        Those it was made from.

    Yields
    ------
    str
        Pieces of one object with the keys scores, leaderboard, pools, calibration and skipped, and
        comparison if pools were compared. Scores of questions with a spot instant have two fields more.
    """
    yield '{"scores": ['
    yield from _scores(report, questions)
    yield '],\n"leaderboard": '
    yield _table([_plain(line, Line) for line in report.leaderboard])
    yield ',\n"pools": '
    yield _table([_pools(pools) for pools in report.pools])
    yield ',\n"calibration": '
    yield json.dumps(_calibration(report))
    yield ',\n"skipped": '
    yield _table([{"id": name, "reason": reason} for name, reason in report.skipped])
    if report.comparison is not None:
        yield ',\n"comparison": '
        yield _table([_plain(result, PoolResult) for result in report.comparison])
    yield "}\n"


def _scores(report: Report, questions: Sequence[FiledQuestion]) -> Iterator[str]:
    scores = report.scores
    ids = [json.dumps(name) for name in report.questions]
    names = [json.dumps(name) for name in report.names]
    has_spot = np.array([question.spot_at != NO_SPOT for question in questions], dtype=np.bool_)
    for start in range(0, scores.member.size, _PIECE):
        piece = slice(start, start + _PIECE)
        of = scores.question[piece]
        scored = (scores.brier, scores.peer_brier, scores.log_peer, scores.log_baseline, scores.coverage)
        formats, numbers = zip(*(_numbers(column[piece]) for column in scored), strict=True)
        rows = zip(
            [ids[index] for index in of.tolist()],
            [names[index] for index in scores.member[piece].tolist()],
            *numbers,
            scores.forecasts[piece].tolist(),
            strict=True,
        )
        with_spots = has_spot[of].any()
        template = _SCORE.format(*formats) + ("" if with_spots else "}")
        texts = map(template.__mod__, rows)
        if with_spots:
            spots = zip(_texts(scores.spot_brier[piece]), _texts(scores.spot_log_peer[piece]), strict=True)
            ends = [_SPOT % spot if one else "}" for spot, one in zip(spots, has_spot[of], strict=True)]
            texts = map(str.__add__, texts, ends)
        yield ("\n" if start == 0 else ",\n") + ",\n".join(texts)


def _numbers(column: NDArray[np.float64]) -> tuple[str, Sequence[Any]]:
    """Give numbers with their format; formatting a whole row at once is fastest, but doesn't know null."""
    return ("%s", _texts(column)) if np.isnan(column).any() else (_NUMBER, (column + 0.0).tolist())


def _texts(column: NDArray[np.float64]) -> list[str]:
    return ["null" if number != number else _NUMBER % number for number in (column + 0.0).tolist()]  # noqa: PLR0124


def _table(rows: Sequence[dict[str, Any]]) -> str:
    return "[" + ",".join("\n" + json.dumps(row) for row in rows) + "]"


def _plain(row: Any, kind: type) -> dict[str, Any]:
    return {field.name: _shown(getattr(row, field.name)) for field in fields(kind)}


def _shown(value: Any) -> Any:
    if isinstance(value, float):
        return None if np.isnan(value) else float(_NUMBER % value)
    return [_shown(each) for each in value] if isinstance(value, tuple) else value


def _pools(pools: Pools) -> dict[str, Any]:
    row = _plain(pools, Pools)
    if row.pop("kind") == "binary":
        row |= {name: None if row[name] is None else row[name][0] for name in ("median", "crux")}
    return row


def _calibration(report: Report) -> dict[str, Any]:
    if report.calibration is None:
        names = ("brier", "mcb", "dsc", "unc", "spiegelhalter_z")
        return {**dict.fromkeys(names), "forecasts": 0}
    return {name: _shown(value) for name, value in asdict(report.calibration).items()}
