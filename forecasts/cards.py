"""Use cases: the message that is a question's card. Post it again, and notice that it is gone."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import locked_question
from forecasts.communities import record
from forecasts.errors import WrongPhaseError
from forecasts.models import Community, Question
from forecasts.outbox import Errand, enqueue

CARD_GONE = "card gone"


async def repost_card(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    interaction_id: int,
    now: datetime,
) -> Question:
    """Owe a question's card anew, in the community's channel for questions as it is set now.

    A repeated ``interaction_id`` owes nothing more. The message it replaces is named in the payload,
    and forgotten here, so that no refresh looks for it in the new channel.

    Raises
    ------
    WrongPhaseError
        It was never opened, so it never had a card.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    if question.number is None:
        raise WrongPhaseError("A draft has no card yet. Open it: /question approve")
    community = await session.get_one(Community, community_id)
    replaced = question.channel_id, question.card_message_id
    channel_id = community.questions_channel_id or question.channel_id
    is_new = await enqueue(
        session,
        key=f"c{interaction_id}",
        kind=Errand.CARD,
        community_id=community_id,
        channel_id=channel_id,
        question_id=question.id,
        payload={"replaces": replaced} if question.card_message_id is not None else {},
        now=now,
    )
    if is_new:
        question.channel_id, question.card_message_id = channel_id, None
        record(session, community_id=community_id, question_id=question_id, member_id=member_id,
               action="repost", now=now)  # fmt: skip
        await session.flush()
    return question


async def note_lost_card(session: AsyncSession, *, question_id: int, now: datetime) -> None:
    """Tell the moderators, once, that a question's card was deleted; nobody looks for it again."""
    question = await session.get_one(Question, question_id, with_for_update=True)
    if question.card_message_id is None:
        return
    await enqueue(
        session,
        key=f"g{question.card_message_id}",
        kind=Errand.NOTE,
        community_id=question.community_id,
        question_id=question.id,
        payload={"announce": [CARD_GONE]},
        now=now,
    )
    question.card_message_id = None
    await session.flush()
