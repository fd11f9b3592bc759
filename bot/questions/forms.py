"""The forms in which moderators write, change and void questions; they only draw."""

from typing import Any

import discord
from discord import ui

from bot.questions.card import heading
from bot.ui.components import field, modal, text
from forecasts.editing import REASON_LIMIT
from forecasts.models import VoidReason
from forecasts.probability import MAX_TYPED
from forecasts.questions import CRITERIA_LENGTH, FINE_PRINT_LIMIT, SOURCE_LIMIT, TITLE_LENGTH, Wording
from forecasts.resolution import NOTE_LIMIT
from forecasts.views import Card

# A form's id holds a reason's place in this order.
VOID_REASONS = (VoidReason.AMBIGUOUS, VoidReason.SOURCE_GONE, VoidReason.PREMISE_FALSE, VoidReason.OTHER)


def new_form(opened_by: discord.Interaction[Any], criteria: str = "") -> ui.Modal:
    """Ask for a new question."""
    fields = _draft_fields(Wording("", criteria), "")
    return modal("new-question", opened_by=opened_by, title="New question", fields=fields)


def draft_form(
    opened_by: discord.Interaction[Any], question_id: int, wording: Wording, closes: str
) -> ui.Modal:
    """Show a draft's texts and close."""
    fields = _draft_fields(wording, closes)
    return modal(
        "edit-question", question_id, opened_by=opened_by, title=f"Draft {question_id}", fields=fields
    )


def edit_form(
    opened_by: discord.Interaction[Any],
    question_id: int,
    wording: Wording,
    *,
    number: int | None,
    needs_reason: bool,
    restarts: bool,
) -> ui.Modal:
    """Show an open question's texts; a form has room for five, so the close is moved by a command."""
    reason = field("reason", "Reason, shown to members", most=REASON_LIMIT, required=needs_reason,
                   hint="What changes, and why")  # fmt: skip
    return modal(
        "edit-open",
        question_id,
        int(restarts),
        opened_by=opened_by,
        title=f"Restart #{number}" if restarts else f"Edit #{number}",
        fields=[*_texts(wording), reason],
    )


def _draft_fields(wording: Wording, closes: str) -> list[ui.Label[Any]]:
    title, criteria, source, fine_print = _texts(wording)
    close = field("closes", "Closes", value=closes, most=MAX_TYPED,
                  hint="31 Dec, in 3 weeks, Q3, Friday 18:00")  # fmt: skip
    return [title, criteria, source, close, fine_print]


def _texts(wording: Wording) -> list[ui.Label[Any]]:
    return [
        field("title", "Question", value=wording.title, most=TITLE_LENGTH[1],
              hint="Will the model gap narrow by year-end?"),
        field("criteria", "Resolution criteria", value=wording.criteria, most=CRITERIA_LENGTH[1], long=True,
              hint="Resolves YES if … NO otherwise."),
        field("source", "Source", value=wording.source, most=SOURCE_LIMIT, hint="Who publishes the outcome"),
        field("fine_print", "Fine print", value=wording.fine_print, most=FINE_PRINT_LIMIT, long=True,
              required=False, hint="Edge cases, and what happens if the source vanishes"),
    ]  # fmt: skip


def void_form(opened_by: discord.Interaction[Any], card: Card, reason: VoidReason, note: str) -> ui.Modal:
    """Ask once more before a question is void, with what was typed in the command."""
    index = VOID_REASONS.index(reason)
    name = f"#{card.number}" if card.number is not None else f"draft {card.question_id}"
    form = modal("void", card.question_id, index, opened_by=opened_by, title=f"Void {name}?", fields=[])
    form.add_item(
        text(
            f"**{heading(card)}**",
            f"Void ({reason}): nobody is scored, scores it has are withdrawn, and there is no way back.",
        )
    )
    form.add_item(
        field("note", "Note, shown to members", value=note, most=NOTE_LIMIT, long=True, hint="What is wrong")
    )
    return form
