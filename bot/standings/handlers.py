"""What standings commands call."""

from datetime import timedelta

from bot.context import acting
from bot.errors import reply
from bot.standings.views import leaderboard_view
from bot.ui.components import Interaction
from forecasts.standings import leaderboard

PERIODS = {"week": 7, "month": 30, "season": 91, "all": None}


async def show_leaderboard(interaction: Interaction, period: str) -> None:
    """Show who forecast best over a period."""
    days = PERIODS[period]
    async with acting(interaction) as actor:
        since = None if days is None else actor.now - timedelta(days=days)
        standings = await leaderboard(actor.session, community_id=actor.community.id, since=since)
    await reply(interaction, leaderboard_view(standings, period))
