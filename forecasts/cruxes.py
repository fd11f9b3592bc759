"""Use cases: cruxes, the dated questions on which a thesis turns."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import locked_question
from forecasts.communities import record
from forecasts.crux_reads import find_link, find_named_crux
from forecasts.crux_views import Stated
from forecasts.errors import InvalidInputError, NotAllowedError, WrongPhaseError
from forecasts.forecasting import check_open, forecasts_in_force, last_values
from forecasts.lifecycle import PROPOSABLE, describe
from forecasts.models import Conditional, CruxLink, Kind, Question
from forecasts.outbox import enqueue_refresh
from forecasts.probability import check_probabilities
from forecasts.questions import Wording, draft_question

MOST_LINKS = 8  # they fit in one message


async def link_crux(
    session: AsyncSession,
    *,
    community_id: int,
    thesis_id: int,
    question_id: int,
    member_id: int,
    by_moderator: bool,
    now: datetime,
) -> CruxLink:
    """Join a thesis with a question whose outcome would change people's credence in it.

    Moderators may, and members who hold a credence in the thesis. Linking twice is linking once.

    Raises
    ------
    NotFoundError
        One of the two isn't of this community.
    InvalidInputError
        The one is no thesis, the other no yes-or-no question, or the thesis has eight cruxes already.
    WrongPhaseError
        The thesis takes no credences, or the question is not open any more.
    NotAllowedError
        The member is no moderator and has no credence.
    """
    thesis = await locked_question(session, question_id=thesis_id, community_id=community_id)
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    if thesis.kind is not Kind.THESIS or question.kind is not Kind.BINARY:
        raise InvalidInputError(
            "A crux joins a thesis with a question that resolves YES or NO. Choose both from the lists."
        )
    check_open(thesis, now=now)
    _check_undecided(question)
    if not by_moderator:
        await _credence(session, thesis, member_id)
    return await _link(session, thesis, question, member_id=member_id, now=now)


async def _link(
    session: AsyncSession, thesis: Question, question: Question, *, member_id: int, now: datetime
) -> CruxLink:
    linked = select(CruxLink).where(col(CruxLink.thesis_id) == thesis.id)
    there = {link.question_id: link for link in (await session.exec(linked)).all()}
    if question.id in there:
        return there[question.id]
    if len(there) >= MOST_LINKS:
        raise InvalidInputError(f"#{thesis.number} has {MOST_LINKS} cruxes; that is the most.")
    link = CruxLink(thesis_id=thesis.id, question_id=question.id, created_by=member_id, at=now)
    session.add(link)
    record(session, community_id=thesis.community_id, question_id=thesis.id, member_id=member_id,
           action="link crux", now=now)  # fmt: skip
    await session.flush()
    await enqueue_refresh(session, question=thesis, now=now)
    return link


async def answer_crux(
    session: AsyncSession,
    *,
    community_id: int,
    link_id: int,
    member_id: int,
    if_yes: float,
    if_no: float,
    interaction_id: int,
    now: datetime,
) -> Stated:
    """Store what either outcome of a linked question would make of a member's credence; the last counts.

    Raises
    ------
    NotFoundError
        No such link in this community.
    WrongPhaseError
        The thesis takes no credences, or the question is not open any more.
    NotAllowedError
        The member has no credence in the thesis.
    InvalidInputError
        A number is outside 0 to 1.
    """
    link, thesis, question = await find_link(session, community_id=community_id, link_id=link_id)
    await locked_question(session, question_id=thesis.id, community_id=community_id)
    repeated = select(Conditional.id).where(col(Conditional.interaction_id) == interaction_id)
    is_new = (await session.exec(repeated)).first() is None
    if is_new:
        check_open(thesis, now=now)
        _check_undecided(question)
    credence = await _credence(session, thesis, member_id)
    for number in (if_yes, if_no):
        check_probabilities(Kind.THESIS, [number], 2)
    if is_new:
        said = Conditional(link_id=link.id, member_id=member_id, if_yes=if_yes, if_no=if_no, at=now,
                           interaction_id=interaction_id)  # fmt: skip
        session.add(said)
        await session.flush()
        await enqueue_refresh(session, question=thesis, now=now)
    held = last_values(await forecasts_in_force(session, question=question))
    return Stated(
        thesis_number=thesis.number or 0,
        question_number=question.number or 0,
        if_yes=if_yes,
        if_no=if_no,
        probability=held.get(member_id),
        credence=credence,
    )


async def draft_from_crux(
    session: AsyncSession,
    *,
    community_id: int,
    argument_id: int,
    member_id: int,
    wording: Wording,
    closes_at: datetime,
    interaction_id: int,
    now: datetime,
) -> Question:
    """Draft a question from an argument that readers called a crux, with its words as the quote.

    If it was given on a thesis, the draft is linked to it, and shows there once it is open.

    Raises
    ------
    NotFoundError
        No such argument, or fewer than two readers call it a crux.
    InvalidInputError
        As :func:`forecasts.questions.draft_question`.
    """
    argument, source = await find_named_crux(session, community_id=community_id, argument_id=argument_id)
    quoted = Wording(
        wording.title, wording.criteria, wording.fine_print, wording.source,
        quote=argument.text, quote_source=f"an argument on #{source.number}",
    )  # fmt: skip
    question = await draft_question(
        session, community_id=community_id, member_id=member_id, wording=quoted, closes_at=closes_at,
        interaction_id=interaction_id, now=now,
    )  # fmt: skip
    if source.kind is Kind.THESIS:
        thesis = await locked_question(session, question_id=source.id, community_id=community_id)
        await _link(session, thesis, question, member_id=member_id, now=now)
    return question


def _check_undecided(question: Question) -> None:
    if question.phase not in PROPOSABLE:
        name = f"#{question.number}" if question.number is not None else "This question"
        raise WrongPhaseError(
            f"{name} is {describe(question.phase)}. A crux is an open question whose outcome isn't known yet."
        )


async def _credence(session: AsyncSession, thesis: Question, member_id: int) -> float:
    held = last_values(await forecasts_in_force(session, question=thesis))
    if member_id not in held:
        raise NotAllowedError(
            f"Give your credence first: tap a number on the card of #{thesis.number}, then say what would "
            "change it."
        )
    return held[member_id]
