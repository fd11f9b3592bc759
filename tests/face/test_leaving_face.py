"""Crux is removed from a server, added again, or finds out after a restart that it was."""

from typing import Any

from forecasts.models import Community, Question
from tests.face.world import World, words


def removed(world: World) -> None:
    """Tell the bot that it was removed from the server."""
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id), "unavailable": False})


async def home(world: World) -> Any:
    (community,) = await world.rows(Community, guild_id=world.guild.id)
    return community


async def test_a_removal_is_remembered(world: World) -> None:
    """With its time; from then on the data has thirty days."""
    await world.opened()
    removed(world)
    await world.env.settle()
    assert (await home(world)).left_at == world.bot.now()


async def test_after_thirty_days_the_sweep_deletes_it(world: World) -> None:
    """Nothing is left of the server, and nothing was posted in between."""
    await world.opened()
    removed(world)
    await world.env.settle()
    before = len(world.history())
    await world.pass_time(hours=24 * 30 - 1)
    assert len(await world.rows(Question)) == 1
    await world.pass_time(hours=2)
    assert await world.rows(Question) == []
    assert await world.rows(Community, guild_id=world.guild.id) == []
    assert len(world.history()) == before


async def test_an_outage_is_no_removal(world: World) -> None:
    """A server that is unavailable for a while is still served."""
    await world.opened()
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id), "unavailable": True})
    await world.env.settle()
    assert (await home(world)).left_at is None


async def test_a_start_finds_out_what_happened_meanwhile(world: World) -> None:
    """Left while the bot was offline: marked; marked wrongly: taken back."""
    await world.opened()
    async with world.bot.database.transaction() as session:
        session.add(Community(guild_id=999 << 22, created_at=world.bot.now()))
    await world.change(Community, (await home(world)).id, left_at=world.bot.now())
    await world.restart()
    await world.env.settle()
    (gone,) = await world.rows(Community, guild_id=999 << 22)
    assert gone.left_at is not None
    assert (await home(world)).left_at is None


async def test_privacy_says_so(world: World) -> None:
    """Members read how long their data stays after Crux has left."""
    said = words(await world.member.slash(world.channel, "privacy"))
    assert "30 days after Crux has left the server all of it is deleted" in said
