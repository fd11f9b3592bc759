"""Servers with members, questions, forecasts and scores, drawn into an empty migrated database."""

import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlmodel import SQLModel

from forecasts.database import Database
from forecasts.models import (
    Community,
    CrowdScore,
    Forecast,
    ForecastKind,
    Member,
    OutboxMessage,
    Phase,
    Preset,
    Question,
    Resolution,
    Ruling,
    Score,
)  # fmt: skip
from forecasts.outbox import Errand
from forecasts.schedule import next_digest
from migrations import migrate
from tests.postgres import Postgres, PostgresUnavailableError

ROWS_AT_ONCE = 5_000
GUILD = 1 << 40  # the first server's Discord id; its channel and its users count on from there
# Settings of servers: name, value and share; whoever sets nothing has UTC and Sunday at 18:00.
ZONES = {
    "UTC": 0.40, "America/New_York": 0.15, "America/Los_Angeles": 0.10, "Europe/Berlin": 0.12,
    "Europe/London": 0.08, "America/Sao_Paulo": 0.05, "Asia/Kolkata": 0.05, "Asia/Tokyo": 0.05,
}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How many of each there are in every server; each question has a forecast of each of ``forecasters``."""

    servers: int
    open_questions: int = 5
    resolved_questions: int = 6
    members: int = 8
    forecasters: int = 5


Drawn = tuple[Phase, datetime]


@asynccontextmanager
async def database_of(kind: str) -> AsyncIterator[URL]:
    """Give an empty migrated database, ``sqlite`` in a new file or ``postgresql`` as the tests start it.

    Raises
    ------
    PostgresUnavailableError
        There is no server, and none can be started.
    """
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            url = make_url(f"sqlite+aiosqlite:///{Path(folder) / 'crux.db'}")
            await migrate(url)
            yield url
        return
    with closing(Postgres("benchmark")) as server:
        await server.build(is_durable=True)
        yield server.url


def kinds_of_database() -> Iterator[str]:
    """Return which kinds can be had here."""
    yield "sqlite"
    try:
        Postgres("benchmark").close()
    except PostgresUnavailableError as error:
        print(error)
    else:
        yield "postgresql"


async def settle(
    url: URL, size: Size, *, now: datetime, draw: Callable[[str], Drawn], rng: np.random.Generator
) -> None:
    """Fill a database.

    Parameters
    ----------
    draw
        Gives an open question's phase and when it ends, for a server's time zone.
    """
    database = Database(url)
    async with database.transaction() as session:
        connection = await session.connection()
        zones = rng.choice(list(ZONES), size.servers, p=list(ZONES.values()))
        for table, rows in (
            (Community, _communities(size, zones, now, rng)),
            (Member, _members(size, now)),
            (Question, _questions(size, zones, now, draw)),
            (Resolution, _resolutions(size, now, rng)),
            (Forecast, _forecasts(size, now, rng)),
            (Score, _scores(size, rng)),
            (CrowdScore, _crowd_scores(size, now, rng)),
            (OutboxMessage, _messages(size, now)),
        ):
            await _store(connection, table, rows)
    if url.get_backend_name() == "postgresql":  # it does so by itself after a while; SQLite never does
        async with database.transaction() as session:
            await (await session.connection()).exec_driver_sql("ANALYZE")
    await database.close()


async def _store(connection: Any, table: type[SQLModel], rows: Iterable[SQLModel]) -> None:
    remaining = iter(rows)
    while some := [
        row.model_dump(exclude={"id"} if row.id is None else None)  # type: ignore[attr-defined]
        for row in islice(remaining, ROWS_AT_ONCE)
    ]:
        await connection.execute(sa.insert(table), some)
    if connection.dialect.name == "postgresql":
        name = table.__tablename__
        await connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) + 1 FROM {name}))"  # noqa: S608
        )


def _communities(size: Size, zones: Any, now: datetime, rng: np.random.Generator) -> Iterator[Community]:
    for index in range(size.servers):
        own_hour = zones[index] != "UTC" and rng.random() < 0.3  # noqa: PLR2004
        weekday, hour = (int(rng.integers(7)), int(rng.integers(17, 22))) if own_hour else (6, 18)
        yield Community(
            id=index + 1,
            guild_id=GUILD + index,
            questions_channel_id=channel_of(index),
            zone=str(zones[index]),
            digest_weekday=weekday,
            digest_hour=hour,
            digest_due_at=next_digest(weekday=weekday, hour=hour, zone=str(zones[index]), now=now),
            last_number=size.open_questions + size.resolved_questions,
            created_at=now,
        )


def channel_of(index: int) -> int:
    """Return the channel of a server, which is counted from 0."""
    return (GUILD << 1) + index


def _members(size: Size, now: datetime) -> Iterator[Member]:
    for index in range(size.servers * size.members):
        yield Member(
            id=index + 1,
            community_id=index // size.members + 1,
            user_id=GUILD + index,
            created_at=now,
            welcomed_at=now,
        )


def _questions(size: Size, zones: Any, now: datetime, draw: Callable[[str], Drawn]) -> Iterator[Question]:
    each = size.open_questions + size.resolved_questions
    for index in range(size.servers * each):
        server, place = divmod(index, each)
        is_open = place < size.open_questions
        phase, ends = draw(str(zones[server])) if is_open else (Phase.RESOLVED, None)
        closes = now - timedelta(days=3)
        if ends is not None:
            in_rounds = phase in {Phase.BLIND, Phase.DEBATE, Phase.FINAL}
            closes = ends + timedelta(days=30) if in_rounds else ends
        yield Question(
            id=index + 1,
            community_id=server + 1,
            number=place + 1,
            title=f"Will the figure of the report be above {place}?",
            criteria="Resolves YES if the report of the year gives a higher figure.",
            phase=phase,
            phase_started_at=now - timedelta(days=2),
            phase_ends_at=ends,
            preset=Preset.STANDARD,
            opens_at=now - timedelta(days=40),
            closes_at=closes,
            resolves_at=closes,
            revealed_at=None if phase is Phase.BLIND else now - timedelta(days=1),
            revision=1,
            default_outcome=1 if phase is Phase.PROPOSED else None,
            resolution_version=0 if is_open else 1,
            channel_id=channel_of(server),
            card_message_id=GUILD + index,
            created_by=server * size.members + 1,
            approved_by=server * size.members + 1,
            created_at=now - timedelta(days=40),
        )


def _places(size: Size, *, is_open: bool | None = None) -> Iterator[tuple[int, int]]:
    """Return server and question id of all questions, or of the open or the resolved ones."""
    each = size.open_questions + size.resolved_questions
    for index in range(size.servers * each):
        if is_open is None or (index % each < size.open_questions) == is_open:
            yield index // each, index + 1


def _resolutions(size: Size, now: datetime, rng: np.random.Generator) -> Iterator[Resolution]:
    """Give each resolved question its outcome, and each open one a proposal, in case it is one."""
    for is_open, ruling, version in ((False, Ruling.FINAL, 1), (True, Ruling.PROPOSED, 0)):
        for _, question in _places(size, is_open=is_open):
            at = now + timedelta(days=float(rng.uniform(-14, 6)))
            outcome = int(rng.integers(2))
            yield Resolution(question_id=question, version=version, ruling=ruling, outcome=outcome, at=at)


def _forecasts(size: Size, now: datetime, rng: np.random.Generator) -> Iterator[Forecast]:
    interactions = count(1)
    for server, question in _places(size):
        for place in range(size.forecasters):
            yield Forecast(
                question_id=question,
                member_id=server * size.members + place + 1,
                edition=1,
                kind=ForecastKind.BLIND,
                probabilities=[round(float(rng.beta(2, 2)), 2)],
                at=now + timedelta(days=float(rng.uniform(-5, 6))),
                interaction_id=next(interactions),
            )


def _scores(size: Size, rng: np.random.Generator) -> Iterator[Score]:
    for server, question in _places(size, is_open=False):
        for place in range(size.forecasters):
            yield Score(
                question_id=question,
                member_id=server * size.members + place + 1,
                resolution_version=1,
                brier=float(rng.random()),
                peer_brier=float(rng.normal(0, 10)),
                coverage=float(rng.uniform(0.2, 1)),
                forecasts=1,
            )


def _crowd_scores(size: Size, now: datetime, rng: np.random.Generator) -> Iterator[CrowdScore]:
    for _, question in _places(size, is_open=False):
        yield CrowdScore(
            question_id=question,
            resolution_version=1,
            members=size.forecasters,
            median=0.5,
            median_peer=float(rng.normal(0, 10)),
            pool_peer=float(rng.normal(0, 10)),
            uniform_peer=float(rng.normal(0, 10)),
            coverage=1.0,
            median_brier=float(rng.random()),
            pool_brier=float(rng.random()),
            uniform_brier=0.25,
            at=now,
        )


def _messages(size: Size, now: datetime) -> Iterator[OutboxMessage]:
    for server, question in _places(size):
        yield OutboxMessage(
            key=f"c{question}.1",
            community_id=server + 1,
            question_id=question,
            kind=Errand.CARD,
            channel_id=channel_of(server),
            created_at=now,
            not_before=now,
            attempts=1,
            message_id=GUILD + question - 1,
            sent_at=now,
        )
