"""The bot does all it does with the rights its invite link asks for, and no others."""

import discord

from bot.running import RIGHTS
from forecasts.models import OutboxMessage
from tests.face.world import World, words


def limit_rights(world: World) -> None:
    """Give the bot's role what the invite link asks for, and everybody nothing but reading and clicking."""
    guild = world.env.backend.get_guild(world.guild.id)
    for role in guild.roles.values():
        if role.managed or role.name == world.bot.user.name:
            role.permissions = RIGHTS.value


async def test_the_limit_holds(world: World) -> None:
    """The bot of these tests really can't do what the link doesn't ask for."""
    limit_rights(world)
    rights = world.env.backend.compute_permissions(world.guild.id, world.bot.user.id, world.channel.id)
    allowed = discord.Permissions(int(rights))
    assert allowed >= RIGHTS
    assert not (allowed.manage_messages)
    assert not (allowed.mention_everyone)
    assert not (allowed.manage_threads)


async def test_the_whole_life_of_a_question(world: World) -> None:
    """Card, reveal, last call, result and the thread of its followers: nothing fails."""
    limit_rights(world)
    card = await world.opened()
    answer = await world.member.click(card, label="70")
    await world.member.click(answer.response.message, label="Tell me about this question")
    await world.all_forecast(card, 70, 30, 90)
    await world.pass_time(hours=24)
    await world.pass_time(hours=35 * 24)
    await world.propose()
    await world.pass_time(hours=48)
    assert "✅ Resolved **YES**" in words(world.again(card))
    assert [row.key for row in await world.rows(OutboxMessage) if row.dead_at or row.error] == []


async def test_the_rights_are_the_links() -> None:
    """As a number 309237763072: no administrator, no mentions of everybody, no managing of anything."""
    assert RIGHTS.value == 309237763072
    assert not RIGHTS.administrator
    assert not RIGHTS.mention_everyone
    assert not RIGHTS.manage_messages
