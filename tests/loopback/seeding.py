"""A database in which something becomes due every moment of the next minute."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import URL

import migrations
from forecasts.communities import community_of, member_of
from forecasts.database import Database
from forecasts.forecasting import submit_forecast
from forecasts.models import Phase, Question
from forecasts.questions import Wording, approve_question, draft_question
from forecasts.resolution import propose_resolution
from forecasts.sweep import advance_one_due
from tests.loopback.state import State

HOUR = timedelta(hours=1)
OPEN_FOR = timedelta(days=30)
WORDING = Wording(
    title="Will the model gap narrow by year-end?",
    criteria="Resolves YES if the last figure of the year is smaller than the first.",
    source="The yearly report",
)
MODERATOR, FIRST_MEMBER, FORECASTERS = 2, 100, 3
# What comes next, and how long before it the question was opened.
DEADLINES: tuple[tuple[Phase, timedelta], ...] = (
    (Phase.BLIND, 24 * HOUR),
    (Phase.DEBATE, 96 * HOUR),
    (Phase.FINAL, 120 * HOUR),
    (Phase.ROLLING, OPEN_FOR),
    (Phase.PROPOSED, OPEN_FOR + 48 * HOUR),
)


@dataclass(frozen=True)
class Seeded:
    """A question, where it stands, and when its next deadline is."""

    id: int
    guild_id: int
    phase: Phase
    due: datetime

    @property
    def takes_forecasts(self) -> bool:
        """Whether members can forecast it before its deadline."""
        return self.phase is not Phase.PROPOSED


async def seed(
    url: str | URL, state: State, *, first: datetime, every: timedelta, count: int
) -> list[Seeded]:
    """Migrate a database and open questions on every server, one of them due every moment.

    Parameters
    ----------
    first
        When the first one is due.
    every
        How long after it the next one is.
    count
        How many; the kinds of deadlines and the servers take turns.
    """
    await migrations.migrate(url)
    database = Database(url)
    try:
        return [await _question(database, state, number, first + number * every) for number in range(count)]
    finally:
        await database.close()


async def _question(database: Database, state: State, number: int, due: datetime) -> Seeded:
    phase, before = DEADLINES[number % len(DEADLINES)]
    guild_id = state.guild_ids[number // len(DEADLINES) % len(state.guild_ids)]
    opened = due - before
    closes = due + OPEN_FOR if before < OPEN_FOR else opened + OPEN_FOR

    async def do(use_case: Callable[..., Awaitable[Any]], **values: Any) -> Any:
        async with database.transaction() as session:
            return await use_case(session, **values)

    community = await do(community_of, guild_id=guild_id, now=opened)
    people = [
        await do(member_of, community_id=community.id, user_id=user, now=opened)
        for user in (MODERATOR, *range(FIRST_MEMBER, FIRST_MEMBER + FORECASTERS))
    ]
    home, moderator = {"community_id": community.id}, {"member_id": people[0].id}
    question = await do(draft_question, **home, **moderator, wording=WORDING, closes_at=closes, now=opened)
    here = home | {"question_id": question.id}
    await do(
        approve_question, **here, **moderator, channel_id=state.channel_of(guild_id), preset=None, now=opened
    )
    for at, person in enumerate(people[1:], 1):
        await do(
            submit_forecast, **here, member_id=person.id, probabilities=(at / 5,), now=opened,
            interaction_id=number * 10 + at,
        )  # fmt: skip
    while (ends := (await _now(database, question.id)).phase_ends_at) is not None and ends < due:
        await do(advance_one_due, now=ends)
    if phase is Phase.PROPOSED:
        said = {"outcome": 1, "evidence_url": "https://example.org/report", "note": "It says so."}
        await do(propose_resolution, **here, **moderator, **said, now=due - 48 * HOUR)
    stands = await _now(database, question.id)
    if stands.phase_ends_at != due:
        msg = f"{stands.phase} ends at {stands.phase_ends_at}, not at {due}"
        raise AssertionError(msg)
    return Seeded(question.id, guild_id, stands.phase, due)


async def _now(database: Database, question_id: int) -> Question:
    async with database.reading() as session:
        return await session.get_one(Question, question_id)
