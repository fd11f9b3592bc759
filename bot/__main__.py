"""The command ``crux``. Each command imports what it needs when it runs, so that ``--help`` is instant."""

import gc
import os

import typer

from bot.cli import claims, database, demo, doctor, exporting, host, rescore, score

# Python looks for garbage after every 700 new objects. Imports make 170,000, and none of them is garbage.
YOUNG_OBJECTS = 10_000

app = typer.Typer(
    help="Crux: a Discord bot with which a community debates and forecasts claims found in documents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(host.run)
app.command()(host.sync)
app.command()(database.backup)
app.command()(database.restore)
app.command()(doctor.doctor)
app.command()(doctor.healthcheck)
app.command()(exporting.export)
app.command()(exporting.verify)
app.command()(demo.demo)
app.command()(rescore.rescore)
app.command()(score.score)
app.add_typer(claims.app, name="claims")
app.add_typer(database.db, name="db")


def main() -> None:
    """Run the command line; what it writes is its user's alone: sealed forecasts are in the database."""
    os.umask(0o077)
    gc.set_threshold(YOUNG_OBJECTS)
    app()


if __name__ == "__main__":
    main()
