"""What the reads of documents give back: frozen values, never rows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document in a list, how many claims it has, and how many of them nobody has decided about."""

    document_id: int
    title: str
    at: datetime
    claims: int
    waiting: int
