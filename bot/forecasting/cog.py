"""`/forecast`: give, see and withdraw forecasts."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.forecasting import handlers
from bot.transformers import LivingQuestion, OpenQuestion
from bot.ui.components import ButtonHandler, Interaction, ModalHandler

if TYPE_CHECKING:
    from bot.client import CruxBot


class Forecasting(commands.GroupCog, group_name="forecast", group_description="Your forecasts"):
    """A member's own forecasts."""

    @app_commands.command()
    async def set(
        self, interaction: Interaction, question: OpenQuestion, probability: Range[str, 1, 40]
    ) -> None:
        """Give or change your probability.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        probability
            70%, 0.7, 7/10, 2:1 or 1 in 3.
        """
        await handlers.submit_typed(interaction, question, probability)

    @app_commands.command()
    async def mine(self, interaction: Interaction, question: LivingQuestion) -> None:
        """Show your forecast on a question, only to you.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        """
        await handlers.show_mine(interaction, question)

    @app_commands.command(name="next")
    async def next_(self, interaction: Interaction) -> None:
        """Show an open question that you have not forecast yet."""
        await handlers.show_next(interaction)

    @app_commands.command()
    async def withdraw(self, interaction: Interaction, question: OpenQuestion) -> None:
        """Take your forecast back from now on.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        """
        await handlers.withdraw(interaction, question)


BUTTONS: dict[str, ButtonHandler] = {
    "forecast": handlers.submit_percent,
    "nudge": handlers.nudge,
    "undo": handlers.undo,
    "exact": handlers.open_exact_form,
    "mine": handlers.show_mine,
    "result": handlers.show_result,
    "next": handlers.show_next,
    "follow": handlers.set_following,
}
MENUS: dict[str, ButtonHandler] = {"moved": handlers.credit}
MODALS: dict[str, ModalHandler] = {"exact": handlers.submit_form}


async def setup(bot: "CruxBot") -> None:
    """Add the commands, buttons and forms of this package."""
    await bot.add_cog(Forecasting())
    bot.register(buttons=BUTTONS, menus=MENUS, modals=MODALS)
