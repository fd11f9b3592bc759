"""The option by which moderators choose an argument: from those of the question they have chosen."""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Transform

from bot.context import is_moderator
from bot.debate.views import SIGNS
from bot.transformers import QuestionTransformer
from bot.ui import limits
from bot.ui.text import single_line
from forecasts.communities import find_community
from forecasts.curation import find_arguments
from forecasts.errors import ForecastError, InvalidInputError

_KEY = "id:"
_KEY_DIGITS = 18


class ArgumentTransformer(app_commands.Transformer):
    """An argument of the command's question, chosen from a list that only moderators are given.

    Parameters
    ----------
    hidden
        Whether to choose from those that moderators have hidden.
    """

    def __init__(self, *, hidden: bool = False) -> None:
        self.hidden = hidden

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> int:
        """Return the argument's primary key; the use case checks whose it is."""
        del interaction
        key = value.removeprefix(_KEY)
        if value == key or not (key.isascii() and key.isdecimal() and len(key) <= _KEY_DIGITS):
            raise InvalidInputError("Which argument? Choose the question first, then one from the list.")
        return int(key)

    async def autocomplete(
        self, interaction: discord.Interaction[Any], value: float | str, /
    ) -> list[Choice[int | float | str]]:
        """Offer arguments of a question whose seal is broken: side and text, no names."""
        chosen = str(getattr(interaction.namespace, "question", ""))
        try:
            question_id = await QuestionTransformer().transform(interaction, chosen)
        except ForecastError:
            return []  # no question is chosen yet
        async with interaction.client.database.reading() as session:
            community = await find_community(session, guild_id=interaction.guild_id or 0)
            if community is None or not is_moderator(interaction, community):
                return []
            found = await find_arguments(
                session,
                community_id=community.id,
                question_id=question_id,
                matching=str(value)[: limits.CHOICE_NAME],
                hidden=self.hidden,
                limit=limits.AUTOCOMPLETE_CHOICES,
            )
        return [
            Choice(name=_name(str(SIGNS[side])[0], text), value=f"{_KEY}{key}") for key, side, text in found
        ]


def _name(sign: str, words: str) -> str:
    return limits.truncate(f"{sign} {single_line(words)}", limits.CHOICE_NAME)


ShownArgument = Transform[int, ArgumentTransformer()]
HiddenArgument = Transform[int, ArgumentTransformer(hidden=True)]
