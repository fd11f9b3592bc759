"""What debates did: reads rows, calls the pure functions of :mod:`forecasts.deliberation`.

Nothing of it exists before a question's last call is over: no tally of arguments, and nobody's name.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from forecasts.aggregation.pools import median
from forecasts.arguments import line_of
from forecasts.crediting import credits_of
from forecasts.debate_record import DebateRecord, is_over, record_of
from forecasts.debate_views import ArgumentReview, Camps, DebateReview, Shift
from forecasts.deliberation.bridging import are_bridges, bridge_scores
from forecasts.deliberation.groups import two_groups
from forecasts.deliberation.moves import has_moved
from forecasts.deliberation.rounds import FEWEST_QUESTIONS, Estimate, mean_gain, opening_gain, round_gain
from forecasts.forecasting import last_values
from forecasts.models import (
    Argument,
    Community,
    Exposure,
    Forecast,
    ForecastKind,
    Kind,
    Phase,
    Question,
    Resolution,
    Surface,
    outcome_in_force,
)  # fmt: skip
from forecasts.rescoring import window_of

ENOUGH_BLIND = 5  # below it a figure about the debate would be noise


@dataclass(frozen=True, slots=True)
class FirstToLast:
    """How the medians did from the sealed round to the last call, in Brier; positive is better.

    Parameters
    ----------
    gain
        Over all who gave both forecasts: it holds the days' news as well as the debate.
    of_opening
        What those who opened arguments gained more than those who didn't; None below ten questions on
        which both kinds took part.
    """

    gain: Estimate
    of_opening: Estimate | None


async def review_of(session: AsyncSession, *, question: Question) -> DebateReview | None:
    """Look back on a debate; None before its last call is over, and for questions with several numbers.

    Seven queries, whatever the number of members and arguments.
    """
    if not is_over(question) or question.kind not in {Kind.BINARY, Kind.THESIS}:
        return None
    record = await record_of(session, question)
    blind = last_values(each for each in record.forecasts if each.kind is ForecastKind.BLIND)
    if len(blind) < ENOUGH_BLIND:
        return DebateReview(question.id, question.number, question.title, is_thin=True)
    held = last_values(each for each in record.forecasts if each.at <= record.rounds_end)
    camps, is_upper = camps_of(blind, held)
    community = await session.get_one(Community, question.community_id)
    return DebateReview(
        question_id=question.id,
        number=question.number,
        title=question.title,
        is_thin=False,
        shift=_shift(blind, held),
        camps=camps,
        arguments=_arguments(record, held, is_upper, community.secret),
    )


async def has_shift(session: AsyncSession, *, question: Question) -> bool:
    """Whether there is enough of a debate to tell how the group moved."""
    review = await review_of(session, question=question)
    return review is not None and review.shift is not None


def _shift(blind: dict[int, float], held: dict[int, float]) -> Shift | None:
    both = [(before, held[member]) for member, before in blind.items() if member in held]
    if not both:
        return None
    first, last = np.array(both).T
    moved = int(has_moved(first, last).sum())
    return Shift(before=median(first), after=median(last), moved=moved, members=len(both))


def camps_of(blind: dict[int, float], held: dict[int, float]) -> tuple[Camps | None, dict[int, bool]]:
    """Return the two groups of the sealed round, if there are any, and who is in the upper one.

    Parameters
    ----------
    blind, held
        What members said while sealed, and what they held later, by member.
    """
    groups = two_groups(list(blind.values()))
    if groups is None:
        return None, {}
    is_upper = dict(zip(blind, groups.is_upper.tolist(), strict=True))
    now = [[held[member] for member in blind if member in held and is_upper[member] is side]
           for side in (False, True)]  # fmt: skip
    size = int(groups.is_upper.sum())
    camps = Camps(
        lower_size=len(blind) - size,
        upper_size=size,
        lower_before=groups.lower,
        upper_before=groups.upper,
        lower=median(now[0]) if now[0] else None,
        upper=median(now[1]) if now[1] else None,
    )
    return camps, is_upper


def _arguments(
    record: DebateRecord, held: dict[int, float], is_upper: dict[int, bool], secret: str
) -> tuple[ArgumentReview, ...]:
    """Review the arguments that still stand, the oldest first."""
    points: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    gains: dict[int, list[float]] = defaultdict(list)
    for credit in credits_of(record, held, is_upper):
        if credit.argument_id is None:
            continue
        if credit.points > 0:
            points[credit.argument_id][credit.mover] += credit.points
        if credit.insight is not None:
            gains[credit.argument_id].append(credit.insight)
    readers, verdicts = record.readers(), record.verdicts()
    reviews = []
    for argument, author in record.arguments.values():
        if argument.hidden_at is not None or argument.merged_into_id is not None:
            continue
        said, moved = verdicts.get(argument.id, {}), list(points[argument.id].values())
        bridge, is_bridge = _bridge(said, is_upper)
        reviews.append(
            ArgumentReview(
                id=argument.id,
                side=argument.side,
                text=argument.text,
                by=line_of(argument, secret).by,
                author_id=argument.member_id,
                user_id=author.user_id if author is not None and author.named else None,
                readers=len(readers.get(argument.id, ())),
                raters=len(said),
                convinced=sum(said.values()),
                moved=len(moved),
                median_points=float(np.median(moved)) if moved else None,
                persuasion=sum(moved),
                bridge=bridge,
                is_bridge=is_bridge,
                insight=sum(gains[argument.id]) if gains[argument.id] else None,
            )
        )
    return tuple(reviews)


def _bridge(said: dict[int, bool], is_upper: dict[int, bool]) -> tuple[float | None, bool]:
    """Score how an argument convinced both groups; whoever is in neither doesn't count."""
    if not is_upper:
        return None, False
    sides = [[was_convinced for member, was_convinced in said.items() if is_upper.get(member) is side]
             for side in (False, True)]  # fmt: skip
    convinced, raters = [sum(side) for side in sides], [len(side) for side in sides]
    return float(bridge_scores(convinced, raters)), bool(are_bridges(convinced, raters))


async def first_to_last(session: AsyncSession, *, community_id: int) -> FirstToLast | None:
    """Say whether a community's medians got better from the sealed round to the last call.

    Counted are resolved yes-or-no questions with five sealed forecasts, and on them the members who gave
    both a sealed and a final forecast before the outcome was public. None below ten such questions.
    Three queries, whatever the number of questions.
    """
    is_counted = (
        col(Question.community_id) == community_id,
        col(Question.phase) == Phase.RESOLVED,
        col(Question.kind) == Kind.BINARY,
    )
    questions = (
        select(Question, Resolution)
        .join(Resolution, outcome_in_force())
        .where(*is_counted)
        .order_by(col(Question.id))
    )
    resolved = (await session.exec(questions)).all()
    if len(resolved) < FEWEST_QUESTIONS:
        return None
    ids = select(col(Question.id)).where(*is_counted)
    given = (
        select(Forecast)
        .where(
            col(Forecast.question_id).in_(ids),
            col(Forecast.kind).in_([ForecastKind.BLIND, ForecastKind.FINAL]),
        )
        .order_by(col(Forecast.id))
    )
    forecasts: dict[int, list[Forecast]] = defaultdict(list)
    for forecast in await session.exec(given):
        forecasts[forecast.question_id].append(forecast)
    opened = await _opened(session, ids)
    gains, differences = [], []
    for question, final in resolved:
        end = window_of(question, final.known_at)[1]
        counted = [
            each for each in forecasts[question.id] if each.edition == question.edition and each.at < end
        ]
        blind, last, has_opened = _both_rounds(counted, opened.get(question.id, {}))
        if last:
            outcome = final.outcome or 0
            gains.append(round_gain(blind, last, outcome))
            differences.append(opening_gain(blind, last, has_opened, outcome))
    gain = mean_gain(gains)
    return FirstToLast(gain, mean_gain(differences)) if gain is not None else None


async def _opened(session: AsyncSession, question_ids: SelectOfScalar[int]) -> dict[int, dict[int, datetime]]:
    """Return, by question, when members first opened others' arguments: what a card shows isn't opened."""
    query = (
        select(Argument.question_id, Exposure.member_id, sa.func.min(Exposure.at))
        .join(Argument, col(Argument.id) == col(Exposure.argument_id))
        .where(
            col(Argument.question_id).in_(question_ids),
            col(Exposure.surface).in_([Surface.RATING, Surface.LIST]),
            sa.or_(
                col(Argument.member_id).is_(None), col(Argument.member_id) != col(Exposure.member_id)
            ),
        )
        .group_by(col(Argument.question_id), col(Exposure.member_id))
    )  # fmt: skip
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    for question_id, member_id, at in await session.exec(query):
        found[question_id][member_id] = at
    return found


def _both_rounds(
    forecasts: list[Forecast], opened: dict[int, datetime]
) -> tuple[list[float], list[float], list[bool]]:
    """Return what those said who gave both forecasts, and whether they had opened arguments before the last.

    Nothing below five sealed forecasts.
    """
    blind = last_values(each for each in forecasts if each.kind is ForecastKind.BLIND)
    final = [each for each in forecasts if each.kind is ForecastKind.FINAL]
    last, said_at = last_values(final), {each.member_id: each.at for each in final}
    both = [member for member in blind if member in last] if len(blind) >= ENOUGH_BLIND else []
    return (
        [blind[member] for member in both],
        [last[member] for member in both],
        [member in opened and opened[member] <= said_at[member] for member in both],
    )
