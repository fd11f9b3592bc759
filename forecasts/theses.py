"""Use cases: theses, which are debated and never resolved. Their credences are forecasts of one number."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import Kind, Question
from forecasts.questions import Wording, approve_question, edit_draft


async def draft_thesis(
    session: AsyncSession,
    *,
    community_id: int,
    member_id: int,
    wording: Wording,
    now: datetime,
    interaction_id: int | None = None,
) -> Question:
    """Store a thesis as a draft; ``approve_question`` opens it, without any dates.

    Parameters
    ----------
    wording
        The proposition as its title; as its criteria what readers should know, or nothing; its quote.

    Raises
    ------
    InvalidInputError
        A text is too short or too long.
    """
    if interaction_id is not None:
        made = select(Question).where(col(Question.interaction_id) == interaction_id)
        if (repeated := (await session.exec(made)).first()) is not None:
            return repeated
    clean = wording.checked(is_thesis=True)
    thesis = Question(
        community_id=community_id,
        kind=Kind.THESIS,
        title=clean.title,
        criteria=clean.criteria,
        quote=clean.quote,
        quote_source=clean.quote_source,
        created_by=member_id,
        interaction_id=interaction_id,
        created_at=now,
    )
    session.add(thesis)
    await session.flush()
    return thesis


async def open_as_thesis(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    channel_id: int,
    title: str,
    context: str,
    now: datetime,
) -> Question:
    """Open the draft of a question as a thesis, in other words: what is asked becomes a proposition.

    Raises as :func:`forecasts.questions.edit_draft` and :func:`forecasts.questions.approve_question`.
    """
    question = await edit_draft(
        session, community_id=community_id, question_id=question_id, wording=Wording(title, context),
        closes_at=None, now=now, as_thesis=True,
    )  # fmt: skip
    return await approve_question(
        session, community_id=community_id, question_id=question.id, member_id=member_id,
        channel_id=channel_id, now=now,
    )  # fmt: skip
