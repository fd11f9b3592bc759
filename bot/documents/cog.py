"""`/claims`: read documents, review their claims and turn them into questions."""

from typing import TYPE_CHECKING, Literal

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.documents import briefs, feeds, handlers, messages, related, reviewing
from bot.documents.feeds import WatchedFeed
from bot.documents.handlers import LONGEST_URL
from bot.transformers import AnyQuestion
from bot.ui.components import ButtonHandler, Interaction, ModalHandler

if TYPE_CHECKING:
    from bot.client import CruxBot


class Claims(
    commands.GroupCog, group_name="claims", group_description="Claims worth debating, from documents"
):
    """Documents and claims."""

    feeds = app_commands.Group(name="feeds", description="Feeds whose new entries become documents")

    @app_commands.command()
    async def add(
        self,
        interaction: Interaction,
        document: discord.Attachment | None = None,
        url: Range[str, 1, LONGEST_URL] | None = None,
    ) -> None:
        """Read a document and list its claims. For moderators.

        Parameters
        ----------
        document
            A text, Markdown, HTML or PDF file of at most 5 MB. Leave it out to paste text.
        url
            A page's address instead, where the host allows fetching.
        """
        await handlers.add(interaction, document, url)

    @app_commands.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """List the documents and what waits in each. For moderators."""
        await handlers.list_all(interaction)

    @app_commands.command()
    async def review(self, interaction: Interaction) -> None:
        """Review the claims that wait, one by one. For moderators."""
        await reviewing.begin(interaction)

    @app_commands.command()
    async def top(self, interaction: Interaction) -> None:
        """Show the five most debatable new claims. For moderators."""
        await briefs.top(interaction)

    @app_commands.command()
    async def related(
        self,
        interaction: Interaction,
        question: AnyQuestion | None = None,
        claim: Range[str, 10, 300] | None = None,
    ) -> None:
        """Show what was read here for and against a question or a claim, only to you.

        Parameters
        ----------
        question
            Start typing its number or a word of it.
        claim
            A sentence of your own instead.
        """
        await related.related(interaction, question, claim)

    @app_commands.command()
    async def brief(
        self,
        interaction: Interaction,
        when: Literal[
            "daily", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "off"
        ],
        hour: Range[int, 0, 23] = 8,
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Post the top new claims daily or weekly. For moderators.

        Parameters
        ----------
        when
            Every day, a day of the week, or off.
        hour
            The hour, 0 to 23, in the server's zone; 8 if you leave it out.
        channel
            Where; this channel if you leave it out.
        """
        await briefs.schedule(interaction, when, hour, channel.id if channel is not None else None)

    @feeds.command(name="add")
    async def add_feed(self, interaction: Interaction, url: Range[str, 1, LONGEST_URL]) -> None:
        """Watch a feed: it is read every hour. For moderators.

        Parameters
        ----------
        url
            The address of an RSS or Atom feed; it begins with https.
        """
        await feeds.add(interaction, url)

    @feeds.command(name="list")
    async def list_feeds(self, interaction: Interaction) -> None:
        """List the feeds, and why one can't be read. For moderators."""
        await feeds.show(interaction)

    @feeds.command(name="remove")
    async def remove_feed(self, interaction: Interaction, feed: WatchedFeed) -> None:
        """Watch a feed no more. For moderators.

        Parameters
        ----------
        feed
            Start typing its title or address.
        """
        await feeds.remove(interaction, feed)


@app_commands.context_menu(name="Make this a question")
async def question_from_message(interaction: Interaction, message: discord.Message) -> None:
    """Quote the message in the form for a new question."""
    await handlers.question_from_message(interaction, message)


@app_commands.context_menu(name="Add to claims")
async def document_from_message(interaction: Interaction, message: discord.Message) -> None:
    """Look for claims in a message; if it is somebody else's, ask them."""
    await messages.add_message(interaction, message)


BUTTONS: dict[str, ButtonHandler] = {
    "add-document": handlers.open_form,
    "agree-document": messages.agree,
    "claims": handlers.show_claims,
    "decline-document": messages.decline,
    "dismiss-claim": briefs.dismiss,
    "draft": reviewing.draft,
    "edit-claim": reviewing.open_edit_form,
    "reject-claim": reviewing.open_reject_form,
    "related": related.related_to_claim,
    "replace": handlers.replace,
    "review": reviewing.review,
    "tension": reviewing.judge,
    "thesis-claim": reviewing.open_thesis_form,
}
MODALS: dict[str, ModalHandler] = {
    "add-document": handlers.submit_form,
    "edit-claim": reviewing.draft_as_edited,
    "reject-claim": reviewing.reject,
    "thesis-claim": reviewing.draft_thesis,
}


async def setup(bot: "CruxBot") -> None:
    """Add the commands, buttons and forms of this package."""
    await bot.add_cog(Claims())
    bot.tree.add_command(question_from_message)
    bot.tree.add_command(document_from_message)
    bot.register(buttons=BUTTONS, modals=MODALS)
