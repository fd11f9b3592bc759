"""Use cases: what a member may do with their own data: see it, hide, be named, be forgotten."""

from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import (
    Argument,
    Conditional,
    Follow,
    Forecast,
    Member,
    Question,
    Rating,
    Resolution,
    Ruling,
    Score,
)  # fmt: skip
from forecasts.outbox import enqueue_refresh

DELETED = "[deleted by its author]"


async def set_hidden(session: AsyncSession, *, member_id: int, hidden: bool) -> None:
    """Leave a member out of leaderboards, digests and result posts, or put them back."""
    (await session.get_one(Member, member_id)).hidden = hidden
    await session.flush()


async def set_named(session: AsyncSession, *, member_id: int, named: bool) -> None:
    """Let a member be named beside their arguments after the last call, or not."""
    (await session.get_one(Member, member_id)).named = named
    await session.flush()


async def export_member(session: AsyncSession, *, member_id: int) -> dict[str, Any]:
    """Return everything stored about a member, as plain values for JSON."""
    member = await session.get_one(Member, member_id)
    numbers = dict((await session.exec(_numbers_of(member))).all())
    return {
        "member": {
            "hidden": member.hidden,
            "named": member.named,
            "since": member.created_at.isoformat(),
        },
        "forecasts": [
            {
                "question": numbers.get(row.question_id),
                "at": row.at.isoformat(),
                "kind": str(row.kind),
                "probabilities": row.probabilities,
            }
            for row in await _rows(session, Forecast, member_id)
        ],
        "arguments": [
            {
                "question": numbers.get(row.question_id),
                "at": row.at.isoformat(),
                "side": str(row.side),
                "text": row.text,
                "source": row.source,
            }
            for row in await _rows(session, Argument, member_id)
        ],
        "ratings": [
            {"argument": row.argument_id, "verdict": str(row.verdict), "at": row.at.isoformat()}
            for row in await _rows(session, Rating, member_id)
        ],
        "conditionals": [
            {"link": row.link_id, "if_yes": row.if_yes, "if_no": row.if_no, "at": row.at.isoformat()}
            for row in await _rows(session, Conditional, member_id)
        ],
        "scores": [
            {
                "question": numbers.get(row.question_id),
                "version": row.resolution_version,
                "brier": row.brier,
                "peer_brier": row.peer_brier,
                "coverage": row.coverage,
            }
            for row in await _rows(session, Score, member_id)
        ],
    }


async def erase_member(session: AsyncSession, *, member_id: int, now: datetime) -> None:
    """Forget who a member is.

    Their row becomes a tombstone without a user, their texts are dropped and nobody is told of their
    questions any more. Their numbers stay, linked to nobody, so that the others' scores don't shift.
    """
    member = await session.get_one(Member, member_id, with_for_update=True)
    member.user_id = None
    member.hidden = True
    member.named = False
    member.erased_at = now
    for argument in await _rows(session, Argument, member_id):
        argument.text, argument.source, argument.hidden_at = DELETED, "", now
    challenges = select(Resolution).where(
        col(Resolution.member_id) == member_id, col(Resolution.ruling) == Ruling.CHALLENGED
    )
    for challenge in (await session.exec(challenges)).all():
        challenge.note = DELETED
    for follow in await _rows(session, Follow, member_id):
        await session.delete(follow)
    await session.flush()
    forecast = select(Forecast.question_id).where(col(Forecast.member_id) == member_id).distinct()
    for question in (await session.exec(select(Question).where(col(Question.id).in_(forecast)))).all():
        await enqueue_refresh(session, question=question, now=now)


def _numbers_of(member: Member) -> Any:
    return select(Question.id, Question.number).where(col(Question.community_id) == member.community_id)


async def _rows(session: AsyncSession, table: Any, member_id: int) -> list[Any]:
    query = select(table).where(table.member_id == member_id).order_by(table.id)
    return list((await session.exec(query)).all())
