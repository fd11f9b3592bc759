"""A debate that begins with quotes on both sides, from documents that disagree."""

from pathlib import Path
from typing import Any

import pytest

from claims.models import StoredClaim, StoredDocument
from forecasts.models import Argument, Origin, Question, Side
from tests.face.world import World, words

SHARED = Path(__file__).parents[2] / ".." / "shared" / "documents"
HOPEFUL = (
    "Chinese labs are catching up. The gap between US and Chinese AI models has narrowed since 2024.\n\n"
    "The gap between US and Chinese models will keep narrowing because distillation is cheap.\n"
)
DOUBTFUL = (
    "Export controls bite. The gap between US and Chinese AI models is widening again this year.\n\n"
    "The gap between US and Chinese models will widen because Chinese labs lack computing power.\n"
)
REASON = "Labs in China share what they find, so nobody stays ahead for long."


async def add(world: World, text: str, name: str) -> None:
    """Attach a document as the moderator."""
    await world.moderator.slash(world.channel, "claims add", document=(name, text.encode()))


async def open_question(world: World, claim_id: int) -> Any:
    """Draft a claim, fill its blanks if it has any, and open it; return its card."""
    draft = await world.forge(world.moderator, await world.neutral_message(), f"draft:v1:{claim_id}")
    return await world.approve_draft(draft)


async def gap_question(world: World) -> Any:
    """Add two documents that disagree, and open the question of a claim of the first."""
    await add(world, HOPEFUL, "hopeful.txt")
    await add(world, DOUBTFUL, "doubtful.txt")
    claim = next(each for each in await world.rows(StoredClaim) if "distillation" in each.text)
    return await open_question(world, claim.id)


async def test_nothing_of_it_is_shown_while_the_question_is_sealed(world: World) -> None:
    """It is stored and sealed like all arguments: every payload is searched for it as for those."""
    card = await gap_question(world)
    seeds = await world.rows(Argument)
    assert {seed.side for seed in seeds} == {Side.FOR, Side.AGAINST}
    await world.all_forecast(card, 60, 70)
    said = words(card) + words(await world.member.slash(world.channel, "arguments", question="#1"))
    assert not any(seed.text in said for seed in seeds)


async def test_after_the_reveal_both_sides_are_on_the_card(world: World) -> None:
    """Verbatim, each with the title of its document."""
    card = await gap_question(world)
    await world.all_forecast(card, 60, 70, 80)
    await world.pass_time(hours=24)
    said = words(world.again(card))
    assert "▲ **For**" in said
    assert "▼ **Against**" in said
    assert "from hopeful" in said
    assert "from doubtful" in said
    for seed in await world.rows(Argument):
        assert seed.text in HOPEFUL + DOUBTFUL
        assert (seed.origin, seed.member_id) == (Origin.DOCUMENT, None)


async def test_seeds_are_nobodys_three(world: World) -> None:
    """The moderator who opened it still has three arguments, like anybody."""
    card = await gap_question(world)
    await world.forecast(world.moderator, 70, card)
    for number in range(3):
        answer = await world.argue(world.moderator, f"{number}: {REASON}")
        assert "that is the most" not in words(answer)
    assert "that is the most" in words(await world.argue(world.moderator, f"4: {REASON}"))


async def test_seeds_are_rated_like_other_arguments(world: World) -> None:
    """Whoever said more than the others reads first what speaks against it."""
    card = await gap_question(world)
    await world.all_forecast(card, 60, 70, 80)
    await world.pass_time(hours=24)
    page = await world.third.click(world.again(card), label="Rate arguments")
    assert "widen" in words(page)
    await world.third.click(page.response.message, label="Convincing")


async def test_a_question_without_documents_has_no_seeds(world: World) -> None:
    """A debate begins empty then."""
    await world.opened()
    assert await world.rows(Argument) == []


async def test_a_question_of_ones_own_is_seeded_too(world: World) -> None:
    """From what was read about the same."""
    await add(world, HOPEFUL, "hopeful.txt")
    await add(world, DOUBTFUL, "doubtful.txt")
    await world.opened(title="Will the gap between US and Chinese AI models narrow by year-end?")
    assert {seed.side for seed in await world.rows(Argument)} == {Side.FOR, Side.AGAINST}


async def test_a_thesis_is_seeded(world: World) -> None:
    """Opened from a draft, it has both sides."""
    await add(world, HOPEFUL, "hopeful.txt")
    await add(world, DOUBTFUL, "doubtful.txt")
    draft = await world.new_draft()
    form = await world.moderator.click(draft.response.message, label="Open as thesis…")
    await world.moderator.submit_modal(
        form, {"title": "The gap between US and Chinese models will keep narrowing.", "criteria": ""}
    )
    assert (await world.rows(Question))[0].number == 1


async def test_another_servers_documents_seed_nothing_here(world: World) -> None:
    """The same two documents, next door."""
    there = world.neighbour
    for name, text in (("a.txt", HOPEFUL), ("b.txt", DOUBTFUL)):
        await there.moderator.slash(there.channel, "claims add", document=(name, text.encode()))
    await world.opened(title="Will the gap between US and Chinese AI models narrow by year-end?")
    assert await world.rows(Argument) == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the four documents aren't here")
async def test_the_four_documents_seed_both_sides_of_the_model_gap(world: World) -> None:
    """They disagree whether it narrows: quotes of both kinds, letter for letter, after the reveal."""
    for path in sorted(SHARED.glob("*.txt")):
        await world.moderator.slash(world.channel, "claims add", document=(path.name, path.read_bytes()))
    texts = [document.text for document in await world.rows(StoredDocument)]
    assert len(texts) == 4
    claims = await world.rows(StoredClaim)
    gap = next(each for each in claims if "gap in models narrowed" in each.text)
    card = await open_question(world, gap.id)
    (question,) = await world.rows(Question)
    assert "gap between the best US and the best Chinese model" in question.title
    await world.all_forecast(card, 60, 70, 80)
    await world.pass_time(hours=24)
    seeds = await world.rows(Argument)
    assert {seed.side for seed in seeds} == {Side.FOR, Side.AGAINST}
    assert all(any(seed.text in text for text in texts) for seed in seeds)
    said = words(world.again(card))
    assert "▲ **For**" in said
    assert "▼ **Against**" in said
