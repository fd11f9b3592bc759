"""Documents, the claims of one, best first, and the feeds that bring documents."""

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.ui.components import CruxView, button, row, text
from bot.ui.text import brief, single_line, timestamp
from claims.views import Added, ClaimLine, DocumentLine, FeedLine

SHOWN = 8
TITLE_SHOWN = 100
QUOTE_SHOWN = 300
REASONS_SHOWN = 120
WITH_BUTTON = 5
URL_SHOWN, NOTE_SHOWN = 60, 60


def claims_view(document: Added, claims: Sequence[ClaimLine], *, note: str = "") -> CruxView:
    """Show the claims most worth debating, each with its reasons and a button that drafts a question.

    Parameters
    ----------
    claims
        Of the document, those that wait.
    note
        What the optional model did.
    """
    ranked = sorted(claims, key=lambda line: (-line.claim.forecastable, -line.claim.claim, line.claim.start))
    count = "1 claim" if len(claims) == 1 else f"{len(claims)} claims"
    heading = f"### {brief(single_line(document.title), TITLE_SHOWN)}"
    items: list[ui.Item[Any]] = [
        text(heading, *_what_changed(document), f"{count} worth debating; the best {len(ranked[:SHOWN])}:")
    ]
    for line in ranked[:SHOWN]:
        words = f"> {brief(single_line(line.claim.text), QUOTE_SHOWN)}"
        reasons = brief("; ".join(line.claim.reasons[:3]), REASONS_SHOWN)
        drafts = button("draft", line.claim_id, label="Draft")
        items.append(ui.Section(text(words, f"-# {reasons}"), accessory=drafts))
    if note:
        items.append(text(f"-# {brief(single_line(note), QUOTE_SHOWN)}"))
    buttons = [button("review", document.document_id, 0, label="Review one by one")] if ranked else []
    if document.same_name_id is not None:
        items.append(text("A document of this name was added before. Is this its new version?"))
        replace = button("replace", document.same_name_id, document.document_id, label="Yes, replace it")
        buttons.append(replace)
    return CruxView(*items, *([row(*buttons)] if buttons else []))


def consent_view(
    words: Sequence[ui.TextDisplay[Any]], *, message_id: int, author_id: int, asked_by: int
) -> CruxView:
    """Ask whoever wrote a message, in public and by name, whether claims may be looked for in it.

    Parameters
    ----------
    words
        What was said, as :mod:`bot.carried` carries it.
    """
    return CruxView(
        text(f"<@{author_id}>, may Crux look for claims in these words of yours?"),
        *words,
        text(
            f"-# <@{asked_by}> asks. Only you can answer, and nothing is stored unless you agree. They would "
            "be kept with your name and a link to them, and sentences of them could be quoted in questions "
            "and debates. `/mydata delete` takes them out again."
        ),
        row(
            button("agree-document", message_id, author_id, label="Agree"),
            button("decline-document", author_id, label="No"),
        ),
    )


def _what_changed(document: Added) -> list[str]:
    if not document.replaced:
        return []
    standing = "1 claim still stands" if document.standing == 1 else f"{document.standing} claims still stand"
    gone = "none is gone" if not document.gone else f"{document.gone} no longer in it"
    return [f"A new version of {brief(single_line(document.replaced), TITLE_SHOWN)}: {standing}, {gone}."]


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


def feeds_view(feeds: Sequence[FeedLine]) -> CruxView:
    """List watched feeds, with the reason where one can't be read."""
    if not feeds:
        return CruxView(text("No feeds are watched. Add one: `/claims feeds add`"))
    return CruxView(text("### Feeds", *(_feed_line(each) for each in feeds)))


def _feed_line(feed: FeedLine) -> str:
    title = brief(single_line(feed.title), URL_SHOWN)
    if feed.due_at is None:
        return f"**{title}** · ⚠️ given up after 7 days: {brief(single_line(feed.note), NOTE_SHOWN)}"
    if feed.failures:
        again = timestamp(feed.due_at, "R")
        return f"**{title}** · ⚠️ {brief(single_line(feed.note), NOTE_SHOWN)} · again {again}"
    return f"**{title}** · read {timestamp(feed.checked_at, 'R') if feed.checked_at else 'soon'}"
