"""Documents, and the claims of one, best first."""

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, ui

from bot.ui.components import CruxView, button, row, text
from bot.ui.text import brief, single_line, timestamp
from claims.pipeline import Claim
from claims.views import DocumentLine

SHOWN = 8
TITLE_SHOWN = 100
QUOTE_SHOWN = 300
REASONS_SHOWN = 120
STANDALONE_SHOWN = 400
WITH_BUTTON = 5


def claims_view(title: str, document_id: int, claims: Sequence[tuple[int, Claim]]) -> CruxView:
    """Show the claims most worth debating, each with its reasons and a button that drafts a question.

    Parameters
    ----------
    claims
        The stored claims with their keys.
    """
    best = sorted(claims, key=lambda item: (-item[1].forecastable, -item[1].claim, item[1].start))[:SHOWN]
    count = "1 claim" if len(claims) == 1 else f"{len(claims)} claims"
    items: list[ui.Item[Any]] = [
        text(
            f"### {brief(single_line(title), TITLE_SHOWN)}", f"{count} worth debating; the best {len(best)}:"
        )
    ]
    for key, claim in best:
        words = f"> {brief(single_line(claim.text), QUOTE_SHOWN)}"
        reasons = brief("; ".join(claim.reasons[:3]), REASONS_SHOWN)
        items.append(ui.Section(text(words, f"-# {reasons}"), accessory=button("draft", key, label="Draft")))
    items.append(row(button("review", document_id, 0, label="Review one by one")))
    return CruxView(*items)


def review_view(title: str, document_id: int, claims: Sequence[tuple[int, Claim]], index: int) -> CruxView:
    """Show one waiting claim as a sentence that stands alone, its quote, and why it was picked."""
    if not claims:
        return CruxView(text("Nothing waits in this document: each claim was decided about."))
    place = index % len(claims)
    key, claim = claims[place]
    said = f"{claim.speaker}: " if claim.speaker else ""
    lines = [
        f"### {brief(single_line(claim.standalone), STANDALONE_SHOWN)}",
        f"> {brief(said + single_line(claim.text), QUOTE_SHOWN)}",
    ]
    why = [
        f"-# {brief(single_line(title), TITLE_SHOWN)} · {place + 1} of {len(claims)}",
        f"Worth debating {claim.claim:.0%}, can be forecast {claim.forecastable:.0%}",
        f"-# {brief('; '.join(claim.reasons), STANDALONE_SHOWN)}",
    ]
    buttons = row(
        button("draft", key, label="Draft", style=ButtonStyle.success),
        button("reject-claim", key, label="Reject…", style=ButtonStyle.danger),
        button("review", document_id, place + 1, label="Next", disabled=len(claims) == 1),
    )
    return CruxView(text(*lines), text(*why), buttons)


def documents_view(documents: Sequence[DocumentLine]) -> CruxView:
    """List documents, the newest with a button that shows their claims again."""
    if not documents:
        add = row(button("add-document", label="Add a document"))
        return CruxView(text("No documents yet. Add one, and its claims worth debating are listed."), add)
    items: list[ui.Item[Any]] = [text("### Documents")]
    for each in documents[:WITH_BUTTON]:
        show = button("claims", each.document_id, label="Claims", disabled=not each.waiting)
        items.append(ui.Section(text(_document_line(each)), accessory=show))
    if documents[WITH_BUTTON:]:
        items.append(text(*(_document_line(each) for each in documents[WITH_BUTTON:])))
    return CruxView(*items)


def _document_line(document: DocumentLine) -> str:
    title = brief(single_line(document.title), TITLE_SHOWN)
    waiting = f"{document.waiting} of {document.claims} claims wait"
    return f"**{title}**\n-# {timestamp(document.at, 'D')} · {waiting}"
