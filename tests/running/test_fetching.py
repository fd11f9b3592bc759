"""Against a real server on loopback, which only tests may reach."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.addresses import Address, is_public
from bot.fetching import MAX_REDIRECTS, FetchError, Reach, fetch
from claims.ingest import MAX_FILE_BYTES

PAGE = b"<html><p>The gap narrowed.</p></html>"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A web server on loopback that answers as it is told and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[web.Request] = []
        self.port = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        self.asked.append(request)
        return await self.answers[request.path](request)

    def page(self, path: str, **response: object) -> str:
        """Answer a path with a response, and return its address."""
        kind = {"body": PAGE, "content_type": "text/html", **response}

        async def answer(_: web.Request) -> web.Response:
            return web.Response(**kind)  # type: ignore[arg-type]

        self.answers[path] = answer
        return self.url(path)

    def url(self, path: str) -> str:
        """Return the address of a path, by a name that only the tests' resolver knows."""
        return f"http://pages.example:{self.port}{path}"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Run a server on a free port."""
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = runner.addresses[0][1]
    yield server
    await runner.cleanup()


def names(**hosts: Sequence[str]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """Give a resolver that knows these hosts of .example, each answer once, the last one for ever."""
    left = {f"{host}.example": list(addresses) for host, addresses in hosts.items()}

    async def look_up(host: str, _port: int) -> Sequence[str]:
        answers = left[host]
        return (answers.pop(0) if len(answers) > 1 else answers[0]).split()

    return look_up


def loopback_4(address: Address) -> bool:
    return address == IPv4Address("127.0.0.1") or is_public(address)


NEAR = Reach(scheme="http", port=None, may_connect=loopback_4, look_up=names(pages=["127.0.0.1"]), seconds=5)


async def refused(url: str, reach: Reach = NEAR) -> str:
    with pytest.raises(FetchError) as caught:
        await fetch(url, reach=reach)
    return str(caught.value)


async def test_a_page_is_fetched_with_what_to_send_back(server: Server) -> None:
    """Its type, charset and marks of its version come along."""
    url = server.page(
        "/a", charset="utf-8", headers={"ETag": '"v1"', "Last-Modified": "Tue, 03 Jun 2025 10:00:00 GMT"}
    )
    found = await fetch(url, reach=NEAR)
    assert found is not None
    assert (found.url, found.data, found.content_type, found.charset) == (url, PAGE, "text/html", "utf-8")
    assert (found.etag, found.last_modified) == ('"v1"', "Tue, 03 Jun 2025 10:00:00 GMT")


async def test_the_server_learns_who_asks_and_nothing_else(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name, no cookie even where one was set, no proxy of the environment."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    url = server.page("/b", headers={"Set-Cookie": "a=b; Path=/"})
    server.page("/a", status=302, headers={"Location": "/b", "Set-Cookie": "a=b; Path=/"})
    await fetch(server.url("/a"), reach=NEAR)
    await fetch(url, reach=NEAR)
    assert all("Cookie" not in each.headers for each in server.asked)
    assert all(each.headers["User-Agent"].startswith("Crux") for each in server.asked)


async def test_an_unchanged_feed_is_no_answer(server: Server) -> None:
    """Both marks are sent back, and 304 means None."""
    url = server.page("/feed", status=304, body=b"")
    assert await fetch(url, etag='"v1"', last_modified="Tue, 03 Jun 2025 10:00:00 GMT", reach=NEAR) is None
    headers = server.asked[0].headers
    assert headers["If-None-Match"] == '"v1"'
    assert headers["If-Modified-Since"] == "Tue, 03 Jun 2025 10:00:00 GMT"


async def test_unchanged_without_being_asked_is_an_error(server: Server) -> None:
    """A server that answers 304 to nobody's question is broken."""
    assert "error 304" in await refused(server.page("/a", status=304, body=b""))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "https://example.org:8443/", "ftp://example.org/", "file:///etc/hostname",
        "https://", "example.org", "", "https://exa mple.org:x/", "https://me:secret@example.org/",
        "https://example.org/" + "a" * 2_000, "javascript:alert(1)", "https://[::1", "//example.org/",
    ],
)  # fmt: skip
async def test_only_plain_https_addresses_are_fetched(url: str) -> None:
    """No other scheme, port or name is even looked up."""

    async def look_up(host: str, _port: int) -> Sequence[str]:
        raise AssertionError(host)

    sentence = await refused(url, Reach(look_up=look_up))
    assert "https://" in sentence or "password" in sentence


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]", "[fd00:ec2::254]", "10.0.0.1",
        "100.100.100.200", "１２７.０.０.１", "[64:ff9b::a00:1]",
    ],
)  # fmt: skip
async def test_an_address_in_place_of_a_name_is_checked_too(host: str) -> None:
    """It is never looked up, so the check can't wait for that."""
    assert "isn't on the public internet" in await refused(f"https://{host}/", Reach())


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost"])
async def test_other_ways_to_write_loopback_are_refused(host: str) -> None:
    """By what the system's resolver reads them as, or by aiohttp before that."""
    sentence = await refused(f"https://{host}/", Reach())
    assert "isn't on the public internet" in sentence or "Check the address" in sentence


async def test_a_name_with_one_private_address_is_refused(server: Server) -> None:
    """One public address among them doesn't help."""
    reach = replace(NEAR, look_up=names(pages=["127.0.0.1 10.0.0.1"]))
    assert "isn't on the public internet" in await refused(server.page("/a"), reach)
    assert server.asked == []


async def test_a_name_is_looked_up_once_and_connected_to_where_it_was_checked(server: Server) -> None:
    """Were it looked up again for the connection, it would lead to a private address by then."""
    reach = replace(NEAR, look_up=names(pages=["127.0.0.1", "10.0.0.1"]))
    found = await fetch(server.page("/a"), reach=reach)
    assert found is not None
    assert found.data == PAGE


async def test_a_name_that_changes_its_answer_is_checked_again_on_a_redirect(server: Server) -> None:
    """The same host, one step later, at an address of the server's own network."""
    reach = replace(NEAR, look_up=names(pages=["127.0.0.1", "10.0.0.1"]))
    server.page("/a", status=302, headers={"Location": "/b"})
    assert "isn't on the public internet" in await refused(server.url("/a"), reach)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://inside.example/",
    ],
)
async def test_a_redirect_to_a_private_address_is_refused(server: Server, location: str) -> None:
    """By number or by name."""
    reach = replace(NEAR, look_up=names(pages=["127.0.0.1"], inside=["192.168.0.1"]))
    server.page("/a", status=301, headers={"Location": location})
    assert "isn't on the public internet" in await refused(server.url("/a"), reach)


@pytest.mark.parametrize("location", ["https://pages.example/", "file:///etc/hostname"])
async def test_a_redirect_to_another_scheme_is_refused(server: Server, location: str) -> None:
    """What counts for the first address counts for each."""
    server.page("/a", status=302, headers={"Location": location})
    assert "Paste the text" in await refused(server.url("/a"))


async def test_three_redirects_are_followed(server: Server) -> None:
    """Relative ones, too; the address in the end is told."""
    for step in range(MAX_REDIRECTS):
        server.page(f"/{step}", status=302, headers={"Location": f"{step + 1}"})
    server.page(f"/{MAX_REDIRECTS}")
    found = await fetch(server.url("/0"), reach=NEAR)
    assert found is not None
    assert found.url == server.url(f"/{MAX_REDIRECTS}")


@pytest.mark.parametrize("location", ["/a", ""])
async def test_a_circle_ends(server: Server, location: str) -> None:
    """After three steps, or where a redirect leads nowhere."""
    server.page("/a", status=302, headers={"Location": location})
    assert "where it ends" in await refused(server.url("/a"))
    assert len(server.asked) <= MAX_REDIRECTS + 1


async def test_an_endless_body_is_cut_off(server: Server) -> None:
    """As soon as there are more than five megabytes."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        while True:
            await response.write(b"gap " * 16_384)

    server.answers["/a"] = endless
    assert "is larger than 5 MB" in await refused(server.url("/a"))


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress(bytes(50_000_000), mtime=0)), ("deflate", zlib.compress(bytes(50_000_000)))],
)
async def test_a_bomb_is_not_unpacked(server: Server, encoding: str, packed: bytes) -> None:
    """Fifty megabytes in fifty kilobytes."""
    assert len(packed) < 60_000
    url = server.page("/a", body=packed, headers={"Content-Encoding": encoding})
    assert "is larger than 5 MB" in await refused(url)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),  # the names of tests must not hold the time
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
    ],
)
async def test_packed_pages_are_unpacked(server: Server, encoding: str, packed: bytes) -> None:
    """Deflate with and without its header, as servers send it."""
    found = await fetch(server.page("/a", body=packed, headers={"Content-Encoding": encoding}), reach=NEAR)
    assert found is not None
    assert found.data == PAGE


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        ({"headers": {"Content-Encoding": "br"}}, "packs its answer"),
        ({"headers": {"Content-Encoding": "gzip"}}, "damaged answer"),
        ({"headers": {"Content-Encoding": "gzip"}, "body": gzip.compress(PAGE, mtime=0)[:-9]}, "only a part"),
        ({"content_type": "image/png"}, "sent image/png"),
        ({"content_type": "application/octet-stream"}, "sent application/octet-stream"),
        ({"status": 404}, "error 404"),
        ({"status": 500}, "error 500"),
        ({"status": 206}, "error 206"),
        ({"body": b"x" * (MAX_FILE_BYTES + 1)}, "larger than 5 MB"),
    ],
)
async def test_an_answer_that_is_no_page_is_a_sentence(
    server: Server, response: dict[str, object], sentence: str
) -> None:
    """It names what was sent, and the host."""
    assert sentence in await refused(server.page("/a", **response))


async def test_exactly_five_megabytes_are_fetched(server: Server) -> None:
    """The limit itself is allowed."""
    found = await fetch(server.page("/a", body=bytes(MAX_FILE_BYTES)), reach=NEAR)
    assert found is not None
    assert len(found.data) == MAX_FILE_BYTES


async def test_a_server_that_dawdles_is_given_up(server: Server) -> None:
    """The time is for all of it: here the head comes at once and the body never."""

    async def dawdling(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        await response.write(b"gap ")
        await asyncio.Event().wait()
        return response

    server.answers["/a"] = dawdling
    assert "Try again later" in await refused(server.url("/a"), replace(NEAR, seconds=0.3))


@pytest.mark.parametrize("answer", [OSError("no such host"), ()])
async def test_a_host_that_is_nowhere_is_a_sentence(answer: OSError | tuple[()]) -> None:
    """Unknown to the resolver, or known without an address."""

    async def look_up(_host: str, _port: int) -> Sequence[str]:
        if isinstance(answer, OSError):
            raise answer
        return answer

    assert "pages.example doesn't answer" in await refused("https://pages.example/", Reach(look_up=look_up))


async def test_no_server_behind_the_port_is_a_sentence(server: Server) -> None:
    """Nothing listens on port 1."""
    assert "doesn't answer" in await refused("http://pages.example:1/")
    assert server.asked == []


PUBLIC = """
    93.184.215.14 1.1.1.1 172.15.255.255 100.63.255.255 2606:2800:21f:cb07:6820:80da:af6b:8b2c
    2001:4860:4860::8888 64:ff9b::1.1.1.1 2002:101:101::1
"""
NOT_PUBLIC = """
    0.0.0.0 10.1.2.3 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16
    169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1
    198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1
    ::7f00:1 ::ffff:1.1.1.1 ::ffff:10.0.0.1 ::ffff:0:1.1.1.1 64:ff9b::10.0.0.1
    64:ff9b::169.254.169.254 64:ff9b:1::1.1.1.1 100::1 2001::1 2001:0:7f00:1:: 2001:db8::1
    2002:a00:1::1 2002:7f00:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0
    2606:4700::1%eth0 fec0::1 ff02::1
"""


@pytest.mark.parametrize("address", PUBLIC.split())
def test_a_public_address_may_be_connected_to(address: str) -> None:
    """Just outside the special networks, and public ones inside NAT64 and 6to4."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_any_other_address_may_not(address: str) -> None:
    """Both ends of special networks, clouds' metadata, and private addresses inside IPv6 ones."""
    assert not is_public(ip_address(address))


@given(st.ip_addresses())
def test_what_is_public_is_global_to_python_as_well(address: Address) -> None:
    """Never more than the standard library's own registry allows, multicast aside."""
    if is_public(address) and not (isinstance(address, IPv6Address) and address.sixtofour):
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_one_is_never_more_public_than_itself(address: Address) -> None:
    """Whether mapped, compatible, or carried by NAT64 or 6to4."""
    number = int(address)
    for inside in (number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80 | 1):
        assert is_public(IPv6Address(inside)) <= is_public(address)
