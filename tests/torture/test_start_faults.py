"""HTTP faults while a process logs in: it comes through or ends with one line; a token that is revoked."""

import asyncio
import itertools
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import migrations
from tests.loopback.checks import drained, examine
from tests.loopback.faults import LASTING, PASSING, Fault, Faults
from tests.loopback.process import Bot
from tests.loopback.seeding import seed
from tests.loopback.server import Loopback
from tests.torture.columns import is_release

STEPS = ("/users/@me", "/oauth2/applications/@me", "/applications/1000/commands", "/gateway/bot")
AT_ONCE = 4


async def start(folder: Path, empty: Path, step: str, kind: Fault) -> str | None:
    """Start a process all of whose requests to one address go wrong in one way; return what is amiss."""
    shutil.copy(empty, folder / "crux.db")
    async with Loopback() as discord:
        discord.faults = Faults(rate=1, kinds=(kind,), where=lambda _method, path: path == step)
        bot = Bot(discord.url, f"sqlite+aiosqlite:///{folder / 'crux.db'}", folder)
        bot.start()
        listening = asyncio.create_task(discord.gateway.until_listening())
        ended = asyncio.create_task(bot.ended())
        await asyncio.wait([listening, ended], return_when=asyncio.FIRST_COMPLETED)
        came_through = listening.done()
        code = await bot.kill()
        for task in (listening, ended):
            task.cancel()
    if not discord.faults.met:
        return f"{kind.name} at {step}: never met"
    said = bot.log.read_text(encoding="utf-8").splitlines()
    plain = [line for line in said if not line.startswith("{")]
    if came_through or (code, len(plain)) == (2, 1):
        return None
    return f"{kind.name} at {step}: status {code}, {plain}"


async def test_a_fault_while_logging_in_is_one_line(tmp_path: Path) -> None:
    """Each kind at a step of the login, in a release at each: status 2 and a sentence, never a traceback."""
    empty = tmp_path / "empty.db"
    await migrations.migrate(f"sqlite+aiosqlite:///{empty}")
    kinds = PASSING + LASTING
    steps = itertools.cycle(STEPS)
    cases = [
        (step, kind) for kind in kinds for step in (STEPS if is_release() else (next(steps), next(steps)))
    ]
    room = asyncio.Semaphore(AT_ONCE)
    folders = [tmp_path / str(number) for number in range(len(cases))]
    for folder in folders:
        folder.mkdir()

    async def tried(number: int, step: str, kind: Fault) -> str | None:
        async with room:
            return await start(folders[number], empty, step, kind)

    amiss = await asyncio.gather(*(tried(number, *case) for number, case in enumerate(cases)))
    assert [each for each in amiss if each is not None] == []


async def test_a_revoked_token_ends_the_process_and_loses_nothing(tmp_path: Path) -> None:
    """It stops at the first refusal that the login confirms; with a new token what waited is sent, once."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}"
    async with Loopback(nonce_seconds=8) as discord:
        first, every = datetime.now(UTC) + timedelta(seconds=3), timedelta(seconds=0.1)
        seeded = await seed(url, discord.state, first=first, every=every, count=10)
        bot = Bot(discord.url, url, tmp_path)
        bot.start()
        await discord.gateway.until_listening()
        discord.faults = Faults(rate=1, kinds=LASTING[:1])
        assert await bot.ended() == 2
        said = bot.log.read_text(encoding="utf-8").splitlines()
        assert [line for line in said if not line.startswith("{")] == [said[-1]]
        assert "refused the token" in said[-1]
        discord.faults = Faults()
        again = Bot(discord.url, url, tmp_path)
        again.start()
        await drained(url, after=seeded[-1].due, look=again.must_live)
        await again.kill()
        found = await examine(url, discord.state, seeded, now=datetime.now(UTC))
    assert found.faults == []
