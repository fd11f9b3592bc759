"""A database that can't be used: one clear line each, and the way out."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

import migrations
from forecasts.communities import community_of
from forecasts.database import Database, DatabaseUnusableError, why_unusable
from forecasts.models import Heartbeat, OutboxMessage
from forecasts.outbox import Errand, enqueue

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def refusal(url: str) -> str:
    before = set(threading.enumerate())
    with pytest.raises(DatabaseUnusableError) as caught:
        await migrations.migrate(url)
    for thread in set(threading.enumerate()) - before:
        # aiosqlite doesn't wait for the thread of a connection that could not be opened
        if "connection_worker" in thread.name:
            thread.join(timeout=10)
    return str(caught.value)


async def test_a_locked_database_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program holds a write transaction for longer than a migration would take."""
    monkeypatch.setattr("forecasts.database.MIGRATION_TIMEOUT_MS", 100)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await refusal(f"sqlite+aiosqlite:///{path}") == (
            "The database is locked: another program is writing to it. Stop that program and try again."
        )


async def test_a_read_only_database_is_named(path: Path) -> None:
    """Opened with mode=ro, which binds root too, unlike the file's permissions."""
    assert await refusal(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true") == (
        "The database is read-only. Give the user that runs Crux the right to write to it."
    )


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """A wrong path in the settings, say to a picture."""
    (tmp_path / "picture.png").write_bytes(b"\x89PNG" * 1_000)
    assert await refusal(f"sqlite+aiosqlite:///{tmp_path / 'picture.png'}") == (
        "The file is not a SQLite database. Check DATABASE_URL."
    )


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """SQLite makes files, not folders."""
    assert await refusal(f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'crux.db'}") == (
        "The database file can't be opened. Check that its folder exists and is writable."
    )


async def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    """As a container's volume often is at the first try."""
    assert "can't be opened" in await refusal(f"sqlite+aiosqlite:///{tmp_path}")


@pytest.fixture
def damaged(path: Path) -> Path:
    """Keep the header and overwrite the rest."""
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\x07" * (len(content) - 100))
    return path


async def test_a_damaged_database_is_one_line(damaged: Path) -> None:
    """The header says SQLite, the rest is noise."""
    assert await refusal(f"sqlite+aiosqlite:///{damaged}") == (
        "The database file is damaged. Bring a backup back: crux restore FILE (see the folder backups)"
    )


@pytest.fixture
def noisy(path: Path) -> Path:
    """Overwrite a word of the schema with bytes that are no text."""
    content = path.read_bytes()
    at = content.index(b"REFERENCES")
    path.write_bytes(content[:at] + b"REF\xd0\xd0\xd0" + content[at + 6 :])
    return path


async def test_noise_in_the_schema_is_damage(noisy: Path) -> None:
    """SQLite quotes what it can't read."""
    assert (await refusal(f"sqlite+aiosqlite:///{noisy}")).startswith("The database file is damaged.")


async def test_an_unusable_file_is_left_as_it_was(tmp_path: Path) -> None:
    """A refusal changes nothing."""
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG" * 1_000)
    await refusal(f"sqlite+aiosqlite:///{picture}")
    assert picture.read_bytes() == b"\x89PNG" * 1_000


async def test_a_fault_while_running_is_told_in_the_same_words(path: Path) -> None:
    """What a transaction raises is explained as what a start raises."""
    database = Database(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(Exception, match="readonly") as caught:
        async with database.transaction() as session:
            session.add(Heartbeat(id=1))
    await database.close()
    assert why_unusable(caught.value).startswith("The database is read-only.")


def test_an_unknown_fault_keeps_its_first_line() -> None:
    """What we have no sentence for is shortened, not swallowed."""
    assert why_unusable(OSError("disk on fire\nand more")) == "The database can't be used: disk on fire"


def test_a_fault_without_words_is_named_by_its_kind() -> None:
    """An empty message would say nothing."""
    assert why_unusable(OSError()) == "The database can't be used: OSError"


async def test_a_value_that_can_t_be_read_is_the_file_s_damage(path: Path) -> None:
    """One changed byte in stored JSON; SQLite itself finds nothing."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with database.transaction() as session:
        home = await community_of(session, guild_id=1, now=NOW)
        await enqueue(session, key="t:1", kind=Errand.TELL, community_id=home.id, now=NOW, payload={"a": 1})
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE outbox_message SET payload = '{\"a'")
    with pytest.raises(DatabaseUnusableError, match=r"The database file is damaged\. Bring a backup back"):
        async with database.reading() as session:
            await session.exec(select(OutboxMessage))
    await database.close()
