"""Several processes start on one database at the same moment."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from sqlmodel import select

from bot.client import CruxBot
from bot.syncing import sync_commands
from forecasts.database import Database
from forecasts.models import Memo
from tests.postgres import Postgres

PROCESSES = 6


async def test_commands_registered_by_several_at_once_are_noted_once(postgres: Postgres) -> None:
    """Each has told Discord before any of them could note it; none ends because another was faster."""
    await postgres.empty()
    told = asyncio.Barrier(PROCESSES)

    async def sync() -> list[Any]:
        await told.wait()
        return []

    async with AsyncExitStack() as stack:
        bots = []
        for shard in range(PROCESSES):
            database = Database(postgres.url)
            stack.push_async_callback(database.close)
            bot = await stack.enter_async_context(CruxBot(database, shard_ids=[shard], shard_count=PROCESSES))
            bot.tree.sync = sync  # type: ignore[method-assign,assignment]  # where it meets Discord
            bots.append(bot)
        assert await asyncio.gather(*map(sync_commands, bots)) == [0] * PROCESSES
        async with bots[0].database.reading() as session:
            assert len((await session.exec(select(Memo))).all()) == 1
        assert await sync_commands(bots[0]) is None
