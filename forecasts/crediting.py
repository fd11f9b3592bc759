"""What the boxes ticked under "What moved you?" are worth: points of persuasion, and insight."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.debate_record import DebateRecord
from forecasts.deliberation.insight import insight
from forecasts.deliberation.moves import NOBODY, credit_shares, moves_of
from forecasts.deliberation.persuasion import persuasion_points
from forecasts.models import Cause, Forecast, MoveCredit, Side

_DIRECTION = {Side.FOR: 1, Side.AGAINST: -1}


@dataclass(frozen=True, slots=True)
class Credit:
    """An eligible box.

    Parameters
    ----------
    argument_id
        The argument, or the one it was merged into; None for news and thinking again.
    mover
        The member who moved.
    points
        Points of persuasion; 0 if the member went back, or moved after the last call.
    insight
        In Brier, above 0 for better; None before the outcome, and for a move made once it was public.
    """

    argument_id: int | None
    mover: int
    points: float
    insight: float | None


@dataclass(frozen=True, slots=True)
class _Box:
    move: int
    submission: Forecast
    before: float
    after: float
    argument_id: int | None
    direction: int
    author: int
    was_shown: bool


def credits_of(record: DebateRecord, held: dict[int, float], is_upper: dict[int, bool]) -> list[Credit]:
    """Say what each eligible box is worth.

    Parameters
    ----------
    held
        What members held at the end of the last call.
    is_upper
        Who is in the upper group, of those who are in a group.
    """
    boxes = _boxes(record)
    if not boxes:
        return []
    movers = [box.submission.member_id for box in boxes]
    before, after = np.array([(box.before, box.after) for box in boxes]).T
    share = credit_shares(
        move=[box.move for box in boxes],
        change=after - before,
        direction=[box.direction for box in boxes],
        mover=movers,
        author=[box.author for box in boxes],
        was_shown=[box.was_shown for box in boxes],
    )
    points = persuasion_points(
        share,
        before=before,
        after=after,
        final=[held.get(mover, np.nan) for mover in movers],
        same_group=[
            mover in is_upper and is_upper[mover] is is_upper.get(box.author)
            for mover, box in zip(movers, boxes, strict=True)
        ],
    )
    gains: Sequence[float | None] = [None] * len(boxes)
    if record.outcome is not None:
        gains = insight(share, before=before, after=after, outcome=record.outcome).tolist()
    return [
        Credit(
            argument_id=box.argument_id,
            mover=box.submission.member_id,
            points=float(some) if box.submission.at <= record.rounds_end else 0.0,
            insight=gain if box.submission.at < record.window_end else None,
        )
        for box, part, some, gain in zip(boxes, share, points, gains, strict=True)
        if part > 0
    ]


def _boxes(record: DebateRecord) -> list[_Box]:
    """Return what was ticked for moves; of arguments that were merged into one, one box."""
    values = [each.probabilities[0] if each.probabilities else np.nan for each in record.forecasts]
    moves = moves_of([each.member_id for each in record.forecasts], values)
    move_of = {record.forecasts[at].id: move for move, at in enumerate(moves.submission)}
    ticked: dict[tuple[int, Cause, int | None], MoveCredit] = {}
    for credit in record.credits:
        if (move := move_of.get(credit.forecast_id)) is not None:
            root = None if credit.argument_id is None else record.root(credit.argument_id)
            ticked.setdefault((move, credit.cause, root), credit)
    found = []
    for (move, _, root), credit in ticked.items():
        submission, given = record.forecasts[moves.submission[move]], credit.argument_id
        was_shown = (
            given is not None
            and (shown := record.shown.get((given, submission.member_id))) is not None
            and shown <= submission.at
        )
        found.append(
            _Box(
                move=move,
                submission=submission,
                before=float(moves.before[move]),
                after=float(moves.after[move]),
                argument_id=root,
                direction=0 if root is None else _DIRECTION[record.arguments[root][0].side],
                author=_author(record, given, submission.member_id),
                was_shown=was_shown,
            )
        )
    return found


def _author(record: DebateRecord, argument_id: int | None, mover: int) -> int:
    """Return who is credited: the mover themselves if they wrote the argument or what it was merged into."""
    if argument_id is None:
        return NOBODY
    if record.is_own(argument_id, mover):
        return mover
    author = record.author(record.root(argument_id))
    return NOBODY if author is None else author
