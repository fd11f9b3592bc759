"""What document commands and buttons call. Reading a document happens off the event loop."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import discord

from bot.context import acting
from bot.documents.reading import NAME_LIMIT, fetched, page_of, read
from bot.documents.views import claims_view, documents_view
from bot.errors import answer_in_place, reply
from bot.questions.forms import new_form
from bot.ui import limits
from bot.ui.components import CruxView, Interaction, field, modal, text
from bot.ui.text import plain
from claims.ingest import MAX_FILE_BYTES, Document, DocumentError, document_from_text, read_document
from claims.library import (
    add_document,
    check_quota,
    document_line,
    list_documents,
    replace_document,
)  # fmt: skip
from claims.pipeline import Claim
from claims.review import waiting_claims
from forecasts.errors import InvalidInputError, NotAllowedError

LISTED = 20
QUOTED = 1_000
LONGEST_URL = 500


async def add(interaction: Interaction, attachment: discord.Attachment | None, url: str | None) -> None:
    """Read what is given: a file, a page, or the text of a form."""
    if attachment is not None and url:
        raise InvalidInputError("Give a file or an address, not both.")
    if attachment is not None:
        await _add_attachment(interaction, attachment)
    elif url:
        await _add_page(interaction, url.strip())
    else:
        await open_form(interaction)


async def open_form(interaction: Interaction) -> None:
    """Ask for pasted text: one field takes 4,000 characters, so there are two."""
    form = modal(
        "add-document",
        opened_by=interaction,
        title="Add a document",
        fields=[
            field("name", "Title or source", hint="Comments on …, 12 June", most=NAME_LIMIT),
            field("text", "Text", long=True, hint="Longer than both fields? Attach it as a file instead."),
            field("more", "Text, continued", long=True, required=False),
        ],
    )
    await interaction.response.send_modal(form)


async def submit_form(interaction: Interaction, values: dict[str, str]) -> None:
    """Read what was pasted."""
    await check_may_add(interaction)
    pasted, name = values["text"] + values.get("more", ""), values["name"]
    await _add(interaction, name, lambda: document_from_text(pasted, name))


async def _add_attachment(interaction: Interaction, attachment: discord.Attachment) -> None:
    await check_may_add(interaction)
    if attachment.size > MAX_FILE_BYTES:
        raise DocumentError(
            f"{attachment.filename} is too large: {attachment.size / 1e6:.1f} MB. At most "
            f"{MAX_FILE_BYTES / 1e6:.0f} MB is read; split it, or attach the part that matters."
        )
    if urlsplit(attachment.url).hostname not in interaction.client.attachment_hosts:
        raise DocumentError("Only files attached in Discord are read. Attach the file to the command.")
    try:
        data = await attachment.read()
    except discord.HTTPException:
        raise DocumentError(
            f"{attachment.filename} could not be fetched from Discord. Attach it again, or paste its text."
        ) from None
    await _add(interaction, attachment.filename, lambda: read_document(data, attachment.filename))


async def _add_page(interaction: Interaction, url: str) -> None:
    await check_may_add(interaction)
    page = await fetched(interaction.client, url)
    if page is not None:
        await _add(interaction, url, lambda: page_of(page, url), url=url)


async def check_may_add(interaction: Interaction) -> None:
    """Refuse before anything is fetched or read."""
    async with acting(interaction, as_moderator=True) as actor:
        await check_quota(
            actor.session, community_id=actor.community.id, member_id=actor.member.id, now=actor.now
        )


async def _add(
    interaction: Interaction, name: str, document: Callable[[], Document], *, url: str = ""
) -> None:
    await reply(interaction, await stored(interaction, name, document, url=url))


async def stored(
    interaction: Interaction,
    name: str,
    document: Callable[[], Document],
    *,
    url: str = "",
    as_moderator: bool = True,
) -> CruxView:
    """Read a document, store it with its claims, and return what to show of it.

    Parameters
    ----------
    as_moderator
        Whoever acts must be one; of an author who agrees that isn't asked.

    Raises
    ------
    ForecastError
        It can't be read, holds no claim, or was read before; nothing is stored then.
    """
    reading = await read(interaction.client, document)
    check_claims(reading.claims, name)
    async with acting(interaction, as_moderator=as_moderator) as actor:
        added = await add_document(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            reading=reading,
            url=url,
            now=actor.now,
        )
        claims = await waiting_claims(
            actor.session, community_id=actor.community.id, document_id=added.document_id
        )
    return claims_view(added, claims, note=reading.note)


def check_claims(claims: Sequence[Claim], name: str) -> None:
    """Raise DocumentError if nothing was found in a document."""
    if not claims:
        raise DocumentError(
            f"{name} holds no sentence worth debating: nothing was stored. Try a longer passage."
        )


async def replace(interaction: Interaction, document_id: int, by_id: int) -> None:
    """Let a document take the place of an earlier one: decisions about claims that still stand are kept."""
    async with acting(interaction, as_moderator=True) as actor:
        added = await replace_document(
            actor.session, community_id=actor.community.id, document_id=document_id, by_id=by_id,
            now=actor.now,
        )  # fmt: skip
        claims = await waiting_claims(actor.session, community_id=actor.community.id, document_id=by_id)
    await answer_in_place(interaction, claims_view(added, claims))


async def list_all(interaction: Interaction) -> None:
    """List the documents, newest first, with what waits in them."""
    async with acting(interaction, as_moderator=True) as actor:
        documents = await list_documents(actor.session, community_id=actor.community.id, limit=LISTED)
    await reply(interaction, documents_view(documents))


async def show_claims(interaction: Interaction, document_id: int) -> None:
    """Show a document's best claims again, without those that became drafts."""
    async with acting(interaction, as_moderator=True) as actor:
        document = await document_line(
            actor.session, community_id=actor.community.id, document_id=document_id
        )
        claims = await waiting_claims(actor.session, community_id=actor.community.id, document_id=document_id)
    view = CruxView(text("Nothing waits in this document: each claim was decided about."))
    await reply(interaction, claims_view(document, claims) if claims else view)


async def question_from_message(interaction: Interaction, message: discord.Message) -> None:
    """Open the form for a question with a message as a quote; nothing is stored before it is sent.

    Nobody's words are taken without their consent: only the moderator's own messages and the bot's.
    """
    async with acting(interaction, as_moderator=True):
        pass  # the form must be the first answer
    me = interaction.client.user
    if message.author.id not in {interaction.user.id, me.id if me is not None else 0}:
        raise NotAllowedError(
            f"{message.author.display_name} wrote this and would have to agree: Crux takes nobody's words "
            "without their consent. Write the question in your own words: /question new"
        )
    words = plain(_text_of(message))
    if not words:
        raise InvalidInputError("This message has no text. Write the question yourself: /question new")
    criteria = f"“{limits.truncate(words, QUOTED)}”\n\nResolves YES if "
    await interaction.response.send_modal(new_form(interaction, criteria))


def _text_of(message: discord.Message) -> str:
    if message.content:
        return message.content
    shown = discord.ui.LayoutView.from_message(message).walk_children()
    return "\n".join(item.content for item in shown if isinstance(item, discord.ui.TextDisplay))
