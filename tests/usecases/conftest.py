"""A community with moderators and members on a database that the real migrations built."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from forecasts.communities import community_of, member_of
from forecasts.database import Database
from forecasts.forecasting import Submission, submit_forecast
from forecasts.models import Preset, Question, Resolution, Score
from forecasts.questions import Wording, approve_question, draft_question
from forecasts.resolution import propose_resolution
from forecasts.sweep import advance_one_due
from tests import engines
from tests.postgres import Postgres

# Where PostgreSQL could differ: locks, unique keys, bulk deletes, dates. POSTGRES=all runs everything there.
ON_POSTGRESQL = {
    "test_sweep", "test_outbox", "test_forecasts_stored", "test_resolutions", "test_communities",
    "test_people", "test_leaderboard", "test_digest", "test_claims_library", "test_feeds", "test_briefs",
    "test_purge", "test_message_documents",
}  # fmt: skip
START = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
CHANNEL = 900
WORDING = Wording(
    title="Will the model gap narrow by year-end?",
    criteria="Resolves YES if the last figure of the year is smaller than the first.",
    source="The yearly report",
)


class House:
    """One community (``home``), what happens in it, and a second one next door.

    Members are ids: ``moderator``, ``other_moderator``, ``members`` (four), ``neighbour`` (next door).
    """

    channel = CHANNEL
    wording = WORDING
    evidence = "https://example.org/report"

    def __init__(self, database: Database) -> None:
        self.database = database
        self.home, self.next_door = 1, 2
        self.moderator, self.other_moderator, *self.members = range(1, 7)
        self.neighbour = 7
        self._interactions = 1_000

    @staticmethod
    def at(**since_start: float) -> datetime:
        """Return a moment, counted from the Monday noon at which everything starts."""
        return START + timedelta(**since_start)

    def interaction(self) -> int:
        """Return an interaction id that nobody had before."""
        self._interactions += 1
        return self._interactions

    async def do(self, use_case: Callable[..., Awaitable[Any]], **values: Any) -> Any:
        """Run a use case in a transaction of its own, at home unless ``community_id`` says otherwise."""
        async with self.database.transaction() as session:
            return await use_case(session, **{"community_id": self.home, **values})

    async def read(self, query: Callable[..., Awaitable[Any]], **values: Any) -> Any:
        """Run a read, at home unless ``community_id`` says otherwise."""
        async with self.database.reading() as session:
            return await query(session, **{"community_id": self.home, **values})

    async def draft(self, *, days: float = 30, now: datetime = START, **values: Any) -> int:
        """Store a draft that closes some days after the start, and return its id."""
        defaults = {"member_id": self.moderator, "wording": self.wording, "closes_at": self.at(days=days)}
        question = await self.do(draft_question, **{**defaults, "now": now, **values})
        return int(question.id)

    async def approve(self, question_id: int, *, now: datetime = START, **values: Any) -> Question:
        """Open a draft."""
        who = {"member_id": self.moderator, "channel_id": self.channel}
        opened: Question = await self.do(
            approve_question, question_id=question_id, now=now, **{**who, **values}
        )
        return opened

    async def opened(self, *, days: float = 30, preset: Preset | None = None, **values: Any) -> int:
        """Store and open a question: sealed for 24 hours from the start unless the preset says otherwise."""
        question_id = await self.draft(days=days, **values)
        await self.approve(question_id, preset=preset)
        return question_id

    async def say(
        self, question_id: int, member_id: int, probability: float, now: datetime = START
    ) -> Submission:
        """Give one forecast."""
        given: Submission = await self.do(
            submit_forecast, question_id=question_id, member_id=member_id, now=now,
            probabilities=(probability,), interaction_id=self.interaction(),
        )  # fmt: skip
        return given

    async def all_say(self, question_id: int, *values: float, now: datetime = START) -> None:
        """Let the members, in their order, give one forecast each."""
        for member_id, value in zip(self.members, values, strict=False):
            await self.say(question_id, member_id, value, now)

    async def propose(self, question_id: int, outcome: int, now: datetime, **values: Any) -> Question:
        """Propose an outcome as the moderator."""
        given = {"member_id": self.moderator, "evidence_url": self.evidence, "note": "It says so."}
        proposed: Question = await self.do(
            propose_resolution, question_id=question_id, outcome=outcome, now=now, **{**given, **values}
        )
        return proposed

    async def resolved(self, *forecasts: float, outcome: int = 1, days: float = 10) -> int:
        """Open a question for some days at the start, take forecasts, and resolve it at its close."""
        question_id = await self.opened(days=days)
        await self.all_say(question_id, *forecasts)
        await self.sweep(self.at(days=days))
        await self.propose(question_id, outcome, self.at(days=days))
        await self.sweep(self.at(days=days + 2))
        return question_id

    async def sweep(self, now: datetime, **values: Any) -> list[int]:
        """Move on whatever is due, and return which questions that were."""
        moved: list[int] = []
        while True:
            async with self.database.transaction() as session:
                question_id = await advance_one_due(session, now=now, **values)
            if question_id is None:
                return moved
            moved.append(question_id)

    async def rows(self, table: type[SQLModel], **equal: Any) -> Sequence[Any]:
        """Return a table's rows in the order of their ids."""
        async with self.database.reading() as session:
            return (await session.exec(select(table).filter_by(**equal).order_by(table.id))).all()

    async def question(self, question_id: int) -> Question:
        """Return a question as it is stored."""
        (question,) = await self.rows(Question, id=question_id)
        return question

    async def scores(self, question_id: int, version: int = 1) -> list[Score]:
        """Return the scores of a question under one version of its resolution."""
        return list(await self.rows(Score, question_id=question_id, resolution_version=version))

    async def rulings(self, question_id: int) -> list[str]:
        """Return the record of a question's resolutions, oldest first."""
        return [str(entry.ruling) for entry in await self.rows(Resolution, question_id=question_id)]

    async def change(self, row_id: int, table: type[SQLModel] = Question, **values: Any) -> None:
        """Set columns of a row past all rules."""
        async with self.database.transaction() as session:
            row = await session.get_one(table, row_id)
            for name, value in values.items():
                setattr(row, name, value)


async def _furnish(database: Database) -> None:
    async with database.transaction() as session:
        home, next_door = [await community_of(session, guild_id=guild, now=START) for guild in (10, 20)]
        for user_id in range(101, 107):
            await member_of(session, community_id=home.id, user_id=user_id, now=START)
        await member_of(session, community_id=next_door.id, user_id=201, now=START)


@pytest.fixture(scope="session")
def inhabited(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the file that each test gets a copy of."""
    path = Path(shutil.copy(migrated, tmp_path_factory.mktemp("inhabited")))
    asyncio.run(_built(f"sqlite+aiosqlite:///{path}"))
    return path


async def _built(url: str) -> None:
    database = Database(url)
    await _furnish(database)
    await database.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what differs from another test there in nothing that a database does."""
    if os.environ.get("POSTGRES") == "all":
        return
    left_out = [
        item for item in items
        if "[postgresql" in item.name and item.path.parent.name == "usecases"
        and item.path.stem not in ON_POSTGRESQL
    ]  # fmt: skip
    config.hook.pytest_deselected(items=left_out)
    dropped = set(left_out)
    items[:] = [item for item in items if item not in dropped]


@pytest.fixture(scope="session")
def kept_file(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Return the database whose file is another one in each test."""
    return engines.kept(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('house') / 'crux.db'}")


@pytest.fixture(scope="session")
def kept_server(postgres: Postgres) -> Database:
    """Return the database on the server that is emptied for each test."""
    return engines.kept(postgres.url)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Database:
    """Return a test's database: on its own copy of the file, or on the server."""
    if request.param == "sqlite":
        return engines.anew(request.getfixturevalue("kept_file"), request.getfixturevalue("inhabited"))
    return engines.anew(request.getfixturevalue("kept_server"))


@pytest.fixture
async def house(place: Database, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """Give a test a community of its own."""
    if place.url.get_backend_name() == "postgresql":
        await request.getfixturevalue("postgres").empty(place._writer)
        await _furnish(place)
    yield House(place)
    await place.close()
