"""`/argue`: one reason, for or against. `/arguments`: all of them."""

from typing import TYPE_CHECKING, Literal

from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.debate import handlers
from bot.transformers import AnyQuestion, OpenQuestion
from bot.ui.components import ButtonHandler, Interaction, ModalHandler
from forecasts.models import Side

if TYPE_CHECKING:
    from bot.client import CruxBot


class Debate(commands.Cog):
    """Arguments."""

    @app_commands.command()
    async def argue(
        self,
        interaction: Interaction,
        question: OpenQuestion,
        side: Literal["for", "against"],
        text: Range[str, 1, 400],
        source: Range[str, 1, 300] = "",
    ) -> None:
        """Give a reason for or against, under an alias.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        side
            Does it speak for YES or against it?
        text
            One reason, 20 to 400 characters.
        source
            A link or a name, if you have one.
        """
        await handlers.argue(interaction, question, Side(side), text, source)

    @app_commands.command()
    async def arguments(self, interaction: Interaction, question: AnyQuestion) -> None:
        """Read all arguments on a question, only to you; your own while it is sealed.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        """
        await handlers.show_arguments(interaction, question)


BUTTONS: dict[str, ButtonHandler] = {
    "argue": handlers.open_form,
    "arguments": handlers.show_more_arguments,
}
MODALS: dict[str, ModalHandler] = {"argue": handlers.submit_form}


async def setup(bot: "CruxBot") -> None:
    """Add the commands, buttons and forms of this package."""
    await bot.add_cog(Debate())
    bot.register(buttons=BUTTONS, modals=MODALS)
