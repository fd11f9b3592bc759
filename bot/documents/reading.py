"""Reading takes seconds: it happens in threads, two at a time, while the bot answers everybody else."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from bot.fetching import Fetched, fetch
from bot.ui import limits
from claims.document import Document
from claims.ingest import read_document
from claims.reading import Reading, read_claims
from forecasts.errors import NotAllowedError

if TYPE_CHECKING:
    from bot.client import CruxBot

NAME_LIMIT = 100
Result = TypeVar("Result")


async def in_a_thread(bot: "CruxBot", work: Callable[[], Result]) -> Result:
    """Run something slow beside the event loop, when its turn comes."""
    async with bot.readers:
        return await asyncio.to_thread(work)


async def read(bot: "CruxBot", document: Callable[[], Document]) -> Reading:
    """Make a document, and find its claims."""
    return await in_a_thread(bot, lambda: read_claims(document(), bot.model))


async def fetched(bot: "CruxBot", url: str, *, etag: str = "", last_modified: str = "") -> Fetched | None:
    """Fetch a page or feed, None where it hasn't changed; raises NotAllowedError where fetching is off."""
    if bot.reach is None:
        raise NotAllowedError(
            "Fetching pages and feeds is switched off here: whoever hosts the bot sets FETCH_URLS=true. "
            "Attach the page as a file, or paste its text: /claims add"
        )
    return await fetch(url, etag=etag, last_modified=last_modified, reach=bot.reach)


def page_of(page: Fetched, url: str) -> Document:
    """Read a fetched page; blocks."""
    return read_document(page.data, name_of(url), url=page.url, charset=page.charset)


def name_of(url: str) -> str:
    """Return what a page is called where it has no title: its address without scheme and query.

    Examples
    --------
    >>> name_of("https://example.org/a/gap.html?from=feed")
    'example.org/a/gap.html'
    """
    parts = urlsplit(url)
    return limits.truncate(f"{parts.hostname or ''}{parts.path}".rstrip("/") or url, NAME_LIMIT)
