"""Write what happened, so that every score can be recomputed from outside."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bot.demo.world import World
from claims.models import StoredClaim, StoredDocument
from forecasts.models import Forecast, Member, Phase, Question
from forecasts.resolution import final_ruling

OUTCOMES = ("no", "yes")


async def export(world: World, folder: Path, files: Mapping[int, str]) -> None:
    """Write ``questions.csv``, ``forecasts.csv``, ``claims.jsonl`` and ``messages.jsonl``.

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
        ("id", "kind", "options", "opens_at", "closes_at", "known_at", "outcome"),
        await _questions(world),
    )
    _write_csv(
        folder / "forecasts.csv",
        ("question", "member", "at", "probabilities"),
        await _forecasts(world, names),
    )
    _write_lines(folder / "claims.jsonl", await _claims(world, files))
    _write_lines(folder / "messages.jsonl", (asdict(payload) for payload in world.log.payloads))


async def opened_questions(world: World) -> list[Question]:
    """Return the questions that were approved, by number."""
    async with world.database.reading() as session:
        query = select(Question).where(col(Question.number).is_not(None)).order_by(col(Question.number))
        return list((await session.exec(query)).all())


async def _questions(world: World) -> list[tuple[Any, ...]]:
    rows = []
    for question in await opened_questions(world):
        async with world.database.reading() as session:
            final = await final_ruling(session, question)
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
            )
        )
    return rows


async def _forecasts(world: World, names: Mapping[int, str]) -> list[tuple[Any, ...]]:
    query = (
        select(Question.number, Member.user_id, Forecast)
        .join(Question, col(Question.id) == col(Forecast.question_id))
        .join(Member, col(Member.id) == col(Forecast.member_id))
        .where(col(Forecast.edition) == col(Question.edition))
        .order_by(col(Forecast.id))
    )
    async with world.database.reading() as session:
        rows = (await session.exec(query)).all()
    return [
        (
            number,
            names[user_id or 0],
            forecast.at.isoformat(),
            "|".join(map(repr, forecast.probabilities or [])),
        )
        for number, user_id, forecast in rows
    ]


async def _claims(world: World, files: Mapping[int, str]) -> list[dict[str, Any]]:
    query = (
        select(StoredClaim, Question.number)
        .join(StoredDocument, col(StoredDocument.id) == col(StoredClaim.document_id))
        .outerjoin(Question, col(Question.id) == col(StoredClaim.question_id))
        .order_by(col(StoredClaim.id))
    )
    async with world.database.reading() as session:
        rows = (await session.exec(query)).all()
    return [
        {
            "file": files[claim.document_id],
            "start": claim.start,
            "end": claim.end,
            "text": claim.text,
            "question": number,
        }
        for claim, number in rows
    ]


def _write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
