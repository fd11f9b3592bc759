"""`/resolve`: say how a question came out, dispute that, decide, and correct it."""

from typing import TYPE_CHECKING, Literal

from discord import app_commands
from discord.app_commands import Range, Transform
from discord.ext import commands

from bot.resolution import handlers
from bot.transformers import LivingQuestion, QuestionTransformer, ResolvedQuestion
from bot.ui.components import ButtonHandler, Interaction, ModalHandler
from forecasts.models import Phase

if TYPE_CHECKING:
    from bot.client import CruxBot

OUTCOMES = {"NO": 0, "YES": 1}
ProposedQuestion = Transform[int, QuestionTransformer(Phase.PROPOSED)]


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

    @app_commands.command()
    async def challenge(
        self, interaction: Interaction, question: ProposedQuestion, reason: Range[str, 1, 1000]
    ) -> None:
        """Dispute a proposed outcome. For members who forecast the question.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        reason
            What is wrong with it; it is posted without your name.
        """
        await handlers.challenge(interaction, question, reason)

    @app_commands.command()
    async def decide(
        self,
        interaction: Interaction,
        question: ProposedQuestion,
        ruling: Literal["uphold", "refuse"],
        note: Range[str, 1, 1000],
    ) -> None:
        """Decide a challenged proposal of another moderator. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        ruling
            Uphold: the proposal stands. Refuse: it falls, and the question goes on.
        note
            Why, in a sentence; members read it.
        """
        await handlers.decide(interaction, question, upheld=ruling == "uphold", note=note)

    @app_commands.command()
    async def overturn(
        self,
        interaction: Interaction,
        question: ResolvedQuestion,
        outcome: Literal["YES", "NO"],
        evidence: Range[str, 1, 500],
        note: Range[str, 1, 1000],
        known: Range[str, 1, 40] = "",
    ) -> None:
        """Correct a resolution: everybody is scored anew. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        outcome
            How it really came out.
        evidence
            A link that starts with https://.
        note
            What the evidence shows, in a sentence.
        known
            When it became public, such as 29 Dec. As before, if you leave it out.
        """
        await handlers.overturn(
            interaction, question, outcome=OUTCOMES[outcome], evidence=evidence, note=note, known=known
        )


BUTTONS: dict[str, ButtonHandler] = {
    "challenge": handlers.open_challenge_form,
    "decide": handlers.open_decision_form,
}
MODALS: dict[str, ModalHandler] = {
    "challenge": handlers.submit_challenge,
    "decide": handlers.submit_decision,
}


async def setup(bot: "CruxBot") -> None:
    """Add the commands, buttons and forms of this package."""
    await bot.add_cog(ResolutionCog())
    bot.register(buttons=BUTTONS, modals=MODALS)
