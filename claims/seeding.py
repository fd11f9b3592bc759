"""Use case: a debate begins with what was read on both sides, in the documents' own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from claims.models import StoredClaim, StoredDocument
from claims.related import Shelf, bearing_of
from claims.topics import Side as Found
from forecasts.debate import ARGUMENT_LENGTH, SOURCE_LIMIT
from forecasts.models import Argument, Origin, Question, Side

MOST_OF_A_SIDE = 2
SURE_FROM = 0.6


@dataclass(frozen=True, slots=True)
class Seed:
    """A claim that speaks for or against a question."""

    claim_id: int
    side: Side


def seeds_on(shelf: Shelf) -> list[Seed]:
    """Choose at most two claims for and two against a question; takes a moment, so call it in a thread.

    Where claims on both sides say which way the very figure moves that is asked about, only those are taken.
    What the question was drafted from stands on its card already: it is taken only where nothing else
    answers the other side.
    """
    bearing = bearing_of(shelf, with_own=True)
    sides = [_told(bearing.pro), _told(bearing.con)]
    if not all(sides):
        sides = [_sure(bearing.pro), _sure(bearing.con)]
    keys = [[shelf.ids[each.index] for each in side] for side in sides]
    others = [[key for key in side if key != shelf.claim_id] for side in keys]
    taken = [
        other or (own if others[1 - place] else [])
        for place, (own, other) in enumerate(zip(keys, others, strict=True))
    ]
    return [
        Seed(key, side)
        for side, chosen in zip((Side.FOR, Side.AGAINST), taken, strict=True)
        for key in chosen
    ]


def _told(sides: Sequence[Found]) -> list[Found]:
    return [each for each in sides if each.confidence == 1]


def _sure(sides: Sequence[Found]) -> list[Found]:
    return [each for each in sides if each.confidence >= SURE_FROM]


async def seed_arguments(
    session: AsyncSession, *, question: Question, seeds: Sequence[Seed], now: datetime
) -> list[Argument]:
    """Store quotes as arguments of nobody, sealed as long as the question is.

    A quote is what stands in its document, letter for letter; those shorter than 20 or longer than 400
    characters are left out, and so are those of another community.
    """
    query = (
        select(StoredClaim, StoredDocument)
        .join(StoredDocument, col(StoredDocument.id) == col(StoredClaim.document_id))
        .where(
            col(StoredClaim.id).in_([seed.claim_id for seed in seeds]),
            col(StoredDocument.community_id) == question.community_id,
        )
    )
    found = {claim.id: (claim, document) for claim, document in await session.exec(query)}
    least, most = ARGUMENT_LENGTH
    arguments: list[Argument] = []
    for seed in seeds:
        claim, document = found.get(seed.claim_id, (None, None))
        of_its_side = sum(each.side is seed.side for each in arguments)
        if claim is None or document is None or of_its_side >= MOST_OF_A_SIDE:
            continue
        quote = document.text[claim.start : claim.end]
        if least <= len(quote) <= most:
            argument = Argument(
                question_id=question.id,
                side=seed.side,
                origin=Origin.DOCUMENT,
                text=quote,
                source=source_of(claim, document),
                at=now,
            )
            arguments.append(argument)
    session.add_all(arguments)
    await session.flush()
    return arguments


def source_of(claim: StoredClaim, document: StoredDocument) -> str:
    """Return what stands under a quote: its document's title and who says it."""
    title = " ".join((document.title or document.name).split())
    speaker = f" ({' '.join(claim.speaker.split())})" if claim.speaker else ""
    return title[: SOURCE_LIMIT - len(speaker[:100])] + speaker[:100]
