"""`/crux`: link a thesis to the questions it turns on, and say what they would change."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.cruxes import handlers, prompts
from bot.transformers import AnyQuestion, CruxQuestion, OpenThesis
from bot.ui.components import ButtonHandler, Interaction, ModalHandler

if TYPE_CHECKING:
    from bot.client import CruxBot


class CruxesCog(commands.GroupCog, group_name="crux", group_description="Questions that would change minds"):
    """Cruxes of theses."""

    @app_commands.command()
    async def link(self, interaction: Interaction, thesis: OpenThesis, question: CruxQuestion) -> None:
        """Name a question whose outcome would change your credence in a thesis.

        Parameters
        ----------
        thesis
            Start typing its number or a word of it.
        question
            Start typing its number or a word of it.
        """
        await handlers.link(interaction, thesis, question)

    @app_commands.command()
    async def answer(self, interaction: Interaction, thesis: OpenThesis, question: CruxQuestion) -> None:
        """Say what your credence in a thesis becomes if a question resolves YES, and if NO.

        Parameters
        ----------
        thesis
            Start typing its number or a word of it.
        question
            One that is linked to it; start typing its number or a word of it.
        """
        await handlers.open_between(interaction, thesis, question)

    @app_commands.command()
    async def show(self, interaction: Interaction, question: AnyQuestion) -> None:
        """Show what a thesis turns on, only to you.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        """
        await handlers.show(interaction, question)


BUTTONS: dict[str, ButtonHandler] = {
    "cruxes": handlers.show,
    "crux-answer": handlers.open_answer_form,
    "crux-question": handlers.open_question_form,
    "prompt": prompts.show,
    "prompt-set": prompts.set_stated,
    "prompt-keep": prompts.keep,
    "prompt-other": prompts.open_form,
}
MODALS: dict[str, ModalHandler] = {
    "crux-answer": handlers.answer,
    "crux-question": handlers.draft_question,
    "prompt-other": prompts.set_typed,
}


async def setup(bot: "CruxBot") -> None:
    """Add the commands, buttons and forms of this package."""
    await bot.add_cog(CruxesCog())
    bot.register(buttons=BUTTONS, modals=MODALS)
