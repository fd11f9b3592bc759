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
    REJECTED = "rejected"


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
    added_by: int = reference("member.id", index=False)
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
    status: ClaimStatus = choice(ClaimStatus, ClaimStatus.NEW)
    # The only link between a claim and its question stands on this side.
    question_id: int | None = reference("question.id", nullable=True)


class ClaimDecision(SQLModel, table=True):
    """A moderator's decision about a claim: a label to learn from. Append-only."""

    __tablename__ = "claim_decision"

    id: int = key()
    claim_id: int = reference("claim.id")
    member_id: int = reference("member.id", index=False)
    decision: ClaimStatus = choice(ClaimStatus)
    reason: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
