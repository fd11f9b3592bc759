"""The token and the database's password: never in settings' text, diagnostics, errors or arguments."""

import discord
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from bot.__main__ import app
from bot.client import CruxBot
from bot.config import Settings

TOKEN = ".".join(["c2VjcmV0IHNlY3JldCBzZWNy", "S3cr3t", "y" * 38])
PASSWORD = "pa55phrase"  # noqa: S105
URL = f"postgresql+asyncpg://crux:{PASSWORD}@127.0.0.1:1/crux"
SECRETS = (TOKEN, PASSWORD, "y" * 20, "S3cr3t")


@pytest.fixture(autouse=True)
def _set(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("MODEL_KEY", PASSWORD)
    monkeypatch.setenv("HEALTH_PORT", "0")


def crux(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def check_nothing_in(text: str) -> None:
    assert text
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("shown", [repr, str], ids=["repr", "str"])
def test_settings_show_no_secret(shown: type[str]) -> None:
    """Neither the token nor the address with its password."""
    check_nothing_in(shown(Settings(_env_file=None)))


@pytest.mark.parametrize(
    "words",
    [("run",), ("sync",), ("doctor",), ("doctor", "--online"), ("backup",), ("db", "upgrade"), ("rescore",)],
    ids=" ".join,
)
def test_no_command_s_output_holds_one(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    """The database can't be reached here, so that each of them has something to complain about."""

    async def login(_bot: CruxBot, _token: str) -> None:
        raise discord.LoginFailure("Improper token has been passed.")

    monkeypatch.setattr(CruxBot, "login", login)
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:1")
    result = crux(*words)
    assert result.exit_code != 0
    check_nothing_in(result.output + repr(result.exception))


@pytest.mark.parametrize("wrong", [f"{TOKEN}\u00e9", f"{TOKEN} {TOKEN}", f"{TOKEN}\r\nHost: x"])
def test_a_token_with_a_stray_letter_is_refused_unsaid(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    """The HTTP library would quote it."""
    monkeypatch.setenv("DISCORD_TOKEN", wrong)
    result = crux("run")
    assert result.exit_code == 2
    check_nothing_in(result.output + repr(result.exception))


def test_a_wrong_setting_doesn_t_quote_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pydantic's own error shows its input."""
    monkeypatch.setenv("SHARD_IDS", "7")
    result = crux("run")
    assert result.exit_code == 2
    assert "SHARD_COUNT" in result.stderr
    check_nothing_in(result.output)


def test_no_command_takes_a_secret_as_an_argument() -> None:
    """Arguments can be read by everybody on the machine."""

    def options(command: typer.core.TyperCommand) -> list[str]:
        inside = getattr(command, "commands", {}).values()
        return [option for each in inside for option in options(each)] + [
            str(parameter.name) for parameter in command.params
        ]

    names = options(typer.main.get_command(app))  # type: ignore[arg-type]
    assert "keep" in names
    assert [name for name in names if {"token", "password", "secret"} & set(name.split("_"))] == []
