"""What document commands and buttons call. Reading a document happens off the event loop."""

import asyncio
from urllib.parse import urlsplit

import discord

from bot.context import acting
from bot.documents.views import claims_view, documents_view, review_view
from bot.errors import answer_in_place, reply
from bot.questions.card import card_view
from bot.questions.forms import new_form
from bot.ui import limits
from bot.ui.components import CruxView, Interaction, field, modal, text
from bot.ui.text import plain
from claims.ingest import MAX_BYTES, Document, DocumentError, document_from_text, read_document
from claims.library import (
    REASON_LIMIT,
    add_document,
    draft_from_claim,
    list_documents,
    reject_claim,
    waiting_claims,
)  # fmt: skip
from claims.pipeline import Claim, extract_claims
from forecasts.errors import InvalidInputError, NotAllowedError
from forecasts.queries import card_of

NAME_LIMIT = 100
LISTED = 20
QUOTED = 1_000


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
    async with acting(interaction, as_moderator=True):
        pass  # refuse before anything is read
    document = document_from_text(values["text"] + values.get("more", ""), values["name"])
    await _add(interaction, document)


async def add_attachment(interaction: Interaction, attachment: discord.Attachment) -> None:
    """Read an attached file."""
    async with acting(interaction, as_moderator=True):
        pass  # refuse before anything is fetched
    if attachment.size > MAX_BYTES:
        raise DocumentError(
            f"{attachment.filename} is too large: {attachment.size / 1e6:.1f} MB. At most "
            f"{MAX_BYTES / 1e6:.0f} MB is read; split it, or attach the part that matters."
        )
    if urlsplit(attachment.url).hostname not in interaction.client.attachment_hosts:
        raise DocumentError("Only files attached in Discord are read. Attach the file to the command.")
    try:
        data = await attachment.read()
    except discord.HTTPException:
        raise DocumentError(
            f"{attachment.filename} could not be fetched from Discord. Attach it again, or paste its text."
        ) from None
    await _add(interaction, await asyncio.to_thread(read_document, data, attachment.filename))


async def _add(interaction: Interaction, document: Document) -> None:
    claims: list[Claim] = await asyncio.to_thread(extract_claims, [document])
    if not claims:
        raise DocumentError(
            f"{document.name} holds no sentence worth debating: nothing was stored. Try a longer passage."
        )
    async with acting(interaction, as_moderator=True) as actor:
        rows = await add_document(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            document=document,
            claims=claims,
            now=actor.now,
        )
        stored = [(row.id, claim) for row, claim in zip(rows, claims, strict=True)]
        document_id = rows[0].document_id
    await reply(interaction, claims_view(document.title or document.name, document_id, stored))


async def draft(interaction: Interaction, claim_id: int) -> None:
    """Turn a claim into a draft question and show it with its buttons."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await draft_from_claim(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            claim_id=claim_id,
            now=actor.now,
        )
        card = await card_of(actor.session, community_id=actor.community.id, question_id=question.id)
    await reply(interaction, card_view(card))


async def list_all(interaction: Interaction) -> None:
    """List the documents, newest first, with what waits in them."""
    async with acting(interaction, as_moderator=True) as actor:
        documents = await list_documents(actor.session, community_id=actor.community.id, limit=LISTED)
    await reply(interaction, documents_view(documents))


async def show_claims(interaction: Interaction, document_id: int) -> None:
    """Show a document's best claims again, without those that became drafts."""
    async with acting(interaction, as_moderator=True) as actor:
        title, claims = await waiting_claims(
            actor.session, community_id=actor.community.id, document_id=document_id
        )
    if claims:
        view = claims_view(title, document_id, claims)
    else:
        view = CruxView(text("Nothing waits in this document: each claim was decided about."))
    await reply(interaction, view)


async def review(interaction: Interaction, document_id: int, index: int) -> None:
    """Show a document's waiting claims one after the other, best first."""
    async with acting(interaction, as_moderator=True) as actor:
        title, claims = await waiting_claims(
            actor.session, community_id=actor.community.id, document_id=document_id
        )
    await answer_in_place(interaction, review_view(title, document_id, claims, max(index, 0)))


async def open_reject_form(interaction: Interaction, claim_id: int) -> None:
    """Ask why a claim isn't worth asking about; moderators' reasons are what ranking learns from."""
    async with acting(interaction, as_moderator=True):
        pass  # refuse before anybody types
    reason = field(
        "reason", "Why not?", hint="Not disputed, a duplicate, about the article …", most=REASON_LIMIT
    )
    form = modal("reject-claim", claim_id, opened_by=interaction, title="Reject a claim", fields=[reason])
    await interaction.response.send_modal(form)


async def reject(interaction: Interaction, claim_id: int, values: dict[str, str]) -> None:
    """Leave a claim out, and go on with the next one."""
    async with acting(interaction, as_moderator=True) as actor:
        document_id = await reject_claim(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            claim_id=claim_id,
            reason=values["reason"],
            now=actor.now,
        )
        title, claims = await waiting_claims(
            actor.session, community_id=actor.community.id, document_id=document_id
        )
    await answer_in_place(interaction, review_view(title, document_id, claims, 0))


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
