"""Use cases: arguments, and who was shown which."""

import re
from datetime import datetime

import sqlalchemy as sa
from rapidfuzz import fuzz, utils
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import locked_question
from forecasts.database import insert_if_absent
from forecasts.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from forecasts.forecasting import check_open
from forecasts.models import Argument, Exposure, Forecast, Origin, Question, Side, Surface
from forecasts.outbox import enqueue_refresh
from forecasts.quotas import check_arguments

ARGUMENT_LENGTH = (20, 400)
SOURCE_LIMIT = 300
LIVE_ARGUMENTS = 3
OTHER_SIDE = {Side.FOR: Side.AGAINST, Side.AGAINST: Side.FOR}
CLOSE_FROM = 85.0  # rapidfuzz's ratio of the sorted words, in percent
_NUMBER = re.compile(r"\d[\d.,]*")


class SimilarArgumentError(ConflictError):
    """Somebody made nearly the same argument; adding it nonetheless is possible.

    Parameters
    ----------
    similar
        What they wrote.
    """

    def __init__(self, similar: str) -> None:
        super().__init__(f"Close to: “{similar}” Add yours only if it says more.")
        self.similar = similar


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
    reply_to_id: int | None = None,
    message_id: int | None = None,
    anyway: bool = False,
) -> Argument:
    """Store a member's argument; given while the question is sealed, it stays sealed until the reveal.

    Parameters
    ----------
    reply_to_id, message_id, anyway
        The argument it answers, whose other side it then takes; the chat message it was taken from;
        whether the member has seen which one theirs is close to.

    Raises
    ------
    SimilarArgumentError, ConflictError
        Another one of its side says nearly (unless ``anyway``) or exactly the same; not while sealed.
    NotFoundError, WrongPhaseError
        There is nothing to reply to, or the question isn't debated (any more).
    NotAllowedError
        The member has not forecast yet, has three live arguments, or too many within an hour.
    InvalidInputError
        The text is shorter than 20 or longer than 400 characters.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    repeated = select(Argument).where(col(Argument.interaction_id) == interaction_id)
    if (stored := (await session.exec(repeated)).first()) is not None:
        return stored
    check_open(question, now=now)
    clean = checked_text(text)
    await _check_member_may_argue(session, question, member_id, now)
    if reply_to_id is not None:
        side = OTHER_SIDE[(await _answerable(session, question, reply_to_id)).side]
    await _check_not_repeated(session, question, side, clean, anyway=anyway)
    argument = Argument(
        question_id=question.id,
        member_id=member_id,
        side=side,
        reply_to_id=reply_to_id,
        origin=Origin.MEMBER if message_id is None else Origin.MESSAGE,
        message_id=message_id,
        text=clean,
        source=" ".join(source.split())[:SOURCE_LIMIT],
        at=now,
        interaction_id=interaction_id,
    )
    session.add(argument)
    await session.flush()
    await enqueue_refresh(session, question=question, now=now)
    return argument


def checked_text(text: str) -> str:
    """Return an argument's text with single spaces; raises InvalidInputError if it is too short or long."""
    clean = " ".join(text.split())
    least, most = ARGUMENT_LENGTH
    if len(clean) < least:
        raise InvalidInputError(f"An argument needs at least {least} characters: say why in a sentence.")
    if len(clean) > most:
        raise InvalidInputError(f"An argument has at most {most} characters; yours has {len(clean)}.")
    return clean


async def _check_member_may_argue(
    session: AsyncSession, question: Question, member_id: int, now: datetime
) -> None:
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
    await check_arguments(session, member_id=member_id, now=now)


async def _answerable(session: AsyncSession, question: Question, argument_id: int) -> Argument:
    """Return an argument that may be replied to: one that is shown, and no reply itself."""
    argument = await session.get(Argument, argument_id)
    if (
        question.revealed_at is None
        or argument is None
        or argument.question_id != question.id
        or argument.hidden_at is not None
    ):
        raise NotFoundError("This argument isn't there any more. See what is: /arguments")
    if argument.reply_to_id is not None:
        raise NotAllowedError("This is a reply already, and replies aren't replied to. Argue: /argue")
    return argument


async def _check_not_repeated(
    session: AsyncSession, question: Question, side: Side, text: str, *, anyway: bool
) -> None:
    if question.revealed_at is None:
        return  # while sealed, the answer must not tell what others wrote
    given = select(Argument).where(col(Argument.question_id) == question.id, col(Argument.side) == side)
    others = (await session.exec(given.order_by(col(Argument.id)))).all()
    # Compared here: SQLite's own lower() knows ASCII only.
    if text.casefold() in {other.text.casefold() for other in others}:
        raise ConflictError("Somebody already made this argument, word for word. Add what it lacks.")
    live = [other.text for other in others if other.hidden_at is None]
    closest = max(live, key=lambda other: _closeness(text, other), default="")
    if not anyway and _closeness(text, closest) >= CLOSE_FROM:
        raise SimilarArgumentError(closest)


def _closeness(text: str, other: str) -> float:
    if _NUMBER.findall(text) != _NUMBER.findall(other):
        return 0.0  # three months are not nine
    return fuzz.token_sort_ratio(text, other, processor=utils.default_process)


async def arguments_shown_on_card(session: AsyncSession, *, question_id: int) -> list[Argument]:
    """Return what a revealed card shows: the newest argument of each side. Never call it for a sealed one.

    No replies: they can't be read without what they answer.
    """
    newest = (
        select(sa.func.max(Argument.id))
        .where(
            col(Argument.question_id) == question_id,
            col(Argument.hidden_at).is_(None),
            col(Argument.reply_to_id).is_(None),
        )
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
