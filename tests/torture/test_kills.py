"""Real processes are killed at random moments under load; nothing is lost, doubled, made up or left waiting.

Only the bots are killed. PostgreSQL keeps running, so its ``synchronous_commit`` makes no difference: what a
killed client had committed is in the server. Of SQLite the killed process is the database, and what it wrote
is in the system's hands; neither test pulls the power of the machine.
"""

import asyncio
import copy
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from forecasts.database import file_of
from tests.loopback.checks import Report
from tests.loopback.state import Message, State
from tests.postgres import Postgres
from tests.torture.columns import times
from tests.torture.figures import Record
from tests.torture.killing import KILLS, Ended, run

PARTS = range(times("kills") // KILLS)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Run the first part on SQLite, and leave it for the tests of the checks."""
    return _on_sqlite(tmp_path_factory.mktemp("kills"), 0)


def _on_sqlite(folder: Path, part: int) -> Ended:
    return asyncio.run(run(f"sqlite+aiosqlite:///{folder / 'crux.db'}", folder, seed_=part))


@pytest.mark.parametrize("part", PARTS)
def test_kills_on_sqlite(part: int, tmp_path: Path, first: Ended, record: Record) -> None:
    """One process, killed again and again while it starts, sweeps, sends, stores and answers."""
    ended = _on_sqlite(tmp_path, part) if part else first
    asyncio.run(_judge(ended, record, f"SQLite {sqlite3.sqlite_version}, one process"))


@pytest.mark.parametrize("part", PARTS)
async def test_kills_on_postgresql_with_three_processes(
    part: int, tmp_path: Path, postgres: Postgres, record: Record
) -> None:
    """Each runs a shard, any of them sweeps and sends; one after the other is killed and started again."""
    await postgres.empty()
    ended = await run(postgres.url, tmp_path, seed_=1_000 + part, shards=3)
    await _judge(ended, record, f"PostgreSQL {await _version(postgres)}, three processes")


async def _version(postgres: Postgres) -> str:
    engine = create_async_engine(postgres.url)
    async with engine.connect() as connection:
        version = (await connection.exec_driver_sql("SHOW server_version")).scalar_one()
    await engine.dispose()
    return str(version)


async def _judge(ended: Ended, record: Record, where: str) -> None:
    report = await ended.examined()
    record(
        where,
        kills=ended.kills.total(),
        while_starting=ended.kills["starting"],
        clicks_in_hand=ended.unanswered,
        **report.counts(),
        seconds=ended.seconds,
        cpu_seconds=ended.cpu_seconds,
    )
    assert report.faults == []
    assert ended.deaths == []
    # What the test rests on: there was something to lose, and it was in hand when the process died.
    assert ended.kills.total() >= KILLS
    assert ended.exits["-9"] >= KILLS
    assert min(ended.kills["starting"], ended.kills["serving"]) > KILLS / 40
    assert ended.unanswered > KILLS / 4
    assert report.acknowledged > KILLS
    assert report.deadlines == report.cards == len(ended.seeded)
    assert report.messages > 2 * len(ended.seeded)
    assert report.digests == len(ended.state.guild_ids)


Tampering = Callable[[sqlite3.Connection, State], object]


def _post_again(_: sqlite3.Connection, state: State) -> None:
    message = next(each for each in state.messages.values() if each.nonce and each.nonce.startswith("s"))
    state.messages[message.id + 1] = Message(
        message.id + 1, message.channel_id, message.nonce, message.at, message.payload
    )


def _unpost(file: sqlite3.Connection, state: State) -> None:
    (number,) = file.execute("SELECT message_id FROM outbox_message WHERE kind = 'tell'").fetchone()
    del state.messages[number]


def _forget_a_change(file: sqlite3.Connection, state: State) -> None:
    (number,) = file.execute("SELECT card_message_id FROM question WHERE phase = 'final'").fetchone()
    state.messages[number].payload["components"] = []


def _forget_a_forecast(file: sqlite3.Connection, state: State) -> None:
    acknowledged = next(each for each in state.interactions.values() if "Saved:" in each.said)
    file.execute("DELETE FROM forecast WHERE interaction_id = ?", [acknowledged.id])


def _sql(statement: str) -> Tampering:
    return lambda file, _: file.execute(statement)


@pytest.mark.parametrize(
    ("tampering", "kind", "sentence"),
    [
        (_forget_a_forecast, "lost", "acknowledged forecast:"),
        (_sql("UPDATE forecast SET probabilities = '[0.55]' WHERE interaction_id > 1000000000"),
         "wrong", "is stored as [0.55]"),
        (_sql("UPDATE forecast SET interaction_id = interaction_id * 2 WHERE interaction_id > 1000000000"),
         "wrong", "which nobody sent"),
        (_sql("UPDATE question SET phase = 'blind' WHERE phase = 'debate'"), "lost", "blind is now blind"),
        (_sql("DELETE FROM score"), "lost", "scores of question"),
        (_sql("UPDATE score SET brier = 1 - brier"), "wrong", ""),
        (_sql("DELETE FROM digest"), "lost", "digest of community"),
        (_sql("UPDATE outbox_message SET sent_at = NULL"), "waiting", "still waits"),
        (_sql("UPDATE outbox_message SET dead_at = sent_at WHERE kind = 'note'"), "lost", "given up"),
        (_sql("DELETE FROM outbox_message WHERE kind = 'notice'"), "wrong", "which nobody owed"),
        (_post_again, "doubled", "2 messages"),
        (_unpost, "lost", "counted as sent"),
        (_forget_a_change, "lost", "last change of the card"),
    ],
)  # fmt: skip
async def test_the_checks_find_what_is_planted(
    first: Ended, tmp_path: Path, tampering: Tampering, kind: str, sentence: str
) -> None:
    """Each kind of fault, planted into a copy of what a run left, is reported as what it is."""
    path, state = tmp_path / "crux.db", copy.copy(first.state)
    state.messages = {number: copy.copy(each) for number, each in state.messages.items()}
    for message in state.messages.values():
        message.payload = dict(message.payload)
    with (
        closing(sqlite3.connect(file_of(make_url(first.url)) or "")) as source,
        closing(sqlite3.connect(path)) as file,
        file,
    ):
        source.backup(file)
        tampering(file, state)
    report: Report = await first.examined(f"sqlite+aiosqlite:///{path}", state)
    assert any(sentence in fault for fault in getattr(report, kind)), report.faults[:5]
