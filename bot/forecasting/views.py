"""The answer to a forecast, which only its author sees."""

from typing import Any

from discord import ui

from bot.questions.card import crowd_lines
from bot.ui.components import CruxView, button, row, text
from bot.ui.text import percent, timestamp
from forecasts.lifecycle import TAKES_FORECASTS
from forecasts.models import Phase
from forecasts.views import Position

WELCOME = (
    "-# First time here? Crux stores your number and when you gave it. While a question is sealed nobody "
    "else sees it, moderators included; afterwards the group's figures and your score are shown."
)


def answer_view(position: Position, said: str, *, welcome: str = "") -> CruxView:
    """Say what is stored now, and offer the next small step."""
    is_open = position.phase in TAKES_FORECASTS
    lines = [said]
    if is_open and position.forecast is not None:
        lines[0] += f" {_change_until(position)}"
    if position.crowd is not None:
        lines.extend(crowd_lines(position.crowd))
    if welcome:
        lines.append(welcome)
    items: list[ui.Item[Any]] = [text(*lines)]
    number = position.question_id
    if is_open and position.forecast is not None:
        nudges = (button("nudge", number, step, label=f"{step:+d}") for step in (-5, -1, 1, 5))
        items.append(row(*nudges))
    if is_open:
        items.append(
            row(
                button("exact", number, label="Exact…"),
                button("argue", number, 1, label="Argue for"),
                button("argue", number, 0, label="Argue against"),
                button("undo", number, label="Undo", disabled=position.forecast is None),
                button("next", label="Next question"),
            )
        )
    return CruxView(*items)


def _change_until(position: Position) -> str:
    sealed = position.phase is Phase.BLIND
    until = position.phase_ends_at if sealed else position.closes_at
    if until is None:
        return "Change it any time."
    return f"Change it any time before {timestamp(until, 'f')}" + (
        ", when the seal breaks." if sealed else "."
    )


def choices_view(question_id: int, asked: str, readings: tuple[float, ...]) -> CruxView:
    """Ask which of two readings of a probability was meant."""
    buttons = (
        button("forecast", question_id, round(reading * 100), label=percent(reading)) for reading in readings
    )
    return CruxView(text(asked), row(*buttons))
