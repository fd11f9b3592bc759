"""The process as a supervisor sees it: it stops when told to, and says why when it can't go on."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import discord
import pytest
import sqlalchemy as sa
from click.testing import Result
from typer.testing import CliRunner

import migrations
from bot.__main__ import app
from bot.client import CruxBot
from bot.instances import Presence
from bot.running import first_of
from forecasts.database import Database, DatabaseUnusableError

ROOT = Path(__file__).parents[2]
# The whole process but for Discord: logging in and connecting do nothing, and a click takes its time.
RUNNING = """
import asyncio, sys, time
from datetime import datetime, UTC
import bot.running
from bot.client import CruxBot
from forecasts.communities import community_of

async def nothing(*_given, **_named):
    pass

async def click(self):
    async with self.database.transaction() as session:
        await community_of(session, guild_id=7, now=datetime.now(UTC))
        print("in hand", flush=True)
        await WAITING()

async def connect(self):
    self.click = asyncio.create_task(click(self))
    await asyncio.Event().wait()

CruxBot.login = nothing
CruxBot.connect = connect
bot.running.sync_commands = nothing
bot.running.STOP_WITHIN_SECONDS, bot.running.FINISH_WITHIN_SECONDS = 3, 1
from bot.__main__ import main
sys.argv = ["crux", "run"]
main()
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set a database in an empty folder, a token, and no port."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "crux.db"
    for name, value in {
        "DATABASE_URL": f"sqlite+aiosqlite:///{path}",
        "DISCORD_TOKEN": "not.asked.for",
        "HEALTH_PORT": "0",
        "PYTHONPATH": str(ROOT),
    }.items():
        monkeypatch.setenv(name, value)
    return path


def crux(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def running(seconds: float, waiting: str = "asyncio.sleep(") -> subprocess.Popen[str]:
    """Start a process with a click in hand that takes some seconds."""
    script = RUNNING.replace("WAITING(", f"{waiting}{seconds}")
    process = subprocess.Popen(  # noqa: S603 (our own arguments)
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in hand\n"
    return process


def stored(path: Path) -> list[tuple[int]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT guild_id FROM community").fetchall()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.usefixtures("path")
def test_told_to_stop_it_ends_with_status_0(path: Path, number: signal.Signals) -> None:
    """The transaction in hand is finished first: the server that it stores is there."""
    process = running(0.5)
    process.send_signal(number)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert stored(path) == [(7,)]


def test_what_takes_too_long_is_undone(path: Path) -> None:
    """Here a second is given to a click that takes an hour: nothing half is stored, and it ends well."""
    process = running(3_600)
    process.terminate()
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 0, said
    assert "stopped_in_the_middle" in said
    assert stored(path) == []


def test_a_thread_that_never_ends_can_t_hold_the_process(path: Path) -> None:
    """Nothing can cancel a thread: after its time for stopping, here three seconds, the process ends."""
    process = running(3_600, waiting="asyncio.to_thread(time.sleep, ")
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert stored(path) == []


def test_a_second_signal_ends_it_at_once(path: Path) -> None:
    """A host who is in a hurry; what was in hand never was."""
    process = running(3_600)
    process.terminate()
    assert process.stderr is not None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode in {0, -signal.SIGTERM}
    assert stored(path) == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (discord.LoginFailure("Improper token"), "refused the token"),
        (discord.ConnectionClosed(None, shard_id=0, code=4004), "for good"),  # type: ignore[arg-type]
        (discord.PrivilegedIntentsRequired(0), "for good"),
        (OSError("Name or service not known"), "can't be reached"),
        (sa.exc.OperationalError("SELECT", {}, sqlite3.OperationalError("unable to open database file")),
         "can't be opened"),
    ],
    ids=["token", "gateway", "intents", "network", "database"],
)  # fmt: skip
@pytest.mark.usefixtures("path")
def test_what_can_t_be_recovered_is_one_line_and_status_2(
    monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    """A supervisor sees a failure, and the host reads the reason without a traceback."""

    async def login(_bot: CruxBot, _token: str) -> None:
        raise error

    monkeypatch.setattr(CruxBot, "login", login)
    result = crux("run")
    assert result.exit_code == 2
    assert sentence in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


@pytest.fixture
async def presence(path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Presence]:
    """Give what watches over a running process, looking often."""
    monkeypatch.setattr("bot.instances.LOOK_EVERY_SECONDS", 0.05)
    url = f"sqlite+aiosqlite:///{path}"
    await migrations.migrate(url)
    database = Database(url)
    yield Presence(CruxBot(database))
    await database.close()


@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.rename(f"{path}.old")])
async def test_a_database_that_is_gone_ends_the_process(
    presence: Presence, path: Path, change: Callable[[Path], object]
) -> None:
    """Removed or moved away: SQLite would go on writing into a file that nobody finds again."""
    keeping = asyncio.create_task(presence.keep())
    change(path)
    with pytest.raises(DatabaseUnusableError, match="removed or replaced"):
        await asyncio.wait_for(keeping, 60)


async def test_the_first_to_fail_ends_the_others() -> None:
    """Its error is raised, and what still ran is cancelled."""
    ended: list[str] = []

    async def works() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("works")

    async def fails() -> None:
        await asyncio.sleep(0)
        raise DatabaseUnusableError("gone")

    with pytest.raises(DatabaseUnusableError, match="gone"):
        await first_of(works(), fails())
    assert ended == ["works"]
