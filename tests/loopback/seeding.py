"""A database in which something becomes due every moment of the next minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

import migrations
from forecasts.communities import community_of, member_of
from forecasts.database import Database
from forecasts.following import follow
from forecasts.forecasting import submit_forecast
from forecasts.models import OutboxMessage, Phase
from forecasts.outbox import Errand
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
MODERATOR, FIRST_MEMBER, FORECASTERS, HOUSEHOLDS = 2, 100, 3, 50
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
    """A question, where it stands, when its next deadline is, and who forecast it and follows it."""

    id: int
    guild_id: int
    phase: Phase
    due: datetime
    forecaster: int

    @property
    def takes_forecasts(self) -> bool:
        """Whether members can forecast it before its deadline."""
        return self.phase is not Phase.PROPOSED


async def seed(
    url: str | URL,
    state: State,
    *,
    first: datetime,
    every: timedelta,
    count: int,
    digests_at: datetime | None = None,
    guild_ids: Sequence[int] = (),
    kinds: Sequence[tuple[Phase, timedelta]] = DEADLINES,
) -> list[Seeded]:
    """Migrate a database and open questions on every server, one of them due every moment.

    Each has a follower, who is to be told of its reveal and its result.

    Parameters
    ----------
    first
        When the first one is due.
    every
        How long after it the next one is.
    count
        How many; the kinds of deadlines and the servers take turns.
    digests_at
        When each server's digest is due, at its usual hour by default.
    guild_ids
        Which servers; all by default.
    kinds
        Which of :data:`DEADLINES`.
    """
    await migrations.migrate(url)
    servers, seeded = guild_ids or state.guild_ids, list[Seeded]()
    database = Database(url)
    try:
        for number in range(count):
            due = first + number * every
            guild_id, kind = servers[number // len(kinds) % len(servers)], kinds[number % len(kinds)]
            async with database.transaction() as session:
                seeded.append(await _question(session, state, number, due, guild_id, kind))
                # What was said before the test began is of no interest, but for the card.
                old = col(OutboxMessage.question_id) == seeded[-1].id, col(OutboxMessage.kind) != Errand.CARD
                await (await session.connection()).execute(sa.delete(OutboxMessage).where(*old))
        async with database.transaction() as session:
            for guild_id in {each.guild_id for each in seeded} if digests_at is not None else ():
                community = await community_of(session, guild_id=guild_id, now=digests_at)
                community.digest_due_at = digests_at
    finally:
        await database.close()
    return seeded


async def _question(
    session: AsyncSession,
    state: State,
    number: int,
    due: datetime,
    guild_id: int,
    kind: tuple[Phase, timedelta],
) -> Seeded:
    phase, before = kind
    forecaster = FIRST_MEMBER + number % HOUSEHOLDS * FORECASTERS  # nobody forecasts more than they may
    opened = due - before
    closes = due + OPEN_FOR if before < OPEN_FOR else opened + OPEN_FOR
    community = await community_of(session, guild_id=guild_id, now=opened)
    people = [
        await member_of(session, community_id=community.id, user_id=user, now=opened)
        for user in (MODERATOR, *range(forecaster, forecaster + FORECASTERS))
    ]
    home, moderator = {"community_id": community.id}, {"member_id": people[0].id}
    question = await draft_question(
        session, **home, **moderator, wording=WORDING, closes_at=closes, now=opened
    )
    here = home | {"question_id": question.id}
    channel_id = state.channel_of(guild_id)
    await approve_question(session, **here, **moderator, channel_id=channel_id, preset=None, now=opened)
    await follow(session, question=question, member_id=people[1].id)
    for at, person in enumerate(people[1:], 1):
        await submit_forecast(
            session, **here, member_id=person.id, probabilities=(at / 5,), now=opened,
            interaction_id=question.id * 10 + at,
        )  # fmt: skip
    while question.phase_ends_at is not None and question.phase_ends_at < due:
        await advance_one_due(session, now=question.phase_ends_at)
    if phase is Phase.PROPOSED:
        said = {"outcome": 1, "evidence_url": "https://example.org/report", "note": "It says so."}
        await propose_resolution(session, **here, **moderator, **said, now=due - 48 * HOUR)
    if question.phase_ends_at != due:
        msg = f"{question.phase} ends at {question.phase_ends_at}, not at {due}"
        raise AssertionError(msg)
    return Seeded(question.id, guild_id, question.phase, due, forecaster)
