"""Documents stored with their claims, and claims turned into drafts."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from claims.draft import SOURCE_BLANK
from claims.ingest import Document, document_from_text
from claims.library import add_document, draft_from_claim, end_of_day, find_claim
from claims.models import ClaimDecision, StoredClaim, StoredDocument
from claims.pipeline import extract_claims
from forecasts.errors import ConflictError, InvalidInputError, NotFoundError
from forecasts.models import Community, Phase, Question

TEXT = (
    "8 Comments\r\n\r\nThe gap in chips widened while the gap in models narrowed.  "
    "Export controls will cut shipments by half before 2028.\n"
)
DOCUMENT = document_from_text(TEXT, "folder/The brief of 3 June.txt")


async def add(house: Any, document: Document = DOCUMENT, **values: Any) -> list[StoredClaim]:
    given = {"member_id": house.moderator, **values}
    claims: list[StoredClaim] = await house.do(
        add_document, document=document, claims=extract_claims([document]), now=house.at(), **given
    )
    return claims


async def draft(house: Any, claim_id: int, **values: Any) -> Question:
    given = {"member_id": house.moderator, **values}
    question: Question = await house.do(draft_from_claim, claim_id=claim_id, now=house.at(), **given)
    return question


async def test_a_claim_keeps_its_exact_place(house: Any) -> None:
    """The document's text, cut at its offsets, is the claim."""
    claims = await add(house)
    (document,) = await house.rows(StoredDocument)
    assert document.text == TEXT
    assert [document.text[claim.start : claim.end] for claim in claims] == [claim.text for claim in claims]
    assert len(claims) == 2


async def test_the_same_text_is_refused_whatever_it_is_called(house: Any) -> None:
    """The sentence names the first one and its day."""
    await add(house)
    with pytest.raises(
        ConflictError, match=r"already added as folder/The brief of 3 June\.txt, on 02 Mar 2026"
    ):
        await add(house, document_from_text(TEXT, "again.txt"))
    assert len(await house.rows(StoredDocument)) == 1


async def test_another_community_may_read_the_same_text(house: Any) -> None:
    """And has claims of its own."""
    await add(house)
    await add(house, community_id=house.next_door, member_id=house.neighbour)
    assert len(await house.rows(StoredClaim)) == 4


async def test_a_document_without_claims_is_stored(house: Any) -> None:
    """So that it isn't read twice in vain."""
    assert await add(house, document_from_text("8 Comments", "thread.txt")) == []
    assert len(await house.rows(StoredDocument)) == 1


async def test_a_claim_becomes_a_draft_with_its_verbatim_quote(house: Any) -> None:
    """And with where that stands."""
    claim, _ = await add(house)
    question = await draft(house, claim.id)
    assert (question.phase, question.quote, question.quote_source) == (
        Phase.DRAFT,
        "The gap in chips widened while the gap in models narrowed.",
        "The brief of 3 June",
    )
    assert question.title == "Will the model gap narrow by year-end?"


async def test_what_a_claim_leaves_open_must_be_filled(house: Any) -> None:
    """No source is known, so the draft can't be approved as it is."""
    claim, _ = await add(house)
    question = await draft(house, claim.id)
    assert question.source == SOURCE_BLANK
    with pytest.raises(InvalidInputError, match="still has blanks"):
        await house.approve(question.id)


async def test_a_drafted_claim_knows_its_question(house: Any) -> None:
    """The link stands on the claim's side, with who decided."""
    claim, _ = await add(house)
    question = await draft(house, claim.id)
    (stored,) = await house.rows(StoredClaim, id=claim.id)
    (decision,) = await house.rows(ClaimDecision)
    assert (stored.question_id, stored.status) == (question.id, "drafted")
    assert (decision.claim_id, decision.member_id, decision.decision) == (
        claim.id, house.moderator, "drafted",
    )  # fmt: skip


async def test_a_claim_is_drafted_once(house: Any) -> None:
    """Two moderators click: the second is told."""
    claim, _ = await add(house)
    await draft(house, claim.id)
    with pytest.raises(ConflictError, match="already a question or a draft"):
        await draft(house, claim.id)
    assert len(await house.rows(Question)) == 1


async def test_a_claim_of_another_community_is_not_found(house: Any) -> None:
    """Neither to look at nor to draft."""
    claim, _ = await add(house)
    with pytest.raises(NotFoundError, match="no such claim on this server"):
        await house.read(find_claim, claim_id=claim.id, community_id=house.next_door)
    with pytest.raises(NotFoundError):
        await draft(house, claim.id, community_id=house.next_door, member_id=house.neighbour)


async def test_a_draft_closes_at_the_end_of_the_day_in_the_communitys_zone(house: Any) -> None:
    """31 December 23:59 in Berlin is 22:59 UTC; the outcome is looked up two weeks later."""
    await house.change(house.home, Community, zone="Europe/Berlin")
    claim, _ = await add(house)
    question = await draft(house, claim.id)
    assert question.closes_at == datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
    assert question.resolves_at == datetime(2027, 1, 14, 22, 59, tzinfo=UTC)


async def test_today_is_the_communitys_today(house: Any) -> None:
    """On 1 December at 11:00 UTC it is 2 December in Kiritimati, where year-end is too near."""
    await house.change(house.home, Community, zone="Pacific/Kiritimati")
    claim, _ = await add(house)
    question: Question = await house.do(
        draft_from_claim, claim_id=claim.id, member_id=house.moderator,
        now=datetime(2026, 12, 1, 11, tzinfo=UTC),
    )  # fmt: skip
    assert question.closes_at is not None
    assert question.closes_at.year == 2027


def test_the_end_of_a_day_is_its_last_minute() -> None:
    """Also on the day on which the clock is changed."""
    day = datetime(2026, 10, 25, tzinfo=UTC).date()
    assert end_of_day(day, ZoneInfo("Europe/Berlin")) == datetime(2026, 10, 25, 22, 59, tzinfo=UTC)


async def test_a_long_claim_still_becomes_a_draft(house: Any) -> None:
    """Its title is cut, its quote isn't."""
    sentence = "Export controls will fail because " + "chips are smuggled and " * 12 + "resold."
    (claim, *_) = await add(house, document_from_text(sentence, "long.txt"))
    question = await draft(house, claim.id)
    assert len(question.title) <= 200
    assert question.quote == claim.text
