"""The whole loop, unattended: from documents to Brier scores."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.demo.export import opened_questions
from bot.demo.story import Story
from bot.demo.world import World
from claims.models import StoredClaim
from forecasts.models import Argument, CrowdScore, Digest, Forecast, Member, Phase, Question, Score

MOST_QUESTIONS = 6
SEALED = ((60, 70, 40, 90, 80), (20, 30, 10, 60, 40), (70, 50, 80, 30, 90), (40, 20, 60, 70, 10))
DEBATED = ((70, 70, 60, 80, 80), (20, 20, 10, 40, 30), (60, 40, 80, 40, 70), (40, 30, 50, 60, 20))
FOR = "Copying what the leader shows is far cheaper than finding it, so followers keep catching up."
AGAINST = "Whoever has many times the computing power runs more experiments, and that lead compounds."
REPLY = "Both can be true at once: the measure named in the criteria decides which of them counts here."
EARLY_DAYS = 150


class NoQuestionError(Exception):
    """None of the documents held a claim to ask about."""


async def play(world: World, paths: Sequence[Path]) -> Story:
    """Play the loop on some documents, ending with everything resolved and a digest posted.

    Raises
    ------
    NoQuestionError
        No document was readable and held a claim.
    """
    story = Story(world)
    await open_questions(story, await read_all(story, paths), most=MOST_QUESTIONS)
    if not story.opened:
        raise NoQuestionError
    await sealed_round(story, story.opened)
    await story.pass_phase(Phase.BLIND)
    await debate(story, story.opened)
    await outcome(story)
    await world.slash(story.members[0], "leaderboard", period="all")
    await world.pass_time(world.env.now() + timedelta(days=7))
    return story


async def read_all(story: Story, paths: Sequence[Path]) -> list[discord.Message]:
    """Let the moderator add the documents, and return the answers that list their claims."""
    return [answer for path in paths if (answer := await story.read(path)) is not None]


async def open_questions(story: Story, answers: Sequence[discord.Message], *, most: int) -> list[int]:
    """Open up to ``most`` questions, from one document after the other, round and round."""
    opened: list[int] = []
    for _ in range(most):
        for answer in answers:
            if len(opened) < most and (question_id := await story.open_question(answer)) is not None:
                opened.append(question_id)
    return opened


async def sealed_round(story: Story, questions: Sequence[int]) -> None:
    """Let everybody forecast, and some argue, while nobody sees anything."""
    for index, question_id in enumerate(questions):
        await story.forecast(question_id, SEALED[index % len(SEALED)])
        await story.world.pass_time(story.world.env.now() + timedelta(minutes=20))
    first = questions[0]
    await story.type_forecast(story.members[0], first, "2:1")
    await story.argue(story.members[0], first, 1, FOR)
    await story.argue(story.members[1], first, 0, AGAINST)


async def debate(story: Story, questions: Sequence[int]) -> None:
    """Argue in the open, go into the last call, change some numbers there, and go on from it."""
    for question_id in questions:
        await story.argue(story.members[2], question_id, 0, REPLY)
    await story.pass_phase(Phase.DEBATE, only=questions)
    for index, question_id in enumerate(questions):
        await story.forecast(question_id, DEBATED[index % len(DEBATED)][:4])
    await story.pass_phase(Phase.FINAL, only=questions)


async def outcome(story: Story) -> None:
    """Resolve every second question early and the others at their close; some fall to their default."""
    world = story.world
    await world.pass_time(world.env.now() + timedelta(days=EARLY_DAYS))
    for question_id in story.opened[1::2]:
        await story.propose(question_id, "YES", known="2 days ago")
    await story.forecast(story.opened[0], (80, 90))
    left_alone = await _falls_by_itself(story)
    await story.pass_phase(Phase.ROLLING)
    for question_id in story.opened[::2]:
        if question_id != left_alone:
            await story.propose(question_id, "YES" if question_id == story.opened[0] else "NO", known="now")
    for phase in (Phase.CLOSED, Phase.PROPOSED):
        await story.pass_phase(phase)


async def _falls_by_itself(story: Story) -> int | None:
    """Return a question that closes with a default outcome: nobody brings evidence for it."""
    for question_id in story.opened[::2]:
        if (await story.question(question_id)).default_outcome is not None:
            return question_id
    return None


async def summary(world: World) -> dict[str, Any]:
    """Count what happened, and give every Brier score: 0 is best, 1 is worst."""
    names = {actor.id: name for name, actor in world.people.items()}
    questions = await opened_questions(world)
    return {
        "claims": await _count(world, StoredClaim),
        "questions": len(questions),
        "forecasts": await _count(world, Forecast),
        "arguments": await _count(world, Argument),
        "resolved": sum(question.phase is Phase.RESOLVED for question in questions),
        "digests": await _count(world, Digest),
        "brier": {str(question.number): await _briers(world, question, names) for question in questions},
    }


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
