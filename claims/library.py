"""Use cases: store documents with their claims, and turn a claim into a draft question."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from claims.draft import Draft, draft_question
from claims.ingest import Document
from claims.models import ClaimDecision, ClaimStatus, StoredClaim, StoredDocument
from claims.pipeline import Claim
from claims.views import DocumentLine
from forecasts.errors import ConflictError, InvalidInputError, NotFoundError
from forecasts.models import Community, Question
from forecasts.questions import Wording
from forecasts.questions import draft_question as store_draft

REASON_LIMIT = 300


async def add_document(
    session: AsyncSession,
    *,
    community_id: int,
    member_id: int,
    document: Document,
    claims: list[Claim],
    now: datetime,
) -> list[StoredClaim]:
    """Store a document and its claims, and return the claims.

    Raises
    ------
    ConflictError
        The community has read the very same text before.
    """
    same = select(StoredDocument).where(
        col(StoredDocument.community_id) == community_id, col(StoredDocument.sha256) == document.sha256
    )
    if (before := (await session.exec(same)).first()) is not None:
        raise ConflictError(f"This document was already added as {before.name}, on {before.at:%d %b %Y}.")
    stored = StoredDocument(
        community_id=community_id,
        name=document.name,
        title=document.title,
        sha256=document.sha256,
        text=document.text,
        added_by=member_id,
        at=now,
    )
    session.add(stored)
    await session.flush()
    rows = [
        StoredClaim(
            document_id=stored.id,
            start=claim.start,
            end=claim.end,
            text=claim.text,
            standalone=claim.standalone,
            speaker=claim.speaker,
            claim=claim.claim,
            forecastable=claim.forecastable,
            reasons=list(claim.reasons),
        )
        for claim in claims
    ]
    session.add_all(rows)
    await session.flush()
    return rows


async def find_claim(
    session: AsyncSession, *, community_id: int, claim_id: int
) -> tuple[StoredClaim, StoredDocument]:
    """Return a community's claim with its document, locked until the transaction ends."""
    query = (
        select(StoredClaim, StoredDocument)
        .join(StoredDocument, col(StoredDocument.id) == col(StoredClaim.document_id))
        .where(col(StoredClaim.id) == claim_id, col(StoredDocument.community_id) == community_id)
        .with_for_update()
    )
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFoundError("There is no such claim on this server. Add its document first: /claims add")
    claim, document = found
    return claim, document


async def list_documents(session: AsyncSession, *, community_id: int, limit: int) -> list[DocumentLine]:
    """Return a community's documents, newest first."""
    waiting = sa.func.count(col(StoredClaim.id)).filter(col(StoredClaim.status) == ClaimStatus.NEW)
    query = (
        select(StoredDocument, sa.func.count(col(StoredClaim.id)), waiting)
        .outerjoin(StoredClaim, col(StoredClaim.document_id) == col(StoredDocument.id))
        .where(col(StoredDocument.community_id) == community_id)
        .group_by(col(StoredDocument.id))
        .order_by(col(StoredDocument.id).desc())
        .limit(limit)
    )
    return [
        DocumentLine(document.id, document.title or document.name, document.at, claims, new)
        for document, claims, new in (await session.exec(query)).all()
    ]


async def waiting_claims(
    session: AsyncSession, *, community_id: int, document_id: int
) -> tuple[str, list[tuple[int, Claim]]]:
    """Return a document's title and the claims that nobody has decided about, best first, with their keys.

    Raises
    ------
    NotFoundError
        No such document in this community.
    """
    document = await session.get(StoredDocument, document_id)
    if document is None or document.community_id != community_id:
        raise NotFoundError("There is no such document on this server. See what there is: /claims list")
    query = (
        select(StoredClaim)
        .where(col(StoredClaim.document_id) == document_id, col(StoredClaim.status) == ClaimStatus.NEW)
        .order_by(col(StoredClaim.forecastable).desc(), col(StoredClaim.claim).desc(), col(StoredClaim.start))
    )
    rows = (await session.exec(query)).all()
    return document.title or document.name, [(row.id, _as_claim(row, document)) for row in rows]


async def export_documents(session: AsyncSession, *, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return what a member added and decided here, as plain values for JSON."""
    added = select(StoredDocument).where(col(StoredDocument.added_by) == member_id)
    decided = select(ClaimDecision).where(col(ClaimDecision.member_id) == member_id)
    documents = (await session.exec(added.order_by(col(StoredDocument.id)))).all()
    decisions = (await session.exec(decided.order_by(col(ClaimDecision.id)))).all()
    return {
        "documents": [{"name": row.name, "title": row.title, "at": row.at.isoformat()} for row in documents],
        "claim_decisions": [
            {"claim": row.claim_id, "decision": row.decision, "reason": row.reason, "at": row.at.isoformat()}
            for row in decisions
        ],
    }


async def reject_claim(
    session: AsyncSession, *, community_id: int, member_id: int, claim_id: int, reason: str, now: datetime
) -> int:
    """Leave a claim out of every list, with a reason that is kept as a label; return its document's key.

    Raises
    ------
    NotFoundError
        No such claim in this community.
    ConflictError
        It was decided about before.
    InvalidInputError
        The reason is missing or too long.
    """
    claim, document = await find_claim(session, community_id=community_id, claim_id=claim_id)
    if claim.status is not ClaimStatus.NEW:
        raise ConflictError("Somebody decided about this claim before. See what waits: /claims list")
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= REASON_LIMIT:
        raise InvalidInputError(f"Say in at most {REASON_LIMIT} characters why it isn't worth asking about.")
    claim.status = ClaimStatus.REJECTED
    session.add(
        ClaimDecision(
            claim_id=claim.id, member_id=member_id, decision=ClaimStatus.REJECTED, reason=reason, at=now
        )
    )
    await session.flush()
    return document.id


async def draft_from_claim(
    session: AsyncSession, *, community_id: int, member_id: int, claim_id: int, now: datetime
) -> Question:
    """Turn a claim into a draft question that carries its quote.

    Raises
    ------
    NotFoundError
        No such claim in this community.
    ConflictError
        It was turned into a draft before.
    """
    claim, document = await find_claim(session, community_id=community_id, claim_id=claim_id)
    if claim.question_id is not None:
        raise ConflictError("This claim is already a question or a draft. See drafts: /question list")
    zone = ZoneInfo((await session.get_one(Community, community_id)).zone)
    draft = draft_question(_as_claim(claim, document), today=now.astimezone(zone).date())
    question = await store_draft(
        session,
        community_id=community_id,
        member_id=member_id,
        wording=_wording(draft, document),
        closes_at=end_of_day(draft.closes_on, zone),
        resolves_at=end_of_day(draft.resolves_on, zone),
        default_outcome=0 if draft.default_outcome == "no" else None,
        now=now,
    )
    claim.question_id = question.id
    claim.status = ClaimStatus.DRAFTED
    session.add(ClaimDecision(claim_id=claim.id, member_id=member_id, decision=ClaimStatus.DRAFTED, at=now))
    await session.flush()
    return question


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the last minute of a day in a zone, in UTC."""
    return datetime.combine(day, time(23, 59), tzinfo=zone).astimezone(UTC)


def _wording(draft: Draft, document: StoredDocument) -> Wording:
    return Wording(
        title=draft.title,
        criteria=draft.criteria,
        fine_print=draft.fine_print,
        source=draft.source,
        quote=draft.quote,
        quote_source=document.title or document.name,
    )


def _as_claim(claim: StoredClaim, document: StoredDocument) -> Claim:
    return Claim(
        file=document.name,
        start=claim.start,
        end=claim.end,
        text=claim.text,
        standalone=claim.standalone,
        claim=claim.claim,
        forecastable=claim.forecastable,
        reasons=tuple(claim.reasons),
        speaker=claim.speaker,
    )
