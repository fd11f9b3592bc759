"""``crux claims relate``: how the claims of documents stand to each other."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.reading import read_file
from claims.ingest import DocumentError
from claims.links import LinkedPair, relate, relations
from claims.pipeline import Claim, extract_claims


def show_relations(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Text files, at most 1 MB each.")
    ] = None,
    *,
    pairs: Annotated[
        Path | None,
        typer.Option("--pairs", help="JSON Lines with a and b as text: classify these pairs instead."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines.")] = False,
) -> None:
    """Show which claims contradict, support or repeat each other, surest first."""
    if (pairs is None) == (not files):
        raise typer.BadParameter("Give either documents or --pairs with a file of pairs.")
    try:
        found = _of_pairs(pairs) if pairs is not None else _of_files(files or [])
    except DocumentError as error:
        typer.echo(f"crux: {error}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        sys.stdout.write("".join(json.dumps(each) + "\n" for each in found))
        sys.stdout.flush()  # a reader that left is noticed here, where the command line answers it quietly
    elif found:
        Console().print(_table(found))
    else:
        typer.echo("No two claims have to do with each other.")


def _of_files(files: Sequence[str]) -> list[dict[str, Any]]:
    # Each document by itself: a sentence that two of them share shows as a duplicate.
    claims = [claim for file in files for claim in extract_claims([read_file(file)])]
    return [_line(claims, pair) for pair in relations([each.standalone for each in claims])]


def _line(claims: Sequence[Claim], pair: LinkedPair) -> dict[str, Any]:
    a, b = (
        {"file": each.file, "start": each.start, "end": each.end, "text": each.text}
        for each in (claims[pair.a], claims[pair.b])
    )
    link = pair.link
    return {"a": a, "b": b, "relation": link.relation, "confidence": link.confidence, "reason": link.reason}


def _of_pairs(path: Path) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        texts = [(_text(row["a"]), _text(row["b"])) for row in rows]
    except OSError as error:
        why = (error.strerror or "it can't be opened").lower()
        raise DocumentError(f"{path} can't be read: {why}. Give the path of a file of pairs.") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DocumentError(
            f'{path} holds no pairs. Give one JSON object a line: {{"a": "...", "b": "..."}}'
        ) from None
    links = relate([a for a, _ in texts], [b for _, b in texts])
    return [
        {"a": a, "b": b, "relation": link.relation, "confidence": link.confidence, "reason": link.reason}
        for (a, b), link in zip(texts, links, strict=True)
    ]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _table(found: Sequence[dict[str, Any]]) -> Table:
    table = Table("relation", "sure")
    for name in ("one claim", "the other", "why"):
        table.add_column(name, ratio=2)
    for each in sorted(found, key=lambda line: -line["confidence"]):
        a, b = (each[side] if isinstance(each[side], str) else each[side]["text"] for side in ("a", "b"))
        table.add_row(each["relation"], f"{each['confidence']:.2f}", Text(a), Text(b), Text(each["reason"]))
    return table
