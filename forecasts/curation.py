"""Use cases: moderators hide arguments, show them again, and merge two that say the same."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import locked_question
from forecasts.arguments import HIDING
from forecasts.communities import record
from forecasts.errors import ConflictError, InvalidInputError, NotFoundError, WrongPhaseError
from forecasts.models import Argument, Member, Question, Side
from forecasts.outbox import enqueue_refresh

SHOWING = "show argument "
REASON_LIMIT = 300


async def hide_argument(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    argument_id: int,
    member_id: int,
    reason: str,
    now: datetime,
) -> Argument:
    """Take an argument out of everything that shows arguments; its row, ratings and credits stay.

    Its author reads the reason in their own list.

    Raises
    ------
    NotFoundError
        No such argument on this question of this community.
    WrongPhaseError
        The question is sealed: nobody reads its arguments yet, moderators included.
    ConflictError
        It is hidden already.
    InvalidInputError
        No reason is given.
    """
    question, argument = await _find(session, community_id, question_id, argument_id)
    if argument.hidden_at is not None:
        raise ConflictError("This argument is hidden already. Show it again: /curate show")
    argument.hidden_at = now
    await _recorded(session, question, f"{HIDING}{argument.id}", member_id, reason, now)
    return argument


async def show_argument(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    argument_id: int,
    member_id: int,
    reason: str,
    now: datetime,
) -> Argument:
    """Show a hidden or merged argument again; raises as :func:`hide_argument`, and if it isn't hidden."""
    question, argument = await _find(session, community_id, question_id, argument_id)
    if argument.hidden_at is None:
        raise ConflictError("This argument isn't hidden. See all: /arguments")
    author = await session.get(Member, argument.member_id or 0)
    if author is not None and author.erased_at is not None:
        raise NotFoundError("Its author erased this argument: there is nothing left to show.")
    argument.hidden_at = argument.merged_into_id = None
    await _recorded(session, question, f"{SHOWING}{argument.id}", member_id, reason, now)
    return argument


async def merge_arguments(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    argument_id: int,
    into_id: int,
    member_id: int,
    reason: str,
    now: datetime,
) -> Argument:
    """Let an argument count as another that says the same, and hide it; return the one that is kept.

    Replies move to the one that is kept. Ratings and credits stay in their rows: whoever adds them up
    follows ``merged_into_id``, which always names an argument that isn't merged itself.

    Raises
    ------
    NotFoundError, WrongPhaseError, InvalidInputError
        As :func:`hide_argument`; the two must differ and speak for the same side.
    ConflictError
        One of them is hidden, or one is a reply and the other isn't.
    """
    question, argument = await _find(session, community_id, question_id, argument_id)
    _, kept = await _find(session, community_id, question_id, into_id)
    if argument.hidden_at is not None or kept.hidden_at is not None:
        raise ConflictError("One of these is hidden. Show it again first: /curate show")
    if argument.id == kept.id or argument.side is not kept.side:
        raise InvalidInputError("Choose two arguments of the same side that say the same.")
    if (argument.reply_to_id is None) is not (kept.reply_to_id is None):
        raise ConflictError("A reply says nothing without what it answers: it can't be merged with this.")
    await session.flush()
    dependent = select(Argument).where(
        (col(Argument.merged_into_id) == argument.id) | (col(Argument.reply_to_id) == argument.id)
    )
    for each in (await session.exec(dependent)).all():
        if each.merged_into_id == argument.id:
            each.merged_into_id = kept.id
        if each.reply_to_id == argument.id:
            each.reply_to_id = kept.id
    argument.merged_into_id, argument.hidden_at = kept.id, now
    said = f"merged into another that says the same: {_checked(reason)}"
    await _recorded(session, question, f"{HIDING}{argument.id}", member_id, said, now)
    return kept


async def find_arguments(
    session: AsyncSession, *, community_id: int, question_id: int, matching: str, hidden: bool, limit: int
) -> list[tuple[int, Side, str]]:
    """Return key, side and text of a revealed question's arguments, newest first; of a sealed one none."""
    erased = select(Member.id).where(col(Member.erased_at).is_not(None))
    query = (
        select(Argument.id, Argument.side, Argument.text)
        .join(Question, col(Question.id) == col(Argument.question_id))
        .where(
            col(Question.id) == question_id,
            col(Question.community_id) == community_id,
            col(Question.revealed_at).is_not(None),
            col(Argument.hidden_at).is_not(None) if hidden else col(Argument.hidden_at).is_(None),
            col(Argument.text).icontains(matching.strip(), autoescape=True),
            sa.or_(col(Argument.member_id).is_(None), col(Argument.member_id).not_in(erased)),
        )
        .order_by(col(Argument.id).desc())
        .limit(limit)
    )
    return [(key, Side(side), text) for key, side, text in (await session.exec(query)).all()]


async def _find(
    session: AsyncSession, community_id: int, question_id: int, argument_id: int
) -> tuple[Question, Argument]:
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    if question.revealed_at is None:
        raise WrongPhaseError(
            f"#{question.number} is sealed: until its reveal nobody reads its arguments, moderators included."
        )
    argument = await session.get(Argument, argument_id)
    if argument is None or argument.question_id != question.id:
        raise NotFoundError(f"There is no such argument on #{question.number}. Choose it from the list.")
    return question, argument


async def _recorded(
    session: AsyncSession, question: Question, action: str, member_id: int, reason: str, now: datetime
) -> None:
    record(
        session, community_id=question.community_id, question_id=question.id, member_id=member_id,
        action=action, note=_checked(reason), now=now,
    )  # fmt: skip
    await session.flush()
    await enqueue_refresh(session, question=question, now=now)


def _checked(reason: str) -> str:
    clean = " ".join(reason.split())
    if not clean:
        raise InvalidInputError("Say why in a sentence: its author reads it, and it goes into the record.")
    return clean[:REASON_LIMIT]
