"""Names of people and roles that would format, mention or link if anybody showed them."""

import discord
import pytest

from tests.face.test_injection_face import alive
from tests.face.watch import strings
from tests.face.world import World, words

NAME = "@everyone **now** \u202e[x](https"
NICK = "@here `c` ||no|| <@1> \u202etxt"


@pytest.fixture
def renamed(world: World) -> World:
    """Give a role, three members and the moderator names that would act."""
    users = [world.env.create_user(f"quagga-{n}", global_name=NAME) for n in range(3)]
    world.members[:3] = [world.guild.add_member(user, nick=NICK) for user in users]
    world.member, world.other, world.third, *_ = world.members
    rights = discord.Permissions(manage_guild=True)
    role = world.guild.create_role(NAME, permissions=rights)
    world.moderator = world.guild.add_member(
        world.env.create_user("quagga-4", global_name=NAME), nick=NICK, roles=[role]
    )
    return world


def shown(world: World) -> list[str]:
    """Return every text and file sent that holds a piece of such a name."""
    pieces = ("quagga", "now**", "||no||", "`c`", "[x](https")
    return [
        said
        for entry in world.watch
        for said in strings(entry.json if isinstance(entry.json, dict) else {})
        if any(piece in said for piece in pieces)
    ]


async def test_nobody_s_name_is_in_anything_that_crux_says_of_a_question(renamed: World) -> None:
    """Cards, threads, results, notes, digests, boards, the data one asks for: mentions by id, or aliases."""
    world = renamed
    card = await world.opened()
    followed = await world.member.click(card, label="20")
    await world.member.click(followed.response.message, label="Tell me about this question")
    await world.all_forecast(card, 20, 70, 90)
    await world.argue(world.member, "Copying is cheaper than inventing, they say.")
    await world.pass_time(hours=24)
    await world.argue(world.other, "Nobody copies what nobody else has built.", "against")
    await world.pass_time(hours=35 * 24)
    await world.propose()
    await world.member.slash(
        world.channel, "resolve challenge", question="#1", reason="It says no such thing."
    )
    await world.moderator.slash(
        world.channel, "resolve decide", question="#1", ruling="refuse", note="It says just that."
    )
    await world.pass_time(hours=48)
    await world.pass_time(hours=24 * 8)
    for command in (
        "leaderboard",
        "profile",
        "calibration",
        "digest",
        "settings",
        "mydata export",
        "privacy",
    ):
        await world.moderator.slash(world.channel, command)
        await world.member.slash(world.channel, command)
    assert len(world.posts("resolved")) > 0
    assert shown(world) == []
    assert alive(world) == []


async def test_a_name_in_a_refusal_is_escaped(renamed: World) -> None:
    """Whose words may not be taken is said by name, and the name does nothing."""
    world = renamed
    message = await world.member.send(world.channel, "The gap will narrow by the end of 2026, they say.")
    answer = await world.moderator.context_menu(world.channel, "Make this a question", message)
    assert "would have to agree" in words(answer)
    assert alive(world) == []


async def test_a_name_beside_words_that_were_agreed_to_is_escaped(renamed: World) -> None:
    """A document is called after its author, who was told so."""
    world = renamed
    said = "Analysts expect that the gap between models will close by the end of 2026."
    message = await world.moderator.send(world.channel, said)
    await world.moderator.context_menu(world.channel, "Add to claims", message)
    await world.moderator.slash(world.channel, "claims list")
    await world.moderator.slash(world.channel, "claims top")
    assert alive(world) == []
