"""Feeds that a community watches: when they are read, what of them is new, and when they are given up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from claims.ingest import Document, Feed, document_from_text
from claims.models import Feed as StoredFeed
from claims.models import StoredClaim, StoredDocument
from claims.reading import read_claims
from claims.views import FEED_STOPPED
from claims.watching import (
    ENTRIES_A_READING,
    MOST_FEEDS,
    NEVER,
    DueFeed,
    Fresh,
    add_entry,
    add_feed,
    feed_failed,
    feed_was_read,
    fresh_entries,
    list_feeds,
    next_due_feed,
    remove_feed,
    take_due_feed,
)  # fmt: skip
from forecasts.database import Database
from forecasts.errors import ConflictError, NotAllowedError, NotFoundError
from forecasts.models import Community, OutboxMessage
from tests.usecases.conftest import House

URL = "https://example.org/feed"
LONG = (
    "The model gap will narrow to {n} points by 2028. " + "Export controls will cut shipments by half. " * 12
)


def entry(number: int, text: str = LONG) -> Document:
    """Return an entry of a feed with an address of its own."""
    document = document_from_text(text.format(n=number), f"entry {number}")
    return replace(document, url=f"https://example.org/{number}")


async def watch(house: House, url: str = URL) -> StoredFeed:
    """Watch a feed as the moderator."""
    feed: StoredFeed = await house.do(
        add_feed, member_id=house.moderator, url=url, title="A feed", now=house.at()
    )
    return feed


async def take(database: Database, house: House, **since_start: float) -> DueFeed:
    """Take the feed that is due, which must be one."""
    async with database.transaction() as session:
        due = await take_due_feed(session, now=house.at(**since_start))
    assert due is not None
    return due


async def fail(house: House, due: DueFeed, **since_start: float) -> StoredFeed:
    """Let a reading fail and return the feed."""
    async with house.database.transaction() as session:
        await feed_failed(session, due=due, reason="It is down.", now=house.at(**since_start))
    (feed,) = await house.rows(StoredFeed)
    return feed


async def fresh(house: House, *entries: Document, links: tuple[str, ...] = ()) -> Fresh:
    """Return what of some entries is new."""
    feed = Feed("A feed", entries, links)
    found: Fresh = await house.read(fresh_entries, feed=feed, now=house.at())
    return found


async def bring(house: House, due: DueFeed, document: Document, **since_start: float) -> bool:
    """Let a feed bring an entry."""
    async with house.database.transaction() as session:
        return await add_entry(
            session, due=due, reading=read_claims(document), url=document.url, now=house.at(**since_start)
        )


async def test_a_feed_is_due_at_once_and_then_every_hour(house: House) -> None:
    """Taking it is what makes it due again, so a crash while reading it costs an hour."""
    await watch(house)
    await take(house.database, house)
    async with house.database.transaction() as session:
        assert await take_due_feed(session, now=house.at(minutes=59)) is None
        assert await next_due_feed(session) == house.at(hours=1)


async def test_a_feed_is_watched_once(house: House) -> None:
    """Next door may watch it too."""
    await watch(house)
    with pytest.raises(ConflictError, match="watched already"):
        await watch(house)
    await house.do(
        add_feed, member_id=house.neighbour, url=URL, title="", now=house.at(), community_id=house.next_door
    )
    assert len(await house.rows(StoredFeed)) == 2


async def test_a_server_watches_twenty_feeds(house: House) -> None:
    """The sentence says how to make room."""
    for number in range(MOST_FEEDS):
        await watch(house, f"{URL}/{number}")
    with pytest.raises(NotAllowedError, match="20 feeds are the most"):
        await watch(house)


async def test_the_ten_newest_entries_are_looked_at(house: House) -> None:
    """Older ones are left alone for ever, not read an hour later."""
    found = await fresh(house, *(entry(number) for number in range(12)))
    assert [each.name for each in found.entries] == [f"entry {n}" for n in range(ENTRIES_A_READING)]
    assert found.is_all


async def test_an_entry_that_is_stored_is_not_new(house: House) -> None:
    """Neither by its text nor, where the feed gives only its beginning, by its address."""
    await watch(house)
    due = await take(house.database, house)
    await bring(house, due, entry(1))
    short = entry(1, "The model gap will narrow.")
    found = await fresh(house, entry(1), short, entry(2), links=("https://example.org/1",))
    assert [each.name for each in found.entries] == ["entry 2"]
    assert found.links == ()


async def test_entries_without_text_are_known_by_their_pages(house: House) -> None:
    """Which are read instead."""
    assert (await fresh(house, links=("https://example.org/7",))).links == ("https://example.org/7",)


async def test_an_entry_that_changed_takes_the_place_of_its_first_reading(house: House) -> None:
    """What it still says stands; what it no longer says is marked."""
    await watch(house)
    due = await take(house.database, house)
    await bring(house, due, entry(1))
    later = entry(1, LONG.replace("{n} points", "{n} points, or less,"))
    assert (await fresh(house, later)).entries == (later,)
    await bring(house, due, later, hours=2)
    first, second = await house.rows(StoredDocument)
    assert first.replaced_by_id == second.id
    gone = [claim.text[:22] for claim in await house.rows(StoredClaim) if claim.gone_at]
    assert gone == ["The model gap will nar"]


async def test_a_feed_brings_fifty_documents_a_day_at_most(house: House) -> None:
    """What is left over is told apart, so that the feed is read in full the next time."""
    await watch(house)
    due = await take(house.database, house)
    for number in range(45):
        await bring(house, due, entry(number))
    found = await fresh(house, *(entry(number) for number in range(50, 58)))
    assert (len(found.entries), found.is_all) == (5, False)
    assert (await house.rows(StoredDocument))[0].feed_id == 1


async def test_what_a_feed_brings_is_nobodys_quota(house: House) -> None:
    """The moderator who watches it may still add documents of their own."""
    await watch(house)
    due = await take(house.database, house)
    for number in range(25):
        assert await bring(house, due, entry(number))


async def test_a_feed_that_fails_is_tried_after_one_two_four_hours(house: House) -> None:
    """A day at most; the reason is in the list."""
    await watch(house)
    due = await take(house.database, house)
    pauses = [(await fail(house, due)).due_at - house.at() for _ in range(7)]
    assert pauses == [timedelta(hours=hours) for hours in (1, 2, 4, 8, 16, 24, 24)]
    (line,) = await house.read(list_feeds)
    assert (line.failures, line.note) == (7, "It is down.")


async def test_a_reading_forgets_the_failures(house: House) -> None:
    """And keeps what the server wants sent back."""
    await watch(house)
    due = await take(house.database, house)
    await fail(house, due)
    async with house.database.transaction() as session:
        await feed_was_read(session, due=due, etag='"v1"', last_modified="", now=house.at(hours=1))
    (feed,) = await house.rows(StoredFeed)
    assert (feed.failures, feed.note, feed.etag, feed.checked_at) == (0, "", '"v1"', house.at(hours=1))


async def test_a_week_of_failures_ends_it_and_moderators_are_told(house: House) -> None:
    """Once."""
    await watch(house)
    due = await take(house.database, house)
    assert (await fail(house, due, days=6, hours=23)).due_at != NEVER
    assert (await fail(house, due, days=7)).due_at == NEVER
    (note,) = await house.rows(OutboxMessage)
    assert note.payload == {"announce": [FEED_STOPPED], "member": house.moderator}
    async with house.database.transaction() as session:
        assert await take_due_feed(session, now=house.at(days=400)) is None


async def test_a_feed_that_was_given_up_can_be_watched_again(house: House) -> None:
    """It is due at once."""
    await watch(house)
    await fail(house, await take(house.database, house), days=7)
    again = await watch(house)
    assert (again.id, again.due_at, again.failures) == (1, house.at(), 0)


async def test_a_feed_that_is_taken_out_leaves_its_documents(house: House) -> None:
    """A reading that is under way stores nothing more."""
    await watch(house)
    due = await take(house.database, house)
    await bring(house, due, entry(1))
    title = await house.do(remove_feed, member_id=house.moderator, feed_id=1, now=house.at())
    assert title == "A feed"
    assert await house.rows(StoredFeed) == []
    (document,) = await house.rows(StoredDocument)
    assert document.feed_id is None
    assert not await bring(house, due, entry(2))
    async with house.database.transaction() as session:
        await feed_failed(session, due=due, reason="gone", now=house.at())
        await feed_was_read(session, due=due, etag="", last_modified="", now=house.at())


async def test_another_communitys_feed_is_not_there(house: House) -> None:
    """Neither in the list nor to take out."""
    await watch(house)
    assert await house.read(list_feeds, community_id=house.next_door) == []
    with pytest.raises(NotFoundError):
        await house.do(
            remove_feed, member_id=house.neighbour, feed_id=1, now=house.at(), community_id=house.next_door
        )


async def test_a_server_that_the_bot_left_is_not_read_for(house: House) -> None:
    """Its feeds wait."""
    await watch(house)
    await house.change(house.home, Community, left_at=house.at())
    async with house.database.transaction() as session:
        assert await take_due_feed(session, now=house.at()) is None
        assert await next_due_feed(session) is None
