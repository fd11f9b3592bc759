"""Write a community's records into files: JSON Lines, CSV twins for spreadsheets, and a manifest.

Reads only, one row at a time, from one snapshot: safe while the bot runs. What is sealed stays sealed.
"""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.aliases import alias
from forecasts.models import Community, Phase
from forecasts.ownership import hanging_on, owned_tables
from forecasts.records.files import FORMAT, FORMAT_VERSION, MANIFEST, Hashed
from forecasts.records.tables import write_tables

PIECE = 500
# Derived from the others, or of use to the running bot alone.
NOT_EXPORTED = {"community", "outbox_message", "digest", "follow"}
_NAMES = {"crowd_score": "crowd_scores", "audit_entry": "audit", "move_credit": "moves"}
# Who added a document may be its author, who is named in it: then their code would be nobody's secret.
_PRIVATE = {"community_id", "user_id", "interaction_id", "message_id", "embedding", "added_by"}
_NUMBERS = {"forecast", "argument", "conditional"}  # sealed until the reveal
_DEBATE = {"exposure", "rating", "move_credit"}  # nobody's tally before the last call is over
_BY_ALIAS = {"argument", "exposure", "rating"}
_ROUNDS = (Phase.BLIND, Phase.DEBATE, Phase.FINAL)
_SEALED = "sealed: its forecasts, arguments, ratings, moves and conditionals are left out"


async def export_community(
    session: AsyncSession,
    *,
    community: Community,
    folder: Path,
    version: str,
    schema: str,
    now: datetime,
    with_users: bool = False,
) -> dict[str, Any]:
    """Write one community's export, and its manifest last: an export without one was interrupted.

    Parameters
    ----------
    session
        For reading; every query of it must see the same snapshot.
    folder
        An empty one; nothing in it is overwritten.
    version, schema
        Of the program and of the database.
    with_users
        Add the Discord user id of each member, who is otherwise a keyed code.

    Returns
    -------
    dict
        The manifest.
    """
    exporter = _Exporter(session, community, with_users=with_users)
    files = {}
    for table in owned_tables():
        if table.name not in NOT_EXPORTED:
            name = f"{_NAMES.get(table.name, table.name + 's')}.jsonl"
            with Hashed(folder / name) as file:
                async for row in exporter.rows(table):
                    file.add(row)
                files[name] = file.close()
    files |= await write_tables(session, community.id, folder, exporter.code)
    manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "program": version,
        "schema": schema,
        "exported_at": now.isoformat(),
        "community": {"guild_id": str(community.guild_id), "zone": community.zone},
        "with_users": with_users,
        "left_out": await exporter.left_out(),
        "not_exported": sorted(NOT_EXPORTED),
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


class _Exporter:
    """Reads one community's tables as plain rows."""

    def __init__(self, session: AsyncSession, community: Community, *, with_users: bool) -> None:
        self._session = session
        self._community = community
        self._secret = community.secret
        self._private = _PRIVATE - {"user_id"} if with_users else _PRIVATE

    def code(self, member_id: int) -> str:
        """Return a member's code: the same in every export, and not to be guessed without the secret."""
        return f"m{self._keyed(f'export:{member_id}')}"

    def _keyed(self, message: str) -> str:
        return hmac.new(self._secret.encode(), message.encode(), hashlib.sha256).hexdigest()[:16]

    async def rows(self, table: sa.Table) -> AsyncIterator[dict[str, Any]]:
        """Yield a table's rows in the order of their questions and keys."""
        columns = [*table.columns]
        joined: sa.FromClause = table
        argument = SQLModel.metadata.tables["argument"]
        if table.name in {"exposure", "rating"}:
            joined = table.join(argument, argument.c.id == table.c.argument_id)
            columns.append(argument.c.question_id)
        query = sa.select(*columns).select_from(joined).where(self._exported(table))
        by_question = [table.c.question_id] if "question_id" in table.c else []
        query = query.order_by(*by_question, table.c.id)
        connection = await self._session.connection()
        async with connection.stream(query, execution_options={"yield_per": PIECE}) as result:
            async for row in result:
                yield self._plain(table, row._mapping)  # noqa: SLF001 (its public name)

    def _exported(self, table: sa.Table) -> sa.ColumnElement[bool]:
        if table.name not in _NUMBERS | _DEBATE:
            return hanging_on(table, "community", [self._community.id])
        question = SQLModel.metadata.tables["question"]
        shown = sa.select(question.c.id).where(
            question.c.community_id == self._community.id, question.c.revealed_at.is_not(None)
        )
        if table.name in _DEBATE:
            # A challenge that succeeds takes a proposed question back to the round it interrupted.
            phase = sa.case(
                (question.c.phase == Phase.PROPOSED, question.c.interrupted_phase), else_=question.c.phase
            )
            shown = shown.where(sa.func.coalesce(phase, Phase.CLOSED).not_in(list(_ROUNDS)))
        return hanging_on(table, "question", shown)

    def _plain(self, table: sa.Table, row: Any) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in table.columns:
            value = row[column]
            if column.name in self._private:
                continue
            if value is not None and _is_member(column):
                value = self._person(table, row, value)
            values[column.name] = _json(value)
        if table.name == "member" and "user_id" in values:
            values["user_id"] = str(values["user_id"]) if values["user_id"] is not None else None
        if table.name == "argument" and row[table.c.member_id] is not None:
            values["alias"] = alias(
                self._secret, question_id=row[table.c.question_id], member_id=row[table.c.member_id]
            )
        return values

    def _person(self, table: sa.Table, row: Any, member_id: int) -> str:
        """Return a member's code: in a debate one that differs from question to question, as aliases do."""
        if table.name not in _BY_ALIAS:
            return self.code(member_id)
        return "a" + self._keyed(f"debate:{row['question_id']}:{member_id}")

    async def left_out(self) -> list[dict[str, Any]]:
        """Say which questions are sealed, with how many forecasts nobody sees."""
        question, forecast = (SQLModel.metadata.tables[name] for name in ("question", "forecast"))
        count = sa.select(sa.func.count()).where(forecast.c.question_id == question.c.id).scalar_subquery()
        query = (
            sa.select(question.c.id, question.c.number, count)
            .where(
                question.c.community_id == self._community.id,
                question.c.number.is_not(None),
                question.c.revealed_at.is_(None),
            )
            .order_by(question.c.id)
        )
        rows = await (await self._session.connection()).execute(query)
        return [
            {"question_id": key, "number": number, "forecasts": forecasts, "why": _SEALED}
            for key, number, forecasts in rows
        ]


@cache
def _is_member(column: sa.Column[Any]) -> bool:
    if column.table.name == "member":
        return column.name == "id"
    return any(key.column.table.name == "member" for key in column.foreign_keys)


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
