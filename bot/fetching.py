"""Fetch a page that a moderator named, and nothing that only this machine can reach.

Only https and port 443, only addresses of the public internet, and the connection goes to exactly the
addresses that were checked. Whether anything is fetched at all is for the caller to decide (`FETCH_URLS`).
"""

import asyncio
import socket
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.addresses import Address, is_public, literal_address
from claims.ingest import MAX_FILE_BYTES
from forecasts.errors import ForecastError

MAX_REDIRECTS = 3
SECONDS = 10.0
CONTENT_TYPES = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "application/pdf",
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/xml",
        "text/xml",
    }
)
_HEADERS = {
    "User-Agent": "Crux (a Discord bot that reads pages which moderators name)",
    "Accept": ", ".join(sorted(CONTENT_TYPES)),
    "Accept-Encoding": "gzip, deflate",
}
_MOVED = frozenset({301, 302, 303, 307, 308})
_OK, _UNCHANGED = 200, 304
_CHUNK = 65_536
_LONGEST_URL, _LONGEST_MARK = 2_000, 300

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]


class FetchError(ForecastError):
    """A page can't be fetched; ``str()`` says why and what to do instead."""


@dataclass(frozen=True)
class Fetched:
    """What a server sent.

    Attributes
    ----------
    url
        Where it was found in the end, after redirects.
    data
        The page, unpacked; at most `claims.ingest.MAX_FILE_BYTES`.
    content_type, charset
        As the server named them, in lower case; the charset may be empty.
    etag, last_modified
        To send back the next time, so that an unchanged page costs nothing; may be empty.
    """

    url: str
    data: bytes
    content_type: str
    charset: str
    etag: str
    last_modified: str


async def look_up(host: str, port: int) -> Sequence[str]:
    """Return all addresses of a host, as the system's resolver gives them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


@dataclass(frozen=True)
class Reach:
    """Where a fetch may go, and for how long. Only tests give another one, to reach their own server."""

    scheme: str = "https"
    port: int | None = 443
    may_connect: Callable[[Address], bool] = is_public
    look_up: Lookup = look_up
    seconds: float = SECONDS


async def fetch(
    url: str, *, etag: str = "", last_modified: str = "", reach: Reach | None = None
) -> Fetched | None:
    """Fetch a page, a PDF or a feed.

    Parameters
    ----------
    url
        Its address, https only.
    etag, last_modified
        Of the last time; empty for the first.
    reach
        For tests.

    Returns
    -------
    Fetched or None
        None where the server says that nothing changed since.

    Raises
    ------
    FetchError
        The address isn't one of the public web, the server doesn't answer in time or answers with an
        error, or what it sends is too large or no document.
    """
    reach = reach or Reach()
    at = _parsed(url)
    try:
        async with asyncio.timeout(reach.seconds), _session(reach) as session:
            for _ in range(MAX_REDIRECTS + 1):
                _check(at, reach)
                headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
                asked = {name: value for name, value in headers.items() if value}
                async with session.get(at, allow_redirects=False, headers=asked) as response:
                    if response.status not in _MOVED:
                        return await _read(response, may_be_unchanged=bool(asked))
                    at = at.join(_parsed(response.headers.get("Location", ""), moved=True))
    except TimeoutError:
        raise FetchError(
            f"{at.host} took longer than {reach.seconds:.0f} seconds. Try again later."
        ) from None
    except aiohttp.ClientConnectorCertificateError:
        raise FetchError(
            f"{at.host} can't prove who it is: its certificate isn't valid. Paste the text."
        ) from None
    except (aiohttp.ClientError, OSError, ValueError):
        raise FetchError(f"{at.host} doesn't answer as a web server does. Check the address.") from None
    raise FetchError(f"{url} leads on more than {MAX_REDIRECTS} times. Give the address where it ends.")


def _session(reach: Reach) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        resolver=_CheckedResolver(reach), use_dns_cache=False, force_close=True, limit=1
    )
    return aiohttp.ClientSession(
        connector=connector,
        headers=_HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,  # what is unpacked is counted here
        trust_env=False,
    )


class _CheckedResolver(AbstractResolver):
    """Looks a host up once for each connection and gives its addresses only if all may be connected to."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - both families are looked up
    ) -> list[ResolveResult]:
        found = list(dict.fromkeys(await self._reach.look_up(host, port)))
        if not found:
            raise OSError(f"{host} has no address")
        for each in found:
            address = literal_address(each)
            if address is None or not self._reach.may_connect(address):
                raise FetchError(_not_public(host))
        return [
            ResolveResult(
                hostname=host,
                host=each,
                port=port,
                family=socket.AF_INET6 if ":" in each else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for each in found
        ]

    async def close(self) -> None:
        """Nothing is held open."""


def _parsed(url: str, *, moved: bool = False) -> URL:
    try:
        found = URL(url.strip()) if len(url) <= _LONGEST_URL else URL()
        found.port  # noqa: B018 - raises where it is no number
    except ValueError:
        found = URL()
    if not (found.host or (moved and found.path)):
        raise FetchError(
            "The page leads to an address that can't be read. Give the one where it ends."
            if moved
            else "This is no web address. It begins with https:// and has at most 2,000 characters."
        )
    return found


def _check(url: URL, reach: Reach) -> None:
    """Raise unless an address may be asked: the first one, and each to which a server sends us on."""
    if url.scheme != reach.scheme or (reach.port is not None and url.port != reach.port):
        raise FetchError(
            "Only https:// addresses without a port of their own are fetched. Paste the text instead."
        )
    if url.user is not None or url.password is not None:
        raise FetchError("An address with a name or password in it isn't fetched. Give it without.")
    for host in filter(None, (url.host, url.raw_host)):  # aiohttp doesn't look up what is an address already
        address = literal_address(host)
        if address is not None and not reach.may_connect(address):
            raise FetchError(_not_public(host))


def _not_public(host: str) -> str:
    return f"{host} isn't on the public internet, so nothing is fetched from it. Paste the text instead."


async def _read(response: aiohttp.ClientResponse, *, may_be_unchanged: bool) -> Fetched | None:
    host = response.url.host
    if response.status == _UNCHANGED and may_be_unchanged:
        return None
    if response.status != _OK:
        raise FetchError(
            f"{host} answered with error {response.status}. Check the address, or paste the text."
        )
    content_type = response.content_type.lower() if "Content-Type" in response.headers else ""
    if content_type not in CONTENT_TYPES:
        what = content_type or "something of no named kind"
        raise FetchError(f"{host} sent {what}, not a page, text, PDF or feed. Give the address of one.")
    return Fetched(
        url=str(response.url),
        data=await _body(response),
        content_type=content_type,
        charset=(response.charset or "").lower(),
        etag=_mark(response.headers.get("ETag", "")),
        last_modified=_mark(response.headers.get("Last-Modified", "")),
    )


def _mark(value: str) -> str:
    """Return what a server wants sent back, if it can be stored and sent: short, and plain ASCII."""
    return value if len(value) <= _LONGEST_MARK and value.isascii() and value.isprintable() else ""


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Read and unpack the body piece by piece, and stop where it gets too large."""
    packed_as = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packed_as not in {"identity", "gzip", "x-gzip", "deflate", ""}:
        raise FetchError(
            f"{response.url.host} packs its answer in a way nobody asked for. Paste the text instead."
        )
    unpacker = None
    body, received = bytearray(), 0
    async for piece in response.content.iter_chunked(_CHUNK):
        received += len(piece)
        if packed_as in {"identity", ""}:
            body += piece
        else:
            unpacker = unpacker or _unpacker(packed_as, piece)
            try:
                body += unpacker.decompress(piece, MAX_FILE_BYTES + 1 - len(body))
            except zlib.error:
                raise FetchError(f"{response.url.host} sent a damaged answer. Try again later.") from None
        if max(len(body), received) > MAX_FILE_BYTES:
            raise FetchError(
                f"{response.url} is larger than {MAX_FILE_BYTES // 1_000_000} MB, the most that is fetched. "
                "Paste the part that matters."
            )
    if unpacker is not None and not unpacker.eof:
        raise FetchError(f"{response.url.host} sent only a part of its answer. Try again later.")
    return bytes(body)


def _unpacker(packed_as: str, first: bytes) -> "zlib._Decompress":
    """Return what unpacks gzip or deflate, which some servers send without zlib's header."""
    has_header = packed_as != "deflate" or first[:1] == b"\x78"
    return zlib.decompressobj(32 + zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
