"""Read: what moderators decided about claims, as labels to learn from."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from claims.models import ClaimDecision, ClaimStatus, StoredClaim
from claims.training import Example

# A dismissal from a brief gives no reason, so it teaches nothing.
_TEACHES = (ClaimStatus.DRAFTED, ClaimStatus.THESIS, ClaimStatus.REJECTED)


async def decided_examples(session: AsyncSession) -> list[Example]:
    """Return every claim of this database that was decided about, by its last decision.

    Drafted: a claim, and forecastable. Thesis: a claim that isn't. Rejected: neither. All communities
    together: what comes out are weights, in which no sentence can be read.
    """
    query = (
        select(ClaimDecision.decision, StoredClaim.id, StoredClaim.text, StoredClaim.document_id)
        .join(StoredClaim, col(StoredClaim.id) == col(ClaimDecision.claim_id))
        .where(col(ClaimDecision.decision).in_(_TEACHES))
        .order_by(col(ClaimDecision.id))
    )
    last = {key: (decision, text, document) for decision, key, text, document in await session.exec(query)}
    return [
        Example(
            text=text,
            claim=decision is not ClaimStatus.REJECTED,
            forecastable=decision is ClaimStatus.DRAFTED,
            document=f"stored document {document}",
        )
        for decision, text, document in last.values()
    ]
