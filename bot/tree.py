"""The command tree: commands work in servers only, and errors end in one place."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.errors import reply_error

if TYPE_CHECKING:
    from bot.client import CruxBot


class CruxTree(app_commands.CommandTree["CruxBot"]):
    """Every command is for servers; what a command raises is answered by :func:`bot.errors.reply_error`."""

    async def on_error(
        self, interaction: "discord.Interaction[CruxBot]", error: app_commands.AppCommandError, /
    ) -> None:
        """Answer; nothing is swallowed and nothing is shown raw."""
        await reply_error(interaction, error)
