"""Every payload the bot sent, with who could see it and which question it was about."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simcord import Env, HttpLogEntry
from sqlmodel import col, select

from bot.demo.ids import ids_in
from forecasts.database import Database
from forecasts.models import OutboxMessage, Question

EPHEMERAL = 64
_SENDS = re.compile(r"^/(?:interactions/.+/callback|webhooks/.+|channels/\d+/messages(?:/\d+)?)$")
_CHANNEL = re.compile(r"^/channels/(?P<channel>\d+)/messages(?:/(?P<message>\d+))?$")


@dataclass(frozen=True, slots=True)
class Payload:
    """One request that carried something people read.

    ``viewer`` is None for what the whole channel sees; ``phase`` is the question's at that moment.
    """

    at: str
    method: str
    channel: str
    viewer: str | None
    question: int | None
    phase: str | None
    sealed: bool | None
    payload: dict[str, Any]


class PayloadLog:
    """Reads the simulated server's request log after each action, while the phases are still true."""

    def __init__(self, database: Database) -> None:
        self.payloads: list[Payload] = []
        self._database = database
        self._read = 0

    async def take(self, env: Env, *, viewer: str | None, question: int | None) -> None:
        """Add what was sent since the last call; ``viewer`` acted, on ``question`` if on any."""
        fresh = env.http_requests[self._read :]
        self._read += len(fresh)
        for request in fresh:
            if _SENDS.match(request.path) and isinstance(request.json, dict):
                await self._add(env, request, viewer, question)

    async def _add(self, env: Env, request: HttpLogEntry, viewer: str | None, question: int | None) -> None:
        body: dict[str, Any] = request.json or {}
        public = _CHANNEL.match(request.path)
        about = await self._question(body, public["message"] if public else None, question)
        self.payloads.append(
            Payload(
                at=env.now().isoformat(),
                method=request.method,
                channel=public["channel"] if public else str(env.guild.channels["crux"].id),
                viewer=_recipient(env, public["channel"]) if public else viewer,
                question=about.number if about else None,
                phase=str(about.phase) if about else None,
                sealed=about.revealed_at is None if about else None,
                payload=body,
            )
        )

    async def _question(
        self, body: dict[str, Any], edited: str | None, question: int | None
    ) -> Question | None:
        async with self._database.reading() as session:
            if edited is not None:
                by_card = select(Question).where(col(Question.card_message_id) == int(edited))
                return (await session.exec(by_card)).first()
            if "nonce" in body:
                by_key = select(OutboxMessage).where(col(OutboxMessage.key) == str(body["nonce"]))
                row = (await session.exec(by_key)).first()
                question = row.question_id if row is not None else None
            found = question or next(iter(ids_in(body)), None)
            return await session.get(Question, found) if found is not None else None


def _recipient(env: Env, channel_id: str) -> str | None:
    """Return who alone reads a channel: a direct message is for one person."""
    channel = env.backend.channels.get(int(channel_id))
    alone = channel is not None and channel.recipient_ids
    return env.backend.users[alone[0]].name if alone else None


def texts_of(components: Sequence[dict[str, Any]]) -> list[str]:
    """Return what a message's components say, from top to bottom, each row of buttons on a line."""
    return list(_texts(components))


def _texts(components: Sequence[dict[str, Any]]) -> Iterator[str]:
    for part in components:
        children = [*part.get("components", []), *filter(None, [part.get("accessory")])]
        if part.get("content"):
            yield str(part["content"])
        if children and all(child.get("label") for child in children):
            yield " ".join(f"[{child['label']}]" for child in children)
        else:
            yield from _texts(children)
        if part.get("label") and not children:
            yield f"[{part['label']}]"
