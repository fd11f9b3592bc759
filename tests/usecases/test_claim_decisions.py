"""What moderators decided, as labels."""

from typing import Any

from claims.decisions import decided_examples
from claims.ingest import document_from_text
from claims.library import add_document, draft_from_claim, reject_claim
from claims.models import StoredClaim
from claims.pipeline import extract_claims

DOCUMENT = document_from_text(
    "The gap in chips widened while the gap in models narrowed. "
    "Export controls will cut shipments by half before 2028. "
    "Landlords stopped building because rents are capped.",
    "a.txt",
)


async def test_drafted_is_a_claim_and_rejected_is_none(house: Any) -> None:
    """What nobody decided about teaches nothing; all claims of a document are left out together."""
    await house.do(
        add_document,
        document=DOCUMENT,
        claims=extract_claims([DOCUMENT], keep_all=True),
        member_id=house.moderator,
        now=house.at(),
    )
    drafted, rejected, _ = await house.rows(StoredClaim)
    given = {"member_id": house.moderator, "now": house.at()}
    await house.do(draft_from_claim, claim_id=drafted.id, **given)
    await house.do(reject_claim, claim_id=rejected.id, reason="Settled.", **given)
    async with house.database.reading() as session:
        found = await decided_examples(session)
    assert [(each.text, each.claim, each.forecastable, each.document) for each in found] == [
        (drafted.text, True, True, f"stored document {drafted.document_id}"),
        (rejected.text, False, False, f"stored document {drafted.document_id}"),
    ]
