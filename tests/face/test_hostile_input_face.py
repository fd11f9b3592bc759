"""Hostile strings through every text option, every field of every form, messages and autocompletion.

The ``world`` fixture judges every payload: limits, mentions, seals; and that nothing unexpected was logged.
"""

import random
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import pytest

import bot.client
import bot.errors
from forecasts.ownership import owned_tables
from tests.face.hostile import (
    CORPUS,
    LONGEST,
    commands,
    field_names,
    fitted,
    hostile_strings,
    is_typed,
    parameters,
    submit,
)  # fmt: skip
from tests.face.inhabited import Server, Settler
from tests.face.test_injection_face import ACTIVE, alive
from tests.face.world import World
from tests.torture.columns import times
from tests.torture.figures import Record

SCALE = times("hostile") // 2_000  # this often what is sent at each change
PARTS, OF_OPTIONS, OF_FIELDS, OF_CHOICES, OF_MESSAGES = 2, 900, 1_000, 80, 40
VALID = {
    "text": "{:05}: an ordinary argument of some length ({:05})",
    "probability": "70%",
    "closes": "in 9 weeks",
    "evidence": "https://example.org/report",
    "known": "yesterday",
    "title": "Will the number {} be larger than the last one?",
    "criteria": "Resolves YES if the last figure is larger than the first.",
    "zone": "Europe/Berlin",
}

# An address in angle brackets, or text in a code block: nothing in them acts.
INERT = re.compile(r"<https?://[^\s<>]+>|^```\n[^`]*\n```$", re.MULTILINE)


class Sender:
    """Sends interactions of a changed client, and checks after each that a refusal stored nothing."""

    def __init__(self, world: World, server: Server, seed: int, refused: list[object]) -> None:
        self.world, self.server, self.refused = world, server, refused
        self.chance = random.Random(seed)  # noqa: S311
        self.strings = hostile_strings(seed)
        self.actors = cycle([world.moderator, *world.members[:3]])
        self.sent = self.calls = 0
        self._file = sqlite3.connect(world.watch.database)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def hostile(self) -> str:
        """Return the next string, and count it."""
        self.sent += 1
        return next(self.strings)

    def key(self, name: str, keys: dict[str, list[int]] | None = None) -> int:
        """Return one of the server's keys, or a small number for what is no key."""
        return self.chance.choice((keys or self.server.keys).get(name, [0, 1]))

    def valid(self, option: dict[str, Any]) -> Any:
        """Return what a member could mean."""
        name = option["name"]
        if option.get("choices"):
            return self.chance.choice(option["choices"])["value"]
        if option["type"] != 3:
            return {4: 5, 5: True, 7: self.world.channel, 11: ("notes.txt", b"It will end by 2030.")}.get(
                option["type"]
            )
        if name in {"question", "draft", "thesis"}:
            return f"id:{self.key('question_id')}"
        if name in {"argument", "into"}:
            return f"id:{self.key('argument_id')}"
        return VALID.get(name, "Why not, {} times?").format(self.calls, self.calls)

    async def checked(self, work: Any) -> None:
        """Await an interaction: if it was refused, nothing was stored."""
        self.calls += 1
        del self.refused[:]
        before = self._file.execute("PRAGMA data_version").fetchone()
        await work
        if self.refused:
            assert self._file.execute("PRAGMA data_version").fetchone() == before, self.refused
        if self.calls % 30 == 0:
            await self.world.env.advance_time(3_600)  # quotas are by the hour


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list to which each refusal that is answered adds itself."""
    found: list[object] = []
    real = bot.errors.domain_error

    def noted(error: BaseException | None) -> Any:
        cause = real(error)
        found.extend([cause] if cause is not None else [])
        return cause

    monkeypatch.setattr(bot.errors, "domain_error", noted)
    return found


@pytest.fixture
async def sender(world: World, refused: list[object], record: Record, request: pytest.FixtureRequest) -> Any:
    """Fill the server, and judge afterwards what was stored and shown."""
    home = SimpleNamespace(channel=world.channel, moderator=world.moderator)
    users = [each.id for each in (world.moderator, *world.members[:3])]
    server = await Settler(world, home, "Heron").settle(*users)
    await world.bot.do_what_is_due()
    server.keys["restarts"] = [0]  # a question that begins anew would seal what was public
    sender = Sender(world, server, request.node.callspec.params["part"], refused)
    yield sender
    await show_everything(world)
    assert [said for said in alive(world) if ACTIVE.search(INERT.sub("", said))] == []
    assert unfit_rows(world) == []
    sender.close()
    name = request.node.originalname.removeprefix("test_hostile_")
    record(f"Through {name}", hostile_strings=sender.sent)


async def show_everything(world: World) -> None:
    """Let all that was stored be drawn: cards, notices, lists, the digest, a member's data."""
    await world.pass_time(seconds=10)
    for name in ("question list", "digest", "leaderboard", "help", "claims list", "claims top"):
        await world.moderator.slash(world.channel, name)
    for number in range(1, 8):
        for name in ("question show", "arguments", "crux show"):
            await world.moderator.slash(world.channel, name, question=f"#{number}")
    await world.moderator.slash(world.channel, "mydata export")
    await world.pass_time(hours=24 * 8)


def unfit_rows(world: World) -> list[str]:
    """Return stored texts that no database must hold, and broken references."""
    found = []
    with sqlite3.connect(world.watch.database) as file:
        file.text_factory = bytes
        for table in owned_tables():
            for row in file.execute(f'SELECT * FROM "{table.name}"'):  # noqa: S608
                texts = [each for each in row if isinstance(each, bytes)]
                if table.name != "claim":  # embeddings are bytes
                    found += [f"{table.name}: {each!r:.80}" for each in texts if not _is_fit(each)]
        found += list(map(str, file.execute("PRAGMA foreign_key_check")))
    file.close()
    return found


def _is_fit(text: bytes) -> bool:
    try:
        return "\x00" not in text.decode()
    except UnicodeDecodeError:
        return False


def targets(options: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, str]]:
    """Yield every command with each option into which text can be typed, again and again."""
    yield from cycle(
        (command, option["name"])
        for command, given in options.items()
        for option in given
        if is_typed(option)
    )


@pytest.mark.parametrize("part", range(PARTS * SCALE))
async def test_hostile_options(world: World, sender: Sender, part: int) -> None:
    """Each text option of each command in its turn; the others hold what a member could mean, or not."""
    del part
    options = commands(world.bot)
    reached = set()
    for command, target in targets(options):
        given = {}
        for option in options[command]:
            if is_typed(option) and (option["name"] == target or sender.chance.random() < 0.4):
                given[option["name"]] = fitted(sender.hostile(), option)
            elif option["required"] or sender.chance.random() < 0.5:
                given[option["name"]] = sender.valid(option)
        given = {name: value for name, value in given.items() if value is not None}
        reached.add((command, target))
        await sender.checked(next(sender.actors).slash(world.channel, command, **given))
        if sender.sent >= OF_OPTIONS / PARTS:
            break
    assert len(reached) == sum(is_typed(option) for given in options.values() for option in given)


@pytest.mark.parametrize("part", range(PARTS * SCALE))
async def test_hostile_forms(
    world: World, sender: Sender, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each field of each form; counted are those that the form's handler has read."""
    read: set[str] = set()

    class Typed(defaultdict[str, str]):
        def __getitem__(self, name: str) -> str:
            read.add(name)
            return super().__getitem__(name)

        def get(self, name: str, default: Any = None) -> Any:
            read.add(name)
            return super().get(name, default)

    real = bot.client.submitted
    monkeypatch.setattr(bot.client, "submitted", lambda interaction: Typed(str, real(interaction)))
    names, strings = field_names(), hostile_strings(part)
    for action in cycle(world.bot.modals):
        chosen = {name: next(strings)[:LONGEST] for name in names if sender.chance.random() < 0.75}
        values = {
            name: VALID.get(name, "Why not, {} times?").format(sender.calls, sender.calls) for name in names
        } | chosen
        # What is typed comes back with a refusal; another's sealed argument must not read the same.
        given = sender.server.keys | (
            {"question_id": sender.server.keys["debated"]} if action == "argue" else {}
        )
        ids = [sender.key(name, given) for name in parameters(world.bot.modals[action]) if name != "values"]
        custom_id = ":".join(map(str, [action, "v1", *ids, 1]))
        read.clear()
        await sender.checked(submit(next(sender.actors), world.channel, custom_id, values))
        sender.sent += len(read & chosen.keys())
        if sender.sent >= OF_FIELDS / PARTS:
            break


@pytest.mark.parametrize("part", range(SCALE))
async def test_hostile_typing(world: World, sender: Sender, part: int) -> None:
    """Every option that offers choices answers whatever is typed, within Discord's limits."""
    del part
    options = commands(world.bot)
    offering = [
        (command, each) for command, given in options.items() for each in given if each.get("autocomplete")
    ]
    for command, option in cycle(offering):
        filled = {} if option["name"] == "question" else {"question": f"id:{sender.key('question_id')}"}
        filled = {
            name: value for name, value in filled.items() if name in {o["name"] for o in options[command]}
        }
        typed = sender.hostile()[: option.get("max_length") or 6_000]
        await next(sender.actors).autocomplete(world.channel, command, option["name"], typed, **filled)
        if sender.sent >= OF_CHOICES:
            break


@pytest.mark.parametrize("part", range(SCALE))
async def test_hostile_messages(world: World, sender: Sender, part: int) -> None:
    """A chat message through every menu that messages have."""
    del part
    while sender.sent < OF_MESSAGES:
        content = sender.hostile()[:2_000]
        if not content.strip():
            continue
        message = await world.member.send(world.channel, content)
        for menu in ("Add as argument", "Make this a question", "Add to claims"):
            await sender.checked(next(sender.actors).context_menu(world.channel, menu, message))


def test_two_thousand_strings_are_sent() -> None:
    """What the tests above add up to, from a corpus of more than a hundred."""
    assert OF_OPTIONS + OF_FIELDS + OF_CHOICES + OF_MESSAGES >= 2_000
    assert len(set(CORPUS)) == len(CORPUS) > 100
