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

from bot.cli.choosing import show_top
from bot.cli.drafting import show_drafts
from bot.cli.linting import lint_file
from bot.cli.reading import read_file
from bot.cli.relating import show_relations
from bot.cli.training import train_heads
from claims.heads import read_weights
from claims.ingest import DocumentError
from claims.pipeline import Claim, extract_claims
from forecasts.errors import InvalidInputError

app = typer.Typer(no_args_is_help=True)
app.command(name="lint")(lint_file)
app.command("draft")(show_drafts)
app.command("relate")(show_relations)
app.command("train")(train_heads)
app.command("top")(show_top)


@app.callback()
def claims() -> None:
    """Find claims in documents."""


@app.command()
def extract(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Text, Markdown, HTML or PDF files; at most 1 MB of text each."
        ),
    ],
    *,
    keep_all: Annotated[bool, typer.Option("--all", help="Every sentence, not only claims.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, in reading order.")] = False,
    weights: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Rank with weights that crux claims train wrote.")
    ] = None,
) -> None:
    """Show the claims of documents, best first; repeats across the documents are shown once."""
    try:
        given = read_weights(weights) if weights else None
        found = extract_claims([read_file(file) for file in files], keep_all=keep_all, weights=given)
    except (DocumentError, InvalidInputError) as error:
        typer.echo(f"crux: {error}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        sys.stdout.write("".join(json.dumps(asdict(each)) + "\n" for each in found))
        sys.stdout.flush()  # a reader that left is noticed here, where the command line answers it quietly
    elif found:
        Console().print(_table(found))
    else:
        typer.echo("No claims found. With --all every sentence is listed with its reasons.")


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
