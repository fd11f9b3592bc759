"""Write the record of the debates: arguments with who was shown them, ratings, and what moved whom.

With ``forecasts.csv`` and ``questions.csv`` beside them, persuasion, insight and bridging follow from these
files alone (docs/debate.md).
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bot.demo.lines import write_lines
from bot.demo.world import World
from forecasts.deliberation.moves import has_moved
from forecasts.models import Argument, Exposure, Forecast, Member, MoveCredit, Question, Rating

Row = dict[str, Any]


async def export_debates(world: World, folder: Path, names: Mapping[int, str]) -> None:
    """Write ``arguments.jsonl``, ``ratings.jsonl`` and ``moves.jsonl``.

    Parameters
    ----------
    names
        What members are called in ``forecasts.csv``, by their Discord id.
    """
    async with world.database.reading() as session:
        users = {member.id: member.user_id for member in (await session.exec(select(Member))).all()}
    who = {key: names.get(user_id or 0, "") for key, user_id in users.items()}
    write_lines(folder / "arguments.jsonl", await _arguments(world, who))
    write_lines(folder / "ratings.jsonl", await _ratings(world, who))
    write_lines(folder / "moves.jsonl", await _moves(world, who))


async def _arguments(world: World, who: Mapping[int, str]) -> list[Row]:
    given = (
        select(Argument, Question.number)
        .join(Question, col(Question.id) == col(Argument.question_id))
        .order_by(col(Argument.id))
    )
    async with world.database.reading() as session:
        arguments = (await session.exec(given)).all()
        exposures = (await session.exec(select(Exposure).order_by(col(Exposure.id)))).all()
    shown: dict[int, list[Row]] = defaultdict(list)
    for each in exposures:
        shown[each.argument_id].append(
            {"member": who[each.member_id], "surface": each.surface, "at": each.at.isoformat()}
        )
    return [
        {
            "id": argument.id,
            "question": number,
            "side": argument.side,
            "author": who[argument.member_id] if argument.member_id is not None else None,
            "origin": argument.origin,
            "text": argument.text,
            "source": argument.source,
            "reply_to": argument.reply_to_id,
            "merged_into": argument.merged_into_id,
            "hidden": argument.hidden_at is not None,
            "at": argument.at.isoformat(),
            "shown": shown[argument.id],
        }
        for argument, number in arguments
    ]


async def _ratings(world: World, who: Mapping[int, str]) -> list[Row]:
    query = (
        select(Rating, Question.number)
        .join(Argument, col(Argument.id) == col(Rating.argument_id))
        .join(Question, col(Question.id) == col(Argument.question_id))
        .order_by(col(Rating.id))
    )
    async with world.database.reading() as session:
        rows = (await session.exec(query)).all()
    return [
        {
            "question": number,
            "argument": rating.argument_id,
            "member": who[rating.member_id],
            "verdict": rating.verdict,
            "crux": rating.is_crux,
            "at": rating.at.isoformat(),
        }
        for rating, number in rows
    ]


async def _moves(world: World, who: Mapping[int, str]) -> list[Row]:
    """Return the moves whose author said what moved them, in the order in which they were made."""
    given = (
        select(Forecast, Question.number)
        .join(Question, col(Question.id) == col(Forecast.question_id))
        .where(col(Forecast.edition) == col(Question.edition))
        .order_by(col(Forecast.id))
    )
    async with world.database.reading() as session:
        forecasts = (await session.exec(given)).all()
        credits_ = (await session.exec(select(MoveCredit).order_by(col(MoveCredit.id)))).all()
    ticked: dict[int, list[MoveCredit]] = defaultdict(list)
    for credit in credits_:
        ticked[credit.forecast_id].append(credit)
    held: dict[tuple[int | None, int], float | None] = {}
    rows: list[Row] = []
    for forecast, number in forecasts:
        said = forecast.probabilities[0] if forecast.probabilities else None
        before = held.get((number, forecast.member_id))
        held[number, forecast.member_id] = said
        boxes = ticked[forecast.id]
        if before is not None and said is not None and boxes and has_moved(before, said):
            rows.append(
                {
                    "question": number,
                    "member": who[forecast.member_id],
                    "at": forecast.at.isoformat(),
                    "before": before,
                    "after": said,
                    # Boxes that don't count are refused when they are ticked, so all that are stored share.
                    "boxes": [
                        {"cause": each.cause, "argument": each.argument_id, "share": 1 / len(boxes)}
                        for each in boxes
                    ],
                }
            )
    return rows
