"""What is said aloud about a question, and the notes to moderators."""

from collections.abc import Callable
from typing import Any

from discord import ui

from bot.debate.shift import shift_lines
from bot.questions.card import (
    OUTCOMES,
    challenge_button,
    crowd_lines,
    decision_buttons,
    heading,
    is_thesis,
    mine_button,
    noun_of,
    outcome_name,
    results_lines,
)  # fmt: skip
from bot.ui.components import CruxView, button, link, row, text
from bot.ui.text import brief, safe, single_line, timestamp
from claims.views import FEED_STOPPED
from forecasts.cards import CARD_GONE
from forecasts.debate_views import DebateReview
from forecasts.events import Announcement
from forecasts.lifecycle import describe
from forecasts.models import Phase
from forecasts.views import Card, Correction

NOTE_SHOWN = 300


def notice_view(
    card: Card, payload: dict[str, Any], *, marker: int, review: DebateReview | None = None
) -> CruxView:
    """Say what happened to a question; several things missed together are one message.

    The ``review`` of its debate is told when its last call ends.
    """
    announced = [Announcement(word) for word in payload["announce"]]
    if Announcement.RESOLVED in announced or Announcement.OVERTURNED in announced:
        return _resolved(card, payload, marker, overturned=Announcement.OVERTURNED in announced)
    lines = [f"**{heading(card)}**", *(_SENTENCES[word](card) for word in announced)]
    if Announcement.RUNNING in announced and review is not None:
        lines.extend(shift_lines(review))
    if payload.get("late"):
        lines.append(_LATE)
    if Announcement.REVEALED in announced and card.crowd is not None:
        lines.extend(crowd_lines(card.crowd, noun=noun_of(card)))
    buttons: list[ui.Item[Any]] = [mine_button(card)]
    if Announcement.PROPOSED in announced and card.phase is Phase.PROPOSED and card.phase_ends_at is not None:
        buttons.insert(0, challenge_button(card))
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
        button("held-up", number, label="Arguments that held up"),
    ]
    resolution = card.resolution
    if resolution is not None:
        known = f"Became known {timestamp(resolution.known_at, 'D')} · " if resolution.known_at else ""
        lines.append(known + brief(single_line(resolution.note), NOTE_SHOWN))
        if resolution.evidence_url:
            items.append(link("Evidence", resolution.evidence_url))
    if card.decision_note:
        lines.append(f"The challenge was decided: {_shown(card.decision_note)}")
    if card.results is not None:
        lines.extend(results_lines(card.results))
    else:
        lines.append("Nobody held a forecast while it was open, so nobody is scored.")
    if card.correction is not None:
        lines.extend(_difference(card.correction))
    if payload.get("late"):
        lines.append(_LATE)
    return CruxView(text(*lines), row(*items), accent=0x3BA55D, marker=marker)


def _difference(correction: Correction) -> list[str]:
    """Say what an overturned resolution changed: outcome, the median's score, the largest moves of points."""
    said = f"**What changed**  It had resolved {OUTCOMES[correction.outcome_before]}."
    before, after = correction.median_brier_before, correction.median_brier_after
    if before is not None and after is not None:
        said += f" The median's Brier score went from {before:.2f} to {after:.2f} (0 is best)."
    moves = (f"<@{move.user_id}> {_points(move.before)} → {_points(move.after)}" for move in correction.moves)
    return [said, *(["Points: " + " · ".join(moves)] if correction.moves else [])]


def _points(points: float | None) -> str:
    return "no score" if points is None else f"{points:+.0f}"


def _shown(note: str) -> str:
    return brief(single_line(note), NOTE_SHOWN)


def _until(card: Card) -> str:
    return f" until {timestamp(card.phase_ends_at, 'f')}" if card.phase_ends_at is not None else ""


def _proposed(card: Card) -> str:
    resolution = card.resolution
    note = brief(single_line(resolution.note), NOTE_SHOWN) if resolution else ""
    by = f" by <@{resolution.by_user}>" if resolution and resolution.by_user else ""
    return f"⚖️ **{outcome_name(resolution)}** proposed{by}; it can be challenged{_until(card)}.\n{note}"


def _challenge(card: Card) -> str:
    challenge = card.resolution.challenge if card.resolution is not None else ""
    return f"\nThe challenge: {_shown(challenge)}" if challenge else ""


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
    Announcement.RUNNING: lambda card: (
        "▶️ The last call is over." + (f" Running{_until(card)}." if card.phase is Phase.ROLLING else "")
    ),
    Announcement.PROPOSED: _proposed,
    Announcement.CHALLENGED: lambda card: (
        "⚖️ The proposed resolution is challenged; a second moderator decides." + _challenge(card)
    ),
    Announcement.RESUMED: lambda card: (
        f"The challenge was accepted: the question goes on.\n{_shown(card.decision_note)}".rstrip()
    ),
    Announcement.RESTARTED: lambda card: (
        f"Its meaning changed, so everybody starts again: sealed{_until(card)}. "
        f"Earlier {noun_of(card)}s {'no longer count' if is_thesis(card) else 'are not scored'}."
    ),
    Announcement.VOIDED: lambda card: (
        f"🗑️ Void ({card.void_reason}){'' if is_thesis(card) else ': nobody is scored'}."
        f"\n{_shown(card.void_note)}".rstrip()
    ),
}


def note_view(card: Card | None, payload: dict[str, Any], *, marker: int, private: bool = False) -> CruxView:
    """Tell the moderators what needs them.

    In a ``private`` message Discord doesn't say who may manage the server, so a button couldn't work
    there; the sentence names the command and the channel instead.
    """
    words = [str(word) for word in payload["announce"]]
    lines = [
        f"**{heading(card) if card is not None else 'Crux'}**",
        *(_NOTES.get(word, word) for word in words),
    ]
    buttons: list[ui.Item[Any]] = []
    if card is not None:
        if "challenged" in words and card.resolution is not None:
            lines.append(f"Proposed: **{outcome_name(card.resolution)}**.{_challenge(card)}")
        where = f" in <#{card.channel_id}>" if private and card.channel_id is not None else ""
        lines.extend(f"{say}{where}: {command}{card.number}" for word, (say, command) in _COMMANDS.items()
                     if word in words)  # fmt: skip
        if "challenged" in words and card.phase is Phase.PROPOSED:
            buttons.extend(decision_buttons(card))
        if CARD_GONE in words:
            buttons.append(button("repost", card.question_id, label="Post the card again"))
    rows = [row(*buttons)] if buttons and not private else []
    return CruxView(text(*lines), *rows, marker=marker)


_NOTES = {
    "reminder": "Its resolution date has come, and nobody has proposed an outcome.",
    "challenged": "Its proposed resolution is challenged. A second moderator decides.",
    "undelivered": "A message about it could not be posted. Check that Crux may write in its channel.",
    CARD_GONE: "Its card is gone: the message was deleted or never posted.",
    FEED_STOPPED: "A feed couldn't be read for 7 days and is given up. See which and why: /claims feeds list",
}
_COMMANDS = {
    "reminder": ("Say how it came out", "/resolve propose question:"),
    "challenged": ("Decide", "/resolve decide question:"),
    CARD_GONE: ("Post it again", "/question repost question:"),
}
