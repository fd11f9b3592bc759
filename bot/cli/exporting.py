"""`crux export` and `crux verify`: a community's records in files, and whether they hold."""

from pathlib import Path
from typing import Annotated

import typer

DIFFERENT, UNREADABLE = 1, 2


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    *,
    community: Annotated[
        int | None, typer.Option(metavar="GUILD", help="The server's id, if there are several.")
    ] = None,
    with_users: Annotated[
        bool, typer.Option("--with-users", help="Add Discord user ids; members are codes otherwise.")
    ] = False,
) -> None:
    """Write a server's questions, forecasts, scores, arguments and claims as files, also while the bot runs.

    What is sealed is left out, and the manifest says so.
    """
    from bot.cli.host import guarded, load_settings
    from bot.exporting import export as export_server
    from forecasts.records.files import RecordsError

    work = export_server(load_settings(), folder, guild_id=community, with_users=with_users)
    try:
        manifest = guarded(work)
    except RecordsError as error:
        typer.echo(f"crux: {error}", err=True)
        raise typer.Exit(UNREADABLE) from None
    rows = sum(file["rows"] for file in manifest["files"].values())
    typer.echo(f"{len(manifest['files'])} files with {rows:,} rows are in {folder}.")
    if manifest["left_out"]:
        typer.echo(f"{len(manifest['left_out'])} questions are sealed: their numbers are left out.")


def verify(
    folder: Annotated[Path, typer.Argument(metavar="EXPORT", help="A folder that crux export wrote.")],
) -> None:
    """Recompute every score of an export from its forecasts, without a database; 1 if anything differs."""
    from forecasts.records.files import RecordsError
    from forecasts.records.verifying import verify_export

    try:
        found = verify_export(folder)
    except RecordsError as error:
        for line in filter(None, getattr(error, "__notes__", [])):
            typer.echo(line)
        typer.echo(f"crux: {error}", err=True)
        raise typer.Exit(UNREADABLE) from None
    for line in found.differences:
        typer.echo(line)
    typer.echo(
        f"{found.files} files, {found.questions} resolved questions, {found.scores} scores compared: "
        f"{len(found.differences)} differ."
    )
    if found.differences:
        raise typer.Exit(DIFFERENT)
