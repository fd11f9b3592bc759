"""Use cases: review claims, and decide about them. Each decision is a label that ranking can learn from."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from claims.draft import Draft, draft_question
from claims.llm.model import Model
from claims.models import ClaimDecision, ClaimStatus, StoredClaim, StoredDocument
from claims.pipeline import Claim
from claims.views import ClaimLine, Proposal
from forecasts.errors import ConflictError, InvalidInputError, NotFoundError
from forecasts.models import Question
from forecasts.questions import Wording
from forecasts.questions import draft_question as store_draft
from forecasts.theses import draft_thesis
from forecasts.topics import set_topic

REASON_LIMIT = 300
MOST_WAITING = 500
_AROUND = 4_000  # characters of the document on either side of a claim that say what it is about
_DECIDED = "Somebody decided about this claim before. See what waits: /claims review"


def propose(
    line: ClaimLine, surroundings: str, *, zone: ZoneInfo, now: datetime, model: Model | None = None
) -> Proposal:
    """Draft a question from a claim; takes a moment, so call it in a thread.

    Parameters
    ----------
    surroundings
        What stands around the claim in its document.
    zone
        The community's: a day ends by its clock.
    model
        Asked for a better draft, if one is configured.
    """
    today, note = now.astimezone(zone).date(), ""
    draft = draft_question(line.claim, today=today, document=surroundings)
    if model is not None and model.is_on:
        answer = model.consultation().draft(
            [line.claim.text], draft, today=today, document=surroundings, kinds=["binary"]
        )
        draft, note = answer.value if isinstance(answer.value, Draft) else draft, answer.note
    return Proposal(
        Wording(draft.title, draft.criteria, draft.fine_print, draft.source, line.claim.text, line.title),
        closes_at=end_of_day(draft.closes_on, zone),
        resolves_at=end_of_day(draft.resolves_on, zone),
        default_outcome=0 if draft.default_outcome == "no" else None,
        incomplete=draft.incomplete,
        note=note,
    )


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the last minute of a day in a zone, in UTC."""
    return datetime.combine(day, time(23, 59), tzinfo=zone).astimezone(UTC)


async def read_claim(session: AsyncSession, *, community_id: int, claim_id: int) -> tuple[ClaimLine, str]:
    """Return a community's claim, and what stands around it in its document; raises NotFoundError."""
    query = _lines(community_id).where(col(StoredClaim.id) == claim_id)
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFoundError("There is no such claim on this server. Add its document first: /claims add")
    document = await session.get_one(StoredDocument, found[0].document_id)
    claim = found[0]
    return _line(*found), document.text[max(0, claim.start - _AROUND) : claim.end + _AROUND]


async def waiting_claims(
    session: AsyncSession, *, community_id: int, document_id: int | None = None
) -> list[ClaimLine]:
    """Return the claims that nobody has decided about, topic by topic, the best first.

    A topic is as good as its best claim; claims that their document no longer says come last.

    Parameters
    ----------
    document_id
        Only those of one document.

    Raises
    ------
    NotFoundError
        No such document in this community.
    """
    query = _lines(community_id).where(col(StoredClaim.status) == ClaimStatus.NEW)
    if document_id is not None:
        document = await session.get(StoredDocument, document_id)
        if document is None or document.community_id != community_id:
            raise NotFoundError("There is no such document on this server. See what there is: /claims list")
        query = query.where(col(StoredClaim.document_id) == document_id)
    best_first = (
        col(StoredClaim.gone_at).is_not(None),
        col(StoredClaim.forecastable).desc(),
        col(StoredClaim.claim).desc(),
        col(StoredClaim.document_id).desc(),
        col(StoredClaim.start),
    )
    rows = (await session.exec(query.order_by(*best_first).limit(MOST_WAITING))).all()
    return _by_topic([_line(*row) for row in rows])


async def claim_lines(
    session: AsyncSession, *, community_id: int, claim_ids: Sequence[int]
) -> list[ClaimLine]:
    """Return a community's claims in the order of the keys; those of others are left out."""
    rows = await session.exec(_lines(community_id).where(col(StoredClaim.id).in_(claim_ids)))
    lines = {row[0].id: _line(*row) for row in rows}
    return [lines[key] for key in claim_ids if key in lines]


def _by_topic(lines: Sequence[ClaimLine]) -> list[ClaimLine]:
    firsts: dict[tuple[bool, str], int] = {}
    for place, line in enumerate(lines):
        firsts.setdefault(_group(line, place), place)
    order = sorted(range(len(lines)), key=lambda place: (firsts[_group(lines[place], place)], place))
    return [lines[place] for place in order]


def _group(line: ClaimLine, place: int) -> tuple[bool, str]:
    return line.is_gone, line.topic.casefold() or str(place)


def _lines(community_id: int) -> Any:
    return (
        select(StoredClaim, StoredDocument.title, StoredDocument.name, StoredDocument.url)
        .join(StoredDocument, col(StoredDocument.id) == col(StoredClaim.document_id))
        .where(col(StoredDocument.community_id) == community_id)
    )


def _line(claim: StoredClaim, title: str, name: str, url: str) -> ClaimLine:
    return ClaimLine(
        claim_id=claim.id,
        document_id=claim.document_id,
        title=title or name,
        url=url,
        topic=claim.topic,
        claim=Claim(
            file=name,
            start=claim.start,
            end=claim.end,
            text=claim.text,
            standalone=claim.standalone,
            claim=claim.claim,
            forecastable=claim.forecastable,
            reasons=tuple(claim.reasons),
            speaker=claim.speaker,
        ),
        is_waiting=claim.status is ClaimStatus.NEW,
        is_gone=claim.gone_at is not None,
    )


async def locked_claim(session: AsyncSession, *, community_id: int, claim_id: int) -> StoredClaim:
    """Return a community's claim, locked until the transaction ends; raises NotFoundError."""
    query = (
        select(StoredClaim)
        .join(StoredDocument, col(StoredDocument.id) == col(StoredClaim.document_id))
        .where(col(StoredClaim.id) == claim_id, col(StoredDocument.community_id) == community_id)
        .with_for_update()
    )
    claim = (await session.exec(query)).first()
    if claim is None:
        raise NotFoundError("There is no such claim on this server. Add its document first: /claims add")
    return claim


async def _undecided(session: AsyncSession, community_id: int, claim_id: int) -> StoredClaim:
    claim = await locked_claim(session, community_id=community_id, claim_id=claim_id)
    if claim.question_id is not None:
        raise ConflictError("This claim is already a question or a draft. See drafts: /question list")
    if claim.status is not ClaimStatus.NEW:
        raise ConflictError(_DECIDED)
    return claim


async def reject_claim(
    session: AsyncSession, *, community_id: int, member_id: int, claim_id: int, reason: str, now: datetime
) -> None:
    """Leave a claim out of every list, with a reason that is kept as a label.

    Raises
    ------
    NotFoundError
        No such claim in this community.
    ConflictError
        It was decided about before.
    InvalidInputError
        The reason is missing or too long.
    """
    claim = await _undecided(session, community_id, claim_id)
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= REASON_LIMIT:
        raise InvalidInputError(f"Say in at most {REASON_LIMIT} characters why it isn't worth asking about.")
    await _decide(session, claim, member_id, ClaimStatus.REJECTED, now, reason=reason)


async def dismiss_claim(
    session: AsyncSession, *, community_id: int, member_id: int, claim_id: int, now: datetime
) -> None:
    """Leave a claim out of every list without a reason; raises as :func:`reject_claim`."""
    claim = await _undecided(session, community_id, claim_id)
    await _decide(session, claim, member_id, ClaimStatus.DISMISSED, now)


async def draft_from_claim(
    session: AsyncSession,
    *,
    community_id: int,
    member_id: int,
    claim_id: int,
    proposal: Proposal,
    now: datetime,
) -> Question:
    """Turn a claim into a draft question that carries its quote, about what the claim is about.

    Raises
    ------
    NotFoundError
        No such claim in this community.
    ConflictError
        It was decided about before.
    InvalidInputError
        A text is too short or too long, or the close is not ahead of ``now``.
    """
    claim = await _undecided(session, community_id, claim_id)
    question = await store_draft(
        session,
        community_id=community_id,
        member_id=member_id,
        wording=proposal.wording,
        closes_at=proposal.closes_at,
        resolves_at=proposal.resolves_at,
        default_outcome=proposal.default_outcome,
        now=now,
    )
    return await _became(session, claim, question, member_id, ClaimStatus.DRAFTED, now)


async def thesis_from_claim(
    session: AsyncSession,
    *,
    community_id: int,
    member_id: int,
    claim_id: int,
    wording: Wording,
    now: datetime,
) -> Question:
    """Turn a claim into the draft of a thesis that carries its quote; raises as :func:`draft_from_claim`."""
    claim = await _undecided(session, community_id, claim_id)
    thesis = await draft_thesis(
        session, community_id=community_id, member_id=member_id, wording=wording, now=now
    )
    return await _became(session, claim, thesis, member_id, ClaimStatus.THESIS, now)


async def _became(
    session: AsyncSession,
    claim: StoredClaim,
    question: Question,
    member_id: int,
    status: ClaimStatus,
    now: datetime,
) -> Question:
    if claim.topic:
        await set_topic(
            session, community_id=question.community_id, question_id=question.id, member_id=member_id,
            topic=claim.topic, now=now,
        )  # fmt: skip
    claim.question_id = question.id
    await _decide(session, claim, member_id, status, now)
    return question


async def _decide(
    session: AsyncSession,
    claim: StoredClaim,
    member_id: int,
    status: ClaimStatus,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    claim.status = status
    session.add(ClaimDecision(claim_id=claim.id, member_id=member_id, decision=status, reason=reason, at=now))
    await session.flush()
