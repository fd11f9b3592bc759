"""``crux claims top``: the most debatable claims of documents."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.reading import read_file
from claims.ingest import DocumentError
from claims.pipeline import extract_claims
from claims.top import most_debatable


def show_top(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Text, Markdown, HTML or PDF files; at most 1 MB of text each."
        ),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, best first.")] = False,
) -> None:
    """Show the five most debatable claims of documents, one a topic."""
    try:
        claims = extract_claims([read_file(file) for file in files])
    except DocumentError as error:
        typer.echo(f"crux: {error}", err=True)
        raise typer.Exit(2) from None
    chosen = [(claims[index], topic.label) for index, topic in most_debatable(claims)]
    if as_json:
        sys.stdout.write(
            "".join(json.dumps(asdict(each) | {"topic": topic}) + "\n" for each, topic in chosen)
        )
        sys.stdout.flush()  # a reader that left is noticed here, where the command line answers it quietly
    elif chosen:
        table = Table("topic")
        table.add_column("claim", ratio=3)
        table.add_column("why", ratio=2)
        table.add_column("where", ratio=1, overflow="fold")
        for each, topic in chosen:
            where = f"{each.file}:{each.start}"
            table.add_row(Text(topic), Text(each.standalone), Text("; ".join(each.reasons)), Text(where))
        Console().print(table)
    else:
        typer.echo("No claims found. See every sentence with its reasons: crux claims extract --all")
