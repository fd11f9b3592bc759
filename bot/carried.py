"""Words that a message of ours carries from one click to the next: no id could, and nothing is stored.

They stand in a code block, in which nothing acts; who can't change the message can't change them.
"""

import re
from typing import Any

import discord
from discord import ui

from bot.ui.components import Interaction
from bot.ui.text import plain
from forecasts.errors import InvalidInputError

WORDS, SOURCE = 801, 802  # ids of the two texts among a message's components
GONE = "These words aren't there any more. Write them anew, or ask for them again."
_FENCED = re.compile(r"```\n(.*)\n```", re.DOTALL)
_PING = re.compile(r"@(?=everyone|here)", re.IGNORECASE)


def carried(words: str, source: str = "") -> list[ui.TextDisplay[Any]]:
    """Return texts that show somebody's words, and from which :func:`carried_by` reads them again."""
    shown: list[ui.TextDisplay[Any]] = [ui.TextDisplay(_fenced(words), id=WORDS)]
    return shown + ([ui.TextDisplay(_fenced(source), id=SOURCE)] if source else [])


def carried_by(interaction: Interaction) -> tuple[str, str]:
    """Return the words and the source that the clicked message carries.

    Raises
    ------
    InvalidInputError
        The message isn't ours, has no such words, or never had the button that was clicked.
    """
    message, clicked = interaction.message, dict(interaction.data or {}).get("custom_id")
    if message is None or message.author != interaction.client.user:
        raise InvalidInputError(GONE)
    parts = [part for top in message.components for part in (top, *getattr(top, "children", ()))]
    texts = {part.id: part.content for part in parts if isinstance(part, discord.TextDisplay)}
    found = {key: _FENCED.fullmatch(texts.get(key, "")) for key in (WORDS, SOURCE)}
    words, source = found[WORDS], found[SOURCE]
    if words is None or clicked not in {getattr(part, "custom_id", None) for part in parts}:
        raise InvalidInputError(GONE)
    return plain(words[1]), plain(source[1]) if source is not None else ""


def _fenced(words: str) -> str:
    # A blank of no width keeps Discord from seeing a ping; plain() takes it out again.
    harmless = _PING.sub("@\u200b", plain(words).replace("`", "'"))
    return f"```\n{harmless}\n```"
