"""Arguments, what readers were shown and thought of them, and what moved whom."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from forecasts.models.base import BigInt, UtcDateTime, choice, key, reference
from forecasts.models.enums import Cause, Origin, Side, Surface, Verdict


class Argument(SQLModel, table=True):
    """A reason for or against; from a member, a chat message or a document."""

    id: int = key()
    question_id: int = reference("question.id")
    member_id: int | None = reference("member.id", nullable=True)
    reply_to_id: int | None = reference("argument.id", nullable=True)
    merged_into_id: int | None = reference("argument.id", nullable=True)
    side: Side = choice(Side)
    origin: Origin = choice(Origin, Origin.MEMBER)
    text: str
    source: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
    hidden_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    message_id: int | None = Field(default=None, sa_type=BigInt)  # the chat message it was taken from
    interaction_id: int | None = Field(default=None, sa_type=BigInt, unique=True)


class Exposure(SQLModel, table=True):
    """When an argument was first shown to a member on a surface. Can't be recreated later."""

    __table_args__ = (sa.UniqueConstraint("argument_id", "member_id", "surface"),)

    id: int = key()
    argument_id: int = reference("argument.id", index=False)
    member_id: int = reference("member.id")
    surface: Surface = choice(Surface)
    at: datetime = Field(sa_type=UtcDateTime)


class Rating(SQLModel, table=True):
    """What a reader thought of an argument; append-only, the last one counts."""

    id: int = key()
    argument_id: int = reference("argument.id")
    member_id: int = reference("member.id")
    verdict: Verdict = choice(Verdict)
    is_crux: bool = False
    at: datetime = Field(sa_type=UtcDateTime)
    interaction_id: int = Field(sa_type=BigInt, unique=True)


class MoveCredit(SQLModel, table=True):
    """One box ticked under "What moved you?" for a changed forecast."""

    __tablename__ = "move_credit"
    __table_args__ = (sa.UniqueConstraint("forecast_id", "cause", "argument_id"),)

    id: int = key()
    forecast_id: int = reference("forecast.id", index=False)
    cause: Cause = choice(Cause)
    argument_id: int | None = reference("argument.id", nullable=True)
    at: datetime = Field(sa_type=UtcDateTime)


class CruxLink(SQLModel, table=True):
    """A thesis joined to a dated question that would move people's credence in it."""

    __tablename__ = "crux_link"
    __table_args__ = (sa.UniqueConstraint("thesis_id", "question_id"),)

    id: int = key()
    thesis_id: int = reference("question.id", index=False)
    question_id: int = reference("question.id")
    created_by: int = reference("member.id")
    at: datetime = Field(sa_type=UtcDateTime)


class Conditional(SQLModel, table=True):
    """A member's credence in the thesis if the linked question resolves YES, and if NO; append-only."""

    id: int = key()
    link_id: int = reference("crux_link.id")
    member_id: int = reference("member.id")
    if_yes: float = Field(ge=0, le=1)
    if_no: float = Field(ge=0, le=1)
    at: datetime = Field(sa_type=UtcDateTime)
    interaction_id: int = Field(sa_type=BigInt, unique=True)
