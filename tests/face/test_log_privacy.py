"""Logs hold events and ids: nothing that anybody wrote, no names, no token, also when something fails."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import discord
import pytest
import simcord
import structlog

from bot.client import CruxBot
from bot.logs import set_up_logs
from bot.questions import handlers
from forecasts.database import insert_if_absent
from forecasts.models import Member, Question
from tests.face.world import World

WORDING = {
    "title": "Will the heronry be counted twice this year?",
    "criteria": "Resolves YES if two counts of the heronry are published, NO otherwise.",
    "source": "The otter society",
    "fine_print": "A recount is no count.",
}
ARGUMENTS = ("The wardens counted it in spring already.", "Nobody has a boat in winter, so no.")
EVIDENCE = {"evidence": "https://example.org/finch", "note": "The finch report has both counts."}
NONSENSE = "a quetzal percent"
NAMES = ("moderator", "member-1", "member-2", "Home", "heronry")
FORBIDDEN = (
    *WORDING.values(),
    *ARGUMENTS,
    *EVIDENCE.values(),
    NONSENSE,
    *NAMES,
    "quetzal",
    "counted",
    "finch",
)
TOKEN = ".".join(["bm8gYm90IGF0IGFsbCwgbm8g", "G00d00", "x" * 38])


@pytest.fixture(params=["json", "console"])
def logged(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Log as the bot does, as much as it can, into a text."""
    root, before = logging.getLogger(), (logging.getLogger().level, [*logging.getLogger().handlers])
    set_up_logs(level="DEBUG", form=request.param)
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    structlog.reset_defaults()
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def check_private(stream: io.StringIO) -> str:
    text = stream.getvalue()
    assert [word for word in FORBIDDEN if word in text] == []
    return text


async def test_a_whole_question_leaves_nothing_of_itself_in_the_logs(
    logged: io.StringIO, env: simcord.Env, bot: CruxBot
) -> None:
    """Drafted, forecast, debated, mistyped, resolved and told, with every library's DEBUG switched on."""
    world = World(env, bot, env.backend.http_requests)
    await world.revealed(20, 70, 90, **WORDING)
    for member, text, side in zip(world.members, ARGUMENTS, ("for", "against"), strict=False):
        await world.argue(member, text, side)
    await world.member.slash(world.channel, "forecast set", question="#1", probability=NONSENSE)
    await world.pass_time(hours=35 * 24)
    await world.propose("YES", 1, **EVIDENCE)
    await world.pass_time(hours=48)
    assert (await world.rows(Question))[0].phase == "resolved"
    check_private(logged)


async def test_a_fault_of_ours_is_logged_without_what_it_was_about(
    logged: io.StringIO, env: simcord.Env, bot: CruxBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error quotes the form that it failed on; the log says where it failed and of what kind it is."""

    async def fails(*_given: object, **_named: object) -> None:
        local = WORDING["criteria"]  # a traceback with local values would show it
        raise ValueError(f"can't store {WORDING['title']} {local}") from KeyError(ARGUMENTS[0])

    monkeypatch.setattr(handlers, "draft_question", fails)
    world = World(env, bot, env.backend.http_requests)
    await world.new_draft(**WORDING)
    text = check_private(logged)
    assert "interaction_failed" in text
    assert "ValueError at " in text
    assert "caused by KeyError" in text


async def test_a_statement_that_fails_is_logged_without_its_values(logged: io.StringIO, bot: CruxBot) -> None:
    """SQLAlchemy's message quotes the row unless it is told not to; ours isn't logged and hides it, too."""
    log: Any = structlog.get_logger("bot.test")
    try:
        async with bot.database.transaction() as session:
            await insert_if_absent(session, Member, community_id=99, user_id="quetzal", created_at=bot.now())
    except Exception as error:
        log.exception("failed")
        said = str(error)
    assert "quetzal" not in said
    assert "failed" in check_private(logged)


def test_a_library_that_quotes_the_token_is_not_repeated(logged: io.StringIO) -> None:
    """At DEBUG discord.py and the database's driver log what they send: they begin at INFO."""
    for name in ("discord.http", "discord.gateway", "aiosqlite", "sqlalchemy.engine", "aiohttp.client"):
        logging.getLogger(name).debug("sending %s", TOKEN)
    error = RuntimeError(f"header {TOKEN}")
    logging.getLogger("discord.client").error("Ignoring exception in %s", "on_ready", exc_info=error)
    text = logged.getvalue()
    assert TOKEN not in text
    assert "RuntimeError at" in text


def test_discord_s_refusal_is_named_by_its_codes(logged: io.StringIO) -> None:
    """Its text may quote what was sent; the codes are enough to look it up."""
    response = type("Response", (), {"status": 400, "reason": "Bad Request"})()
    error = discord.HTTPException(response, {"code": 50035, "message": "In content: a quetzal percent"})
    structlog.get_logger("bot.test").error("refused", exc_info=error)
    assert "HTTPException 400/50035 at" in check_private(logged)


@pytest.mark.parametrize("logged", ["json"], indirect=True)
def test_a_line_is_json_for_machines(logged: io.StringIO) -> None:
    """With time, level, logger, event and its own fields."""
    structlog.get_logger("bot.test").warning("message_failed", key="r1:2")
    entry = json.loads(logged.getvalue())
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {"event": "message_failed", "key": "r1:2", "level": "warning", "logger": "bot.test"}
