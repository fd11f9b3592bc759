"""Use cases: no two processes answer for the same shard of a bot, and all agree on how many there are."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.database import DatabaseUnusableError
from forecasts.models import Instance

LEASE = timedelta(seconds=60)
ABSURD = timedelta(hours=1)  # only a clock that was wrong can have given a lease that lasts longer
# Any number, as long as nothing else on the server locks it: "crux" in ASCII.
_LOCK = 0x63727578


class InstanceRunningError(DatabaseUnusableError):
    """Another process has what this one wants to run; ``str()`` is one line for the host."""


async def take_shards(
    session: AsyncSession, *, bot_id: int, shards: Iterable[int], count: int, holder: str, now: datetime
) -> int:
    """Claim shards for :data:`LEASE` from now; called again by the same holder, it renews.

    Parameters
    ----------
    bot_id
        The bot's own id: other bots may share the database's server.
    shards
        Which shards, each in [0, count).
    count
        How many shards the bot has in all its processes.
    holder
        A name that no other process has.

    Returns
    -------
    int
        How many processes run the bot, this one included.

    Raises
    ------
    InstanceRunningError
        Another process holds one of them, or counts otherwise.
    """
    if session.get_bind().dialect.name == "postgresql":
        await (await session.connection()).exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    await (await session.connection()).execute(
        sa.delete(Instance).where(
            col(Instance.key).startswith(f"{bot_id}:", autoescape=True), sa.not_(_is_held(now))
        )
    )
    wanted = {f"{bot_id}:{count}:{shard}" for shard in shards}
    held = await _held(session, bot_id=bot_id)
    for other in held:
        _, counted, shard = other.key.split(":")
        if other.holder == holder:
            continue
        until = f"{other.lease_until:%H:%M:%S} UTC"
        if int(counted) != count:
            raise InstanceRunningError(
                f"Another process runs this bot with SHARD_COUNT={counted}, this one has {count}. Give all "
                f"of them the same count. A process that was killed lets go at {until}."
            )
        if other.key in wanted:
            raise InstanceRunningError(
                f"Another process runs shard {shard} of {count} on this database. Stop it, or give each one "
                f"SHARD_IDS of its own. A process that was killed lets go at {until}."
            )
    for key in sorted(wanted):
        await session.merge(Instance(key=key, holder=holder, lease_until=now + LEASE))
    await session.flush()
    return len({holder, *(other.holder for other in held)})


async def release_shards(session: AsyncSession, *, holder: str) -> None:
    """Let go of all shards of a process that stops, so that the next one need not wait."""
    await (await session.connection()).execute(sa.delete(Instance).where(col(Instance.holder) == holder))


async def check_nobody_runs(session: AsyncSession, *, now: datetime) -> None:
    """Raise InstanceRunningError while any process holds a shard."""
    running = select(sa.func.max(Instance.lease_until)).where(_is_held(now))
    until = (await session.exec(running)).one()
    if until is not None:
        raise InstanceRunningError(
            f"Crux is running on this database. Stop it first; a process that was killed lets go at "
            f"{until:%H:%M:%S} UTC."
        )


def _is_held(now: datetime) -> sa.ColumnElement[bool]:
    return (col(Instance.lease_until) > now) & (col(Instance.lease_until) <= now + ABSURD)


async def _held(session: AsyncSession, *, bot_id: int) -> list[Instance]:
    query = select(Instance).where(col(Instance.key).startswith(f"{bot_id}:", autoescape=True))
    return list((await session.exec(query.order_by(col(Instance.key)))).all())
