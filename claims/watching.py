"""Use cases: feeds that a community watches. Fetching happens elsewhere, between these transactions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from claims.document import Document
from claims.ingest import Feed as ReadFeed
from claims.library import add_document, room_today
from claims.models import Feed, StoredDocument
from claims.reading import Reading
from claims.views import FEED_STOPPED, FeedLine
from forecasts.communities import is_served, record
from forecasts.errors import ConflictError, NotAllowedError, NotFoundError
from forecasts.models import Community
from forecasts.outbox import Errand, enqueue

MOST_FEEDS = 20
ENTRIES_A_READING = 10
EVERY = timedelta(hours=1)
LONGEST_PAUSE = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(days=7)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # when a feed that was given up is due
SHORT = 500  # characters
NOTE_LIMIT = 300


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed to be read now, with what its server wants sent back."""

    feed_id: int
    community_id: int
    member_id: int
    url: str
    etag: str
    last_modified: str


async def check_room(session: AsyncSession, *, community_id: int, url: str) -> Feed | None:
    """Return the feed of an address that was given up, if it was, before it is watched (again).

    Raises
    ------
    ConflictError
        It is watched already.
    NotAllowedError
        The community watches twenty.
    """
    own = select(Feed).where(col(Feed.community_id) == community_id)
    feeds = (await session.exec(own)).all()
    feed = next((each for each in feeds if each.url == url), None)
    if feed is not None and feed.due_at != NEVER:
        raise ConflictError("This feed is watched already. See all: /claims feeds list")
    if feed is None and len(feeds) >= MOST_FEEDS:
        raise NotAllowedError(f"{MOST_FEEDS} feeds are the most. Take one out: /claims feeds remove")
    return feed


async def add_feed(
    session: AsyncSession, *, community_id: int, member_id: int, url: str, title: str, now: datetime
) -> Feed:
    """Watch a feed from now on; one that was given up is taken up again. Raises as :func:`check_room`."""
    await session.get_one(Community, community_id, with_for_update=True)  # one at a time: they are counted
    feed = await check_room(session, community_id=community_id, url=url)
    if feed is None:
        feed = Feed(community_id=community_id, url=url, added_by=member_id, at=now, due_at=now)
    feed.title, feed.due_at, feed.checked_at = title, now, now
    feed.failures, feed.note, feed.etag, feed.last_modified = 0, "", "", ""
    session.add(feed)
    record(session, community_id=community_id, member_id=member_id, action="add feed", note=url, now=now)
    await session.flush()
    return feed


async def list_feeds(session: AsyncSession, *, community_id: int, matching: str = "") -> list[FeedLine]:
    """Return a community's feeds, oldest first; ``matching`` is part of a title or an address."""
    found = col(Feed.title).icontains(matching, autoescape=True)
    found |= col(Feed.url).icontains(matching, autoescape=True)
    query = select(Feed).where(col(Feed.community_id) == community_id, found).order_by(col(Feed.id))
    return [
        FeedLine(
            feed.id, feed.title or feed.url, feed.url, feed.checked_at,
            feed.due_at if feed.due_at != NEVER else None, feed.failures, feed.note,
        )
        for feed in (await session.exec(query)).all()
    ]  # fmt: skip


async def remove_feed(
    session: AsyncSession, *, community_id: int, member_id: int, feed_id: int, now: datetime
) -> str:
    """Watch a feed no more and return its title; what it brought stays. Raises NotFoundError."""
    query = select(Feed).where(col(Feed.id) == feed_id, col(Feed.community_id) == community_id)
    feed = (await session.exec(query.with_for_update())).first()
    if feed is None:
        raise NotFoundError("There is no such feed on this server. See all: /claims feeds list")
    brought = sa.update(StoredDocument).where(col(StoredDocument.feed_id) == feed.id).values(feed_id=None)
    await (await session.connection()).execute(brought)
    await session.delete(feed)
    record(
        session, community_id=community_id, member_id=member_id, action="remove feed", note=feed.url, now=now
    )
    await session.flush()
    return feed.title or feed.url


async def next_due_feed(session: AsyncSession) -> datetime | None:
    """Return when the next feed is to be read."""
    query = select(Feed.due_at).where(is_served(col(Feed.community_id))).order_by(col(Feed.due_at)).limit(1)
    return (await session.exec(query)).first()


async def take_due_feed(session: AsyncSession, *, now: datetime) -> DueFeed | None:
    """Return the feed that has been due longest, or None; whoever dies reading it leaves it an hour later."""
    query = (
        select(Feed)
        .where(col(Feed.due_at) <= now, is_served(col(Feed.community_id)))
        .order_by(col(Feed.due_at), col(Feed.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    feed = (await session.exec(query)).first()
    if feed is None:
        return None
    feed.due_at = now + EVERY
    await session.flush()
    return DueFeed(feed.id, feed.community_id, feed.added_by, feed.url, feed.etag, feed.last_modified)


@dataclass(frozen=True)
class Fresh:
    """What of a feed is new or changed: entries, pages of which it gives no text, and whether that is all."""

    entries: tuple[Document, ...]
    links: tuple[str, ...]
    is_all: bool


async def fresh_entries(session: AsyncSession, *, community_id: int, feed: ReadFeed, now: datetime) -> Fresh:
    """Return which of a feed's ten newest entries are new or changed, as many as a day has room for.

    A page that was fetched isn't fetched again: what the feed says of it stays short.
    """
    newest = feed.entries[:ENTRIES_A_READING]
    links = feed.links[: ENTRIES_A_READING - len(newest)]
    own = col(StoredDocument.community_id) == community_id
    hashes = [each.sha256 for each in newest]
    urls = [*(each.url for each in newest if each.url), *links]
    texts = select(StoredDocument.sha256).where(own, col(StoredDocument.sha256).in_(hashes))
    pages = select(StoredDocument.url).where(own, col(StoredDocument.url).in_(urls))
    known, seen = set((await session.exec(texts)).all()), set((await session.exec(pages)).all())
    entries = [
        each for each in newest if each.sha256 not in known and not (is_short(each) and each.url in seen)
    ]
    unread = [each for each in links if each not in seen]
    room = max(await room_today(session, community_id=community_id, now=now), 0)
    kept = entries[:room]
    return Fresh(tuple(kept), tuple(unread[: room - len(kept)]), len(entries) + len(unread) <= room)


def is_short(entry: Document) -> bool:
    """Whether a feed gives only the beginning of an entry, so that its page is worth fetching."""
    return len(entry.text) < SHORT


async def add_entry(
    session: AsyncSession, *, due: DueFeed, reading: Reading, url: str, now: datetime
) -> bool:
    """Store an entry as a document, in the place of an earlier reading of its page; return if it was new."""
    if await session.get(Feed, due.feed_id) is None:
        return False  # taken out meanwhile
    try:
        await add_document(
            session, community_id=due.community_id, member_id=due.member_id, reading=reading, url=url,
            feed_id=due.feed_id, now=now,
        )  # fmt: skip
    except (ConflictError, NotAllowedError):
        return False
    return True


async def feed_was_read(
    session: AsyncSession, *, due: DueFeed, etag: str, last_modified: str, now: datetime
) -> None:
    """Remember that a feed could be read; its marks are empty where something of it is left for next time."""
    feed = await session.get(Feed, due.feed_id)
    if feed is not None:
        feed.etag, feed.last_modified = etag, last_modified
        feed.checked_at, feed.failures, feed.note = now, 0, ""
        await session.flush()


async def feed_failed(session: AsyncSession, *, due: DueFeed, reason: str, now: datetime) -> None:
    """Remember why a feed couldn't be read, and wait twice as long each time, a day at most.

    After seven days of failures it is given up, and the moderators are told.
    """
    feed = await session.get(Feed, due.feed_id)
    if feed is None:
        return
    feed.failures += 1
    feed.note = reason[:NOTE_LIMIT]
    feed.due_at = now + min(EVERY * 2 ** min(feed.failures - 1, 10), LONGEST_PAUSE)
    if now - (feed.checked_at or feed.at) >= GIVEN_UP_AFTER:
        feed.due_at = NEVER
        await enqueue(
            session,
            key=f"f{feed.id}.{int(now.timestamp())}",
            kind=Errand.NOTE,
            community_id=feed.community_id,
            payload={"announce": [FEED_STOPPED], "member": feed.added_by},
            now=now,
        )
    await session.flush()
