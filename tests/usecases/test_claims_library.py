"""Documents stored with their claims, and claims turned into drafts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from claims.document import Document
from claims.draft import SOURCE_BLANK
from claims.ingest import document_from_text
from claims.library import OF_ONE_MEMBER, add_document, list_documents, replace_document
from claims.links import Link
from claims.models import ClaimDecision, ClaimLink, StoredClaim, StoredDocument
from claims.reading import LABEL_LIMIT, read_claims
from claims.related import judge_tension
from claims.review import (
    draft_from_claim,
    end_of_day,
    propose,
    read_claim,
    reject_claim,
    thesis_from_claim,
    waiting_claims,
)  # fmt: skip
from claims.views import Added
from forecasts.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from forecasts.models import Community, Kind, Phase, Question
from forecasts.questions import Wording
from tests.usecases.conftest import House

TEXT = (
    "8 Comments\r\n\r\nThe gap in chips widened while the gap in models narrowed.  "
    "Export controls will cut shipments by half before 2028.\n"
)
DOCUMENT = document_from_text(TEXT, "folder/The brief of 3 June.txt")
PAGE = "https://example.org/brief"
SECOND = "Export controls will cut shipments by half before 2028."


async def stored(house: House, document: Document = DOCUMENT, **values: Any) -> Added:
    """Add a document as the moderator."""
    given = {"member_id": house.moderator, "now": house.at(), **values}
    added: Added = await house.do(add_document, reading=read_claims(document), **given)
    return added


async def add(house: House, document: Document = DOCUMENT, **values: Any) -> list[StoredClaim]:
    """Add a document and return its claims."""
    added = await stored(house, document, **values)
    return list(await house.rows(StoredClaim, document_id=added.document_id))


async def draft(house: House, claim_id: int, *, now: datetime | None = None, **values: Any) -> Question:
    """Turn a claim into the draft that it proposes itself."""
    now = now or house.at()
    scope = {name: values[name] for name in ("community_id",) if name in values}
    line, around = await house.read(read_claim, claim_id=claim_id, **scope)
    (community,) = await house.rows(Community, id=house.home)
    proposal = propose(line, around, zone=ZoneInfo(community.zone), now=now)
    given = {"member_id": house.moderator, **values}
    question: Question = await house.do(
        draft_from_claim, claim_id=claim_id, proposal=proposal, now=now, **given
    )
    return question


async def test_a_claim_keeps_its_exact_place(house: House) -> None:
    """The document's text, cut at its offsets, is the claim."""
    claims = await add(house)
    (document,) = await house.rows(StoredDocument)
    assert document.text == TEXT
    assert [document.text[claim.start : claim.end] for claim in claims] == [claim.text for claim in claims]
    assert len(claims) == 2


async def test_a_claim_is_stored_with_what_it_is_about(house: House) -> None:
    """In a few words."""
    for claim in await add(house):
        assert 0 < len(claim.topic) <= LABEL_LIMIT


async def test_the_same_text_is_refused_whatever_it_is_called(house: House) -> None:
    """The sentence names the first one and its day."""
    await add(house)
    with pytest.raises(
        ConflictError, match=r"already added as folder/The brief of 3 June\.txt, on 02 Mar 2026"
    ):
        await add(house, document_from_text(TEXT, "again.txt"))
    assert len(await house.rows(StoredDocument)) == 1


async def test_another_community_may_read_the_same_text(house: House) -> None:
    """And has claims of its own."""
    await add(house)
    await add(house, community_id=house.next_door, member_id=house.neighbour)
    assert len(await house.rows(StoredClaim)) == 4


async def test_a_document_without_claims_is_stored(house: House) -> None:
    """So that it isn't read twice in vain."""
    assert await add(house, document_from_text("Hi all.", "thread.txt")) == []
    assert len(await house.rows(StoredDocument)) == 1


async def test_a_claim_becomes_a_draft_with_its_verbatim_quote(house: House) -> None:
    """And with where that stands and what it is about."""
    claim, _ = await add(house)
    question = await draft(house, claim.id)
    assert (question.phase, question.quote, question.quote_source, question.topic) == (
        Phase.DRAFT,
        "The gap in chips widened while the gap in models narrowed.",
        "The brief of 3 June",
        claim.topic,
    )


async def test_what_a_claim_leaves_open_must_be_filled(house: House) -> None:
    """No source is known, so the draft can't be approved as it is."""
    claim, _ = await add(house)
    question = await draft(house, claim.id)
    assert question.source == SOURCE_BLANK
    with pytest.raises(InvalidInputError, match="still has blanks"):
        await house.approve(question.id)


async def test_a_drafted_claim_knows_its_question(house: House) -> None:
    """The link stands on the claim's side, with who decided."""
    claim, _ = await add(house)
    question = await draft(house, claim.id)
    (stored,) = await house.rows(StoredClaim, id=claim.id)
    (decision,) = await house.rows(ClaimDecision)
    assert (stored.question_id, stored.status) == (question.id, "drafted")
    assert (decision.claim_id, decision.member_id, decision.decision) == (
        claim.id, house.moderator, "drafted",
    )  # fmt: skip


async def test_a_claim_is_drafted_once(house: House) -> None:
    """Two moderators click: the second is told."""
    claim, _ = await add(house)
    await draft(house, claim.id)
    with pytest.raises(ConflictError, match="already a question or a draft"):
        await draft(house, claim.id)
    assert len(await house.rows(Question)) == 1


async def test_a_claim_of_another_community_is_not_found(house: House) -> None:
    """Neither to look at nor to draft."""
    claim, _ = await add(house)
    with pytest.raises(NotFoundError, match="no such claim on this server"):
        await house.read(read_claim, claim_id=claim.id, community_id=house.next_door)
    line, around = await house.read(read_claim, claim_id=claim.id)
    proposal = propose(line, around, zone=ZoneInfo("UTC"), now=house.at())
    with pytest.raises(NotFoundError):
        await house.do(
            draft_from_claim, claim_id=claim.id, proposal=proposal, now=house.at(),
            community_id=house.next_door, member_id=house.neighbour,
        )  # fmt: skip


async def test_a_draft_closes_at_the_end_of_the_day_in_the_communitys_zone(house: House) -> None:
    """31 December 23:59 in Berlin is 22:59 UTC; the outcome is looked up two weeks later."""
    await house.change(house.home, Community, zone="Europe/Berlin")
    claim, _ = await add(house)
    question = await draft(house, claim.id)
    assert question.closes_at == datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
    assert question.resolves_at == datetime(2027, 1, 14, 22, 59, tzinfo=UTC)


async def test_today_is_the_communitys_today(house: House) -> None:
    """On 1 December at 11:00 UTC it is 2 December in Kiritimati, where year-end is too near."""
    await house.change(house.home, Community, zone="Pacific/Kiritimati")
    claim, _ = await add(house)
    question = await draft(house, claim.id, now=datetime(2026, 12, 1, 11, tzinfo=UTC))
    assert question.closes_at is not None
    assert question.closes_at.year == 2027


def test_the_end_of_a_day_is_its_last_minute() -> None:
    """Also on the day on which the clock is changed."""
    day = datetime(2026, 10, 25, tzinfo=UTC).date()
    assert end_of_day(day, ZoneInfo("Europe/Berlin")) == datetime(2026, 10, 25, 22, 59, tzinfo=UTC)


async def test_a_long_claim_still_becomes_a_draft(house: House) -> None:
    """Its title is cut, its quote isn't."""
    sentence = "Export controls will fail because " + "chips are smuggled and " * 12 + "resold."
    (claim, *_) = await add(house, document_from_text(sentence, "long.txt"))
    question = await draft(house, claim.id)
    assert len(question.title) <= 200
    assert question.quote == claim.text


async def test_a_claim_becomes_a_thesis_with_its_quote(house: House) -> None:
    """The decision is a label of its own."""
    claim, _ = await add(house)
    thesis: Question = await house.do(
        thesis_from_claim, claim_id=claim.id, member_id=house.moderator, now=house.at(),
        wording=Wording("The model gap has narrowed.", "", quote=claim.text),
    )  # fmt: skip
    (decision,) = await house.rows(ClaimDecision)
    assert (thesis.kind, thesis.quote, decision.decision) == (Kind.THESIS, claim.text, "thesis")


async def test_what_was_rejected_is_not_drafted(house: House) -> None:
    """The first decision stands."""
    claim, _ = await add(house)
    await house.do(reject_claim, claim_id=claim.id, member_id=house.moderator, reason="Dull.", now=house.at())
    with pytest.raises(ConflictError, match="decided about this claim before"):
        await draft(house, claim.id)


async def changed(house: House, text: str, url: str = PAGE) -> Added:
    """Read a page, decide about both its claims, and read it again with another text."""
    one, other = await add(house, url=url)
    await draft(house, one.id)
    await house.do(reject_claim, claim_id=other.id, member_id=house.moderator, reason="Dull.", now=house.at())
    return await stored(house, document_from_text(text, "again.txt"), url=url, now=house.at(days=1))


async def test_a_changed_page_keeps_what_was_decided_about_what_it_still_says(house: House) -> None:
    """Moved to its new place, with its question."""
    added = await changed(house, "An update was made today. " + TEXT.replace("8 Comments", ""))
    claims = await house.rows(StoredClaim, document_id=added.document_id)
    (_, later) = await house.rows(StoredDocument)
    assert (added.replaced, added.standing, added.gone) == ("The brief of 3 June", 2, 0)
    assert {claim.status for claim in claims if claim.id <= 2} == {"drafted", "rejected"}
    assert all(later.text[claim.start : claim.end] == claim.text for claim in claims)
    assert len(await house.rows(ClaimDecision)) == 2


async def test_a_changed_page_marks_what_it_no_longer_says(house: House) -> None:
    """The claim stays with the earlier reading, which points to the later one."""
    added = await changed(house, SECOND)
    gone, standing = await house.rows(StoredClaim)
    earlier, later = await house.rows(StoredDocument)
    assert (added.standing, added.gone) == (1, 1)
    assert gone.gone_at == house.at(days=1)
    assert (gone.document_id, earlier.replaced_by_id) == (earlier.id, later.id)
    assert (standing.document_id, standing.status, standing.gone_at) == (later.id, "rejected", None)


async def test_a_claim_that_is_gone_waits_behind_the_others(house: House) -> None:
    """And says so."""
    await add(house, url=PAGE)
    await stored(house, document_from_text(SECOND, "again.txt"), url=PAGE, now=house.at(days=1))
    waiting = await house.read(waiting_claims)
    assert [(line.claim.text == SECOND, line.is_gone) for line in waiting] == [(True, False), (False, True)]


async def test_a_file_of_the_same_name_may_take_the_place_of_an_earlier_one(house: House) -> None:
    """If a moderator says so."""
    await add(house)
    added = await stored(house, document_from_text(SECOND, DOCUMENT.name))
    assert added.same_name_id == 1
    replaced: Added = await house.do(replace_document, document_id=1, by_id=2, now=house.at())
    assert (replaced.standing, replaced.gone) == (1, 1)
    assert [line.document_id for line in await house.read(list_documents, limit=9)] == [2]


async def test_a_new_version_may_have_been_reviewed_before_it_takes_the_place(house: House) -> None:
    """What was said of a tension of its claims goes with them; what the earlier ones became stays."""
    one, other = await add(house)
    await draft(house, other.id)
    (later,) = await add(house, document_from_text(SECOND, DOCUMENT.name))
    link = Link("contradict", 0.7, "both about shipments")
    await house.do(
        judge_tension, member_id=house.moderator, claim_ids=(one.id, later.id), holds=True, found=link,
        now=house.at(),
    )  # fmt: skip
    await house.do(replace_document, document_id=1, by_id=2, now=house.at())
    (claim,) = await house.rows(StoredClaim, document_id=2)
    assert (claim.id, claim.status) == (other.id, "drafted")
    assert await house.rows(ClaimLink) == []


async def test_a_document_is_replaced_once(house: House) -> None:
    """Nor by an older one, nor by itself."""
    await add(house)
    await stored(house, document_from_text(SECOND, "later.txt"))
    for pair in ((2, 1), (1, 1)):
        with pytest.raises(ConflictError):
            await house.do(replace_document, document_id=pair[0], by_id=pair[1], now=house.at())
    await house.do(replace_document, document_id=1, by_id=2, now=house.at())
    with pytest.raises(ConflictError, match="replaced before"):
        await house.do(replace_document, document_id=1, by_id=2, now=house.at())


async def test_another_communitys_document_is_not_replaced(house: House) -> None:
    """It isn't there for them."""
    await add(house)
    await stored(house, document_from_text(SECOND, "later.txt"))
    with pytest.raises(NotFoundError):
        await house.do(replace_document, document_id=1, by_id=2, now=house.at(), community_id=house.next_door)


async def fill(house: House, count: int, member_id: int, first: int = 0) -> None:
    """Add documents of one sentence, a minute apart."""
    for number in range(first, first + count):
        document = document_from_text(f"The model gap will narrow to {number} points by 2028.", f"{number}")
        await stored(house, document, member_id=member_id, now=house.at(minutes=number))


async def test_a_member_adds_twenty_documents_a_day(house: House) -> None:
    """The next one waits until the first is 24 hours old."""
    await fill(house, OF_ONE_MEMBER, house.moderator)
    with pytest.raises(NotAllowedError, match="You have added 20 documents in 24 hours"):
        await stored(house, now=house.at(hours=23))
    await stored(house, now=house.at() + timedelta(hours=24))


async def test_a_server_adds_fifty_documents_a_day(house: House) -> None:
    """Whoever adds them."""
    for place, member_id in enumerate((house.moderator, house.other_moderator, house.members[0])):
        await fill(house, (20, 20, 10)[place], member_id, first=20 * place)
    with pytest.raises(NotAllowedError, match="This server has added 50 documents"):
        await stored(house, member_id=house.members[1], now=house.at(hours=2))
