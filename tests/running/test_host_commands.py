"""What a host sees when something is missing or wrong: one clear line and exit status 2."""

import asyncio
import sqlite3
from pathlib import Path

import discord
import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.__main__ import app
from bot.client import CruxBot
from migrations import migrate

TOKEN = "secret.token.value"  # noqa: S105


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder with a database file of its own and no settings but this one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    path = tmp_path / "crux.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    return path


def crux(*words: str) -> Result:
    """Run the command line."""
    return CliRunner().invoke(app, list(words))


def test_no_token(database: Path) -> None:
    """Without a token the line says where to put it, and no database is made."""
    result = crux("run")
    assert result.exit_code == 2
    assert "DISCORD_TOKEN" in result.stderr
    assert not database.exists()


@pytest.mark.usefixtures("database")
def test_a_token_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token file that can't be read is named."""
    monkeypatch.setenv("DISCORD_TOKEN_FILE", "missing.txt")
    result = crux("run")
    assert result.exit_code == 2
    assert "missing.txt" in result.stderr


@pytest.mark.usefixtures("database")
def test_claim_weights_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting is named, and how to write such a file."""
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("CLAIM_WEIGHTS", "missing.json")
    result = crux("run")
    assert result.exit_code == 2
    assert "CLAIM_WEIGHTS: missing.json" in result.stderr


@pytest.mark.usefixtures("database")
def test_a_token_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The token may stand in a file; Discord is asked with it, without its newline."""
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "token"))
    asked: list[str] = []

    async def login(_bot: CruxBot, token: str) -> None:
        asked.append(token)
        raise discord.LoginFailure

    monkeypatch.setattr(CruxBot, "login", login)
    assert crux("sync").exit_code == 2
    assert asked == [TOKEN]


@pytest.mark.usefixtures("database")
def test_a_wrong_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused token is said in one line that does not repeat it."""
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)

    async def login(_bot: CruxBot, _token: str) -> None:
        raise discord.LoginFailure("Improper token has been passed.")

    monkeypatch.setattr(CruxBot, "login", login)
    result = crux("run")
    assert result.exit_code == 2
    assert "refused the token" in result.stderr
    assert TOKEN not in result.output


@pytest.mark.usefixtures("database")
def test_a_database_address_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """postgresql:// alone means another driver: the line names the setting and both right beginnings."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/crux")
    result = crux("db", "upgrade")
    assert result.exit_code == 2
    assert "DATABASE_URL" in result.stderr
    assert "postgresql+asyncpg://" in result.stderr


def test_a_file_that_is_no_database(database: Path) -> None:
    """Some other file is left as it is."""
    database.write_text("not a database, " * 100, encoding="utf-8")
    result = crux("db", "upgrade")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert database.read_text(encoding="utf-8").startswith("not a database")


def test_a_newer_database(database: Path) -> None:
    """A schema this program doesn't know is refused, not touched."""
    asyncio.run(migrate(f"sqlite+aiosqlite:///{database}"))
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    result = crux("db", "upgrade")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "newer" in result.stderr


def test_a_locked_database(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer is named as the cause."""
    monkeypatch.setattr("forecasts.database.MIGRATION_TIMEOUT_MS", 100)
    asyncio.run(migrate(f"sqlite+aiosqlite:///{database}"))
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    result = crux("db", "upgrade")
    other.close()
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "locked" in result.stderr


def test_an_old_database_without_auto_migrate(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With AUTO_MIGRATE off an empty database is refused with the command that helps."""
    sqlite3.connect(database).close()
    monkeypatch.setenv("AUTO_MIGRATE", "0")
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    result = crux("run")
    assert result.exit_code == 2
    assert "crux db upgrade" in result.stderr


def test_up_and_down(database: Path) -> None:
    """`crux db upgrade` builds the tables, `crux db downgrade base` takes them away."""
    assert crux("db", "upgrade").exit_code == 0
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM question").fetchone() == (0,)
    connection.close()
    assert crux("db", "downgrade", "base").exit_code == 0
    with sqlite3.connect(database) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    assert ("question",) not in tables
