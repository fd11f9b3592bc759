"""Use case: make a restored database go on from now, saying nothing that was said already."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import Community, Member, Memo, OutboxMessage, Phase, Question
from forecasts.outbox import Errand, enqueue_refresh
from forecasts.sweep import beat

RESTORED = "restored"
_SETTLED = (Phase.RESOLVED, Phase.VOID)
# The gap left in the numbers of rows when nobody can say how far they had gone.
UNKNOWN_GAP = 100_000


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a database had counted: what stands in Discord refers to rows by these ids.

    ``numbers`` holds the last question number of each server, by its Discord id.
    """

    outbox_id: int
    question_id: int
    numbers: dict[int, int]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: messages that won't be sent, cards that are redrawn, questions without a card."""

    silenced: int
    redrawn: int
    without_card: int


async def go_on_from_now(session: AsyncSession, *, reached: Reached | None, now: datetime) -> Restored:
    """Silence the outbox, redraw what may look otherwise, and count on from where the lost database was.

    Nobody can say which of the waiting messages Discord has already; none of them is sent. A button of
    a question that only the lost database knew must not lead to another question later, nor a message
    be taken for another one by its marker: both are recognised by row ids.

    Parameters
    ----------
    reached
        How far the lost database had counted, or None if it can't be read.
    """
    waiting = select(OutboxMessage).where(
        col(OutboxMessage.sent_at).is_(None), col(OutboxMessage.dead_at).is_(None)
    )
    silenced = (await session.exec(waiting)).all()
    for message in silenced:
        message.dead_at, message.error, message.lease_until = now, RESTORED, None
    await (await session.connection()).execute(sa.delete(Memo))  # what Discord knows may be newer
    await beat(session, now=now)
    await _count_on(session, reached, now)
    unsettled = sa.or_(
        col(Question.phase).not_in(_SETTLED),
        col(Question.id).in_({message.question_id for message in silenced if message.question_id}),
    )
    posted = select(Question).where(col(Question.channel_id).is_not(None), unsettled)
    questions = (await session.exec(posted)).all()
    cards = [question for question in questions if question.card_message_id is not None]
    for question in cards:
        await enqueue_refresh(session, question=question, now=now)
    return Restored(len(silenced), len(cards), len(questions) - len(cards))


async def _count_on(session: AsyncSession, reached: Reached | None, now: datetime) -> None:
    last_outbox = (await session.exec(select(sa.func.max(OutboxMessage.id)))).one() or 0
    last_question = (await session.exec(select(sa.func.max(Question.id)))).one() or 0
    communities = (await session.exec(select(Community).order_by(col(Community.id)))).all()
    if not communities:
        return
    for community in communities:
        known = reached.numbers.get(community.guild_id, 0) if reached else 0
        community.last_number = max(community.last_number, known)
    outbox_id = max(last_outbox, reached.outbox_id) if reached else last_outbox + UNKNOWN_GAP
    question_id = max(last_question, reached.question_id) if reached else last_question + UNKNOWN_GAP
    if session.get_bind().dialect.name == "postgresql":
        for table, last in (("outbox_message", outbox_id), ("question", question_id)):
            await (await session.connection()).execute(
                sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table, "id"), max(last, 1)))
            )
        return
    # SQLite counts on from the highest row, so one has to stand there.
    first = communities[0].id
    if outbox_id > last_outbox:
        key = f"{RESTORED}:{outbox_id}"
        session.add(
            OutboxMessage(id=outbox_id, key=key, community_id=first, kind=Errand.REFRESH, created_at=now,
                          not_before=now, dead_at=now, error=RESTORED)
        )  # fmt: skip
    author = (await session.exec(select(Member).order_by(col(Member.id)).limit(1))).first()
    if question_id > last_question and author is not None:
        session.add(
            Question(id=question_id, community_id=author.community_id, title="Lost in a restore", criteria="",
                     phase=Phase.VOID, created_by=author.id, created_at=now)
        )  # fmt: skip
    await session.flush()
