"""What is said aloud about a question, and the notes to moderators."""

from collections.abc import Callable
from typing import Any

from discord import ui

from bot.questions.card import crowd_lines, heading, outcome_name, results_lines
from bot.ui.components import CruxView, button, link, row, text
from bot.ui.text import brief, safe, single_line, timestamp
from forecasts.events import Announcement
from forecasts.lifecycle import describe
from forecasts.models import Phase
from forecasts.views import Card

NOTE_SHOWN = 300


def notice_view(card: Card, payload: dict[str, Any], *, marker: int) -> CruxView:
    """Say what happened to a question; several things missed together are one message."""
    announced = [Announcement(word) for word in payload["announce"]]
    if Announcement.RESOLVED in announced or Announcement.OVERTURNED in announced:
        return _resolved(card, payload, marker, overturned=Announcement.OVERTURNED in announced)
    lines = [f"**{heading(card)}**", *(_SENTENCES[word](card) for word in announced)]
    if payload.get("late"):
        lines.append(_LATE)
    if Announcement.REVEALED in announced and card.crowd is not None:
        lines.extend(crowd_lines(card.crowd))
    number = card.question_id
    buttons: list[ui.Item[Any]] = [button("mine", number, label="My forecast")]
    if card.resolution is not None and card.resolution.evidence_url:
        buttons.append(link("Evidence", card.resolution.evidence_url))
    return CruxView(text(*lines), row(*buttons), marker=marker)


_LATE = "-# Announced late: Crux was away when it happened."


def _resolved(card: Card, payload: dict[str, Any], marker: int, *, overturned: bool) -> CruxView:
    verb = "resolution overturned: now" if overturned else "resolved"
    lines = [f"### #{card.number} {verb} {outcome_name(card.resolution)}", safe(single_line(card.title))]
    number = card.question_id
    items: list[ui.Item[Any]] = [
        button("result", number, label="My result"),
        button("why", number, label="Why this score?"),
        button("history", number, label="History"),
    ]
    resolution = card.resolution
    if resolution is not None:
        known = f"Became known {timestamp(resolution.known_at, 'D')} · " if resolution.known_at else ""
        lines.append(known + brief(single_line(resolution.note), NOTE_SHOWN))
        if resolution.evidence_url:
            items.append(link("Evidence", resolution.evidence_url))
    if card.results is not None:
        lines.extend(results_lines(card.results))
    else:
        lines.append("Nobody held a forecast while it was open, so nobody is scored.")
    if payload.get("late"):
        lines.append(_LATE)
    return CruxView(text(*lines), row(*items), accent=0x3BA55D, marker=marker)


def _until(card: Card) -> str:
    return f" until {timestamp(card.phase_ends_at, 'f')}" if card.phase_ends_at is not None else ""


def _proposed(card: Card) -> str:
    resolution = card.resolution
    note = brief(single_line(resolution.note), NOTE_SHOWN) if resolution else ""
    by = f" by <@{resolution.by_user}>" if resolution and resolution.by_user else ""
    return f"⚖️ **{outcome_name(resolution)}** proposed{by}; it can be challenged{_until(card)}.\n{note}"


_SENTENCES: dict[Announcement, Callable[[Card], str]] = {
    Announcement.REVEALED: lambda card: (
        f"💬 The seal is broken: open for debate{_until(card)}."
        if card.phase is Phase.DEBATE
        else f"💬 The seal is broken; by now the question is {describe(card.phase)}."
    ),
    Announcement.LAST_CALL: lambda card: (
        f"⏳ Last call{_until(card)}: keep your number, or change it."
        if card.phase is Phase.FINAL
        else "⏳ The last call is over."
    ),
    Announcement.PROPOSED: _proposed,
    Announcement.CHALLENGED: lambda _: "⚖️ The proposed resolution is challenged; a second moderator decides.",
    Announcement.RESUMED: lambda _: "The challenge was accepted: the question goes on.",
    Announcement.RESTARTED: lambda card: (
        f"Its meaning changed, so everybody starts again: sealed{_until(card)}. "
        "Earlier forecasts aren't scored."
    ),
    Announcement.VOIDED: lambda card: f"🗑️ Void ({card.void_reason}): nobody is scored.",
}


def note_view(card: Card | None, payload: dict[str, Any], *, marker: int) -> CruxView:
    """Tell the moderators what needs them."""
    name = heading(card) if card is not None else "Crux"
    lines = [f"**{name}**", *(_NOTES.get(word, str(word)) for word in payload["announce"])]
    if card is not None and "reminder" in payload["announce"]:
        lines.append(f"Say how it came out: /resolve propose question:{card.number}")
    return CruxView(text(*lines), marker=marker)


_NOTES = {
    "reminder": "Its resolution date has come, and nobody has proposed an outcome.",
    "challenged": "Its proposed resolution is challenged. A second moderator decides.",
    "undelivered": "A message about it could not be posted. Check that Crux may write in its channel.",
}
