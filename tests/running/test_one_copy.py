"""A second process on one SQLite file is refused; the system lets go of a killed one."""

import multiprocessing
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.__main__ import app
from bot.instances import only_copy
from forecasts.database import DatabaseUnusableError
from forecasts.instances import InstanceRunningError

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, time
from bot.instances import only_copy
with only_copy(sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Set a database in an empty folder."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DISCORD_TOKEN", "not.asked.for")
    return url


def crux(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_second_copy_is_refused_before_it_touches_anything(url: str, tmp_path: Path) -> None:
    """One line, status 2, and no database is made beside the one that holds it."""
    with only_copy(url):
        result = crux("run")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "already running on crux.db" in result.stderr
    assert not (tmp_path / "crux.db").exists()


def test_going_back_to_an_older_schema_beside_a_running_bot_is_refused(url: str) -> None:
    """Its next write would hit tables that are gone."""
    assert crux("db", "upgrade").exit_code == 0
    with only_copy(url):
        result = crux("db", "downgrade", "0001")
    assert "already running" in result.stderr


def test_a_backup_beside_a_running_bot_is_made(url: str, tmp_path: Path) -> None:
    """It only reads."""
    crux("db", "upgrade")
    with only_copy(url):
        result = crux("backup", "--to", "kept", "--keep", "2")
    assert result.exit_code == 0, result.output
    (made,) = (tmp_path / "kept").iterdir()
    assert str(made.name) in result.stdout


def test_a_backup_goes_back_by_the_command(url: str, tmp_path: Path) -> None:
    """What the host reads: which file is the database, where the old one is, and what is next."""
    crux("db", "upgrade")
    crux("backup")
    (made,) = (tmp_path / "backups").iterdir()
    with closing(sqlite3.connect(tmp_path / "crux.db")) as connection, connection:
        connection.execute("INSERT INTO memo (key, value) VALUES ('later', 'x')")
    result = crux("restore", str(made))
    assert result.exit_code == 0, result.output
    assert f"{made.name} is the database now." in result.stdout
    assert "before-restore" in result.stdout
    with closing(sqlite3.connect(tmp_path / "crux.db")) as connection:
        assert connection.execute("SELECT count(*) FROM memo").fetchone() == (0,)
    assert url.endswith("crux.db")


def test_when_one_ends_the_next_may_begin(url: str) -> None:
    """Nothing has to be cleaned up; the lock's file stays."""
    for _ in range(2):
        with only_copy(url):
            pass


def test_a_killed_process_holds_nothing(url: str) -> None:
    """No code of ours runs at kill -9: the system closes the file."""
    holder = subprocess.Popen(  # noqa: S603 (our own arguments)
        [sys.executable, "-c", HOLDER, url], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(InstanceRunningError), only_copy(url):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    with only_copy(url):
        pass


def test_a_child_that_lives_on_doesn_t_hold_it(url: str) -> None:
    """A reader's own process, started while the bot ran, may outlive it by a moment."""
    with only_copy(url):
        child = multiprocessing.get_context("spawn").Process(target=signal.pause, daemon=True)
        child.start()
    with only_copy(url):
        pass
    child.kill()
    child.join()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """As with a wrong DATABASE_URL."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'crux.db'}"
    with pytest.raises(DatabaseUnusableError, match="Check that its folder exists"), only_copy(url):
        pass
