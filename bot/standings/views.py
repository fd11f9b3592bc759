"""Leaderboard and digest, in words."""

from typing import Any

from discord import ui

from bot.questions.card import OUTCOMES
from bot.ui import limits
from bot.ui.components import CruxView, button, row, text
from bot.ui.text import brief, percent, single_line
from forecasts.standings import Standing, Standings

SHOWN = 15
NAMED = 3  # in the digest
RESOLVED_SHOWN = 8
TITLE_SHOWN = 110
DIGEST_TEXT = 3_500
PERIOD_NAMES = {"week": "the last 7 days", "month": "the last 30 days", "season": "the last 91 days"}


def leaderboard_view(
    standings: Standings, period: str, *, topic: str = "", picture: ui.MediaGallery[Any] | None = None
) -> CruxView:
    """Rank members by skill among the baselines, with how much it rests on."""
    name = PERIOD_NAMES.get(period, "all time")
    about = f" about “{brief(single_line(topic), TITLE_SHOWN)}”" if topic else ""
    if not standings.lines:
        return CruxView(text(f"No question{about} was resolved in {name}, so nobody has a score yet."))
    lines = [f"### Leaderboard{about}, {name}"]
    lines.extend(_standing_line(line) for line in ranked(standings))
    if len(standings.lines) > SHOWN:
        lines.append(f"… and {len(standings.lines) - SHOWN} more")
    lines.append(_crowd(standings.median_brier, standings.uniform_brier))
    lines.append(
        "-# Skill is points a question against the others, pulled towards 0 as if "
        f"{standings.shrinkage:.0f} more questions had given 0 points; in brackets its 95 % interval. "
        "Lines in italics are no members: the median, the Crux pool (the group's odds, extremized) and "
        "saying the same for every outcome. Brier: 0 is best, 1 is worst."
    )
    items: list[ui.Item[Any]] = [text("\n".join(lines))]
    return CruxView(*items, *([picture] if picture is not None else []))


def ranked(standings: Standings) -> list[Standing]:
    """Return the best members with the baselines among them, by skill; a member goes before its equal."""
    together = [*standings.lines[:SHOWN], *standings.baselines]
    return sorted(together, key=lambda line: (-line.skill, bool(line.baseline)))


def _standing_line(line: Standing) -> str:
    interval = f" ({line.low:+.1f} to {line.high:+.1f})" if _has_interval(line.low, line.high) else ""
    questions = _count(line.questions, "question")
    who = f"*{line.baseline}*" if line.baseline else f"**{line.rank}.** <@{line.user_id}>"
    return (
        f"{who}  **{line.skill:+.1f}**{interval} · {questions}, "
        f"coverage {line.coverage:.1f} · Brier {line.brier:.2f}"
    )


def _has_interval(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None


def _crowd(median: float | None, uniform: float | None) -> str:
    if median is None or uniform is None:
        return ""
    return f"The median's Brier on these questions: **{median:.2f}** (always 50 % gets {uniform:.2f})"


def digest_view(
    content: dict[str, Any],
    *,
    marker: int | None = None,
    picture: ui.MediaGallery[Any] | None = None,
) -> CruxView:
    """Lay out a week's digest from the values its outbox row holds."""
    week = content["period"].partition("-W")[2].lstrip("0")
    resolved, leaders = content["resolved"], content["leaders"][:NAMED]
    lines = [
        f"## Week {week}",
        " · ".join(
            [
                f"{len(resolved)} resolved",
                f"{_count(content['forecasts'], 'forecast')} by "
                + _count(content["people"], "person", "people"),
                f"{_count(content['open_questions'], 'question')} open",
            ]
        ),
    ]
    if content["median_brier"] is not None:
        lines.append(_crowd(content["median_brier"], content["uniform_brier"]))
    if leaders:
        lines.append("Best of the week: " + ", ".join(_leader(each) for each in leaders))
        if _overlap(leaders):
            lines.append("-# Their intervals overlap: this is not a ranking of skill yet.")
    lines.extend(_resolved_line(each) for each in resolved[:RESOLVED_SHOWN])
    if len(resolved) > RESOLVED_SHOWN:
        lines.append(f"… and {len(resolved) - RESOLVED_SHOWN} more")
    apart = content.get("apart")
    lines.extend(_debate_lines(content.get("change"), apart, content.get("first_to_last")))
    words = limits.truncate("\n".join(line for line in lines if line), DIGEST_TEXT)
    buttons = [
        button("leaderboard", label="Leaderboard"),
        button("next", label="Forecast the next question"),
    ]
    if apart is not None:
        buttons.append(button("show", apart["question_id"], label=f"Forecast #{apart['number']}"))
    pictures = [picture] if picture is not None else []
    return CruxView(text(words), *pictures, row(*buttons), accent=0x5865F2, marker=marker)


def _debate_lines(
    change: dict[str, Any] | None, apart: dict[str, Any] | None, rounds: dict[str, Any] | None
) -> list[str]:
    """Say what debates did: what moved, who is still apart, and whether the last round was the better one."""
    lines = []
    if change is not None:
        after = change.get("argument")
        why = f" after “{brief(single_line(after), TITLE_SHOWN)}”" if after else ""
        moved = f"{percent(change['before'])} → {percent(change['after'])}"
        lines.append(f"Biggest change of mind: {_named(change)} {moved}{why}")
    if apart is not None:
        groups = f"groups at {percent(apart['low'])} and {percent(apart['high'])}"
        lines.append(f"Still apart: {_named(apart)}, {groups}")
    if rounds is not None:
        gain, opening = rounds["gain"], rounds["of_opening"]
        said = f"{_gained(gain, 'better', 'worse')} over {_count(gain['questions'], 'question')}"
        lines.append(f"First to last round (debate and news): {said} {_interval(gain)}")
        note = "-# In Brier score of the median forecast."
        if opening is not None:
            more = f"{_gained(opening, 'more', 'less')} than the others {_interval(opening)}"
            note += f" Those who opened arguments gained {more}."
        lines.append(note)
    return lines


def _gained(estimate: dict[str, Any], more: str, less: str) -> str:
    return f"**{abs(estimate['mean']):.2f} {more if estimate['mean'] >= 0 else less}**"


def _interval(estimate: dict[str, Any]) -> str:
    """Give the 95 % interval of a difference in the direction in which its mean is told."""
    ends = [estimate["low"], estimate["high"]]
    if estimate["mean"] < 0:
        ends = [-end for end in reversed(ends)]
    low, high = (round(end, 2) + 0.0 for end in ends)  # no minus before a zero
    return f"({low:.2f} to {high:.2f})"


def _named(line: dict[str, Any]) -> str:
    return f"**#{line['number']}** {brief(single_line(line['title']), TITLE_SHOWN)}"


def _leader(leader: dict[str, Any]) -> str:
    questions = _count(leader["questions"], "question")
    return f"<@{leader['user_id']}> {leader['skill']:+.1f} points ({questions})"


def _overlap(leaders: list[dict[str, Any]]) -> bool:
    first, *others = leaders
    return any(
        not _has_interval(first["low"], other["high"]) or other["high"] >= first["low"] for other in others
    )


def _resolved_line(line: dict[str, Any]) -> str:
    title = brief(single_line(line["title"]), TITLE_SHOWN)
    median = f" · median said {percent(line['median'])}" if line["median"] is not None else ""
    brier = f" (Brier {line['median_brier']:.2f})" if line["median_brier"] is not None else ""
    return f"**#{line['number']}** {title} → **{OUTCOMES[line['outcome']]}**{median}{brier}"


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
