"""Use case: a member who is forgotten takes back the documents that were made of their chat messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from claims.models import ClaimDecision, ClaimLink, StoredClaim, StoredDocument
from claims.seeding import source_of
from forecasts.models import Argument, Origin, Question
from forecasts.outbox import enqueue_refresh

MESSAGE_LINK = "https://discord.com/channels/"  # followed by the keys of server, channel and message


def is_of_message() -> sa.ColumnElement[bool]:
    """Return the condition that a document was made of a chat message."""
    return col(StoredDocument.url).startswith(MESSAGE_LINK, autoescape=True)


async def forget_messages(session: AsyncSession, *, member_id: int, now: datetime) -> list[int]:
    """Delete the documents of a member's messages, their claims, and what was decided about these.

    Those who agree are noted as the ones who added them, and a moderator's own and bots' messages are the
    moderator's. Questions that were drafted from such a claim stay, without the quote; their cards are
    drawn anew.

    Returns
    -------
    list of int
        Keys of the arguments that quote them, whose texts are for the caller to drop.
    """
    own = select(StoredDocument).where(col(StoredDocument.added_by) == member_id, is_of_message())
    documents = (await session.exec(own)).all()
    keys = [document.id for document in documents]
    claims = (await session.exec(select(StoredClaim).where(col(StoredClaim.document_id).in_(keys)))).all()
    quoting = await _arguments(session, documents, claims)
    drafted = [claim.question_id for claim in claims if claim.question_id is not None]
    touched = {*drafted, *(argument.question_id for argument in quoting)}
    for question in (await session.exec(select(Question).where(col(Question.id).in_(touched)))).all():
        if question.id in drafted:
            question.quote = question.quote_source = ""
        await enqueue_refresh(session, question=question, now=now)
    await session.flush()
    await _delete(session, keys, [claim.id for claim in claims])
    return [argument.id for argument in quoting]


async def _arguments(
    session: AsyncSession, documents: Sequence[StoredDocument], claims: Sequence[StoredClaim]
) -> list[Argument]:
    """Return the arguments that name one of the documents and stand in one, in whichever reading of it."""
    by_key = {document.id: document for document in documents}
    query = (
        select(Argument)
        .join(Question, col(Question.id) == col(Argument.question_id))
        .where(
            col(Question.community_id).in_({document.community_id for document in documents}),
            col(Argument.origin) == Origin.DOCUMENT,
            col(Argument.source).in_({source_of(claim, by_key[claim.document_id]) for claim in claims}),
        )
    )
    found = (await session.exec(query)).all()
    return [each for each in found if any(each.text in document.text for document in documents)]


async def _delete(session: AsyncSession, documents: Sequence[int], claims: Sequence[int]) -> None:
    """Delete rows, those that refer to others first."""
    linked = col(ClaimLink.a_id).in_(claims) | col(ClaimLink.b_id).in_(claims)
    replaced = col(StoredDocument.replaced_by_id).in_(documents)
    statements: list[Any] = [
        sa.delete(ClaimLink).where(linked),
        sa.delete(ClaimDecision).where(col(ClaimDecision.claim_id).in_(claims)),
        sa.delete(StoredClaim).where(col(StoredClaim.id).in_(claims)),
        sa.update(StoredDocument).where(replaced).values(replaced_by_id=None),
        sa.delete(StoredDocument).where(col(StoredDocument.id).in_(documents)),
    ]
    connection = await session.connection()
    for statement in statements:
        await connection.execute(statement)
