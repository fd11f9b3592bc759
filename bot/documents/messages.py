"""A chat message as a document: a moderator's own and bots' at once, a member's only if they agree."""

from collections.abc import Callable

import discord

from bot.carried import carried
from bot.consent import agreed_words, answer_request, ask_author, take_back
from bot.context import acting
from bot.documents.handlers import check_claims, check_may_add, stored
from bot.documents.reading import in_a_thread
from bot.documents.views import consent_view
from bot.errors import reply
from bot.ui import limits
from bot.ui.components import CruxView, Interaction, text
from bot.ui.text import plain, single_line
from claims.ingest import Document, document_from_message
from claims.library import check_is_new, check_quota
from claims.messages import MESSAGE_LINK
from claims.pipeline import extract_claims
from forecasts.errors import InvalidInputError, NotAllowedError
from forecasts.quotas import note_request

CARRIED = 3_400  # units of text that fit into one message beside the question
OURS = (
    "Crux's own messages hold what documents and members said already. Add the document, or the member's own "
    "message."
)
NO_TEXT = "This message has no text that can be read. Give its files to /claims add, or paste what it shows."


async def add_message(interaction: Interaction, message: discord.Message) -> None:
    """Read a message's words, or ask in public whoever wrote them."""
    await check_may_add(interaction)
    words = _words_of(interaction, message)
    author = message.author
    name, document = _document(interaction, words, author.display_name, message.id)
    if author.id == interaction.user.id or _is_machine(message):
        url = _link(interaction, message.id)
        await reply(interaction, await stored(interaction, name, document, url=url))
        return
    shown = carried(words)
    if sum(limits.utf16_length(each.content) for each in shown) > CARRIED:
        raise InvalidInputError(
            f"This message is longer than {CARRIED} characters, too long to show its author what is asked. "
            "Ask them for a file or a shorter text."
        )
    await _check_worth_asking(interaction, name, document)
    view = consent_view(shown, message_id=message.id, author_id=author.id, asked_by=interaction.user.id)
    await ask_author(interaction, view, message_id=message.id, author_id=author.id)
    said = "Their author is asked. Nothing is stored until then; afterwards see `/claims review`."
    await reply(interaction, CruxView(text(said)))


async def _check_worth_asking(interaction: Interaction, name: str, document: Callable[[], Document]) -> None:
    """Bother nobody in vain, and not too often; without consent no model is asked."""
    made = await in_a_thread(interaction.client, document)
    check_claims(await in_a_thread(interaction.client, lambda: extract_claims([made])), name)
    async with acting(interaction, as_moderator=True) as actor:
        scope = {"community_id": actor.community.id}
        await check_is_new(actor.session, **scope, document=made)
        await check_quota(actor.session, **scope, member_id=actor.member.id, now=actor.now)
        await note_request(actor.session, **scope, member_id=actor.member.id, now=actor.now)


async def agree(interaction: Interaction, message_id: int, author_id: int) -> None:
    """Store the words as a document that its author gave."""
    words = agreed_words(interaction, author_id)
    name, document = _document(interaction, words, interaction.user.display_name, message_id)
    await stored(interaction, name, document, url=_link(interaction, message_id), as_moderator=False)
    await answer_request(interaction, "Agreed: moderators find its claims in `/claims review`.")


async def decline(interaction: Interaction, author_id: int) -> None:
    """Take the request back."""
    await take_back(interaction, author_id)


def _document(
    interaction: Interaction, words: str, author: str, message_id: int
) -> tuple[str, Callable[[], Document]]:
    """Return what a message is called, and what makes a document of it."""
    written_at = discord.utils.snowflake_time(message_id)
    by = single_line(author) or "somebody"
    name = f"Message by {by}, {written_at:%d %b %Y}"
    url = _link(interaction, message_id)
    return name, lambda: document_from_message(words, name, author=by, url=url, published_at=written_at)


def _link(interaction: Interaction, message_id: int) -> str:
    return f"{MESSAGE_LINK}{interaction.guild_id}/{interaction.channel_id}/{message_id}"


def _is_machine(message: discord.Message) -> bool:
    return message.author.bot or message.webhook_id is not None


def _words_of(interaction: Interaction, message: discord.Message) -> str:
    """Return what a message says, with names for mentions; of a member never what a link's page says."""
    me = interaction.client.user
    if me is not None and message.author.id == me.id:
        raise NotAllowedError(OURS)
    said = [message.clean_content]
    if _is_machine(message):
        said += [each or "" for embed in message.embeds for each in (embed.title, embed.description)]
        shown = discord.ui.LayoutView.from_message(message).walk_children()
        said += [item.content for item in shown if isinstance(item, discord.ui.TextDisplay)]
    words = plain("\n\n".join(each for each in said if each.strip()))
    if not words:
        raise InvalidInputError(NO_TEXT)
    return words
