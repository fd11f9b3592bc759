"""The forms in which moderators write, change and void questions; they only draw."""

from typing import Any

import discord
from discord import ui

from bot.questions.card import heading, is_thesis
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
    opened_by: discord.Interaction[Any],
    question_id: int,
    wording: Wording,
    closes: str,
    *,
    is_thesis: bool = False,
) -> ui.Modal:
    """Show a draft's texts and close; a thesis has none."""
    fields = _thesis_texts(wording) if is_thesis else _draft_fields(wording, closes)
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
    is_thesis: bool = False,
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
        fields=[*(_thesis_texts(wording) if is_thesis else _texts(wording)), reason],
    )


def new_thesis_form(opened_by: discord.Interaction[Any]) -> ui.Modal:
    """Ask for a new thesis."""
    return modal("new-thesis", opened_by=opened_by, title="New thesis", fields=_thesis_texts(Wording("", "")))


def thesis_form(opened_by: discord.Interaction[Any], question_id: int, title: str) -> ui.Modal:
    """Ask for a draft's title as a statement; what it says about resolving has no place in a thesis."""
    fields = _thesis_texts(Wording(title, ""))
    return modal("thesis", question_id, opened_by=opened_by, title="Open as a thesis", fields=fields)


def crux_question_form(
    opened_by: discord.Interaction[Any], argument_id: int, wording: Wording, closes: str
) -> ui.Modal:
    """Show a question made from an argument, with blanks to fill before it is opened."""
    fields = _draft_fields(wording, closes)
    return modal(
        "crux-question", argument_id, opened_by=opened_by, title="Question from a crux", fields=fields
    )


def claim_question_form(
    opened_by: discord.Interaction[Any], claim_id: int, wording: Wording, closes: str
) -> ui.Modal:
    """Show the question that a claim would make; nothing of it is stored yet."""
    fields = _draft_fields(wording, closes)
    return modal("edit-claim", claim_id, opened_by=opened_by, title="Question from a claim", fields=fields)


def claim_thesis_form(opened_by: discord.Interaction[Any], claim_id: int, title: str) -> ui.Modal:
    """Ask for a claim as a statement that stands alone."""
    fields = _thesis_texts(Wording(title, ""))
    return modal("thesis-claim", claim_id, opened_by=opened_by, title="Thesis from a claim", fields=fields)


def _thesis_texts(wording: Wording) -> list[ui.Label[Any]]:
    return [
        field("title", "Thesis, as a statement", value=wording.title, most=TITLE_LENGTH[1],
              hint="The export controls backfired."),
        field("criteria", "Context", value=wording.criteria, most=CRITERIA_LENGTH[1], long=True,
              required=False, hint="What the words mean, and why people disagree"),
    ]  # fmt: skip


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
    lost = "" if is_thesis(card) else "nobody is scored, scores it has are withdrawn, and "
    form.add_item(
        text(
            f"**{heading(card)}**",
            f"Void ({reason}): {lost}there is no way back.",
        )
    )
    form.add_item(
        field("note", "Note, shown to members", value=note, most=NOTE_LIMIT, long=True, hint="What is wrong")
    )
    return form
