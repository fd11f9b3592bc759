"""A real ``crux run`` on the loopback Discord: how it stops, what it tells a supervisor, what it logs."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from typer.testing import CliRunner

from bot.__main__ import app
from tests.loopback.checks import examine
from tests.loopback.faults import LASTING, Faults
from tests.loopback.process import Bot
from tests.loopback.seeding import Seeded, seed
from tests.loopback.server import Loopback

TOKEN = ".".join(["bG9vcGJhY2sgbG9vcGJhY2s", "R3al1y", "z" * 38])
SECRETS = (TOKEN, "bG9vcGJhY2sgbG9vcGJhY2s", "R3al1y", "z" * 20)
STOPPED_WITHIN = 8


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Name a database in an empty folder."""
    return f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}"


@asynccontextmanager
async def serving(
    url: str, folder: Path, **settings: str
) -> AsyncIterator[tuple[Loopback, Bot, list[Seeded]]]:
    """Run a bot that has ten questions, of which some come due."""
    async with Loopback() as discord:
        first = datetime.now(UTC) + timedelta(seconds=2)
        seeded = await seed(url, discord.state, first=first, every=timedelta(seconds=1), count=10)
        bot = Bot(discord.url, url, folder, settings={"DISCORD_TOKEN": TOKEN, **settings})
        bot.start()
        await discord.gateway.until_listening()
        try:
            yield discord, bot, seeded
        finally:
            await bot.kill()


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that nobody tells, but not for ever."""
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_told_to_stop_it_finishes_what_people_were_told(url: str, tmp_path: Path) -> None:
    """SIGTERM with clicks in hand: status 0 within eight seconds; whoever read "Saved" has it stored."""
    async with serving(url, tmp_path) as (discord, bot, seeded):
        for number in range(20):
            press = f"forecast:v1:{seeded[7].id}:{10 * (1 + number % 9)}"
            await discord.click(press, guild_id=seeded[7].guild_id, user_id=1_000 + number)
        await until(lambda: discord.state.answered > 0)
        in_hand = len(discord.state.interactions) - discord.state.answered
        bot.signal(signal.SIGTERM)
        assert await bot.ended(within=STOPPED_WITHIN) == 0
        report = await examine(url, discord.state, [], now=datetime.now(UTC))
    assert in_hand > 0
    assert report.acknowledged > 0
    assert [fault for fault in report.faults if "forecast" in fault] == []
    assert "Traceback" not in bot.log.read_text(encoding="utf-8")


async def test_a_supervisor_is_told_how_it_is(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ready once the gateway is up and a sweep has run; after a kill nothing answers and nothing is well."""
    port = str(unused_port())
    monkeypatch.setenv("HEALTH_PORT", port)
    runner = asyncio.get_running_loop().run_in_executor
    async with serving(url, tmp_path, HEALTH_PORT=port) as (_, bot, _), ClientSession() as http:
        said = {}
        for _ in range(200):
            async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                said = await answer.json()
            if answer.status == 200:
                break
            await asyncio.sleep(0.05)
        assert said == {"status": "ready"}
        async with http.get(f"http://127.0.0.1:{port}/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"status": "alive"})
        assert (await runner(None, CliRunner().invoke, app, ["healthcheck"])).exit_code == 0
        await bot.kill()
        result = await runner(None, CliRunner().invoke, app, ["healthcheck"])
    assert (result.exit_code, "Nothing answers on" in result.stderr) == (1, True)


async def test_a_second_one_on_its_file_ends_with_one_line(url: str, tmp_path: Path) -> None:
    """Status 2 before it logs in; the first one goes on serving."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    async with serving(url, tmp_path) as (discord, first, seeded):
        second = Bot(discord.url, url, elsewhere)
        second.start()
        assert await second.ended() == 2
        (line,) = second.log.read_text(encoding="utf-8").splitlines()
        assert "already running on crux.db" in line
        assert (first.is_alive, discord.gateway.identified) == (True, 1)
        clicked = await discord.click(
            f"forecast:v1:{seeded[7].id}:70", guild_id=seeded[7].guild_id, user_id=1_000
        )
        await until(lambda: clicked.answered)
    assert "Saved:" in clicked.said


async def test_a_refused_token_is_not_shown(url: str, tmp_path: Path) -> None:
    """The line says where to get another one, and holds no part of this one, even at DEBUG."""
    async with Loopback() as discord:
        discord.faults = Faults(rate=1, kinds=LASTING[:1])
        bot = Bot(discord.url, url, tmp_path, settings={"DISCORD_TOKEN": TOKEN, "LOG_LEVEL": "DEBUG"})
        bot.start()
        assert await bot.ended() == 2
    said = bot.log.read_text(encoding="utf-8")
    assert "refused the token" in said.splitlines()[-1]
    assert [secret for secret in SECRETS if secret in said] == []


async def test_the_log_of_a_whole_life_holds_no_token(url: str, tmp_path: Path) -> None:
    """At DEBUG, through clicks, deadlines, failing requests, a reconnection and the stop."""
    async with serving(url, tmp_path, LOG_LEVEL="DEBUG") as (discord, bot, seeded):
        discord.faults = Faults(rate=0.3)
        number = 0
        async with asyncio.timeout(60):  # until one of their messages has failed, which is left to chance
            while number < 30 or b"message_failed" not in bot.log.read_bytes():
                press = f"forecast:v1:{seeded[number % 5].id}:70"
                await discord.click(press, guild_id=seeded[0].guild_id, user_id=1_000 + number)
                await asyncio.sleep(0.05)
                number += 1
        (session,) = discord.gateway.sessions.values()
        await discord.gateway.cut(session)
        await until(lambda: discord.gateway.resumed > 0)
        bot.signal(signal.SIGTERM)
        assert await bot.ended(within=STOPPED_WITHIN) == 0
    said = bot.log.read_text(encoding="utf-8")
    assert {"message_failed", "stopped"} <= {json.loads(line)["event"] for line in said.splitlines()}
    assert [secret for secret in SECRETS if secret in said] == []
