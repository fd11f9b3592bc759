"""Use cases: what a member may do with their own data: see it, hide, be named, be forgotten."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import (
    Argument,
    AuditEntry,
    Conditional,
    Digest,
    Exposure,
    Follow,
    Forecast,
    Member,
    MoveCredit,
    OutboxMessage,
    Question,
    Rating,
    Resolution,
    Ruling,
    Score,
)  # fmt: skip
from forecasts.outbox import Errand, enqueue_refresh

DELETED = "[deleted by its author]"


async def set_hidden(session: AsyncSession, *, member_id: int, hidden: bool, now: datetime) -> None:
    """Leave a member out of leaderboards, digests and results on cards, or put them back."""
    member = await session.get_one(Member, member_id)
    if member.hidden == hidden:
        return
    member.hidden = hidden
    await session.flush()
    await _refresh_cards(session, member_id, now)


async def set_named(session: AsyncSession, *, member_id: int, named: bool) -> None:
    """Let a member be named beside their arguments after the last call, or not."""
    (await session.get_one(Member, member_id)).named = named
    await session.flush()


async def export_member(session: AsyncSession, *, member_id: int) -> dict[str, Any]:
    """Return everything stored about a member but documents, as plain values for JSON.

    A question is given by its number (None for a draft), an argument by its key.
    """
    member = await session.get_one(Member, member_id)
    numbers = dict((await session.exec(_numbers_of(member))).all())

    async def listed(table: Any, *names: str) -> list[dict[str, Any]]:
        return [_plain(row, names, numbers) for row in await _rows(session, table, member_id)]

    return {
        "member": {
            "user_id": str(member.user_id),
            "hidden": member.hidden,
            "named": member.named,
            "feedback": member.feedback,
            "since": member.created_at.isoformat(),
        },
        "forecasts": await listed(Forecast, "question", "at", "kind", "probabilities"),
        "arguments": await listed(Argument, "id", "question", "at", "side", "text", "source"),
        "shown": await listed(Exposure, "argument_id", "surface", "at"),
        "ratings": await listed(Rating, "argument_id", "verdict", "is_crux", "at"),
        "moved_by": [
            _plain(row, ("cause", "argument_id", "at"), numbers)
            for row in (await session.exec(_credits_of(member_id))).all()
        ],
        "conditionals": await listed(Conditional, "link_id", "if_yes", "if_no", "at"),
        "follows": await listed(Follow, "question"),
        "scores": await listed(Score, "question", "resolution_version", "brier", "peer_brier", "coverage"),
        "questions": [
            {"question": row.number, "title": row.title, "at": row.created_at.isoformat()}
            for row in (await session.exec(_drafted_by(member_id))).all()
        ],
        "rulings": await listed(Resolution, "question", "at", "ruling", "outcome", "evidence_url", "note"),
        "actions": await listed(AuditEntry, "question", "at", "action", "note"),
    }


async def erase_member(
    session: AsyncSession, *, member_id: int, now: datetime, quoted: Collection[int] = ()
) -> None:
    """Forget who a member is.

    Their row becomes a tombstone without a user, their texts are dropped and nobody is told of their
    questions any more. Their numbers stay, linked to nobody, so that the others' scores don't shift.

    Parameters
    ----------
    quoted
        Keys of arguments of nobody that quote them, see :func:`claims.messages.forget_messages`.
    """
    member = await session.get_one(Member, member_id, with_for_update=True)
    theirs = select(Argument).where((col(Argument.member_id) == member_id) | col(Argument.id).in_(quoted))
    arguments = (await session.exec(theirs)).all()
    await _forget_in_digests(session, member, {argument.id for argument in arguments})
    member.user_id = None
    member.hidden = True
    member.named = member.feedback = False
    member.erased_at = now
    for argument in arguments:
        argument.text, argument.source, argument.hidden_at = DELETED, "", now
    challenges = select(Resolution).where(
        col(Resolution.member_id) == member_id, col(Resolution.ruling) == Ruling.CHALLENGED
    )
    for challenge in (await session.exec(challenges)).all():
        challenge.note = DELETED
    for follow in await _rows(session, Follow, member_id):
        await session.delete(follow)
    await session.flush()
    await _refresh_cards(session, member_id, now)


async def _forget_in_digests(session: AsyncSession, member: Member, arguments: set[int]) -> None:
    """Take a member out of stored digests, which name the best and quote the argument that moved most."""
    digests = select(Digest).where(col(Digest.community_id) == member.community_id)
    for digest in (await session.exec(digests)).all():
        digest.content = _without(digest.content, member.user_id, arguments)
    messages = select(OutboxMessage).where(
        col(OutboxMessage.community_id) == member.community_id, col(OutboxMessage.kind) == Errand.DIGEST
    )
    for message in (await session.exec(messages)).all():
        message.payload = _without(message.payload, member.user_id, arguments)


def _without(content: dict[str, Any], user_id: int | None, arguments: set[int]) -> dict[str, Any]:
    leaders = [leader for leader in content.get("leaders", []) if leader["user_id"] != user_id]
    change = content.get("change")
    if change is not None and change.get("argument_id") in arguments:
        change = change | {"argument_id": None, "argument": ""}
    return content | {"leaders": leaders, "change": change}


async def _refresh_cards(session: AsyncSession, member_id: int, now: datetime) -> None:
    forecast = select(Forecast.question_id).where(col(Forecast.member_id) == member_id).distinct()
    for question in (await session.exec(select(Question).where(col(Question.id).in_(forecast)))).all():
        await enqueue_refresh(session, question=question, now=now)


def _plain(row: Any, names: tuple[str, ...], numbers: dict[int, int | None]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in names:
        value = numbers.get(row.question_id) if name == "question" else getattr(row, name)
        values[name] = value.isoformat() if isinstance(value, datetime) else value
    return values


def _numbers_of(member: Member) -> Any:
    return select(Question.id, Question.number).where(col(Question.community_id) == member.community_id)


def _drafted_by(member_id: int) -> Any:
    return select(Question).where(col(Question.created_by) == member_id).order_by(col(Question.id))


def _credits_of(member_id: int) -> Any:
    return (
        select(MoveCredit)
        .join(Forecast, col(Forecast.id) == col(MoveCredit.forecast_id))
        .where(col(Forecast.member_id) == member_id)
        .order_by(col(MoveCredit.id))
    )


async def _rows(session: AsyncSession, table: Any, member_id: int) -> list[Any]:
    query = select(table).where(table.member_id == member_id).order_by(table.id)
    return list((await session.exec(query)).all())
