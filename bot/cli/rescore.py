"""`crux rescore`: recompute every score of the database from its forecasts, and report differences."""

import typer

DIFFERENT = 1


def rescore() -> None:
    """Recompute all scores in force; print what differs and exit with 1, or say that nothing does."""
    from bot.cli.host import guarded, load_settings
    from bot.running import recompute

    checked, differences = guarded(recompute(load_settings()))
    for line in differences:
        typer.echo(line)
    typer.echo(f"{checked} scores recomputed, {len(differences)} differ.")
    if differences:
        raise typer.Exit(DIFFERENT)
