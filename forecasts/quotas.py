"""How much one member and one server may do: far more than anybody needs, and less than would do harm.

Nobody thoughtful changes a forecast every minute of an hour; a program that clicks does, and each click is a
row that is kept for ever and redraws a card. A request to an author mentions somebody who asked for nothing.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.communities import record
from forecasts.errors import NotAllowedError
from forecasts.models import Argument, AuditEntry, Forecast, Phase, Question

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORECASTS = ((60, HOUR, "an hour"), (300, DAY, "a day"))
ARGUMENTS = ((20, HOUR, "an hour"),)
REQUESTS_AN_HOUR = 5
OPEN_QUESTIONS = 500  # a list of them is read page by page, and each is a card that is edited
ASKED = "ask author"
_OPEN = (Phase.BLIND, Phase.DEBATE, Phase.FINAL, Phase.ROLLING)
_LOOKED_AT = 500  # of a server's audit entries, newest first


async def check_forecasts(session: AsyncSession, *, member_id: int, now: datetime) -> None:
    """Raise NotAllowedError if a member has changed forecasts as often as they may."""
    await _check(session, Forecast, FORECASTS, "changed forecasts", member_id, now)


async def check_arguments(session: AsyncSession, *, member_id: int, now: datetime) -> None:
    """Raise NotAllowedError if a member has given as many arguments as they may."""
    await _check(session, Argument, ARGUMENTS, "given arguments", member_id, now)


async def _check(
    session: AsyncSession,
    table: Any,
    quotas: tuple[tuple[int, timedelta, str], ...],
    done: str,
    member_id: int,
    now: datetime,
) -> None:
    for most, window, within in quotas:
        # The most-th newest row by the index of members: what is older is never looked at.
        newest = select(table.at).where(table.member_id == member_id).order_by(table.id.desc())
        before = (await session.exec(newest.offset(most - 1).limit(1))).first()
        if before is not None and before > now - window:
            raise NotAllowedError(
                f"You have {done} {most} times within {within}, which is the most. Nothing was changed; "
                f"you can go on {_wait(before + window - now)}."
            )


async def note_request(
    session: AsyncSession, *, community_id: int, member_id: int, now: datetime, question_id: int | None = None
) -> None:
    """Record that a member asks an author for their words, but not the words nor whose they are.

    Parameters
    ----------
    question_id
        What they would be an argument on; None for a document.

    Raises
    ------
    NotAllowedError
        They have asked as often as they may.
    """
    newest = (
        select(AuditEntry.member_id, AuditEntry.action, AuditEntry.at)
        .where(col(AuditEntry.community_id) == community_id)
        .order_by(col(AuditEntry.id).desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    asked = sa.select(newest.c.at).where(
        newest.c.member_id == member_id, newest.c.action == ASKED, newest.c.at > now - HOUR
    )
    times = (await (await session.connection()).execute(asked)).scalars().all()
    if len(times) >= REQUESTS_AN_HOUR:
        raise NotAllowedError(
            f"You have asked {REQUESTS_AN_HOUR} authors within an hour, which is the most. You can ask again "
            f"{_wait(min(times) + HOUR - now)}."
        )
    record(
        session,
        community_id=community_id,
        member_id=member_id,
        action=ASKED,
        now=now,
        question_id=question_id,
    )


async def check_open_questions(session: AsyncSession, *, community_id: int) -> None:
    """Raise NotAllowedError if a server has as many open questions as it may."""
    query = select(sa.func.count()).where(
        col(Question.community_id) == community_id, col(Question.phase).in_(_OPEN)
    )
    if (await session.exec(query)).one() >= OPEN_QUESTIONS:
        raise NotAllowedError(
            f"{OPEN_QUESTIONS} questions are open on this server, which is the most. The draft stays: open "
            "it when others have closed."
        )


def _wait(left: timedelta) -> str:
    """Say when it goes on.

    Examples
    --------
    >>> _wait(timedelta(seconds=61)), _wait(timedelta(hours=2, minutes=1))
    ('in 2 minutes', 'in 3 hours')
    """
    minutes = max(-(-left // timedelta(minutes=1)), 1)
    if minutes == 1:
        return "in a minute"
    return f"in {minutes} minutes" if minutes < 60 else f"in {-(-minutes // 60)} hours"  # noqa: PLR2004
