"""A disk that is full, read-only, taken or damaged: one clear line, and nothing acknowledged is lost."""

import asyncio
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from bot.__main__ import app
from forecasts.database import Database, why_unusable
from tests.torture.columns import times
from tests.torture.furnished import a_furnished_file  # noqa: F401 (a fixture)
from tests.usecases.conftest import House

TOKEN = ".".join(["bm8gYm90IGF0IGFsbCwgbm8g", "G00d00", "x" * 38])
ROUNDS = range(times("disk"))
MEMBERS, HOURS = 4, 10
WAL_HEADER, FRAME_HEADER = 32, 24
COMMANDS = (
    ("run",),
    ("db", "upgrade"),
    ("backup",),
    ("doctor",),
    ("rescore",),
    ("export", "copy", "--community", "10"),
)
STARTS = 4
HOLDS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
input()
"""
FULL = "The disk is full. Make room, then start Crux again; what it had acknowledged is stored."


@pytest.fixture
def path(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a host a database in a folder of its own, and a Crux that would log in next."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setattr("forecasts.database.MIGRATION_TIMEOUT_MS", 100)

    async def log_in(*_: object) -> None:
        return

    monkeypatch.setattr("bot.running.serve", log_in)
    path = Path(shutil.copy(furnished, tmp_path / "crux.db"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    return path


def crux(*words: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(app, list(map(str, words)))


async def forecast(house: House, question_id: int, number: int) -> int:
    """Give one forecast and return its interaction, once it is acknowledged."""
    hours, member = divmod(number, MEMBERS)
    given = await house.say(question_id, house.members[member], (number % 100) / 100, house.at(hours=hours))
    return given.forecast.interaction_id


def live(path: Path, *, leave: Callable[[], None] = lambda: None) -> list[int]:
    """Let four members forecast for ten hours; ``leave`` is called while everything is still open."""

    async def act() -> list[int]:
        house = House(Database(f"sqlite+aiosqlite:///{path}"))
        question_id = await house.opened(days=300)
        given = [await forecast(house, question_id, number) for number in range(MEMBERS * HOURS)]
        leave()
        await house.database.close()
        return given

    return asyncio.run(act())


def stored(path: Path) -> list[int]:
    """Return the interactions of all stored forecasts, in their order."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT interaction_id FROM forecast ORDER BY id")]


def said(result: Result) -> str:
    """Return the one line that a command failed with; nothing else was printed, no traceback above all."""
    assert isinstance(result.exception, SystemExit), result.exception
    (line,) = result.stderr.splitlines()
    assert result.exit_code == 2
    return line


def in_a_process(limit: int, *words: object) -> "subprocess.CompletedProcess[str]":
    """Run a command that can't make any file longer than some bytes, as on a disk that is full."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bot", *map(str, words)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_full_disk_refuses_what_it_cannot_keep(path: Path) -> None:
    """What was acknowledged before is stored, nothing else is; with room again the same process goes on."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    pages = [0]

    def limit(connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA max_page_count={pages[0] or 1_000_000}")

    event.listen(database._writer.sync_engine, "checkout", lambda each, *_: limit(each))
    house = House(database)
    question_id = await house.opened(days=300)
    given = [await forecast(house, question_id, number) for number in range(20)]
    with closing(sqlite3.connect(path)) as connection:
        pages[0] = connection.execute("PRAGMA page_count").fetchone()[0] + 1

    async def until_it_is_full() -> None:
        for number in range(20, 200):
            given.append(await forecast(house, question_id, number))  # noqa: PERF401

    with pytest.raises(OperationalError) as caught:
        await until_it_is_full()
    assert why_unusable(caught.value) == FULL
    assert stored(path) == given
    pages[0] = 0
    given.append(await forecast(house, question_id, 200))
    assert stored(path) == given
    await database.close()


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_full_disk_leaves_the_older_backups(path: Path, seed: int) -> None:
    """The copy breaks off anywhere; the older one stays, and nothing half-written stands beside it."""
    given = live(path)
    assert crux("backup").exit_code == 0
    before = sorted(path.parent.glob("backups/*"))
    limit = random.Random(seed).randrange(4_096, path.stat().st_size // 4_096 * 4_096)  # noqa: S311
    done = in_a_process(limit, "backup", "--keep", 1)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "No backup was written" in done.stderr
    assert sorted(path.parent.glob("backups/*")) == before
    assert stored(path) == stored(before[0]) == given


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_full_disk_leaves_the_database_that_was_to_be_replaced(path: Path, seed: int) -> None:
    """A restore that breaks off anywhere changes nothing, and leaves nothing."""
    given = live(path)
    (backup,) = [Path(crux("backup").stdout.split(" (")[0])]
    limit = random.Random(seed).randrange(4_096, path.stat().st_size // 4_096 * 4_096)  # noqa: S311
    done = in_a_process(limit, "restore", backup)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert stored(path) == given
    assert [each.name for each in path.parent.iterdir() if "restor" in each.name] == []
    assert crux("restore", backup).exit_code == 0


@pytest.mark.parametrize("limit", [0, 20_000, 100_000])
def test_a_disk_that_is_full_at_the_first_start_is_one_line(path: Path, limit: int) -> None:
    """The schema doesn't fit, wherever that shows; with room the same command makes it."""
    path.unlink()
    done = in_a_process(limit, "db", "upgrade")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "disk" in line or "can't be opened" in line
    assert crux("db", "upgrade").exit_code == 0


@pytest.mark.parametrize("words", [("run",), ("db", "upgrade")])
def test_a_database_that_another_process_writes_to_is_named(path: Path, words: tuple[str, ...]) -> None:
    """It holds a transaction open; a backup is made beside it nonetheless."""
    given = live(path)
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert said(crux(*words)).startswith("The database is locked: another program is writing to it.")
        assert crux("backup").exit_code == 0
        other.communicate("\n")
    assert crux(*words).exit_code == 0
    assert stored(path) == given


@pytest.mark.parametrize("words", [("run",), ("db", "upgrade")])
def test_a_read_only_database_is_named_by_every_start(
    path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """A file that this user may only read; once they may write, all is there."""
    given = live(path)
    url = f"sqlite+aiosqlite:///{path}"
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")
    assert said(crux(*words)).startswith("The database is read-only.")
    monkeypatch.setenv("DATABASE_URL", url)
    assert crux(*words).exit_code == 0
    assert stored(path) == given


def is_whole(path: Path) -> bool:
    """Whether SQLite itself finds nothing."""
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


def damages(seed: int, whole: bytes) -> Iterator[bytes]:
    """Yield a file as disks and people leave it: cut short, overwritten, with noise or nothing in it."""
    chance = random.Random(seed)  # noqa: S311
    for _ in range(2):
        yield whole[: chance.randrange(1, len(whole))]
        for length in (1, 100, 4_096, 30_000):
            at = chance.randrange(len(whole))
            yield whole[:at] + chance.randbytes(length) + whole[at + length :]
            yield whole[:at] + bytes(length) + whole[at + length :]


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_damaged_file_is_one_line_in_every_command(path: Path, seed: int) -> None:
    """No command ends in a traceback, and what the doctor finds whole can be backed up and read.

    The damaged file isn't repaired in place: with its bytes back everything is as it was.
    """
    given = live(path)
    whole = path.read_bytes()
    found = 0
    for damaged in damages(seed, whole):
        for end in ("-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)
        shutil.rmtree(path.parent / "copy", ignore_errors=True)
        path.write_bytes(damaged)
        codes = {}
        for words in COMMANDS:
            result = crux(*words)
            assert result.exception is None or isinstance(result.exception, SystemExit), (
                words,
                result.exception,
            )
            assert len(result.stderr.splitlines()) == (result.exit_code == 2)
            codes[words[0]] = result.exit_code
        # A copy without the rows that the damage hides would push out the whole ones.
        assert codes["backup"] == 2 or is_whole(path)
        assert codes["doctor"] == 1 or codes["backup"] == 0
        found += codes["doctor"]
    assert found > 5
    path.write_bytes(whole)
    shutil.rmtree(path.parent / "copy", ignore_errors=True)
    assert [crux(*words).exit_code for words in COMMANDS] == [0] * len(COMMANDS)
    assert stored(path) == given


def test_a_damaged_database_is_told_what_brings_it_back(path: Path) -> None:
    """The header says SQLite, the rest is noise: the line names the command, and that works."""
    given = live(path)
    backup = Path(crux("backup").stdout.split(" (")[0])
    path.write_bytes(path.read_bytes()[:100] + b"\x07" * 50_000)
    assert said(crux("run")) == (
        "The database file is damaged. Bring a backup back: crux restore FILE (see the folder backups)"
    )
    assert "crux restore FILE" in crux("doctor").stdout
    assert crux("restore", backup).exit_code == 0
    assert stored(path) == given


def commits(log: bytes, page: int) -> list[int]:
    """Return where each transaction ends in a write-ahead log: its last frame states the file's size."""
    frames = range(WAL_HEADER, len(log) - FRAME_HEADER - page + 1, FRAME_HEADER + page)
    return [at + FRAME_HEADER + page for at in frames if log[at + 4 : at + 8] != bytes(4)]


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_log_that_is_cut_anywhere_keeps_what_was_committed_before(path: Path, seed: int) -> None:
    """The machine lost the end of the log, or some bytes in it: each transaction before that is there.

    Forty cuts and forty noises; what is left is in order, and Crux starts on it.
    """
    left: dict[str, bytes] = {}

    def die() -> None:
        left.update({end: Path(f"{path}{end}").read_bytes() for end in ("", "-wal")})

    given, log, chance = live(path, leave=die), left["-wal"], random.Random(seed)  # noqa: S311
    ends = commits(log, page=int.from_bytes(log[8:12]))
    # Opening a question is two transactions before the forecasts.
    assert len(ends) == len(given) + 2
    Path(f"{path}-shm").unlink(missing_ok=True)
    for number in range(80):
        at = chance.randrange(WAL_HEADER, len(log))
        path.write_bytes(left[""])
        broken = log[:at] if number % 2 else log[:at] + bytes([log[at] ^ 0x55]) + log[at + 1 :]
        Path(f"{path}-wal").write_bytes(broken)
        survived = sum(end <= at for end in ends)
        assert stored(path) == given[: max(survived - 2, 0)]
        if number < STARTS:
            assert [crux(*words).exit_code for words in (("run",), ("doctor",))] == [0, 0]
