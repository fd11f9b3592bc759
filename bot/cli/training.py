"""``crux claims train``: refit the heads that rank claims."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from claims.figures import Figures
from forecasts.errors import InvalidInputError

if TYPE_CHECKING:
    from claims.training import Example

_KINDS = {"model": "MiniLM", "rules": "rules"}


def train_heads(
    *,
    labels: Annotated[
        list[Path] | None, typer.Option(metavar="LABELS.jsonl", help="Labelled sentences; may be repeated.")
    ] = None,
    documents: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Documents of labels that carry offsets instead of text."),
    ] = None,
    decisions: Annotated[
        str | None,
        typer.Option(metavar="DB", help="A database (URL or SQLite file) with moderators' decisions."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the weights here; else only figures.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON Lines.")] = False,
) -> None:
    """Refit what ranks claims to labels and decisions, and judge each document by a fit to all others.

    The sentences written for training that come with Crux are always learnt from. To rank with the result:
    CLAIM_WEIGHTS=FILE for the bot, --weights FILE for crux claims extract.
    """
    from claims.heads import written_weights
    from claims.training import fit, leave_one_document_out, shipped_examples

    try:
        given = _labelled(labels or [], documents or [])
        given += _decided(decisions) if decisions else []
        examples = shipped_examples() + given
        weights = fit(examples)
        figures = leave_one_document_out(examples) if given else []
        if out is not None:
            out.write_text(written_weights(weights), encoding="utf-8")
    except (InvalidInputError, OSError) as error:
        typer.echo(f"crux: {error}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        for each in figures:
            typer.echo(json.dumps(asdict(each)))
        return
    for line in weights.how:
        typer.echo(line)
    if figures:
        _show(figures)
    else:
        typer.echo("No labels and no decisions were given: there is nothing to judge the fit by.")
    typer.echo("Nothing was written; --out FILE keeps the weights." if out is None else f"Written to {out}.")


def _labelled(files: Sequence[Path], folders: Sequence[Path]) -> "list[Example]":
    from claims.training import labelled_examples

    texts = {
        path.name: _text(path) for folder in folders for path in sorted(folder.iterdir()) if path.is_file()
    }
    return labelled_examples([row for file in files for row in _rows(file)], texts)


def _rows(file: Path) -> list[Any]:
    try:
        return [json.loads(line) for line in _text(file).splitlines() if line.strip()]
    except (ValueError, RecursionError):
        raise InvalidInputError(f"{file} isn't JSON Lines. Give one object a line.") from None


def _text(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as source:
        return source.read()


def _decided(database: str) -> "list[Example]":
    from bot.cli.host import guarded
    from claims.decisions import decided_examples
    from forecasts.database import Database
    from migrations import check_current

    if "://" not in database and not Path(database).is_file():
        raise InvalidInputError(
            f"{database} is no database. Give a SQLite file, or a URL as in DATABASE_URL."
        )
    url = database if "://" in database else f"sqlite+aiosqlite:///{Path(database).resolve()}"

    async def read() -> "list[Example]":
        await check_current(url)
        opened = Database(url)
        try:
            async with opened.reading() as session:
                return await decided_examples(session)
        finally:
            await opened.close()

    return guarded(read())


def _show(figures: Sequence[Figures]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("head", "by", "labels", "F1", "MCC", "AP", "P@5", title="Each document left out in turn")
    for each in figures:
        table.add_row(
            each.head,
            _KINDS[each.kind],
            f"{each.sentences} undisputed" if each.without_borderline else f"all {each.sentences}",
            *(f"{value:.3f}" for value in (each.f1, each.mcc, each.average_precision, each.precision_at_5)),
        )
    Console().print(table)
