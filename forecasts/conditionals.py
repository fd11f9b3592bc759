"""What members said a question would do to their credence in a thesis, and the prompts that follow."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.events import Announcement
from forecasts.models import Conditional, CruxLink, Phase, Question
from forecasts.outbox import Errand, enqueue, enqueue_refresh


async def conditionals_in_force(
    session: AsyncSession, *, link: CruxLink, thesis: Question, question: Question
) -> dict[int, Conditional]:
    """Return each member's last word about a link, by member.

    What was said before either of the two changed its meaning was about something else, and is left out.
    """
    query = select(Conditional).where(col(Conditional.link_id) == link.id).order_by(col(Conditional.id))
    for side in (thesis, question):
        if side.opens_at is not None:
            query = query.where(col(Conditional.at) >= side.opens_at)
    return {each.member_id: each for each in (await session.exec(query)).all()}


async def tell_theses(
    session: AsyncSession, question: Question, announcements: tuple[Announcement, ...], *, now: datetime
) -> None:
    """Bring the cards of the theses up to date that a question is linked to, and owe prompts at its result.

    A conditional is prompted for once: its id is the message's key, also when the result is overturned.
    """
    query = (
        select(CruxLink, Question)
        .join(Question, col(Question.id) == col(CruxLink.thesis_id))
        .where(col(CruxLink.question_id) == question.id, col(Question.phase) != Phase.VOID)
        .order_by(col(CruxLink.id))
    )
    for link, thesis in (await session.exec(query)).all():
        await enqueue_refresh(session, question=thesis, now=now)
        if Announcement.RESOLVED not in announcements:
            continue
        said = await conditionals_in_force(session, link=link, thesis=thesis, question=question)
        for conditional in said.values():
            await enqueue(
                session,
                key=f"p{conditional.id}",
                kind=Errand.PROMPT,
                community_id=thesis.community_id,
                channel_id=thesis.channel_id,
                question_id=thesis.id,
                payload={"conditional": conditional.id},
                now=now,
            )
