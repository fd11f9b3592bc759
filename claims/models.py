"""Documents and the claims found in them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import JSON, Field, SQLModel

from forecasts.models.base import UtcDateTime, choice, key, reference


class ClaimStatus(StrEnum):
    """What a moderator made of a claim."""

    NEW = "new"
    DRAFTED = "drafted"
    THESIS = "thesis"
    REJECTED = "rejected"
    DISMISSED = "dismissed"  # from a brief, without a reason


class Relation(StrEnum):
    """How two claims stand to each other."""

    CONTRADICT = "contradict"
    SUPPORT = "support"
    RELATED = "related"
    DUPLICATE = "duplicate"


class Feed(SQLModel, table=True):
    """A feed that a community watches; its new entries become documents."""

    __table_args__ = (sa.UniqueConstraint("community_id", "url"),)

    id: int = key()
    community_id: int = reference("community.id", index=False)
    url: str
    title: str = ""
    added_by: int = reference("member.id")
    at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # What the server asked to be sent back, so that an unchanged feed costs nothing.
    etag: str = ""
    last_modified: str = ""
    failures: int = 0
    note: str = ""  # why the last reading failed


class StoredDocument(SQLModel, table=True):
    """A document as a community gave it; ``text`` is what claims' offsets point into."""

    __tablename__ = "document"
    __table_args__ = (sa.UniqueConstraint("community_id", "sha256"),)

    id: int = key()
    community_id: int = reference("community.id", index=False)
    name: str
    title: str
    sha256: str
    text: str
    url: str = ""
    feed_id: int | None = reference("feed.id", nullable=True)
    # The reading that took the place of this one, when its source had changed.
    replaced_by_id: int | None = reference("document.id", nullable=True)
    added_by: int = reference("member.id")
    at: datetime = Field(sa_type=UtcDateTime)


class StoredClaim(SQLModel, table=True):
    """A claim with its exact place: ``document.text[start:end] == text``, in code points."""

    __tablename__ = "claim"
    __table_args__ = (sa.UniqueConstraint("document_id", "start", "end"),)

    id: int = key()
    document_id: int = reference("document.id", index=False)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    standalone: str
    speaker: str | None = None
    claim: float = Field(ge=0, le=1)
    forecastable: float = Field(ge=0, le=1)
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    topic: str = ""
    # Unit vector of the sentence as float16 bytes; null where the model isn't installed.
    embedding: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    status: ClaimStatus = choice(ClaimStatus, ClaimStatus.NEW)
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # its document no longer says it
    briefed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The only link between a claim and its question stands on this side.
    question_id: int | None = reference("question.id", nullable=True)


class ClaimDecision(SQLModel, table=True):
    """A moderator's decision about a claim: a label to learn from. Append-only."""

    __tablename__ = "claim_decision"

    id: int = key()
    claim_id: int = reference("claim.id")
    member_id: int = reference("member.id")
    decision: ClaimStatus = choice(ClaimStatus)
    reason: str = ""
    at: datetime = Field(sa_type=UtcDateTime)


class ClaimLink(SQLModel, table=True):
    """Two claims that bear on each other, as found; ``confirmed`` is what a moderator said of it."""

    __tablename__ = "claim_link"
    __table_args__ = (sa.UniqueConstraint("a_id", "b_id"),)

    id: int = key()
    a_id: int = reference("claim.id", index=False)
    b_id: int = reference("claim.id")
    relation: Relation = choice(Relation)
    confidence: float = Field(ge=0, le=1)
    reason: str = ""
    confirmed: bool | None = None
    member_id: int | None = reference("member.id", nullable=True)
    at: datetime = Field(sa_type=UtcDateTime)
