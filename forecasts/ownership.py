"""Which rows hang on which: the way from any table to its community or question, read off the foreign keys.

Whatever table is added later is found without being named here.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel


def owned_tables() -> list[sa.Table]:
    """Return the tables whose rows belong to a community, those that are referred to first."""
    tables = SQLModel.metadata.sorted_tables
    return [table for table in tables if way_to(table, "community") is not None]


def way_to(table: sa.Table, root: str) -> tuple[sa.Column[Any], ...] | None:
    """Return the columns that lead from a table to another by the fewest steps, or None if none do.

    Examples
    --------
    >>> import forecasts.models
    >>> [str(column) for column in way_to(SQLModel.metadata.tables["rating"], "question")]
    ['rating.argument_id', 'argument.question_id']
    >>> way_to(SQLModel.metadata.tables["heartbeat"], "community")
    """
    ways: list[tuple[sa.Table, tuple[sa.Column[Any], ...]]] = [(table, ())]
    seen = {table.name}
    for reached, way in ways:  # grows while it is read
        if reached.name == root:
            return way
        for column in reached.columns:
            for key in column.foreign_keys:
                further = key.column.table
                if not column.nullable and further.name not in seen:
                    seen.add(further.name)
                    ways.append((further, (*way, column)))
    return None


def hanging_on(table: sa.Table, root: str, keys: Any) -> sa.ColumnElement[bool]:
    """Return the condition under which a row of a table hangs on one of a root table's rows.

    Parameters
    ----------
    keys
        A list or a subquery of the root's keys.

    Raises
    ------
    LookupError
        No way leads from the table to the root.
    """
    way = way_to(table, root)
    if way is None:
        raise LookupError(f"nothing leads from {table.name} to {root}")
    for column in reversed(way):
        keys = sa.select(column.table.c.id).where(column.in_(keys)) if column is not way[0] else keys
    return (way[0] if way else table.c.id).in_(keys)
