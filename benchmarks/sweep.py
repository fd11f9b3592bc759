"""What a sweep costs: with 10,000 open questions as much as with 100, plus so much for each that is due.

``.venv/bin/python -m benchmarks.sweep [--plans]`` takes SQLite, and PostgreSQL where the tests find one. Each
figure is the best of several, since other load only adds to it; the line is fitted to the CPU time of this
process, to which it adds least. ``--plans`` prints how the database does every statement of a sweep, of the
outbox and of what else runs every few seconds.
"""

import argparse
import asyncio
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table
from sqlmodel import col

from benchmarks.population import Size, database_of, kinds_of_database, settle
from bot.client import CruxBot
from claims.watching import next_due_feed
from forecasts.database import Database
from forecasts.models import Community, Phase, Question
from forecasts.outbox import claim_next, mark_sent, next_due
from forecasts.sweep import next_deadline
from tests.plans import plans_of, recorded

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FAR = NOW + timedelta(days=20)
FEW, MANY = 100, 10_000
SERVERS = {FEW: 10, MANY: 100}
ROUNDS = {0: 60, 1: 30, 10: 10, 100: 3, 1_000: 1}  # by how many are due
SHOWN = 200


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--plans", action="store_true", help="print the query plans, too")
    asyncio.run(measure(with_plans=parser.parse_args().plans))


async def measure(*, with_plans: bool) -> None:
    """Measure each kind of database that can be had."""
    table = Table("database", "open", "due", "sweep", "CPU", "CPU a due row", "CPU = a + b × due")
    ratios = []
    for kind in kinds_of_database():
        idle = []
        for count in (FEW, MANY):
            size = Size(SERVERS[count], open_questions=count // SERVERS[count])
            async with database_of(kind) as url:
                rng = np.random.default_rng(1)
                await settle(url, size, now=NOW, draw=lambda _zone: (Phase.BLIND, FAR), rng=rng)
                database = Database(url)
                async with CruxBot(database, now=lambda: NOW) as bot:
                    costs = {due: await cost(bot, due) for due in ROUNDS if due <= count}
                    if with_plans and count == MANY:
                        await print_plans(bot)
                await database.close()
            add_rows(table, kind, count, costs)
            idle.append(costs[0][1])
        ratios.append(f"{kind}: idle with {MANY:,} open questions / idle with {FEW}: {idle[1] / idle[0]:.2f}")
    Console(width=120).print(table)
    print(*ratios, sep="\n")


def add_rows(table: Table, kind: str, count: int, costs: dict[int, tuple[float, float]]) -> None:
    """Add what was measured with so many open questions, in milliseconds, and the line through it."""
    due, cpu = np.array(list(costs)), np.array([each for _, each in costs.values()])
    b, a = np.polyfit(due, cpu, 1, w=1 / cpu)  # by relative errors, so that small ones count
    for number, (wall, used) in costs.items():
        table.add_row(
            kind, f"{count:,}", f"{number:,}", f"{wall:,.1f} ms", f"{used:,.1f} ms",
            f"{(used - costs[0][1]) / number:.2f} ms" if number else "",
            f"{a:.1f} ms + {b:.2f} ms × due" if number == due[-1] else "",
        )  # fmt: skip


async def cost(bot: CruxBot, due: int) -> tuple[float, float]:
    """Return what a sweep takes that reveals so many questions of five forecasts each: time and CPU."""
    times = []
    await bot.sweep()  # the first one looks for what to purge, which is done once an hour
    for _ in range(ROUNDS[due]):
        await make_due(bot.database, due)
        wall, cpu = time.perf_counter(), time.process_time()
        await bot.sweep()
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall, cpu = np.min(times, axis=0) * 1e3
    return float(wall), float(cpu)


async def make_due(database: Database, count: int) -> None:
    """Let some questions be sealed again and due, all others far from it."""
    reset = sa.update(Question).where(
        col(Question.phase_ends_at) != FAR, col(Question.phase_ends_at).is_not(None)
    )
    some = (
        sa.select(col(Question.id))
        .where(col(Question.phase) == Phase.BLIND)
        .order_by(col(Question.id))
        .limit(count)
    )
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.execute(reset.values(phase=Phase.BLIND, revealed_at=None, phase_ends_at=FAR))
        await connection.execute(
            sa.update(Question).where(col(Question.id).in_(some)).values(phase_ends_at=NOW)
        )


async def print_plans(bot: CruxBot) -> None:
    """Let one of everything be due, do it, and print how the database did it."""
    await make_due(bot.database, 1)
    async with bot.database.transaction() as session:
        community = await session.get_one(Community, 1)
        community.digest_due_at = community.brief_due_at = NOW
        community.brief_hour = 8
    with recorded(bot.database) as statements:
        await bot.sweep()
        async with bot.database.transaction() as session:
            message = await claim_next(session, now=NOW)
            await mark_sent(session, outbox_id=message.id if message else 0, message_id=1, now=NOW)
        async with bot.database.reading() as session:
            for look in (next_deadline, next_due, next_due_feed):
                await look(session)
    for plan in await plans_of(bot.database, statements):
        words = " ".join(plan.statement.split())
        print(
            f"\n{words if len(words) < SHOWN else f'{words[:60]} ... {words[-130:]}'}",
            *plan.steps,
            sep="\n    ",
        )


if __name__ == "__main__":
    main()
