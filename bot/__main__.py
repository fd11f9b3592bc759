"""The command ``crux``. Each command imports what it needs when it runs, so that ``--help`` is instant."""

import typer

from bot.cli import claims, demo, host, rescore, score

app = typer.Typer(
    help="Crux: a Discord bot with which a community debates and forecasts claims found in documents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(host.run)
app.command()(host.sync)
app.command()(demo.demo)
app.command()(rescore.rescore)
app.command()(score.score)
app.add_typer(claims.app, name="claims")
app.add_typer(host.db, name="db")


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
