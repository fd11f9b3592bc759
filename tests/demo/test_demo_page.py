"""What a newcomer finds on the demo's page."""

import asyncio
import collections

from sqlmodel import select

from bot.cli.demo import shipped_documents
from bot.demo.page import VIEWERS, DemoCog, _tick, tell_story
from bot.demo.world import open_world
from claims.models import StoredClaim
from forecasts.models import CruxLink, Digest, Kind, Phase, Question


async def test_the_story_up_to_the_present() -> None:
    """Two resolved questions, one in debate, one sealed, a thesis, a digest, claims in review; days pass."""
    wishes: asyncio.Queue[int] = asyncio.Queue()
    async with open_world(say=lambda _line: None) as world:
        await world.bot.add_cog(DemoCog(wishes))
        await world.bot.tree.sync()
        await tell_story(world, shipped_documents())
        async with world.database.reading() as session:
            questions = (await session.exec(select(Question).where(Question.number != None))).all()  # noqa: E711
            digests = (await session.exec(select(Digest))).all()
            waiting = (await session.exec(select(StoredClaim).where(StoredClaim.question_id == None))).all()  # noqa: E711
            cruxes = (await session.exec(select(CruxLink))).all()
        theses = [question for question in questions if question.kind is Kind.THESIS]
        phases = collections.Counter(each.phase for each in questions if each not in theses)
        assert [thesis.phase for thesis in theses] == [Phase.ROLLING]
        assert [cruxes[0].thesis_id, len(cruxes)] == [theses[0].id, 1]
        assert phases == {Phase.RESOLVED: 2, Phase.DEBATE: 1, Phase.BLIND: 1}
        assert digests
        assert waiting
        assert {each.name for each in (world.people[name] for name in VIEWERS)} == set(VIEWERS)

        result = await world.people["heron"].slash(world.channel, "demo skip", days=3)
        assert result.acknowledged
        before = world.env.now()
        await _tick(world, wishes)
        assert (world.env.now() - before).days == 3
        async with world.database.reading() as session:
            sealed = [q.id for q in questions if q.phase is Phase.BLIND]
            assert (await session.get_one(Question, sealed[0])).phase is Phase.DEBATE
