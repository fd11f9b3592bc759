"""What readers of arguments see: the list, a page at a time, and one argument to rate; all of it private."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from discord import ui

from bot.questions.card import heading
from bot.ui import limits
from bot.ui.components import CruxView, button, row, text
from bot.ui.text import brief, single_line, timestamp
from forecasts.feedback import Feedback
from forecasts.models import Side, Verdict
from forecasts.views import ArgumentEntry, ArgumentLine, Card, RatingSheet

PAGE = 10
HEADING = 300
NAME_SHOWN = 80
SOURCE_SHOWN = 200
TEXT_SHOWN = 1_200
WORDS_QUOTED = 250
REASON_SHOWN = 300
PAGE_TEXT = 3_400  # with heading and note within one message
SIGNS = {Side.FOR: "▲ **For**", Side.AGAINST: "▼ **Against**"}
UNRATED = "There is no such rating. Convincing, not, pass, or a crux."


@dataclass(frozen=True, slots=True)
class Choice:
    """A rating that one click gives."""

    label: str
    verdict: Verdict
    is_crux: bool = False


# A crux is convincing and decides the matter: one click says both.
VERDICTS = {
    1: Choice("Convincing", Verdict.CONVINCING),
    0: Choice("Not", Verdict.NOT),
    2: Choice("Pass", Verdict.PASS),
    3: Choice("Crux", Verdict.CONVINCING, is_crux=True),
}


def rating_view(sheet: RatingSheet) -> CruxView:
    """Show one argument and what can be said of it, or that all are rated."""
    question_id, argument = sheet.question_id, sheet.argument
    more = [button("arguments", question_id, 0, label="All arguments")]
    if sheet.last_rated is not None:
        more.insert(0, button("rate-again", question_id, sheet.last_rated, label="Back"))
    if argument is None:
        done = f"You have rated all {sheet.of} arguments of others on #{sheet.number}. Thank you!"
        none = f"Nobody else has argued on #{sheet.number} yet. Be the first: /argue"
        return CruxView(text(done if sheet.of else none), row(*more))
    lines = [f"**#{sheet.number}**  {sheet.position} of {sheet.of}"]
    if sheet.answers:
        lines.append(f"-# In reply to “{brief(single_line(sheet.answers), REASON_SHOWN)}”")
    source = f" ({brief(single_line(sheet.source), SOURCE_SHOWN)})" if sheet.source else ""
    lines.append(f"{_words(argument)}{source}  — {brief(single_line(argument.by), NAME_SHOWN)}")
    lines.append("-# **Crux**: convincing, and what the question turns on.")
    verdicts = (
        button("rate-one", question_id, argument.id, code, label=choice.label)
        for code, choice in VERDICTS.items()
    )
    if not sheet.answers:
        more.insert(0, button("reply", question_id, argument.id, label="Reply"))
    stop = button("rate-stop", question_id, sheet.rated, label="Done")
    return CruxView(text(*lines), row(*verdicts), row(*more, stop))


def stopped_view(question_id: int, rated: int) -> CruxView:
    """Say that what was rated counts, and how to go on."""
    said = f"Done for now; you have rated {rated}. The others wait for you."
    return CruxView(
        text(said),
        row(
            button("rate", question_id, label="Go on rating"),
            button("mine", question_id, label="My forecast"),
        ),
    )


def stored_view(
    side: Side,
    words: str,
    *,
    number: int | None,
    is_reply: bool,
    is_sealed: bool,
    sealed_until: datetime | None,
) -> CruxView:
    """Say that an argument is stored, and when others will see it."""
    if is_reply:
        when = "It stands under what it answers, under an alias: /arguments"
    elif not is_sealed:
        when = "It is on the card now, under an alias."
    elif sealed_until is not None:
        when = f"Sealed like the numbers until {timestamp(sealed_until, 'f')}; then under an alias."
    else:
        when = "Sealed like the numbers; later it appears under an alias."
    return CruxView(text(f"Stored, {side} #{number}: “{brief(words, TEXT_SHOWN)}”", when))


def similar_view(similar: str, words: Sequence[ui.Item[Any]], ids: tuple[int, int, int, int]) -> CruxView:
    """Ask whether an argument adds to one that is nearly the same; ``words`` carry it."""
    return CruxView(
        text(f"Close to: “{brief(single_line(similar), TEXT_SHOWN)}”", "Add yours anyway?"),
        *words,
        row(button("add-anyway", *ids, label="Add it anyway")),
    )


def feedback_view(card: Card, lines: Sequence[Feedback], *, marker: int) -> CruxView:
    """Tell an author what readers made of their arguments; no reader is named."""
    said = [f"**{heading(card)}**", "What readers made of your arguments:"]
    said += [
        f"“{brief(single_line(line.text), WORDS_QUOTED)}”\n**{line.readers}** {_readers(line.readers)}, "
        f"**{line.convinced}** convinced, **{line.moved}** moved"
        for line in lines
    ]
    said.append("-# No more of these notes: /mydata feedback")
    return CruxView(text(*said), marker=marker)


def _readers(count: int) -> str:
    return "reader" if count == 1 else "readers"


def fitting(entries: Sequence[ArgumentEntry]) -> list[ArgumentEntry]:
    """Return those of the first arguments that fit on one page, each in full."""
    shown: list[ArgumentEntry] = []
    room = PAGE_TEXT
    for entry in entries[:PAGE]:
        room -= limits.utf16_length(_line(entry)) + 1
        if room < 0 and shown:
            break
        shown.append(entry)
    return shown


def arguments_view(
    question_id: int,
    heading: str,
    entries: Sequence[ArgumentEntry],
    *,
    is_sealed: bool,
    is_open: bool,
    is_first: bool,
    has_more: bool,
) -> CruxView:
    """Show arguments of both sides, oldest first, each with its replies under it.

    Parameters
    ----------
    is_sealed
        The reader sees their own only.
    is_open
        Whether the question is still debated.
    is_first, has_more
        Whether pages come before and after this one.
    """
    items: list[ui.Item[Any]] = [text(f"### {brief(single_line(heading), HEADING)}")]
    can_reply = is_open and not is_sealed
    for entry in entries:
        line = text(_line(entry))
        if can_reply and entry.reply_to is None and not (entry.is_own or entry.hidden_because):
            items.append(ui.Section(line, accessory=button("reply", question_id, entry.id, label="Reply")))
        else:
            items.append(line)
    if not entries:
        items.append(text(_nothing(is_sealed=is_sealed, is_first=is_first)))
    elif is_sealed:
        items.append(text("-# Sealed: until the reveal you see your own only."))
    buttons = [button("arguments", question_id, entries[-1].id, label="Next")] if has_more else []
    if can_reply:
        buttons.append(button("rate", question_id, label="Rate arguments"))
    if buttons:
        items.append(row(*buttons))
    return CruxView(*items)


def _nothing(*, is_sealed: bool, is_first: bool) -> str:
    if not is_first:
        return "There are no more arguments."
    if is_sealed:
        return "You have given no argument yet. Others' stay sealed until the reveal. Add one: /argue"
    return "Nobody has argued yet. Be the first: /argue"


def _line(entry: ArgumentEntry) -> str:
    words = brief(single_line(entry.text), TEXT_SHOWN)
    source = f" ({brief(single_line(entry.source), SOURCE_SHOWN)})" if entry.source else ""
    indent = "↳ " if entry.reply_to is not None else ""
    line = f"{indent}{SIGNS[entry.side]}  “{words}”{source}  — {_author(entry)}"
    if entry.hidden_because:
        reason = brief(single_line(entry.hidden_because), REASON_SHOWN)
        line += f"\n-# Hidden by a moderator, only you see it: {reason}"
    return line


def _words(argument: ArgumentLine) -> str:
    return f"{SIGNS[argument.side]}  “{brief(single_line(argument.text), TEXT_SHOWN)}”"


def _author(entry: ArgumentEntry) -> str:
    name = brief(single_line(entry.by), NAME_SHOWN)
    if entry.is_own:
        return f"{name} (you)"
    return f"<@{entry.user_id}>" if entry.user_id is not None else name
