"""The bot on a simulated Discord, checked after each test."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
import sqlalchemy as sa
import structlog

import migrations
from bot.client import CruxBot
from bot.errors import domain_error, is_answered_already
from forecasts.database import Database
from tests.face.watch import Watch
from tests.face.world import ATTACHMENTS, World


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the file that each test gets a copy of."""
    path = tmp_path_factory.mktemp("template") / "crux.db"
    asyncio.run(migrations.migrate(f"sqlite+aiosqlite:///{path}"))
    return path


def trust_the_disk(connection: Any, _record: object) -> None:
    """Don't wait for the disk after each commit: no power fails here, and it takes most of the time."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


@pytest.fixture
async def database(empty_database: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """Give a test its own copy."""
    shutil.copy(empty_database, tmp_path / "crux.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}")
    sa.event.listen(database._writer.sync_engine, "connect", trust_the_disk)
    yield database
    await database.close()


@pytest.fixture
def bot(database: Database) -> CruxBot:
    """Return a bot that has not started."""
    return CruxBot(database, attachment_hosts=ATTACHMENTS)


@pytest.fixture
async def env(bot: CruxBot, tmp_path: Path) -> AsyncIterator[simcord.Env]:
    """Run the bot on a simulated Discord that reads along."""
    env = simcord.Env(bot, shard_count=1)
    watch = env.backend.http_requests = Watch(env.backend, tmp_path / "crux.db")
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
