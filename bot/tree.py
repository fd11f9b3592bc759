"""The command tree: commands work in servers only, and errors end in one place."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.errors import deferring, reply_error
from bot.incoming import storable
from forecasts.errors import InvalidInputError

if TYPE_CHECKING:
    from bot.client import CruxBot

CHANGED = "This command has changed. Reload Discord (Ctrl+R, or restart the app) and type it again."


class CruxTree(app_commands.CommandTree["CruxBot"]):
    """Every command is for servers; what a command raises is answered by :func:`bot.errors.reply_error`."""

    async def _call(self, interaction: "discord.Interaction[CruxBot]") -> None:
        interaction.data = storable(interaction.data)
        if interaction.type is discord.InteractionType.application_command:
            with deferring(interaction):
                await super()._call(interaction)
        else:  # choices for an option are given at once or not at all
            await super()._call(interaction)

    async def on_error(
        self, interaction: "discord.Interaction[CruxBot]", error: app_commands.AppCommandError, /
    ) -> None:
        """Answer; nothing is swallowed and nothing is shown raw."""
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            # Discord shows a version's commands for a while after it has gone.
            await reply_error(interaction, InvalidInputError(CHANGED))
        else:
            await reply_error(interaction, error)
