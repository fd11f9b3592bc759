"""Use cases: propose, challenge, decide, overturn and void. The record is append-only and versioned."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import advance, locked_question
from forecasts.communities import record
from forecasts.errors import ConflictError, InvalidInputError, NotAllowedError
from forecasts.events import Challenge, Decide, Overturn, Propose, Void
from forecasts.forecasting import forecasts_in_force
from forecasts.models import Community, Forecast, Phase, Question, Resolution, Ruling, VoidReason
from forecasts.rescoring import score_stored_question

NOTE_LIMIT = 1_000
URL_LIMIT = 500
ALONE_AFTER = timedelta(days=7)


async def propose_resolution(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    outcome: int,
    evidence_url: str,
    note: str,
    now: datetime,
    known_at: datetime | None = None,
) -> Question:
    """Say how a question came out. Unchallenged, it is resolved when the community's window ends.

    Parameters
    ----------
    outcome
        Index of the category; for a binary question 1 is YES and 0 is NO.
    evidence_url, note
        Where it can be read, and what it says.
    known_at
        When the outcome became public, now by default: forecasts from then on earn nothing.

    Raises
    ------
    WrongPhaseError
        The question isn't open or closed.
    InvalidInputError
        The outcome isn't one of the question's, the evidence is missing, or ``known_at`` is ahead.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    known_at = known_at or now
    _check_outcome(question, outcome)
    _check_known_at(question, known_at, now)
    url, text = check_evidence(evidence_url, note)
    community = await session.get_one(Community, community_id)
    await advance(session, question, Propose(timedelta(hours=community.challenge_hours)), now=now)
    await _add(
        session, question, Ruling.PROPOSED, now=now, member_id=member_id,
        outcome=outcome, evidence_url=url, note=text, known_at=known_at,
    )  # fmt: skip
    record(session, community_id=community_id, question_id=question_id, member_id=member_id,
           action="propose", now=now)  # fmt: skip
    return question


def check_evidence(url: str, note: str) -> tuple[str, str]:
    """Return evidence in its stored form, or raise InvalidInputError."""
    url, note = url.strip(), note.strip()
    parts = urlsplit(url) if "]" not in url and "[" not in url else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or " " in url:
        raise InvalidInputError(
            "The evidence needs a link that starts with https://, to a page anyone can read."
        )
    if len(url) > URL_LIMIT:
        raise InvalidInputError(f"The link is too long: at most {URL_LIMIT} characters.")
    if not note:
        raise InvalidInputError("Say in a sentence what the evidence shows.")
    if len(note) > NOTE_LIMIT:
        raise InvalidInputError(f"The note has {len(note):,} characters; at most {NOTE_LIMIT:,} fit.")
    return url, note


def _check_outcome(question: Question, outcome: int) -> None:
    categories = len(question.options) or 2
    if not 0 <= outcome < categories:
        raise InvalidInputError("That outcome isn't one of the question's.")


def _check_known_at(question: Question, known_at: datetime, now: datetime) -> None:
    if known_at > now:
        raise InvalidInputError("The outcome can't have become known in the future. Give a past date.")
    if question.opens_at is not None and known_at < question.opens_at:
        raise InvalidInputError(
            "The outcome was known before the question opened, so nobody can be scored. "
            "Void the question instead."
        )


async def propose_default(session: AsyncSession, question: Question, *, now: datetime) -> None:
    """Record the bot's own proposal for a question whose default outcome came due."""
    await _add(
        session, question, Ruling.PROPOSED, now=now, member_id=None, outcome=question.default_outcome,
        note="No evidence was brought by the resolution date, so the question falls to its default outcome.",
    )  # fmt: skip


async def challenge_resolution(
    session: AsyncSession, *, community_id: int, question_id: int, member_id: int, reason: str, now: datetime
) -> Question:
    """Dispute a proposal: it waits for a moderator other than its proposer."""
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    took_part = select(col(Forecast.id)).where(
        col(Forecast.question_id) == question.id, col(Forecast.member_id) == member_id
    )
    if (await session.exec(took_part.limit(1))).first() is None:
        raise NotAllowedError("Only members who forecast this question can challenge its resolution.")
    if not reason.strip():
        raise InvalidInputError("Say in a sentence what is wrong with the proposal.")
    await advance(session, question, Challenge(), now=now)
    await _add(session, question, Ruling.CHALLENGED, now=now, member_id=member_id,
               note=reason.strip()[:NOTE_LIMIT])  # fmt: skip
    return question


async def decide_challenge(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    upheld: bool,
    note: str,
    now: datetime,
) -> Question:
    """Decide a challenge: the proposal stands and the question is resolved, or it goes on."""
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    proposal = await current_ruling(session, question, Ruling.PROPOSED)
    challenge = await current_ruling(session, question, Ruling.CHALLENGED)
    if proposal is not None and challenge is not None and proposal.member_id == member_id:
        alone_at = challenge.at + ALONE_AFTER
        if now < alone_at or not note.strip():
            raise NotAllowedError(
                "Another moderator decides a challenge to your proposal. If none does, you may from "
                f"{alone_at:%d %b %Y at %H:%M} UTC on, with a note that is posted."
            )
    forecasts = len(await forecasts_in_force(session, question=question))
    await advance(session, question, Decide(upheld=upheld, forecasts=forecasts), now=now)
    note = note.strip()[:NOTE_LIMIT]
    await _add(session, question, Ruling.DECIDED, now=now, member_id=member_id, note=note)
    record(session, community_id=community_id, question_id=question_id, member_id=member_id,
           action="uphold" if upheld else "refuse", note=note, now=now)  # fmt: skip
    if question.phase is Phase.RESOLVED:
        await finalise(session, question, now=now)
    return question


async def finalise(session: AsyncSession, question: Question, *, now: datetime) -> None:
    """Write down the outcome of a question that has just been resolved, and score it."""
    proposal = await current_ruling(session, question, Ruling.PROPOSED)
    if proposal is None or proposal.outcome is None:
        raise ConflictError(f"Question {question.id} was resolved without a proposed outcome.")
    await _add(
        session, question, Ruling.FINAL, now=now, member_id=proposal.member_id, outcome=proposal.outcome,
        evidence_url=proposal.evidence_url, note=proposal.note, known_at=proposal.known_at,
    )  # fmt: skip
    await score_stored_question(
        session, question, outcome=proposal.outcome, known_at=proposal.known_at, now=now
    )


async def overturn_resolution(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    outcome: int,
    evidence_url: str,
    note: str,
    now: datetime,
    known_at: datetime | None = None,
) -> Question:
    """Correct a resolution: a new version with its evidence, scored anew beside the old one.

    ``known_at`` stays what it was unless it is given; raises as :func:`propose_resolution`, and
    ConflictError where neither the outcome nor that moment would change.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    _check_outcome(question, outcome)
    url, text = check_evidence(evidence_url, note)
    before = await final_ruling(session, question)
    known_at = known_at or (before.known_at if before is not None else None)
    if before is not None and before.outcome == outcome:
        same_words = (before.evidence_url, before.note) == (url, text)
        if same_words or before.known_at == known_at:  # a repeated delivery corrects nothing twice
            raise ConflictError(f"#{question.number} is resolved this way already; nothing was changed.")
    if known_at is not None:
        _check_known_at(question, known_at, now)
    await advance(session, question, Overturn(), now=now)
    await _add(
        session, question, Ruling.OVERTURNED, now=now, member_id=member_id, outcome=outcome,
        evidence_url=url, note=text, known_at=known_at,
    )  # fmt: skip
    await score_stored_question(session, question, outcome=outcome, known_at=known_at, now=now)
    record(session, community_id=community_id, question_id=question_id, member_id=member_id,
           action="overturn", note=text, now=now)  # fmt: skip
    return question


async def void_question(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    reason: VoidReason,
    note: str,
    now: datetime,
) -> Question:
    """Take a question back: it has no scores any more, with a reason everybody can read."""
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    question.resolution_version += 1  # first, so that what is announced names it
    await advance(session, question, Void(), now=now)
    await _add(session, question, Ruling.VOID, now=now, member_id=member_id, note=note.strip()[:NOTE_LIMIT],
               void_reason=reason)  # fmt: skip
    record(session, community_id=community_id, question_id=question_id, member_id=member_id,
           action="void", note=f"{reason}: {note.strip()}", now=now)  # fmt: skip
    return question


async def current_ruling(session: AsyncSession, question: Question, ruling: Ruling) -> Resolution | None:
    """Return the entry of one kind in the present version of the record."""
    query = select(Resolution).where(
        col(Resolution.question_id) == question.id,
        col(Resolution.version) == question.resolution_version,
        col(Resolution.ruling) == ruling,
    )
    return (await session.exec(query)).first()


async def final_ruling(session: AsyncSession, question: Question) -> Resolution | None:
    """Return the entry that holds the outcome in force."""
    query = (
        select(Resolution)
        .where(
            col(Resolution.question_id) == question.id,
            sa.or_(
                col(Resolution.ruling) == Ruling.FINAL, col(Resolution.ruling) == Ruling.OVERTURNED
            ),
            col(Resolution.version) == question.resolution_version,
        )
    )  # fmt: skip
    return (await session.exec(query)).first()


async def _add(
    session: AsyncSession,
    question: Question,
    ruling: Ruling,
    *,
    now: datetime,
    member_id: int | None,
    outcome: int | None = None,
    evidence_url: str = "",
    note: str = "",
    known_at: datetime | None = None,
    void_reason: VoidReason | None = None,
) -> None:
    entry = Resolution(
        question_id=question.id,
        version=question.resolution_version,
        ruling=ruling,
        outcome=outcome,
        evidence_url=evidence_url,
        note=note,
        void_reason=void_reason,
        known_at=known_at,
        member_id=member_id,
        at=now,
    )
    session.add(entry)
    await session.flush()
