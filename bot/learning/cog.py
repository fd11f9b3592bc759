"""`/learn`: three cards with practice, only for their reader; nothing of it is stored."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.errors import answer_in_place, reply
from bot.learning.cards import ANSWERS, LESSONS, lesson_view, scored_view
from bot.ui.components import ButtonHandler, Interaction
from forecasts.errors import InvalidInputError

if TYPE_CHECKING:
    from bot.client import CruxBot


class Learning(commands.Cog):
    """The tutorial."""

    @app_commands.command()
    async def learn(self, interaction: Interaction) -> None:
        """Learn to forecast in three short cards, each with a question to practise on."""
        await reply(interaction, lesson_view(0))


async def show(interaction: Interaction, place: int) -> None:
    """Show a card in the place of the one before."""
    await answer_in_place(interaction, lesson_view(place))


async def score(interaction: Interaction, place: int, percent: int) -> None:
    """Score the number on a button."""
    if percent not in ANSWERS or place not in range(len(LESSONS)):
        raise InvalidInputError("There is no such practice question. Begin again: /learn")
    await answer_in_place(interaction, scored_view(place, percent / 100))


BUTTONS: dict[str, ButtonHandler] = {"learn": show, "learn-answer": score}


async def setup(bot: "CruxBot") -> None:
    """Add the command and buttons of this package."""
    await bot.add_cog(Learning())
    bot.register(buttons=BUTTONS)
