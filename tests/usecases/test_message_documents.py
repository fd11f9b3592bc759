"""Documents made of chat messages go with their author, whichever reading they are in."""

from pathlib import Path

from claims.ingest import document_from_message, document_from_text
from claims.library import add_document, replace_document
from claims.links import Link
from claims.messages import MESSAGE_LINK, forget_messages
from claims.models import ClaimDecision, ClaimLink, StoredClaim, StoredDocument
from claims.reading import read_claims
from claims.related import judge_tension
from claims.review import reject_claim
from claims.seeding import Seed, seed_arguments
from claims.views import Added
from forecasts.models import Argument, Community, Digest, Question, Side
from forecasts.people import DELETED, erase_member
from forecasts.records.exporting import export_community
from tests.usecases.conftest import House

FIRST = "The gap in models will narrow by the end of 2026, analysts expect."
SECOND = "Export controls will cut shipments by half before 2028."
URL = f"{MESSAGE_LINK}1/2/3"


async def add(house: House, text: str, member_id: int, url: str = URL) -> Added:
    """Store a message as its author's document."""
    document = document_from_message(text, "Message by ann", author="ann", url=url)
    added: Added = await house.do(
        add_document, member_id=member_id, reading=read_claims(document), url=url, now=house.at()
    )
    return added


async def forget(house: House, member_id: int) -> list[int]:
    """Forget a member as `/mydata delete` does; return the arguments that quoted them."""
    async with house.database.transaction() as session:
        quoted = await forget_messages(session, member_id=member_id, now=house.at(hours=1))
        await erase_member(session, member_id=member_id, now=house.at(hours=1), quoted=quoted)
    return quoted


async def test_every_reading_goes_with_all_that_hangs_on_it(house: House) -> None:
    """The edited message took the first one's place; a rejection and a tension hung on its claims."""
    author = house.members[0]
    await add(house, FIRST, author)
    await add(house, f"{FIRST} {SECOND}", author)
    keys = [row.id for row in await house.rows(StoredClaim)]
    await house.do(
        judge_tension, member_id=house.moderator, claim_ids=(keys[0], keys[-1]), holds=True,
        found=Link("contradict", 0.8, "one narrows"), now=house.at(),
    )  # fmt: skip
    await house.do(reject_claim, member_id=house.moderator, claim_id=keys[0], reason="Known.", now=house.at())
    assert await forget(house, author) == []
    for table in (StoredDocument, StoredClaim, ClaimDecision, ClaimLink):
        assert await house.rows(table) == []


async def test_others_documents_stay(house: House) -> None:
    """Another author's message, and what the member added that is no message."""
    author, other = house.members[:2]
    await add(house, FIRST, other)
    reading = read_claims(document_from_text(SECOND, "notes.txt"))
    notes = await house.do(add_document, member_id=author, reading=reading, now=house.at())
    await forget(house, author)
    assert [row.id for row in await house.rows(StoredDocument)] == [1, notes.document_id]


async def test_a_document_that_a_message_replaced_stays_without_it(house: House) -> None:
    """Its place is free again."""
    author = house.members[0]
    reading = read_claims(document_from_text(SECOND, "notes.txt"))
    await house.do(add_document, member_id=house.moderator, reading=reading, now=house.at())
    await add(house, FIRST, author)
    await house.do(replace_document, document_id=1, by_id=2, now=house.at())
    await forget(house, author)
    (left,) = await house.rows(StoredDocument)
    assert (left.id, left.replaced_by_id) == (1, None)


async def test_what_a_debate_began_with_is_dropped(house: House) -> None:
    """The argument keeps its row and loses its words, also where a digest quoted them."""
    author, question_id = house.members[0], await house.opened()
    await add(house, FIRST, author)
    async with house.database.transaction() as session:
        question = await session.get_one(Question, question_id)
        await seed_arguments(session, question=question, seeds=[Seed(1, Side.FOR)], now=house.at())
        change = {"argument_id": 1, "argument": FIRST}
        session.add(
            Digest(community_id=house.home, period="2026-W10", at=house.at(), content={"change": change})
        )
    assert await forget(house, author) == [1]
    (argument,) = await house.rows(Argument)
    assert (argument.text, argument.source, argument.hidden_at) == (DELETED, "", house.at(hours=1))
    assert (await house.rows(Digest))[0].content["change"] == {"argument_id": None, "argument": ""}


async def test_an_export_doesnt_say_who_added_a_document(house: House, tmp_path: Path) -> None:
    """Its title names the author: beside their code it would name every forecast of theirs."""
    await add(house, FIRST, house.members[0])
    (community,) = await house.rows(Community, id=house.home)
    async with house.database.reading() as session:
        await export_community(
            session, community=community, folder=tmp_path, version="1", schema="1", now=house.at()
        )
    exported = (tmp_path / "documents.jsonl").read_text(encoding="utf-8")
    assert "Message by ann" in exported
    assert "added_by" not in exported
