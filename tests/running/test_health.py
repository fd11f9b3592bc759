"""What /healthz and /readyz answer, to whom, and `crux healthcheck`."""

import json
import socket
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import discord
import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer, unused_port
from structlog.testing import capture_logs
from typer.testing import CliRunner

import migrations
from bot.__main__ import app
from bot.client import CruxBot
from bot.health import LOOPBACK, health_app, health_pages
from forecasts.database import Database
from forecasts.sweep import beat


class ReadyBot(CruxBot):
    """A bot whose gateway says what the test wants."""

    connected = True

    def is_ready(self) -> bool:
        """Whether the gateway is up."""
        return self.connected


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[ReadyBot]:
    """Give a bot whose sweep has just run."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}"
    await migrations.migrate(url)
    database = Database(url)
    async with ReadyBot(database) as bot:
        async with database.transaction() as session:
            await beat(session, now=bot.now())
        yield bot
    await database.close()


async def ask(bot: CruxBot, page: str) -> tuple[int, dict[str, object]]:
    async with TestClient(TestServer(health_app(bot))) as client:
        answer = await client.get(page)
        return answer.status, await answer.json()


async def test_a_bot_that_serves_is_ready(bot: ReadyBot) -> None:
    """Database, gateway and sweep."""
    assert await ask(bot, "/readyz") == (200, {"status": "ready"})


async def test_a_bot_without_its_gateway_is_alive_and_not_ready(bot: ReadyBot) -> None:
    """Restarting it would help nobody."""
    bot.connected = False
    assert await ask(bot, "/healthz") == (200, {"status": "alive"})
    assert await ask(bot, "/readyz") == (503, {"status": "not ready", "missing": ["gateway"]})


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 503)])
async def test_a_heartbeat_of_a_minute_is_too_old(bot: ReadyBot, seconds: int, status: int) -> None:
    """Younger than 60 s."""
    started: datetime = discord.utils.utcnow()
    async with bot.database.transaction() as session:
        await beat(session, now=started)
    bot.now = lambda: started + timedelta(seconds=seconds)
    assert (await ask(bot, "/readyz"))[0] == status


async def test_before_the_first_sweep_it_isn_t_ready(bot: ReadyBot) -> None:
    """What a downtime missed has not been caught up with yet."""
    async with bot.database.transaction() as session:
        await (await session.connection()).exec_driver_sql("DELETE FROM heartbeat")
    assert await ask(bot, "/readyz") == (503, {"status": "not ready", "missing": ["sweep"]})


async def test_without_its_database_it_isn_t_ready(bot: ReadyBot) -> None:
    """A table that is gone stands for a disk that is."""
    async with bot.database.transaction() as session:
        await (await session.connection()).exec_driver_sql("DROP TABLE heartbeat")
    assert await ask(bot, "/readyz") == (503, {"status": "not ready", "missing": ["database"]})


async def test_only_this_machine_is_answered(bot: ReadyBot) -> None:
    """The socket is bound to 127.0.0.1, not to all addresses."""
    port = unused_port()
    async with health_pages(bot, port), ClientSession() as http:
        async with http.get(f"http://{LOOPBACK}:{port}/healthz") as answer:
            assert answer.status == 200
        with socket.socket() as other:  # 127.0.0.2 is loopback, too, and free
            other.bind(("127.0.0.2", port))


async def test_a_busy_port_is_a_warning(bot: ReadyBot) -> None:
    """The bot runs without its pages; the log names the setting."""
    with socket.socket() as busy, capture_logs() as logged:
        busy.bind((LOOPBACK, 0))
        busy.listen()
        async with health_pages(bot, busy.getsockname()[1]):
            pass
    assert [(entry["event"], entry["help"]) for entry in logged] == [("no_health_pages", "set HEALTH_PORT")]


async def test_port_0_serves_nothing(bot: ReadyBot) -> None:
    """Off, not "any port"."""
    with capture_logs() as logged:
        async with health_pages(bot, 0):
            pass
    assert logged == []


@pytest.mark.parametrize(("connected", "status"), [(True, 0), (False, 1)])
async def test_the_command_asks_the_running_bot(
    bot: ReadyBot, monkeypatch: pytest.MonkeyPatch, *, connected: bool, status: int
) -> None:
    """Its exit status is what a container's health check reads; a proxy in the environment is passed by."""
    bot.connected = connected
    port = unused_port()
    monkeypatch.setenv("HEALTH_PORT", str(port))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with health_pages(bot, port):
        result = await bot.loop.run_in_executor(None, CliRunner().invoke, app, ["healthcheck"])
    assert result.exit_code == status
    assert json.loads(result.output)["status"] == ("ready" if connected else "not ready")


@pytest.mark.parametrize(("port", "sentence"), [("0", "HEALTH_PORT is 0"), ("1", "Nothing answers on")])
def test_nothing_to_ask_is_a_failure(monkeypatch: pytest.MonkeyPatch, port: str, sentence: str) -> None:
    """Off, or not running."""
    monkeypatch.setenv("HEALTH_PORT", port)
    result = CliRunner().invoke(app, ["healthcheck"])
    assert result.exit_code == 1
    assert sentence in result.stderr
