"""The SQLite settings of both engines, and what transactions promise."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlmodel import col, select

from forecasts.database import Database, insert_if_absent, migration_engine
from forecasts.models import Community, Heartbeat, Member, Question

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "busy_timeout": 2_000,
}


async def pragma(database: Database, name: str, *, reading: bool) -> object:
    opened = database.reading() if reading else database.transaction()
    async with opened as session:
        return (await (await session.connection()).exec_driver_sql(f"PRAGMA {name}")).scalar_one()


async def guilds(database: Database) -> list[int]:
    async with database.reading() as session:
        return list((await session.exec(select(Community.guild_id).order_by(Community.guild_id))).all())


@pytest.mark.parametrize("reading", [False, True], ids=["writer", "reader"])
@pytest.mark.parametrize(("name", "value"), SETTINGS.items(), ids=SETTINGS)
async def test_both_engines_have_the_safe_settings(
    database: Database, name: str, value: object, *, reading: bool
) -> None:
    """WAL, a synced log, foreign keys, and two seconds of patience: Discord waits three."""
    assert await pragma(database, name, reading=reading) == value


@pytest.mark.parametrize(("reading", "value"), [(False, 0), (True, 1)], ids=["writer", "reader"])
async def test_only_the_reader_is_query_only(database: Database, value: int, *, reading: bool) -> None:
    """The second engine is for reads."""
    assert await pragma(database, "query_only", reading=reading) == value


async def test_migrations_run_with_foreign_keys_off(database: Database) -> None:
    """Rebuilding a table with them on would cascade."""
    engine = migration_engine(database.url)
    async with engine.begin() as connection:
        assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar_one() == 0
    await engine.dispose()


async def test_a_write_through_the_reader_fails(database: Database) -> None:
    """SQLite itself refuses it, whatever the code does."""
    async with database.reading() as session:
        session.add(Community(guild_id=1, created_at=NOW))
        with pytest.raises(OperationalError, match="readonly"):
            await session.flush()


async def test_a_write_transaction_begins_immediate(database: Database) -> None:
    """A second writer is refused from the first statement on, before it has read anything."""
    async with database.transaction() as session:
        await session.connection()
        with (
            closing(sqlite3.connect(str(database.url.database), timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")


async def test_fifty_concurrent_read_modify_writes_lose_nothing(database: Database) -> None:
    """Fifty times: read the counter, let others run, write it plus one; it ends at 50."""
    async with database.transaction() as session:
        session.add(Community(guild_id=1, created_at=NOW))

    async def add_one() -> None:
        async with database.transaction() as session:
            community = (await session.exec(select(Community))).one()
            read = community.last_number
            await asyncio.sleep(0)
            community.last_number = read + 1

    await asyncio.gather(*(add_one() for _ in range(50)))
    async with database.reading() as session:
        assert (await session.exec(select(Community.last_number))).one() == 50


async def test_two_processes_lose_nothing_either(database: Database) -> None:
    """Two databases on one file have no queue in common; BEGIN IMMEDIATE still keeps each step apart."""
    other = Database(database.url)
    async with database.transaction() as session:
        session.add(Community(guild_id=1, created_at=NOW))

    async def add_one(opened: Database) -> None:
        async with opened.transaction() as session:
            community = (await session.exec(select(Community))).one()
            community.last_number += 1

    await asyncio.gather(*(add_one(opened) for _ in range(10) for opened in (database, other)))
    async with database.reading() as session:
        assert (await session.exec(select(Community.last_number))).one() == 20
    await other.close()


async def test_a_block_that_ends_is_committed(database: Database) -> None:
    """Nobody has to remember to commit."""
    async with database.transaction() as session:
        session.add(Community(guild_id=7, created_at=NOW))
    assert await guilds(database) == [7]


async def test_an_exception_rolls_everything_back(database: Database) -> None:
    """Also what was flushed before it."""

    async def fail() -> None:
        async with database.transaction() as session:
            session.add(Community(guild_id=7, created_at=NOW))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await guilds(database) == []


async def test_the_writer_works_on_after_an_exception(database: Database) -> None:
    """Its one connection goes back to the pool."""
    with pytest.raises(RuntimeError):
        async with database.transaction():
            raise RuntimeError
    async with database.transaction() as session:
        session.add(Community(guild_id=8, created_at=NOW))
    assert await guilds(database) == [8]


async def test_a_cancelled_transaction_stores_nothing(database: Database) -> None:
    """A stop in the middle of a click is a click that never was."""
    begun = asyncio.Event()

    async def never_done() -> None:
        async with database.transaction() as session:
            session.add(Community(guild_id=7, created_at=NOW))
            await session.flush()
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_done())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await guilds(database) == []


async def test_a_cancelled_statement_lets_go_of_the_lock(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its open cursor, still known to the error, keeps a closed connection alive: it is rolled back first."""
    begun = asyncio.Event()

    async def never_fetched(_cursor: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def never_done() -> None:
        async with database.transaction() as session:
            session.add(Community(guild_id=7, created_at=NOW))
            await session.flush()
            with monkeypatch.context() as patch:
                patch.setattr("forecasts.sqlite.AT_ONCE", 1)  # the cursor of one row stays open
                patch.setattr("forecasts.sqlite.Cursor.fetchall", never_fetched)
                await session.exec(select(Community))

    task = asyncio.create_task(never_done())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    async with database.transaction() as session:
        session.add(Community(guild_id=8, created_at=NOW))
    assert await guilds(database) == [8]
    del caught


async def test_a_reader_sees_one_snapshot(database: Database) -> None:
    """What is committed while it reads, it doesn't see."""
    async with database.reading() as session:
        count = select(sa.func.count(col(Community.id)))
        assert (await session.exec(count)).one() == 0
        async with database.transaction() as writing:
            writing.add(Community(guild_id=7, created_at=NOW))
        assert (await session.exec(count)).one() == 0


async def test_foreign_keys_are_enforced(database: Database) -> None:
    """A member of no community can't be stored."""
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        async with database.transaction() as session:
            session.add(Member(community_id=99, user_id=1, created_at=NOW))


async def test_a_referred_row_cannot_be_deleted(database: Database) -> None:
    """Nothing cascades: rows are only erased on purpose."""
    async with database.transaction() as session:
        session.add(Community(id=1, guild_id=1, created_at=NOW))
        await session.flush()
        session.add(Member(community_id=1, user_id=1, created_at=NOW))
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        async with database.transaction() as session:
            await session.delete(await session.get_one(Community, 1))


async def test_a_naive_datetime_is_refused(database: Database) -> None:
    """Every stored time has a zone."""
    with pytest.raises(StatementError, match="needs a zone"):
        async with database.transaction() as session:
            session.add(Heartbeat(at=datetime(2026, 3, 2, 12)))  # noqa: DTZ001


async def test_a_time_comes_back_aware_and_in_utc(database: Database) -> None:
    """SQLite keeps no zone; the column type does."""
    async with database.transaction() as session:
        session.add(Heartbeat(at=NOW))
    async with database.reading() as session:
        stored = (await session.exec(select(Heartbeat.at))).one()
    assert stored == NOW
    assert stored.tzinfo is UTC


async def test_a_row_that_is_there_is_not_inserted_again(database: Database) -> None:
    """The unique key decides which of two is first."""
    async with database.transaction() as session:
        inserted = [await insert_if_absent(session, Heartbeat, id=1, at=NOW) for _ in range(2)]
    assert inserted == [True, False]


async def test_absence_excuses_no_other_fault(database: Database) -> None:
    """Only a unique key may be in the way; a missing parent is an error."""
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        async with database.transaction() as session:
            await insert_if_absent(
                session, Member, community_id=99, user_id=1, created_at=NOW, hidden=False, named=False
            )


def _columns_with_words() -> list[tuple[str, str]]:
    return [
        (table.name, column.name)
        for table in Question.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Enum)
    ]


@pytest.mark.parametrize(("table", "column"), _columns_with_words())
async def test_every_enumeration_has_its_check_constraint(
    database: Database, table: str, column: str
) -> None:
    """The migrated schema names each allowed word of the model's column."""
    async with database.reading() as session:
        connection = await session.connection()
        query = sa.text("SELECT sql FROM sqlite_master WHERE name = :table").bindparams(table=table)
        sql = (await connection.execute(query)).scalar_one()
    words = Question.metadata.tables[table].columns[column].type.enums
    assert f"CHECK ({column} IN ({', '.join(repr(word) for word in words)}))" in sql


async def test_a_word_outside_an_enumeration_is_refused_by_the_database(database: Database) -> None:
    """Even past the models."""
    async with database.transaction() as session:
        session.add(Community(guild_id=1, created_at=NOW))
    with pytest.raises(IntegrityError, match="CHECK"):
        async with database.transaction() as session:
            await (await session.connection()).exec_driver_sql("UPDATE community SET preset = 'hasty'")
