"""`/claims`: read documents and turn their claims into questions."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.documents import handlers
from bot.ui.components import ButtonHandler, Interaction, ModalHandler

if TYPE_CHECKING:
    from bot.client import CruxBot


class Claims(
    commands.GroupCog, group_name="claims", group_description="Claims worth debating, from documents"
):
    """Documents and claims."""

    @app_commands.command()
    async def add(self, interaction: Interaction, document: discord.Attachment | None = None) -> None:
        """Read a document and list its claims, only to you. For moderators.

        Parameters
        ----------
        document
            A text file of at most 1 MB. Leave it out to paste text.
        """
        if document is None:
            await handlers.open_form(interaction)
        else:
            await handlers.add_attachment(interaction, document)

    @app_commands.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """List the documents and how many claims wait in each, only to you. For moderators."""
        await handlers.list_all(interaction)


@app_commands.context_menu(name="Make this a question")
async def question_from_message(interaction: Interaction, message: discord.Message) -> None:
    """Quote the message in the form for a new question."""
    await handlers.question_from_message(interaction, message)


BUTTONS: dict[str, ButtonHandler] = {
    "draft": handlers.draft,
    "claims": handlers.show_claims,
    "review": handlers.review,
    "reject-claim": handlers.open_reject_form,
    "add-document": handlers.open_form,
}
MODALS: dict[str, ModalHandler] = {
    "add-document": handlers.submit_form,
    "reject-claim": handlers.reject,
}


async def setup(bot: "CruxBot") -> None:
    """Add the commands, buttons and forms of this package."""
    await bot.add_cog(Claims())
    bot.tree.add_command(question_from_message)
    bot.register(buttons=BUTTONS, modals=MODALS)
