"""What PostgreSQL must do as SQLite does: nothing lost, nothing doubled, the schema of the models."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlmodel import col, select

import migrations
from forecasts.communities import community_of, member_of
from forecasts.database import Database, migration_engine
from forecasts.models import Community, OutboxMessage, Phase, Question
from forecasts.outbox import Errand, claim_next, enqueue
from forecasts.questions import Wording, approve_question, draft_question
from forecasts.sweep import advance_one_due
from tests.postgres import Postgres

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PROCESSES = 3
WORDING = Wording("Will the model gap narrow by year-end?", "Resolves YES if the last figure is smaller.")


@pytest.fixture
async def databases(postgres: Postgres) -> AsyncIterator[list[Database]]:
    """Open the emptied database three times, as three processes would."""
    await postgres.empty()
    async with AsyncExitStack() as stack:
        opened = [Database(postgres.url) for _ in range(PROCESSES)]
        for each in opened:
            stack.push_async_callback(each.close)
        yield opened


async def test_concurrent_read_modify_writes_of_a_locked_row_lose_nothing(databases: list[Database]) -> None:
    """Sixty times from three processes: lock the row, read, let others run, write it plus one."""
    async with databases[0].transaction() as session:
        session.add(Community(guild_id=1, created_at=NOW))

    async def add_one(database: Database) -> None:
        async with database.transaction() as session:
            community = (await session.exec(select(Community).with_for_update())).one()
            read = community.last_number
            await asyncio.sleep(0)
            community.last_number = read + 1

    await asyncio.gather(*(add_one(database) for _ in range(20) for database in databases))
    async with databases[0].reading() as session:
        assert (await session.exec(select(Community.last_number))).one() == 60


async def opened(database: Database, count: int) -> None:
    """Open some questions, each sealed for a day."""
    async with database.transaction() as session:
        home = await community_of(session, guild_id=10, now=NOW)
        moderator = await member_of(session, community_id=home.id, user_id=101, now=NOW)
        for _ in range(count):
            question = await draft_question(
                session, community_id=home.id, member_id=moderator.id, wording=WORDING,
                closes_at=NOW + timedelta(days=30), now=NOW,
            )  # fmt: skip
            await approve_question(
                session, community_id=home.id, question_id=question.id, member_id=moderator.id,
                channel_id=900, now=NOW,
            )  # fmt: skip


async def test_three_sweeps_at_once_move_each_question_once(databases: list[Database]) -> None:
    """Twelve questions are due; whoever comes takes another one, and each is announced once."""
    await opened(databases[0], 12)
    before = {question.id: question.revision for question in await questions(databases[0])}
    moved: list[int] = []

    async def sweep(database: Database) -> None:
        while True:
            async with database.transaction() as session:
                question_id = await advance_one_due(session, now=NOW + timedelta(days=1))
            if question_id is None:
                return
            moved.append(question_id)

    await asyncio.gather(*map(sweep, databases))
    after = await questions(databases[0])
    assert sorted(moved) == sorted(before)
    assert {question.id: question.revision - 1 for question in after} == before
    assert {question.phase for question in after} == {Phase.BLIND}  # extended once: nobody has forecast


async def questions(database: Database) -> list[Question]:
    async with database.reading() as session:
        return list((await session.exec(select(Question).order_by(col(Question.id)))).all())


async def test_three_senders_at_once_claim_each_message_once(databases: list[Database]) -> None:
    """A row that another has locked is stepped over, not waited for."""
    async with databases[0].transaction() as session:
        home = await community_of(session, guild_id=10, now=NOW)
        for number in range(12):
            await enqueue(session, key=f"k{number}", kind=Errand.NOTE, community_id=home.id, now=NOW)
    claimed: list[str] = []

    async def send(database: Database) -> None:
        while True:
            async with database.transaction() as session:
                message = await claim_next(session, now=NOW)
                await asyncio.sleep(0)
            if message is None:
                return
            claimed.append(message.key)

    await asyncio.gather(*map(send, databases))
    async with databases[0].reading() as session:
        keys = (await session.exec(select(OutboxMessage.key))).all()
    assert sorted(claimed) == sorted(keys)


async def test_two_members_made_at_once_are_one(databases: list[Database]) -> None:
    """First clicks of one person on three processes: one row."""
    async with databases[0].transaction() as session:
        home = (await community_of(session, guild_id=10, now=NOW)).id

    async def click(database: Database) -> int:
        async with database.transaction() as session:
            return (await member_of(session, community_id=home, user_id=7, now=NOW)).id

    assert len(set(await asyncio.gather(*map(click, databases)))) == 1


async def test_the_models_are_the_migrated_schema(postgres: Postgres) -> None:
    """Alembic finds nothing to change here either."""
    engine = migration_engine(postgres.url)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.check(migrations.alembic_config(sync)))
    await engine.dispose()


async def test_down_to_the_base_and_up_again(postgres: Postgres) -> None:
    """Each step has its way back."""
    await postgres.empty()
    await migrations.downgrade(postgres.url, "base")
    await migrations.migrate(postgres.url)
    await migrations.check_current(postgres.url)
