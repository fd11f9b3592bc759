"""`crux doctor`: a line for each thing, the way out of what is wrong, and never the token."""

import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from click.testing import Result
from typer.testing import CliRunner

import bot.doctor
from bot.__main__ import app
from bot.doctor_online import check_clock

# In the shape of a token, and none: its first part says "no bot".
TOKEN = ".".join(["bm8gYm90IGF0IGFsbCwgbm8g", "G00d00", "x" * 38])
ServerOf = Callable[[web.Response], Awaitable[str]]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set a token, and a database in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}")
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.delenv("DISCORD_TOKEN_FILE", raising=False)
    return tmp_path / "crux.db"


def crux(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def failures(result: Result) -> list[str]:
    return [line for line in result.stdout.splitlines() if line.startswith("✗")]


def test_a_host_that_has_all_is_well(path: Path) -> None:
    """Status 0, each line begins with a mark, and what wasn't looked at is said."""
    assert crux("db", "upgrade").exit_code == 0
    result = crux("doctor")
    assert (result.exit_code, failures(result)) == (0, [])
    assert {line[0] for line in result.stdout.splitlines()} <= {"✓", "–"}
    assert "skipped: ask with --online" in result.stdout.splitlines()[-1]
    assert path.exists()


def test_before_the_first_start_there_is_nothing_to_heal(path: Path) -> None:
    """A database that isn't there yet is no fault, and the doctor doesn't make it."""
    assert crux("doctor").exit_code == 0
    assert not path.exists()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DISCORD_TOKEN", "", "no token → put DISCORD_TOKEN"),
        ("DISCORD_TOKEN", "abc", "doesn't look like one → copy it again"),
        ("DATABASE_URL", "sqlite+aiosqlite:///nowhere/crux.db", "isn't there → make it"),
        (
            "DATABASE_URL",
            "postgresql+asyncpg://crux@127.0.0.1:1/crux",
            "the database can't be used as it is →",
        ),
    ],
)
@pytest.mark.usefixtures("path")
def test_what_is_wrong_comes_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    """And status 1."""
    monkeypatch.setenv(name, value)
    result = crux("doctor")
    assert result.exit_code == 1
    assert any(sentence in line for line in failures(result)), result.stdout


def test_an_old_schema_names_the_command(path: Path) -> None:
    """As the start does with AUTO_MIGRATE off."""
    crux("db", "upgrade")
    crux("db", "downgrade", "0001")
    (line,) = failures(crux("doctor"))
    assert "crux db upgrade" in line
    assert path.exists()


def test_a_broken_reference_is_found(path: Path) -> None:
    """It opens, it has the schema, and yet it isn't whole."""
    crux("db", "upgrade")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO member (community_id, hidden, named, feedback, created_at) "
            "VALUES (9, 0, 0, 0, '2026-03-02')"
        )
    (line,) = failures(crux("doctor"))
    assert "damaged" in line


@pytest.mark.skipif(os.name != "posix", reason="rights are others there")
@pytest.mark.parametrize("name", ["crux.db", ".env"])
def test_a_file_that_everybody_can_read_is_named(path: Path, name: str) -> None:
    """The database holds sealed forecasts, .env the token."""
    crux("db", "upgrade")
    (path.parent / ".env").touch()
    path.parent.chmod(0o755)
    for each in (path.parent / ".env", *path.parent.glob("crux.db*")):
        each.chmod(0o600)
    assert failures(crux("doctor")) == []
    (path.parent / name).chmod(0o644)
    (line,) = failures(crux("doctor"))
    assert f"can read {name} → chmod 600 {name}" in line


def test_a_full_disk_is_found(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """150 of 200 MB are free: too little to copy the database before a migration."""
    monkeypatch.setattr(bot.doctor.shutil, "disk_usage", lambda _: SimpleNamespace(free=150_000_000))
    (line,) = failures(crux("doctor"))
    assert line == "✗ 150 MB free at the database → make room: 200 MB are needed"
    assert not path.exists()


@pytest.mark.usefixtures("path")
def test_a_missing_extra_is_told_with_what_it_would_bring(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no fault: Crux works without."""
    monkeypatch.setattr(bot.doctor, "find_spec", lambda name: None if name == "pypdf" else object())
    result = crux("doctor")
    assert "– extra [pdf] is not installed: reads PDFs" in result.stdout
    assert result.exit_code == 0


@pytest.mark.usefixtures("path")
def test_a_missing_driver_of_the_database_in_use_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """[postgres] is needed once DATABASE_URL says so."""
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://crux@127.0.0.1:1/crux")
    monkeypatch.setattr(bot.doctor, "find_spec", lambda name: None if name == "asyncpg" else object())
    assert any(line.endswith('→ pip install "crux[postgres]"') for line in failures(crux("doctor")))


@pytest.fixture
async def server_of() -> AsyncIterator[ServerOf]:
    """Serve one answer on loopback, and return its address."""
    started: list[TestServer] = []

    async def serve(response: web.Response) -> str:
        async def answer(_request: web.Request) -> web.Response:
            return response

        page = web.Application()
        page.router.add_get("/gateway", answer)
        started.append(TestServer(page))
        await started[0].start_server()
        return str(started[0].make_url("")).rstrip("/")

    yield serve
    for server in started:
        await server.close()


@pytest.mark.parametrize(
    ("theirs", "line"),
    [
        (timedelta(), "✓ the clock is right"),
        (timedelta(minutes=2), "✗ the clock is 1"),
        (timedelta(minutes=-2), "✗ the clock is 12"),
    ],
)
async def test_the_clock_is_compared_with_the_answer_s_date(
    server_of: ServerOf, theirs: timedelta, line: str
) -> None:
    """Two minutes off either way, in whole seconds: 119 or 120 slow, 120 or 121 fast."""
    date = format_datetime(datetime.now(UTC) + theirs, usegmt=True)
    finding = await check_clock(await server_of(web.json_response({}, headers={"Date": date})))
    assert finding.line.startswith(line)
    if theirs:
        assert f"{'slow' if theirs > timedelta() else 'fast'} → timedatectl set-ntp true" in finding.line


async def test_without_an_answer_the_clock_is_skipped() -> None:
    """Nothing listens there."""
    assert (await check_clock(f"http://127.0.0.1:{unused_port()}")).is_well is None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(discord.LoginFailure("no"), "Discord refuses the token"), (OSError("no"), "Discord can't be reached")],
)
@pytest.mark.usefixtures("path")
def test_online_a_failure_to_log_in_is_a_line(
    monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    """Not a traceback, and without the token."""

    async def login(_bot: discord.Client, _token: str) -> None:
        raise error

    monkeypatch.setattr("bot.client.CruxBot.login", login)
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{unused_port()}")
    crux("db", "upgrade")
    result = crux("doctor", "--online")
    assert result.exit_code == 1
    assert [line for line in failures(result) if sentence in line]
    assert TOKEN not in result.output
