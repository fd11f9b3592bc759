"""Leaderboard and digest, in words."""

from typing import Any

from discord import ui

from bot.questions.card import OUTCOMES
from bot.ui import limits
from bot.ui.components import CruxView, button, row, text
from bot.ui.text import brief, percent, single_line
from forecasts.standings import Standing, Standings

SHOWN = 15
RESOLVED_SHOWN = 8
TITLE_SHOWN = 110
DIGEST_TEXT = 3_500
PERIOD_NAMES = {"week": "the last 7 days", "month": "the last 30 days", "season": "the last 91 days"}


def leaderboard_view(
    standings: Standings, period: str, picture: ui.MediaGallery[Any] | None = None
) -> CruxView:
    """Rank members by skill, with how much it rests on."""
    name = PERIOD_NAMES.get(period, "all time")
    if not standings.lines:
        return CruxView(text(f"No question was resolved in {name}, so nobody has a score yet."))
    lines = [f"### Leaderboard, {name}"]
    lines.extend(_standing_line(line) for line in standings.lines[:SHOWN])
    if len(standings.lines) > SHOWN:
        lines.append(f"… and {len(standings.lines) - SHOWN} more")
    lines.append(_baselines(standings.median_brier, standings.uniform_brier))
    if standings.pool_brier is not None:
        lines.append(f"-# The Crux pool, which extremizes the group's odds, got {standings.pool_brier:.2f}.")
    lines.append(
        "-# Skill is points a question against the others, pulled towards 0 while there are few questions; "
        "in brackets its 95 % interval. Brier: 0 is best, 1 is worst."
    )
    items: list[ui.Item[Any]] = [text("\n".join(lines))]
    return CruxView(*items, *([picture] if picture is not None else []))


def _standing_line(line: Standing) -> str:
    interval = f" ({line.low:+.1f} to {line.high:+.1f})" if _has_interval(line.low, line.high) else ""
    questions = "1 question" if line.questions == 1 else f"{line.questions} questions"
    return (
        f"**{line.rank}.** <@{line.user_id}>  **{line.skill:+.1f}**{interval} · {questions}, "
        f"coverage {line.coverage:.1f} · Brier {line.brier:.2f}"
    )


def _has_interval(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None


def _baselines(median: float | None, uniform: float | None) -> str:
    if median is None or uniform is None:
        return ""
    return f"The median's Brier on these questions: **{median:.2f}** (always 50 % gets {uniform:.2f})"


def digest_view(content: dict[str, Any], *, marker: int | None = None) -> CruxView:
    """Lay out a week's digest from the values its outbox row holds."""
    week = content["period"].partition("-W")[2].lstrip("0")
    resolved, leaders = content["resolved"], content["leaders"]
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
        lines.append(_baselines(content["median_brier"], content["uniform_brier"]))
    if leaders:
        lines.append("Best of the week: " + ", ".join(_leader(each) for each in leaders))
        if _overlap(leaders):
            lines.append("-# Their intervals overlap: this is not a ranking of skill yet.")
    lines.extend(_resolved_line(each) for each in resolved[:RESOLVED_SHOWN])
    if len(resolved) > RESOLVED_SHOWN:
        lines.append(f"… and {len(resolved) - RESOLVED_SHOWN} more")
    change, apart = content.get("change"), content.get("apart")
    if change is not None:
        moved = f"{percent(change['before'])} → {percent(change['after'])}"
        lines.append(f"Biggest change of mind: {_named(change)} {moved}")
    if apart is not None:
        lines.append(f"Still apart: {_named(apart)} {percent(apart['low'])} to {percent(apart['high'])}")
    words = limits.truncate("\n".join(line for line in lines if line), DIGEST_TEXT)
    buttons = [
        button("leaderboard", label="Leaderboard"),
        button("next", label="Forecast the next question"),
    ]
    if apart is not None:
        buttons.append(button("show", apart["question_id"], label=f"Forecast #{apart['number']}"))
    return CruxView(text(words), row(*buttons), accent=0x5865F2, marker=marker)


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
