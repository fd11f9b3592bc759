"""`/question`: draft, approve, show and list questions."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.questions import handlers
from bot.transformers import AnyQuestion, DraftQuestion
from bot.ui.components import ButtonHandler, Interaction, ModalHandler
from forecasts.models import Preset

if TYPE_CHECKING:
    from bot.client import CruxBot


class Questions(commands.GroupCog, group_name="question", group_description="Draft, open and read questions"):
    """Questions of this server."""

    @app_commands.command()
    async def new(self, interaction: Interaction) -> None:
        """Write a question in a form. For moderators."""
        await handlers.open_draft_form(interaction)

    @app_commands.command()
    async def approve(
        self, interaction: Interaction, draft: DraftQuestion, preset: Preset | None = None
    ) -> None:
        """Open a draft: members can forecast it from now on. For moderators.

        Parameters
        ----------
        draft
            Start typing a word of it.
        preset
            How long the sealed round, the debate and the last call take.
        """
        await handlers.approve(interaction, draft, preset)

    @app_commands.command()
    async def show(self, interaction: Interaction, question: AnyQuestion) -> None:
        """Show a question, only to you.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        """
        await handlers.show(interaction, question)

    @app_commands.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """List what is open, closed and proposed, only to you."""
        await handlers.list_all(interaction)


BUTTONS: dict[str, ButtonHandler] = {
    "approve": handlers.approve,
    "edit": handlers.open_edit_form,
    "reject": handlers.reject,
    "criteria": handlers.criteria,
}
MODALS: dict[str, ModalHandler] = {
    "new-question": handlers.create_draft,
    "edit-question": handlers.change_draft,
}


async def setup(bot: "CruxBot") -> None:
    """Add the commands, buttons and forms of this package."""
    await bot.add_cog(Questions())
    bot.register(buttons=BUTTONS, modals=MODALS)
