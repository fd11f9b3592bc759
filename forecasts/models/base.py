"""What every table shares: the naming convention, column types and enumerations."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel

# Set before the first table: migrations refer to constraints by these names.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BigInt = sa.BigInteger()
# SQLite numbers rows by itself only in a column whose type is exactly INTEGER.
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime on every database; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; SQLite's own type keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a stored time needs a zone: {value!r}"
            raise ValueError(msg)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC datetime."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key() -> Any:
    """Return the primary key column; the database gives it at the first flush, before that it is None."""
    return Field(default=None, primary_key=True, sa_type=BigKey)


def reference(column: str, *, nullable: bool = False, index: bool = True) -> Any:
    """Return a foreign key column to ``table.id``."""
    default = None if nullable else ...
    return Field(
        default, foreign_key=column, nullable=nullable, index=index, sa_type=BigKey, ondelete="RESTRICT"
    )


def choice(kind: type[StrEnum], default: Any = ..., *, nullable: bool = False, name: str = "") -> Any:
    """Return a text column that holds a value of an enumeration, guarded by a check constraint.

    ``name`` tells the constraint apart where a table has two columns of one enumeration.
    """
    column = sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=16,
        name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
    return Field(default, sa_type=column, nullable=nullable)
