"""The bot as a process: open the database, log in, wake at deadlines, stop when told to."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import discord
import structlog

from bot.client import CruxBot
from bot.config import Settings
from bot.logs import set_up_logs
from bot.scheduling import Alarm
from bot.syncing import sync_commands
from forecasts.database import Database, DatabaseUnusableError
from forecasts.rescoring import recomputed_scores
from migrations import check_current, migrate

WRONG_TOKEN = "Discord refused the token. Copy it again from the application's Bot page into .env."  # noqa: S105

log = structlog.get_logger()

# Threads are for telling followers of a question; everything else happens in the channel.
RIGHTS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    create_public_threads=True,
    send_messages_in_threads=True,
)

Result = TypeVar("Result")


class HostError(Exception):
    """What keeps a command from working; ``str()`` is one line for the host."""


def run_for_host(work: Coroutine[Any, Any, Result]) -> Result:
    """Run something to its end; faults outside the program become one clear line.

    Raises
    ------
    HostError
        The database or Discord can't be used.
    """
    try:
        return asyncio.run(work)
    except DatabaseUnusableError as error:
        raise HostError(str(error)) from error
    except discord.LoginFailure as error:
        raise HostError(WRONG_TOKEN) from error
    except (discord.HTTPException, discord.GatewayNotFound, OSError) as error:
        raise HostError(f"Discord can't be reached: {error}") from error


async def run_bot(settings: Settings, token: str) -> None:
    """Run until SIGINT or SIGTERM. Correctness never rests on the stop: a kill loses nothing."""
    set_up_logs(level=settings.log_level, form=settings.log_format)
    await prepare_database(settings)
    database = Database(settings.database_url)
    bot = CruxBot(database)
    alarm = Alarm(bot, settings.sweep_seconds)
    stopping = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, lambda: stopping and stopping.cancel())
    try:
        async with bot:
            await bot.login(token)
            await sync_commands(bot)
            log.info("invite", url=invite_of(bot))
            alarm.start()
            await bot.connect()
    except asyncio.CancelledError:
        pass  # told to stop
    finally:
        alarm.stop()
        await database.close()


def invite_of(bot: CruxBot) -> str:
    """Return the link that invites the bot with the rights it uses, and no others."""
    scopes = ("bot", "applications.commands")
    return discord.utils.oauth_url(bot.application_id or 0, permissions=RIGHTS, scopes=scopes)


async def sync_bot(settings: Settings, token: str) -> int | None:
    """Register the slash commands, whether or not they changed, and return how many there are."""
    await prepare_database(settings)
    database = Database(settings.database_url)
    bot = CruxBot(database)
    try:
        async with bot:
            await bot.login(token)
            return await sync_commands(bot, always=True)
    finally:
        await database.close()


async def prepare_database(settings: Settings) -> None:
    """Migrate, or check that somebody else did."""
    if settings.auto_migrate:
        await migrate(settings.database_url)
    else:
        await check_current(settings.database_url)


async def recompute(settings: Settings) -> tuple[int, list[str]]:
    """Recompute every score in force; return how many there are and a line for each that differs."""
    await prepare_database(settings)
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            return await recomputed_scores(session)
    finally:
        await database.close()
