"""`crux doctor --online` on a server: the rights in each channel that was set, and the intents."""

import discord
import simcord

from bot.client import CruxBot
from bot.doctor_online import check_channels, check_intents
from bot.running import RIGHTS
from forecasts.models import Community
from tests.face.world import World


async def lines(bot: CruxBot) -> list[str]:
    return [finding.line async for finding in check_channels(bot)]


async def set_channel(world: World, channel_id: int) -> Community:
    """Let the server's first contact happen, and set where its cards go."""
    await world.moderator.slash(world.channel, "help")
    (community,) = await world.rows(Community)
    await world.change(Community, community.id, questions_channel_id=channel_id)
    return community  # type: ignore[no-any-return]


async def test_a_channel_with_all_rights_is_well(world: World) -> None:
    """SimCord gives the bot all of them."""
    await set_channel(world, world.channel.id)
    assert await lines(world.bot) == [f"✓ channel {world.channel.id} for cards has all rights"]


async def test_rights_that_are_missing_are_named(world: World) -> None:
    """The channel takes two of them away from everybody."""
    closed = discord.PermissionOverwrite(attach_files=False, read_message_history=False)
    channel = world.guild.create_text_channel("closed", overwrites={world.guild.default_role: closed})
    await set_channel(world, channel.id)
    (line,) = await lines(world.bot)
    assert line.startswith(f"✗ channel {channel.id} for cards lacks: ")
    assert {"attach files", "read message history"} <= set(line.split(": ")[1].split(" → ")[0].split(", "))


async def test_a_channel_that_is_gone_is_named_with_the_command(world: World) -> None:
    """Deleted since it was set."""
    await set_channel(world, 4_711)
    assert await lines(world.bot) == [
        "✗ channel 4711 for cards isn't there → choose another one with /settings"
    ]


async def test_a_server_that_threw_the_bot_out_gets_the_invitation(world: World) -> None:
    """With exactly the rights it uses."""
    community = await set_channel(world, world.channel.id)
    await world.change(Community, community.id, guild_id=4_711)
    (line,) = await lines(world.bot)
    assert line.startswith("✗ server 4711 can't be seen → invite Crux: https://")
    assert f"permissions={RIGHTS.value}" in line


async def test_before_any_server_there_is_nothing_to_look_at(world: World) -> None:
    """No channel was set."""
    assert await lines(world.bot) == ["– no server has been set up yet"]


async def test_no_privileged_intent_is_needed(env: simcord.Env, bot: CruxBot) -> None:
    """Whichever is on could be off."""
    assert env is not None
    assert (await check_intents(bot)).line.startswith("✓ no privileged intent is needed")
