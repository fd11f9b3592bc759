"""``crux claims``: what documents claim."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from claims.ingest import MAX_BYTES, Document, DocumentError, read_document
from claims.pipeline import Claim, extract_claims

app = typer.Typer(no_args_is_help=True)


@app.callback()
def claims() -> None:
    """Find claims in documents."""


@app.command()
def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Text files, at most 1 MB each.")],
    *,
    keep_all: Annotated[bool, typer.Option("--all", help="Every sentence, not only claims.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, in reading order.")] = False,
) -> None:
    """Show the claims of documents, best first; repeats across the documents are shown once."""
    try:
        found = extract_claims([_read(file) for file in files], keep_all=keep_all)
    except DocumentError as error:
        typer.echo(f"crux: {error}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        sys.stdout.write("".join(json.dumps(asdict(each)) + "\n" for each in found))
        sys.stdout.flush()  # a reader that left is noticed here, where the command line answers it quietly
    elif found:
        Console().print(_table(found))
    else:
        typer.echo("No claims found. With --all every sentence is listed with its reasons.")


def _read(file: str) -> Document:
    try:
        with Path(file).open("rb") as source:
            return read_document(source.read(MAX_BYTES + 1), file)
    except OSError as error:
        why = error.strerror or "it can't be opened"
        raise DocumentError(f"{file} can't be read: {why.lower()}. Give the path of a text file.") from None


def _table(found: Sequence[Claim]) -> Table:
    table = Table("claim", "fore-\ncastable")
    table.add_column("sentence", ratio=3)
    table.add_column("why", ratio=2)
    table.add_column("where", ratio=1, overflow="fold")
    for each in sorted(found, key=lambda claim: (-claim.claim, -claim.forecastable)):
        table.add_row(
            f"{each.claim:.2f}",
            f"{each.forecastable:.2f}",
            Text(each.standalone),
            Text("; ".join(each.reasons)),
            Text(f"{each.file}:{each.start}"),
        )
    return table
