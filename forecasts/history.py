"""How the crowd's forecasts moved over time, for a chart. What is sealed gives nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.errors import WrongPhaseError
from forecasts.models import Kind
from forecasts.queries import find_question
from forecasts.rescoring import forecasts_of_edition, microseconds
from forecasts.resolution import final_ruling
from forecasts.scoring.timed import Segments, held_segments

POINTS = 200


@dataclass(frozen=True, slots=True)
class History:
    """The middle half and the median at some moments; NaN where nobody had a forecast.

    Parameters
    ----------
    moments
        Aware, ascending; at most 200.
    low, median, high
        Quartiles of the probabilities in force at each moment, in [0, 1].
    outcome
        1 for YES, 0 for NO, None before it is resolved.
    """

    number: int
    title: str
    moments: tuple[datetime, ...]
    low: tuple[float, ...]
    median: tuple[float, ...]
    high: tuple[float, ...]
    outcome: int | None


async def history_of(session: AsyncSession, *, community_id: int, question_id: int, now: datetime) -> History:
    """Return a binary question's history up to now, or up to its close.

    Raises
    ------
    NotFoundError
        No such question in this community.
    WrongPhaseError
        Its numbers are sealed, or nobody has forecast it.
    """
    question = await find_question(session, community_id=community_id, question_id=question_id)
    if question.revealed_at is None or question.opens_at is None or question.kind is not Kind.BINARY:
        raise WrongPhaseError(f"The numbers of #{question.number} are sealed; their history is too.")
    forecasts = await forecasts_of_edition(session, question)
    held = held_segments(
        [forecast.member_id for forecast in forecasts],
        [microseconds(forecast.at) for forecast in forecasts],
        np.array([forecast.probabilities or [np.nan] for forecast in forecasts]).reshape(-1, 1),
        opens_at=microseconds(question.opens_at),
        end=microseconds(min(now, question.closes_at or now)),
    )
    if not held.start.size:
        raise WrongPhaseError(f"Nobody has forecast #{question.number} yet.")
    at = _moments(held)
    quartiles = np.array([_quartiles(held, moment) for moment in at]).T
    final = await final_ruling(session, question)
    return History(
        number=question.number or 0,
        title=question.title,
        moments=tuple(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(each)) for each in at),
        low=tuple(quartiles[0]),
        median=tuple(quartiles[1]),
        high=tuple(quartiles[2]),
        outcome=final.outcome if final is not None else None,
    )


def _moments(held: Segments) -> NDArray[np.int64]:
    """Take every change, or evenly spread ones where there are too many to be seen."""
    changes: NDArray[np.int64] = np.unique(np.concatenate([held.start, held.end_at]))
    chosen = np.unique(np.linspace(0, changes.size - 1, min(POINTS, changes.size)).astype(int))
    shown: NDArray[np.int64] = changes[chosen]
    return shown


def _quartiles(held: Segments, moment: np.int64) -> list[float]:
    # The last moment is the end itself: what was held until then.
    active = (held.start <= moment) & ((held.end_at > moment) | (held.end_at == held.end_at.max()))
    values = held.values[active, 0]
    return list(np.quantile(values, [0.25, 0.5, 0.75])) if values.size else [np.nan] * 3
