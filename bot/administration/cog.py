"""`/settings`, `/help`, `/privacy`, `/mydata` and `/digest`, and the greeting when the bot joins a server."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.administration import handlers
from bot.administration.views import WEEKDAYS, Weekday
from bot.ui.components import ButtonHandler, Interaction
from forecasts.models import Preset
from forecasts.settings import MOST_CHALLENGE_HOURS, Changes

if TYPE_CHECKING:
    from bot.client import CruxBot


class Administration(commands.Cog):
    """Settings, and what Crux says about itself."""

    def __init__(self, bot: "CruxBot") -> None:
        self.bot = bot

    @app_commands.command()
    async def settings(
        self,
        interaction: Interaction,
        questions_channel: discord.TextChannel | None = None,
        digest_channel: discord.TextChannel | None = None,
        notes_channel: discord.TextChannel | None = None,
        moderator_role: discord.Role | None = None,
        zone: Range[str, 1, 60] | None = None,
        digest_day: Weekday | None = None,
        digest_hour: Range[int, 0, 23] | None = None,
        preset: Preset | None = None,
        challenge_hours: Range[int, 0, MOST_CHALLENGE_HOURS] | None = None,
    ) -> None:
        """Show or change this server's settings. For moderators.

        Parameters
        ----------
        questions_channel
            Where the cards of new questions appear.
        digest_channel
            Where the weekly digest appears.
        notes_channel
            Where Crux tells moderators what needs them.
        moderator_role
            Who may draft, open and resolve questions, beside those who may manage the server.
        zone
            The server's time zone, such as Europe/Berlin.
        digest_day
            The day of the weekly digest.
        digest_hour
            Its hour, 0 to 23, in the server's zone.
        preset
            How long the sealed round, the debate and the last call of a new question take.
        challenge_hours
            How long a proposed resolution can be challenged; 0 resolves at once.
        """
        changes = Changes(
            questions_channel_id=_id(questions_channel),
            digest_channel_id=_id(digest_channel),
            notes_channel_id=_id(notes_channel),
            moderator_role_id=_id(moderator_role),
            zone=zone,
            digest_weekday=WEEKDAYS.index(digest_day) if digest_day else None,
            digest_hour=digest_hour,
            preset=preset,
            challenge_hours=challenge_hours,
        )
        await handlers.settings(interaction, changes)

    @settings.autocomplete("zone")
    async def zones(self, _interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer time zones."""
        return [Choice(name=zone, value=zone) for zone in await handlers.zones_like(typed)]

    @app_commands.command(name="help")
    async def help_(self, interaction: Interaction) -> None:
        """Show what Crux does and which commands there are, only to you."""
        await handlers.show_help(interaction)

    @app_commands.command()
    async def privacy(self, interaction: Interaction) -> None:
        """Show what is stored about you, who sees it, and how to get or erase it."""
        await handlers.show_privacy(interaction)

    @app_commands.command()
    async def digest(self, interaction: Interaction) -> None:
        """Preview the weekly digest as it stands now, only to you. For moderators."""
        await handlers.preview_digest(interaction)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say in a new server how to begin."""
        await handlers.greet(guild)
        await handlers.note_servers(self.bot)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Remember when Crux left: thirty days later the server's data is deleted."""
        await handlers.note_leaving(self.bot, guild.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Find out which servers were joined or left while Crux was offline."""
        await handlers.note_servers(self.bot)


def _id(chosen: discord.TextChannel | discord.Role | None) -> int | None:
    return chosen.id if chosen is not None else None


class MyData(commands.GroupCog, group_name="mydata", group_description="Your own data: see it, hide, erase"):
    """A member's own data."""

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """Get everything stored about you on this server, as a file."""
        await handlers.export(interaction)

    @app_commands.command()
    async def hide(self, interaction: Interaction, hidden: bool) -> None:  # noqa: FBT001
        """Leave yourself out of leaderboards, digests and results, or come back.

        Parameters
        ----------
        hidden
            True hides you; you still see your own scores.
        """
        await handlers.hide(interaction, hidden=hidden)

    @app_commands.command()
    async def named(self, interaction: Interaction, named: bool) -> None:  # noqa: FBT001
        """Let your name stand beside your arguments after the last call, or not.

        Parameters
        ----------
        named
            False, as at first, keeps your aliases.
        """
        await handlers.name(interaction, named=named)

    @app_commands.command()
    async def feedback(self, interaction: Interaction, wanted: bool) -> None:  # noqa: FBT001
        """Get a private note after a last call: how many read your arguments, were convinced, moved.

        Parameters
        ----------
        wanted
            False, as at first, sends none.
        """
        await handlers.feedback(interaction, wanted=wanted)

    @app_commands.command()
    async def delete(self, interaction: Interaction) -> None:
        """Erase who you are on this server; you are asked once more."""
        await handlers.ask_to_delete(interaction)


BUTTONS: dict[str, ButtonHandler] = {"delete-data": handlers.delete}


async def setup(bot: "CruxBot") -> None:
    """Add the commands and buttons of this package."""
    await bot.add_cog(Administration(bot))
    await bot.add_cog(MyData())
    bot.register(buttons=BUTTONS)
