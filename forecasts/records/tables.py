"""The CSV twins of an export, as ``crux score`` reads them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.models import Forecast, Kind, Phase, Question, Resolution, outcome_in_force
from forecasts.records.files import HashedTable, guarded

QUESTIONS, FORECASTS = "questions.csv", "forecasts.csv"
PIECE = 500


async def write_tables(
    session: AsyncSession, community_id: int, folder: Path, code: Callable[[int], str]
) -> dict[str, dict[str, Any]]:
    """Write the scored questions and their revealed forecasts, and return what the manifest says of them.

    Parameters
    ----------
    code
        Gives the name of a member.
    """
    asked = (
        col(Question.community_id) == community_id,
        col(Question.number).is_not(None),
        col(Question.kind) != Kind.THESIS,  # never scored
    )
    return {
        QUESTIONS: await _write_questions(session, asked, folder / QUESTIONS),
        FORECASTS: await _write_forecasts(session, asked, folder / FORECASTS, code),
    }


async def _write_questions(session: AsyncSession, asked: Any, path: Path) -> dict[str, Any]:
    query = (
        select(Question, Resolution)
        .outerjoin(Resolution, outcome_in_force())
        .where(*asked)
        .order_by(col(Question.number))
    )
    header = ("id", "kind", "options", "opens_at", "closes_at", "known_at", "outcome", "title")
    rows: Any = await session.stream(query, execution_options={"yield_per": PIECE})
    question: Question
    final: Resolution | None  # an outer join's type doesn't say so
    with HashedTable(path, header) as file:
        async for question, final in rows:
            labels = [guarded(option.replace("|", "/")) for option in question.options]
            outcome = ""
            if question.phase is Phase.VOID:
                outcome = "void"
            elif question.phase is Phase.RESOLVED and final is not None and final.outcome is not None:
                outcome = (labels or ["no", "yes"])[final.outcome]
            file.add_cells(
                question.number,
                question.kind,
                "|".join(labels),
                question.opens_at.isoformat() if question.opens_at else "",
                question.closes_at.isoformat() if question.closes_at else "",
                final.known_at.isoformat() if final is not None and final.known_at else "",
                outcome,
                question.title,
            )
        return file.close()


async def _write_forecasts(
    session: AsyncSession, asked: Any, path: Path, code: Callable[[int], str]
) -> dict[str, Any]:
    later = aliased(Forecast)
    again = (  # of two at one instant the later row counts, and crux score takes only one
        select(col(later.id))
        .where(
            col(later.question_id) == col(Forecast.question_id),
            col(later.member_id) == col(Forecast.member_id),
            col(later.at) == col(Forecast.at),
            col(later.edition) == col(Forecast.edition),
            col(later.id) > col(Forecast.id),
        )
        .exists()
    )
    query = (
        select(Question.number, Forecast)
        .join(Question, col(Question.id) == col(Forecast.question_id))
        .where(
            *asked,
            col(Question.revealed_at).is_not(None),
            col(Forecast.edition) == col(Question.edition),
            ~again,
        )
        .order_by(col(Question.number), col(Forecast.id))
    )
    rows = await session.stream(query, execution_options={"yield_per": PIECE})
    with HashedTable(path, ("question", "member", "at", "probabilities")) as file:
        async for number, forecast in rows:
            file.add_cells(
                number,
                code(forecast.member_id),
                forecast.at.isoformat(),
                "|".join(map(repr, forecast.probabilities or [])),
            )
        return file.close()
