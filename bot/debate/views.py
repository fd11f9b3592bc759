"""All arguments on a question, a page at a time; only their reader sees it."""

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.ui import limits
from bot.ui.components import CruxView, button, row, text
from bot.ui.text import brief, single_line
from forecasts.models import Side
from forecasts.views import ArgumentEntry

PAGE = 10
HEADING = 300
NAME_SHOWN = 80
SOURCE_SHOWN = 200
PAGE_TEXT = 3_400  # with heading and note within one message
SIGNS = {Side.FOR: "▲ **For**", Side.AGAINST: "▼ **Against**"}


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
    is_first: bool,
    has_more: bool,
) -> CruxView:
    """Show arguments of both sides, oldest first."""
    lines = [f"### {brief(single_line(heading), HEADING)}", *(_line(entry) for entry in entries)]
    if not entries:
        lines.append(_nothing(is_sealed=is_sealed, is_first=is_first))
    elif is_sealed:
        lines.append("-# Sealed: until the reveal you see your own only.")
    items: list[ui.Item[Any]] = [text(*lines)]
    if has_more:
        items.append(row(button("arguments", question_id, entries[-1].id, label="Next")))
    return CruxView(*items)


def _nothing(*, is_sealed: bool, is_first: bool) -> str:
    if not is_first:
        return "There are no more arguments."
    if is_sealed:
        return "You have given no argument yet. Others' stay sealed until the reveal. Add one: /argue"
    return "Nobody has argued yet. Be the first: /argue"


def _line(entry: ArgumentEntry) -> str:
    words = brief(single_line(entry.text), PAGE_TEXT // 2)
    source = f" ({brief(single_line(entry.source), SOURCE_SHOWN)})" if entry.source else ""
    return f"{SIGNS[entry.side]}  “{words}”{source}  — {_author(entry)}"


def _author(entry: ArgumentEntry) -> str:
    name = brief(single_line(entry.by), NAME_SHOWN)
    if entry.is_own:
        return f"{name} (you)"
    return f"<@{entry.user_id}>" if entry.user_id is not None else name
