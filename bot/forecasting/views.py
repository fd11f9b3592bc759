"""The answer to a forecast, which only its author sees."""

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, ui

from bot.forecasting.boxes import asked
from bot.questions.card import ARGUMENT_SHOWN, crowd_lines, heading, mine_button, outcome_name
from bot.ui.components import CruxView, button, row, text
from bot.ui.text import brief, percent, single_line, timestamp
from forecasts.lifecycle import TAKES_FORECASTS, describe
from forecasts.models import Kind, Phase
from forecasts.views import ArgumentLine, Card, MoveBoxes, Position

BY_SHOWN = 80

WELCOME = (
    "-# First time here? Crux stores your number and when you gave it. While a question is sealed nobody "
    "else sees it, moderators included; afterwards the group's figures and your score are shown. New to "
    "forecasting? Three short cards with practice: /learn"
)


def answer_view(
    position: Position,
    said: str,
    *,
    follows: bool,
    notes: Sequence[str] = (),
    against: ArgumentLine | None = None,
    boxes: MoveBoxes | None = None,
    can_rate: bool = False,
) -> CruxView:
    """Say what is stored now, and offer the next small step.

    Parameters
    ----------
    follows
        Whether the member is told about the question.
    against
        In the last call, the strongest point of the other side.
    boxes
        After a move of ten points or more, what may have moved them.
    can_rate
        Whether others' arguments can be read.
    """
    is_open = position.phase in TAKES_FORECASTS
    lines = [said]
    if is_open and position.forecast is not None:
        lines[0] += f" {_change_until(position)}"
    if position.crowd is not None:
        noun = "credence" if position.kind is Kind.THESIS else "forecast"
        lines.extend(crowd_lines(position.crowd, noun=noun))
    if against is not None:
        point = brief(single_line(against.text), ARGUMENT_SHOWN)
        lines.append(f"The strongest point against you: “{point}” — {brief(against.by, BY_SHOWN)}")
    lines.extend(notes)
    items: list[ui.Item[Any]] = [text(*lines)]
    number = position.question_id
    if is_open and position.forecast is not None:
        nudges = (button("nudge", number, step, label=f"{step:+d}") for step in (-5, -1, 1, 5))
        if position.phase is Phase.FINAL:
            items.append(row(_keep_button(number, position.forecast)))
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
    if boxes is not None:
        items.extend(asked(number, boxes))
    last = [button("rate", number, label="Rate arguments")] if is_open and can_rate else []
    if position.phase not in {Phase.DRAFT, Phase.RESOLVED, Phase.VOID}:
        items.append(row(*last, _follow_button(number, follows=follows)))
    return CruxView(*items)


def _keep_button(question_id: int, forecast: float) -> ui.Item[Any]:
    # A move by nothing: it stores that the member stood by their number in the last call.
    return button("nudge", question_id, 0, label=f"Keep {percent(forecast)}", style=ButtonStyle.primary)


def _follow_button(question_id: int, *, follows: bool) -> ui.Item[Any]:
    # The id says what is wanted, so that a click delivered twice changes nothing more.
    if follows:
        return button("follow", question_id, 0, label="Don't tell me any more")
    return button("follow", question_id, 1, label="Tell me about this question")


def told_view(card: Card, users: Sequence[int], *, marker: int) -> CruxView:
    """Mention those who asked to be told how a question stands now; no number is in it."""
    state = describe(card.phase)
    if card.phase is Phase.RESOLVED:
        state += f" {outcome_name(card.resolution)}"
    mentions = " ".join(f"<@{user}>" for user in users)
    lines = [f"**{heading(card)}**", f"It is **{state}** now.", f"-# You asked to be told: {mentions}"]
    items: list[ui.Item[Any]] = [mine_button(card)]
    if card.phase is Phase.RESOLVED:
        items = [button("result", card.question_id, label="My result")]
    elif card.phase is not Phase.VOID:
        items.append(_follow_button(card.question_id, follows=True))
    return CruxView(text(*lines), row(*items), marker=marker)


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
