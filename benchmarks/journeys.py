"""What a statement on SQLite costs beside what it costs with aiosqlite's own cursors, in one run.

``.venv/bin/python -m benchmarks.journeys``. Both do the same in turn, on the same file: the CPU time of the
process is compared, the best of several, since other load only adds to it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlmodel import col, select

from benchmarks.population import Size, database_of, settle
from benchmarks.sweep import FAR, NOW
from forecasts.communities import community_of
from forecasts.database import Database
from forecasts.models import Phase, Question

TURNS, TIMES = 7, 200
SIZE = Size(10, open_questions=10)


async def read_one(database: Database) -> None:
    """Read one question."""
    async with database.reading() as session:
        await session.exec(select(Question).where(col(Question.id) == 1))


async def read_all(database: Database) -> None:
    """Read a hundred questions."""
    async with database.reading() as session:
        await session.exec(select(Question).limit(100))


async def change_one(database: Database) -> None:
    """Read a server's settings and change them."""
    async with database.transaction() as session:
        community = await community_of(session, guild_id=1, now=NOW)
        community.digest_hour = (community.digest_hour + 1) % 24


def with_own_cursors(url: URL) -> Database:
    """Return a database that leaves the driver as it is."""
    database = Database(url)

    def without_ours(_dialect: object, _record: object, _given: list[Any], named: dict[str, Any]) -> None:
        del named["async_creator_fn"]

    for engine in (database._writer, database._reader):  # noqa: SLF001 (only to compare)
        event.listen(engine.sync_engine, "do_connect", without_ours)
    return database


async def cost(work: Callable[[Database], Awaitable[None]], database: Database) -> float:
    """Return the milliseconds of CPU that one run takes."""
    started = time.process_time()
    for _ in range(TIMES):
        await work(database)
    return (time.process_time() - started) / TIMES * 1_000


async def main() -> None:
    """Print the table."""
    table = Table("work", "aiosqlite's cursors", "one journey", "ratio")
    async with database_of("sqlite") as url:
        await settle(url, SIZE, now=NOW, draw=lambda _zone: (Phase.BLIND, FAR), rng=np.random.default_rng(1))
        kinds = {"its own": with_own_cursors(url), "ours": Database(url)}
        for work in (read_one, read_all, change_one):
            costs = {kind: [await cost(work, database)] for kind, database in kinds.items()}
            for _ in range(TURNS):
                for kind, database in kinds.items():
                    costs[kind].append(await cost(work, database))
            before, now = (min(costs[kind]) for kind in kinds)
            table.add_row(
                (work.__doc__ or "").rstrip("."), f"{before:.2f} ms", f"{now:.2f} ms", f"{now / before:.2f}"
            )
        for database in kinds.values():
            await database.close()
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
