"""Questions."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import JSON, Field, SQLModel

from forecasts.models.base import BigInt, UtcDateTime, choice, key, reference
from forecasts.models.enums import Kind, Phase, Preset


class Question(SQLModel, table=True):
    """What is asked, and where it stands in its life.

    ``revealed_at`` decides whether numbers are public; the phase alone does not, since a question
    that is proposed while sealed stays sealed until it is resolved.
    """

    __table_args__ = (
        sa.UniqueConstraint("community_id", "number"),
        sa.Index("ix_question_due", "phase_ends_at", sqlite_where=sa.text("phase_ends_at IS NOT NULL"),
                 postgresql_where=sa.text("phase_ends_at IS NOT NULL")),
    )  # fmt: skip

    id: int = key()
    community_id: int = reference("community.id", index=False)
    number: int | None = None
    kind: Kind = choice(Kind, Kind.BINARY)
    title: str
    criteria: str
    fine_print: str = ""
    source: str = ""
    topic: str = ""
    options: list[str] = Field(default_factory=list, sa_type=JSON)
    quote: str = ""
    quote_source: str = ""

    phase: Phase = choice(Phase, Phase.DRAFT)
    phase_started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    phase_ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    preset: Preset | None = choice(Preset, None, nullable=True)
    opens_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closes_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolves_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revealed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    default_outcome: int | None = None
    blind_extended: bool = False
    # The phase a proposal interrupted: a challenge that succeeds goes back to it.
    interrupted_phase: Phase | None = choice(Phase, None, nullable=True, name="interrupted_phase")
    interrupted_ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # A change of meaning starts a new edition; forecasts of earlier ones are kept and not scored.
    edition: int = 1
    # Counts transitions: the keys of what must be said are made from it.
    revision: int = 0
    resolution_version: int = 0

    channel_id: int | None = Field(default=None, sa_type=BigInt)
    card_message_id: int | None = Field(default=None, sa_type=BigInt)
    thread_id: int | None = Field(default=None, sa_type=BigInt)
    created_by: int = reference("member.id")
    approved_by: int | None = reference("member.id", nullable=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    # The form that made it: one that Discord delivers twice makes one draft.
    interaction_id: int | None = Field(default=None, sa_type=BigInt, unique=True)
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Follow(SQLModel, table=True):
    """Somebody who wants to be told about a question: at its reveal and at its result."""

    __table_args__ = (sa.UniqueConstraint("question_id", "member_id"),)

    id: int = key()
    question_id: int = reference("question.id", index=False)
    member_id: int = reference("member.id")
