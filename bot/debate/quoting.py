"""What is shown while a chat message's words are on their way to becoming an argument."""

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.ui.components import CruxView, Option, button, menu, row, text
from bot.ui.text import brief, single_line
from forecasts.lifecycle import describe
from forecasts.models import Side
from forecasts.views import QuestionLine

TITLE_SHOWN = 200
Words = Sequence[ui.TextDisplay[Any]]  # they carry what was said (see bot.carried)


def questions_view(
    questions: Sequence[QuestionLine], words: Words, message_id: int, author_id: int
) -> CruxView:
    """Ask which question the words are about."""
    options = [
        Option(str(line.question_id), f"#{line.number} {single_line(line.title)}", describe(line.phase))
        for line in questions
    ]
    chosen = menu("quote-for", message_id, author_id, hint="An argument for which question?", options=options)
    return CruxView(text("Add these words as an argument:"), *words, row(chosen))


def sides_view(
    question_id: int, number: int | None, title: str, words: Words, message_id: int, author_id: int
) -> CruxView:
    """Ask for which side they speak."""
    heading = f"**#{number}**  {brief(single_line(title), TITLE_SHOWN)}"
    sides = (
        button("quote", question_id, side, message_id, author_id, label=label)
        for side, label in ((1, "It speaks for"), (0, "It speaks against"))
    )
    return CruxView(text(heading), *words, row(*sides))


def consent_view(
    question_id: int,
    number: int | None,
    side: Side,
    words: Words,
    *,
    message_id: int,
    author_id: int,
    asked_by: int,
) -> CruxView:
    """Ask whoever wrote the words, in public and by name, whether they may be an argument."""
    asked = f"<@{author_id}>, may these words of yours be an argument **{side}** #{number}?"
    small = (
        f"-# <@{asked_by}> asks. Only you can answer, and nothing is stored unless you agree. It would stand "
        "under your alias; who has read it here knows whose it is."
    )
    code = 1 if side is Side.FOR else 0
    return CruxView(
        text(asked),
        *words,
        text(small),
        row(
            button("agree", question_id, code, message_id, author_id, label="Agree"),
            button("decline", question_id, author_id, label="No"),
        ),
    )
