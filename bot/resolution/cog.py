"""`/resolve`: say how a question came out, with evidence."""

from typing import TYPE_CHECKING, Literal

from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.resolution import handlers
from bot.transformers import LivingQuestion
from bot.ui.components import Interaction

if TYPE_CHECKING:
    from bot.client import CruxBot

OUTCOMES = {"NO": 0, "YES": 1}


class ResolutionCog(commands.GroupCog, group_name="resolve", group_description="Say how questions came out"):
    """Resolutions."""

    @app_commands.command()
    async def propose(
        self,
        interaction: Interaction,
        question: LivingQuestion,
        outcome: Literal["YES", "NO"],
        evidence: Range[str, 1, 500],
        note: Range[str, 1, 1000],
        known: Range[str, 1, 40] = "",
    ) -> None:
        """Propose how a question came out; members can challenge it. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        outcome
            How it came out.
        evidence
            A link that starts with https://.
        note
            What the evidence shows, in a sentence.
        known
            When it became public, such as 29 Dec. Now, if you leave it out.
        """
        await handlers.propose(
            interaction, question, outcome=OUTCOMES[outcome], evidence=evidence, note=note, known=known
        )


async def setup(bot: "CruxBot") -> None:
    """Add the commands of this package."""
    await bot.add_cog(ResolutionCog())
