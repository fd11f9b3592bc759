"""A statement on SQLite is one journey to its thread, and gives what SQLite's own driver gives."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from forecasts.database import Database
from forecasts.sqlite import AT_ONCE, Connection, connect

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {}) SELECT i FROM n"


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """Return the engine that writes, with a table of three numbers."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}")
    async with database._writer.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE numbers (id INTEGER PRIMARY KEY, n INTEGER UNIQUE)")
        await connection.exec_driver_sql("INSERT INTO numbers (n) VALUES (10), (20), (30)")
    yield database._writer
    await database.close()


@pytest.fixture
def journeys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each journey adds what it was for."""
    made: list[str] = []
    execute = Connection._execute

    async def noted(self: Connection, work: object, *given: object) -> object:
        made.append(getattr(work, "__name__", "?"))
        return await execute(self, work, *given)

    monkeypatch.setattr(Connection, "_execute", noted)
    return made


async def test_a_read_is_one_journey(engine: AsyncEngine, journeys: list[str]) -> None:
    """Opening, executing, fetching and closing are not handed over one by one."""
    async with engine.connect() as connection:
        await connection.exec_driver_sql("SELECT n FROM numbers")
        journeys.clear()
        await connection.exec_driver_sql("SELECT n FROM numbers")
        assert len(journeys) == 1


async def test_a_written_transaction_is_three_journeys(engine: AsyncEngine, journeys: list[str]) -> None:
    """It begins, does one statement, and commits."""
    async with engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE numbers SET n = n + 1")
    assert len(journeys) - journeys.count("rollback") == 3


@pytest.mark.parametrize("count", [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE])
async def test_all_rows_arrive(engine: AsyncEngine, count: int) -> None:
    """However many rows there are, they come in their order, each once."""
    async with engine.connect() as connection:
        rows = await connection.execute(sa.text(NUMBERS.format(max(count, 1))))
        assert [i for (i,) in rows][:count] == [*range(1, count + 1)]


async def _streamed(connection: AsyncConnection, count: int, piece: int) -> list[int]:
    query = sa.text(NUMBERS.format(count))
    async with connection.stream(query, execution_options={"yield_per": piece}) as rows:
        return [i async for (i,) in rows]


@pytest.mark.parametrize("piece", [1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1])
async def test_all_rows_of_a_stream_arrive(engine: AsyncEngine, piece: int) -> None:
    """Whatever the size of its pieces, a stream gives every row once and in order."""
    count = 2 * AT_ONCE + 7
    async with engine.connect() as connection:
        assert await _streamed(connection, count, piece) == [*range(1, count + 1)]


async def test_a_stream_is_fetched_in_pieces(engine: AsyncEngine, journeys: list[str]) -> None:
    """What an export reads doesn't have to fit into memory."""
    async with engine.connect() as connection:
        await _streamed(connection, 4 * AT_ONCE, AT_ONCE)
    assert journeys.count("fetchmany") >= 3
    assert "fetchall" not in journeys


async def test_a_stream_that_is_left_lets_go(engine: AsyncEngine) -> None:
    """A reader that stops after a few rows keeps nobody from changing the table."""
    async with engine.connect() as connection:
        async with connection.stream(sa.text(NUMBERS.format(2 * AT_ONCE))) as rows:
            await anext(aiter(rows))
        await connection.exec_driver_sql("DROP TABLE numbers")


async def test_it_says_how_many_rows_it_changed(engine: AsyncEngine) -> None:
    """Whoever changes a row only if it is as expected reads from the count whether it was."""
    async with engine.begin() as connection:
        changed = await connection.execute(sa.text("UPDATE numbers SET n = n + 1 WHERE n > 10"))
        assert changed.rowcount == 2


async def test_it_gives_the_key_of_a_new_row(engine: AsyncEngine) -> None:
    """A row that was added is known by the key that SQLite gave it."""
    async with engine.begin() as connection:
        added = await connection.exec_driver_sql("INSERT INTO numbers (n) VALUES (40)")
        assert added.lastrowid == 4


async def test_it_returns_what_a_change_returns(engine: AsyncEngine) -> None:
    """RETURNING comes along with its statement."""
    async with engine.begin() as connection:
        changed = await connection.exec_driver_sql("UPDATE numbers SET n = n + 1 RETURNING n")
        assert [n for (n,) in changed] == [11, 21, 31]


async def test_many_sets_of_parameters_are_all_stored(engine: AsyncEngine) -> None:
    """One statement with several sets of parameters adds a row for each."""
    async with engine.begin() as connection:
        await connection.execute(sa.text("INSERT INTO numbers (n) VALUES (:n)"), [{"n": 40}, {"n": 50}])
        rows = await connection.exec_driver_sql("SELECT n FROM numbers")
        assert [n for (n,) in rows] == [10, 20, 30, 40, 50]


async def test_an_error_is_the_drivers_own(engine: AsyncEngine) -> None:
    """A key that is taken is told from other faults by its class."""
    async with engine.begin() as connection:
        with pytest.raises(sa.exc.IntegrityError, match="UNIQUE"):
            await connection.exec_driver_sql("INSERT INTO numbers (n) VALUES (10)")


async def test_after_an_error_the_connection_goes_on(engine: AsyncEngine) -> None:
    """A statement that failed leaves no cursor open that would hold a lock."""
    with pytest.raises(sa.exc.OperationalError):
        async with engine.begin() as connection:
            await connection.exec_driver_sql("SELECT nothing FROM nowhere")
    async with engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE numbers")


async def test_rows_can_be_taken_one_by_one(tmp_path: Path) -> None:
    """The cursor gives one row after the other, and then none."""
    connection = await connect(str(tmp_path / "crux.db"))
    cursor = await connection.cursor().execute(NUMBERS.format(2))
    assert [await cursor.fetchone() for _ in range(3)] == [(1,), (2,), None]
    await connection.close()


async def test_a_close_that_is_cut_short_ends(tmp_path: Path) -> None:
    """Stopped by force while it was closing, it doesn't wait for a thread that has ended."""
    connection = await connect(str(tmp_path / "crux.db"))
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)
    connection.stop()
    closing.cancel()
    _, waiting = await asyncio.wait({closing}, timeout=20)
    assert not waiting
