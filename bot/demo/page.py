"""The simulated server in the browser: a prepared story, three viewers, and time that can be skipped."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands
from simcord import SetupError

from bot.demo.debating import Debate, answer_crux, debate_on
from bot.demo.script import debate, open_questions, read_all, sealed_round
from bot.demo.story import Story
from bot.demo.world import MEMBERS, MODERATOR, World, open_world
from bot.errors import reply
from bot.ui.components import CruxView, Interaction, text
from forecasts.models import Phase, Side

VIEWERS = (MEMBERS[0], MEMBERS[1], MODERATOR)
TICK_SECONDS = 1.0
MOST_DAYS = 400
WELCOME = """
Crux is running on a simulated server. Open this page:

    {url}

Switch between {viewers} at the top. Forecast, argue, and as {moderator} approve and resolve.
Let time pass: type /demo skip, press Enter, type how many days, press Enter. Stop with Ctrl-C.
"""


class DemoCog(commands.GroupCog, group_name="demo", group_description="For the demo only"):
    """What only the demo has. It asks; the runner outside the bot moves the clock."""

    def __init__(self, wishes: "asyncio.Queue[int]") -> None:
        self.wishes = wishes

    @app_commands.command()
    async def skip(self, interaction: Interaction, days: Range[int, 1, MOST_DAYS]) -> None:
        """Let days pass: deadlines come, questions are revealed, closed and resolved.

        Parameters
        ----------
        days
            How many.
        """
        self.wishes.put_nowait(days)
        await reply(interaction, CruxView(text(f"Skipping {days} days …")))


async def serve(documents: Sequence[Path], port: int | None) -> None:
    """Play the story up to the present, print the page's address, and stay until stopped."""
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    wishes: asyncio.Queue[int] = asyncio.Queue()
    async with open_world(say=_quiet) as world:
        await world.bot.add_cog(DemoCog(wishes))
        await world.bot.tree.sync()
        await tell_story(world, documents)
        viewers = [world.people[name] for name in VIEWERS]
        async with world.env.preview(world.channel, viewers=viewers, layout="channel", port=port) as preview:
            welcome = WELCOME.format(url=preview.url, viewers=", ".join(VIEWERS), moderator=MODERATOR)
            print(welcome, flush=True)  # noqa: T201
            while True:
                await asyncio.sleep(TICK_SECONDS)
                await _tick(world, wishes)


async def tell_story(world: World, documents: Sequence[Path]) -> Story:
    """Leave resolved questions with a digest, one in debate, a sealed one, a thesis, and claims in review.

    The viewers take no part in it, so that their own first clicks are still ahead.
    """
    story = Story(world, members=MEMBERS[2:])
    earlier, latest = documents[:-1] or documents, documents[-1:]
    answers = await read_all(story, earlier)
    resolved = await _opened(story, answers, most=2)
    if not resolved:
        return story
    thesis_id = await story.open_thesis()
    thesis = [await debate_on(story, thesis_id)] if thesis_id is not None else []
    await _debated([*resolved, *thesis])
    for each, came_out in zip(resolved, ("YES", "NO"), strict=False):
        await story.propose(each.question_id, came_out, known="now")
    await world.pass_time(world.env.now() + timedelta(days=9))
    if debated := await _opened(story, answers, most=1):
        await sealed_round(story, debated)
        await story.pass_phase(Phase.BLIND, only=[debated[0].question_id])
        await debated[0].argue(debated[0].story.members[0], Side.FOR)
        if thesis:
            await answer_crux(thesis[0], debated[0].question_id)
    for sealed in await _opened(story, answers, most=1):
        await sealed.sealed()
    await read_all(story, latest)
    await world.pass_time(world.env.now() + timedelta(minutes=1))
    return story


async def _opened(story: Story, answers: Sequence[discord.Message], *, most: int) -> list[Debate]:
    return [await debate_on(story, each) for each in await open_questions(story, answers, most=most)]


async def _debated(debates: Sequence[Debate]) -> None:
    """Take questions and theses through their rounds."""
    story = debates[0].story
    await sealed_round(story, debates)
    await story.pass_phase(Phase.BLIND, only=[each.question_id for each in debates])
    await debate(story, debates)


async def _tick(world: World, wishes: "asyncio.Queue[int]") -> None:
    """Let a second pass, or the days somebody wished for; a click under way is waited for."""
    until = world.env.now() + timedelta(seconds=TICK_SECONDS)
    if not wishes.empty():
        until += timedelta(days=wishes.get_nowait())
    try:
        await world.pass_time(until)
    except SetupError:
        # Somebody is clicking just now: simulated time stands still meanwhile, and the days are kept.
        days = (until - world.env.now()).days
        if days:
            wishes.put_nowait(days)


def _quiet(_line: str) -> None:
    """Say nothing: the page shows it all."""
