"""Move a stored question through its lifecycle, and owe Discord what that announces.

Every change of phase, whoever causes it, goes through :func:`advance`.
"""

from dataclasses import fields
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.conditionals import tell_theses
from forecasts.errors import NotFoundError
from forecasts.events import Announcement, Event, State
from forecasts.following import owe_followers
from forecasts.lifecycle import transition
from forecasts.models import Question
from forecasts.outbox import Errand, enqueue

# Said in the channel as a message of its own; everything else only changes the card.
SAID_ALOUD = frozenset(
    {
        Announcement.REVEALED,
        Announcement.LAST_CALL,
        Announcement.RUNNING,
        Announcement.PROPOSED,
        Announcement.CHALLENGED,
        Announcement.RESUMED,
        Announcement.RESOLVED,
        Announcement.OVERTURNED,
        Announcement.RESTARTED,
        Announcement.VOIDED,
    }
)
FOR_MODERATORS = frozenset({Announcement.REMINDER, Announcement.CHALLENGED})

_FIELDS = tuple(field.name for field in fields(State))


async def locked_question(session: AsyncSession, *, question_id: int, community_id: int) -> Question:
    """Return a community's question, locked until the transaction ends.

    Raises
    ------
    NotFoundError
        There is none with this id here; another community's question is none.
    """
    query = (
        select(Question)
        .where(col(Question.id) == question_id, col(Question.community_id) == community_id)
        .with_for_update()
    )
    question = (await session.exec(query)).first()
    if question is None:
        raise NotFoundError("There is no such question on this server. See what is open: /question list")
    return question


def state_of(question: Question) -> State:
    """Return what the lifecycle needs to know of a stored question."""
    return State(**{name: getattr(question, name) for name in _FIELDS})


def apply(question: Question, event: Event, *, now: datetime) -> tuple[Announcement, ...]:
    """Move a question without announcing it; the caller owes :func:`announce`."""
    result = transition(state_of(question), event, now=now)
    for name in _FIELDS:
        setattr(question, name, getattr(result.state, name))
    question.revision += 1
    return result.announce


async def announce(
    session: AsyncSession,
    question: Question,
    announcements: tuple[Announcement, ...],
    *,
    now: datetime,
    late: bool = False,
) -> None:
    """Owe the card's new state, and at most one message about all that happened at once."""
    if question.channel_id is None:
        return
    await session.flush()

    async def owe(prefix: str, kind: Errand, announced: list[str]) -> None:
        await enqueue(
            session,
            key=f"{prefix}{question.id}.{question.revision}",
            kind=kind,
            community_id=question.community_id,
            channel_id=question.channel_id,
            question_id=question.id,
            payload={"announce": announced, "late": late, "version": question.resolution_version},
            now=now,
        )

    if Announcement.OPENED in announcements:
        await owe("c", Errand.CARD, [])
        return
    await owe("t", Errand.REFRESH, [])
    aloud = [str(announcement) for announcement in announcements if announcement in SAID_ALOUD]
    if aloud:
        await owe("s", Errand.NOTICE, aloud)
    notes = [str(announcement) for announcement in announcements if announcement in FOR_MODERATORS]
    if notes:
        await owe("n", Errand.NOTE, notes)
    await owe_followers(session, question, announcements, now=now)
    await tell_theses(session, question, announcements, now=now)


async def advance(session: AsyncSession, question: Question, event: Event, *, now: datetime) -> None:
    """Apply one event to a locked question and owe what it announces.

    Raises
    ------
    WrongPhaseError, InvalidInputError
        As :func:`forecasts.lifecycle.transition`; nothing is changed.
    """
    await announce(session, question, apply(question, event, now=now), now=now)
