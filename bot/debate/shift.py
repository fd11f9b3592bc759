"""What a debate did, in words: the shift at the end of the last call, and which arguments held up."""

from collections.abc import Sequence

from bot.debate.views import NAME_SHOWN, SIGNS
from bot.ui.components import CruxView, text
from bot.ui.text import brief, percent, single_line
from forecasts.debate_views import ArgumentReview, Camps, DebateReview, Shift

TEXT_SHOWN = 250
HEADING = 300
SHOWN = 4  # of either kind: with all texts at their limits within one message


def shift_lines(review: DebateReview) -> list[str]:
    """Say how the group moved, what moved it, and who is still apart; nothing where too few took part."""
    if review.shift is None:
        return []
    lines = [_shift(review.shift)]
    if (argument := review.moved_most()) is not None:
        lines.append(f"Moved most: {_quoted(argument)} ({_moved(argument)})")
    if (argument := review.convinced_both) is not None:
        lines.append(f"Convinced both groups: {_quoted(argument)}")
    if review.camps is not None and review.camps.is_apart:
        lines.append(_apart(review.camps))
    lines.append("-# Of those who gave both numbers. It holds the news as well as the debate.")
    return lines


def _shift(shift: Shift) -> str:
    moved = f"{shift.moved} of {shift.members} moved by ten points or more"
    return f"Median **{percent(shift.before)} → {percent(shift.after)}**; {moved}."


def _apart(camps: Camps) -> str:
    return f"Still apart: lower group {percent(camps.lower or 0)}, upper group {percent(camps.upper or 0)}"


def _moved(argument: ArgumentReview) -> str:
    readers = f"{argument.moved} of {argument.readers} reader" + ("" if argument.readers == 1 else "s")
    points = f", median {argument.median_points:.2g} points" if argument.median_points is not None else ""
    return f"moved {readers}{points}"


def _quoted(argument: ArgumentReview) -> str:
    name = brief(single_line(argument.by), NAME_SHOWN)
    by = f"<@{argument.user_id}>" if argument.user_id is not None else name
    return f"“{brief(single_line(argument.text), TEXT_SHOWN)}” — {by}"


def held_up_view(review: DebateReview) -> CruxView:
    """List arguments by insight, the best first, and name those that were persuasive, but wrong."""
    judged = [each for each in review.arguments if each.insight is not None]
    by_insight = sorted(judged, key=lambda each: each.insight or 0.0, reverse=True)
    held = [each for each in by_insight if (each.insight or 0.0) >= 0]
    wrong = [each for each in reversed(by_insight) if (each.insight or 0.0) < 0]
    head = f"### #{review.number}  {brief(single_line(review.title), HEADING)}"
    if review.is_thin:
        return CruxView(text(head, "Fewer than five members forecast while it was sealed: too few to tell."))
    if not judged:
        return CruxView(text(head, "Nobody said that an argument had moved them."))
    lines = [head, *_listed("**Arguments that held up**", held), *_listed("**Persuasive, but wrong**", wrong)]
    lines.append(
        "-# What the forecasts that members credit to an argument gained in Brier score, shared with "
        "whatever else they say moved them. Above 0 they got better."
    )
    return CruxView(text(*lines))


def _listed(title: str, arguments: Sequence[ArgumentReview]) -> list[str]:
    lines = [
        f"{SIGNS[each.side]}  {_quoted(each)} · **{each.insight or 0.0:+.2f}** · {_moved(each)}"
        for each in arguments[:SHOWN]
    ]
    if len(arguments) > SHOWN:
        lines.append(f"… and {len(arguments) - SHOWN} more")
    return [title, *lines] if lines else []
