"""What happened in the demo, in figures: read from the database, and from what Discord received."""

import re
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.demo.export import forecast_rows, opened_questions
from bot.demo.payloads import texts_of
from bot.demo.world import World
from claims.models import StoredClaim
from forecasts.debate_review import first_to_last
from forecasts.models import (
    Argument,
    Community,
    CrowdScore,
    CruxLink,
    Digest,
    Kind,
    Member,
    MoveCredit,
    Phase,
    Question,
    Rating,
    Score,
)  # fmt: skip

SHIFT = re.compile(r"Median \*\*[\d.]+ % → [\d.]+ %\*\*; \d+ of \d+ moved")


async def summary(world: World) -> dict[str, Any]:
    """Count what happened, and give every Brier score: 0 is best, 1 is worst.

    ``ratings`` are verdicts on arguments; ``moves`` are forecasts that changed by ten points or more and
    whose author said what moved them; ``first_to_last`` is the mean gain in Brier of the median from the
    sealed round to the last call, above 0 for better, None below ten resolved questions.
    """
    names = {actor.id: name for name, actor in world.people.items()}
    opened = await opened_questions(world)
    questions = [each for each in opened if each.kind is not Kind.THESIS]
    return {
        "claims": await _count(world, StoredClaim),
        "questions": len(questions),
        "forecasts": len(await forecast_rows(world)),
        "arguments": await _count(world, Argument),
        "ratings": await _count(world, Rating),
        "moves": await _credited_moves(world),
        "theses": len(opened) - len(questions),
        "cruxes": await _count(world, CruxLink),
        "shift_cards": _shift_cards(world),
        "resolved": sum(question.phase is Phase.RESOLVED for question in questions),
        "digests": await _count(world, Digest),
        "first_to_last": await _first_to_last(world),
        "brier": {str(question.number): await _briers(world, question, names) for question in questions},
    }


async def _credited_moves(world: World) -> int:
    async with world.database.reading() as session:
        counted = select(sa.func.count(sa.distinct(col(MoveCredit.forecast_id))))
        return (await session.exec(counted)).one()


def _shift_cards(world: World) -> int:
    """Count the posts to the channel that told how a group moved."""
    posted = [each for each in world.log.payloads if each.method == "POST" and each.viewer is None]
    return sum(bool(SHIFT.search("\n".join(texts_of(each.payload.get("components", []))))) for each in posted)


async def _first_to_last(world: World) -> float | None:
    async with world.database.reading() as session:
        community_id = (await session.exec(select(Community.id))).first()
        found = await first_to_last(session, community_id=community_id) if community_id is not None else None
    return found.gain.mean if found is not None else None


async def _count(world: World, table: type[SQLModel]) -> int:
    async with world.database.reading() as session:
        return (await session.exec(select(sa.func.count()).select_from(table))).one()


async def _briers(world: World, question: Question, names: dict[int, str]) -> dict[str, float]:
    async with world.database.reading() as session:
        scores = (
            select(Member.user_id, Score.brier)
            .join(Score, col(Score.member_id) == col(Member.id))
            .where(
                col(Score.question_id) == question.id,
                col(Score.resolution_version) == question.resolution_version,
            )
            .order_by(col(Score.id))
        )
        found = {names[user_id or 0]: brier for user_id, brier in (await session.exec(scores)).all()}
        crowd = select(CrowdScore).where(
            col(CrowdScore.question_id) == question.id,
            col(CrowdScore.resolution_version) == question.resolution_version,
        )
        row = (await session.exec(crowd)).first()
    if row is not None:
        found |= {"median": row.median_brier, "uniform": row.uniform_brier}
    return found
