"""The bot: it holds the database and the clock, routes clicks and forms, and does what is due."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import discord
import structlog
from discord.ext import commands

from bot.delivery import UNAUTHORIZED, Delivery
from bot.documents.polling import FeedPoller
from bot.errors import NETWORK_FAULTS, answering
from bot.fetching import Reach
from bot.incoming import storable
from bot.tree import CruxTree
from bot.ui.components import ActionItem, ButtonHandler, ModalHandler, fits, parsed, submitted
from claims.briefs import due_brief, post_brief, top_of
from claims.llm.client import ModelSettings
from claims.llm.model import with_model
from forecasts.database import Database, DatabaseBusyError
from forecasts.errors import InvalidInputError
from forecasts.purging import purge_some
from forecasts.sweep import advance_one_due, first_due, post_one_digest

log = structlog.get_logger()

FEATURES = (
    "bot.questions.cog",
    "bot.forecasting.cog",
    "bot.debate.cog",
    "bot.cruxes.cog",
    "bot.resolution.cog",
    "bot.standings.cog",
    "bot.documents.cog",
    "bot.administration.cog",
    "bot.learning.cog",
)
DISCORD_CDN = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
POSTED_AT_ONCE = 200  # digests a sweep: thousands are due in one minute, and other messages must get through
PURGED_AT_ONCE, PURGE_EVERY = 20, timedelta(hours=1)  # batches a sweep; when to look for the next
REMEMBERED = 1_000  # interactions: a gateway that delivers one twice does so within seconds
READERS = 2  # documents read at a time
STALE = "This button or form is from an older version of Crux. Open the question anew: /question list"


class CruxBot(commands.AutoShardedBot):
    """Crux on Discord.

    Parameters
    ----------
    database
        Migrated already.
    now
        The clock, giving aware UTC datetimes; Discord's own by default, which the simulated server moves.
    attachment_hosts
        Where attached files may be fetched from.
    reach
        Where pages and feeds may be fetched from; nowhere by default.
    model
        Which model may be asked about claims and drafts; none by default.
    shard_ids, shard_count
        Which shards this process runs, of how many; all of as many as Discord recommends by default.
    """

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime] = discord.utils.utcnow,
        attachment_hosts: frozenset[str] = DISCORD_CDN,
        reach: Reach | None = None,
        model: ModelSettings | None = None,
        shard_ids: list[int] | None = None,
        shard_count: int | None = None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=CruxTree,
            allowed_contexts=discord.app_commands.AppCommandContext(guild=True),
            allowed_installs=discord.app_commands.AppInstallationType(guild=True),
            shard_ids=shard_ids,  # type: ignore[arg-type]  # None is its default
            shard_count=shard_count,
        )
        self.database = database
        self.now = now
        self.attachment_hosts = attachment_hosts
        self.reach = reach
        self.model = with_model(model)
        self.readers = asyncio.Semaphore(READERS)
        self.buttons: dict[str, ButtonHandler] = {}
        self.menus: dict[str, ButtonHandler] = {}
        self.modals: dict[str, ModalHandler] = {}
        self.delivery = Delivery(self)
        self.feeds = FeedPoller(self)
        self._refused = asyncio.Event()
        self._taken = deque[int](maxlen=REMEMBERED)
        self._purge_at = datetime.min.replace(tzinfo=UTC)

    async def setup_hook(self) -> None:
        """Register dynamic items and features; one that fails stops the start."""
        self.add_dynamic_items(ActionItem)
        for feature in FEATURES:
            await import_module(feature).setup(self)

    def register(
        self,
        *,
        buttons: Mapping[str, ButtonHandler] | None = None,
        menus: Mapping[str, ButtonHandler] | None = None,
        modals: Mapping[str, ModalHandler] | None = None,
    ) -> None:
        """Say which function an action in a button's, menu's or form's id calls."""
        self.buttons.update(buttons or {})
        self.menus.update(menus or {})
        self.modals.update(modals or {})

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take clicks and forms by their ids, so that a restart loses none and two never cross."""
        form = interaction.type is discord.InteractionType.modal_submit
        if not form and interaction.type is not discord.InteractionType.component:
            return
        interaction.data = storable(interaction.data)
        async with answering(interaction):
            data: dict[str, Any] = dict(interaction.data or {})
            action, ids = parsed(str(data.get("custom_id", ""))) or ("", ())
            handlers, given = self.buttons, (interaction, *ids)
            if form:
                handlers, given = self.modals, (interaction, *ids[:-1], submitted(interaction))
            elif "values" in data:
                handlers, given = self.menus, (interaction, *ids, list(map(str, data["values"])))
            handler = handlers.get(action)
            if handler is None or not fits(handler, len(given)):
                raise InvalidInputError(STALE)
            await handler(*given)

    def is_repeated(self, interaction_id: int) -> bool:
        """Whether this interaction has been delivered before; from now on it has."""
        repeated = interaction_id in self._taken
        self._taken.append(interaction_id)
        return repeated

    async def do_what_is_due(self, *, offline_since: datetime | None = None) -> None:
        """Move every question and digest whose time has come, and say what must be said."""
        await self.sweep(offline_since=offline_since)
        await self.deliver()
        await self.feeds.start()

    async def begin_what_is_due(self, *, offline_since: datetime | None = None) -> None:
        """Move what is due and begin to send; a full outbox must not hold up the next deadline."""
        await self.sweep(offline_since=offline_since)
        self.delivery.start()
        await self.feeds.start()

    async def sweep(self, *, offline_since: datetime | None = None) -> None:
        """Move what is due, a transaction each; a question that fails doesn't hold up the others."""
        now, failed = self.now(), frozenset[int]()
        while True:
            try:
                async with self.database.transaction() as session:
                    moved = await advance_one_due(
                        session, now=now, offline_since=offline_since, except_for=failed
                    )
            except DatabaseBusyError:
                raise  # no question's fault
            except Exception:
                async with self.database.reading() as session:
                    stuck = await first_due(session, now=now, except_for=failed)
                log.exception("question_stuck", question=stuck)
                if stuck is None:
                    raise
                failed |= {stuck}
                continue
            if moved is None:
                break
        for _ in range(POSTED_AT_ONCE):
            async with self.database.transaction() as session:
                if await post_one_digest(session, now=now) is None:
                    break
        await self._post_briefs(now)
        await self._purge(now)

    async def _post_briefs(self, now: datetime) -> None:
        """Choose what briefs say between two transactions: comparing claims takes a moment."""
        for _ in range(POSTED_AT_ONCE):
            async with self.database.reading() as session:
                new = await due_brief(session, now=now)
            if new is None:
                return
            chosen = await asyncio.to_thread(top_of, new)
            async with self.database.transaction() as session:
                await post_brief(session, new=new, chosen=chosen, now=now)

    async def _purge(self, now: datetime) -> None:
        """Delete what is left of servers that Crux left thirty days ago, a batch a transaction."""
        if now < self._purge_at:
            return
        for _ in range(PURGED_AT_ONCE):
            async with self.database.transaction() as session:
                if await purge_some(session, now=now) is None:
                    self._purge_at = now + PURGE_EVERY
                    return

    async def check_token(self) -> None:
        """Ask whether the token is still good, now that Discord refused a request: a single 401 may pass."""
        try:
            await self.application_info()
        except discord.HTTPException as error:
            if error.status == UNAUTHORIZED:
                self._refused.set()
        except NETWORK_FAULTS as error:
            log.warning("token_unchecked", error=type(error).__name__)

    async def until_refused(self) -> None:
        """Wait until Discord takes the token no more.

        Raises
        ------
        discord.LoginFailure
            It was revoked. What waits is kept until there is a new one.
        """
        await self._refused.wait()
        raise discord.LoginFailure("the token was revoked")

    async def close(self) -> None:
        """Stop asking the model, sending and reading feeds, and go offline."""
        self.model.close()
        await self.delivery.stop()
        await self.feeds.stop()
        await super().close()

    async def deliver(self) -> None:
        """Send what waits in the outbox."""
        await self.delivery.drain()
