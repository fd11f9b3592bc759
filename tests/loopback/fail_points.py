"""Named fail points: before and after every commit, every request to Discord, and every acknowledgement.

They are found, not planted: whatever opens a transaction or calls Discord is one, by its own name,
so that new code has fail points from its first day.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from discord.http import HTTPClient, Route
from discord.webhook.async_ import AsyncWebhookAdapter
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlmodel.ext.asyncio.session import AsyncSession

import migrations
from forecasts.database import Database
from forecasts.models import Question

_OURS = ("bot.", "forecasts.", "claims.", "migrations.")
_FRAMES = {"acting", "transaction"}  # they open transactions for others
_HANDLERS = {"handlers", "moderating", "rating", "theses", "prompts", "messages", "curating"}
_CARRIES = {"Delivery._carry", "Delivery._fail"}


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
    _watch_migrations(hit)


def _watch_commits(hit: Any) -> None:
    begin = Database.transaction
    event.listen(Session, "after_flush", _note_phases)

    @asynccontextmanager
    async def transaction(self: Database) -> AsyncIterator[AsyncSession]:
        name = _who()
        async with begin(self) as session:
            yield session
            name += session.info.get("moved", "") if "sweep" in name else ""
            hit(f"before commit: {name}")
        hit(f"after commit: {name}")

    Database.transaction = transaction  # type: ignore[method-assign]


def _note_phases(session: Session, _context: object) -> None:
    """Remember into which phase a deadline takes a question: the row itself is soon forgotten."""
    for row in session.dirty:
        if isinstance(row, Question):
            session.info["moved"] = f" into {row.phase}"


def _watch_requests(hit: Any) -> None:
    for client in (HTTPClient, AsyncWebhookAdapter):
        _watch_client(client, hit)


def _watch_client(client: Any, hit: Any) -> None:
    ask = client.request

    async def request(self: Any, route: Route, *args: Any, **values: Any) -> Any:
        name = f"{route.method} {route.path}{_what_for()}"
        hit(f"before {name}")
        try:
            return await ask(self, route, *args, **values)
        finally:
            hit(f"after {name}")

    client.request = request


def _watch_migrations(hit: Any) -> None:
    """Name what a start does to an older database: the copy, and the last moment before the commit."""
    copy, upgrade = migrations.copy_database, migrations.command.upgrade

    def copy_database(*given: Any) -> None:
        hit("before the copy of an older database")
        copy(*given)
        hit("after the copy of an older database")

    def watched_upgrade(*given: Any) -> None:
        upgrade(*given)
        hit("before commit: migrations.migrate")

    migrations.copy_database, migrations.command.upgrade = copy_database, watched_upgrade  # type: ignore[assignment]


def _callers() -> Iterator[FrameType]:
    """Yield the frames of our functions up the stack, the innermost first."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith(_OURS):
            yield frame
        frame = frame.f_back  # type: ignore[assignment]


def _who() -> str:
    """Return who opens a transaction: the first of our functions up the stack that does so for itself."""
    for frame in _callers():
        if frame.f_code.co_name not in _FRAMES:
            line = frame.f_lineno - frame.f_code.co_firstlineno  # one function may open several
            return f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}+{line}{_what_for()}"
    return "somebody"


def _what_for() -> str:
    """Return the kind of message that is being sent, or the handler that answers, if it is either."""
    handler, is_delivery = "", False
    for frame in _callers():
        if frame.f_code.co_qualname in _CARRIES:
            return f" for {frame.f_locals['message'].kind}"
        is_delivery |= frame.f_code.co_qualname.startswith("Delivery.")
        module = frame.f_globals["__name__"]
        if module.startswith("bot.") and module.rpartition(".")[2] in _HANDLERS:
            handler = f" for {module}.{frame.f_code.co_qualname}"
    return "" if is_delivery else handler  # whoever begins to send: it would be sent without them
