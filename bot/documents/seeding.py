"""A debate begins with what was read on both sides."""

import asyncio

from bot.context import is_moderator
from bot.ui.components import Interaction
from claims.related import shelf_for_question
from claims.seeding import Seed, seeds_on
from forecasts.communities import find_community
from forecasts.errors import NotFoundError
from forecasts.models import Phase
from forecasts.queries import find_question


async def seeds_for(interaction: Interaction, question_id: int) -> list[Seed]:
    """Find quotes for and against a draft before the transaction that opens it: comparing takes a moment.

    Empty where whoever clicks may not open it; that is said by what opens it.
    """
    async with interaction.client.database.reading() as session:
        community = await find_community(session, guild_id=interaction.guild_id or 0)
        if community is None or not is_moderator(interaction, community):
            return []
        try:
            question = await find_question(session, community_id=community.id, question_id=question_id)
        except NotFoundError:
            return []
        if question.phase is not Phase.DRAFT:
            return []
        shelf = await shelf_for_question(session, question=question)
    return await asyncio.to_thread(seeds_on, shelf) if shelf.ids else []
