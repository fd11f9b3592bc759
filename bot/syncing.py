"""Tell Discord which slash commands there are: on request, or when they changed."""

import hashlib
import json
from typing import TYPE_CHECKING

from forecasts.database import insert_if_absent
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
        # Another process may have started at the same moment.
        if not await insert_if_absent(session, Memo, key=_KEY, value=fingerprint):
            (await session.get_one(Memo, _KEY)).value = fingerprint
    return len(synced)
