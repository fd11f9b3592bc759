"""What settings, help and data commands call: one transaction, one use case, one answer."""

import asyncio
import json
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import discord
import structlog
from discord import app_commands

from bot.administration.views import (
    deletion_view,
    export_view,
    greeting_view,
    help_view,
    privacy_view,
    settings_view,
)  # fmt: skip
from bot.context import acting, is_moderator
from bot.errors import NETWORK_FAULTS, answer_in_place, reply
from bot.standings.views import digest_view
from bot.ui import limits
from bot.ui.components import CruxView, Interaction, text
from bot.ui.text import timestamp
from claims.library import export_documents
from claims.messages import forget_messages
from forecasts import purging
from forecasts.digest import week_in_review
from forecasts.errors import InvalidInputError, NotAllowedError
from forecasts.feedback import set_feedback
from forecasts.models import Community
from forecasts.people import erase_member, export_member, set_hidden, set_named
from forecasts.schedule import week_of
from forecasts.settings import Changes, change_settings

if TYPE_CHECKING:
    from bot.client import CruxBot

log = structlog.get_logger()

# Reading the history keeps a message from being posted twice after a crash.
NEEDED = ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history")
EXPORT_NAME = "crux-data.json"
SHARD_BITS = 22  # Discord gives a server to the shard of its id without these


async def settings(interaction: Interaction, changes: Changes) -> None:
    """Change settings, if any are given, and show how they are now."""
    async with acting(interaction, as_moderator=True) as actor:
        if changes.moderator_role_id is not None:
            _check_role(interaction, changes.moderator_role_id)
        community = await change_settings(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            changes=changes,
            now=actor.now,
        )
    await reply(interaction, settings_view(community, _problems(interaction.guild, community)))


def _check_role(interaction: Interaction, role_id: int) -> None:
    if not interaction.permissions.manage_guild:
        raise NotAllowedError("Only people who may manage the server may set its moderator role.")
    if role_id == interaction.guild_id:
        raise InvalidInputError("@everyone can't be the moderator role. Choose a role that few people have.")


def _problems(guild: discord.Guild | None, community: Community) -> list[str]:
    """Say what the bot lacks in each channel that is set."""
    chosen = (community.questions_channel_id, community.digest_channel_id, community.notes_channel_id)
    problems = []
    for channel_id in dict.fromkeys(chosen):
        if guild is None or channel_id is None:
            continue
        channel = guild.get_channel(channel_id)
        if channel is None:
            problems.append(f"Crux can't find <#{channel_id}>: it was deleted. Choose another channel.")
        elif missing := _missing_rights(channel.permissions_for(guild.me)):
            problems.append(f"In <#{channel_id}> Crux lacks: **{', '.join(missing)}**.")
    return problems


def _missing_rights(permissions: discord.Permissions) -> list[str]:
    return [name.replace("_", " ").title() for name in NEEDED if not getattr(permissions, name)]


async def zones_like(typed: str) -> list[str]:
    """Return time zones that contain what was typed."""
    wanted = typed.strip().replace(" ", "_").casefold()
    names = await asyncio.to_thread(_zones)
    return [name for name in names if wanted in name.casefold()][: limits.AUTOCOMPLETE_CHOICES]


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


async def show_help(interaction: Interaction) -> None:
    """Show what there is; moderators also see their part."""
    async with acting(interaction) as actor:
        with_moderators = is_moderator(interaction, actor.community)
    commands = {
        command.qualified_name: command.description
        for command in interaction.client.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }
    await reply(interaction, help_view(commands, with_moderators=with_moderators))


async def show_privacy(interaction: Interaction) -> None:
    """Show what is stored."""
    await reply(interaction, privacy_view())


async def preview_digest(interaction: Interaction) -> None:
    """Show the digest that these last seven days would make."""
    async with acting(interaction, as_moderator=True) as actor:
        community = actor.community
        review = await week_in_review(actor.session, community_id=community.id, until=actor.now)
    due = f" It is due {timestamp(community.digest_due_at, 'R')}." if community.digest_due_at else ""
    if review.is_empty:
        await reply(interaction, CruxView(text(f"In the last 7 days nothing happened for a digest.{due}")))
        return
    view = digest_view(review.as_json() | {"period": week_of(actor.now, zone=community.zone)})
    view.add_item(text(f"-# A preview of the last 7 days, only to you.{due}"))
    await reply(interaction, view)


async def export(interaction: Interaction) -> None:
    """Send a member everything stored about them."""
    async with acting(interaction) as actor:
        data = await export_member(actor.session, member_id=actor.member.id)
        data |= await export_documents(actor.session, member_id=actor.member.id)
    content = json.dumps(data, ensure_ascii=False, indent=1).encode()
    file = discord.File(BytesIO(content), filename=EXPORT_NAME)
    await reply(interaction, export_view(EXPORT_NAME), files=[file])


async def hide(interaction: Interaction, *, hidden: bool) -> None:
    """Leave a member out of what names people, or put them back."""
    async with acting(interaction) as actor:
        await set_hidden(actor.session, member_id=actor.member.id, hidden=hidden, now=actor.now)
    said = (
        "You are hidden: leaderboards, digests and results leave you out. "
        "Digests and result posts that are there already stay as they are."
        if hidden
        else "You appear in leaderboards, digests and results."
    )
    await reply(interaction, CruxView(text(said)))


async def name(interaction: Interaction, *, named: bool) -> None:
    """Let a member be named beside their arguments, or not."""
    async with acting(interaction) as actor:
        await set_named(actor.session, member_id=actor.member.id, named=named)
    said = (
        "After a question's last call your name stands beside your arguments: /arguments"
        if named
        else "Your arguments stay under aliases."
    )
    await reply(interaction, CruxView(text(said)))


async def feedback(interaction: Interaction, *, wanted: bool) -> None:
    """Send a member notes about their arguments, or none."""
    async with acting(interaction) as actor:
        await set_feedback(actor.session, member_id=actor.member.id, wanted=wanted)
    said = (
        "After a last call you get one private note: how many read your arguments, were convinced, and moved."
        if wanted
        else "You get no notes about your arguments."
    )
    await reply(interaction, CruxView(text(said)))


async def ask_to_delete(interaction: Interaction) -> None:
    """Ask once more."""
    await reply(interaction, deletion_view())


async def delete(interaction: Interaction) -> None:
    """Erase whoever clicked."""
    async with acting(interaction) as actor:
        quoted = await forget_messages(actor.session, member_id=actor.member.id, now=actor.now)
        await erase_member(actor.session, member_id=actor.member.id, now=actor.now, quoted=quoted)
    said = "Your data is deleted. If you use Crux again, you begin as somebody new."
    await answer_in_place(interaction, CruxView(text(said)))


async def note_leaving(bot: "CruxBot", *guild_ids: int) -> None:
    """Remember that Crux is in some servers no more."""
    async with bot.database.transaction() as session:
        for guild_id in guild_ids:
            await purging.note_leaving(session, guild_id=guild_id, now=bot.now())
    log.info("left", guilds=guild_ids)


async def note_servers(bot: "CruxBot") -> None:
    """Remember in which servers of this process's shards Crux is, and in which it is no more."""
    present = {guild.id for guild in bot.guilds}
    async with bot.database.transaction() as session:
        await purging.note_presence(session, guild_ids=present)
        known = await purging.known_servers(session)
    of_this_process = {
        guild_id for guild_id in known if (guild_id >> SHARD_BITS) % (bot.shard_count or 1) in bot.shards
    }
    if gone := of_this_process - present:
        await note_leaving(bot, *gone)


async def greet(guild: discord.Guild) -> None:
    """Say in a server that the bot just joined how to begin; a greeting that fails isn't owed again."""
    candidates = [guild.system_channel, *guild.text_channels]
    for channel in candidates:
        rights = channel.permissions_for(guild.me) if channel is not None else discord.Permissions.none()
        if channel is None or not (rights.view_channel and rights.send_messages):
            continue
        try:
            await channel.send(view=greeting_view(_missing_rights(rights)), nonce=f"w{guild.id}")
        except (discord.HTTPException, *NETWORK_FAULTS) as error:
            log.warning("greeting_failed", guild=guild.id, error=type(error).__name__)
        return
    log.warning("nowhere_to_greet", guild=guild.id)
