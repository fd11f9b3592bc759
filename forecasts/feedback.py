"""Use cases: after the last call, tell authors who want it what readers made of their arguments."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.debate_review import review_of
from forecasts.models import Argument, Member, Question
from forecasts.outbox import Errand, enqueue


@dataclass(frozen=True, slots=True)
class Feedback:
    """What readers made of one argument: how many read it, were convinced, and moved because of it."""

    text: str
    readers: int
    convinced: int
    moved: int


async def set_feedback(session: AsyncSession, *, member_id: int, wanted: bool) -> None:
    """Tell a member what readers made of their arguments, or not."""
    (await session.get_one(Member, member_id)).feedback = wanted
    await session.flush()


async def owe_feedback(session: AsyncSession, *, question: Question, now: datetime) -> None:
    """Owe each author who wants it one private note with today's counts; nothing below five blind forecasts.

    Call it when the last call is over. The texts aren't in it: an author may erase them before it is sent.
    """
    review = await review_of(session, question=question)
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for each in review.arguments if review is not None else ():
        if each.author_id is not None and each.readers:
            counts = {"readers": each.readers, "convinced": each.convinced, "moved": each.moved}
            lines[each.author_id].append({"argument_id": each.id, **counts})
    wanted = select(Member.id).where(col(Member.id).in_(lines), col(Member.feedback))
    for member_id in (await session.exec(wanted.order_by(col(Member.id)))).all():
        await enqueue(
            session,
            key=f"b{question.id}.{question.edition}.{member_id}",
            kind=Errand.FEEDBACK,
            community_id=question.community_id,
            question_id=question.id,
            payload={"member_id": member_id, "arguments": lines[member_id]},
            now=now,
        )


async def feedback_of(
    session: AsyncSession, *, payload: dict[str, Any]
) -> tuple[int | None, tuple[Feedback, ...]]:
    """Return whom a note is for, and what it says; nobody if they have left or want none any more."""
    member = await session.get_one(Member, payload["member_id"])
    counts = {each["argument_id"]: each for each in payload["arguments"]}
    query = select(Argument).where(col(Argument.id).in_(counts), col(Argument.hidden_at).is_(None))
    arguments = (await session.exec(query.order_by(col(Argument.id)))).all()
    lines = tuple(
        Feedback(each.text, *(counts[each.id][name] for name in ("readers", "convinced", "moved")))
        for each in arguments
    )
    return (member.user_id if member.feedback else None), lines
