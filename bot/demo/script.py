"""The whole loop, unattended: from documents to Brier scores."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import discord

from bot.demo import people
from bot.demo.debating import Debate, answer_crux, answer_letters, debate_on
from bot.demo.story import Story
from bot.demo.world import World
from forecasts.models import Phase, Side

MOST_QUESTIONS = 12
BETWEEN = timedelta(minutes=20)
EARLY_DAYS = 60


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
    answers = await read_all(story, paths)
    thesis_id = await story.open_thesis()
    questions = [
        await debate_on(story, each) for each in await open_questions(story, answers, most=MOST_QUESTIONS)
    ]
    if not questions:
        raise NoQuestionError
    thesis = await debate_on(story, thesis_id) if thesis_id is not None else None
    await sealed_round(story, [*([thesis] if thesis else []), *questions])
    await questions[0].type_number(story.members[0], "2:1", 66.67)
    await story.pass_phase(Phase.BLIND)
    if thesis is not None:
        await answer_crux(thesis, questions[0].question_id)
    await debate(story, questions)
    await outcomes(story, questions)
    await answer_letters(story)
    await world.slash(story.members[0], "leaderboard", period="all")
    await world.pass_time(world.env.now() + timedelta(days=7))
    return story


async def read_all(story: Story, paths: Sequence[Path]) -> list[discord.Message]:
    """Let the moderator add the documents, and return the answers that list their claims."""
    return [answer for path in paths if (answer := await story.read(path)) is not None]


async def open_questions(story: Story, answers: Sequence[discord.Message], *, most: int) -> list[int]:
    """Open up to ``most`` questions from the claims that are listed, then from those that are listed next."""
    opened = await _from_lists(story, answers, most)
    while len(opened) < most and (
        more := await _from_lists(story, await story.list_again(), most - len(opened))
    ):
        opened += more
    return opened


async def _from_lists(story: Story, answers: Sequence[discord.Message], most: int) -> list[int]:
    """Open questions from one document after the other; claims that a public record settles come first."""
    opened: list[int] = []
    for on_record in (True, False):
        waiting = list(answers)
        while waiting and len(opened) < most:
            for answer in waiting[: most - len(opened)]:
                question_id = await story.open_question(answer, on_record=on_record)
                if question_id is None:
                    waiting.remove(answer)
                else:
                    opened.append(question_id)
    return opened


async def sealed_round(story: Story, debates: Sequence[Debate]) -> None:
    """Let everybody forecast, and some argue, while nobody sees anything."""
    for index, each in enumerate(debates):
        await each.sealed()
        await each.argue(_some_holder(each, index), Side.FOR)
        await each.argue(_some_holder(each, index + 1), Side.AGAINST)
        await story.world.pass_time(story.world.env.now() + BETWEEN)


async def debate(story: Story, debates: Sequence[Debate]) -> None:
    """Argue and rate in the open, go into the last call, keep or change numbers there, and go on from it."""
    for index, each in enumerate(debates):
        if await story.is_debated(each.question_id):
            await each.argue(_some_holder(each, index + 2), (Side.FOR, Side.AGAINST)[index % 2])
            await each.discuss()
            await story.world.pass_time(story.world.env.now() + BETWEEN)
    await debates[0].answer_back(_some_holder(debates[0], 3))
    only = [each.question_id for each in debates]
    await story.pass_phase(Phase.DEBATE, only=only)
    for each in debates:
        if await story.is_debated(each.question_id):
            await each.last_call()
    await story.pass_phase(Phase.FINAL, only=only)


def _some_holder(debate: Debate, index: int) -> str:
    """Return somebody who has a number, in turn."""
    return list(debate.held)[index % len(debate.held)]


async def outcomes(story: Story, debates: Sequence[Debate]) -> None:
    """Resolve what comes true early, the others after their close; one falls to its default by itself."""
    world = story.world
    await world.pass_time(world.env.now() + timedelta(days=EARLY_DAYS))
    early = [each for each in debates if people.comes_true(each.title) and await _has_default(each)]
    for each in early[:3]:
        await story.propose(each.question_id, "YES", known="2 days ago")
    if early:
        await story.dispute(early[0].question_id, _some_holder(early[0], 0))
    left = [each for each in debates if not people.comes_true(each.title) and await _has_default(each)]
    await _resolve_at_close(story, [each for each in debates if each not in [*early[:3], *left[:1]]])
    for phase in (Phase.ROLLING, Phase.CLOSED, Phase.PROPOSED):
        await story.pass_phase(phase)


async def _resolve_at_close(story: Story, debates: Sequence[Debate]) -> None:
    """Let time pass from close to close, and propose how each question came out."""
    waiting = {each.question_id: each for each in debates}
    while waiting:
        questions = [await story.question(key) for key in waiting]
        for question in questions:
            if question.phase is Phase.CLOSED:
                outcome = "YES" if people.comes_true(waiting.pop(question.id).title) else "NO"
                await story.propose(question.id, outcome, known="now")
        ends = [each.phase_ends_at for each in questions if each.id in waiting and each.phase_ends_at]
        if not ends:
            return
        await story.world.pass_time(min(ends))


async def _has_default(debate: Debate) -> bool:
    """Whether a question falls to an outcome if nobody brings evidence."""
    return (await debate.story.question(debate.question_id)).default_outcome is not None
