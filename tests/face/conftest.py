"""The bot on a simulated Discord, checked after each test."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
import simcord
import structlog

from bot.client import CruxBot
from bot.errors import domain_error, is_answered_already
from forecasts.database import Database, file_of
from tests import engines
from tests.face.watch import Watch
from tests.face.world import ATTACHMENTS, World


@pytest.fixture(scope="session")
def kept_database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Return the database whose file is another one in each test."""
    return engines.kept(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('face') / 'crux.db'}")


@pytest.fixture
async def database(migrated: Path, kept_database: Database) -> AsyncIterator[Database]:
    """Give a test a fresh copy of the migrated file."""
    database = engines.anew(kept_database, migrated)
    yield database
    await database.close()


@pytest.fixture
def bot(database: Database) -> CruxBot:
    """Return a bot that has not started."""
    return CruxBot(database, attachment_hosts=ATTACHMENTS)


@pytest.fixture
async def env(bot: CruxBot) -> AsyncIterator[simcord.Env]:
    """Run the bot on a simulated Discord that reads along."""
    env = simcord.Env(bot, shard_count=1)
    watch = env.backend.http_requests = Watch(env.backend, file_of(bot.database.url))
    await env.start()
    await bot.tree.sync()
    yield env
    await env.shutdown()
    watch.close()


def is_answered(error: BaseException) -> bool:
    """Whether an error that SimCord saw was one that the bot answers, or has answered."""
    outdated = discord.app_commands.CommandNotFound | discord.app_commands.CommandSignatureMismatch
    return isinstance(error, outdated) or domain_error(error) is not None or is_answered_already(error)


@pytest.fixture
async def world(env: simcord.Env, bot: CruxBot, caplog: pytest.LogCaptureFixture) -> AsyncIterator[World]:
    """Give a test a server with people, and check afterwards what must always hold."""
    with structlog.testing.capture_logs() as logged:
        world = World(env, bot, env.backend.http_requests)
        yield world
    events = [entry["event"] for entry in logged if entry["log_level"] in {"error", "critical"}]
    loud = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert world.watch.problems == []
    assert [event for event in events if event not in world.expected_errors] == []
    assert [record.getMessage() for record in loud] == []
    assert [each for each in env.backend.interactions.values() if not each.responded] == []
    assert [error for error in env.errors if not is_answered(error)] == []
