"""A backup is the whole database as of one moment; a restore says nothing that was said already."""

import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.instances import only_copy
from bot.restoring import restore
from forecasts.backups import BackupError, back_up, copy_database, run_client
from forecasts.communities import community_of, member_of
from forecasts.database import Database
from forecasts.instances import InstanceRunningError
from forecasts.models import Community, Memo, OutboxMessage, Phase, Question
from forecasts.outbox import Errand, claim_next, mark_sent
from forecasts.questions import Wording, approve_question, draft_question
from forecasts.sweep import advance_one_due, beat
from migrations import downgrade

WORDING = Wording("Will the backup be whole in the end?", "Resolves YES if it is, NO otherwise.")
AT = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


def url_of(path: Path) -> sa.engine.URL:
    return sa.make_url(f"sqlite+aiosqlite:///{path}")


def counted(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def content(path: Path) -> bytes:
    return path.read_bytes()


def make_noise(path: Path) -> bytes:
    path.write_bytes(b"noise" * 1_000)
    return b"noise" * 1_000


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def rows(path: Path, table: type[SQLModel]) -> list[SQLModel]:
    opened = Database(url_of(path))
    async with opened.reading() as session:
        found = list((await session.exec(select(table).order_by(table.id))).all())  # type: ignore[attr-defined]
    await opened.close()
    return found


async def open_question(database: Database, *, at: datetime, has_card: bool = True) -> int:
    """Open a question at a time; its card was posted as message 77."""
    async with database.transaction() as session:
        community = await community_of(session, guild_id=1, now=at)
        community.digest_due_at = at + timedelta(days=3_000)
        member = await member_of(session, community_id=community.id, user_id=2, now=at)
        draft = await draft_question(
            session, community_id=community.id, member_id=member.id, wording=WORDING,
            closes_at=at + timedelta(days=60), now=at,
        )  # fmt: skip
        await approve_question(
            session,
            community_id=community.id,
            question_id=draft.id,
            member_id=member.id,
            channel_id=5,
            now=at,
        )
        await beat(session, now=at)
        while has_card and (message := await claim_next(session, now=at + timedelta(minutes=1))):
            await mark_sent(session, outbox_id=message.id, message_id=77, now=at)
        return draft.id


async def test_a_backup_holds_what_was_committed_beside_a_writer(path: Path, database: Database) -> None:
    """What stands only in the write-ahead log is in it, what an open transaction writes is not."""
    await open_question(database, at=AT)
    async with database.transaction() as session:
        session.add(Community(guild_id=9, created_at=AT))
        await session.flush()
        made = back_up(database.url, None, keep=7, now=AT)
    assert made == path.parent / "backups" / "crux-20260302T033000Z.db"
    assert (counted(made, "question"), counted(made, "community")) == (1, 1)


def test_only_the_last_ones_are_kept(path: Path) -> None:
    """Of five with three to keep, the two oldest are gone; a copy made before a migration is left alone."""
    folder = path.parent / "kept"
    copy_database(path, folder / "crux.schema-0001.db")
    for minute in range(5):
        back_up(url_of(path), folder, keep=3, now=AT + timedelta(minutes=minute))
    names = sorted(each.name for each in folder.iterdir())
    assert names == [*(f"crux-20260302T03{minute}00Z.db" for minute in (32, 33, 34)), "crux.schema-0001.db"]


def test_a_backup_is_readable_by_its_owner_alone(path: Path) -> None:
    """It holds what people wrote."""
    assert rights(back_up(url_of(path), None, keep=1, now=AT)) == 0o600


def test_a_damaged_database_leaves_the_older_backups(path: Path) -> None:
    """A copy of noise replaces nothing."""
    made = back_up(url_of(path), None, keep=1, now=AT)
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\x07" * (len(content) - 100))
    with pytest.raises(BackupError, match="No backup was written"):
        back_up(url_of(path), None, keep=1, now=AT + timedelta(days=1))
    assert list(made.parent.iterdir()) == [made]


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Opening a file that isn't there would make an empty one, and back it up."""
    with pytest.raises(BackupError, match="There is no database"):
        back_up(url_of(tmp_path / "none.db"), None, keep=1, now=AT)
    assert not (tmp_path / "none.db").exists()


def test_a_full_disk_is_one_line(path: Path) -> None:
    """/dev/full's folder takes no files, as a full disk takes no bytes."""
    with pytest.raises(BackupError, match="No backup was written"):
        back_up(url_of(path), Path("/dev/full/backups"), keep=1, now=AT)


def test_without_pg_dump_the_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own program does it; nothing is on the PATH here."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BackupError, match="pg_dump isn't on PATH"):
        run_client(sa.make_url("postgresql+asyncpg://crux:secret@localhost/crux"), "pg_dump")


def test_a_password_goes_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments can be read by everybody on the machine; this program fails and tells its own."""
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "$* $PGUSER@$PGHOST/$PGDATABASE ${PGPASSWORD:+given}" >&2\nexit 1\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError) as caught:
        run_client(sa.make_url("postgresql+asyncpg://crux:secret@db/crux"), "pg_dump", "--file", "x")
    assert str(caught.value) == "pg_dump failed: --file x crux@db/crux given"


async def test_a_restored_database_is_the_backup(path: Path, database: Database) -> None:
    """What came after it is gone; the present database is kept aside, whole."""
    now = datetime.now(UTC)
    await open_question(database, at=now)
    backup = back_up(database.url, None, keep=7, now=AT)
    await open_question(database, at=now)
    await database.close()
    exchange = await restore(str(database.url), backup)
    assert exchange.aside is not None
    assert counted(exchange.aside, "question") == 2
    assert [row.number for row in await rows(path, Question) if row.phase is Phase.BLIND] == [1]


async def test_nothing_that_waited_is_sent(path: Path, database: Database) -> None:
    """A card that waited in the backup has been posted since; only edits of cards wait afterwards."""
    await open_question(database, at=datetime.now(UTC))
    await open_question(database, at=datetime.now(UTC), has_card=False)
    backup = back_up(database.url, None, keep=7, now=AT)
    await database.close()
    exchange = await restore(str(database.url), backup)
    waiting = [row for row in await rows(path, OutboxMessage) if row.sent_at is None and row.dead_at is None]
    assert {row.kind for row in waiting} <= {Errand.REFRESH}
    assert (exchange.done.silenced, exchange.done.redrawn, exchange.done.without_card) == (1, 1, 1)
    assert {row.error for row in await rows(path, OutboxMessage) if row.dead_at} == {"restored"}


async def test_a_reveal_that_was_posted_after_the_backup_is_not_posted_again(
    path: Path, database: Database
) -> None:
    """Sealed until yesterday, backed up before that: the restore moves it on, and says nothing."""
    question_id = await open_question(database, at=datetime.now(UTC) - timedelta(days=3))
    async with database.transaction() as session:
        await beat(session, now=datetime.now(UTC))  # the bot was up until the backup
    backup = back_up(database.url, None, keep=7, now=AT)
    await database.close()
    await restore(str(database.url), backup)
    (question,) = [row for row in await rows(path, Question) if row.id == question_id]
    assert question.phase is Phase.DEBATE
    reopened = Database(url_of(path))
    async with reopened.transaction() as session:
        assert await advance_one_due(session, now=datetime.now(UTC)) is None
        later = datetime.now(UTC) + timedelta(minutes=1)
        claimed = []
        while (message := await claim_next(session, now=later)) is not None:
            claimed.append(message.kind)
    await reopened.close()
    assert set(claimed) <= {Errand.REFRESH}


async def test_what_is_lost_lends_its_ids_to_nothing_new(path: Path, database: Database) -> None:
    """A card of question 2, which the backup doesn't know, stays in the channel: 2 is not given again."""
    now = datetime.now(UTC)
    await open_question(database, at=now)
    backup = back_up(database.url, None, keep=7, now=AT)
    lost = await open_question(database, at=now)
    last = max(row.id for row in await rows(path, OutboxMessage))
    await database.close()
    await restore(str(database.url), backup)
    fresh = Database(url_of(path))
    new = await open_question(fresh, at=now, has_card=False)
    await fresh.close()
    assert new > lost
    assert [row.number for row in await rows(path, Question) if row.id == new] == [3]
    assert all(row.id > last for row in await rows(path, OutboxMessage) if row.question_id == new)


async def test_a_lost_database_leaves_a_wide_gap(path: Path, database: Database) -> None:
    """Nobody can say how far a damaged one had counted."""
    await open_question(database, at=datetime.now(UTC))
    backup = back_up(database.url, None, keep=7, now=AT)
    await database.close()
    noise = make_noise(path)
    exchange = await restore(str(database.url), backup)
    assert exchange.aside is not None
    assert content(exchange.aside) == noise
    assert max(row.id for row in await rows(path, OutboxMessage)) > 100_000


async def test_restoring_twice_is_restoring_once(path: Path, database: Database) -> None:
    """But for the ids that are left out, the second time changes nothing."""
    await open_question(database, at=datetime.now(UTC))
    backup = back_up(database.url, None, keep=7, now=AT)
    await database.close()
    first = await restore(str(database.url), backup)
    second = await restore(str(database.url), backup)
    assert second.done == first.done
    assert counted(path, "community") == 1


async def test_commands_are_told_to_discord_anew(path: Path, database: Database) -> None:
    """What the backup remembers of Discord may be older than what Discord knows."""
    async with database.transaction() as session:
        session.add(Memo(key="synced commands", value="old"))
    backup = back_up(database.url, None, keep=7, now=AT)
    await database.close()
    await restore(str(database.url), backup)
    assert counted(path, "memo") == 0


async def test_an_older_backup_is_brought_up_to_date(path: Path, database: Database) -> None:
    """One of release 0001 becomes a database of this program, without a copy for the migration."""
    backup = back_up(database.url, path.parent / "b", keep=7, now=AT)
    await downgrade(url_of(backup), "0001")
    await database.close()
    await restore(str(database.url), backup)
    assert counted(path, "instance") == 0
    assert not (path.parent / "backups").exists()


async def test_a_restore_beside_a_running_bot_is_refused(path: Path, database: Database) -> None:
    """The lock that the bot holds; the database is left as it is."""
    backup = back_up(database.url, None, keep=7, now=AT)
    before = content(path)
    with only_copy(database.url), pytest.raises(InstanceRunningError, match="already running"):
        await restore(str(database.url), backup)
    assert content(path) == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer Crux"),
        ("DROP TABLE alembic_version", "none of Crux's"),
        (
            "PRAGMA writable_schema=1; DELETE FROM sqlite_master WHERE name LIKE 'ix_%'",
            "damaged|can't be used",
        ),
    ],
)
async def test_an_unfit_file_is_refused(path: Path, database: Database, change: str, sentence: str) -> None:
    """Newer, somebody else's, or damaged: one line, and the database is left as it is."""
    backup = back_up(database.url, None, keep=7, now=AT)
    with closing(sqlite3.connect(backup, isolation_level=None)) as connection:
        connection.executescript(change)
    await database.close()
    before = content(path)
    with pytest.raises(Exception, match=sentence):
        await restore(str(database.url), backup)
    assert content(path) == before
    assert [each.name for each in path.parent.iterdir() if "restor" in each.name] == []


async def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A slip of the pen makes no empty database."""
    with pytest.raises(BackupError, match=r"There is no file .*gone\.db"):
        await restore(f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}", tmp_path / "gone.db")


async def test_a_restored_file_keeps_the_rights_of_the_old_one(path: Path, database: Database) -> None:
    """A host who restores as root must not lock the bot out."""
    backup = back_up(database.url, None, keep=7, now=AT)
    await database.close()
    os.chmod(path, 0o640)  # noqa: PTH101
    await restore(str(database.url), backup)
    assert rights(path) == 0o640


async def test_a_kept_question_is_found_by_its_number(path: Path, database: Database) -> None:
    """The gap's own row has no number: no list and no option shows it."""
    await open_question(database, at=datetime.now(UTC))
    backup = back_up(database.url, None, keep=7, now=AT)
    await open_question(database, at=datetime.now(UTC))
    await database.close()
    await restore(str(database.url), backup)
    opened = Database(url_of(path))
    async with opened.reading() as session:
        gap = (await session.exec(select(Question).where(col(Question.title) == "Lost in a restore"))).one()
    await opened.close()
    assert (gap.number, gap.channel_id, gap.phase_ends_at) == (None, None, None)
