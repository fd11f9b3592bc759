"""What standings commands call."""

import asyncio
from datetime import timedelta

from bot.context import acting
from bot.errors import reply
from bot.standings.explanation import explanation_view
from bot.standings.views import SHOWN, leaderboard_view
from bot.ui.charts import history_alt, history_chart, standings_alt, standings_chart
from bot.ui.components import CruxView, Interaction, picture_of, text
from bot.ui.text import safe, single_line
from forecasts.explaining import explain_score
from forecasts.history import history_of
from forecasts.standings import leaderboard

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


async def show_leaderboard(interaction: Interaction, period: str) -> None:
    """Show who forecast best over a period."""
    days = PERIODS[period]
    async with acting(interaction) as actor:
        since = None if days is None else actor.now - timedelta(days=days)
        standings = await leaderboard(actor.session, community_id=actor.community.id, since=since)
    charted = [line for line in standings.lines[:SHOWN] if line.low is not None]
    if not charted:
        await reply(interaction, leaderboard_view(standings, period))
        return
    chart = await asyncio.to_thread(standings_chart, standings.lines[:SHOWN])
    picture, file = picture_of(chart, "leaderboard.png", standings_alt(standings.lines[:SHOWN]))
    await reply(interaction, leaderboard_view(standings, period, picture), files=[file])
