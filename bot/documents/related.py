"""What `/claims related` and its button call: passages for and against something, only to whoever asks."""

import asyncio

from bot.context import Actor, acting, require_moderator
from bot.documents.review_views import ON_ITS_OWN, passages_view
from bot.errors import reply
from bot.ui.components import Interaction
from claims.related import (
    Shelf,
    bearing_of,
    passages_of,
    shelf_for_claim,
    shelf_for_question,
    shelf_for_text,
)  # fmt: skip
from forecasts.errors import InvalidInputError
from forecasts.queries import find_question


async def related(interaction: Interaction, question_id: int | None, claim: str | None) -> None:
    """Show what was read for and against a question, or against a sentence that somebody typed."""
    if (question_id is None) == (not claim):
        raise InvalidInputError("Choose a question, or type a claim: one of the two.")
    async with acting(interaction) as actor:
        if question_id is not None:
            shelf = await _question(interaction, actor, question_id)
        else:
            shelf = await shelf_for_text(
                actor.session, community_id=actor.community.id, text=" ".join((claim or "").split())
            )
    await _answer(interaction, shelf)


async def _question(interaction: Interaction, actor: Actor, question_id: int) -> Shelf:
    question = await find_question(actor.session, community_id=actor.community.id, question_id=question_id)
    if question.number is None:
        require_moderator(interaction, actor.community)
    return await shelf_for_question(actor.session, question=question)


async def related_to_claim(interaction: Interaction, claim_id: int) -> None:
    """Show what was read for and against a claim under review."""
    async with acting(interaction, as_moderator=True) as actor:
        shelf = await shelf_for_claim(actor.session, community_id=actor.community.id, claim_id=claim_id)
    await _answer(interaction, shelf)


async def _answer(interaction: Interaction, shelf: Shelf) -> None:
    bearing = await asyncio.to_thread(bearing_of, shelf)
    async with interaction.client.database.reading() as session:
        passages = await passages_of(session, shelf=shelf, bearing=bearing, most=ON_ITS_OWN)
    await reply(interaction, passages_view(shelf.text, passages))
