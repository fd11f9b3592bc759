"""`crux run` and `crux sync`: the host's commands, and what all of them begin with.

Discord and the database are imported by the commands that need them: reading a document needs neither.
"""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from bot.config import Settings

Result = TypeVar("Result")

USAGE_ERROR = 2
NO_TOKEN = "There is no token. Put DISCORD_TOKEN=... into .env, or name a file in DISCORD_TOKEN_FILE."  # noqa: S105
BROKEN_TOKEN = "The token holds a space, a line break or a letter no token has. Copy it once more."  # noqa: S105


def run() -> None:
    """Run the bot until it is told to stop."""
    from bot.running import run_bot

    settings = load_settings()
    guarded(run_bot(settings, token_of(settings)))


def sync() -> None:
    """Tell Discord which slash commands there are."""
    from bot.running import sync_bot

    settings = load_settings()
    count = guarded(sync_bot(settings, token_of(settings)))
    typer.echo(f"{count} commands registered. Discord may take a minute to show them.")


def load_settings() -> "Settings":
    """Read the settings, or say in one line a fault which is wrong and stop."""
    from pydantic import ValidationError

    from bot.config import Settings

    try:
        return Settings()
    except ValidationError as error:
        for fault in error.errors():
            name = "_".join(str(part) for part in fault["loc"]).upper()
            said = fault["msg"].removeprefix("Value error, ")
            typer.echo(f"{name}: {said}" if name else said, err=True)
        raise typer.Exit(USAGE_ERROR) from None


def token_of(settings: "Settings") -> str:
    """Return the token, or stop with one line."""
    try:
        token = settings.token()
    except (OSError, UnicodeDecodeError) as error:
        typer.echo(f"DISCORD_TOKEN_FILE can't be read: {error}", err=True)
        raise typer.Exit(USAGE_ERROR) from None
    if not token:
        typer.echo(NO_TOKEN, err=True)
        raise typer.Exit(USAGE_ERROR)
    if any(not "!" <= letter <= "~" for letter in token):
        typer.echo(BROKEN_TOKEN, err=True)
        raise typer.Exit(USAGE_ERROR)
    return token


def guarded(work: Coroutine[Any, Any, Result]) -> Result:
    """Run something for the host: what keeps it from working is one line and exit status 2."""
    from bot.running import HostError, run_for_host

    try:
        return run_for_host(work)
    except HostError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE_ERROR) from None
