"""`/question`: draft, approve, show and list questions."""

from typing import TYPE_CHECKING, Literal

from discord import app_commands
from discord.app_commands import Range, Transform
from discord.ext import commands

from bot.questions import handlers, moderating, theses
from bot.transformers import AnyQuestion, DraftQuestion, QuestionTransformer, Topic
from bot.ui.components import ButtonHandler, Interaction, ModalHandler
from forecasts.models import Phase, Preset, VoidReason
from forecasts.queries import LIVING, OPEN

if TYPE_CHECKING:
    from bot.client import CruxBot


EditableQuestion = Transform[int, QuestionTransformer(Phase.DRAFT, *OPEN, Phase.CLOSED)]
ExtensibleQuestion = Transform[int, QuestionTransformer(*OPEN, Phase.CLOSED)]
TopicalQuestion = Transform[int, QuestionTransformer(Phase.DRAFT, *LIVING, Phase.RESOLVED)]
VoidableQuestion = Transform[int, QuestionTransformer(*LIVING, Phase.RESOLVED)]
PostedQuestion = Transform[int, QuestionTransformer(*LIVING, Phase.RESOLVED, Phase.VOID)]


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

    @app_commands.command()
    async def edit(
        self, interaction: Interaction, question: EditableQuestion, *, meaning_changed: bool = False
    ) -> None:
        """Change what a question says, in a form. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        meaning_changed
            Everybody starts again, sealed. You are asked once more.
        """
        await moderating.open_edit_form(interaction, question, meaning_changed=meaning_changed)

    @app_commands.command()
    async def extend(
        self,
        interaction: Interaction,
        question: ExtensibleQuestion,
        closes: Range[str, 1, 100],
        reason: Range[str, 1, 300],
    ) -> None:
        """Let a question close later. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        closes
            31 Dec, in 3 weeks, Q3 or Friday 18:00.
        reason
            Why it needs more time; it goes into the server's record.
        """
        await moderating.extend(interaction, question, closes, reason)

    @app_commands.command()
    async def void(
        self,
        interaction: Interaction,
        question: VoidableQuestion,
        reason: Literal["ambiguous", "source gone", "premise false", "other"],
        note: Range[str, 1, 1000],
    ) -> None:
        """Take a question back: nobody is scored. You are asked once more. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        reason
            What kind of trouble it is.
        note
            What is wrong, in a sentence; members read it.
        """
        await moderating.open_void_form(interaction, question, VoidReason(reason), note)

    @app_commands.command()
    async def topic(self, interaction: Interaction, question: TopicalQuestion, topic: Topic = "") -> None:
        """Say what a question is about; /leaderboard can be narrowed to it. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        topic
            A word or two. Leave it out to take the topic away.
        """
        await moderating.set_topic(interaction, question, topic)

    @app_commands.command()
    async def repost(self, interaction: Interaction, question: PostedQuestion) -> None:
        """Post a question's card again, in the channel for questions. For moderators.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        """
        await moderating.repost(interaction, question)

    @app_commands.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """List what is open, closed and proposed, only to you."""
        await handlers.list_all(interaction)


class Theses(commands.GroupCog, group_name="thesis", group_description="Statements to debate"):
    """Theses of this server."""

    @app_commands.command()
    async def new(self, interaction: Interaction) -> None:
        """Write a statement to debate, never resolved and never scored. For moderators."""
        await theses.open_new_form(interaction)


BUTTONS: dict[str, ButtonHandler] = {
    "new-question": handlers.open_draft_form,
    "approve": handlers.approve,
    "thesis": theses.open_form,
    "edit": moderating.open_edit_form,
    "restart": moderating.open_restart_form,
    "repost": moderating.repost,
    "reject": handlers.reject,
    "criteria": handlers.criteria,
    "show": handlers.show,
}
MODALS: dict[str, ModalHandler] = {
    "new-question": handlers.create_draft,
    "new-thesis": theses.create_draft,
    "thesis": theses.open_as_thesis,
    "edit-question": handlers.change_draft,
    "edit-open": moderating.change_open,
    "void": moderating.void,
}


async def setup(bot: "CruxBot") -> None:
    """Add the commands, buttons and forms of this package."""
    await bot.add_cog(Questions())
    await bot.add_cog(Theses())
    bot.register(buttons=BUTTONS, modals=MODALS)
