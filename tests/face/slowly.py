"""Interactions that take so long that Discord must be told to wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.context import Actor, acting


def take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every interaction wait a fifth of a second for its transaction, and lose patience after less."""

    @asynccontextmanager
    async def slowly(*args: Any, **options: Any) -> AsyncIterator[Actor]:
        await asyncio.sleep(0.2)
        async with acting(*args, **options) as actor:
            yield actor

    monkeypatch.setattr("bot.forecasting.handlers.acting", slowly)
    monkeypatch.setattr("bot.errors.DEFER_AFTER_SECONDS", 0.01)
