"""What moderators decided, as labels."""

from typing import Any
from zoneinfo import ZoneInfo

from claims.decisions import decided_examples
from claims.ingest import document_from_text
from claims.library import add_document
from claims.models import StoredClaim
from claims.pipeline import extract_claims
from claims.reading import Reading
from claims.review import draft_from_claim, propose, read_claim, reject_claim

DOCUMENT = document_from_text(
    "The gap in chips widened while the gap in models narrowed. "
    "Export controls will cut shipments by half before 2028. "
    "Landlords stopped building because rents are capped.",
    "a.txt",
)


async def test_drafted_is_a_claim_and_rejected_is_none(house: Any) -> None:
    """What nobody decided about teaches nothing; all claims of a document are left out together."""
    given = {"member_id": house.moderator, "now": house.at()}
    claims = tuple(extract_claims([DOCUMENT], keep_all=True))
    nothing = (None,) * len(claims)
    await house.do(add_document, reading=Reading(DOCUMENT, claims, ("",) * len(claims), nothing), **given)
    drafted, rejected, _ = await house.rows(StoredClaim)
    line, around = await house.read(read_claim, claim_id=drafted.id)
    proposal = propose(line, around, zone=ZoneInfo("UTC"), now=house.at())
    await house.do(draft_from_claim, claim_id=drafted.id, proposal=proposal, **given)
    await house.do(reject_claim, claim_id=rejected.id, reason="Settled.", **given)
    async with house.database.reading() as session:
        found = await decided_examples(session)
    assert [(each.text, each.claim, each.forecastable, each.document) for each in found] == [
        (drafted.text, True, True, f"stored document {drafted.document_id}"),
        (rejected.text, False, False, f"stored document {drafted.document_id}"),
    ]
