"""A server that Crux left: nothing is due there any more, and after thirty days nothing of it is left."""

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from claims.models import ClaimDecision, ClaimLink, ClaimStatus, Feed, Relation, StoredClaim, StoredDocument
from forecasts import purging
from forecasts.communities import community_of, find_community
from forecasts.debate import add_argument
from forecasts.models import Argument, Community, Exposure, Member, OutboxMessage, Question, Side, Surface
from forecasts.outbox import claim_next, next_due
from forecasts.ownership import hanging_on, owned_tables
from forecasts.purging import KEPT_FOR, known_servers, note_leaving, note_presence, purge_some
from forecasts.sweep import next_deadline, post_one_digest
from tests.usecases.conftest import House
from tests.usecases.linked import answer, joined

GUILD, NEXT_DOOR = 10, 20


async def live(house: House) -> None:
    """Fill the first community: every table of it, with rows that refer to one another in both directions."""
    await joined(house)
    await answer(house, 1, house.members[0], 0.9, 0.1)
    question = await house.resolved(0.2, 0.7, 0.9)
    open_one = await house.opened()
    await house.all_say(open_one, 0.5)
    await house.sweep(house.at(days=12))
    async with house.database.transaction() as session:
        given = {"community_id": house.home, "question_id": open_one, "member_id": house.members[0]}
        first = await add_argument(
            session, **given, side=Side.FOR, text="Distillation needs little compute.", interaction_id=1,
            now=house.at(days=12),
        )  # fmt: skip
        second = await add_argument(
            session, **given, side=Side.FOR, text="Another reason, in other words.", interaction_id=2,
            now=house.at(days=12),
        )  # fmt: skip
        first.merged_into_id = second.id  # the earlier into the later one
        session.add(
            Exposure(argument_id=first.id, member_id=house.members[1], surface=Surface.CARD, at=house.at())
        )
        await _documents(session, house, question)
        while await post_one_digest(session, now=house.at(days=20)) is not None:
            pass


async def _documents(session: Any, house: House, question_id: int) -> None:
    by = {"added_by": house.moderator, "at": house.at()}
    feed = Feed(community_id=house.home, url="https://example.org", due_at=house.at(), **by)
    session.add(feed)
    await session.flush()
    documents = [
        StoredDocument(
            community_id=house.home, name="a", title="a", sha256=sha, text="a", feed_id=feed.id, **by
        )
        for sha in "ab"
    ]
    session.add_all(documents)
    await session.flush()
    documents[0].replaced_by_id = documents[1].id  # the earlier by the later one
    claims = [
        StoredClaim(document_id=documents[0].id, start=start, end=9, text="a", standalone="a", claim=1,
                    forecastable=1, question_id=question_id)
        for start in (0, 1)
    ]  # fmt: skip
    session.add_all(claims)
    await session.flush()
    session.add(ClaimLink(a_id=claims[0].id, b_id=claims[1].id, relation=Relation.RELATED, confidence=1,
                          at=house.at()))  # fmt: skip
    session.add(ClaimDecision(claim_id=claims[0].id, member_id=house.moderator, decision=ClaimStatus.DRAFTED,
                              at=house.at()))  # fmt: skip


async def leave(house: House, at: datetime, guild_id: int = GUILD) -> None:
    async with house.database.transaction() as session:
        await note_leaving(session, guild_id=guild_id, now=at)


async def purge(house: House, at: datetime) -> list[int]:
    """Purge to the end, and return how many rows each transaction deleted."""
    batches = []
    while True:
        async with house.database.transaction() as session:
            deleted = await purge_some(session, now=at)
        if deleted is None:
            return batches
        batches.append(deleted)


async def counts(house: House, community_id: int) -> dict[str, int]:
    """Count what is stored of a community, by table."""
    found = {}
    async with house.database.reading() as session:
        connection = await session.connection()
        for table in owned_tables():
            query = sa.select(sa.func.count()).select_from(table)
            of_it = hanging_on(table, "community", [community_id])
            found[table.name] = (await connection.execute(query.where(of_it))).scalar_one()
    return found


async def test_after_thirty_days_nothing_is_left(house: House) -> None:
    """Of no table a row; the server next door has what it had."""
    await live(house)
    before = await counts(house, house.home)
    assert {name for name, count in before.items() if not count} <= {"follow", "rating", "move_credit"}
    next_door = await counts(house, house.next_door)
    await leave(house, house.at(days=20))
    assert await purge(house, house.at(days=20) + KEPT_FOR)
    assert set((await counts(house, house.home)).values()) == {0}
    assert await counts(house, house.next_door) == next_door


async def test_before_that_everything_is_left(house: House) -> None:
    """A microsecond before the thirty days are over nothing is deleted."""
    await live(house)
    before = await counts(house, house.home)
    await leave(house, house.at(days=20))
    assert await purge(house, house.at(days=20, microseconds=-1) + KEPT_FOR) == []
    assert await counts(house, house.home) == before


async def test_a_server_that_is_there_is_never_purged(house: House) -> None:
    """However long it is silent."""
    await live(house)
    assert await purge(house, house.at(days=10_000)) == []


async def test_batches_are_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """No transaction deletes more rows than a batch, whatever refers to what."""
    monkeypatch.setattr(purging, "BATCH", 2)
    await live(house)
    await leave(house, house.at(days=20))
    batches = await purge(house, house.at(days=51))
    assert max(batches) <= 2
    assert set((await counts(house, house.home)).values()) == {0}


async def test_a_server_that_comes_back_in_time_goes_on(house: House) -> None:
    """Its mark is taken away, and what came due in between is caught up with."""
    question = await house.opened()
    await house.all_say(question, 0.1, 0.5, 0.9)
    await leave(house, house.at(hours=1))
    assert await house.sweep(house.at(days=2)) == []
    async with house.database.transaction() as session:
        await note_presence(session, guild_ids={GUILD})
    assert await house.sweep(house.at(days=2)) == [question]
    assert await purge(house, house.at(days=60)) == []


async def test_a_server_that_comes_back_during_the_purge_begins_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets a community of its own; the old one goes on being deleted."""
    monkeypatch.setattr(purging, "BATCH", 1)
    await live(house)
    await leave(house, house.at(days=20))
    async with house.database.transaction() as session:
        await purge_some(session, now=house.at(days=51))
        fresh = await community_of(session, guild_id=GUILD, now=house.at(days=51))
        await note_presence(session, guild_ids={GUILD})
    assert fresh.id != house.home
    await purge(house, house.at(days=51))
    assert {row.id for row in await house.rows(Community)} == {house.next_door, fresh.id}


async def test_whoever_acts_in_a_server_shows_that_crux_is_there(house: House) -> None:
    """A departure that was never one is forgotten with the next click."""
    await leave(house, house.at())
    async with house.database.transaction() as session:
        await community_of(session, guild_id=GUILD, now=house.at())
    (home, _) = await house.rows(Community)
    assert home.left_at is None


async def test_leaving_twice_counts_from_the_first_time(house: House) -> None:
    """Whether Discord says it again, or a restart finds it out."""
    await leave(house, house.at())
    await leave(house, house.at(days=5))
    (home, _) = await house.rows(Community)
    assert home.left_at == house.at()


async def test_an_unknown_server_is_left_without_a_trace(house: House) -> None:
    """No community is made for it."""
    await leave(house, house.at(), guild_id=999)
    assert len(await house.rows(Community)) == 2


async def test_nothing_is_due_where_crux_has_left(house: House) -> None:
    """No deadline, no digest, no message; the next deadline is another server's."""
    await house.opened()
    await leave(house, house.at(hours=1))
    assert await house.sweep(house.at(days=40)) == []
    async with house.database.transaction() as session:
        assert await claim_next(session, now=house.at(days=40)) is None
        assert await next_due(session) is None
        home = await find_community(session, guild_id=GUILD)
        next_door = await find_community(session, guild_id=NEXT_DOOR)
        assert home is not None
        assert next_door is not None
        next_door.digest_due_at = None
        await session.flush()
        assert await next_deadline(session) is None
        assert await post_one_digest(session, now=house.at(days=40)) is None
    assert len(await house.rows(OutboxMessage)) == 1  # the card, never sent
    assert [row.phase for row in await house.rows(Question)] == ["blind"]


async def test_known_servers_are_those_that_were_not_left(house: House) -> None:
    """What a start compares with the servers in which it finds itself."""
    await leave(house, house.at())
    async with house.database.reading() as session:
        assert await known_servers(session) == [NEXT_DOOR]


async def test_members_of_one_person_elsewhere_stay(house: House) -> None:
    """Somebody in both servers is purged from one only."""
    await live(house)
    await leave(house, house.at(days=20))
    await purge(house, house.at(days=51))
    assert [row.user_id for row in await house.rows(Member)] == [201]
    assert await house.rows(Argument) == []
