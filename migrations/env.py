"""What Alembic runs: migrate the connection it was given."""

from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import claims.models  # noqa: F401 (registers the tables)
import forecasts.models  # noqa: F401 (registers the tables)
from forecasts.models.base import UtcDateTime


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Render our column types as plain SQLAlchemy ones: a migration outlives the code it came from."""
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(
    _context: object, _inspected: object, _metadata: object, _a: object, model: object
) -> bool | None:
    """Let Alembic compare types, except ours that wrap a plain one."""
    return False if isinstance(model, UtcDateTime) else None


connection: sa.Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=compare_type,
    transaction_per_migration=False,
)
# The caller owns the transaction: all of an upgrade is applied, or nothing.
context.run_migrations()
