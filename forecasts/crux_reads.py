"""Reads: what a thesis turns on, and what a member is asked when a crux has come out."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.aggregation.pools import median
from forecasts.arguments import record_list_exposure
from forecasts.conditionals import conditionals_in_force
from forecasts.crux_views import CruxEntry, Cruxes, CruxLine, NamedCrux, Prompt
from forecasts.deliberation.cruxes import crux_share
from forecasts.deliberation.groups import two_groups
from forecasts.errors import NotFoundError
from forecasts.forecasting import forecasts_in_force, last_values
from forecasts.lifecycle import PROPOSABLE, TAKES_FORECASTS
from forecasts.models import (
    Argument,
    Community,
    Conditional,
    CruxLink,
    Forecast,
    ForecastKind,
    Kind,
    Member,
    Phase,
    Question,
    Rating,
)  # fmt: skip
from forecasts.rescoring import forecasts_of_edition
from forecasts.resolution import final_ruling

HOLDERS = 2  # that each group needs before a share of its gap is told
NAMED_BY = 2  # readers who call an argument a crux
MOST_NAMED = 4


async def find_link(
    session: AsyncSession, *, community_id: int, link_id: int
) -> tuple[CruxLink, Question, Question]:
    """Return a link with its thesis and its question; raises NotFoundError unless it is of this community."""
    link = await session.get(CruxLink, link_id)
    thesis = await session.get(Question, link.thesis_id) if link is not None else None
    if link is None or thesis is None or thesis.community_id != community_id:
        raise NotFoundError("There is no such crux on this server. Link one: /crux link")
    return link, thesis, await session.get_one(Question, link.question_id)


async def link_between(
    session: AsyncSession, *, community_id: int, thesis_id: int, question_id: int
) -> CruxLink:
    """Return the link of a thesis and a question of this community; raises NotFoundError without one."""
    query = (
        select(CruxLink)
        .join(Question, col(Question.id) == col(CruxLink.thesis_id))
        .where(
            col(CruxLink.thesis_id) == thesis_id,
            col(CruxLink.question_id) == question_id,
            col(Question.community_id) == community_id,
        )
    )
    link = (await session.exec(query)).first()
    if link is None:
        raise NotFoundError("This question isn't a crux of this thesis yet. Link it: /crux link")
    return link


async def crux_lines(session: AsyncSession, *, thesis: Question) -> tuple[CruxLine, ...]:
    """Return the opened questions linked to a thesis: those that would close most of the gap first.

    Each keeps its seal: nothing of what members gave on a sealed question or thesis is added up here but
    the count of answers.
    """
    if thesis.kind is not Kind.THESIS:
        return ()
    query = (
        select(CruxLink, Question)
        .join(Question, col(Question.id) == col(CruxLink.question_id))
        .where(
            col(CruxLink.thesis_id) == thesis.id,
            col(Question.number).is_not(None),
            col(Question.phase) != Phase.VOID,
        )
    )
    linked = (await session.exec(query)).all()
    credences = await forecasts_of_edition(session, thesis) if linked else []
    lines = [await _line(session, link, thesis, question, credences) for link, question in linked]
    return tuple(sorted(lines, key=lambda line: (line.outcome is not None, -(line.share or 0), line.number)))


async def _line(
    session: AsyncSession, link: CruxLink, thesis: Question, question: Question, credences: Sequence[Forecast]
) -> CruxLine:
    said = await conditionals_in_force(session, link=link, thesis=thesis, question=question)
    final = await final_ruling(session, question) if question.phase is Phase.RESOLVED else None
    held = last_values(await forecasts_in_force(session, question=question))
    public = median(list(held.values())) if held and question.revealed_at is not None else None
    share = None
    if public is not None and final is None and thesis.revealed_at is not None:
        share = _share(credences, said, public)
    return CruxLine(
        link_id=link.id,
        number=question.number or 0,
        title=question.title,
        phase=question.phase,
        outcome=final.outcome if final is not None else None,
        median=public if final is None else None,
        share=share,
        answered=len(said),
    )


def _share(credences: Sequence[Forecast], said: dict[int, Conditional], probability: float) -> float | None:
    """Return the share of the two groups' gap that a question would close; None unless it is positive.

    Groups come from sealed credences; their gaps from members who said what either outcome would do.
    """
    blind = last_values(each for each in credences if each.kind is ForecastKind.BLIND)
    groups = two_groups(list(blind.values()))
    if groups is None:
        return None
    is_upper = dict(zip(blind, groups.is_upper.tolist(), strict=True))
    now = last_values(credences)
    holders = [member for member in said if member in is_upper and member in now]
    upper = sum(is_upper[member] for member in holders)
    if min(upper, len(holders) - upper) < HOLDERS:
        return None
    share = crux_share(
        probability,
        credence=[now[member] for member in holders],
        if_yes=[said[member].if_yes for member in holders],
        if_no=[said[member].if_no for member in holders],
        is_upper=[is_upper[member] for member in holders],
    )
    return share if share is not None and round(share, 2) > 0 else None


async def cruxes_for(
    session: AsyncSession, *, question: Question, member_id: int, for_moderator: bool, now: datetime
) -> Cruxes:
    """Return what a question turns on, for one member.

    Moderators see which arguments readers call cruxes, too, without any tally; showing them is remembered.
    """
    entries = []
    for line in await crux_lines(session, thesis=question):
        link, _, linked = await find_link(session, community_id=question.community_id, link_id=line.link_id)
        said = await conditionals_in_force(session, link=link, thesis=question, question=linked)
        own = said.get(member_id)
        takes_answers = question.phase in TAKES_FORECASTS and linked.phase in PROPOSABLE
        entries.append(CruxEntry(line, (own.if_yes, own.if_no) if own is not None else None, takes_answers))
    named = await _named(session, question) if for_moderator else []
    await record_list_exposure(
        session, argument_ids=[argument.id for argument in named], member_id=member_id, now=now
    )
    return Cruxes(
        question_id=question.id,
        number=question.number or 0,
        title=question.title,
        is_thesis=question.kind is Kind.THESIS,
        entries=tuple(entries),
        named=tuple(NamedCrux(argument.id, argument.text) for argument in named),
    )


async def own_conditional(session: AsyncSession, *, link_id: int, member_id: int) -> Conditional | None:
    """Return what a member said last about a link."""
    query = (
        select(Conditional)
        .where(col(Conditional.link_id) == link_id, col(Conditional.member_id) == member_id)
        .order_by(col(Conditional.id).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()


async def find_named_crux(
    session: AsyncSession, *, community_id: int, argument_id: int
) -> tuple[Argument, Question]:
    """Return an argument that readers call a crux, with its question; raises NotFoundError otherwise."""
    argument = await session.get(Argument, argument_id)
    question = await session.get(Question, argument.question_id) if argument is not None else None
    if question is not None and question.community_id == community_id:
        for named in await _named(session, question):
            if named.id == argument_id:
                return named, question
    raise NotFoundError("Nothing here that readers call a crux: it takes two who flag it while rating.")


async def _named(session: AsyncSession, question: Question) -> list[Argument]:
    """Return the arguments that two readers or more call a crux in their last rating; none while sealed."""
    if question.revealed_at is None:
        return []
    last = (
        select(sa.func.max(Rating.id))
        .join(Argument, col(Argument.id) == col(Rating.argument_id))
        .where(col(Argument.question_id) == question.id)
        .group_by(col(Rating.argument_id), col(Rating.member_id))
    )
    flags = sa.func.count()
    query = (
        select(Argument)
        .join(Rating, col(Rating.argument_id) == col(Argument.id))
        .where(col(Rating.id).in_(last), col(Rating.is_crux).is_(True), col(Argument.hidden_at).is_(None))
        .group_by(col(Argument.id))
        .having(flags >= NAMED_BY)
        .order_by(col(Argument.id))
        .limit(MOST_NAMED)
    )
    return list((await session.exec(query)).all())


async def prompt_of(session: AsyncSession, *, conditional_id: int) -> Prompt:
    """Return what to ask a member now that a question has come out which they said would move them.

    Raises
    ------
    NotFoundError
        There is no such conditional.
    """
    conditional = await session.get(Conditional, conditional_id)
    if conditional is None:
        raise NotFoundError("There is nothing to ask about here any more. See the theses: /question list")
    link = await session.get_one(CruxLink, conditional.link_id)
    thesis = await session.get_one(Question, link.thesis_id)
    question = await session.get_one(Question, link.question_id)
    community = await session.get_one(Community, thesis.community_id)
    member = await session.get_one(Member, conditional.member_id)
    final = await final_ruling(session, question) if question.phase is Phase.RESOLVED else None
    outcome = final.outcome if final is not None else None
    held = last_values(await forecasts_in_force(session, question=thesis))
    return Prompt(
        conditional_id=conditional.id,
        guild_id=community.guild_id,
        user_id=member.user_id,
        thesis_id=thesis.id,
        thesis_number=thesis.number or 0,
        thesis_title=thesis.title,
        question_number=question.number or 0,
        question_title=question.title,
        outcome=outcome,
        stated=conditional.if_yes if outcome else conditional.if_no,
        credence=held.get(member.id),
        is_open=thesis.phase in TAKES_FORECASTS,
        channel_id=thesis.channel_id,
        message_id=thesis.card_message_id,
    )
