"""What must be said in Discord, and the digests."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import JSON, Field, SQLModel

from forecasts.models.base import BigInt, UtcDateTime, key, reference

_WAITING = sa.text("sent_at IS NULL AND dead_at IS NULL")
_LEASED = sa.text("lease_until IS NOT NULL")


class OutboxMessage(SQLModel, table=True):
    """A message that a committed change owes Discord; sent at least once, de-duplicated by its key.

    ``key`` is Discord's nonce, hence at most 25 characters.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        sa.CheckConstraint("length(key) <= 25", name="key_is_a_nonce"),
        sa.Index("ix_outbox_message_waiting", "not_before", "id", sqlite_where=_WAITING,
                 postgresql_where=_WAITING),
        sa.Index("ix_outbox_message_leased", "channel_id", "lease_until", sqlite_where=_LEASED,
                 postgresql_where=_LEASED),
    )  # fmt: skip

    id: int = key()
    key: str = Field(unique=True)
    community_id: int = reference("community.id")
    question_id: int | None = reference("question.id", nullable=True)
    kind: str
    channel_id: int | None = Field(default=None, sa_type=BigInt)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    not_before: datetime = Field(sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    message_id: int | None = Field(default=None, sa_type=BigInt)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dead_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = ""


class Digest(SQLModel, table=True):
    """One week's digest of one community: made once."""

    __table_args__ = (sa.UniqueConstraint("community_id", "period"),)

    id: int = key()
    community_id: int = reference("community.id", index=False)
    period: str  # ISO week, 2026-W47
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(sa_type=UtcDateTime)


class Heartbeat(SQLModel, table=True):
    """When the sweep last ran: what came due since the last beat fell into a downtime."""

    id: int = Field(default=1, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class Memo(SQLModel, table=True):
    """A fact the program keeps about itself, such as which slash commands Discord knows."""

    key: str = Field(primary_key=True)
    value: str
