"""A backup under load, a disaster, a restore; and everything goes on as if nothing had happened."""

import asyncio
import os
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.__main__ import app
from forecasts.backups import back_up
from forecasts.database import Database
from forecasts.debate import add_argument
from forecasts.errors import ForecastError
from forecasts.forecasting import withdraw_forecast
from forecasts.models import OutboxMessage, Phase, Question, Side
from forecasts.outbox import Errand, claim_next, mark_sent
from forecasts.sweep import advance_one_due, beat
from tests.torture.columns import times
from tests.torture.furnished import a_furnished_file, a_house  # noqa: F401 (fixtures)
from tests.usecases.conftest import House

ROUNDS = range(times("restores"))
AGO = timedelta(days=20)  # when it all began; the restore itself runs at the present
DISASTERS = ("cut", "deleted", "noise", "none")
ACTS = 60  # while the backup is made


@dataclass
class Told:
    """What people were told was stored, and what stands in the channels."""

    forecasts: list[int] = field(default_factory=list)
    arguments: list[int] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)


class Day:
    """A server in use: people forecast and argue, the sweep comes by, messages are sent."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.chance, self.told = house, random.Random(seed), Told()  # noqa: S311
        self.now, self.questions = datetime.now(UTC) - AGO, list[int]()

    async def open_questions(self) -> None:
        """Open six questions: some close soon and fall to NO, some run on for weeks."""
        for number in range(6):
            days, default = (3, 0) if number % 2 else (60, None)
            draft = await self.house.draft(
                now=self.now, closes_at=self.now + timedelta(days=days), default_outcome=default
            )
            self.questions.append((await self.house.approve(draft, now=self.now)).id)

    async def act(self) -> None:
        """Let somebody do something; what is acknowledged is noted, after its transaction."""
        question_id, member = self.chance.choice(self.questions), self.chance.choice(self.house.members)
        interaction = self.house.interaction()
        given = {
            "question_id": question_id,
            "member_id": member,
            "now": self.now,
            "interaction_id": interaction,
        }
        what = self.chance.random()
        try:
            if what < 0.7:
                await self.house.say(question_id, member, round(self.chance.random(), 3), self.now)
                self.told.forecasts.append(self.house._interactions)
            elif what < 0.8:
                await self.house.do(withdraw_forecast, **given)
                self.told.forecasts.append(interaction)
            else:
                text = f"The reason with the number {interaction} is as good as any."
                await self.house.do(add_argument, **given, side=Side.FOR, text=text)
                self.told.arguments.append(interaction)
        except ForecastError:
            pass  # closed meanwhile, three arguments already, nothing to withdraw

    async def sweep_and_send(self) -> None:
        """Do what the alarm does."""
        await self.house.do(lambda session, **_: beat(session, now=self.now))
        await self.house.sweep(self.now)
        while (
            message := await self.house.do(lambda session, **_: claim_next(session, now=self.now))
        ) is not None:
            if message.kind != Errand.REFRESH:
                self.told.posted.append(message.key)
            await self.house.do(_mark, outbox_id=message.id, now=self.now)


async def _mark(session: Any, *, outbox_id: int, now: datetime, **_: Any) -> None:
    await mark_sent(session, outbox_id=outbox_id, message_id=70_000 + outbox_id, now=now)


@pytest.fixture
async def used(house: House, request: pytest.FixtureRequest) -> Day:
    """Give twelve days of use."""
    day = Day(house, request.node.callspec.params["seed"])
    await day.open_questions()
    for _ in range(24):
        for _ in range(10):
            await day.act()
        day.now += timedelta(hours=12)
        await day.sweep_and_send()
    return day


def crux(*words: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(app, list(map(str, words)))


def column(path: Path, query: str) -> list[Any]:
    """Return what stands in a column of a file."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(query)]


def stored(path: Path) -> Told:
    """Return what a file holds of what people were told."""
    return Told(
        forecasts=column(path, "SELECT interaction_id FROM forecast ORDER BY id"),
        arguments=column(path, "SELECT interaction_id FROM argument ORDER BY id"),
        posted=column(
            path, "SELECT key FROM outbox_message WHERE sent_at IS NOT NULL AND kind != 'refresh' ORDER BY id"
        ),
    )


def strike(path: Path, disaster: str, seed: int) -> None:
    """Destroy the database as disks and people do."""
    match disaster:
        case "deleted":
            for end in ("", "-wal", "-shm"):
                Path(f"{path}{end}").unlink(missing_ok=True)
        case "cut":
            os.truncate(path, path.stat().st_size // 3)
        case "noise":
            path.write_bytes(random.Random(seed).randbytes(path.stat().st_size))  # noqa: S311
        case _:
            pass  # nothing is broken: somebody wants yesterday back


@pytest.mark.parametrize("seed", ROUNDS)
async def test_a_restore_brings_back_all_that_was_acknowledged(
    used: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """All from before the backup, whole transactions from beside it, nothing torn, nothing said twice."""
    monkeypatch.setenv("DATABASE_URL", str(used.house.database.url))
    path, told = tmp_path / "crux.db", used.told
    sure = len(told.forecasts), len(told.arguments), len(told.posted)

    async def go_on_acting() -> None:
        for number in range(ACTS):
            await used.act()
            if number % 20 == 19:
                await used.sweep_and_send()

    backing_up = asyncio.to_thread(back_up, used.house.database.url, None, keep=3, now=datetime.now(UTC))
    backup, _, _ = await asyncio.gather(backing_up, go_on_acting(), go_on_acting())
    copied = stored(backup)
    await used.house.database.close()
    strike(path, DISASTERS[seed % len(DISASTERS)], seed)
    await asyncio.to_thread(_restored, backup)

    after = stored(path)
    assert after.forecasts == copied.forecasts
    assert after.arguments == copied.arguments
    assert set(told.forecasts[: sure[0]]) <= set(after.forecasts) <= set(told.forecasts)
    assert set(told.arguments[: sure[1]]) <= set(after.arguments) <= set(told.arguments)
    assert len(set(after.forecasts)) == len(after.forecasts)
    await _nothing_is_said_again(path, told, known=set(copied.posted))
    await asyncio.to_thread(_scores_hold, tmp_path)


def _restored(backup: Path) -> None:
    result = crux("restore", backup)
    assert (result.exit_code, result.stderr) == (0, "")


async def _nothing_is_said_again(path: Path, told: Told, *, known: set[str]) -> None:
    """Let the bot run for a month: what is sent now is new, and every question goes on."""
    again, now = House(Database(f"sqlite+aiosqlite:///{path}")), datetime.now(UTC)
    sent: list[OutboxMessage] = []
    for _ in range(40):
        now += timedelta(days=2)
        async with again.database.transaction() as session:
            while await advance_one_due(session, now=now) is not None:
                pass
        while (message := await again.do(lambda session, **_: claim_next(session, now=now))) is not None:  # noqa: B023
            sent.append(message)
            await again.do(_mark, outbox_id=message.id, now=now)
    keys = [message.key for message in sent if message.kind != Errand.REFRESH]
    assert len(set(keys)) == len(keys)
    assert known.isdisjoint(keys)
    assert set(told.posted).isdisjoint(keys)
    questions = await again.rows(Question)
    lived = [each for each in questions if each.number is not None]
    assert {each.phase for each in lived} == {Phase.CLOSED, Phase.RESOLVED}
    assert len(lived) == 6
    await again.database.close()


def _scores_hold(folder: Path) -> None:
    """Scores are what forecasts say they are: in the database, and from an export alone."""
    rescored = crux("rescore")
    assert (rescored.exit_code, rescored.stdout.endswith(" 0 differ.\n")) == (0, True)
    assert not rescored.stdout.startswith("0 ")
    assert crux("export", folder / "export", "--community", 10).exit_code == 0
    verified = crux("verify", folder / "export")
    assert verified.exit_code == 0
    assert "3 resolved questions" in verified.stdout
