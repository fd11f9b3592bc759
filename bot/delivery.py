"""Carry the outbox to Discord: claim with a lease, send outside any transaction, remember the message."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import structlog

from bot.questions.card import card_view
from bot.questions.notices import note_view, notice_view
from bot.standings.views import digest_view
from bot.ui.components import MARKER_BASE, CruxView
from forecasts.errors import NotFoundError
from forecasts.models import Community, Member, OutboxMessage, Question
from forecasts.outbox import Errand, claim_next, enqueue, mark_failed, mark_sent
from forecasts.queries import card_of
from forecasts.views import Card

if TYPE_CHECKING:
    from bot.client import CruxBot

log = structlog.get_logger()

# Discord forgets a nonce after a few minutes; an older message is looked for before it is sent again.
NONCE_TRUSTED_FOR = timedelta(minutes=1)
SEARCHED = 50


class Delivery:
    """Sends one message after the other, in the order in which they became due."""

    def __init__(self, bot: "CruxBot") -> None:
        self.bot = bot
        self._one_at_a_time = asyncio.Lock()

    async def drain(self) -> None:
        """Send everything that is due now."""
        async with self._one_at_a_time:
            while True:
                async with self.bot.database.transaction() as session:
                    message = await claim_next(session, now=self.bot.now())
                if message is None:
                    return
                await self._carry(message)

    async def _carry(self, message: OutboxMessage) -> None:
        try:
            message_id = await self._send(message)
        except (discord.Forbidden, discord.NotFound, NotFoundError) as error:
            await self._fail(message, error, permanent=True)
        except (discord.HTTPException, discord.ClientException, OSError, TimeoutError) as error:
            await self._fail(message, error, permanent=False)
        except Exception as error:
            # A fault of ours: it must neither hold up the messages behind it nor be tried for ever.
            log.exception("message_faulty", key=message.key, kind=message.kind)
            await self._fail(message, error, permanent=False)
        else:
            async with self.bot.database.transaction() as session:
                await mark_sent(session, outbox_id=message.id, message_id=message_id, now=self.bot.now())

    async def _fail(self, message: OutboxMessage, error: Exception, *, permanent: bool) -> None:
        log.warning("message_failed", key=message.key, kind=message.kind, error=type(error).__name__)
        now = self.bot.now()
        async with self.bot.database.transaction() as session:
            dead = await mark_failed(
                session, outbox_id=message.id, error=str(error), permanent=permanent, now=now
            )
            if dead and message.kind not in {Errand.NOTE, Errand.REFRESH}:
                await enqueue(
                    session,
                    key=f"x{message.id}",
                    kind=Errand.NOTE,
                    community_id=message.community_id,
                    question_id=message.question_id,
                    payload={"announce": ["undelivered"], "channel_id": message.channel_id},
                    now=now,
                )

    async def _send(self, message: OutboxMessage) -> int | None:
        match message.kind:
            case Errand.REFRESH:
                return await self._refresh(message)
            case Errand.CARD:
                return await self._post(message, card_view(await self._card(message), marker=message.id))
            case Errand.NOTICE:
                card = await self._card(message)
                return await self._post(message, notice_view(card, message.payload, marker=message.id))
            case Errand.DIGEST:
                return await self._post(message, digest_view(message.payload, marker=message.id))
            case _:
                return await self._note(message)

    async def _card(self, message: OutboxMessage) -> Card:
        async with self.bot.database.reading() as session:
            return await card_of(
                session, community_id=message.community_id, question_id=message.question_id or 0
            )

    async def _post(self, message: OutboxMessage, view: CruxView) -> int:
        channel = self.bot.get_partial_messageable(message.channel_id or 0)
        if message.attempts > 1 and self.bot.now() - message.created_at > NONCE_TRUSTED_FOR:
            found = await _find_marked(channel, MARKER_BASE + message.id)
            if found is not None:
                return found
        sent = await channel.send(view=view, nonce=message.key)
        return sent.id

    async def _refresh(self, message: OutboxMessage) -> int | None:
        card = await self._card(message)
        if card.message_id is None:
            return None  # its card waits in the outbox and will be up to date when it is sent
        channel = self.bot.get_partial_messageable(card.channel_id or 0)
        mentions = discord.AllowedMentions.none()  # an edit doesn't take the client's own
        await channel.get_partial_message(card.message_id).edit(
            view=card_view(card), allowed_mentions=mentions
        )
        return card.message_id

    async def _note(self, message: OutboxMessage) -> int | None:
        """Tell the moderators: in their channel, or whoever approved the question."""
        async with self.bot.database.reading() as session:
            community = await session.get_one(Community, message.community_id)
            question = await session.get(Question, message.question_id or 0)
            approver = await session.get(Member, question.approved_by or 0) if question else None
        card = await self._card(message) if question is not None else None
        view = note_view(card, message.payload, marker=message.id)
        if community.notes_channel_id is not None:
            channel = self.bot.get_partial_messageable(community.notes_channel_id)
            return (await channel.send(view=view, nonce=message.key)).id
        if approver is None or approver.user_id is None:
            return None
        private = await self.bot.create_dm(discord.Object(approver.user_id))
        return (await private.send(view=view, nonce=message.key)).id


async def _find_marked(channel: discord.PartialMessageable, marker: int) -> int | None:
    """Look in a channel's latest messages for the one that carries an outbox row's marker."""
    async for message in channel.history(limit=SEARCHED):
        for component in message.components:
            parts = [component, *getattr(component, "children", [])]
            if any(part.id == marker for part in parts):
                return message.id
    return None
