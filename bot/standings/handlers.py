"""What standings commands call."""

import asyncio
from datetime import timedelta

from bot.context import acting
from bot.errors import reply
from bot.standings.explanation import explanation_view
from bot.standings.record import calibration_lines, calibration_of, profile_lines, record_view
from bot.standings.views import leaderboard_view, ranked
from bot.ui.charts import (
    Bar,
    history_alt,
    history_chart,
    reliability_alt,
    reliability_chart,
    standings_alt,
    standings_chart,
)
from bot.ui.components import CruxView, Interaction, picture_of, text
from bot.ui.text import safe, single_line
from forecasts.explaining import explain_score
from forecasts.history import history_of
from forecasts.standings import Standing, leaderboard
from forecasts.track_record import Points, calibration_points, profile_of

PERIODS = {"week": 7, "month": 30, "season": 91, "all": None}


async def explain(interaction: Interaction, question_id: int) -> None:
    """Show a member how their own score on a resolved question came about."""
    async with acting(interaction) as actor:
        explanation = await explain_score(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
        )
    await reply(interaction, explanation_view(explanation))


async def show_history(interaction: Interaction, question_id: int) -> None:
    """Show how the group's numbers on a question moved, as a picture."""
    async with acting(interaction) as actor:
        history = await history_of(
            actor.session, community_id=actor.community.id, question_id=question_id, now=actor.now
        )
    chart = await asyncio.to_thread(history_chart, history)
    said = f"### #{history.number}  {safe(single_line(history.title))}"
    picture, file = picture_of(chart, "history.png", history_alt(history))
    await reply(interaction, CruxView(text(said), picture), files=[file])


async def show_profile(interaction: Interaction) -> None:
    """Show a member their own record, with their calibration as a picture."""
    async with acting(interaction) as actor:
        profile = await profile_of(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            user_id=interaction.user.id,
        )
    await _show_record(interaction, "Your record", profile_lines(profile), profile.points)


async def show_calibration(interaction: Interaction) -> None:
    """Show how well calibrated the whole server is."""
    async with acting(interaction) as actor:
        points = await calibration_points(actor.session, community_id=actor.community.id)
    await _show_record(interaction, "Calibration of this server", [], points)


async def _show_record(interaction: Interaction, title: str, lines: list[str], points: Points) -> None:
    found = await asyncio.to_thread(calibration_of, points)
    size = points.probabilities.size
    if found is None:
        await reply(interaction, record_view(title, [*lines, *calibration_lines(None, size)], None))
        return
    parts, curve, band = found
    chart = await asyncio.to_thread(reliability_chart, curve, band)
    picture, file = picture_of(chart, "calibration.png", reliability_alt(curve))
    view = record_view(title, [*lines, *calibration_lines(parts, size)], picture)
    await reply(interaction, view, files=[file])


async def show_leaderboard(interaction: Interaction, period: str, topic: str = "") -> None:
    """Show who forecast best over a period, on one topic or on all."""
    days = PERIODS[period]
    async with acting(interaction) as actor:
        since = None if days is None else actor.now - timedelta(days=days)
        standings = await leaderboard(
            actor.session, community_id=actor.community.id, since=since, topic=" ".join(topic.split())
        )
    lines = ranked(standings)
    if all(line.low is None for line in lines):
        await reply(interaction, leaderboard_view(standings, period, topic=topic))
        return
    bars = [_bar(line) for line in lines]
    chart = await asyncio.to_thread(standings_chart, bars)
    picture, file = picture_of(chart, "leaderboard.png", standings_alt(bars))
    await reply(interaction, leaderboard_view(standings, period, topic=topic, picture=picture), files=[file])


def _bar(line: Standing) -> Bar:
    return Bar(line.baseline or f"{line.rank}.", line.skill, line.low, line.high, bool(line.baseline))
