"""Use cases: rate others' arguments one at a time, the opposing side first."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import locked_question
from forecasts.aggregation.pools import median
from forecasts.arguments import line_of
from forecasts.database import insert_if_absent
from forecasts.debate import OTHER_SIDE
from forecasts.errors import NotAllowedError, NotFoundError, WrongPhaseError
from forecasts.forecasting import check_open, forecasts_in_force, last_values
from forecasts.models import Argument, Community, Exposure, Question, Rating, Side, Surface, Verdict
from forecasts.views import RatingSheet

HIDDEN = "an argument that was hidden"


async def next_to_rate(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    member_id: int,
    now: datetime,
    argument_id: int | None = None,
) -> RatingSheet:
    """Return the next argument of somebody else for a member to rate, and remember that it was shown.

    The side opposite to the member's own forecast comes first, then the sides alternate; within a side
    the argument that fewest others were shown here, so that all are read about equally often.

    Parameters
    ----------
    argument_id
        This one instead, to change one's mind.

    Raises
    ------
    WrongPhaseError
        The question is sealed, or not debated any more.
    NotAllowedError
        The member has no forecast on it.
    NotFoundError
        There is no such question, or ``argument_id`` isn't one of its arguments to rate.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    opposing = await _opposing_side(session, question, member_id, now)
    candidates = await _candidates(session, question, member_id)
    rated = await _rated(session, candidates, member_id)
    community = await session.get_one(Community, community_id)
    if argument_id is None:
        chosen = await _next(session, candidates, rated, opposing, member_id, community.secret)
    else:
        chosen = _chosen(candidates, argument_id)
    sheet = RatingSheet(
        question_id=question.id, number=question.number, rated=len(rated), of=len(candidates),
        position=len(rated) + 1, last_rated=rated[-1] if rated else None,
    )  # fmt: skip
    if chosen is None:
        return sheet
    await insert_if_absent(
        session, Exposure, argument_id=chosen.id, member_id=member_id, surface=Surface.RATING, at=now
    )
    position = rated.index(chosen.id) if chosen.id in rated else len(rated)
    parent = await session.get(Argument, chosen.reply_to_id) if chosen.reply_to_id is not None else None
    return replace(
        sheet,
        argument=line_of(chosen, community.secret),
        source=chosen.source if chosen.member_id is not None else "",
        answers="" if parent is None else parent.text if parent.hidden_at is None else HIDDEN,
        position=position + 1,
        last_rated=rated[position - 1] if position else None,
    )


async def rate_argument(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    argument_id: int,
    member_id: int,
    verdict: Verdict,
    is_crux: bool = False,
    interaction_id: int,
    now: datetime,
) -> None:
    """Store what a member thinks of an argument; their last rating of it counts.

    Raises
    ------
    WrongPhaseError, NotAllowedError, NotFoundError
        As :func:`next_to_rate`; nobody rates their own argument.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    repeated = select(Rating.id).where(col(Rating.interaction_id) == interaction_id)
    if (await session.exec(repeated)).first() is not None:
        return
    await _opposing_side(session, question, member_id, now)
    argument = _chosen(await _candidates(session, question, member_id), argument_id)
    rating = Rating(
        argument_id=argument.id,
        member_id=member_id,
        verdict=verdict,
        is_crux=is_crux,
        at=now,
        interaction_id=interaction_id,
    )
    session.add(rating)
    await session.flush()


def opposing_side(forecast: float, others: Sequence[float]) -> Side:
    """Return the side that speaks against a forecast: at or above the group's median, against.

    Examples
    --------
    >>> str(opposing_side(0.7, [0.2, 0.5, 0.7])), str(opposing_side(0.2, [0.2, 0.5, 0.7]))
    ('against', 'for')
    """
    return Side.AGAINST if forecast >= median(others) else Side.FOR


async def _opposing_side(session: AsyncSession, question: Question, member_id: int, now: datetime) -> Side:
    """Return the side to show a member first; raises unless they may rate now."""
    check_open(question, now=now)
    if question.revealed_at is None:
        raise WrongPhaseError(
            f"#{question.number} is sealed: others' arguments can be read and rated from its reveal on."
        )
    held = last_values(await forecasts_in_force(session, question=question))
    if member_id not in held:
        raise NotAllowedError(f"Forecast first: tap a number on the card of #{question.number}, then rate.")
    return opposing_side(held[member_id], list(held.values()))


async def _candidates(session: AsyncSession, question: Question, member_id: int) -> dict[int, Argument]:
    """Return the arguments of a revealed question that a member may rate: all shown but their own."""
    query = (
        select(Argument)
        .where(
            col(Argument.question_id) == question.id,
            col(Argument.hidden_at).is_(None),
            sa.or_(col(Argument.member_id).is_(None), col(Argument.member_id) != member_id),
        )
        .order_by(col(Argument.id))
    )
    return {each.id: each for each in (await session.exec(query)).all()}


def _chosen(candidates: dict[int, Argument], argument_id: int) -> Argument:
    if argument_id not in candidates:
        raise NotFoundError("This argument isn't there to be rated: it is your own, or it was hidden.")
    return candidates[argument_id]


async def _rated(session: AsyncSession, candidates: dict[int, Argument], member_id: int) -> list[int]:
    """Return which of the candidates a member has rated, the last one last."""
    query = (
        select(Rating.argument_id)
        .where(col(Rating.member_id) == member_id, col(Rating.argument_id).in_(candidates))
        .group_by(col(Rating.argument_id))
        .order_by(sa.func.max(Rating.id))
    )
    return list((await session.exec(query)).all())


async def _next(
    session: AsyncSession,
    candidates: dict[int, Argument],
    rated: Sequence[int],
    opposing: Side,
    member_id: int,
    secret: str,
) -> Argument | None:
    waiting = [argument for key, argument in candidates.items() if key not in set(rated)]
    done = Counter(candidates[key].side for key in rated)
    side = opposing if done[opposing] <= done[OTHER_SIDE[opposing]] else OTHER_SIDE[opposing]
    pool = [argument for argument in waiting if argument.side is side] or waiting
    shown = await _shown_to_others(session, pool, member_id)

    def order(argument: Argument) -> tuple[int, bytes]:
        # Among equals a keyed hash decides: each reader has their own order, the same at every call.
        tie = hmac.new(secret.encode(), f"{member_id}:{argument.id}".encode(), hashlib.sha256)
        return shown.get(argument.id, 0), tie.digest()

    return min(pool, key=order, default=None)


async def _shown_to_others(
    session: AsyncSession, arguments: Sequence[Argument], member_id: int
) -> dict[int, int]:
    query = (
        select(Exposure.argument_id, sa.func.count())
        .where(
            col(Exposure.argument_id).in_([argument.id for argument in arguments]),
            col(Exposure.surface) == Surface.RATING,
            col(Exposure.member_id) != member_id,
        )
        .group_by(col(Exposure.argument_id))
    )
    return dict((await session.exec(query)).all())
