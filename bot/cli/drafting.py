"""``crux claims draft``: questions and theses from documents."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.host import load_settings
from bot.cli.reading import read_file
from claims.draft import Draft, Thesis, draft_documents
from claims.ingest import Document, DocumentError
from claims.pipeline import Claim, extract_claims

if TYPE_CHECKING:
    from claims.llm.client import ModelSettings
    from claims.llm.model import Answer

_END_OF_DAY = time(23, 59)
_UNRESOLVED: dict[str, Any] = {
    "title": "", "kind": "thesis", "options": [], "criteria": "", "fine_print": "", "source": "",
    "closes_at": None, "resolves_at": None, "default_outcome": None, "incomplete": [], "quotes_for": [],
    "quotes_against": [], "cruxes": [], "base_rate": "",
}  # fmt: skip
"""The fields of a line, as a thesis leaves them."""


def show_drafts(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Text, Markdown, HTML or PDF files; at most 1 MB of text each."
        ),
    ],
    *,
    today: Annotated[
        datetime | None,
        typer.Option("--today", metavar="DATE", formats=["%Y-%m-%d"], help="When the questions open."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, one object a draft.")] = False,
    ask_model: Annotated[
        bool, typer.Option("--model", help="Let the model of MODEL_URL improve the drafts.")
    ] = False,
) -> None:
    """Draft questions and theses from documents, best first; blanks stand in brackets."""
    day = (today or datetime.now(UTC)).date()
    settings = load_settings().model() if ask_model else None
    try:
        documents = [read_file(file) for file in files]
        claims = extract_claims(documents)
    except DocumentError as error:
        typer.echo(f"crux: {error}", err=True)
        raise typer.Exit(2) from None
    drafts = draft_documents(claims, today=day)
    lines = [_as_json(each) for each in drafts]
    if settings is not None:
        answers = _by_model(settings, documents, claims, day)
        drafts = [each.value for each in answers]
        lines = [_as_json(each.value) | {"by": each.by, "note": each.note} for each in answers]
    if as_json:
        sys.stdout.write("".join(json.dumps(line) + "\n" for line in lines))
        sys.stdout.flush()  # a reader that left is noticed here, where the command line answers it quietly
    elif drafts:
        Console().print(_table(drafts))
    else:
        typer.echo("No claim here can be resolved by a public record or debated on its own.")


def _by_model(
    settings: "ModelSettings", documents: Sequence[Document], claims: Sequence[Claim], today: date
) -> "list[Answer[Draft | Thesis]]":
    """Let the model improve each document's drafts, and say on stderr how far it did."""
    from claims.llm.documents import summary
    from claims.llm.model import with_model

    model, answers = with_model(settings), []
    for document in documents:
        found = [claim for claim in claims if claim.file == document.name]
        consultation = model.consultation()
        for rules in draft_documents(found, today=today):
            quotes = (*rules.quotes_for, *rules.quotes_against)
            answers.append(consultation.draft(quotes, rules, today=today, document=document.text))
    if answers:
        typer.echo(f"crux: {summary(answers)}", err=True)
    return answers


def _as_json(draft: Draft | Thesis) -> dict[str, Any]:
    texts = _UNRESOLVED
    if isinstance(draft, Draft):
        texts = asdict(draft) | {
            "closes_at": _end_of(draft.closes_on),
            "resolves_at": _end_of(draft.resolves_on),
        }
    return {name: (texts | vars(draft)).get(name, nothing) for name, nothing in _UNRESOLVED.items()}


def _end_of(day: date) -> str:
    return datetime.combine(day, _END_OF_DAY, tzinfo=UTC).isoformat()


def _table(drafts: Sequence[Draft | Thesis]) -> Table:
    table = Table("kind")
    table.add_column("draft", ratio=3)
    table.add_column("for", ratio=2)
    table.add_column("against", ratio=2)
    for each in drafts:
        if isinstance(each, Draft):
            kind, more = each.kind, [*each.options, f"{each.source}; closes {each.closes_on}"]
        else:
            kind, more = "thesis", list(each.cruxes)
        table.add_row(
            kind,
            Text("\n- ".join([each.title, *more])),
            Text("\n".join(each.quotes_for)),
            Text("\n".join(each.quotes_against)),
            end_section=True,
        )
    return table
