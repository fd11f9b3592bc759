"""The question "What moved you?": the menu after a move, what was ticked in it, what of that counts."""

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.ui.components import Option, menu, row, text
from bot.ui.text import brief, percent, plain, single_line
from forecasts.errors import InvalidInputError
from forecasts.models import Cause, Side
from forecasts.moves import MOST_ARGUMENTS
from forecasts.views import CreditedMove, MoveBoxes

OTHERS = {Cause.NEWS: "News", Cause.THINKING: "Thinking again"}
SIGNS = {Side.FOR: "▲ For", Side.AGAINST: "▼ Against"}
SAID = 300
DIGITS = 18  # of the keys that are read


def asked(question_id: int, boxes: MoveBoxes) -> list[ui.Item[Any]]:
    """Ask what moved a member: the arguments they were shown, news, or thinking again."""
    options = [
        Option(
            str(line.id),
            f"{SIGNS[line.side]}: {plain(single_line(line.text))}",
            "your own: it doesn't count" if line.id in boxes.own else plain(single_line(line.by)),
        )
        for line in boxes.arguments
    ]
    options += [Option(str(cause), label) for cause, label in OTHERS.items()]
    said = f"**What moved you?**  {percent(boxes.before)} → {percent(boxes.after)}"
    return [
        text(said),
        row(
            menu(
                "moved", question_id, boxes.forecast_id,
                hint="Arguments, news, thinking again",
                options=options, most=MOST_ARGUMENTS + len(OTHERS),
            )
        ),
    ]  # fmt: skip


def read_boxes(ticked: Sequence[str]) -> tuple[list[int], list[Cause]]:
    """Part the ticked values into keys of arguments and other causes.

    Raises
    ------
    InvalidInputError
        A value that no menu has.

    Examples
    --------
    >>> read_boxes(["12", "news"])
    ([12], [<Cause.NEWS: 'news'>])
    """
    causes = [cause for cause in OTHERS if str(cause) in ticked]
    keys = [value for value in ticked if value not in {str(cause) for cause in OTHERS}]
    if not all(key.isascii() and key.isdecimal() and len(key) <= DIGITS for key in keys):
        raise InvalidInputError("There is no such box. Open your forecast anew: /forecast mine")
    return [int(key) for key in keys], causes


def credited_text(credited: CreditedMove) -> str:
    """Say which boxes count and share the move, and why the others don't."""
    lines = [f"-# {brief(sentence, SAID)}" for sentence in credited.refused]
    if not credited.counted:
        return "\n".join(["Nothing is noted of what moved you.", *lines])
    named = ", ".join(brief(name, SAID) for name in credited.counted)
    share = {1: "all of it", 2: "half each"}.get(len(credited.counted), f"1/{len(credited.counted)} each")
    return "\n".join([f"Noted what moved you: {named} ({share}).", *lines])
