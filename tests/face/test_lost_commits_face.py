"""On PostgreSQL a connection can end over a commit; what became of it, nobody can say at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import pytest
import simcord

from bot.client import CruxBot
from bot.errors import HALFWAY
from forecasts.database import Database
from tests.face.watch import Watch
from tests.face.world import World, words
from tests.postgres import Postgres

BLOCK = 2**16


class Wire:
    """Carries bytes between a bot and a server, and is cut at the next commit when it is told to.

    Parameters
    ----------
    postgres
        The server at the far end.
    """

    def __init__(self, postgres: Postgres) -> None:
        self._far_end = postgres.url
        self._serving = set[asyncio.Task[None]]()
        self.cut: str | None = None  # "before" or "after" the server has it

    async def __aenter__(self) -> Self:
        self._near = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._near.sockets[0].getsockname()[1]
        self.url = self._far_end.difference_update_query(["host"]).set(host="127.0.0.1", port=port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._near.close()
        await asyncio.gather(*self._serving)

    async def _serve(self, asks: asyncio.StreamReader, hears: asyncio.StreamWriter) -> None:
        self._serving.add(asyncio.current_task())  # type: ignore[arg-type]
        folder, port = self._far_end.query.get("host"), self._far_end.port or 5432
        if folder:
            answers, tells = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
        else:
            answers, tells = await asyncio.open_connection(self._far_end.host, port)
        back = asyncio.create_task(_carry(answers, hears))
        try:
            while said := await asks.read(BLOCK):
                if not self.cut or b"COMMIT" not in said:
                    tells.write(said)
                    continue
                back.cancel()
                await asyncio.wait([back])
                if self.cut == "after":
                    tells.write(said)
                    await answers.read(BLOCK)
                self.cut = None
                break
        finally:
            hears.transport.abort()
            tells.close()
            await asyncio.gather(back, tells.wait_closed(), return_exceptions=True)


async def _carry(answers: asyncio.StreamReader, hears: asyncio.StreamWriter) -> None:
    while said := await answers.read(BLOCK):
        hears.write(said)
    hears.close()


@pytest.fixture
async def wire(postgres: Postgres) -> AsyncIterator[Wire]:
    """Lay a wire to the emptied server."""
    await postgres.empty()
    async with Wire(postgres) as wire:
        yield wire


@pytest.fixture
async def database(wire: Wire) -> AsyncIterator[Database]:
    """Open the database at its end."""
    database = Database(wire.url)
    yield database
    await database.close()


@pytest.fixture
async def env(bot: CruxBot, migrated: Path) -> AsyncIterator[simcord.Env]:
    """Run the bot; what is sealed here isn't watched, as that is read from SQLite."""
    env = simcord.Env(bot, shard_count=1)
    watch = env.backend.http_requests = Watch(env.backend, migrated)
    await env.start()
    await bot.tree.sync()
    yield env
    await env.shutdown()
    watch.close()


@pytest.mark.parametrize(("cut", "stored"), [("before", []), ("after", [70.0])])
async def test_nothing_is_promised_of_a_commit_whose_receipt_is_lost(
    world: World, wire: Wire, cut: str, stored: list[float]
) -> None:
    """Whether or not it arrived, the member is told to look; looking works, and so does trying again."""
    card = await world.opened()
    world.expected_errors.add("interaction_failed")
    wire.cut = cut
    answer = await world.member.click(card, label="70")
    assert words(answer) == HALFWAY
    assert await world.values() == stored
    assert "Saved: **70 %**" in words(await world.member.click(card, label="70"))
