"""`/argue`: one reason, for or against. `/arguments`: all of them. `/rate`: others', one at a time."""

from typing import TYPE_CHECKING, Literal

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.debate import curating, handlers, messages, rating, reviewing
from bot.debate.options import HiddenArgument, ShownArgument
from bot.transformers import AnyQuestion, OpenQuestion
from bot.ui.components import ButtonHandler, Interaction, ModalHandler
from forecasts.curation import REASON_LIMIT
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

    @app_commands.command()
    async def rate(self, interaction: Interaction, question: OpenQuestion) -> None:
        """Rate others' arguments one at a time, what speaks against you first. Only to you.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        """
        await rating.start(interaction, question)


class Curate(commands.GroupCog, group_name="curate", group_description="Hide and merge arguments"):
    """What moderators do about arguments."""

    @app_commands.command()
    async def hide(
        self,
        interaction: Interaction,
        question: AnyQuestion,
        argument: ShownArgument,
        reason: Range[str, 1, REASON_LIMIT],
    ) -> None:
        """Take an argument out of sight; its author reads why. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        argument
            Start typing a word of it.
        reason
            What is wrong with it, in a sentence.
        """
        await curating.hide(interaction, question, argument, reason)

    @app_commands.command()
    async def show(
        self,
        interaction: Interaction,
        question: AnyQuestion,
        argument: HiddenArgument,
        reason: Range[str, 1, REASON_LIMIT],
    ) -> None:
        """Show a hidden or merged argument again. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        argument
            Start typing a word of it.
        reason
            Why, in a sentence, for the server's record.
        """
        await curating.show(interaction, question, argument, reason)

    @app_commands.command()
    async def merge(
        self,
        interaction: Interaction,
        question: AnyQuestion,
        argument: ShownArgument,
        into: ShownArgument,
        reason: Range[str, 1, REASON_LIMIT],
    ) -> None:
        """Let an argument count as another one that says the same. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        argument
            The one that goes.
        into
            The one that stays.
        reason
            Why they are the same, in a sentence; the author of the one that goes reads it.
        """
        await curating.merge(interaction, question, argument, into, reason)


@app_commands.context_menu(name="Add as argument")
async def argument_from_message(interaction: Interaction, message: discord.Message) -> None:
    """Make a message's words an argument; if they are somebody else's, ask them."""
    await messages.choose_question(interaction, message)


BUTTONS: dict[str, ButtonHandler] = {
    "held-up": reviewing.show_held_up,
    "argue": handlers.open_form,
    "arguments": handlers.show_more_arguments,
    "quote": messages.quote,
    "agree": messages.agree,
    "decline": messages.decline,
    "reply": handlers.open_reply_form,
    "add-anyway": handlers.add_anyway,
    "rate": rating.start,
    "rate-one": rating.rate,
    "rate-again": rating.show_again,
    "rate-stop": rating.stop,
}
MENUS: dict[str, ButtonHandler] = {"quote-for": messages.choose_side}
MODALS: dict[str, ModalHandler] = {"argue": handlers.submit_form, "reply": handlers.submit_reply}


async def setup(bot: "CruxBot") -> None:
    """Add the commands, buttons and forms of this package."""
    await bot.add_cog(Debate())
    await bot.add_cog(Curate())
    bot.tree.add_command(argument_from_message)
    bot.register(buttons=BUTTONS, menus=MENUS, modals=MODALS)
