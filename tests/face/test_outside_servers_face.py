"""Direct messages, made-up ids and forged values: all of it is answered, and nothing is done."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from simcord.actors import _component_interaction, _dispatch_actor_interaction
from simcord.builders import ChannelHandle

from bot.ui.components import CruxView, text
from tests.face.hostile import click, commands, field_names, parameters, submit
from tests.face.inhabited import Server, Settler
from tests.face.test_hostile_input_face import VALID, unfit_rows
from tests.face.watch import BUTTON, MENU
from tests.face.world import World, words

COMMAND, TYPING = 2, 4
ELSEWHERE = "Crux works in servers"
STALE = "from an older version of Crux"
FORGED = (
    [], [""], ["x"], ["-1"], ["9" * 19], ["9" * 30], ["1.5"], ["²"], ["1", "1", "1"], ["a" * 5_000], ["id:1"],
    ["\x00", "\ud800"], ["'; DROP TABLE forecast; --"], ["1e3", "NaN", "0x1"], list("0123456789"),
)  # fmt: skip


@pytest.fixture
async def server(world: World) -> Server:
    """Fill the server with one of everything."""
    home = SimpleNamespace(channel=world.channel, moderator=world.moderator)
    users = [each.id for each in (world.moderator, *world.members[:3])]
    server = await Settler(world, home, "Heron").settle(*users)
    await world.bot.do_what_is_due()
    return server


async def direct(world: World, user: Any) -> ChannelHandle:
    """Return where somebody and the bot write to each other."""
    message = await user.send_dm("hello")
    return ChannelHandle(world.env, None, world.env.backend.get_channel(message.channel.id))


async def changes(world: World) -> int:
    """Return a number that grows with each change of the database."""
    async with world.bot.database.reading() as session:
        connection = await session.connection()
        return int((await connection.exec_driver_sql("PRAGMA data_version")).scalar_one())


def payload(command: str, options: list[dict[str, Any]], *, focused: str = "") -> dict[str, Any]:
    """Return the data of a command as Discord would send it."""
    given: list[dict[str, Any]] = [
        {"name": each["name"], "type": each["type"], "value": value}
        | ({"focused": True} if each["name"] == focused else {})
        for each in options
        if (value := value_of(each)) is not None
    ]
    name, *below = command.split(" ")
    for kind, each in zip((1, 2), reversed(below), strict=False):
        given = [{"name": each, "type": kind, "options": given}]
    return {"id": "1", "name": name, "type": 1, "options": given}


def value_of(option: dict[str, Any]) -> Any:
    """Return something that an option takes."""
    if option.get("choices"):
        return option["choices"][0]["value"]
    if option["name"] in {"question", "draft", "thesis", "argument", "into"}:
        return "id:1"
    return {3: VALID.get(option["name"], "An ordinary text."), 4: 5, 5: True}.get(option["type"])


def ids_of(handler: Any, server: Server) -> Iterator[list[int]]:
    """Yield keys of the server that a handler would take."""
    names = [name for name in parameters(handler) if name != "values"]
    yield [server.keys.get(name, [0, 1])[0] for name in names]


async def test_no_command_works_in_a_direct_message(world: World, server: Server) -> None:
    """Discord offers none there; a client that sends one all the same is told where Crux works."""
    user = world.moderator.user
    channel = await direct(world, user)
    before, refused = await changes(world), 0
    for command, options in commands(world.bot).items():
        if any(each["type"] in {7, 8, 11} and each["required"] for each in options):
            continue
        answer = await _dispatch_actor_interaction(user, COMMAND, channel, payload(command, options))
        assert answer.modal is not None or answer.ephemeral, command
        assert "Heron" not in words(answer), command
        refused += ELSEWHERE in words(answer)
    assert refused > 20
    assert await changes(world) == before
    assert server.keys


async def test_nothing_is_offered_in_a_direct_message(world: World, server: Server) -> None:
    """Of no server's questions, arguments, topics and feeds."""
    user = world.moderator.user
    channel = await direct(world, user)
    offered = 0
    for command, options in commands(world.bot).items():
        for option in (each for each in options if each.get("autocomplete")):
            data = payload(command, options, focused=option["name"])
            for each in leaves(data["options"]):
                if each.get("focused"):
                    each["value"] = ""
            answer = await _dispatch_actor_interaction(user, TYPING, channel, data)
            choices = [choice["name"] for choice in answer.autocomplete_choices or []]
            assert [name for name in choices if "Heron" in name] == [], command
            offered += 1
    assert offered > 10
    assert server.keys


def leaves(options: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the options below all groups."""
    for each in options:
        yield from leaves(each["options"]) if "options" in each else [each]


async def test_no_button_menu_or_form_works_in_a_direct_message(world: World, server: Server) -> None:
    """But those about a question of a server in which whoever clicks was found."""
    user = world.third.user
    channel = await direct(world, user)
    person = await world.bot.fetch_user(user.id)
    message = await person.send(view=CruxView(text("A note.")), nonce="a-note")
    before = await changes(world)
    bot = world.bot
    for action, handler in bot.buttons.items():
        for ids in ids_of(handler, server):
            await click(user, message, ":".join(map(str, [action, "v1", *ids])))
    for action, handler in bot.menus.items():
        for ids in ids_of(handler, server):
            await click(user, message, ":".join(map(str, [action, "v1", *ids])), ["1"])
    typed = {name: VALID.get(name, "An ordinary text.") for name in field_names()}
    for action, handler in bot.modals.items():
        for ids in ids_of(handler, server):
            await submit(user, channel, ":".join(map(str, [action, "v1", *ids, 1])), typed)
    assert await changes(world) == before


@pytest.mark.parametrize("values", FORGED, ids=range(len(FORGED)))
async def test_a_menu_s_forged_values_are_answered(world: World, server: Server, values: list[str]) -> None:
    """None, too many, no numbers, keys of nothing: a sentence, and nothing unfit is stored."""
    message = await world.neutral_message()
    for action, handler in world.bot.menus.items():
        for ids in ids_of(handler, server):
            data = {"custom_id": ":".join(map(str, [action, "v1", *ids])), "component_type": MENU}
            stored = world.env.backend.get_message(message.channel.id, message.id)
            await _component_interaction(world.member, stored, data | {"values": values})
            await world.env.advance_time(100)
    assert unfit_rows(world) == []


@pytest.mark.parametrize(
    "custom_id",
    [
        "forecast:v1:" + "1:" * 3_000 + "1", "forecast:v1" + ":1" * 40, "mine:v1:" + "0" * 500, "a" * 10_000,
        "forecast:v1:1:70\n", "forecast:v1:1:70\x00", " forecast:v1:1:70", "forecast:v1:1:+7", "mine:v1:1_0",
        "forecast:v1:--1:70", "on_interaction:v1:1", "__class__:v1", "close:v1", "register:v1:1",
    ],
)  # fmt: skip
async def test_an_id_longer_or_stranger_than_discord_s_is_answered(world: World, custom_id: str) -> None:
    """Over a hundred characters, padded, or the name of a method."""
    await world.opened()
    message = await world.neutral_message()
    for kind, values in ((BUTTON, None), (MENU, ["1"])):
        answer = await click(world.member, message, custom_id, values)
        if custom_id != "forecast:v1:1:70\x00" or kind == MENU:
            assert STALE in words(answer), custom_id
    assert len(await world.values()) <= 1
    assert STALE in words(await submit(world.member, world.channel, custom_id, {"probability": "70"}))


async def test_a_button_s_id_in_a_menu_and_a_form_s_in_a_button_lead_nowhere(world: World) -> None:
    """Each kind has its own handlers."""
    await world.opened()
    message = await world.neutral_message()
    for action in world.bot.modals.keys() - world.bot.buttons.keys():
        for ids in ((), (1,), (1, 1), (1, 1, 1)):
            custom_id = ":".join(map(str, [action, "v1", *ids]))
            assert STALE in words(await click(world.moderator, message, custom_id)), custom_id
    for action in world.bot.buttons.keys() - world.bot.menus.keys():
        assert STALE in words(await click(world.moderator, message, f"{action}:v1:1", ["1"])), action


async def test_a_form_with_fields_that_nobody_asked_for_is_read_by_name(world: World) -> None:
    """More fields than the form had, one twice, of other kinds, and without a name."""
    await world.opened()
    fields: list[Any] = [
        {"type": 18, "component": {"type": 4, "custom_id": "probability", "value": "70%"}},
        {"type": 18, "component": {"type": 4, "custom_id": "outcome", "value": "NO"}},
        {"type": 18, "component": {"type": 3, "custom_id": "member", "values": ["1", "2"]}},
        {"type": 18, "component": {"type": 4, "custom_id": "", "value": None}},
        {"type": 18, "component": {}},
        {"type": 1, "components": [{"type": 4, "custom_id": "probability", "value": "1%"}]},
        {"type": 10, "content": "hello"},
        *[
            {"type": 18, "component": {"type": 4, "custom_id": f"x{n}", "value": "y" * 4_000}}
            for n in range(50)
        ],
    ]
    data = {"custom_id": "exact:v1:1:5", "components": fields}
    await _dispatch_actor_interaction(world.member, 5, world.channel, data)
    assert await world.values() == [70]
