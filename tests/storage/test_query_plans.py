"""What runs every few seconds reads what is due, and goes through nothing that grows with open questions."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.engine import URL, make_url
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.population import Size, settle
from bot.client import CruxBot
from claims.watching import next_due_feed, take_due_feed
from forecasts.database import Database
from forecasts.models import Community, OutboxMessage, Phase, Question
from forecasts.outbox import claim_next, mark_failed, mark_sent, next_due
from forecasts.sweep import next_deadline
from tests.plans import Plan, plans_of, recorded
from tests.postgres import Postgres

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SIZE = Size(servers=600, open_questions=3, resolved_questions=1, members=3, forecasters=2)
GROWING = {
    "question",
    "forecast",
    "member",
    "outbox_message",
    "score",
    "resolution",
    "crowd_score",
    "community",
}
# Read from one end, in the order in which things are due, until one is found; or of what is in hand, all.
IN_ORDER = {
    "ix_question_due", "ix_community_digest_due_at", "ix_community_brief_due_at", "ix_community_left_at",
    "ix_outbox_message_waiting", "ix_outbox_message_leased", "ix_feed_due_at",
}  # fmt: skip

Work = Callable[[CruxBot], Awaitable[object]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[URL]:
    """Give a database with 1,800 open questions in 600 servers; something of everything is due."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        asyncio.run(server.build())  # pages that other tests' rows have left would bend the plans
        url = server.url
    else:
        url = make_url(
            f"sqlite+aiosqlite:///{shutil.copy(migrated, tmp_path_factory.mktemp('plans') / 'crux.db')}"
        )
    asyncio.run(_fill(url))
    yield url
    if request.param == "postgresql":
        asyncio.run(server.empty())


async def _fill(url: URL) -> None:
    far = Phase.BLIND, NOW + timedelta(days=20)
    await settle(url, SIZE, now=NOW, draw=lambda _zone: far, rng=np.random.default_rng(1))


async def make_due(database: Database) -> None:
    """Let five questions, a digest and a brief be due, and a server be one that was left long ago."""
    async with database.transaction() as session:
        blind = select(Question).where(col(Question.phase) == Phase.BLIND).limit(5)
        for question in (await session.exec(blind)).all():
            question.phase_ends_at = NOW
        first, second = (await session.exec(select(Community).limit(2))).all()
        first.digest_due_at = first.brief_due_at = NOW
        first.brief_hour = 8
        second.left_at = NOW - timedelta(days=31)


@pytest.fixture
async def bot(filled: URL) -> AsyncIterator[CruxBot]:
    """Give a bot that never logs in."""
    database = Database(filled)
    await make_due(database)
    async with CruxBot(database, now=lambda: NOW) as bot:
        yield bot
    await database.close()


async def in_transaction(bot: CruxBot, work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
    async with bot.database.transaction() as session:
        return await work(session)


async def sends(bot: CruxBot) -> None:
    """Claim two messages; one arrives, one fails."""
    await bot.sweep()
    for way in (
        lambda session, key: mark_sent(session, outbox_id=key, message_id=1, now=NOW),
        lambda session, key: mark_failed(session, outbox_id=key, error="?", permanent=False, now=NOW),
    ):
        message: OutboxMessage = await in_transaction(bot, lambda session: claim_next(session, now=NOW))
        await in_transaction(bot, lambda session: way(session, message.id))  # noqa: B023


async def looks_ahead(bot: CruxBot) -> None:
    """Ask when to wake, and for feeds."""
    for look in (next_deadline, next_due, next_due_feed, lambda session: take_due_feed(session, now=NOW)):
        await in_transaction(bot, look)


def through_everything(plan: Plan) -> set[str]:
    """Return what a plan goes through that isn't small or in order of when it is due."""
    return (plan.scanned() & GROWING) | (plan.walked() - IN_ORDER)


def is_purge(plan: Plan) -> bool:
    return re.match(r"DELETE|UPDATE .* WHERE \w+\.id IN", plan.statement, re.DOTALL) is not None


@pytest.mark.parametrize("work", [CruxBot.sweep, sends, looks_ahead])
async def test_what_runs_every_few_seconds_reads_only_what_is_due(bot: CruxBot, work: Work) -> None:
    """By the database's own plans. Deleting a left server's rows, once a month, is another matter."""
    with recorded(bot.database) as statements:
        await work(bot)
    plans = [plan for plan in await plans_of(bot.database, statements) if not is_purge(plan)]
    slow = {plan.statement: plan.steps for plan in plans if through_everything(plan)}
    assert len(plans) > 3
    assert slow == {}


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
async def test_deleting_a_server_reads_only_its_own_rows(bot: CruxBot) -> None:
    """SQLite's plans show the search for rows that refer to a deleted one, too; PostgreSQL's don't."""
    with recorded(bot.database) as statements:
        await bot.sweep()
    purge = [plan for plan in await plans_of(bot.database, statements) if is_purge(plan)]
    assert len(purge) > 20
    assert {plan.statement: plan.steps for plan in purge if plan.scanned() or plan.walked()} == {}


async def test_a_scan_would_be_noticed(bot: CruxBot) -> None:
    """The titles have no index."""
    with recorded(bot.database) as statements:
        await in_transaction(bot, lambda session: session.exec(select(Question).where(Question.title == "?")))
    (plan,) = await plans_of(bot.database, statements)
    assert through_everything(plan) == {"question"}
