"""The record of one debate: its rows, read with a few queries whatever the number of members."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import (
    Argument,
    Exposure,
    Forecast,
    ForecastKind,
    Member,
    MoveCredit,
    Phase,
    Preset,
    Question,
    Rating,
    Verdict,
)  # fmt: skip
from forecasts.presets import ROUNDS, total_length
from forecasts.rescoring import forecasts_of_edition, window_of
from forecasts.resolution import final_ruling

FOREVER = datetime.max.replace(tzinfo=UTC)
_BEFORE_ITS_END = frozenset({Phase.DRAFT, Phase.BLIND, Phase.DEBATE, Phase.FINAL})


@dataclass(frozen=True, slots=True)
class DebateRecord:
    """What was said, shown, rated and credited on a question's present edition.

    Parameters
    ----------
    forecasts
        In the order of their ids.
    arguments
        Every argument by its id, with its author, also hidden and merged ones.
    shown
        When an argument (first) was first shown to a member (second).
    credits
        Ticked boxes in the order of their ids.
    rounds_end
        When the last call was over.
    outcome, window_end
        Once resolved: what came true, and when the window of its scores ended.
    """

    forecasts: list[Forecast]
    arguments: dict[int, tuple[Argument, Member | None]]
    shown: dict[tuple[int, int], datetime]
    ratings: list[Rating]
    credits: list[MoveCredit]
    rounds_end: datetime
    outcome: int | None
    window_end: datetime

    def root(self, argument_id: int) -> int:
        """Return the argument that one was merged into, or itself."""
        for _ in self.arguments:
            into = self.arguments[argument_id][0].merged_into_id
            if into is None:
                break
            argument_id = into
        return argument_id

    def author(self, argument_id: int) -> int | None:
        """Return the member who wrote an argument."""
        return self.arguments[argument_id][0].member_id

    def is_own(self, argument_id: int, member_id: int) -> bool:
        """Whether a member wrote an argument or the one it was merged into."""
        return member_id in {self.author(argument_id), self.author(self.root(argument_id))}

    def readers(self) -> dict[int, set[int]]:
        """Return, by argument, the members it was shown to other than its author."""
        found: dict[int, set[int]] = {}
        for argument_id, member_id in self.shown:
            if not self.is_own(argument_id, member_id):
                found.setdefault(self.root(argument_id), set()).add(member_id)
        return found

    def verdicts(self) -> dict[int, dict[int, bool]]:
        """Return, by argument, whom it convinced and whom not: a member's last word, unless it is a pass."""
        last = {(self.root(each.argument_id), each.member_id): each.verdict for each in self.ratings
                if not self.is_own(each.argument_id, each.member_id)}  # fmt: skip
        found: dict[int, dict[int, bool]] = {}
        for (argument_id, member_id), verdict in last.items():
            if verdict is not Verdict.PASS:
                found.setdefault(argument_id, {})[member_id] = verdict is Verdict.CONVINCING
        return found


def is_over(question: Question) -> bool:
    """Whether a debate may be looked back on: its last call is over, and its numbers are public."""
    # A challenge that succeeds takes a proposed question back to the round it interrupted.
    phase = question.interrupted_phase if question.phase is Phase.PROPOSED else question.phase
    return question.revealed_at is not None and phase not in {*_BEFORE_ITS_END, Phase.VOID}


async def record_of(session: AsyncSession, question: Question) -> DebateRecord:
    """Read all that a question's review is made from."""
    ids = select(col(Argument.id)).where(col(Argument.question_id) == question.id)
    arguments = (
        select(Argument, Member)
        .outerjoin(Member, col(Member.id) == col(Argument.member_id))
        .where(col(Argument.question_id) == question.id)
        .order_by(col(Argument.id))
    )
    shown = (
        select(Exposure.argument_id, Exposure.member_id, sa.func.min(Exposure.at))
        .where(col(Exposure.argument_id).in_(ids))
        .group_by(col(Exposure.argument_id), col(Exposure.member_id))
    )
    ratings = select(Rating).where(col(Rating.argument_id).in_(ids)).order_by(col(Rating.id))
    credited = (
        select(MoveCredit)
        .join(Forecast, col(Forecast.id) == col(MoveCredit.forecast_id))
        .where(col(Forecast.question_id) == question.id, col(Forecast.edition) == question.edition)
        .order_by(col(MoveCredit.id))
    )
    forecasts = await forecasts_of_edition(session, question)
    final = await final_ruling(session, question) if question.phase is Phase.RESOLVED else None
    return DebateRecord(
        forecasts=forecasts,
        arguments={argument.id: (argument, author) for argument, author in await session.exec(arguments)},
        shown={(argument, member): at for argument, member, at in await session.exec(shown)},
        ratings=list(await session.exec(ratings)),
        credits=list(await session.exec(credited)),
        rounds_end=_rounds_end(question, forecasts),
        outcome=final.outcome if final is not None else None,
        window_end=window_of(question, final.known_at)[1] if final is not None else FOREVER,
    )


def _rounds_end(question: Question, forecasts: list[Forecast]) -> datetime:
    """Return when the last call was over: as planned, or later if a downtime gave time back.

    The phases themselves keep no history; forecasts of the last call bear its mark.
    """
    preset, opens_at = question.preset or Preset.STANDARD, question.opens_at
    closes_at = question.closes_at or FOREVER
    if preset is Preset.ROLLING or opens_at is None:
        return closes_at
    extension = ROUNDS[preset][Phase.BLIND] * question.blind_extended
    planned = min(opens_at + total_length(preset) + extension, closes_at)
    return max([planned, *(each.at for each in forecasts if each.kind is ForecastKind.FINAL)])
