"""Use cases: what a question is about, in a word or two, by which leaderboards can be narrowed."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import locked_question
from forecasts.communities import record
from forecasts.errors import InvalidInputError
from forecasts.models import Question

TOPIC_LIMIT = 40


async def set_topic(
    session: AsyncSession, *, community_id: int, question_id: int, member_id: int, topic: str, now: datetime
) -> Question:
    """Say what a question is about; an empty topic says nothing any more.

    A topic that the community has already, in other capitals, is spelt as before.

    Raises
    ------
    InvalidInputError
        It has more than 40 characters.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    clean = " ".join(topic.split())
    if len(clean) > TOPIC_LIMIT:
        raise InvalidInputError(f"A topic has at most {TOPIC_LIMIT} characters; yours has {len(clean)}.")
    known = await topics_of(session, community_id=community_id, matching=clean, limit=None, drafts=True)
    question.topic = next((each for each in known if each.casefold() == clean.casefold()), clean)
    record(session, community_id=community_id, question_id=question_id, member_id=member_id,
           action="topic", note=question.topic, now=now)  # fmt: skip
    await session.flush()
    return question


async def topics_of(
    session: AsyncSession, *, community_id: int, matching: str, limit: int | None, drafts: bool = False
) -> list[str]:
    """Return the topics of a community's questions whose name holds some letters, the latest first.

    Parameters
    ----------
    drafts
        With those of questions that were never opened: not for members.
    """
    query = (
        select(Question.topic)
        .where(
            col(Question.community_id) == community_id,
            col(Question.topic) != "",
            col(Question.topic).icontains(matching, autoescape=True),
        )
        .group_by(col(Question.topic))
        .order_by(sa.func.max(Question.id).desc())
        .limit(limit)
    )
    if not drafts:
        query = query.where(col(Question.number).is_not(None))
    return list((await session.exec(query)).all())
