"""Use cases: draft, approve, reject and extend questions."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import advance, locked_question
from forecasts.communities import record
from forecasts.errors import ConflictError, InvalidInputError, WrongPhaseError
from forecasts.events import Approve, MakeThesis, Reject
from forecasts.models import Community, Kind, Phase, Preset, Question
from forecasts.presets import suitable_preset
from forecasts.quotas import check_open_questions

TITLE_LENGTH = (10, 200)
CRITERIA_LENGTH = (10, 1_500)
FINE_PRINT_LIMIT = 1_500
SOURCE_LIMIT = 300

_PAST_CLOSE = "The closing date is in the past. Give a later one, such as 31 Dec."
_BLANK = re.compile(r"\[[^\[\]\n]{1,80}\?\]")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a question says.

    Parameters
    ----------
    title
        The question itself, 10 to 200 characters.
    criteria
        Resolution criteria: how it resolves YES. Of a thesis its context, which may be empty.
    fine_print
        Edge cases, and what happens if the source vanishes.
    source
        Who publishes the outcome.
    quote, quote_source
        The exact passage the question comes from, and where that stands.
    """

    title: str
    criteria: str
    fine_print: str = ""
    source: str = ""
    quote: str = ""
    quote_source: str = ""

    def checked(self, *, is_thesis: bool = False) -> "Wording":
        """Return it with surrounding blanks removed, or raise InvalidInputError."""
        clean = Wording(
            title=" ".join(self.title.split()),
            criteria=self.criteria.strip(),
            fine_print=self.fine_print.strip(),
            source=" ".join(self.source.split()),
            quote=self.quote,
            quote_source=self.quote_source,
        )
        _check_length("The title", clean.title, *TITLE_LENGTH)
        if is_thesis:
            if clean.title.endswith("?"):
                raise InvalidInputError("A thesis is a statement to agree with more or less, not a question.")
            _check_length("The context", clean.criteria, 0, CRITERIA_LENGTH[1])
        else:
            _check_length("The resolution criteria", clean.criteria, *CRITERIA_LENGTH)
        _check_length("The fine print", clean.fine_print, 0, FINE_PRINT_LIMIT)
        _check_length("The source", clean.source, 0, SOURCE_LIMIT)
        return clean


def _check_length(name: str, text: str, least: int, most: int) -> None:
    if len(text) < least:
        raise InvalidInputError(f"{name} is too short: it needs at least {least} characters.")
    if len(text) > most:
        raise InvalidInputError(
            f"{name} has {len(text):,} characters; at most {most:,} fit. Shorten it and send it again."
        )


async def draft_question(
    session: AsyncSession,
    *,
    community_id: int,
    member_id: int,
    wording: Wording,
    closes_at: datetime,
    now: datetime,
    resolves_at: datetime | None = None,
    default_outcome: int | None = None,
    interaction_id: int | None = None,
) -> Question:
    """Store a binary question as a draft; nobody but moderators sees it.

    A repeated ``interaction_id`` gives back the draft that it made the first time.

    Raises
    ------
    InvalidInputError
        A text is too short or too long, or the close is not ahead of ``now``.
    """
    if interaction_id is not None:
        made = select(Question).where(col(Question.interaction_id) == interaction_id)
        if (question := (await session.exec(made)).first()) is not None:
            return question
    clean = wording.checked()
    if closes_at <= now:
        raise InvalidInputError(_PAST_CLOSE)
    if resolves_at is not None and resolves_at < closes_at:
        raise InvalidInputError("A question can't resolve before it closes. Give a later resolve date.")
    question = Question(
        community_id=community_id,
        kind=Kind.BINARY,
        title=clean.title,
        criteria=clean.criteria,
        fine_print=clean.fine_print,
        source=clean.source,
        quote=clean.quote,
        quote_source=clean.quote_source,
        closes_at=closes_at,
        resolves_at=resolves_at,
        default_outcome=default_outcome,
        created_by=member_id,
        interaction_id=interaction_id,
        created_at=now,
    )
    session.add(question)
    await session.flush()
    return question


async def edit_draft(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    wording: Wording,
    closes_at: datetime | None,
    now: datetime,
    as_thesis: bool = False,
) -> Question:
    """Change a draft's texts and close, of which a thesis has none; its quote stays.

    ``as_thesis`` makes it the draft of a thesis. Raises as :func:`draft_question`.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    if question.phase is not Phase.DRAFT:
        if question.number is None:
            raise WrongPhaseError("This draft was rejected. Write the question anew: /question new")
        raise WrongPhaseError(f"#{question.number} is open already; members have read it as it stands.")
    if as_thesis:
        question.kind = Kind.THESIS
    is_thesis = question.kind is Kind.THESIS
    clean = wording.checked(is_thesis=is_thesis)
    if not is_thesis:
        if closes_at is None or closes_at <= now:
            raise InvalidInputError(_PAST_CLOSE)
        question.closes_at = closes_at
        if question.resolves_at is not None:
            question.resolves_at = max(question.resolves_at, closes_at)
    question.title, question.criteria = clean.title, clean.criteria
    question.fine_print, question.source = clean.fine_print, clean.source
    await session.flush()
    return question


def blanks_in(question: Question) -> list[str]:
    """Return what a draft still leaves open, such as ``[which source?]``."""
    texts = (question.title, question.criteria, question.fine_print, question.source)
    return list(dict.fromkeys(blank for text in texts for blank in _BLANK.findall(text)))


async def approve_question(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    channel_id: int,
    now: datetime,
    preset: Preset | None = None,
) -> Question:
    """Open a draft: it gets its number, its deadlines and, through the outbox, its card.

    Parameters
    ----------
    channel_id
        Where the card goes unless the community has a channel for questions; the first approval
        makes this channel the community's.
    preset
        How long the rounds take; by default the community's, or express below ten days. A thesis has
        rounds of its own.

    Raises
    ------
    WrongPhaseError
        It isn't a draft any more.
    InvalidInputError
        It has blanks, or the preset doesn't fit before the close; the sentence names the one that does.
    NotAllowedError
        As many questions are open as a server may have.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    if question.phase is not Phase.DRAFT and question.number is not None:
        raise ConflictError(f"#{question.number} is already open. See it: /question show {question.number}")
    if blanks := blanks_in(question):
        raise InvalidInputError(f"The draft still has blanks: {', '.join(blanks)}. Fill them with Edit….")
    community = await session.get_one(Community, community_id, with_for_update=True)
    await check_open_questions(session, community_id=community_id)
    community.questions_channel_id = community.questions_channel_id or channel_id
    if preset is None and question.closes_at is not None:
        preset = suitable_preset(now=now, closes_at=question.closes_at, preferred=community.preset)
    question.channel_id = community.questions_channel_id
    question.approved_by = member_id
    question.approved_at = now
    question.number = community.last_number + 1
    event = MakeThesis() if question.kind is Kind.THESIS else Approve(preset or community.preset)
    await advance(session, question, event, now=now)
    community.last_number = question.number
    record(session, community_id=community_id, question_id=question_id, member_id=member_id,
           action="approve", now=now)  # fmt: skip
    await session.flush()
    return question


async def reject_question(
    session: AsyncSession, *, community_id: int, question_id: int, member_id: int, reason: str, now: datetime
) -> Question:
    """Throw a draft away, with a reason."""
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    await advance(session, question, Reject(), now=now)
    record(session, community_id=community_id, question_id=question_id, member_id=member_id,
           action="reject", note=reason, now=now)  # fmt: skip
    return question
