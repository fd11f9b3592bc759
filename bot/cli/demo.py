"""`crux demo`: live through Crux on a simulated server, in the browser or as a script."""

import asyncio
import json
import os
from importlib.resources import files as package_files
from pathlib import Path
from typing import Annotated

import typer

USAGE_ERROR = 2


def demo(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE...]", help="Documents instead of the shipped ones.")
    ] = None,
    *,
    script: Annotated[bool, typer.Option("--script", help="Play the whole loop and end.")] = False,
    export: Annotated[Path | None, typer.Option(help="Write what happened into this folder.")] = None,
    port: Annotated[int | None, typer.Option(help="The page's port; any free one by default.")] = None,
) -> None:
    """Run the real bot on a simulated Discord: no token, no network, a fresh database.

    With --script the last line printed is a JSON summary.
    """
    documents = files or shipped_documents()
    for path in documents:
        if not path.is_file():
            typer.echo(f"{path} can't be read: there is no such file.", err=True)
            raise typer.Exit(USAGE_ERROR)
    if export is not None and not _can_be_written(export):
        typer.echo(f"{export} can't be written. Name a folder that is yours, or a new one.", err=True)
        raise typer.Exit(USAGE_ERROR)
    try:
        import simcord  # noqa: F401 (an extra; asked for here only)
    except ImportError:
        typer.echo("The demo needs its extra: pip install 'crux[demo]', or run make demo.", err=True)
        raise typer.Exit(USAGE_ERROR) from None
    if script or export is not None:
        asyncio.run(_play(documents, export))
    else:
        asyncio.run(_serve(documents, port))


def _can_be_written(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def shipped_documents() -> list[Path]:
    """Return the sample documents that come with Crux."""
    folder = Path(str(package_files("bot.demo") / "documents"))
    return sorted(folder.glob("*.txt"))


async def _play(documents: list[Path], folder: Path | None) -> None:
    from bot.demo.export import export
    from bot.demo.script import NoQuestionError, play
    from bot.demo.summary import summary
    from bot.demo.world import open_world

    async with open_world(say=typer.echo) as world:
        try:
            story = await play(world, documents)
        except NoQuestionError:
            typer.echo("None of the documents holds a claim to ask about.", err=True)
            raise typer.Exit(USAGE_ERROR) from None
        if folder is not None:
            await export(world, folder, story.files)
        typer.echo(json.dumps(await summary(world)))


async def _serve(documents: list[Path], port: int | None) -> None:
    from bot.demo.page import serve

    await serve(documents, port)
