"""Migrations while somebody else starts, while the power fails, and on a used database of release 0001."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import migrations
from forecasts.database import DatabaseUnusableError

ROOT = Path(__file__).parents[2]
# What a database of the first release may hold: each table that later migrations change has a row.
FIRST_RELEASE = """
INSERT INTO community (id, guild_id, zone, digest_weekday, digest_hour, preset, challenge_hours, last_number,
    secret, created_at) VALUES (1, 11, 'Europe/Oslo', 6, 18, 'standard', 48, 3, 'key', '2026-03-02');
INSERT INTO member (id, community_id, user_id, hidden, named, created_at) VALUES
    (1, 1, 21, 0, 0, '2026-03-02'), (2, 1, 22, 1, 0, '2026-03-02');
INSERT INTO document (id, community_id, name, title, sha256, text, added_by, at)
    VALUES (1, 1, 'a.txt', 'a', 'x', 'It fell.', 1, '2026-03-02');
INSERT INTO claim (id, document_id, start, "end", text, standalone, claim, forecastable, reasons, status)
    VALUES (1, 1, 0, 8, 'It fell.', 'It fell.', 1, 1, '[]', 'drafted');
INSERT INTO heartbeat (id, at) VALUES (1, '2026-03-02');
INSERT INTO memo (key, value) VALUES ('synced commands', 'abc')
"""
STARTER = """
import asyncio, sys
from migrations import migrate
asyncio.run(migrate(sys.argv[1]))
"""
KILLED = """
import asyncio, os, signal, sys
import migrations
point = sys.argv[2]
real = getattr(migrations, point)
calls = []
def struck(*given):
    calls.append(point)
    if len(calls) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given)
setattr(migrations, point, struck)
asyncio.run(migrations.migrate(sys.argv[1]))
"""


@pytest.fixture
def first_release(tmp_path: Path) -> Path:
    """Make a database as release 0001 left it, with people in it."""
    path = tmp_path / "crux.db"
    asyncio.run(migrations.migrate(f"sqlite+aiosqlite:///{path}", "0001"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(FIRST_RELEASE)
    return path


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def start(script: str, path: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (our own arguments)
        [sys.executable, "-c", script, f"sqlite+aiosqlite:///{path}", *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )


def migrate(path: Path, target: str = "head") -> None:
    asyncio.run(migrations.migrate(f"sqlite+aiosqlite:///{path}", target))


def is_first_release(path: Path) -> bool:
    people = ask(path, "SELECT id, user_id, hidden FROM member")
    return ask(path, "SELECT version_num FROM alembic_version") == [("0001",)] and people == [
        (1, 21, 0),
        (2, 22, 1),
    ]


def test_a_database_of_the_first_release_keeps_its_rows(first_release: Path) -> None:
    """Everybody and everything is there after the upgrade, and new columns have their defaults."""
    migrate(first_release)
    assert ask(first_release, "SELECT id, user_id, hidden, feedback FROM member") == [
        (1, 21, 0, 0),
        (2, 22, 1, 0),
    ]
    assert ask(first_release, "SELECT guild_id, zone, last_number, shrinkage FROM community") == [
        (11, "Europe/Oslo", 3, 36.0)
    ]
    assert ask(first_release, "SELECT text, status, topic FROM claim") == [("It fell.", "drafted", "")]


def test_up_and_down_with_data_is_where_it_began(first_release: Path) -> None:
    """Each table of the first release says the same after all migrations and back."""
    tables = [name for (name,) in ask(first_release, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    before = {name: ask(first_release, f"SELECT * FROM {name}") for name in tables}  # noqa: S608
    migrate(first_release)
    asyncio.run(migrations.downgrade(f"sqlite+aiosqlite:///{first_release}", "0001"))
    assert {name: ask(first_release, f"SELECT * FROM {name}") for name in tables} == before  # noqa: S608


def test_it_is_copied_before_it_is_changed(first_release: Path) -> None:
    """The copy is of the old schema, whole, and usable as it is."""
    migrate(first_release)
    assert is_first_release(first_release.parent / "backups" / "crux.schema-0001.db")


def test_nothing_is_copied_when_nothing_changes(first_release: Path) -> None:
    """Every start migrates; only the first of a release copies. A new database has nothing to copy."""
    migrate(first_release)
    (copy,) = (first_release.parent / "backups").iterdir()
    copy.unlink()
    migrate(first_release)
    migrate(first_release.with_name("new.db"))
    assert list(copy.parent.iterdir()) == []


def test_a_start_on_the_present_schema_counts_nothing(
    first_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several processes on PostgreSQL: what the others delete while one starts is no loss by a migration."""
    migrate(first_release)
    left = iter([{"instance": 1}, {"instance": 0}])
    monkeypatch.setattr(migrations, "_row_counts", lambda _connection: next(left))
    migrate(first_release)


def test_without_room_for_the_copy_nothing_is_changed(first_release: Path) -> None:
    """A file stands where the folder should be."""
    (first_release.parent / "backups").write_text("in the way")
    with pytest.raises(DatabaseUnusableError, match="No backup was written"):
        migrate(first_release)
    assert is_first_release(first_release)


def test_two_starters_at_once_migrate_once(first_release: Path) -> None:
    """Both end well; the second one found a current database, or each would have added the columns."""
    starters = [start(STARTER, first_release) for _ in range(2)]
    said = [each.communicate(timeout=120)[1] for each in starters]
    assert [each.returncode for each in starters] == [0, 0], said
    assert len(ask(first_release, "SELECT * FROM alembic_version")) == 1
    assert len(ask(first_release, "SELECT id FROM member")) == 2


POINTS = [("copy_database", 1), ("_row_counts", 1), ("_check_references", 1), ("_row_counts", 2)]


@pytest.mark.parametrize(("point", "call"), POINTS, ids=["copying", "before", "changed", "counted"])
def test_a_kill_in_mid_migration_changes_nothing(first_release: Path, point: str, call: int) -> None:
    """Struck before the copy, after it, or after every statement: the old database stands, and goes up."""
    process = start(KILLED, first_release, point, str(call))
    said = process.communicate(timeout=120)[1]
    assert process.returncode == -signal.SIGKILL, said
    assert is_first_release(first_release)
    migrate(first_release)
    assert len(ask(first_release, "SELECT id FROM member WHERE feedback = 0")) == 2


def test_a_migration_that_loses_rows_is_undone(first_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the step ends with a deletion that breaks no reference."""
    upgrade = migrations.command.upgrade

    def careless(config: migrations.Config, target: str) -> None:
        upgrade(config, target)
        config.attributes["connection"].exec_driver_sql("DELETE FROM member WHERE id = 2")

    monkeypatch.setattr(migrations.command, "upgrade", careless)
    with pytest.raises(DatabaseUnusableError, match="would lose rows of member; undone"):
        migrate(first_release)
    assert is_first_release(first_release)


def test_an_unknown_schema_to_go_back_to_is_one_line(first_release: Path) -> None:
    """A slip in `crux db downgrade`."""
    with pytest.raises(DatabaseUnusableError, match="no such schema"):
        asyncio.run(migrations.downgrade(f"sqlite+aiosqlite:///{first_release}", "7777"))
