"""What was read for and against a question or a sentence, only to whoever asks."""

from claims.models import StoredClaim
from forecasts.models import Question
from tests.face.world import World, words

HOPEFUL = (
    "The gap between US and Chinese models will keep narrowing because distillation is cheap.\n\n"
    "The harvest of wheat in Ukraine will double in the summer of 2027 if it rains enough.\n"
)
DOUBTFUL = "The gap between US and Chinese models will widen because Chinese labs lack computing power.\n"
NARROWS, WIDENS = "distillation is cheap", "lack computing power"


async def read_both(world: World) -> None:
    """Let the moderator add two documents that disagree."""
    for name, text in (("hopeful.txt", HOPEFUL), ("doubtful.txt", DOUBTFUL)):
        await world.moderator.slash(world.channel, "claims add", document=(name, text.encode()))


async def open_one(world: World) -> None:
    """Open the question of the first claim."""
    (claim, *_) = await world.rows(StoredClaim)
    draft = await world.forge(world.moderator, await world.neutral_message(), f"draft:v1:{claim.id}")
    await world.moderator.click(draft.response.message, label="Approve and open")


async def test_a_member_reads_both_sides_of_a_question(world: World) -> None:
    """Verbatim, each with its source, only to them."""
    await read_both(world)
    await open_one(world)
    answer = await world.member.slash(world.channel, "claims related", question="#1")
    said = words(answer)
    assert answer.ephemeral
    assert said.index("▼ Against") < said.index(f"> “{DOUBTFUL.strip()}”") < said.index("-# doubtful")
    assert "harvest" not in said


async def test_a_member_asks_about_a_sentence_of_their_own(world: World) -> None:
    """For and against it, from everything that was read."""
    await read_both(world)
    claim = "The gap between US and Chinese models will keep narrowing."
    said = words(await world.member.slash(world.channel, "claims related", claim=claim))
    assert said.index("▲ For") < said.index(NARROWS) < said.index("▼ Against") < said.index(WIDENS)


async def test_the_review_has_a_button_for_it(world: World) -> None:
    """On the claim that is shown; the claim itself is no passage on itself."""
    await read_both(world)
    listed = await world.moderator.slash(world.channel, "claims list")
    claims = await world.moderator.click(listed.response.message, custom_id="claims:v1:2")
    page = await world.moderator.click(claims.response.message, label="Review one by one")
    said = words(await world.moderator.click(page.response.message, label="Related"))
    assert said.count(WIDENS) == 1
    assert said.index("▼ Against") < said.index(NARROWS)


async def test_nothing_that_was_read_bears_on_it(world: World) -> None:
    """The answer says so."""
    said = words(await world.member.slash(world.channel, "claims related", claim="It will snow in Bonn."))
    assert "Nothing that was read here bears on it" in said


async def test_it_is_about_one_thing(world: World) -> None:
    """A question or a sentence."""
    await world.opened()
    for options in ({}, {"question": "#1", "claim": "The gap will narrow."}):
        said = words(await world.member.slash(world.channel, "claims related", **options))
        assert "one of the two" in said


async def test_a_draft_is_nothing_for_members(world: World) -> None:
    """Neither its title nor what bears on it; moderators may look."""
    await read_both(world)
    await world.new_draft()
    (question,) = await world.rows(Question)
    key = f"id:{question.id}"
    refused = await world.member.slash(world.channel, "claims related", question=key)
    assert "This is for moderators" in words(refused)
    assert question.title not in words(refused)
    shown = await world.moderator.slash(world.channel, "claims related", question=key)
    assert question.title in words(shown)


async def test_members_arguments_are_no_passages(world: World) -> None:
    """Sealed or not: only documents are looked at, which the checks of every payload hold too."""
    await read_both(world)
    await open_one(world)
    (card,) = world.history()[-1:]
    await world.forecast(world.member, 70, card)
    await world.argue(world.member, "Labs in China share what they find, so nobody stays ahead for long.")
    said = words(await world.other.slash(world.channel, "claims related", question="#1"))
    assert "share what they find" not in said


async def test_next_door_has_read_nothing(world: World) -> None:
    """Nor is there our question."""
    await read_both(world)
    await open_one(world)
    there = world.neighbour
    claim = "The gap between US and Chinese models will keep narrowing."
    said = words(await there.member.slash(there.channel, "claims related", claim=claim))
    assert "Nothing that was read here bears on it" in said
    refused = words(await there.member.slash(there.channel, "claims related", question="id:1"))
    assert "There is no such question" in refused


async def test_long_passages_of_signs_fit_into_one_answer(world: World) -> None:
    """Nine of them, each of four hundred characters that escape to two."""
    signs = "*the* _gap_ between `US` and [Chinese] AI models " * 6
    for number in range(5):
        for verb in ("narrow", "widen"):
            text = f"We are told that {signs} will {verb} by {2027 + number} because of point {number}.\n"
            name = f"{'*_' * 40}{number}{verb}.txt"
            await world.moderator.slash(world.channel, "claims add", document=(name, text.encode()))
    claim = "The gap between US and Chinese AI models will narrow."
    said = words(await world.member.slash(world.channel, "claims related", claim=claim))
    assert "▲ For" in said
