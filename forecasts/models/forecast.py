"""Forecasts: append-only, one row a submission."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import JSON, Field, SQLModel

from forecasts.models.base import BigInt, UtcDateTime, choice, key, reference
from forecasts.models.enums import ForecastKind


class Forecast(SQLModel, table=True):
    """What a member said at a moment; ``probabilities`` is null for a withdrawal.

    One number for a binary question or a thesis, K for a choice, K - 1 cumulative ones for a ladder.
    ``interaction_id`` is unique: a click that Discord delivers twice is stored once.
    """

    __table_args__ = (sa.Index("ix_forecast_history", "question_id", "member_id", "id"),)

    id: int = key()
    question_id: int = reference("question.id", index=False)
    member_id: int = reference("member.id")
    edition: int
    kind: ForecastKind = choice(ForecastKind)
    probabilities: list[float] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    at: datetime = Field(sa_type=UtcDateTime)
    interaction_id: int = Field(sa_type=BigInt, unique=True)
