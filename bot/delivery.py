"""Carry the outbox to Discord: claim with a lease, send outside any transaction, remember the message."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import structlog

from bot.cruxes.views import called_view, prompt_view
from bot.debate.views import feedback_view
from bot.documents.brief_views import brief_view
from bot.errors import NETWORK_FAULTS
from bot.forecasting.views import told_view
from bot.pacing import Pace
from bot.questions.card import card_view
from bot.questions.notices import note_view, notice_view
from bot.standings.weekly import digest_message
from bot.ui import limits
from bot.ui.components import MARKER_BASE, CruxView
from bot.ui.text import single_line
from claims.review import claim_lines
from forecasts.cards import CARD_GONE, note_lost_card
from forecasts.crux_reads import prompt_of
from forecasts.database import DatabaseBusyError
from forecasts.debate_review import review_of
from forecasts.debate_views import DebateReview
from forecasts.errors import NotFoundError
from forecasts.events import Announcement
from forecasts.feedback import feedback_of
from forecasts.following import followers, remember_thread
from forecasts.models import Community, Member, OutboxMessage, Question
from forecasts.outbox import LEASE, Errand, claim_next, enqueue, mark_failed, mark_sent
from forecasts.queries import card_of
from forecasts.track_record import calibration_points
from forecasts.views import Card

if TYPE_CHECKING:
    from bot.client import CruxBot

log = structlog.get_logger()

# Discord forgets a nonce after a few minutes; an older message is looked for before it is sent again.
NONCE_TRUSTED_FOR = timedelta(minutes=1)
SEARCHED = 300
CLOCKS_DIFFER = timedelta(minutes=1)  # between Discord's clock and this machine's, at most
SEND_WITHIN = LEASE * 5 / 6  # whoever takes it up when its lease has ended is the only one who sends it
AT_ONCE = 12  # messages on their way: Discord takes a fifth of a second for each
THREAD_EXISTS, UNAUTHORIZED = 160004, 401
NOBODY = discord.AllowedMentions.none()


class Delivery:
    """Sends what waits in the order in which it became due: to a channel one by one, to several at once."""

    def __init__(self, bot: "CruxBot") -> None:
        self.bot = bot
        self.pace = Pace()
        self._one_at_a_time = asyncio.Lock()
        self._is_ending = False
        self._begun: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send everything that is due; don't wait for it."""
        if self._begun is None or self._begun.done():
            self._begun = asyncio.create_task(self._drain_by_itself())

    async def finish(self) -> None:
        """Take up no further message, and wait for those on their way."""
        self._is_ending = True
        async with self._one_at_a_time:
            pass

    async def stop(self) -> None:
        """Break off; what was on its way is looked for in its channel before it is sent again."""
        if self._begun is not None:
            self._begun.cancel()
            await asyncio.gather(self._begun, return_exceptions=True)

    async def _drain_by_itself(self) -> None:
        try:
            await self.drain()
        except DatabaseBusyError:
            log.warning("delivery_put_off")  # as the sweep, which will begin it again
        except Exception:
            log.exception("delivery_broke_off")  # what waits is taken up by the next sweep

    async def drain(self) -> None:
        """Send everything that is due now."""
        async with self._one_at_a_time:
            carried: set[asyncio.Task[None]] = set()
            try:
                while not self._is_ending or carried:
                    message = await self._claim() if len(carried) < AT_ONCE else None
                    if message is not None:
                        carried.add(asyncio.create_task(self._carry(message)))
                    elif carried:
                        # Whatever arrives may let the next one into its channel.
                        done, carried = await asyncio.wait(carried, return_when=asyncio.FIRST_COMPLETED)
                        for task in done:
                            task.result()
                    else:
                        return
            finally:
                for task in carried:
                    task.cancel()
                await asyncio.gather(*carried, return_exceptions=True)

    async def _claim(self) -> OutboxMessage | None:
        if self._is_ending:
            return None
        async with self.bot.database.transaction() as session:
            return await claim_next(session, now=self.bot.now())

    async def _carry(self, message: OutboxMessage) -> None:
        try:
            async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                message_id = await self._send(message)
        except (discord.Forbidden, discord.NotFound, NotFoundError) as error:
            await self._fail(message, error, permanent=True)
        except (discord.HTTPException, discord.ClientException, *NETWORK_FAULTS) as error:
            await self._fail(message, error, permanent=False)
            if isinstance(error, discord.HTTPException) and error.status == UNAUTHORIZED:
                await self.bot.check_token()
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
            if message.kind == Errand.REFRESH and isinstance(error, discord.NotFound):
                await note_lost_card(session, question_id=message.question_id or 0, now=now)
            if dead and message.kind not in {Errand.NOTE, Errand.REFRESH}:
                announced = ["undelivered", CARD_GONE] if message.kind == Errand.CARD else ["undelivered"]
                await enqueue(
                    session,
                    key=f"x{message.id}",
                    kind=Errand.NOTE,
                    community_id=message.community_id,
                    question_id=message.question_id,
                    payload={"announce": announced, "channel_id": message.channel_id},
                    now=now,
                )

    async def _send(self, message: OutboxMessage) -> int | None:
        match message.kind:
            case Errand.REFRESH:
                return await self._refresh(message)
            case Errand.CARD:
                posted = await self._post(message, card_view(await self._card(message), marker=message.id))
                await self._remove(message.payload.get("replaces"))
                return posted
            case Errand.NOTICE:
                card, review = await self._card(message), await self._review(message)
                view = notice_view(card, message.payload, marker=message.id, review=review)
                return await self._post(message, view)
            case Errand.DIGEST:
                return await self._digest(message)
            case Errand.BRIEF:
                return await self._brief(message)
            case Errand.TELL:
                return await self._tell(message)
            case Errand.PROMPT:
                return await self._prompt(message)
            case Errand.FEEDBACK:
                return await self._feedback(message)
            case _:
                return await self._note(message)

    async def _card(self, message: OutboxMessage) -> Card:
        async with self.bot.database.reading() as session:
            return await card_of(
                session, community_id=message.community_id, question_id=message.question_id or 0
            )

    async def _review(self, message: OutboxMessage) -> DebateReview | None:
        """Look back on the debate when its last call has ended."""
        if Announcement.RUNNING not in message.payload["announce"]:
            return None
        async with self.bot.database.reading() as session:
            question = await session.get_one(Question, message.question_id or 0)
            return await review_of(session, question=question)

    async def _post(
        self,
        message: OutboxMessage,
        view: CruxView,
        *,
        place_id: int | None = None,
        mentions: discord.AllowedMentions = NOBODY,
        files: Sequence[discord.File] = (),
    ) -> int:
        channel = self.bot.get_partial_messageable(place_id or message.channel_id or 0)
        if message.attempts > 1 and self.bot.now() - message.created_at > NONCE_TRUSTED_FOR:
            # The first try may have gone to the channel, for want of a thread.
            for looked_in in dict.fromkeys([channel.id, message.channel_id or channel.id]):
                found = await self._find_marked(looked_in, message)
                if found is not None:
                    return found
        await self.pace.turn()
        sent = await channel.send(view=view, nonce=message.key, allowed_mentions=mentions, files=files)
        return sent.id

    async def _find_marked(self, channel_id: int, message: OutboxMessage) -> int | None:
        """Look for an outbox row's marker in what was written in a channel since the row was."""
        channel, since = self.bot.get_partial_messageable(channel_id), message.created_at - CLOCKS_DIFFER
        await self.pace.turn()
        async for each in channel.history(limit=SEARCHED, after=since, oldest_first=True):
            for component in each.components:
                parts = [component, *getattr(component, "children", [])]
                if any(part.id == MARKER_BASE + message.id for part in parts):
                    return each.id
        return None

    async def _digest(self, message: OutboxMessage) -> int:
        async with self.bot.database.reading() as session:
            points = await calibration_points(session, community_id=message.community_id)
        view, files = await digest_message(message.payload, points, marker=message.id)
        return await self._post(message, view, files=files)

    async def _brief(self, message: OutboxMessage) -> int | None:
        """Post new claims; those that were decided about meanwhile are left out."""
        async with self.bot.database.reading() as session:
            lines = await claim_lines(
                session, community_id=message.community_id, claim_ids=message.payload["claims"]
            )
        waiting = [line for line in lines if line.is_waiting]
        return await self._post(message, brief_view(waiting, marker=message.id)) if waiting else None

    async def _tell(self, message: OutboxMessage) -> int | None:
        """Mention those who asked, and nobody else, in the question's thread."""
        async with self.bot.database.reading() as session:
            users = await followers(session, question_id=message.question_id or 0, **message.payload)
        if not users:
            return None
        card = await self._card(message)
        return await self._mention(message, card, told_view(card, users, marker=message.id), users)

    async def _feedback(self, message: OutboxMessage) -> int | None:
        """Tell an author in private; whoever takes no direct messages is told nowhere else."""
        async with self.bot.database.reading() as session:
            user_id, lines = await feedback_of(session, payload=message.payload)
        if user_id is None or not lines:
            return None
        view = feedback_view(await self._card(message), lines, marker=message.id)
        try:
            return await self._post(message, view, place_id=await self._private(user_id))
        except (discord.Forbidden, discord.NotFound):
            return None

    async def _prompt(self, message: OutboxMessage) -> int | None:
        """Ask a member in private; whoever takes no direct messages is called in the thesis's thread."""
        async with self.bot.database.reading() as session:
            prompt = await prompt_of(session, conditional_id=message.payload["conditional"])
        if prompt.user_id is None or prompt.outcome is None or not prompt.is_open:
            return None
        try:
            view = prompt_view(prompt, marker=message.id, in_private=True)
            return await self._post(message, view, place_id=await self._private(prompt.user_id))
        except (discord.Forbidden, discord.NotFound):
            view = called_view(prompt, marker=message.id)
            return await self._mention(message, await self._card(message), view, [prompt.user_id])

    async def _mention(
        self, message: OutboxMessage, card: Card, view: CruxView, users: Sequence[int]
    ) -> int | None:
        """Post in a question's thread and mention some users, nobody else."""
        mentions = discord.AllowedMentions(
            everyone=False, users=[discord.Object(user) for user in users], roles=False, replied_user=False
        )
        try:
            thread_id = await self._thread(card)
            return await self._post(message, view, place_id=thread_id, mentions=mentions)
        except (discord.Forbidden, discord.NotFound):
            return await self._post(message, view, mentions=mentions)  # no thread is to be had

    async def _private(self, user_id: int) -> int:
        """Return the channel for direct messages to a user, opening it if it must."""
        await self.pace.turn()
        return (await self.bot.create_dm(discord.Object(user_id))).id

    async def _thread(self, card: Card) -> int | None:
        """Return the thread that hangs from a question's card, making it when it is first needed."""
        async with self.bot.database.reading() as session:
            question = await session.get_one(Question, card.question_id)
        if question.thread_id is not None or card.message_id is None:
            return question.thread_id
        name = limits.truncate(f"#{card.number} {single_line(card.title)}", limits.THREAD_NAME)
        await self.pace.turn()
        try:
            # A message's own method needs its server, which only one process of several knows.
            await self.bot.http.start_thread_with_message(
                card.channel_id or 0, card.message_id, name=name, auto_archive_duration=1440
            )
        except discord.HTTPException as error:
            if error.code != THREAD_EXISTS:
                raise
        async with self.bot.database.transaction() as session:
            # A thread has the id of the message that it hangs from.
            await remember_thread(session, question_id=card.question_id, thread_id=card.message_id)
        return card.message_id

    async def _remove(self, place: list[int] | None) -> None:
        """Delete the card that a new one replaces: a question is one message."""
        if place is not None:
            channel = self.bot.get_partial_messageable(place[0])
            await self.pace.turn()
            # Gone already, as a rule, or out of reach; its buttons would still work.
            with suppress(discord.HTTPException):
                await channel.get_partial_message(place[1]).delete()

    async def _refresh(self, message: OutboxMessage) -> int | None:
        card = await self._card(message)
        if card.message_id is None:
            return None  # its card waits in the outbox and will be up to date when it is sent
        channel = self.bot.get_partial_messageable(card.channel_id or 0)
        await self.pace.turn()
        # An edit doesn't take the client's own rule for mentions.
        await channel.get_partial_message(card.message_id).edit(view=card_view(card), allowed_mentions=NOBODY)
        return card.message_id

    async def _note(self, message: OutboxMessage) -> int | None:
        """Tell the moderators: in their channel, or whoever approved the question."""
        async with self.bot.database.reading() as session:
            community = await session.get_one(Community, message.community_id)
            question = await session.get(Question, message.question_id or 0)
            told = question.approved_by if question is not None else message.payload.get("member")
            approver = await session.get(Member, told or 0)
        card = await self._card(message) if question is not None else None
        in_private = community.notes_channel_id is None
        view = note_view(card, message.payload, marker=message.id, private=in_private)
        if community.notes_channel_id is not None:
            return await self._post(message, view, place_id=community.notes_channel_id)
        if approver is None or approver.user_id is None:
            return None
        return await self._post(message, view, place_id=await self._private(approver.user_id))
