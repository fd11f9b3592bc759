"""Use cases: what a community has read for and against something, and tensions that moderators judge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from claims.bearing import Bearing, bearing_on
from claims.links import Link
from claims.models import ClaimLink, Relation, StoredClaim, StoredDocument
from claims.review import locked_claim
from claims.topics import Side
from claims.views import Passage, Passages
from forecasts.errors import InvalidInputError
from forecasts.models import Question

MOST_READ = 5_000  # the newest claims; with vectors of 384 numbers they take 4 MB


@dataclass(frozen=True)
class Shelf:
    """All claims of a community that their documents still say, and what is asked about them.

    Attributes
    ----------
    ids, sentences, embeddings
        Of the claims, in the same order.
    text, claim
        What the passages are for and against; of a question its title, and the claim it was drafted from.
    denied, confirmed
        Keys of claims of which moderators said that they aren't, or are, in tension with that claim.
    """

    ids: tuple[int, ...]
    sentences: tuple[str, ...]
    embeddings: tuple[bytes | None, ...]
    text: str
    claim: str = ""
    claim_id: int | None = None
    denied: frozenset[int] = frozenset()
    confirmed: frozenset[int] = frozenset()


async def shelf_for_text(session: AsyncSession, *, community_id: int, text: str) -> Shelf:
    """Return what bears on a sentence that somebody typed."""
    return await _shelf(session, community_id, text)


async def shelf_for_claim(session: AsyncSession, *, community_id: int, claim_id: int) -> Shelf:
    """Return what bears on a community's claim; raises NotFoundError."""
    claim = await locked_claim(session, community_id=community_id, claim_id=claim_id)
    return await _shelf(session, community_id, claim.standalone, claim=claim)


async def shelf_for_question(session: AsyncSession, *, question: Question) -> Shelf:
    """Return what bears on a question or thesis: on its title, and on the claim it was drafted from."""
    drafted_from = select(StoredClaim).where(col(StoredClaim.question_id) == question.id)
    claim = (await session.exec(drafted_from.limit(1))).first()
    return await _shelf(session, question.community_id, question.title, claim=claim)


async def _shelf(
    session: AsyncSession, community_id: int, text: str, *, claim: StoredClaim | None = None
) -> Shelf:
    query = (
        select(StoredClaim.id, StoredClaim.standalone, StoredClaim.embedding)
        .join(StoredDocument, col(StoredDocument.id) == col(StoredClaim.document_id))
        .where(col(StoredDocument.community_id) == community_id, col(StoredClaim.gone_at).is_(None))
        .order_by(col(StoredClaim.id).desc())
        .limit(MOST_READ)
    )
    rows = (await session.exec(query)).all()
    judged = {} if claim is None else await _judged(session, claim.id)
    return Shelf(
        ids=tuple(row[0] for row in rows),
        sentences=tuple(row[1] for row in rows),
        embeddings=tuple(row[2] for row in rows),
        text=text,
        claim=claim.standalone if claim is not None else "",
        claim_id=claim.id if claim is not None else None,
        denied=frozenset(key for key, holds in judged.items() if not holds),
        confirmed=frozenset(key for key, holds in judged.items() if holds),
    )


async def _judged(session: AsyncSession, claim_id: int) -> dict[int, bool]:
    query = select(ClaimLink).where(
        (col(ClaimLink.a_id) == claim_id) | (col(ClaimLink.b_id) == claim_id),
        col(ClaimLink.confirmed).is_not(None),
    )
    links = (await session.exec(query)).all()
    return {link.b_id if link.a_id == claim_id else link.a_id: bool(link.confirmed) for link in links}


def bearing_of(shelf: Shelf, *, with_own: bool = False) -> Bearing:
    """Sort what is on a shelf; takes a moment, so call it in a thread.

    Confirmed tensions come first, denied ones are left out, and so is the claim itself unless ``with_own``.
    """
    without = {index for index, key in enumerate(shelf.ids) if key in shelf.denied}
    if not with_own:
        without |= {index for index, key in enumerate(shelf.ids) if key == shelf.claim_id}
    found = bearing_on(shelf.text, shelf.sentences, shelf.embeddings, claim=shelf.claim, without=without)
    sure = [index for index, key in enumerate(shelf.ids) if key in shelf.confirmed]
    con = [Side(index, 1.0, "a moderator confirmed it") for index in sure]
    con += [each for each in found.con if each.index not in sure]
    return Bearing(
        tuple(each for each in found.pro if each.index not in sure),
        tuple(con),
        tuple(each for each in found.related if each.index not in sure),
    )


async def passages_of(session: AsyncSession, *, shelf: Shelf, bearing: Bearing, most: int) -> Passages:
    """Return the surest passages of each kind, at most ``most`` of each, as their documents say them."""
    kinds = [each[:most] for each in (bearing.pro, bearing.con, bearing.related)]
    keys = [shelf.ids[side.index] for sides in kinds for side in sides]
    query = (
        select(StoredClaim, StoredDocument.title, StoredDocument.name, StoredDocument.url)
        .join(StoredDocument, col(StoredDocument.id) == col(StoredClaim.document_id))
        .where(col(StoredClaim.id).in_(keys))
    )
    rows = {claim.id: (claim, title or name, url) for claim, title, name, url in await session.exec(query)}

    def passages(sides: Sequence[Side]) -> tuple[Passage, ...]:
        return tuple(
            Passage(
                claim_id=claim.id,
                text=claim.text,
                title=title,
                url=url,
                speaker=claim.speaker,
                confidence=side.confidence,
                reason=side.reason,
                confirmed=True if claim.id in shelf.confirmed else None,
            )
            for side in sides
            for claim, title, url in [rows[shelf.ids[side.index]]]
        )

    return Passages(*(passages(each) for each in kinds))


async def judge_tension(
    session: AsyncSession,
    *,
    community_id: int,
    member_id: int,
    claim_ids: tuple[int, int],
    holds: bool,
    found: Link,
    now: datetime,
) -> ClaimLink:
    """Remember what a moderator says of a possible tension between two claims; the last word counts.

    Parameters
    ----------
    found
        How the two stand to each other by rule.

    Raises
    ------
    NotFoundError
        One of them isn't of this community.
    """
    a_id, b_id = sorted(claim_ids)
    if a_id == b_id:
        raise InvalidInputError("A claim isn't in tension with itself.")
    for claim_id in (a_id, b_id):
        await locked_claim(session, community_id=community_id, claim_id=claim_id)
    pair = select(ClaimLink).where(col(ClaimLink.a_id) == a_id, col(ClaimLink.b_id) == b_id)
    link = (await session.exec(pair)).first() or ClaimLink(
        a_id=a_id,
        b_id=b_id,
        relation=Relation.CONTRADICT,
        confidence=found.confidence,
        reason=found.reason,
        at=now,
    )
    link.confirmed, link.member_id, link.at = holds, member_id, now
    session.add(link)
    await session.flush()
    return link
