"""Every command and every button there is, checked one by one: SimCord accepts what Discord would not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.client import CruxBot
from bot.ui import limits
from bot.ui.components import LARGEST_ID, custom_id, parsed

SLASH = 1  # the other kinds are menus of a message or a user, which have no description
MESSAGE_MENU = 3
SUBCOMMANDS = {1, 2}
NAME = re.compile(r"[a-z][a-z_-]{0,31}")
FOR_MODERATORS = {"question new", "question approve", "resolve propose", "claims add"}
GUILD = 0


@pytest.fixture
async def loaded(database: Any) -> CruxBot:
    """Return a bot with its commands, buttons and forms, that never connects."""
    loaded = CruxBot(database)
    await loaded.setup_hook()
    return loaded


def roots(loaded: CruxBot) -> list[dict[str, Any]]:
    """Return what would be sent to Discord."""
    return [command.to_dict(loaded.tree) for command in loaded.tree.get_commands()]


def nodes(entry: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every command, group and option with its full name."""
    name = f"{path} {entry['name']}".strip()
    yield name, entry
    for option in entry.get("options") or []:
        yield from nodes(option, name)


def everything(loaded: CruxBot) -> list[tuple[str, dict[str, Any]]]:
    """Return every slash command, group and option of the bot."""
    return [node for root in roots(loaded) if root["type"] == SLASH for node in nodes(root)]


async def test_everything_is_described(loaded: CruxBot) -> None:
    """Commands, groups and options say what they are in 1 to 100 characters, and never only "…"."""
    for name, entry in everything(loaded):
        description = entry["description"]
        assert 1 <= limits.utf16_length(description) <= limits.COMMAND_DESCRIPTION, name
        assert description.strip(".… "), name
        assert "\n" not in description, name


async def test_names_are_words_of_discord(loaded: CruxBot) -> None:
    """Lower case, at most 32 characters."""
    for name, entry in everything(loaded):
        assert NAME.fullmatch(entry["name"]), name


async def test_menus_have_short_names(loaded: CruxBot) -> None:
    """A message's menu shows at most 32 characters."""
    for root in roots(loaded):
        assert 1 <= limits.utf16_length(root["name"]) <= 32, root["name"]


async def test_a_message_has_at_most_five_menus(loaded: CruxBot) -> None:
    """Discord takes no more of one kind; these are all there are."""
    menus = [root["name"] for root in roots(loaded) if root["type"] == MESSAGE_MENU]
    assert len(menus) <= limits.MESSAGE_MENUS
    assert set(menus) == {"Add as argument", "Add to claims", "Make this a question"}


async def test_options_and_choices_are_few(loaded: CruxBot) -> None:
    """At most 25 of each, required options first."""
    for name, entry in everything(loaded):
        options, choices = entry.get("options") or [], entry.get("choices") or []
        assert len(options) <= 25, name
        assert len(choices) <= 25, name
        required = [option.get("required", False) for option in options if option["type"] not in SUBCOMMANDS]
        assert required == sorted(required, reverse=True), name


async def test_a_commands_own_text_is_short(loaded: CruxBot) -> None:
    """Names, descriptions and choices of one command add up to 8,000 characters at most."""
    for root in roots(loaded):
        texts = []
        for _, entry in nodes(root):
            texts += [entry["name"], entry.get("description", "")]
            texts += [
                text for choice in entry.get("choices") or [] for text in (choice["name"], choice["value"])
            ]
        assert sum(map(limits.utf16_length, texts)) <= 8_000, root["name"]


async def test_there_are_at_most_a_hundred_commands(loaded: CruxBot) -> None:
    """Discord takes no more."""
    assert 1 <= len(roots(loaded)) <= limits.COMMANDS


async def test_commands_are_for_servers_only(loaded: CruxBot) -> None:
    """None works in direct messages or is installed by a user."""
    for root in roots(loaded):
        assert root["contexts"] == [GUILD], root["name"]
        assert root["integration_types"] == [GUILD], root["name"]


async def test_moderators_commands_say_so(loaded: CruxBot) -> None:
    """Their descriptions end in "For moderators.", and no other's does."""
    said = {name for name, entry in everything(loaded) if entry["description"].endswith("For moderators.")}
    assert said >= FOR_MODERATORS
    assert not any(name.startswith(("forecast", "argue", "leaderboard")) for name in said)


async def test_every_question_option_offers_choices(loaded: CruxBot) -> None:
    """Nobody has to know a number by heart."""
    for name, entry in everything(loaded):
        if entry["name"] in {"question", "draft"} and entry["type"] not in SUBCOMMANDS and " " in name:
            assert entry.get("autocomplete"), name


def actions_of(function: str) -> set[str]:
    """Return the first arguments of all calls of a function in the bot's source."""
    found = set()
    for path in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function and node.args:
                (first, *_) = node.args
                assert isinstance(first, ast.Constant), f"{path.name}:{node.lineno}: no constant action"
                found.add(first.value)
    return found


async def test_every_button_drawn_is_registered_and_every_registered_one_is_drawn(loaded: CruxBot) -> None:
    """No button leads nowhere, and no handler is unreachable."""
    assert actions_of("button") == set(loaded.buttons)


async def test_every_menu_drawn_is_registered_and_every_registered_one_is_drawn(loaded: CruxBot) -> None:
    """And for menus."""
    assert actions_of("menu") == set(loaded.menus)


async def test_every_form_drawn_is_registered_and_every_registered_one_is_drawn(loaded: CruxBot) -> None:
    """The same holds for forms."""
    assert actions_of("modal") == set(loaded.modals)


async def test_actions_make_ids_that_are_read_back(loaded: CruxBot) -> None:
    """Every action fits the template, also with the longest ids there can be."""
    for action in {*loaded.buttons, *loaded.menus, *loaded.modals}:
        made = custom_id(action, LARGEST_ID, -5, LARGEST_ID)
        assert parsed(made) == (action, (LARGEST_ID, -5, LARGEST_ID))
        assert len(made) <= limits.CUSTOM_ID


async def test_the_bot_asks_for_guilds_only(loaded: CruxBot) -> None:
    """No privileged intent: no message content, no members, no presences."""
    assert [name for name, on in loaded.intents if on] == ["guilds"]
