"""Another server's keys in every button, menu, form, option: nothing of theirs is told or changed."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from forecasts.ownership import hanging_on, owned_tables
from tests.face.hostile import click, commands, field_names, parameters, submit
from tests.face.inhabited import Server, Settler
from tests.face.watch import strings
from tests.face.world import World

THEIRS = "Quagga"
TYPED = {"text": "An ordinary argument of some length.", "closes": "in 9 weeks", "probability": "70%"}
CHOSEN = {
    "question": "question_id",
    "draft": "question_id",
    "thesis": "question_id",
    "argument": "argument_id",
    "into": "argument_id",
}
DISCORDS = {"message_id", "author_id"}


@dataclass
class Street:
    """Two servers, and how the second one looked before anybody knocked."""

    world: World
    home: Server
    theirs: Server
    before: dict[str, list[Any]]
    message: Any
    seen: int

    def ids(self, names: list[str]) -> Iterator[list[int]]:
        """Yield keys for a handler's parameters: all theirs, and each of theirs among our own."""
        kept = [name for name in names if name in self.theirs.keys]
        for place in range(max(len(self.theirs.keys[name]) for name in kept) if kept else 1):
            for foreign in [set(kept), *({name} for name in kept if len(kept) > 1)]:
                yield [self._key(name, place, theirs=name in foreign) for name in names]

    async def breathe(self) -> None:
        """Let timers run out: the simulation looks through all that wait."""
        await self.world.env.advance_time(1_000)

    def _key(self, name: str, place: int, *, theirs: bool) -> int:
        keys = (self.theirs if theirs else self.home).keys.get(name, [0, 1])
        return keys[place % len(keys)]

    def told(self) -> list[str]:
        """Return what was said since, as far as it holds a word of theirs."""
        return [
            said
            for entry in self.world.watch[self.seen :]
            for said in strings(entry.json if isinstance(entry.json, dict) else {})
            if THEIRS in said
        ]


async def rows_of(world: World, server: Server) -> dict[str, list[Any]]:
    """Return all that is stored of a server, by table."""
    found = {}
    async with world.bot.database.reading() as session:
        connection = await session.connection()
        for table in owned_tables():
            query = sa.select(table).where(hanging_on(table, "community", [server.community_id]))
            rows = await connection.execute(query.order_by(table.c.id))
            found[table.name] = [tuple(row) for row in rows]
    return found


async def mixed_rows(world: World) -> list[str]:
    """Return the rows whose references lead to different servers."""
    found = []
    async with world.bot.database.reading() as session:
        connection = await session.connection()
        for table in owned_tables():
            for column in table.columns:
                for key in column.foreign_keys:
                    parent = key.column.table
                    for community in (
                        await connection.execute(sa.text("SELECT id FROM community"))
                    ).scalars():
                        inside = sa.select(parent.c.id).where(hanging_on(parent, "community", [community]))
                        wrong = sa.select(sa.func.count()).where(
                            hanging_on(table, "community", [community]),
                            column.is_not(None),
                            column.not_in(inside),
                        )
                        if (await connection.execute(wrong)).scalar():
                            found.append(f"{column} of server {community}")
    return found


@pytest.fixture
async def street(world: World) -> AsyncIterator[Street]:
    """Fill both servers, and compare afterwards."""
    home = SimpleNamespace(channel=world.channel, moderator=world.moderator)
    ours = await Settler(world, home, "Heron").settle(
        world.moderator.id, *(member.id for member in world.members[:3])
    )
    neighbour = world.neighbour
    theirs = await Settler(world, neighbour, THEIRS).settle(
        neighbour.moderator.id, neighbour.member.id, 77, 78
    )
    await world.bot.do_what_is_due()
    message = await world.neutral_message()
    street = Street(world, ours, theirs, await rows_of(world, theirs), message, len(world.watch))
    yield street
    assert street.told() == []
    assert await rows_of(world, theirs) == street.before
    assert await mixed_rows(world) == []


@pytest.mark.parametrize("who", ["moderator", "member"])
async def test_their_keys_in_every_button(street: Street, who: str) -> None:
    """Clicked at home, by a moderator and by a member."""
    actor, clicks = getattr(street.world, who), 0
    for action, handler in street.world.bot.buttons.items():
        for ids in street.ids(parameters(handler)):
            await click(actor, street.message, ":".join(map(str, [action, "v1", *ids])))
            clicks += 1
        await street.breathe()
    assert clicks > len(street.world.bot.buttons)


@pytest.mark.parametrize("who", ["moderator", "member"])
async def test_their_keys_in_every_menu_and_form(street: Street, who: str) -> None:
    """Chosen or submitted at home, also as the values of a menu."""
    actor, world = getattr(street.world, who), street.world
    values = [str(street.theirs.keys[name][0]) for name in ("question_id", "argument_id")]
    for action, handler in world.bot.menus.items():
        for ids in street.ids(parameters(handler)[:-1]):
            await click(actor, street.message, ":".join(map(str, [action, "v1", *ids])), values)
            await street.breathe()
    typed = {name: TYPED.get(name, "An ordinary text, of some length?") for name in field_names()}
    for action, handler in world.bot.modals.items():
        for ids in street.ids(parameters(handler)[:-1]):
            custom_id = ":".join(map(str, [action, "v1", *ids, 1]))
            await submit(actor, world.channel, custom_id, typed)
        await street.breathe()


@pytest.mark.parametrize("who", ["moderator", "member"])
async def test_their_keys_in_every_option(street: Street, who: str) -> None:
    """As an option's value is stored when it is chosen from the list."""
    world = street.world
    for command, options in commands(world.bot).items():
        given: dict[str, Any] = {}
        for option in options:
            if option["name"] in CHOSEN:
                keys = street.theirs.keys[CHOSEN[option["name"]]]
                given[option["name"]] = f"id:{keys[0]}"
            elif option["required"]:
                choices = option.get("choices") or [{"value": TYPED.get(option["name"], "An ordinary text.")}]
                given[option["name"]] = choices[0]["value"] if option["type"] == 3 else True
        if any(name in CHOSEN for name in given):
            for place in range(6):
                for name in given.keys() & CHOSEN.keys():
                    keys = street.theirs.keys[CHOSEN[name]]
                    given[name] = f"id:{keys[place % len(keys)]}"
                await getattr(world, who).slash(world.channel, command, **given)
            await street.breathe()


async def test_choices_are_of_this_server(street: Street) -> None:
    """Whatever is typed, and whichever question was chosen before."""
    world = street.world
    for command, options in commands(world.bot).items():
        names = {option["name"] for option in options}
        for option in options:
            if not option.get("autocomplete"):
                continue
            for key in street.theirs.keys["question_id"]:
                filled = {"question": f"id:{key}"} if "question" in names - {option["name"]} else {}
                for typed in ("", THEIRS, str(key), f"id:{key}"):
                    offered = await world.moderator.autocomplete(
                        world.channel, command, option["name"], typed, **filled
                    )
                    assert THEIRS not in json.dumps(offered)
            await street.breathe()


async def test_every_key_a_handler_takes_is_tried(street: Street) -> None:
    """A parameter that ends in _id is one of the keys that a server was filled with, or Discord's own."""
    bot = street.world.bot
    handlers = [*bot.buttons.values(), *bot.menus.values(), *bot.modals.values()]
    taken = {name for handler in handlers for name in parameters(handler) if name.endswith("_id")}
    assert taken - DISCORDS <= street.theirs.keys.keys()
    assert all(street.theirs.keys[name] for name in taken - DISCORDS)
