"""What other people on the machine, and whoever reads the logs, can learn from the process: nothing."""

import asyncio
import gc
import io
import logging
import os
import socketserver
import stat
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import discord
import pytest
import structlog
from click.testing import Result
from multidict import CIMultiDict, CIMultiDictProxy
from typer.testing import CliRunner
from yarl import URL

from bot.__main__ import app
from bot.logs import set_up_logs

# In the shape of a token, and none: its first part says "no bot".
TOKEN = ".".join(["bm8gYm90IGF0IGFsbCwgbm8g", "G00d00", "x" * 38])
PATH = "/channels/1/messages"


def quoting() -> aiohttp.ClientResponseError:
    """Return an error whose repr shows the headers of the request, and so the token."""
    headers = CIMultiDictProxy(CIMultiDict({"Authorization": f"Bot {TOKEN}"}))
    url = URL(f"http://127.0.0.1{PATH}?token={TOKEN}")
    return aiohttp.ClientResponseError(aiohttp.RequestInfo(url, "GET", headers, url), (), status=401)


@pytest.fixture(params=["json", "console"])
def logged(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Log as the bot does at DEBUG into a text."""
    root = logging.getLogger()
    before = root.level, [*root.handlers]
    set_up_logs(level="DEBUG", form=request.param)
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    structlog.reset_defaults()
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def check_unsaid(logged: io.StringIO, *said: str) -> None:
    text = logged.getvalue()
    assert TOKEN not in text
    assert "quetzal" not in text
    assert [each for each in said if each not in text] == []


async def test_a_task_that_nobody_waits_for_does_not_quote_its_error(logged: io.StringIO) -> None:
    """Asyncio's own message holds the repr of the task, of its coroutine and of the error."""
    assert TOKEN in repr(quoting())

    async def work(_words: str) -> None:
        raise quoting()

    task = asyncio.ensure_future(work("a quetzal percent"))
    await asyncio.wait([task])
    del task
    gc.collect()
    check_unsaid(logged, "Task exception was never retrieved", "ClientResponseError")


async def test_a_callback_that_fails_does_not_quote_its_arguments(logged: io.StringIO) -> None:
    """What was scheduled stands in the message with all it was given."""

    def fails(_error: object, _words: str) -> None:
        raise ValueError(TOKEN)

    asyncio.get_running_loop().call_soon(fails, TOKEN, "quetzal")
    await asyncio.sleep(0.01)
    check_unsaid(logged, "Exception in callback", "ValueError")


@pytest.mark.parametrize(
    "name", ["discord.client", "discord.webhook.async_", "apscheduler.executors.default"]
)
def test_an_error_that_a_library_logs_is_named_by_kind_and_place(logged: io.StringIO, name: str) -> None:
    """Whatever its text quotes."""
    try:
        raise quoting()
    except aiohttp.ClientResponseError:
        logging.getLogger(name).exception("Ignoring exception")
    check_unsaid(logged, "ClientResponseError")


class _HangUp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """Read the request, and answer nothing at all, or nonsense."""
        self.request.recv(65_536)
        self.request.sendall(self.server.answer)  # type: ignore[attr-defined]


@pytest.fixture
def discord_that(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[socketserver.TCPServer]:
    """Stand where Discord would, on loopback; what is answered is set by the test."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DISCORD_TOKEN": TOKEN, "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}",
        "HEALTH_PORT": "0", "LOG_LEVEL": "DEBUG",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _HangUp) as server:
        monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def crux(*words: str) -> Result:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return CliRunner().invoke(app, list(words))


BODY = b'{"message": "401: Unauthorized", "code": 0}'
REFUSED = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
ANSWERS = {
    "nothing": b"",
    "no http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "half": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
    "refused": REFUSED,
    "quoting": b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 80\r\n\r\n"
    + TOKEN.encode()[:80],
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("words", [("run",), ("sync",), ("doctor", "--online")], ids=" ".join)
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_whatever_stands_where_discord_should_the_host_gets_a_line_without_the_token(
    discord_that: socketserver.TCPServer,
    answer: bytes,
    words: tuple[str, ...],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """At DEBUG, with a peer that hangs up, speaks another protocol, refuses, or sends on."""
    discord_that.answer = answer  # type: ignore[attr-defined]
    result = crux(*words)
    said = result.output + "".join(capfd.readouterr()) + repr(result.exception)
    assert isinstance(result.exception, SystemExit), said
    assert result.exit_code in {1, 2}
    assert TOKEN not in said
    assert "Traceback" not in said


def modes(folder: Path) -> dict[str, str]:
    """Return the rights of everything in a folder, by name."""
    return {each.name: stat.filemode(each.stat().st_mode) for each in folder.rglob("*")}


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_what_crux_writes_is_its_owner_s_alone(tmp_path: Path) -> None:
    """Sealed forecasts are in the database and its copies; a host's machine may have other users."""
    environment = os.environ | {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}"}
    for words in (
        ["db", "upgrade"],
        ["backup", "--to", str(tmp_path / "backups")],
        ["db", "downgrade", "0002"],
    ):
        subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-m", "bot", *words], env=environment, check=True, capture_output=True,
            cwd=tmp_path, umask=0o022,
        )  # fmt: skip
    found = modes(tmp_path)
    assert "crux.db" in found
    assert len(found) >= 5
    assert {name: mode for name, mode in found.items() if not mode.endswith("------")} == {}
