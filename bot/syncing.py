"""Tell Discord which slash commands there are: on request, or when they changed."""

import hashlib
import json
from typing import TYPE_CHECKING

from forecasts.models import Memo

if TYPE_CHECKING:
    from bot.client import CruxBot

_KEY = "synced commands"


async def sync_commands(bot: "CruxBot", *, always: bool = False) -> int | None:
    """Register the commands with Discord unless it knows these very ones.

    Returns
    -------
    int or None
        How many were registered, or None when nothing had changed.
    """
    payload = [command.to_dict(bot.tree) for command in bot.tree.get_commands()]
    fingerprint = hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
    async with bot.database.reading() as session:
        known = await session.get(Memo, _KEY)
    if known is not None and known.value == fingerprint and not always:
        return None
    synced = await bot.tree.sync()
    async with bot.database.transaction() as session:
        memo = await session.get(Memo, _KEY)
        if memo is None:
            session.add(Memo(key=_KEY, value=fingerprint))
        else:
            memo.value = fingerprint
    return len(synced)
