"""The alarm clock wakes the bot; what is due is remembered by the database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from unittest.mock import create_autospec

import pytest
import structlog

from bot.client import CruxBot
from bot.delivery import Delivery
from bot.scheduling import OFFLINE_AFTER, Alarm
from forecasts.communities import community_of, member_of
from forecasts.database import Database, DatabaseBusyError
from forecasts.models import Community, Heartbeat, Phase, Question
from forecasts.questions import Wording, approve_question, draft_question
from forecasts.sweep import beat
from migrations import migrate

WORDING = Wording("Will the alarm clock ring in time?", "Resolves YES if it does, NO otherwise.")


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[CruxBot]:
    """Give a bot that never logs in, on a fresh database."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}"
    await migrate(url)
    database = Database(url)
    async with CruxBot(database) as bot:
        bot.delivery = create_autospec(Delivery, instance=True)  # Discord's edge: nothing is sent here
        yield bot
    await database.close()


async def _open_question(bot: CruxBot, *, at: datetime) -> int:
    async with bot.database.transaction() as session:
        community = await community_of(session, guild_id=1, now=at)
        member = await member_of(session, community_id=community.id, user_id=2, now=at)
        community.digest_due_at = at + timedelta(days=300)
        draft = await draft_question(
            session, community_id=community.id, member_id=member.id, wording=WORDING,
            closes_at=at + timedelta(days=60), now=at,
        )  # fmt: skip
        await approve_question(
            session,
            community_id=community.id,
            question_id=draft.id,
            member_id=member.id,
            channel_id=0,
            now=at,
        )
        return draft.id


async def _question(bot: CruxBot, question_id: int) -> Question:
    async with bot.database.reading() as session:
        return await session.get_one(Question, question_id)


async def _wait_for_heartbeat(bot: CruxBot) -> Heartbeat | None:
    for _ in range(200):
        async with bot.database.reading() as session:
            if (heartbeat := await session.get(Heartbeat, 1)) is not None:
                return heartbeat
        await asyncio.sleep(0.05)
    return None


async def test_the_first_tick_comes_at_once(bot: CruxBot) -> None:
    """A start catches up without waiting for the interval, here an hour."""
    alarm = Alarm(bot, seconds=3600)
    alarm.start()
    try:
        assert await _wait_for_heartbeat(bot) is not None
    finally:
        alarm.stop()


async def test_a_tick_moves_what_is_due(bot: CruxBot) -> None:
    """A sealed question two days past its end, extended once, is open for debate after a tick."""
    question_id = await _open_question(bot, at=datetime.now(UTC) - timedelta(days=2, hours=1))
    await Alarm(bot, seconds=10).tick()
    assert (await _question(bot, question_id)).phase is Phase.DEBATE


async def test_a_downtime_gives_time_back(bot: CruxBot) -> None:
    """Sealed for 24 h and nobody awake in the last 12: it stays sealed for min(24, 6) hours from now."""
    opened_at = datetime.now(UTC) - timedelta(hours=25)
    question_id = await _open_question(bot, at=opened_at)
    async with bot.database.transaction() as session:
        await beat(session, now=opened_at + timedelta(hours=11))
    before = datetime.now(UTC)
    await Alarm(bot, seconds=10).tick()
    question = await _question(bot, question_id)
    assert question.phase is Phase.BLIND
    assert question.phase_ends_at is not None
    assert before + timedelta(hours=6) <= question.phase_ends_at <= datetime.now(UTC) + timedelta(hours=6)


async def test_a_slow_tick_is_no_downtime(bot: CruxBot) -> None:
    """A heartbeat a minute old gives nobody more time: the extension below three forecasts applies."""
    assert timedelta(minutes=1) < OFFLINE_AFTER
    opened_at = datetime.now(UTC) - timedelta(hours=24, seconds=30)
    question_id = await _open_question(bot, at=opened_at)
    async with bot.database.transaction() as session:
        await beat(session, now=datetime.now(UTC) - timedelta(minutes=1))
    await Alarm(bot, seconds=10).tick()
    assert (await _question(bot, question_id)).blind_extended


async def test_a_deadline_before_the_next_tick_gets_a_wake_of_its_own(bot: CruxBot) -> None:
    """With an interval of an hour, a seal that breaks in ten minutes is not late."""
    question_id = await _open_question(bot, at=datetime.now(UTC) - timedelta(hours=23, minutes=50))
    alarm = Alarm(bot, seconds=3600)
    alarm.start()
    try:
        for _ in range(200):
            if (wake := alarm._scheduler.get_job("wake")) is not None:
                break
            await asyncio.sleep(0.05)
        assert wake is not None
        assert wake.next_run_time == (await _question(bot, question_id)).phase_ends_at
    finally:
        alarm.stop()


async def test_a_clock_that_is_set_back_does_not_stop_the_alarm(
    bot: CruxBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler waits for a time of day: an hour back, it would sleep for that hour."""

    class Clock(datetime):
        back = timedelta()

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) - cls.back

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Clock)
    monkeypatch.setattr("bot.scheduling.datetime", Clock)
    alarm = Alarm(bot, seconds=0.05)
    alarm.start()
    try:
        assert await _wait_for_heartbeat(bot) is not None
        Clock.back = timedelta(hours=1)
        await asyncio.sleep(0.2)  # a tick may have been under way
        async with bot.database.transaction() as session:
            await session.delete(await session.get_one(Heartbeat, 1))
        assert await _wait_for_heartbeat(bot) is not None
    finally:
        alarm.stop()


async def test_a_clock_that_was_a_year_ahead_leaves_no_digest_there(bot: CruxBot) -> None:
    """The last heartbeat lies ahead of now: what only a wrong clock can have put off comes back."""
    await _open_question(bot, at=datetime.now(UTC))  # its digest is due in 300 days
    async with bot.database.transaction() as session:
        await beat(session, now=datetime.now(UTC) + timedelta(days=300))
    await Alarm(bot, seconds=10).tick()
    async with bot.database.reading() as session:
        due = (await session.get_one(Community, 1)).digest_due_at
    assert due is not None
    assert due - datetime.now(UTC) <= timedelta(days=7)


async def test_a_sweep_that_gets_no_turn_blames_no_question(
    bot: CruxBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clicks are ahead of it; nothing is stuck, and the next sweep moves what is due."""
    at = datetime.now(UTC) - timedelta(days=2)
    number = await _open_question(bot, at=at)
    alarm = Alarm(bot, seconds=5)
    with monkeypatch.context() as patch, structlog.testing.capture_logs() as logged:
        patch.setattr(bot.database._writer.pool, "_timeout", 0)
        async with bot.database.transaction() as session:
            await session.connection()
            await alarm.tick()
            with pytest.raises(DatabaseBusyError):
                await bot.sweep()
    assert [entry["event"] for entry in logged] == ["sweep_put_off"]
    await alarm.tick()
    assert (await _question(bot, number)).phase is not Phase.BLIND
