"""Use cases: members who asked to be told about a question, at its reveal and at its result."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from forecasts.database import insert_if_absent
from forecasts.errors import NotFoundError, WrongPhaseError
from forecasts.events import Announcement
from forecasts.lifecycle import describe
from forecasts.models import Follow, Member, Phase, Question
from forecasts.outbox import Errand, enqueue

TOLD_AT_ONCE = 90  # Discord takes a hundred mentions in a message
WORTH_TELLING = frozenset(
    {Announcement.REVEALED, Announcement.RESOLVED, Announcement.OVERTURNED, Announcement.VOIDED}
)
ENDED = frozenset({Phase.RESOLVED, Phase.VOID})


async def follow(session: AsyncSession, *, question: Question, member_id: int) -> None:
    """Remember that a member wants to be told; asking twice is asking once.

    Raises
    ------
    NotFoundError
        The question is a draft.
    WrongPhaseError
        There is nothing to tell any more.
    """
    if question.number is None:
        raise NotFoundError("There is no open question with this id. See what is open: /question list")
    if question.phase in ENDED:
        raise WrongPhaseError(
            f"#{question.number} is {describe(question.phase)}: there is nothing more to tell. "
            "See what is open: /question list"
        )
    await insert_if_absent(session, Follow, question_id=question.id, member_id=member_id)


async def unfollow(session: AsyncSession, *, question: Question, member_id: int) -> None:
    """Forget that a member wanted to be told."""
    for row in (await session.exec(_of(question, member_id))).all():
        await session.delete(row)
    await session.flush()


async def is_following(session: AsyncSession, *, question: Question, member_id: int) -> bool:
    """Whether a member asked to be told."""
    return (await session.exec(_of(question, member_id))).first() is not None


async def followers(
    session: AsyncSession, *, question_id: int, after: int = 0, up_to: int | None = None
) -> list[int]:
    """Return the Discord users to mention, of those who asked with a key in (after, up_to]."""
    query = (
        select(Member.user_id)
        .join(Follow, col(Follow.member_id) == col(Member.id))
        .where(
            col(Follow.question_id) == question_id,
            col(Follow.id) > after,
            col(Member.user_id).is_not(None),
        )
        .order_by(col(Follow.id))
    )
    if up_to is not None:
        query = query.where(col(Follow.id) <= up_to)
    return [user_id for user_id in (await session.exec(query)).all() if user_id is not None]


async def owe_followers(
    session: AsyncSession, question: Question, announcements: tuple[Announcement, ...], *, now: datetime
) -> None:
    """Owe those who asked a mention, if anything happened that they asked for.

    Who they are is read when the message is sent, so that whoever left meanwhile isn't named.
    """
    if not WORTH_TELLING.intersection(announcements):
        return
    asked = select(Follow.id).where(col(Follow.question_id) == question.id).order_by(col(Follow.id))
    keys = list((await session.exec(asked)).all())
    for start in range(0, len(keys), TOLD_AT_ONCE):
        batch = keys[start : start + TOLD_AT_ONCE]
        await enqueue(
            session,
            key=f"f{question.id}.{question.revision}.{start // TOLD_AT_ONCE}",
            kind=Errand.TELL,
            community_id=question.community_id,
            channel_id=question.channel_id,
            question_id=question.id,
            payload={"after": batch[0] - 1, "up_to": batch[-1]},
            now=now,
        )


async def remember_thread(session: AsyncSession, *, question_id: int, thread_id: int) -> None:
    """Store which thread hangs from a question's card."""
    (await session.get_one(Question, question_id)).thread_id = thread_id
    await session.flush()


def _of(question: Question, member_id: int) -> SelectOfScalar[Follow]:
    return select(Follow).where(col(Follow.question_id) == question.id, col(Follow.member_id) == member_id)
