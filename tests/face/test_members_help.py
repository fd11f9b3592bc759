import re

import discord
import pytest
from discord import app_commands

from bot.administration.views import FOR_MODERATORS
from tests.face.world import World, words


def commands(world: World) -> dict[str, str]:
    """Return every slash command's name and description."""
    return {
        command.qualified_name: command.description
        for command in world.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }


async def test_help_names_every_command_that_members_have(world: World) -> None:
    """On one screen, only to whoever asked, and nothing that is for moderators."""
    answer = await world.member.slash(world.channel, "help")
    assert answer.ephemeral
    said = words(answer)
    for name, description in commands(world).items():
        assert (f"`/{name}`" in said) == (not description.endswith(FOR_MODERATORS)), name


async def test_help_has_a_second_part_for_moderators(world: World) -> None:
    """All commands, and the menus of a message."""
    said = words(await world.moderator.slash(world.channel, "help"))
    assert [name for name in commands(world) if f"`/{name}`" not in said] == []
    assert "Make this a question, Add to claims" in said
    assert "…" not in said.splitlines()[-1]


async def test_the_moderator_role_sees_the_second_part(world: World) -> None:
    """Whoever has the role, without managing the server."""
    role = world.guild.create_role("resolvers")
    helper = world.guild.add_member(world.env.create_user("helper"), roles=[role])
    assert "For moderators" not in words(await helper.slash(world.channel, "help"))
    await world.moderator.slash(world.channel, "settings", moderator_role=role)
    assert "For moderators" in words(await helper.slash(world.channel, "help"))


async def join(world: World) -> None:
    """Let Discord say that the bot was added to the first server."""
    world.bot.dispatch("guild_join", world.bot.get_guild(world.guild.id))
    await world.env.settle()


async def test_a_new_server_is_greeted_with_four_steps(world: World) -> None:
    """In the first channel in which the bot may write; nothing is missing there."""
    await join(world)
    (message,) = world.history()
    said = words(message)
    for step in ("/settings", "/claims add", "/question new", "/question approve"):
        assert f"`{step}`" in said
    assert "lacks" not in said


async def test_the_steps_name_commands_that_exist(world: World) -> None:
    """A greeting that leads nowhere helps nobody."""
    await join(world)
    said = words(world.history()[0])
    named = re.findall(r"`/([a-z ]+)`", said)
    assert len(named) == 4
    assert set(named) <= set(commands(world))


async def test_missing_rights_are_named_in_the_greeting(world: World) -> None:
    """So that whoever invited the bot can mend it at once."""
    overwrite = discord.PermissionOverwrite(attach_files=False)
    await (
        world.bot.get_guild(world.guild.id)
        .get_channel(world.channel.id)
        .set_permissions(world.guild.me, overwrite=overwrite)
    )
    await join(world)
    assert "Crux lacks: **Attach Files**" in words(world.history()[0])


async def test_a_channel_in_which_the_bot_may_not_write_is_passed_over(world: World) -> None:
    """The next one is taken."""
    overwrite = discord.PermissionOverwrite(send_messages=False)
    await (
        world.bot.get_guild(world.guild.id)
        .get_channel(world.channel.id)
        .set_permissions(world.guild.me, overwrite=overwrite)
    )
    other = world.guild.create_text_channel("general")
    await join(world)
    assert "### Crux" in words(other.last_message)
    assert world.history() == []


@pytest.mark.parametrize("status", [403, 500])
async def test_a_greeting_that_fails_is_only_logged(world: World, status: int) -> None:
    """No promise hangs on it; the bot lives on."""
    path = f"/channels/{world.channel.id}/messages"
    world.env.inject_error("POST", path, status=status, times=None)
    await join(world)
    assert world.history() == []
    world.env.backend.faults.clear()
    assert "### #1" in words(await world.opened())
