"""Logs for the host: events and ids, never message text, names or the token."""

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Literal

import structlog
from discord import HTTPException, VoiceClient

OURS = ("bot", "claims", "forecasts", "migrations")
ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def set_up_logs(*, level: str, form: Literal["console", "json"]) -> None:
    """Send our own events and the libraries' logs to stderr in one form.

    Below INFO only our own events are shown: at DEBUG discord.py logs every payload, and the database's
    driver every row.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, _without_reprs],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(where_it_failed),
            renderer,
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    VoiceClient.warn_nacl = VoiceClient.warn_dave = False  # two warnings at each start: Crux never speaks
    own_level = logging.getLevelNamesMapping()[level]
    logging.basicConfig(level=max(own_level, logging.INFO), handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(own_level)
    for chatty in ("apscheduler", "alembic.runtime.migration"):
        logging.getLogger(chatty).setLevel(max(own_level, logging.WARNING))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _without_reprs(
    _logger: object, _method: str, entry: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Cut what asyncio says before the values that a task or a callback was given, and what it raised."""
    if entry.get("logger") == "asyncio":
        entry["event"] = str(entry["event"]).partition("\n")[0].partition("(")[0]
    return entry


def where_it_failed(exc_info: ExcInfo) -> str:
    """Name the kinds of an error and its causes, and the lines they passed; what they say may quote a member.

    Examples
    --------
    >>> try:
    ...     float("what somebody wrote")
    ... except ValueError as error:
    ...     said = where_it_failed((type(error), error, error.__traceback__))
    >>> said.startswith("ValueError at "), "somebody" in said
    (True, False)
    """
    return "; caused by ".join(map(_place, _causes(exc_info[1])))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _place(error: BaseException) -> str:
    code = ""
    if isinstance(error, HTTPException):
        code = f" {error.status}/{error.code}"
    elif isinstance(error, OSError) and error.strerror:
        code = f" {error.strerror}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__}{code} at {lines or 'no line'}"
