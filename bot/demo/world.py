"""A small server with its people, each acting through the simulated Discord's real interactions."""

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord import ChannelHandle, Env, InteractionResult, MemberActor
from simcord.backend.models import Message
from simcord.results import to_discord_message

from bot.client import CruxBot
from bot.demo.payloads import PayloadLog, texts_of
from forecasts.communities import community_of
from forecasts.database import Database
from forecasts.outbox import next_due
from forecasts.sweep import next_deadline
from migrations import migrate

SLOW_SECONDS = 60.0  # for one interaction on a busy machine: reading a document loads a language model
SIMULATED_CDN = frozenset({"cdn.simcord.invalid"})
SECRET = "of the demo"  # noqa: S105 (aliases and the order of arguments: the same in every run)
MODERATOR, SECOND_MODERATOR = "owl", "kite"
MEMBERS = ("heron", "otter", "finch", "lynx", "newt", "crow", "mole", "wren", "hare", "toad")


@dataclass
class World:
    """The bot, its database, the channel and the people; every action is logged with its payloads."""

    env: Env
    bot: CruxBot
    database: Database
    channel: ChannelHandle
    people: dict[str, MemberActor]
    log: PayloadLog
    say: Callable[[str], object] = print
    _told: dict[int, int] = field(default_factory=dict)

    async def slash(
        self, who: str, command: str, *, about: int | None = None, **options: Any
    ) -> InteractionResult:
        """Type a slash command."""
        shown = " ".join(f"{name}:{_shown(value)}" for name, value in options.items())
        self.say(f"{self._stamp()}  {who}: /{command} {shown}".rstrip())
        result = await self.people[who].slash(self.channel, command, **options)
        await self._after(who, result, about)
        return result

    async def click(
        self, who: str, message: discord.Message, custom_id: str, *, about: int | None = None
    ) -> InteractionResult:
        """Press a button."""
        self.say(f"{self._stamp()}  {who} presses {_label(message, custom_id)}")
        result = await self.people[who].click(message, custom_id=custom_id)
        await self._after(who, result, about)
        return result

    async def choose(
        self,
        who: str,
        message: discord.Message,
        custom_id: str,
        values: Sequence[str],
        *,
        about: int | None = None,
    ) -> InteractionResult:
        """Choose from a menu."""
        self.say(f"{self._stamp()}  {who} chooses {', '.join(_chosen(message, custom_id, values))}")
        result = await self.people[who].select(message, list(values), custom_id=custom_id)
        await self._after(who, result, about)
        return result

    async def click_letter(self, who: str, letter: discord.Message, custom_id: str) -> InteractionResult:
        """Press a button in a direct message."""
        self.say(f"{self._stamp()}  {who} presses {_label(letter, custom_id)}")
        result: InteractionResult = await self.people[who].user.click(letter, custom_id=custom_id)
        await self._after(who, result, None)
        return result

    def letters(self, who: str) -> list[discord.Message]:
        """Return the direct messages that somebody got, the oldest first."""
        user = self.people[who].user
        return user.dm_channel.history() if user.id in self.env.backend.dm_channels else []

    async def submit(
        self, who: str, shown: InteractionResult, values: dict[str, str], *, about: int | None = None
    ) -> InteractionResult:
        """Send a form."""
        self.say(f"{self._stamp()}  {who} sends the form: " + " | ".join(values.values()))
        result = await self.people[who].submit_modal(shown, values)
        await self._after(who, result, about)
        return result

    async def message(self, message_id: int) -> discord.Message:
        """Return a message of the channel as it stands."""
        return to_discord_message(self.env, self.env.backend.messages[self.channel.id][message_id])

    async def pass_time(self, until: datetime) -> None:
        """Let time pass, stopping at each moment at which something is due, as the alarm clock would."""
        while True:
            async with self.database.reading() as session:
                due = [await next_deadline(session), await next_due(session), until]
            stop = min(moment for moment in due if moment is not None)
            seconds = (stop - self.env.now()).total_seconds()
            if seconds > 0:
                await self.env.advance_time(seconds)
            await self.bot.do_what_is_due()
            await self.env.settle()
            await self.log.take(self.env, viewer=None, question=None)
            self._tell_posts()
            if self.env.now() >= until:
                return

    async def _after(self, who: str, result: InteractionResult, about: int | None) -> None:
        await self.log.take(self.env, viewer=who, question=about)
        for answer in [result.response, *result.followups]:
            if answer is not None:
                self._tell(f"Crux, only to {who}", texts_of(answer.components))

        self._tell_posts()

    def _tell_posts(self) -> None:
        places = {"Crux posts": self.channel} | {
            f"Crux, in a direct message to {name}": actor.user.dm_channel
            for name, actor in self.people.items()
            if actor.id in self.env.backend.dm_channels
        }
        for speaker, place in places.items():
            for message in self._fresh(place.id):
                self._tell(speaker, texts_of(message.components))

    def _fresh(self, place_id: int) -> list[Message]:
        """Return what everybody can read of the messages since this was last asked, oldest first."""
        last, stored = self._told.get(place_id, 0), self.env.backend.messages.get(place_id, {})
        fresh = list(takewhile(lambda each: each.id > last, reversed(stored.values())))
        self._told[place_id] = fresh[0].id if fresh else last
        return [each for each in reversed(fresh) if not each.is_ephemeral]

    def _tell(self, speaker: str, lines: Sequence[str]) -> None:
        self.say(f"{self._stamp()}  {speaker}:")
        for line in "\n".join(lines).splitlines():
            self.say(f"                  {line}")

    def _stamp(self) -> str:
        return f"{self.env.now():%Y-%m-%d %H:%M}"


def _shown(value: Any) -> str:
    return value[0] if isinstance(value, tuple) else str(value)


def _label(message: discord.Message, custom_id: str) -> str:
    for part in discord.ui.LayoutView.from_message(message).walk_children():
        if isinstance(part, discord.ui.Button) and part.custom_id == custom_id:
            return f"[{part.label}]"
    return custom_id


def _chosen(message: discord.Message, custom_id: str, values: Sequence[str]) -> list[str]:
    for part in discord.ui.LayoutView.from_message(message).walk_children():
        if isinstance(part, discord.ui.Select) and part.custom_id == custom_id:
            return [option.label for option in part.options if option.value in values]
    return list(values)


@asynccontextmanager
async def open_world(*, say: Callable[[str], object] = print) -> AsyncIterator[World]:
    """Start the bot on a fresh database in a fresh server; everything is gone at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="crux-demo-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'demo.db'}"
        await migrate(url)
        database = Database(url)
        try:
            bot = CruxBot(database, attachment_hosts=SIMULATED_CDN)
            async with simcord.run(bot, shard_count=1, settle_timeout=SLOW_SECONDS) as env:
                guild = env.create_guild("Crux demo")
                channel = guild.create_text_channel("crux")
                staff = guild.create_role("moderators", permissions=discord.Permissions(manage_guild=True))
                moderators = (MODERATOR, SECOND_MODERATOR)
                people = {name: guild.add_member(env.create_user(name), roles=[staff]) for name in moderators}
                people |= {name: guild.add_member(env.create_user(name)) for name in MEMBERS}
                await bot.tree.sync()
                async with database.transaction() as session:
                    community = await community_of(session, guild_id=guild.id, now=env.now())
                    community.secret = SECRET
                yield World(env, bot, database, channel, people, PayloadLog(database), say)
        finally:
            await database.close()
