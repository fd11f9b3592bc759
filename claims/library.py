"""Use cases: store what was read, and let a new reading of a document take the place of an earlier one."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from claims.changed import Passage, still_standing
from claims.document import Document
from claims.messages import MESSAGE_LINK
from claims.models import ClaimDecision, ClaimLink, ClaimStatus, Feed, StoredClaim, StoredDocument
from claims.reading import Reading
from claims.views import Added, DocumentLine
from forecasts.errors import ConflictError, NotAllowedError, NotFoundError
from forecasts.models import Community

DOCUMENTS_A_DAY, OF_ONE_MEMBER = 50, 20
_DAY = timedelta(hours=24)
_NO_DOCUMENT = "There is no such document on this server. See what there is: /claims list"


async def check_quota(
    session: AsyncSession, *, community_id: int, member_id: int | None, now: datetime
) -> None:
    """Raise NotAllowedError if no more documents may be added now.

    Parameters
    ----------
    member_id
        Whose documents are counted beside the server's; None for what a feed brings.
    """
    room = await room_today(session, community_id=community_id, now=now)
    if room <= 0:
        raise NotAllowedError(
            f"This server has added {DOCUMENTS_A_DAY} documents in 24 hours, which is the most. Add it later."
        )
    own = sa.and_(col(StoredDocument.added_by) == member_id, col(StoredDocument.feed_id).is_(None))
    if member_id is not None and await _count(session, community_id, now, own) >= OF_ONE_MEMBER:
        raise NotAllowedError(
            f"You have added {OF_ONE_MEMBER} documents in 24 hours, which is the most. Add it later."
        )


async def room_today(session: AsyncSession, *, community_id: int, now: datetime) -> int:
    """Return how many documents a community may still add within these 24 hours."""
    return DOCUMENTS_A_DAY - await _count(session, community_id, now, sa.true())


async def _count(
    session: AsyncSession, community_id: int, now: datetime, which: sa.ColumnElement[bool]
) -> int:
    query = select(sa.func.count()).where(
        col(StoredDocument.community_id) == community_id, col(StoredDocument.at) > now - _DAY, which
    )
    return (await session.exec(query.select_from(StoredDocument))).one()


async def add_document(
    session: AsyncSession,
    *,
    community_id: int,
    member_id: int,
    reading: Reading,
    now: datetime,
    url: str = "",
    feed_id: int | None = None,
) -> Added:
    """Store a document with its claims; a document of the same address gives its place to it.

    Parameters
    ----------
    url
        Where it was fetched, or where the feed's entry leads.
    feed_id
        The feed that brought it, if one did.

    Raises
    ------
    ConflictError
        The community has read the very same text before.
    NotAllowedError
        The server or the member has added as many as a day takes.
    """
    await session.get_one(Community, community_id, with_for_update=True)  # one at a time: they are counted
    document = reading.document
    await check_is_new(session, community_id=community_id, document=document)
    by_hand = member_id if feed_id is None else None
    await check_quota(session, community_id=community_id, member_id=by_hand, now=now)
    earlier = await _first(session, community_id, col(StoredDocument.url) == url) if url else None
    namesake = await _first(session, community_id, col(StoredDocument.name) == document.name)
    stored = StoredDocument(
        community_id=community_id,
        name=document.name,
        title=document.title,
        sha256=document.sha256,
        text=document.text,
        url=url,
        feed_id=feed_id,
        added_by=member_id,
        at=now,
    )
    session.add(stored)
    await session.flush()
    session.add_all(_claims_of(stored.id, reading))
    await session.flush()
    if earlier is not None:
        return await _take_place(session, earlier, stored, now=now)
    same_name_id = namesake.id if namesake is not None and not url else None
    return Added(stored.id, _title(stored), same_name_id=same_name_id)


async def check_is_new(session: AsyncSession, *, community_id: int, document: Document) -> None:
    """Raise ConflictError if a community has read the very same text before."""
    same = col(StoredDocument.sha256) == document.sha256
    if (before := await _first(session, community_id, same)) is not None:
        raise ConflictError(f"This document was already added as {before.name}, on {before.at:%d %b %Y}.")


def _claims_of(document_id: int, reading: Reading) -> list[StoredClaim]:
    return [
        StoredClaim(
            document_id=document_id,
            start=claim.start,
            end=claim.end,
            text=claim.text,
            standalone=claim.standalone,
            speaker=claim.speaker,
            claim=claim.claim,
            forecastable=claim.forecastable,
            reasons=list(claim.reasons),
            topic=topic,
            embedding=embedding,
        )
        for claim, topic, embedding in zip(reading.claims, reading.topics, reading.embeddings, strict=True)
    ]


async def _first(
    session: AsyncSession, community_id: int, which: sa.ColumnElement[bool]
) -> StoredDocument | None:
    """Return a community's newest document of some kind: the one in force before those it replaced."""
    query = select(StoredDocument).where(col(StoredDocument.community_id) == community_id, which)
    in_force_first = (col(StoredDocument.replaced_by_id).is_not(None), col(StoredDocument.id).desc())
    return (await session.exec(query.order_by(*in_force_first).limit(1))).first()


async def replace_document(
    session: AsyncSession, *, community_id: int, document_id: int, by_id: int, now: datetime
) -> Added:
    """Let a document take the place of an earlier one, of which it is a new version.

    Raises
    ------
    NotFoundError
        One of them isn't of this community.
    ConflictError
        The earlier one was replaced before, or is the later one.
    """
    earlier = await find_document(session, community_id=community_id, document_id=document_id)
    later = await find_document(session, community_id=community_id, document_id=by_id)
    if earlier.replaced_by_id is not None or later.replaced_by_id is not None or earlier.id >= later.id:
        raise ConflictError("One of these documents was replaced before. See what there is: /claims list")
    return await _take_place(session, earlier, later, now=now)


async def find_document(session: AsyncSession, *, community_id: int, document_id: int) -> StoredDocument:
    """Return a community's document, locked until the transaction ends; raises NotFoundError."""
    query = select(StoredDocument).where(
        col(StoredDocument.id) == document_id, col(StoredDocument.community_id) == community_id
    )
    document = (await session.exec(query.with_for_update())).first()
    if document is None:
        raise NotFoundError(_NO_DOCUMENT)
    return document


async def _take_place(
    session: AsyncSession, earlier: StoredDocument, later: StoredDocument, *, now: datetime
) -> Added:
    """Move the claims that still stand to the new reading, with all that was decided; mark the others."""
    own = select(StoredClaim).where(
        col(StoredClaim.document_id) == earlier.id, col(StoredClaim.gone_at).is_(None)
    )
    claims = (await session.exec(own.order_by(col(StoredClaim.start)))).all()
    places = still_standing([Passage(each.start, each.end, each.text) for each in claims], later.text)
    fresh = select(StoredClaim).where(col(StoredClaim.document_id) == later.id)
    read_anew = {(each.start, each.end): each for each in (await session.exec(fresh)).all()}
    standing = 0
    for claim, place in zip(claims, places, strict=True):
        twin = read_anew.get((place.start, place.end)) if place is not None else None
        if place is None or (twin is not None and twin.status is not ClaimStatus.NEW):
            claim.gone_at = now
            continue
        if twin is not None:
            claim.briefed_at = claim.briefed_at or twin.briefed_at
            await _forget(session, twin)
        claim.document_id = later.id
        claim.start, claim.end, claim.text = place
        standing += 1
    earlier.replaced_by_id = later.id
    await session.flush()
    return Added(later.id, _title(later), _title(earlier), standing, len(claims) - standing)


async def _forget(session: AsyncSession, claim: StoredClaim) -> None:
    """Delete a claim of which nothing was made, with what was said of its tensions."""
    links = sa.delete(ClaimLink).where((col(ClaimLink.a_id) == claim.id) | (col(ClaimLink.b_id) == claim.id))
    await (await session.connection()).execute(links)
    await session.delete(claim)
    await session.flush()


async def document_line(session: AsyncSession, *, community_id: int, document_id: int) -> Added:
    """Return a community's document as it was added; raises NotFoundError."""
    document = await find_document(session, community_id=community_id, document_id=document_id)
    return Added(document.id, _title(document))


def _title(document: StoredDocument) -> str:
    return document.title or document.name


async def list_documents(session: AsyncSession, *, community_id: int, limit: int) -> list[DocumentLine]:
    """Return a community's documents, newest first, without those that newer readings replaced."""
    waiting = sa.func.count(col(StoredClaim.id)).filter(col(StoredClaim.status) == ClaimStatus.NEW)
    claims = sa.func.count(col(StoredClaim.id))
    query = (
        select(StoredDocument, claims, waiting)
        .options(defer(StoredDocument.text))  # type: ignore[arg-type]
        .outerjoin(StoredClaim, col(StoredClaim.document_id) == col(StoredDocument.id))
        .where(col(StoredDocument.community_id) == community_id, col(StoredDocument.replaced_by_id).is_(None))
        .group_by(col(StoredDocument.id))
        .order_by(col(StoredDocument.id).desc())
        .limit(limit)
    )
    return [
        DocumentLine(document.id, _title(document), document.at, count, new)
        for document, count, new in (await session.exec(query)).all()
    ]


async def export_documents(session: AsyncSession, *, member_id: int) -> Mapping[str, list[dict[str, Any]]]:
    """Return what a member added and decided here, as plain values for JSON; of messages the words, too."""
    added = select(StoredDocument).where(
        col(StoredDocument.added_by) == member_id, col(StoredDocument.feed_id).is_(None)
    )
    decided = select(ClaimDecision).where(col(ClaimDecision.member_id) == member_id)
    watched = select(Feed).where(col(Feed.added_by) == member_id)
    documents = (await session.exec(added.order_by(col(StoredDocument.id)))).all()
    decisions = (await session.exec(decided.order_by(col(ClaimDecision.id)))).all()
    feeds = (await session.exec(watched.order_by(col(Feed.id)))).all()
    return {
        "documents": [
            {"name": row.name, "title": row.title, "at": row.at.isoformat(), "url": row.url}
            | ({"text": row.text} if row.url.startswith(MESSAGE_LINK) else {})
            for row in documents
        ],
        "claim_decisions": [
            {"claim": row.claim_id, "decision": row.decision, "reason": row.reason, "at": row.at.isoformat()}
            for row in decisions
        ],
        "feeds": [{"url": row.url, "at": row.at.isoformat()} for row in feeds],
    }
