"""Use cases: after a move of ten points or more, which arguments a member credits for it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.advancing import locked_question
from forecasts.arguments import line_of
from forecasts.deliberation.moves import moves_of
from forecasts.errors import ConflictError, InvalidInputError, NotFoundError
from forecasts.forecasting import check_open
from forecasts.lifecycle import TAKES_FORECASTS
from forecasts.models import (
    Argument,
    Cause,
    Community,
    Exposure,
    Forecast,
    ForecastKind,
    Kind,
    MoveCredit,
    Question,
    Side,
)  # fmt: skip
from forecasts.views import CreditedMove, MoveBoxes

MOST_ARGUMENTS = 3
OFFERED = 23  # with news and thinking again a menu of 25
CAUSES = {Cause.NEWS: "news", Cause.THINKING: "thinking again"}
SHOWN = 60  # characters of an argument that name it in an answer


async def boxes_for(
    session: AsyncSession, *, question: Question, member_id: int, even_if_credited: bool = False
) -> MoveBoxes | None:
    """Return what to offer under "What moved you?" for a member's last move, or None.

    None if they haven't moved since the numbers are public, have answered already, or can't any more.
    """
    if question.phase not in TAKES_FORECASTS or question.revealed_at is None:
        return None
    move = await _last_move(session, question, member_id)
    if move is None or (not even_if_credited and await _credits(session, move[1].id)):
        return None
    before, forecast = move
    start, end = (before.probabilities or [0.0])[0], (forecast.probabilities or [0.0])[0]
    shown = list((await _shown(session, question, forecast)).values())
    pulls = _direction(start, end)
    # First what speaks the way the member went; among these what they were shown last.
    best = sorted(shown, key=lambda argument: (argument.side is not pulls, -argument.id))[:OFFERED]
    community = await session.get_one(Community, question.community_id)
    return MoveBoxes(
        forecast_id=forecast.id,
        before=start,
        after=end,
        arguments=tuple(line_of(argument, community.secret) for argument in best),
        own=frozenset(argument.id for argument in best if argument.member_id == member_id),
    )


async def credit_move(
    session: AsyncSession,
    *,
    community_id: int,
    question_id: int,
    forecast_id: int,
    member_id: int,
    argument_ids: Collection[int],
    causes: Collection[Cause],
    now: datetime,
) -> CreditedMove:
    """Store what moved a member, in place of what they said of this move before.

    Boxes that don't count are left out, each with a reason; those that are stored share the move equally.

    Raises
    ------
    WrongPhaseError
        The question takes no forecasts any more.
    NotFoundError
        It isn't a move of this member.
    ConflictError
        They have moved again since.
    InvalidInputError
        More than three arguments.
    """
    question = await locked_question(session, question_id=question_id, community_id=community_id)
    check_open(question, now=now)
    forecast = await session.get(Forecast, forecast_id)
    if forecast is None or (forecast.question_id, forecast.member_id) != (question.id, member_id):
        raise NotFoundError("This isn't a forecast of yours. See what you said: /forecast mine")
    move = await _last_move(session, question, member_id)
    if move is None or move[1].id != forecast_id:
        raise ConflictError("You have moved again since. Say what moved you last: /forecast mine")
    if len(set(argument_ids)) > MOST_ARGUMENTS:
        raise InvalidInputError(f"Tick at most {MOST_ARGUMENTS} arguments: those that moved you most.")
    before = (move[0].probabilities or [0.0])[0]
    eligible, refused = await _sorted_out(session, question, forecast, before, sorted(set(argument_ids)))
    for row in await _credits(session, forecast_id):
        await session.delete(row)
    await session.flush()
    for argument in eligible:
        session.add(
            MoveCredit(forecast_id=forecast_id, cause=Cause.ARGUMENT, argument_id=argument.id, at=now)
        )
    others = [cause for cause in CAUSES if cause in causes]
    session.add_all(MoveCredit(forecast_id=forecast_id, cause=cause, at=now) for cause in others)
    await session.flush()
    names = [*(_name(argument) for argument in eligible), *(CAUSES[cause] for cause in others)]
    return CreditedMove(counted=tuple(names), refused=tuple(refused))


async def _sorted_out(
    session: AsyncSession, question: Question, forecast: Forecast, before: float, argument_ids: Sequence[int]
) -> tuple[list[Argument], list[str]]:
    """Part the ticked arguments into those that count, and sentences about those that don't."""
    shown = await _shown(session, question, forecast)
    pulls = _direction(before, (forecast.probabilities or [0.0])[0])
    went = "up" if pulls is Side.FOR else "down"
    eligible: list[Argument] = []
    refused: list[str] = []
    for argument_id in argument_ids:
        argument = shown.get(argument_id)
        if argument is None:
            refused.append("An argument that you hadn't been shown before doesn't count.")
        elif argument.member_id == forecast.member_id:
            refused.append(f"Your own argument doesn't count: {_name(argument)}.")
        elif argument.side is not pulls:
            refused.append(f"{_name(argument)} speaks {argument.side} it, and you moved {went}.")
        elif await _credited_first(session, question, argument.member_id, forecast.member_id):
            refused.append(
                f"{_name(argument)}: its author has credited you here before. Of two members who credit "
                "each other on a question only the earlier credit counts."
            )
        else:
            eligible.append(argument)
    return eligible, refused


def _direction(before: float, after: float) -> Side:
    return Side.FOR if after > before else Side.AGAINST


def _name(argument: Argument) -> str:
    text = argument.text if len(argument.text) <= SHOWN else f"{argument.text[:SHOWN].rstrip()}…"
    return f"“{text}”"


async def _last_move(
    session: AsyncSession, question: Question, member_id: int
) -> tuple[Forecast, Forecast] | None:
    """Return a member's last move since the reveal, with the forecast before it."""
    if question.kind not in {Kind.BINARY, Kind.THESIS}:
        return None  # arguments speak for or against one number
    query = (
        select(Forecast)
        .where(
            col(Forecast.question_id) == question.id,
            col(Forecast.member_id) == member_id,
            col(Forecast.edition) == question.edition,
        )
        .order_by(col(Forecast.id))
    )
    history = (await session.exec(query)).all()
    said = [each.probabilities[0] if each.probabilities else float("nan") for each in history]
    moves = moves_of([member_id] * len(said), said).submission
    if not moves.size or history[moves[-1]].kind is ForecastKind.BLIND:
        return None
    return history[moves[-1] - 1], history[moves[-1]]


async def _shown(session: AsyncSession, question: Question, forecast: Forecast) -> dict[int, Argument]:
    """Return the arguments that a member had been shown when they gave a forecast, by key.

    Whoever was shown one that was merged into another has been shown what it became.
    """
    query = (
        select(Argument)
        .join(Exposure, col(Exposure.argument_id) == col(Argument.id))
        .where(
            col(Argument.question_id) == question.id,
            col(Exposure.member_id) == forecast.member_id,
            col(Exposure.at) <= forecast.at,
        )
    )
    seen = (await session.exec(query)).all()
    keys = {argument.merged_into_id or argument.id for argument in seen}
    live = select(Argument).where(col(Argument.id).in_(keys), col(Argument.hidden_at).is_(None))
    return {argument.id: argument for argument in (await session.exec(live)).all()}


async def _credits(session: AsyncSession, forecast_id: int) -> Sequence[MoveCredit]:
    return (await session.exec(select(MoveCredit).where(col(MoveCredit.forecast_id) == forecast_id))).all()


async def _credited_first(
    session: AsyncSession, question: Question, author_id: int | None, mover_id: int
) -> bool:
    """Whether an argument's author has credited an argument of the mover on this question."""
    if author_id is None:
        return False
    query = (
        select(MoveCredit.id)
        .join(Forecast, col(Forecast.id) == col(MoveCredit.forecast_id))
        .join(Argument, col(Argument.id) == col(MoveCredit.argument_id))
        .where(
            col(Forecast.question_id) == question.id,
            col(Forecast.member_id) == author_id,
            col(Argument.member_id) == mover_id,
        )
        .limit(1)
    )
    return (await session.exec(query)).first() is not None
