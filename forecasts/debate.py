"""Use cases: arguments, and who was shown which."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import locked_question
from forecasts.database import insert_if_absent
from forecasts.errors import ConflictError, InvalidInputError, NotAllowedError
from forecasts.forecasting import check_open
from forecasts.models import Argument, Exposure, Forecast, Origin, Question, Side, Surface
from forecasts.outbox import enqueue_refresh

ARGUMENT_LENGTH = (20, 400)
SOURCE_LIMIT = 300
LIVE_ARGUMENTS = 3


async def add_argument(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    side: Side,
    text: str,
    interaction_id: int,
    now: datetime,
    source: str = "",
) -> Argument:
    """Store a member's argument; given while the question is sealed, it stays sealed until the reveal.

    Raises
    ------
    WrongPhaseError
        The question isn't debated (any more).
    NotAllowedError
        The member has not forecast yet, or has three live arguments already.
    InvalidInputError
        The text is shorter than 20 or longer than 400 characters.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    repeated = select(Argument).where(col(Argument.interaction_id) == interaction_id)
    if (stored := (await session.exec(repeated)).first()) is not None:
        return stored
    check_open(question, now=now)
    clean = _checked_text(text)
    await _check_member_may_argue(session, question, member_id)
    await _check_not_repeated(session, question, side, clean)
    argument = Argument(
        question_id=question.id,
        member_id=member_id,
        side=side,
        origin=Origin.MEMBER,
        text=clean,
        source=" ".join(source.split())[:SOURCE_LIMIT],
        at=now,
        interaction_id=interaction_id,
    )
    session.add(argument)
    await session.flush()
    await enqueue_refresh(session, question=question, now=now)
    return argument


def _checked_text(text: str) -> str:
    clean = " ".join(text.split())
    least, most = ARGUMENT_LENGTH
    if len(clean) < least:
        raise InvalidInputError(f"An argument needs at least {least} characters: say why in a sentence.")
    if len(clean) > most:
        raise InvalidInputError(f"An argument has at most {most} characters; yours has {len(clean)}.")
    return clean


async def _check_member_may_argue(session: AsyncSession, question: Question, member_id: int) -> None:
    forecast = select(col(Forecast.id)).where(
        col(Forecast.question_id) == question.id, col(Forecast.member_id) == member_id
    )
    if (await session.exec(forecast.limit(1))).first() is None:
        raise NotAllowedError(f"Forecast first: tap a number on the card of #{question.number}, then argue.")
    live = select(sa.func.count()).where(
        col(Argument.question_id) == question.id,
        col(Argument.member_id) == member_id,
        col(Argument.hidden_at).is_(None),
    )
    if (await session.exec(live)).one() >= LIVE_ARGUMENTS:
        raise NotAllowedError(f"You have {LIVE_ARGUMENTS} arguments on #{question.number}; that is the most.")


async def _check_not_repeated(session: AsyncSession, question: Question, side: Side, text: str) -> None:
    if question.revealed_at is None:
        return  # while sealed, the answer must not tell what others wrote
    given = select(Argument.text).where(col(Argument.question_id) == question.id, col(Argument.side) == side)
    # Compared here: SQLite's own lower() knows ASCII only.
    if text.casefold() in {other.casefold() for other in await session.exec(given)}:
        raise ConflictError("Somebody already made this argument, word for word. Add what it lacks.")


async def arguments_shown_on_card(session: AsyncSession, *, question_id: int) -> list[Argument]:
    """Return what a revealed card shows: the newest argument of each side. Never call it for a sealed one."""
    newest = (
        select(sa.func.max(Argument.id))
        .where(col(Argument.question_id) == question_id, col(Argument.hidden_at).is_(None))
        .group_by(col(Argument.side))
    )
    query = select(Argument).where(col(Argument.id).in_(newest)).order_by(col(Argument.side).desc())
    return list((await session.exec(query)).all())


async def record_card_exposure(
    session: AsyncSession, *, question: Question, member_id: int, now: datetime
) -> None:
    """Remember that whoever clicked on a revealed card had its arguments before them."""
    if question.revealed_at is None:
        return
    for argument in await arguments_shown_on_card(session, question_id=question.id):
        await insert_if_absent(
            session, Exposure, argument_id=argument.id, member_id=member_id, surface=Surface.CARD, at=now
        )
