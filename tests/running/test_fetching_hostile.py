"""What a server, a resolver and an address can do to whoever fetches: against a real one on loopback."""

import gzip
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from ipaddress import IPv4Address

import aiohttp.connector
import pytest
from aiohttp import web

from bot.addresses import Address
from bot.fetching import FetchError, Reach, fetch
from claims.ingest import MAX_FILE_BYTES
from tests.running.test_fetching import NEAR, PAGE, Server, names, refused, server

__all__ = ["server"]
TWICE = gzip.compress(gzip.compress(bytes(200_000_000), 9, mtime=0), 9, mtime=0)


async def nowhere(host: str, _port: int) -> list[str]:
    raise AssertionError(host)


def on_loopback(address: Address) -> bool:
    return isinstance(address, IPv4Address) and address.is_loopback


@pytest.fixture
async def two_hosts() -> AsyncIterator[int]:
    """Run two servers on one port of two addresses; each says which one it is."""
    async with AsyncExitStack() as ending:
        port = 0
        for host in ("127.0.0.2", "127.0.0.3"):

            async def answer(_request: web.Request, host: str = host) -> web.Response:
                return web.Response(text=host)

            app = web.Application()
            app.router.add_get("/", answer)
            runner = web.AppRunner(app)
            await runner.setup()
            ending.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, host, port).start()
            port = runner.addresses[0][1]
        yield port


async def test_the_connection_goes_to_the_address_that_was_checked(
    two_hosts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name leads elsewhere a moment later; the request says the name and goes to the first address."""
    gone_to = []
    real = aiohttp.connector.TCPConnector._wrap_create_connection

    async def noted(*given: object, addr_infos: list[tuple[object, ...]], **named: object) -> object:
        gone_to.extend([each[4] for each in addr_infos])
        return await real(*given, addr_infos=addr_infos, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(aiohttp.connector.TCPConnector, "_wrap_create_connection", noted)
    reach = replace(NEAR, may_connect=on_loopback, look_up=names(pages=["127.0.0.2", "127.0.0.3"]))
    found = await fetch(f"http://pages.example:{two_hosts}/", reach=reach)
    assert found is not None
    assert found.data == b"127.0.0.2"
    assert gone_to == [("127.0.0.2", two_hosts)]


async def test_the_system_s_resolver_is_never_asked_about_a_page(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing looks the name up behind the check's back."""

    def refuse(host: str, *_given: object, **_named: object) -> object:
        assert host == "127.0.0.1", host
        return real(host, *_given, **_named)  # type: ignore[arg-type]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert await fetch(server.page("/a"), reach=NEAR) is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1\\@example.org/", "https://example.org@127.0.0.1/", "https://example.org%40127.0.0.1/",
        "https://127.0.0.1%2f@example.org/", "https://example.org:0443@10.0.0.1/", "https://example.org:80/",
        "https://example.org:443443/", "https://example.org:-1/", "https://example.org:４４４/", "https:///a",
        "https:example.org", "HTTP://example.org/", "https+file://example.org/", "data:text/html,x", "https://@/",
        "https://example.org\r\nHost: 10.0.0.1/", "https://[fe80::1%25eth0]/", "https://[::]/", "https://0/",
        "https://0.0.0.0/", "https://127.0.0.1./", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:a00:1]/",
        "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[2001:0:7f00:1::]/", "https://①②⑦.0.0.1/",
        "https://127。0。0。1/", "https://0x7f000001/", "https://017700000001/", "https://0177.0.0.1/",
        "https://2130706433/", "https://127.1/", "https://[::1]:443/", "https://localhost./", "https://localhost/",
    ],
)  # fmt: skip
async def test_no_way_to_write_an_address_leads_inside(url: str) -> None:
    """Userinfo, ports, dots, digits of other scripts and bases: refused before anything is connected to."""

    async def look_up(host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise OSError(host) from None
        return [str(each[4][0]) for each in found]

    connected: list[object] = []

    async def connect(*given: object, **_named: object) -> object:
        connected.append(given)
        raise OSError("not in a test")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiohttp.connector.TCPConnector, "_wrap_create_connection", connect)
        with pytest.raises(FetchError):
            await fetch(url, reach=Reach(look_up=look_up))
    assert connected == []


@pytest.mark.parametrize(
    "location",
    [
        "http://me:secret@pages.example/", "//10.0.0.1/", "\\\\10.0.0.1\\a", "http:\\\\10.0.0.1\\",
        "http://pages.example@10.0.0.1/", "gopher://pages.example/", "ftp://10.0.0.1/", "http://0/",
        "http://[::ffff:10.0.0.1]/", "http://169.254.169.254./", "http://" + "a" * 5_000 + "/",
    ],
)  # fmt: skip
async def test_no_redirect_leads_inside(server: Server, location: str) -> None:
    """Whatever a server writes behind Location, nobody else is asked."""

    async def look_up(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host == "pages.example" else ["10.0.0.1"]

    server.page("/a", status=302, headers={"Location": location})
    await refused(server.url("/a"), replace(NEAR, look_up=look_up))
    assert {each.host.split(":")[0] for each in server.asked} == {"pages.example"}


async def test_https_is_never_left_for_http() -> None:
    """Each step is held to the first one's scheme and port."""
    from bot.fetching import _check, _parsed  # noqa: PLC0415 (there is no TLS server here)

    with pytest.raises(FetchError, match="Only https"):
        _check(_parsed("https://example.org/a").join(_parsed("http://example.org/b", moved=True)), Reach())


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip,gzip", "br", "zstd", "deflate, gzip", "compress"])
async def test_what_is_packed_in_an_unusual_way_is_not_unpacked(server: Server, encoding: str) -> None:
    """Nor by the library: two layers turn a kilobyte into two hundred megabytes."""
    url = server.page("/a", body=TWICE, headers={"Content-Encoding": encoding})
    assert "packs its answer" in await refused(url)


async def test_of_two_layers_one_is_unpacked(server: Server) -> None:
    """A server may send a packed file, which is then no page."""
    found = await fetch(server.page("/a", body=TWICE, headers={"Content-Encoding": "gzip"}), reach=NEAR)
    assert found is not None
    assert len(found.data) < MAX_FILE_BYTES


@pytest.mark.parametrize("count", [1, 300])
async def test_a_head_without_an_end_is_refused(server: Server, count: int) -> None:
    """One line of a megabyte, or hundreds of long ones."""
    headers = {f"X-{number}": "a" * (1_000_000 // count) for number in range(count)}
    assert "doesn't answer as a web server does" in await refused(server.page("/a", headers=headers))


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
@pytest.mark.parametrize("mark", [b'"\xff\xfe"', b'"' + b"a" * 5_000 + b'"', '"é"'.encode(), b'"a\tb"'])
async def test_a_mark_that_cannot_be_sent_back_is_forgotten(server: Server, name: str, mark: bytes) -> None:
    """It would be stored, half a character long, and spoil every later request."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
        size = b"Content-Length: %d\r\n\r\n" % len(PAGE)
        request.transport.write(head + name.encode() + b": " + mark + b"\r\n" + size + PAGE)
        request.transport.close()
        return web.Response()

    server.answers["/a"] = answer
    found = await fetch(server.url("/a"), reach=NEAR)
    assert found is not None
    assert (found.etag, found.last_modified) == ("", "")


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFF\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -1\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\nhello",
        b"HTTP/9.9 2000 OK\r\n\r\n", b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"\x16\x03\x01" * 50,
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: \xff/\xfe; charset=\xff\r\n\r\nhello",
    ],
)  # fmt: skip
async def test_an_answer_that_is_no_http_is_a_sentence(server: Server, head: bytes) -> None:
    """Two lengths, a chunk of exabytes, half a body, another protocol."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(head)
        request.transport.close()
        return web.Response()

    server.answers["/a"] = answer
    assert await refused(server.url("/a"), replace(NEAR, seconds=1))
