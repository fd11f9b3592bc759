"""The entries of an RSS or Atom feed (extra ``[feeds]``)."""

import re
from calendar import timegm
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from claims.readers.html import html_to_text
from claims.readers.reading import FeedReading, Reading, UnreadableError

MAX_ENTRIES = 100
_MOST_TEXT = 200_000  # of one entry, in characters
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


def read_feed(data: bytes) -> FeedReading:
    """Read the newest entries of a feed, at most `MAX_ENTRIES`, as the feed orders them.

    Raises
    ------
    UnreadableError
        It declares entities of its own (which can unfold to any size), or is no feed.
    """
    import feedparser  # type: ignore[import-untyped]  # noqa: PLC0415 - the extra may be missing

    if _ENTITY.search(data):
        raise UnreadableError(
            "declares XML entities, which no feed needs and Crux doesn't unfold. Use another feed."
        )
    found = feedparser.parse(BytesIO(data or b" "))
    if not found.version and not found.entries:
        raise UnreadableError("is no RSS or Atom feed. Give the address of the feed itself, not of its page.")
    entries = [_entry(each) for each in found.entries[:MAX_ENTRIES]]
    return FeedReading(title=_line(found.feed.get("title", "")), entries=entries)


def _entry(entry: Any) -> Reading:
    content = entry.get("content") or [{}]
    source = content[0].get("value") or entry.get("summary", "")
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    link = entry.get("link", "")
    return Reading(
        text=html_to_text(source[:_MOST_TEXT]),
        title=_line(entry.get("title", "")),
        author=_line((entry.get("author_detail") or {}).get("name", "")),
        published_at=_moment(when) if when else "",
        url=link if link.startswith(("https://", "http://")) else "",
    )


def _moment(when: Any) -> str:
    """Return a time of feedparser's as ISO 8601, empty for one beyond the calendar."""
    try:
        return datetime.fromtimestamp(timegm(when), tz=UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _line(source: str) -> str:
    return html_to_text(source).replace("\n", " ")
