"""The bot: it holds the database and the clock, routes clicks and forms, and does what is due."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import discord
import structlog
from discord.ext import commands

from bot.delivery import Delivery
from bot.errors import answering
from bot.tree import CruxTree
from bot.ui.components import ActionButton, ButtonHandler, ModalHandler, fits, parsed, submitted
from forecasts.database import Database
from forecasts.errors import InvalidInputError
from forecasts.sweep import advance_one_due, first_due, post_one_digest

log = structlog.get_logger()

FEATURES = (
    "bot.questions.cog",
    "bot.forecasting.cog",
    "bot.debate.cog",
    "bot.resolution.cog",
    "bot.standings.cog",
    "bot.documents.cog",
    "bot.administration.cog",
)
DISCORD_CDN = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
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
    """

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime] = discord.utils.utcnow,
        attachment_hosts: frozenset[str] = DISCORD_CDN,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=CruxTree,
            allowed_contexts=discord.app_commands.AppCommandContext(guild=True),
            allowed_installs=discord.app_commands.AppInstallationType(guild=True),
        )
        self.database = database
        self.now = now
        self.attachment_hosts = attachment_hosts
        self.buttons: dict[str, ButtonHandler] = {}
        self.modals: dict[str, ModalHandler] = {}
        self.delivery = Delivery(self)

    async def setup_hook(self) -> None:
        """Register dynamic items and features; one that fails stops the start."""
        self.add_dynamic_items(ActionButton)
        for feature in FEATURES:
            await self.load_extension(feature)

    def register(
        self,
        *,
        buttons: Mapping[str, ButtonHandler] | None = None,
        modals: Mapping[str, ModalHandler] | None = None,
    ) -> None:
        """Say which function an action in a button's or form's id calls."""
        self.buttons.update(buttons or {})
        self.modals.update(modals or {})

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take clicks and forms by their ids, so that a restart loses none and two never cross."""
        form = interaction.type is discord.InteractionType.modal_submit
        if not form and interaction.type is not discord.InteractionType.component:
            return
        async with answering(interaction):
            data: dict[str, Any] = dict(interaction.data or {})
            action, ids = parsed(str(data.get("custom_id", ""))) or ("", ())
            given = (interaction, *ids[:-1], submitted(interaction)) if form else (interaction, *ids)
            handler = (self.modals if form else self.buttons).get(action)
            if handler is None or not fits(handler, len(given)):
                raise InvalidInputError(STALE)
            await handler(*given)

    async def do_what_is_due(self, *, offline_since: datetime | None = None) -> None:
        """Move every question and digest whose time has come, then say what must be said."""
        await self.sweep(offline_since=offline_since)
        await self.deliver()

    async def sweep(self, *, offline_since: datetime | None = None) -> None:
        """Move what is due, a transaction each; a question that fails doesn't hold up the others."""
        now, failed = self.now(), frozenset[int]()
        while True:
            try:
                async with self.database.transaction() as session:
                    moved = await advance_one_due(
                        session, now=now, offline_since=offline_since, except_for=failed
                    )
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
        while True:
            async with self.database.transaction() as session:
                if await post_one_digest(session, now=now) is None:
                    break

    async def deliver(self) -> None:
        """Send what waits in the outbox."""
        await self.delivery.drain()
