"""What is stored of a document: its claims, each with a topic and, where MiniLM is installed, a vector."""

from dataclasses import dataclass

import numpy as np

from claims.document import Document
from claims.embed import MiniLM, embedder
from claims.llm.documents import with_standalones
from claims.llm.model import Model
from claims.pipeline import Claim, extract_claims
from claims.topics import topics_of

LABEL_LIMIT = 40


@dataclass(frozen=True)
class Reading:
    """A document and its claims.

    Attributes
    ----------
    document
        As a reader made it.
    claims
        As `claims.pipeline.extract_claims` gives them.
    topics
        A label for each claim, at most `LABEL_LIMIT` characters.
    embeddings
        For each claim the unit vector of its standalone sentence as float16 bytes, None without MiniLM.
    note
        What the optional model did, in a sentence; empty where it wasn't asked.
    """

    document: Document
    claims: tuple[Claim, ...]
    topics: tuple[str, ...]
    embeddings: tuple[bytes | None, ...]
    note: str = ""


def read_claims(document: Document, model: Model | None = None) -> Reading:
    """Find a document's claims; takes a moment, so call it in a thread.

    Parameters
    ----------
    document
        As a reader made it.
    model
        Asked to word claims that point back to something, if one is configured.

    Examples
    --------
    >>> from claims.ingest import document_from_text
    >>> reading = read_claims(document_from_text("The gap in models will narrow by 2028.", "a.txt"))
    >>> len(reading.claims), len(reading.topics)
    (1, 1)
    """
    claims, note = extract_claims([document]), ""
    if model is not None and model.is_on:
        claims, note = with_standalones(model.consultation(), document, claims)
    vectors = embedder().embed([each.standalone for each in claims])
    labels = [""] * len(claims)
    for topic in topics_of(claims, vectors):
        for index in topic.claims:
            labels[index] = shortened(topic.label)
    stored: tuple[bytes | None, ...] = (None,) * len(claims)
    if isinstance(embedder(), MiniLM):
        stored = tuple(row.astype(np.float16).tobytes() for row in vectors)
    return Reading(document, tuple(claims), tuple(labels), stored, note)


def shortened(label: str) -> str:
    """Cut a label between words to `LABEL_LIMIT` characters.

    Examples
    --------
    >>> shortened("the export controls on advanced semiconductor equipment")
    'the export controls on advanced'
    """
    clean = " ".join(label.split())
    if len(clean) <= LABEL_LIMIT:
        return clean
    head, _, _ = clean[: LABEL_LIMIT + 1].rpartition(" ")
    return head or clean[:LABEL_LIMIT]
