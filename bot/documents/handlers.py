"""What document commands and buttons call. Reading a document happens off the event loop."""

import asyncio
from urllib.parse import urlsplit

import discord

from bot.context import acting
from bot.documents.views import claims_view
from bot.errors import reply
from bot.questions.card import card_view
from bot.ui import limits
from bot.ui.components import Interaction, field, modal
from claims.ingest import MAX_BYTES, Document, DocumentError, document_from_text, read_document
from claims.library import add_document, draft_from_claim
from claims.pipeline import Claim, extract_claims
from forecasts.queries import card_of

NAME_LIMIT = 100


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
    data = await attachment.read()
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
    await reply(
        interaction, claims_view(limits.truncate(document.title or document.name, NAME_LIMIT), stored)
    )


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
