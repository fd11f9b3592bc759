"""Write what happened, so that every score can be recomputed from outside."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bot.demo.debate_export import export_debates
from bot.demo.lines import write_lines
from bot.demo.world import World
from claims.models import StoredClaim, StoredDocument
from forecasts.debate_record import record_of
from forecasts.models import Forecast, Kind, Member, Phase, Question
from forecasts.resolution import final_ruling

OUTCOMES = ("no", "yes")


async def export(world: World, folder: Path, files: Mapping[int, str]) -> None:
    """Write questions, forecasts, claims, messages, and the record of the debates, each into its file.

    Parameters
    ----------
    folder
        An existing one.
    files
        The path of each stored document, by its id.
    """
    names = {actor.id: name for name, actor in world.people.items()}
    _write_csv(
        folder / "questions.csv",
        ("id", "kind", "options", "opens_at", "closes_at", "known_at", "outcome", "rounds_end_at"),
        await _questions(world),
    )
    _write_csv(
        folder / "forecasts.csv",
        ("question", "member", "at", "probabilities", "kind"),
        [
            (
                number,
                names[user_id or 0],
                forecast.at.isoformat(),
                "|".join(map(repr, forecast.probabilities or [])),
                forecast.kind,
            )
            for number, user_id, forecast in await forecast_rows(world)
        ],
    )
    write_lines(folder / "claims.jsonl", await _claims(world, files))
    await export_debates(world, folder, names)
    write_lines(folder / "messages.jsonl", (asdict(payload) for payload in world.log.payloads))


async def opened_questions(world: World) -> list[Question]:
    """Return the questions that were approved, by number."""
    async with world.database.reading() as session:
        query = select(Question).where(col(Question.number).is_not(None)).order_by(col(Question.number))
        return list((await session.exec(query)).all())


async def _questions(world: World) -> list[tuple[Any, ...]]:
    rows = []
    for question in await opened_questions(world):
        if question.kind is Kind.THESIS:
            continue  # never scored
        async with world.database.reading() as session:
            final = await final_ruling(session, question)
            rounds_end_at = (await record_of(session, question)).rounds_end
        outcome = OUTCOMES[final.outcome] if final is not None and final.outcome is not None else ""
        known_at = final.known_at.isoformat() if final is not None and final.known_at else ""
        rows.append(
            (
                question.number,
                question.kind,
                "|".join(question.options),
                question.opens_at.isoformat() if question.opens_at else "",
                question.closes_at.isoformat() if question.closes_at else "",
                known_at,
                "void" if question.phase is Phase.VOID else outcome,
                rounds_end_at.isoformat() if question.revealed_at else "",
            )
        )
    return rows


async def forecast_rows(world: World) -> Sequence[tuple[int | None, int | None, Forecast]]:
    """Return the forecasts on questions, oldest first, with the question's number and the member's user."""
    query = (
        select(Question.number, Member.user_id, Forecast)
        .join(Question, col(Question.id) == col(Forecast.question_id))
        .join(Member, col(Member.id) == col(Forecast.member_id))
        .where(col(Forecast.edition) == col(Question.edition), col(Question.kind) != Kind.THESIS)
        .order_by(col(Forecast.id))
    )
    async with world.database.reading() as session:
        return (await session.exec(query)).all()


async def _claims(world: World, files: Mapping[int, str]) -> list[dict[str, Any]]:
    query = (
        select(StoredClaim, Question)
        .join(StoredDocument, col(StoredDocument.id) == col(StoredClaim.document_id))
        .outerjoin(Question, col(Question.id) == col(StoredClaim.question_id))
        .order_by(col(StoredClaim.id))
    )
    async with world.database.reading() as session:
        rows: Sequence[tuple[StoredClaim, Question | None]] = (await session.exec(query)).all()
    return [
        {
            "file": files[claim.document_id],
            "start": claim.start,
            "end": claim.end,
            "text": claim.text,
            "question": None if question is None or question.kind is Kind.THESIS else question.number,
            "thesis": None if question is None or question.kind is not Kind.THESIS else question.number,
        }
        for claim, question in rows
    ]


def _write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
