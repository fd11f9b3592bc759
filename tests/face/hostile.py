"""Strings that break programs, and the ways in which a changed client can send them."""

import ast
import inspect
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simcord.actors import _component_interaction, _dispatch_actor_interaction

import bot
from tests.face.watch import BUTTON, LABEL, MENU, TEXT_INPUT

MODAL_SUBMIT = 5
STRING = 3
LONGEST = 4_000
CORPUS = (
    "", " ", "\n\n\n", "\x00", "a\x00b", "\ud800", "lone \udfff surrogate", "\ufeff", "\u202e txt.exe",
    "\u2066isolated\u2069", "\u200b\u200d\u2060",
    "Z\u0351\u036b\u0343a\u0321l\u0322g\u0335o\u0489" * 20, "e" + "\u0301" * 300, "👨‍👩‍👧‍👦" * 40,
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇩🇪🇫", "\u200d", "ﷺ" * 50, "𝕳𝖊𝖑𝖑𝖔", "İıſß", "مرحبا بالعالم", "@everyone @here",
    "<@1> <@!2> <@&3> <#4>", "<@" + "9" * 30 + ">", "</forecast set:0>", "<t:0:R> <:a:1>",
    "**now** __u__ ~~s~~ ||no||", "```\ncode", "`" * 30, "# heading", "> quote\n>>> all",
    "-# small\n1. one", "[x](https://evil.example)", "[@everyone](https://evil.example/`x`)",
    "<https://evil.example/_a_*b*>", "https://evil.example/" + "a" * 600, "javascript:alert(1)",
    "http://[::1]/", "https://user:pw@evil.example", "https://169.254.169.254/latest",
    "file:///etc/passwd", "../../../../etc/passwd", "C:\\con\\nul", "a/b\\c", "=1+1", "+SUM(A1)",
    "-2+3|cmd", "@SUM(1)", "\t=1", "\r=1", "'; DROP TABLE question; --", '" OR 1=1 --', "%", "_",
    "100%", "50%%", "{0.__class__}", "{{7*7}}", "${jndi:ldap://x}", "%s%n%x", "%(secret)s", "<script>",
    "</script><img src=x>", "&lt;&#0;", "null", "None", "undefined", "NaN", "nan%", "inf", "-Infinity",
    "1e308", "1e309", "-0", "0x10", "1_000", "1/0", "0/0", "7/10", "2:1", "0:0", "1 in 0",
    "99999999999999999999", "１２％", "٪٥٠", "½", "Ⅷ", "0,7", "70%", "100.0000001%", "31 Feb",
    "30.02.9999", "in 99999999 weeks", "0000-00-00", "9999-12-31 23:59:59.999999", "Q9",
    "tomorrow tomorrow", "Europe/Berlin\x00", "id:1", "id:-1", "id:" + "9" * 18, "id:²", "#1", "#0",
    "#-1", "#٣", "#" + "9" * 40, "[which source?]", "a" * 5_000, "word " * 900, "\\" * 500, "*" * 399,
    "<" * 399, "_" * 400, "|" * 400, "?" * 50, "\u2028\u2029\x85\x0b\x0c", "\x1b[31mred", "\x07",
    "con\u0000trol\u0001\u001f\u007f\u009f", "\ue000\U0010ffff\ufffe\uffff",
    "A long enough and ordinary sentence.",
)  # fmt: skip


def hostile_strings(seed: int) -> Iterator[str]:
    """Yield the corpus in an order of the seed, then joins and repetitions of it, for ever."""
    chance = random.Random(seed)  # noqa: S311
    yield from chance.sample(CORPUS, len(CORPUS))
    while True:
        parts = chance.choices(CORPUS, k=chance.randint(2, 4))
        yield chance.choice(["", " ", "\n"]).join(parts)[: chance.choice([40, 400, 1_500, LONGEST])]


def fitted(value: str, option: dict[str, Any]) -> str:
    """Return what Discord would let through of a string: it checks an option's lengths itself."""
    value = value[: option.get("max_length") or 6_000]
    return value.ljust(option.get("min_length") or (1 if option.get("required") else 0), "x")


def leaves(entry: dict[str, Any], path: str = "") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield every command that can be called, with its options."""
    name, options = f"{path} {entry['name']}".strip(), entry.get("options") or []
    below = [option for option in options if option["type"] in {1, 2}]
    for option in below:
        yield from leaves(option, name)
    if not below:
        yield name, options


def commands(crux: Any) -> dict[str, list[dict[str, Any]]]:
    """Return the options of every slash command by its name."""
    roots = [command.to_dict(crux.tree) for command in crux.tree.get_commands()]
    return dict(leaf for root in roots if root["type"] == 1 for leaf in leaves(root))


def is_typed(option: dict[str, Any]) -> bool:
    """Whether a member can type any text into an option."""
    return option["type"] == STRING and not option.get("choices")


def field_names() -> list[str]:
    """Return the names of all fields of all forms, read off the bot's source."""
    found = set()
    for path in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "field" and node.args:
                (name, *_) = node.args
                found |= {name.value} if isinstance(name, ast.Constant) else set()
    return sorted(found)


def parameters(handler: Any) -> list[str]:
    """Return what a handler takes beside the interaction, by name."""
    return [name for name in inspect.signature(handler).parameters if name != "interaction"]


async def click(actor: Any, message: Any, custom_id: str, values: list[str] | None = None) -> Any:
    """Click on a button, or choose from a menu, that a message needn't have."""
    stored = actor._env.backend.get_message(message.channel.id, message.id)
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": MENU if values else BUTTON}
    return await _component_interaction(actor, stored, data | ({"values": values} if values else {}))


async def submit(actor: Any, channel: Any, custom_id: str, values: dict[str, str]) -> Any:
    """Send a form that needn't have been opened."""
    components = [
        {"type": LABEL, "id": place, "component": {"type": TEXT_INPUT, "custom_id": name, "value": value}}
        for place, (name, value) in enumerate(values.items(), start=1)
    ]
    data = {"custom_id": custom_id, "components": components}
    return await _dispatch_actor_interaction(actor, MODAL_SUBMIT, channel, data)
