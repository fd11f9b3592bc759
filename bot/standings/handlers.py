"""What standings commands call."""

from datetime import timedelta

from bot.context import acting
from bot.errors import reply
from bot.standings.explanation import explanation_view
from bot.standings.views import leaderboard_view
from bot.ui.components import Interaction
from forecasts.explaining import explain_score
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


async def show_leaderboard(interaction: Interaction, period: str) -> None:
    """Show who forecast best over a period."""
    days = PERIODS[period]
    async with acting(interaction) as actor:
        since = None if days is None else actor.now - timedelta(days=days)
        standings = await leaderboard(actor.session, community_id=actor.community.id, since=since)
    await reply(interaction, leaderboard_view(standings, period))
