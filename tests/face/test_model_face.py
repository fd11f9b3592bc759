"""The optional model in Discord: what it words is marked, and where it fails the rules' own work is shown."""

from claims.llm.model import with_model
from forecasts.models import Question
from tests.claims.model_stub import stub
from tests.face.world import World, words

TEXT = "Mortgage rates will stay above 6% through 2027, brokers say."


async def drafted(world: World) -> str:
    """Add a document as the moderator, draft its best claim, and return the answer."""
    form = await world.moderator.slash(world.channel, "claims add")
    listed = await world.moderator.submit_modal(form, {"name": "Rates", "text": TEXT, "more": ""})
    return words(await world.moderator.click(listed.response.message, label="Draft"))


async def test_a_model_that_fails_leaves_the_rules_draft_and_says_so(world: World) -> None:
    """The draft is stored as without a model, with a line that says why."""
    with stub((200, b"no JSON at all")) as endpoint:
        world.bot.model = with_model(endpoint.settings(timeout_seconds=5))
        said = await drafted(world)
        world.bot.model.close()
    (question,) = await world.rows(Question)
    assert question.title.startswith("Will Freddie Mac's average rate of 30-year fixed mortgages")
    assert endpoint.bodies
    assert "rules" in said.splitlines()[-1]


async def test_without_a_model_nothing_is_asked_and_nothing_said(world: World) -> None:
    """No URL: no line about a model."""
    assert not world.bot.model.is_on
    assert "model is configured" not in await drafted(world)
