"""`/leaderboard`: who forecasts best."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from discord import app_commands
from discord.ext import commands

from bot.standings import handlers
from bot.transformers import ResolvedQuestion, Topic
from bot.ui.components import ButtonHandler, Interaction

if TYPE_CHECKING:
    from bot.client import CruxBot


class StandingsCog(commands.Cog):
    """Leaderboards."""

    @app_commands.command()
    async def leaderboard(
        self,
        interaction: Interaction,
        period: Literal["week", "month", "season", "all"] = "all",
        topic: Topic = "",
    ) -> None:
        """Show who forecasts best here, only to you.

        Parameters
        ----------
        period
            Questions resolved in the last 7, 30 or 91 days, or all.
        topic
            Only questions of this topic.
        """
        await handlers.show_leaderboard(interaction, period, topic)

    @app_commands.command()
    async def profile(self, interaction: Interaction) -> None:
        """Show your own record and calibration, only to you."""
        await handlers.show_profile(interaction)

    @app_commands.command()
    async def calibration(self, interaction: Interaction) -> None:
        """Show how well calibrated this whole server is, only to you."""
        await handlers.show_calibration(interaction)

    @app_commands.command()
    async def why(self, interaction: Interaction, question: ResolvedQuestion) -> None:
        """Show how your score on a resolved question came about, step by step.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        """
        await handlers.explain(interaction, question)


BUTTONS: dict[str, ButtonHandler] = {
    "leaderboard": partial(handlers.show_leaderboard, period="all"),
    "why": handlers.explain,
    "history": handlers.show_history,
}


async def setup(bot: "CruxBot") -> None:
    """Add the commands and buttons of this package."""
    await bot.add_cog(StandingsCog())
    bot.register(buttons=BUTTONS)
