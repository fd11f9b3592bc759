"""Whoever wrote a message is asked, in public and by name, before anything is made of their words.

Until then nothing is stored: the words stand in the request and go with its buttons (see :mod:`bot.carried`).
"""

from contextlib import suppress

import discord

from bot.carried import carried_by
from bot.errors import reply
from bot.ui.components import CruxView, Interaction, text
from forecasts.errors import NotAllowedError


async def ask_author(interaction: Interaction, view: CruxView, *, message_id: int, author_id: int) -> None:
    """Answer the message in public with a request, and mention its author, nobody else.

    Raises
    ------
    NotAllowedError
        The bot may not write in this channel.
    """
    channel_id = interaction.channel_id or 0
    mentions = discord.AllowedMentions(
        everyone=False, roles=False, users=[discord.Object(author_id)], replied_user=False
    )
    reference = discord.MessageReference(
        message_id=message_id, channel_id=channel_id, fail_if_not_exists=False
    )
    try:
        await interaction.client.get_partial_messageable(channel_id).send(
            view=view, reference=reference, allowed_mentions=mentions, nonce=f"q{interaction.id}"
        )
    except discord.Forbidden:
        raise NotAllowedError("Crux may not write here, so it can't ask the author.") from None


def agreed_words(interaction: Interaction, author_id: int) -> str:
    """Return the words that a request carries, if whoever clicked wrote them: only they can agree.

    Raises
    ------
    NotAllowedError
        Somebody else wrote them.
    InvalidInputError
        The clicked message carries no words, or never had this button.
    """
    words, _ = carried_by(interaction)
    if interaction.user.id != author_id:
        raise NotAllowedError("Only who wrote these words can answer this.")
    return words


async def take_back(interaction: Interaction, author_id: int) -> None:
    """Put a refusal in the place of the request: the words are gone with it."""
    agreed_words(interaction, author_id)
    await answer_request(interaction, "Declined. Nothing was stored.")


async def answer_request(interaction: Interaction, said: str) -> None:
    """Put the answer in the place of the request, which everybody saw."""
    if not interaction.response.is_done():
        with suppress(discord.HTTPException):  # it was deferred at this very moment
            await interaction.response.edit_message(view=CruxView(text(said)))
            return
    if interaction.message is not None:
        with suppress(discord.HTTPException):  # it was deleted meanwhile
            nobody = discord.AllowedMentions.none()
            await interaction.message.edit(view=CruxView(text(said)), allowed_mentions=nobody)
    await reply(interaction, CruxView(text(said)))
