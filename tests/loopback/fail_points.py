"""Named fail points: before and after every commit, every request to Discord, and every acknowledgement.

They are found, not planted: whatever opens a transaction or calls Discord is one, by its own name,
so that new code has fail points from its first day.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from discord.http import HTTPClient, Route
from discord.webhook.async_ import AsyncWebhookAdapter
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.database import Database

_OURS = ("bot.", "forecasts.", "claims.", "migrations.")
_FRAMES = {"acting", "transaction"}  # they open transactions for others


def watch_fail_points(seen: Path, fail_at: str | None, fail_times: int) -> None:
    """Write the name of each fail point passed into ``seen``, and die at the one named."""
    passed: Counter[str] = Counter()

    def hit(name: str) -> None:
        passed[name] += 1
        if passed[name] == 1:
            with seen.open("a", encoding="utf-8") as file:
                file.write(f"{name}\n")
        if name == fail_at and passed[name] == fail_times:
            os.kill(os.getpid(), signal.SIGKILL)

    _watch_commits(hit)
    _watch_requests(hit)


def _watch_commits(hit: Any) -> None:
    begin = Database.transaction

    @asynccontextmanager
    async def transaction(self: Database) -> AsyncIterator[AsyncSession]:
        name = _who()
        async with begin(self) as session:
            yield session
            hit(f"before commit: {name}")
        hit(f"after commit: {name}")

    Database.transaction = transaction  # type: ignore[method-assign]


def _watch_requests(hit: Any) -> None:
    for client in (HTTPClient, AsyncWebhookAdapter):
        _watch_client(client, hit)


def _watch_client(client: Any, hit: Any) -> None:
    ask = client.request

    async def request(self: Any, route: Route, *args: Any, **values: Any) -> Any:
        name = f"{route.method} {route.path}"
        hit(f"before {name}")
        try:
            return await ask(self, route, *args, **values)
        finally:
            hit(f"after {name}")

    client.request = request


def _who() -> str:
    """Return who opens a transaction: the first of our functions up the stack that does so for itself."""
    frame = sys._getframe(2)
    while frame is not None:
        module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        if module.startswith(_OURS) and name not in _FRAMES:
            return f"{module}.{frame.f_code.co_qualname}"
        frame = frame.f_back
    return "somebody"
