"""Quotes with which a debate begins: both sides, verbatim, of nobody; and tensions that moderators judge."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from claims.ingest import document_from_text
from claims.library import add_document
from claims.links import Link
from claims.models import ClaimLink, StoredClaim
from claims.reading import read_claims
from claims.related import Shelf, bearing_of, judge_tension, shelf_for_claim, shelf_for_question
from claims.review import draft_from_claim, propose, read_claim
from claims.seeding import Seed, seed_arguments, seeds_on
from forecasts.errors import InvalidInputError, NotFoundError
from forecasts.models import Argument, Origin, Question, Side
from tests.usecases.conftest import House

HOPEFUL = (
    "Chinese labs are catching up. The gap between US and Chinese AI models has narrowed since 2024.\n\n"
    "The gap between US and Chinese models will keep narrowing because distillation is cheap.\n"
)
DOUBTFUL = (
    "Export controls bite. The gap between US and Chinese AI models is widening again this year.\n\n"
    "The model gap will widen because Chinese labs lack computing power.\n"
)
NARROWS = "The gap between US and Chinese models will keep narrowing because distillation is cheap."
LINK = Link("contradict", 0.7, "both about gap")


async def add(house: House, text: str, name: str, **values: Any) -> None:
    """Add a document as the moderator."""
    given = {"member_id": house.moderator, "reading": read_claims(document_from_text(text, name)), **values}
    await house.do(add_document, now=house.at(), **given)


async def claim_that(house: House, words: str) -> StoredClaim:
    """Return the claim with some words."""
    return next(claim for claim in await house.rows(StoredClaim) if words in claim.text)


async def drafted(house: House, words: str) -> Question:
    """Draft the question of a claim."""
    claim = await claim_that(house, words)
    line, around = await house.read(read_claim, claim_id=claim.id)
    question: Question = await house.do(
        draft_from_claim, member_id=house.moderator, claim_id=claim.id, now=house.at(),
        proposal=propose(line, around, zone=ZoneInfo("UTC"), now=house.at()),
    )  # fmt: skip
    return question


async def shelf_of(house: House, question: Question) -> Shelf:
    """Return what bears on a question."""
    async with house.database.reading() as session:
        return await shelf_for_question(session, question=question)


async def seeded(house: House, question: Question) -> list[Argument]:
    """Seed a question and return its arguments."""
    seeds = seeds_on(await shelf_of(house, question))
    async with house.database.transaction() as session:
        await seed_arguments(session, question=question, seeds=seeds, now=house.at())
    return list(await house.rows(Argument))


async def test_both_sides_come_from_documents_that_disagree(house: House) -> None:
    """Who says that it narrows is for, who says that it widens against; two of a side at most."""
    await add(house, HOPEFUL, "hopeful")
    await add(house, DOUBTFUL, "doubtful")
    arguments = await seeded(house, await drafted(house, NARROWS))
    assert {each.side for each in arguments} == {Side.FOR, Side.AGAINST}
    for each in arguments:
        assert ("narrow" in each.text) == (each.side is Side.FOR), each.text
    assert all([each.side for each in arguments].count(side) <= 2 for side in Side)


async def test_seeds_are_verbatim_and_nobodys(house: House) -> None:
    """Each stands letter for letter in its document, which is named."""
    await add(house, HOPEFUL, "hopeful")
    await add(house, DOUBTFUL, "doubtful")
    for each in await seeded(house, await drafted(house, NARROWS)):
        text = HOPEFUL if each.source == "hopeful" else DOUBTFUL
        assert each.text in text
        assert (each.origin, each.member_id, each.interaction_id) == (Origin.DOCUMENT, None, None)
        assert 20 <= len(each.text) <= 400


async def test_a_question_is_not_seeded_with_its_own_quote(house: House) -> None:
    """It stands on the card, and another speaks for that side."""
    await add(house, HOPEFUL, "hopeful")
    await add(house, DOUBTFUL, "doubtful")
    assert NARROWS not in [each.text for each in await seeded(house, await drafted(house, NARROWS))]


async def test_its_own_quote_speaks_where_nothing_else_answers(house: House) -> None:
    """Better than a debate that begins on one side."""
    await add(house, NARROWS, "hopeful")
    await add(house, DOUBTFUL, "doubtful")
    arguments = await seeded(house, await drafted(house, NARROWS))
    assert [each.text for each in arguments if each.side is Side.FOR] == [NARROWS]
    assert [each.side for each in arguments if each.side is Side.AGAINST]


async def test_a_question_about_something_else_is_not_seeded(house: House) -> None:
    """Nothing that was read bears on it."""
    await add(house, HOPEFUL, "hopeful")
    question_id = await house.draft(wording=house.wording.__class__(
        title="Will it snow in Bonn on 24 December 2026?", criteria="Resolves YES if it snows there."
    ))  # fmt: skip
    assert await seeded(house, await house.question(question_id)) == []


async def test_a_quote_that_is_too_long_for_an_argument_is_left_out(house: House) -> None:
    """It isn't cut: a quote is verbatim or it is none."""
    await add(house, HOPEFUL, "hopeful")
    await add(house, "The model gap will widen because " + "chips are scarce and " * 20 + "dear.", "long")
    question = await drafted(house, NARROWS)
    long = await claim_that(house, "scarce")
    async with house.database.transaction() as session:
        seeds = [Seed(long.id, Side.AGAINST)]
        assert await seed_arguments(session, question=question, seeds=seeds, now=house.at()) == []


async def test_another_communitys_quotes_are_never_taken(house: House) -> None:
    """Not even with its key."""
    await add(house, DOUBTFUL, "theirs", member_id=house.neighbour, community_id=house.next_door)
    await add(house, HOPEFUL, "hopeful")
    question = await drafted(house, NARROWS)
    theirs = await claim_that(house, "widen")
    assert theirs.id not in (await shelf_of(house, question)).ids
    async with house.database.transaction() as session:
        seeds = [Seed(theirs.id, Side.AGAINST)]
        assert await seed_arguments(session, question=question, seeds=seeds, now=house.at()) == []


async def test_a_claim_that_is_gone_is_not_taken(house: House) -> None:
    """Its document no longer says it."""
    await add(house, HOPEFUL, "hopeful")
    await add(house, DOUBTFUL, "doubtful")
    question = await drafted(house, NARROWS)
    for claim in await house.rows(StoredClaim, document_id=2):
        await house.change(claim.id, StoredClaim, gone_at=house.at())
    assert Side.AGAINST not in {each.side for each in await seeded(house, question)}


async def judge(house: House, a: int, b: int, *, holds: bool, **values: Any) -> ClaimLink:
    """Judge a tension as the moderator."""
    given = {"member_id": house.moderator, **values}
    link: ClaimLink = await house.do(
        judge_tension, claim_ids=(a, b), holds=holds, found=LINK, now=house.at(), **given
    )
    return link


async def test_a_tension_that_a_moderator_denied_is_shown_no_more(house: House) -> None:
    """On neither of the two claims; a confirmed one comes first."""
    await add(house, HOPEFUL, "hopeful")
    await add(house, DOUBTFUL, "doubtful")
    one, other = await claim_that(house, NARROWS), await claim_that(house, "will widen")
    for holds in (False, True):
        await judge(house, one.id, other.id, holds=holds)
        for claim_id, opposed in ((one.id, other.id), (other.id, one.id)):
            shelf = await house.read(shelf_for_claim, claim_id=claim_id)
            con = [shelf.ids[each.index] for each in bearing_of(shelf).con]
            assert (opposed in con) == holds
            assert not holds or con[0] == opposed
    (link,) = await house.rows(ClaimLink)
    assert (link.a_id, link.b_id, link.confirmed) == (*sorted((one.id, other.id)), True)


async def test_only_two_claims_of_the_same_server_are_judged(house: House) -> None:
    """And no claim against itself."""
    await add(house, DOUBTFUL, "theirs", member_id=house.neighbour, community_id=house.next_door)
    await add(house, HOPEFUL, "hopeful")
    ours, theirs = await claim_that(house, NARROWS), await claim_that(house, "widen")
    with pytest.raises(NotFoundError):
        await judge(house, ours.id, theirs.id, holds=True)
    with pytest.raises(InvalidInputError):
        await judge(house, ours.id, ours.id, holds=True)
