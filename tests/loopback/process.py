"""The real bot as a real process, which can be killed: forked from one that has imported everything.

What a process is told to do is ``crux run``: its own settings, its own logs, its own files. Only what
lies at Discord's edge is different: where Discord is, and how long one waits for it, so that a test
sees in seconds what otherwise takes minutes.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.loopback.process", "tests.loopback.imports"])
TOKEN = "loopback.loopback.loopback"  # noqa: S105 (opens nothing)


class Bot:
    """One bot process.

    Parameters
    ----------
    url
        Where Discord is.
    database_url
        What it keeps its questions in.
    folder
        Where it runs and logs.
    hurry
        By how much everything that waits for Discord is shorter than in earnest.
    settings
        Further settings, as in ``.env``.
    fail_at, fail_times
        The fail point at which the process kills itself, and at which passing of it.
    """

    def __init__(
        self,
        url: str,
        database_url: str,
        folder: Path,
        *,
        hurry: float = 30,
        settings: Mapping[str, str] | None = None,
        fail_at: str | None = None,
        fail_times: int = 1,
    ) -> None:
        environment = {
            "DISCORD_TOKEN": TOKEN, "DATABASE_URL": database_url, "SWEEP_SECONDS": "1", "HEALTH_PORT": "0",
            "LOG_LEVEL": "INFO", "LOG_FORMAT": "json", **(settings or {}),
        }  # fmt: skip
        self.log = folder / "bot.log"
        self.fail_points = folder / "fail_points.txt"
        self._process: ForkServerProcess = _FORKS.Process(
            target=live, args=(url, environment, folder, hurry, fail_at, fail_times), daemon=True
        )

    def start(self) -> None:
        """Start it; it logs in by itself."""
        # A child runs its parent's main module anew, which is pytest: half a second of imports for nothing.
        with patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
            self._process.start()

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._process.pid or 0

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        """How it ended: minus the signal's number if by a signal."""
        return self._process.exitcode

    def must_live(self) -> None:
        """Say what it said last, if it has ended."""
        assert self.is_alive, self.log.read_text(encoding="utf-8")[-2_000:]

    def cpu_seconds(self) -> float:
        """Return for how long it has kept a core busy; 0 once it is gone."""
        return _cpu_seconds(self.pid, 11)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it lives."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    async def kill(self) -> int | None:
        """Pull the plug, wait until it is gone, and return how it ended."""
        self.signal(signal.SIGKILL)
        return await self.ended()

    async def ended(self, within: float = 20) -> int | None:
        """Wait until it ends by itself."""
        for _ in range(int(within / 0.005)):
            if not self._process.is_alive():
                break
            await asyncio.sleep(0.005)
        self._process.join(timeout=0)
        return self._process.exitcode


def cpu_seconds_of_the_dead() -> float:
    """Return for how long all bots that have ended had kept a core busy."""
    return _cpu_seconds(forkserver._forkserver._forkserver_pid or 0, 13)  # type: ignore[attr-defined]


def _cpu_seconds(pid: int, at: int) -> float:
    """Add up two fields of what the system tells of a process: user and system time, own or children's."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[at]) + int(fields[at + 1])) / os.sysconf("SC_CLK_TCK")


def live(
    url: str, environment: dict[str, str], folder: Path, hurry: float, fail_at: str | None, fail_times: int
) -> None:
    """Be the bot until killed; runs in the process itself."""
    os.chdir(folder)
    log = os.open(folder / "bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.stdout = sys.stderr = os.fdopen(log, "w", buffering=1)
    os.environ.update(environment)
    _hurry(url, hurry)
    from tests.loopback.fail_points import watch_fail_points  # noqa: PLC0415 (imports the bot)

    watch_fail_points(folder / "fail_points.txt", fail_at, fail_times)
    from bot.__main__ import main  # noqa: PLC0415

    sys.argv = ["crux", "run"]
    main()


def _hurry(url: str, hurry: float) -> None:
    """Point discord.py to loopback, and shorten what waits for Discord or for a dead process."""
    import discord  # noqa: PLC0415 (this module is also imported by the test, which needs none of it)
    import yarl  # noqa: PLC0415
    from discord.gateway import DiscordWebSocket, KeepAliveHandler  # noqa: PLC0415

    import bot.delivery  # noqa: PLC0415
    import bot.instances  # noqa: PLC0415
    import forecasts.instances  # noqa: PLC0415
    import forecasts.outbox  # noqa: PLC0415

    discord.http.Route.BASE = url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws").removesuffix("api") + "gateway/")
    sleep = asyncio.sleep

    class Hurried:
        """The module asyncio, as discord.py sees it: its sleeps are shorter."""

        def __getattr__(self, name: str) -> object:
            return getattr(asyncio, name)

        @staticmethod
        async def sleep(seconds: float, result: object = None) -> object:
            return await sleep(seconds / hurry, result)

    for module in (discord.http, discord.webhook.async_, discord.client, discord.shard):
        module.asyncio = Hurried()  # type: ignore[attr-defined]
    begin = KeepAliveHandler.__init__

    def begin_hurried(self: KeepAliveHandler, *, ws: DiscordWebSocket, interval: float, **given: Any) -> None:
        # discord.py gives a silent gateway a minute, one and a half of the usual heartbeats.
        ws._max_heartbeat_timeout = min(ws._max_heartbeat_timeout, 3 * interval)
        begin(self, ws=ws, interval=interval, **given)

    KeepAliveHandler.__init__ = begin_hurried  # type: ignore[method-assign]
    second = timedelta(seconds=1)
    forecasts.outbox.LEASE = 60 / hurry * second
    forecasts.outbox.REFRESH_EVERY_SECONDS = max(round(10 / hurry), 1)
    forecasts.outbox.RETRY_AFTER_SECONDS = 1 / hurry
    forecasts.instances.LEASE = bot.instances.LEASE = 30 / hurry * second
    bot.instances.LOOK_EVERY_SECONDS = 10 / hurry
    bot.delivery.NONCE_TRUSTED_FOR = 60 / hurry * second
    bot.delivery.SEND_WITHIN = 50 / hurry * second
