"""Servers and the people in them."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from forecasts.models.base import BigInt, UtcDateTime, choice, key, reference
from forecasts.models.enums import Preset


class Community(SQLModel, table=True):
    """One Discord server and its settings."""

    # Without the others: they are nearly all, and SQLite would take this way to them.
    __table_args__ = (
        sa.Index("ix_community_left_at", "left_at", sqlite_where=sa.text("left_at IS NOT NULL"),
                 postgresql_where=sa.text("left_at IS NOT NULL")),
    )  # fmt: skip

    id: int = key()
    guild_id: int = Field(sa_type=BigInt, unique=True)
    questions_channel_id: int | None = Field(default=None, sa_type=BigInt)
    digest_channel_id: int | None = Field(default=None, sa_type=BigInt)
    notes_channel_id: int | None = Field(default=None, sa_type=BigInt)
    moderator_role_id: int | None = Field(default=None, sa_type=BigInt)
    zone: str = "UTC"
    digest_weekday: int = Field(default=6, ge=0, le=6)  # Monday is 0
    digest_hour: int = Field(default=18, ge=0, le=23)
    digest_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    preset: Preset = choice(Preset, Preset.STANDARD)
    challenge_hours: int = Field(default=48, ge=0)
    # The brief of new claims: off without an hour, daily without a weekday.
    brief_channel_id: int | None = Field(default=None, sa_type=BigInt)
    brief_hour: int | None = Field(default=None, ge=0, le=23)
    brief_weekday: int | None = Field(default=None, ge=0, le=6)
    brief_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    # k of the skill, in questions: fitted again with each week's digest.
    shrinkage: float = Field(default=36.0, gt=0)
    last_number: int = 0
    # Keys the aliases under which members argue; useless outside this database.
    secret: str = Field(default_factory=lambda: secrets.token_hex(32))
    created_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Member(SQLModel, table=True):
    """A person in one community. Rows refer to this id, so that erasing somebody is one update."""

    __table_args__ = (sa.UniqueConstraint("community_id", "user_id"),)

    id: int = key()
    community_id: int = reference("community.id", index=False)
    user_id: int | None = Field(default=None, sa_type=BigInt)
    hidden: bool = False  # left out of leaderboards
    named: bool = False  # named beside arguments once a question's last call is over
    feedback: bool = False  # told in private what readers made of their arguments
    welcomed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditEntry(SQLModel, table=True):
    """Who did what that others must be able to look up."""

    __tablename__ = "audit_entry"

    id: int = key()
    community_id: int = reference("community.id")
    question_id: int | None = reference("question.id", nullable=True)
    member_id: int | None = reference("member.id", nullable=True)
    action: str
    note: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
