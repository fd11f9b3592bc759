"""The one place that turns errors into replies, and answers in time."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import aiohttp
import discord
import structlog

from bot.ui.components import submitted
from bot.ui.limits import utf16_length
from bot.ui.text import brief, plain
from forecasts.database import DatabaseBusyError
from forecasts.errors import ForecastError

log = structlog.get_logger()

DEFER_AFTER_SECONDS = 1.5
UNEXPECTED = "Something went wrong on our side, and nothing was changed. Please try again in a minute."
BUSY = (
    "There is more to do here than Crux can do at the moment, and nothing was changed. Please try again soon."
)
HALFWAY = "Something went wrong on our side. What you did may be stored already: look before you try again."
# What the way to Discord and back can do, whatever was said on it.
NETWORK_FAULTS = (aiohttp.ClientError, OSError, TimeoutError, json.JSONDecodeError)
ANSWER_TRIES = 3
_ALREADY_ANSWERED, _BAD_REQUEST = 40060, 400
_COMMITTING, _DEFERRING, _REPEATED = "committing", "deferring", "repeated"  # notes on an interaction
WORTH_KEEPING, KEPT = 20, 3_000
SENTENCE = 900  # escaped; with what was typed, and its frames, within one message


@asynccontextmanager
async def answering(interaction: discord.Interaction[Any]) -> AsyncIterator[None]:
    """Answer whatever the block raises, and defer if it takes long."""
    try:
        with deferring(interaction):
            yield
    except Exception as error:  # noqa: BLE001 (the last place that can answer)
        await reply_error(interaction, error)


@contextmanager
def deferring(interaction: discord.Interaction[Any]) -> Iterator[None]:
    """Tell Discord, which waits three seconds, to wait longer if the block takes long.

    Of an interaction that is delivered twice, the first delivery answers.
    """
    if interaction.client.is_repeated(interaction.id):
        interaction.extras[_REPEATED] = True
        yield
        return
    timer = asyncio.get_running_loop().call_later(
        DEFER_AFTER_SECONDS, lambda: _in_background(_defer(interaction))
    )
    try:
        yield
    finally:
        timer.cancel()


_background: set[asyncio.Task[None]] = set()


def _in_background(work: Any) -> None:
    # The loop keeps only a weak reference to a task.
    task = asyncio.ensure_future(work)
    _background.add(task)
    task.add_done_callback(_background.discard)


async def _defer(interaction: discord.Interaction[Any]) -> None:
    if interaction.response.is_done():
        return
    interaction.extras[_DEFERRING] = True
    try:
        await _respond(interaction, partial(interaction.response.defer, ephemeral=True, thinking=True))
    except (discord.HTTPException, *NETWORK_FAULTS) as error:
        if not is_answered_already(error):
            log.warning("defer_failed", interaction=interaction.id, error=type(error).__name__)


async def reply(
    interaction: discord.Interaction[Any],
    view: discord.ui.LayoutView,
    *,
    files: Sequence[discord.File] = (),
) -> None:
    """Answer only the person who acted; as a follow-up if the interaction was deferred."""
    send = partial(interaction.response.send_message, view=view, ephemeral=True, files=files)
    await _answer(interaction, send, view, files)


async def answer_in_place(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> None:
    """Answer a click on a message that only its reader sees by changing that message, otherwise anew."""
    message = interaction.message
    if message is not None and (message.flags.ephemeral or interaction.guild_id is None):
        await _answer(interaction, partial(interaction.response.edit_message, view=view), view)
    else:
        await reply(interaction, view)


async def _answer(
    interaction: discord.Interaction[Any],
    respond: Callable[[], Awaitable[Any]],
    view: discord.ui.LayoutView,
    files: Sequence[discord.File] = (),
) -> None:
    """Answer until Discord has it; what is done stays done, whatever becomes of its answer.

    An answer that arrived while its receipt was lost is refused when it is sent again.
    """
    if _REPEATED in interaction.extras:
        return
    follow_up = partial(_follow_up, interaction, view, files)
    first = partial(_respond, interaction, respond)
    send, lost = follow_up if interaction.response.is_done() else first, ""
    for _ in range(ANSWER_TRIES):
        try:
            await send()
        except NETWORK_FAULTS as error:
            lost = type(error).__name__
            for file in files:
                file.reset()
        except discord.HTTPException as error:
            if error.code == _ALREADY_ANSWERED:
                if _DEFERRING not in interaction.extras:
                    return  # an earlier try arrived
                send = follow_up
            elif error.status == _BAD_REQUEST:
                raise  # what we said is at fault
            else:
                lost = str(error.status)
                break
        else:
            return
    log.warning("answer_lost", interaction=interaction.id, error=lost)


async def _respond(interaction: discord.Interaction[Any], respond: Callable[[], Awaitable[Any]]) -> None:
    try:
        await respond()
    except Exception:
        if not interaction.response.is_done():
            raise
        # Discord took it, and only its receipt makes no sense.


async def _follow_up(
    interaction: discord.Interaction[Any], view: discord.ui.LayoutView, files: Sequence[discord.File]
) -> None:
    try:
        await interaction.followup.send(view=view, ephemeral=True, files=files)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        # Discord took it, and only its receipt makes no sense; sent again, it would stand there twice.
        log.warning("receipt_unreadable", interaction=interaction.id, error=type(error).__name__)


def note_committing(interaction: discord.Interaction[Any]) -> None:
    """Remember that a transaction is being committed: "nothing was changed" can't be promised any more.

    A connection that ends over the commit leaves open whether the database has it.
    """
    interaction.extras[_COMMITTING] = True


async def reply_error(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the person what was wrong: the sentence of a domain error, or a plain apology."""
    cause = domain_error(error)
    if cause is None and is_answered_already(error):
        return
    sentence = str(cause) if cause is not None else _unexpected(interaction, error)
    layout = discord.ui.LayoutView(timeout=None)
    layout.add_item(discord.ui.TextDisplay("\n".join([brief(sentence, SENTENCE), *_typed(interaction)])))
    try:
        await reply(interaction, layout)
    except discord.HTTPException as failure:
        log.warning("answer_failed", interaction=interaction.id, code=failure.code)


def _unexpected(interaction: discord.Interaction[Any], error: BaseException) -> str:
    """Log what was no refusal, and return what to say of it."""
    about: dict[str, Any] = {"interaction": interaction.id, "guild": interaction.guild_id}
    is_busy = any(isinstance(each, DatabaseBusyError) for each in _causes(error))
    if is_busy:
        log.warning("database_busy", **about)
    else:
        log.error("interaction_failed", **about, exc_info=error)
    if _COMMITTING in interaction.extras:
        return HALFWAY
    return BUSY if is_busy else UNEXPECTED


def _typed(interaction: discord.Interaction[Any]) -> list[str]:
    """Give a refused form's texts back, to copy into the next one: nothing that was typed is lost."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return []
    texts = [plain(value).replace("`", "'") for value in submitted(interaction).values()]
    worth = [each for each in texts if len(each) >= WORTH_KEEPING]
    if not worth or sum(utf16_length(each) for each in worth) > KEPT:
        return []  # a whole document is still where it was copied from
    return ["-# What you typed, to copy:", *(f"```\n{each}\n```" for each in worth)]


def domain_error(error: BaseException | None) -> ForecastError | None:
    """Return the domain error inside what discord.py wrapped around it, if there is one."""
    return next((each for each in _causes(error) if isinstance(each, ForecastError)), None)


def is_answered_already(error: BaseException) -> bool:
    """Whether Discord refused an answer because the interaction has one: it was delivered twice."""
    return any(
        isinstance(each, discord.HTTPException) and each.code == _ALREADY_ANSWERED for each in _causes(error)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
