"""Which way a database takes to the rows that a piece of work reads and writes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import event
from sqlmodel import SQLModel

from forecasts.database import Database


@dataclass(frozen=True)
class Plan:
    """A statement, and a line for each step of its plan, as the database words it."""

    statement: str
    steps: tuple[str, ...]

    def scanned(self) -> set[str]:
        """Return the tables of which a step goes through every row.

        Examples
        --------
        >>> steps = "SCAN claim", "SEARCH question USING INDEX ix_question_due (phase_ends_at<?)"
        >>> sorted(Plan("", (*steps, "->  Seq Scan on member  (cost=0.00..1.05)")).scanned())
        ['claim', 'member']
        """
        found = (re.search(r"\bSCAN (\w+)$|Seq Scan on (\w+)", step) for step in self.steps)
        return {match[1] or match[2] for match in found if match is not None} & set(SQLModel.metadata.tables)

    def walked(self) -> set[str]:
        """Return the indexes that a step goes through from one end, until it has what it needs.

        Examples
        --------
        >>> Plan("", ("SCAN feed USING INDEX ix_feed_due_at",)).walked()
        {'ix_feed_due_at'}
        >>> walk, search = "->  Index Scan using a on feed", "->  Index Scan using b on feed"
        >>> Plan("", (walk, search, "Index Cond: (id = 1)")).walked()
        {'a'}
        """
        walk = re.compile(r"\bSCAN \w+ USING (?:COVERING )?INDEX (\w+)|Index (?:Only )?Scan using (\w+) on")
        found = (
            walk.search(step) for step, after in pairwise((*self.steps, "")) if "Index Cond" not in after
        )
        return {match[1] or match[2] for match in found if match is not None}


@contextmanager
def recorded(database: Database) -> Iterator[dict[str, Any]]:
    """Collect the statements that run within the block, each once with the parameters of its first run."""
    seen: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.setdefault(statement, parameters)

    engines = {database._writer.sync_engine, database._reader.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


async def plans_of(database: Database, statements: dict[str, Any]) -> list[Plan]:
    """Ask the database how it runs each statement that reads or writes rows."""
    plans = []
    async with database.transaction() as session:
        connection = await session.connection()
        prefix = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        for statement, parameters in statements.items():
            if statement.split()[0] not in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
                continue
            rows = (await connection.exec_driver_sql(f"{prefix} {statement}", parameters)).all()
            plans.append(Plan(statement, tuple(str(row[-1]).strip() for row in rows)))
    return plans
