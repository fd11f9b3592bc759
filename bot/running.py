"""The bot as a process: open the database, log in, wake at deadlines, stop when told to."""

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import discord
import structlog
from discord.gateway import ReconnectWebSocket
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.client import CruxBot
from bot.config import Settings
from bot.errors import NETWORK_FAULTS
from bot.fetching import Reach
from bot.health import health_pages
from bot.instances import Presence, only_copy
from bot.logs import set_up_logs
from bot.scheduling import Alarm
from bot.syncing import sync_commands
from claims.heads import adopt_weights, read_weights
from forecasts.backups import back_up
from forecasts.database import Database, DatabaseUnusableError, why_unusable
from forecasts.errors import InvalidInputError
from forecasts.rescoring import recomputed_scores
from migrations import check_current, downgrade, migrate

WRONG_TOKEN = "Discord refused the token. Copy it again from the application's Bot page into .env."  # noqa: S105
ANEW_AFTER_SECONDS = 5  # Discord lets a bot identify once in five
NOT_UNDERSTOOD = "Discord's answer makes no sense to Crux ({kind}). Start it again in a minute."
TOKEN_REFUSED = 4004  # what the gateway closes with

log = structlog.get_logger()

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
STOP_WITHIN_SECONDS, FINISH_WITHIN_SECONDS = 7.5, 4

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
    except (SQLAlchemyError, UnicodeError) as error:
        raise HostError(why_unusable(error)) from error
    except discord.ClientException as error:
        refused = isinstance(error, discord.ConnectionClosed) and error.code == TOKEN_REFUSED
        said = WRONG_TOKEN if refused else str(error)
        raise HostError(f"Discord ended the connection for good: {said}") from error
    except (discord.HTTPException, discord.GatewayNotFound, *NETWORK_FAULTS) as error:
        lines = str(error).splitlines() or [type(error).__name__]  # an edge may answer with a whole page
        raise HostError(f"Discord can't be reached: {lines[0]}") from error


@contextmanager
def understood() -> Iterator[None]:
    """Make one line of what discord.py can't read in Discord's answers; the log says where it failed.

    Raises
    ------
    HostError
        An answer was of another kind than it should be.
    """
    try:
        yield
    except (
        discord.DiscordException, ReconnectWebSocket, SQLAlchemyError, DatabaseUnusableError, *NETWORK_FAULTS,
    ):  # fmt: skip
        raise
    except Exception as error:
        log.exception("discord_not_understood")
        raise HostError(NOT_UNDERSTOOD.format(kind=type(error).__name__)) from error


async def run_bot(settings: Settings, token: str) -> None:
    """Run until SIGINT or SIGTERM. Correctness never rests on the stop: a kill loses nothing."""
    set_up_logs(level=settings.log_level, form=settings.log_format)
    stop_when_told()
    try:
        with only_copy(settings.database_url):
            await prepare_database(settings)
            use_own_weights(settings)
            # What is imported stays. Looking for garbage in it, now and then, holds up clicks for 0.1 s.
            gc.collect()
            gc.freeze()
            await serve_again_and_again(settings, token)
    except asyncio.CancelledError:
        log.info("stopped")


async def serve_again_and_again(settings: Settings, token: str) -> None:
    """Serve, and begin anew when a gateway broke off while discord.py connected again: it ends with that."""
    while True:
        try:
            return await serve(settings, token)
        except ReconnectWebSocket:
            log.warning("gateway_broke_off")
            await asyncio.sleep(ANEW_AFTER_SECONDS)


def stop_when_told() -> None:
    """Let the first signal cancel this task; a second one, or eight seconds, end the process."""
    loop, running = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
        # A thread that draws or a peer that doesn't hang up can't hold the process.
        deadline = threading.Timer(STOP_WITHIN_SECONDS, os._exit, [0])
        deadline.daemon = True
        deadline.start()
        if running is not None:
            running.cancel()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)


async def serve(settings: Settings, token: str) -> None:
    """Log in and stay until something ends it; what is begun in order is ended in the opposite one."""
    database = Database(settings.database_url)
    bot = CruxBot(
        database,
        reach=Reach() if settings.fetch_urls else None,
        model=settings.model(),
        shard_ids=settings.shards(),
        shard_count=settings.shard_count,
    )
    presence, alarm = Presence(bot), Alarm(bot, settings.sweep_seconds)
    async with AsyncExitStack() as ending:
        ending.push_async_callback(database.close)
        ending.push_async_callback(presence.leave)
        await ending.enter_async_context(bot)
        await ending.enter_async_context(health_pages(bot, settings.health_port))
        with understood():
            await bot.login(token)
            await presence.take()
            await sync_commands(bot)
        log.info("invite", url=invite_of(bot))
        ending.push_async_callback(finish_what_is_in_hand, alarm, bot)
        alarm.start()
        with understood():
            await first_of(bot.connect(), presence.keep(), bot.until_refused())


async def first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Wait until one of them ends, raise what it raised, and cancel the others."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def finish_what_is_in_hand(alarm: Alarm, bot: CruxBot) -> None:
    """Let the sweep, the messages being sent and open transactions end, if they are quick about it."""
    try:
        async with asyncio.timeout(FINISH_WITHIN_SECONDS):
            await alarm.finish()
            await bot.delivery.finish()
            await bot.database.idle()
    except TimeoutError:
        log.warning("stopped_in_the_middle")
    alarm.stop()


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
            with understood():
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


async def downgrade_database(settings: Settings, revision: str) -> None:
    """Take the database back to an older schema, unless the bot is running on it."""
    with only_copy(settings.database_url):
        await downgrade(settings.database_url, revision)


async def back_up_database(settings: Settings, *, folder: Path | None, keep: int) -> Path:
    """Write a backup and return where it is."""
    url = make_url(settings.database_url)
    return await asyncio.to_thread(back_up, url, folder, keep=keep, now=datetime.now(UTC))


def use_own_weights(settings: Settings) -> None:
    """Rank claims with the weights that the host named, if any.

    Raises
    ------
    HostError
        The file can't be used.
    """
    if settings.claim_weights is not None:
        try:
            adopt_weights(read_weights(settings.claim_weights))
        except InvalidInputError as error:
            raise HostError(f"CLAIM_WEIGHTS: {error}") from error


async def recompute(settings: Settings) -> tuple[int, list[str]]:
    """Recompute every score in force; return how many there are and a line for each that differs."""
    await prepare_database(settings)
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            return await recomputed_scores(session)
    finally:
        await database.close()
