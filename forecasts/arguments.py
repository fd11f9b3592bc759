"""Use cases: read a question's arguments, and remember who was shown which."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.aliases import alias
from forecasts.database import insert_if_absent
from forecasts.models import Argument, AuditEntry, Community, Exposure, Member, Phase, Question, Surface
from forecasts.views import ArgumentEntry, ArgumentLine

HIDING = "hide argument "  # the action of an audit entry, followed by the argument's key
# Until the last call is over nobody argues under a name.
_UNDER_ALIASES = frozenset({Phase.BLIND, Phase.DEBATE, Phase.FINAL})


async def arguments_for(
    session: AsyncSession, *, question: Question, member_id: int, after: int, limit: int
) -> list[ArgumentEntry]:
    """Return a question's next arguments for a member, oldest first, each with its replies behind it.

    Sealed, only the member's own. Of what moderators hid a member reads their own, with the reason.

    Parameters
    ----------
    after
        The key of the last argument that was shown; 0 begins.
    """
    community = await session.get_one(Community, question.community_id)
    heads = sa.func.coalesce(Argument.reply_to_id, Argument.id)
    last = await session.get(Argument, after)
    head = (last.reply_to_id or last.id) if last is not None else 0
    hidden_from_others = col(Argument.hidden_at).is_(None) | (col(Argument.member_id) == member_id)
    query = (
        select(Argument, Member)
        .outerjoin(Member, col(Member.id) == col(Argument.member_id))
        .where(
            col(Argument.question_id) == question.id,
            hidden_from_others,
            (heads > head) | ((heads == head) & (col(Argument.id) > after)),
        )
        .order_by(heads, col(Argument.id))
        .limit(limit)
    )
    if question.revealed_at is None:
        query = query.where(col(Argument.member_id) == member_id)
    rows: Sequence[tuple[Argument, Member | None]] = (await session.exec(query)).all()
    reasons = await reasons_for_hiding(session, question_id=question.id)
    return [
        _entry(argument, author, question, community.secret, member_id, reasons) for argument, author in rows
    ]


async def reasons_for_hiding(session: AsyncSession, *, question_id: int) -> dict[int, str]:
    """Return why moderators hid arguments of a question, the last reason for each, by the arguments' keys."""
    query = (
        select(AuditEntry)
        .where(col(AuditEntry.question_id) == question_id, col(AuditEntry.action).startswith(HIDING))
        .order_by(col(AuditEntry.id))
    )
    entries = (await session.exec(query)).all()
    return {int(entry.action.removeprefix(HIDING)): entry.note for entry in entries}


async def record_list_exposure(
    session: AsyncSession, *, argument_ids: Sequence[int], member_id: int, now: datetime
) -> None:
    """Remember that a member was shown arguments of others in the list."""
    others = select(Argument.id).where(
        col(Argument.id).in_(argument_ids),
        sa.or_(col(Argument.member_id).is_(None), col(Argument.member_id) != member_id),
    )
    for argument_id in (await session.exec(others)).all():
        await insert_if_absent(
            session, Exposure, argument_id=argument_id, member_id=member_id, surface=Surface.LIST, at=now
        )


def line_of(argument: Argument, secret: str) -> ArgumentLine:
    """Return an argument as its readers see it: by an alias, or from a document."""
    by = f"from {argument.source}" if argument.source else "from a document"
    if argument.member_id is not None:
        by = alias(secret, question_id=argument.question_id, member_id=argument.member_id)
    return ArgumentLine(argument.id, argument.side, argument.text, by)


def _entry(
    argument: Argument,
    author: Member | None,
    question: Question,
    secret: str,
    reader_id: int,
    reasons: dict[int, str],
) -> ArgumentEntry:
    # A challenge that succeeds takes a proposed question back to the round it interrupted.
    phase = question.interrupted_phase if question.phase is Phase.PROPOSED else question.phase
    named = author is not None and author.named and phase not in _UNDER_ALIASES
    by = (
        alias(secret, question_id=question.id, member_id=author.id)
        if author is not None
        else argument.source or "a document"
    )
    return ArgumentEntry(
        id=argument.id,
        side=argument.side,
        text=argument.text,
        source=argument.source if author is not None else "",
        by=by,
        user_id=author.user_id if named and author is not None else None,
        is_own=argument.member_id == reader_id,
        reply_to=argument.reply_to_id,
        hidden_because=reasons.get(argument.id, "no reason given") if argument.hidden_at is not None else "",
    )
