"""`crux score`: scores of any forecasts from CSV files, without Discord and without a database."""

import gc
import sys
from collections.abc import Iterable, Sequence
from math import isnan
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from forecasts.files.report import Report

MOST_ROWS = 50


def score(
    *,
    questions: Annotated[
        str,
        typer.Option(
            metavar="CSV", help="Columns id,kind,options,opens_at,closes_at,known_at,outcome[,spot_at]."
        ),
    ],
    forecasts: Annotated[
        str, typer.Option(metavar="CSV", help="Columns question,member,at,probabilities, in any order.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as one JSON object.")] = False,
    compare_pools: Annotated[
        bool, typer.Option("--compare-pools", help="Which pool would have been best, by cross-validation.")
    ] = False,
) -> None:
    """Score forecasts from CSV files.

    Kinds are binary, choice and ladder. Options are joined by |, and so are a forecast's probabilities; an
    empty forecast is a withdrawal. Times are ISO 8601 with an offset. Brier scores: 0 is best, 1 is worst;
    peer scores in points, positive is better than the others. Intervals (95 %) come from 1,000 resamples of
    the questions with a fixed seed: the same files always give the same output.
    """
    from forecasts.files.forecasts import read_forecasts
    from forecasts.files.json_text import report_as_json
    from forecasts.files.questions import read_questions
    from forecasts.files.report import report
    from forecasts.files.rows import ForecastFileError

    gc.disable()  # millions of rows and no cycles: collecting would take a tenth of the time
    try:
        asked = read_questions(questions)
        result = report(asked, read_forecasts(forecasts, asked), compare=compare_pools)
        if as_json:
            sys.stdout.writelines(report_as_json(result, asked))
            sys.stdout.flush()  # a reader that left is noticed here, and answered quietly
        else:
            _print(_tables(result))
    except ForecastFileError as error:
        typer.echo(f"crux: {error}", err=True)
        raise typer.Exit(2) from None
    finally:
        gc.enable()


def _print(tables: Iterable["RenderableType"]) -> None:
    from rich.console import Console

    console = Console()
    for table in tables:
        console.print(table)


def _tables(result: "Report") -> Iterable["RenderableType"]:
    scores = result.scores
    yield _table(
        "Leaderboard: skill in points a question, with its 95 % interval",
        ("rank", "member", "questions", "coverage", "Brier", "skill", "low", "high"),
        [
            (
                "" if line.rank is None else str(line.rank),
                line.member if line.kind == "member" else f"{line.member} (baseline)",
                str(line.questions),
                *map(_shown, (line.coverage, line.brier, line.skill, line.low, line.high)),
            )
            for line in result.leaderboard
        ],
        f"Brier: 0 is best, 1 is worst. Skill is shrunk by k = {result.shrinkage:.4g} questions.",
    )
    yield _table(
        "Scores",
        ("question", "member", "Brier", "peer Brier", "log peer", "log baseline", "coverage", "forecasts"),
        [
            (
                result.questions[scores.question[row]],
                result.names[scores.member[row]],
                *map(_shown, (scores.brier[row], scores.peer_brier[row], scores.log_peer[row])),
                *map(_shown, (scores.log_baseline[row], scores.coverage[row])),
                str(scores.forecasts[row]),
            )
            for row in range(min(scores.member.size, MOST_ROWS))
        ],
        _left_out(scores.member.size),
    )
    yield _table(
        "The crowd: forecasts just before the end, time-averaged Brier",
        ("question", "median", "Crux pool", "Brier: median", "Crux pool", "mean", "uniform"),
        [
            (
                pools.question,
                *(" ".join(map(_shown, numbers or ())) for numbers in (pools.median, pools.crux)),
                *map(_shown, (pools.median_brier, pools.crux_brier, pools.mean_brier, pools.uniform_brier)),
            )
            for pools in result.pools[:MOST_ROWS]
        ],
        _left_out(len(result.pools)),
    )
    if result.calibration:
        parts = result.calibration
        yield _table(
            "Calibration: Brier = MCB - DSC + UNC",
            ("Brier", "MCB", "DSC", "UNC", "Spiegelhalter's z", "forecasts"),
            [
                (
                    *map(_shown, (parts.brier, parts.mcb, parts.dsc, parts.unc, parts.spiegelhalter_z)),
                    str(parts.forecasts),
                )
            ],
        )
    yield from _remarks(result)


def _remarks(result: "Report") -> Iterable["RenderableType"]:
    if result.skipped:
        reasons = [(name, reason) for name, reason in result.skipped[:MOST_ROWS]]
        yield _table("Skipped", ("question", "reason"), reasons, _left_out(len(result.skipped)))
    if result.comparison is not None:
        yield _table(
            "Pools, cross-validated: Brier less the median's; negative is better than the median",
            ("pool", "by recency", "questions", "Brier", "difference", "low", "high"),
            [
                (
                    one.pool,
                    "yes" if one.recency else "no",
                    str(one.questions),
                    *map(_shown, (one.brier, one.difference, one.low, one.high)),
                )
                for one in result.comparison
            ],
        )


def _table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], caption: str | None = None
) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), caption=None if caption is None else Text(caption), title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))  # as text: a name in brackets is no markup
    return table


def _left_out(count: int) -> str | None:
    return f"{count - MOST_ROWS} more: --json has all." if count > MOST_ROWS else None


def _shown(number: float | None) -> str:
    return "" if number is None or isnan(number) else f"{number:.4g}"
