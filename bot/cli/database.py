"""`crux db`, `crux backup` and `crux restore`: the host's database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.host import guarded, load_settings

if TYPE_CHECKING:
    from forecasts.restoring import Restored

KEPT = 7

db = typer.Typer(help="The database's schema.", no_args_is_help=True)


@db.command()
def upgrade() -> None:
    """Bring the database to this program's schema."""
    from migrations import migrate

    guarded(migrate(load_settings().database_url))
    typer.echo("The database is up to date.")


@db.command()
def downgrade(revision: Annotated[str, typer.Argument(help="A schema number, or base for none.")]) -> None:
    """Take the database back to an older schema; what only the newer one holds is lost."""
    from bot.running import downgrade_database

    guarded(downgrade_database(load_settings(), revision))
    typer.echo(f"The database is at {revision}.")


@db.command()
def silence() -> None:
    """After pg_restore: send nothing that waits in the backup, redraw the cards, and go on from now."""
    from bot.restoring import silence_server

    _say_what_is_next(guarded(silence_server(load_settings().database_url)))


def backup(
    to: Annotated[Path | None, typer.Option(help="A folder; by default backups beside the database.")] = None,
    keep: Annotated[int, typer.Option(help="How many to keep; older ones are removed.", min=1)] = KEPT,
) -> None:
    """Copy the database, checked and named by its time in UTC, also while the bot runs."""
    from bot.running import back_up_database

    path = guarded(back_up_database(load_settings(), folder=to, keep=keep))
    typer.echo(f"{path} ({path.stat().st_size:,} bytes)")


def restore(file: Annotated[Path, typer.Argument(help="A file that crux backup wrote.")]) -> None:
    """Make a backup the database. The bot must be stopped; nothing old is said again."""
    from bot.restoring import restore as restore_backup

    exchange = guarded(restore_backup(load_settings().database_url, file))
    typer.echo(f"{file.name} is the database now.")
    if exchange.aside is not None:
        typer.echo(f"The one that was there is kept as {exchange.aside}.")
    _say_what_is_next(exchange.done)


def _say_what_is_next(done: "Restored") -> None:
    typer.echo(
        f"{done.silenced} waiting messages won't be sent; {done.redrawn} cards are redrawn at the start."
    )
    if done.without_card:
        typer.echo(f"{done.without_card} open questions may have no card: /question repost posts it anew.")
    typer.echo("Forecasts and arguments given after the backup are lost: tell your members.")
