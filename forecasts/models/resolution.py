"""How questions were resolved, and the scores that follow."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from forecasts.models.base import UtcDateTime, choice, key, reference
from forecasts.models.enums import Ruling, VoidReason
from forecasts.models.question import Question


class Resolution(SQLModel, table=True):
    """One entry of a question's append-only resolution record."""

    __table_args__ = (sa.UniqueConstraint("question_id", "version", "ruling"),)

    id: int = key()
    question_id: int = reference("question.id", index=False)
    version: int
    ruling: Ruling = choice(Ruling)
    outcome: int | None = None  # index of the category; for binary questions 1 is YES
    evidence_url: str = ""
    note: str = ""
    void_reason: VoidReason | None = choice(VoidReason, None, nullable=True)
    known_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    member_id: int | None = reference("member.id", nullable=True)  # null: the bot
    at: datetime = Field(sa_type=UtcDateTime)


class Score(SQLModel, table=True):
    """A member's scores on one question under one version of its resolution; derived, re-computable."""

    __table_args__ = (sa.UniqueConstraint("question_id", "member_id", "resolution_version"),)

    id: int = key()
    question_id: int = reference("question.id", index=False)
    member_id: int = reference("member.id")
    resolution_version: int
    brier: float = Field(ge=0, le=1)
    peer_brier: float = Field(ge=-100, le=100)
    coverage: float = Field(ge=0, le=1)
    forecasts: int


class CrowdScore(SQLModel, table=True):
    """What the crowd's figures and the uniform forecast scored on one question."""

    __tablename__ = "crowd_score"
    __table_args__ = (sa.UniqueConstraint("question_id", "resolution_version"),)

    id: int = key()
    question_id: int = reference("question.id", index=False)
    resolution_version: int
    members: int
    median: float | None = None  # the one in force when the window ended, if anyone had a forecast then
    blind_median: float | None = None
    median_brier: float
    pool_brier: float
    uniform_brier: float
    # Points against the members, as a member's peer Brier; null for what was scored before they were kept.
    median_peer: float | None = None
    pool_peer: float | None = None
    uniform_peer: float | None = None
    coverage: float | None = None  # share of the window during which anyone was active
    at: datetime = Field(sa_type=UtcDateTime)


def outcome_in_force() -> sa.ColumnElement[bool]:
    """Join a question with the entry of its record that holds the outcome in force, if it is resolved."""
    return sa.and_(
        col(Resolution.question_id) == col(Question.id),
        col(Resolution.version) == col(Question.resolution_version),
        col(Resolution.ruling).in_([Ruling.FINAL, Ruling.OVERTURNED]),
    )


def crowd_in_force() -> sa.ColumnElement[bool]:
    """Join a question with what its crowd scored under the resolution in force."""
    return sa.and_(
        col(CrowdScore.question_id) == col(Question.id),
        col(CrowdScore.resolution_version) == col(Question.resolution_version),
    )
