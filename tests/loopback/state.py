"""What the loopback Discord knows: servers, channels, messages, and what it was told about interactions."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Payload = dict[str, Any]

BOT_ID = 1_000
EPOCH_MS = 1_420_070_400_000
EVERYTHING = str(2**50 - 1)
MANAGE = str(1 << 5)
MEMBER, MODERATOR = "0", MANAGE
TEXT, PRIVATE, THREAD = 0, 1, 11
COMMAND, CLICK, FORM = 2, 3, 5


@dataclass
class Interaction:
    """A click, form or command, and how the bot answered.

    ``answered`` is set when Discord has taken an answer: from then on the member believes it.
    """

    id: int
    guild_id: int
    user_id: int
    what: str
    delivered: int = 0
    answered: bool = False
    texts: list[str] = field(default_factory=list)
    form: Payload | None = None

    @property
    def said(self) -> str:
        """Everything the member read, a line each."""
        return "\n".join(self.texts)


@dataclass
class Message:
    """A message that stands in a channel, or stood there."""

    id: int
    channel_id: int
    nonce: str | None
    at: float
    payload: Payload
    edits: int = 0
    deleted: bool = False


class State:
    """The whole of Discord.

    Parameters
    ----------
    shard_count
        Servers are spread evenly over so many shards.
    guilds
        How many servers there are; each has one channel.
    nonce_seconds
        For how long a nonce keeps a second message from being made.
    """

    def __init__(self, *, shard_count: int = 1, guilds: int = 1, nonce_seconds: float = 180) -> None:
        self.nonce_seconds, self._shard_count = nonce_seconds, shard_count
        self.guild_ids: list[int] = []
        self.channels: dict[int, Payload] = {}
        self.messages: dict[int, Message] = {}
        self.interactions: dict[int, Interaction] = {}
        self.commands: list[Payload] = []
        self._counter = itertools.count(1)
        self._private: dict[int, int] = {}
        self._by_token: dict[str, Interaction] = {}
        for _ in range(guilds):
            self.add_guild()

    def add_guild(self) -> int:
        """Make a server, on the next shard; a bot that runs already isn't told of it."""
        guild_id = (5_000 * self._shard_count + len(self.guild_ids)) << 22
        self.guild_ids.append(guild_id)
        self.channels[guild_id + 1] = {
            "id": str(guild_id + 1), "type": TEXT, "name": "crux", "guild_id": str(guild_id),
            "position": 0, "permission_overwrites": [],
        }  # fmt: skip
        return guild_id

    @property
    def answered(self) -> int:
        """How many interactions have had an answer."""
        return sum(each.answered for each in self.interactions.values())

    def snowflake(self) -> int:
        """Return an id that holds the present moment, as Discord's ids do."""
        moment = int(time.time() * 1000) - EPOCH_MS
        return (moment << 22) | (next(self._counter) & 0x3FFFFF)

    def channel_of(self, guild_id: int) -> int:
        """Return the id of a server's one channel."""
        return guild_id + 1

    def guild(self, guild_id: int) -> Payload:
        """Return a server as the gateway tells of it."""
        everyone = {
            "id": str(guild_id), "name": "@everyone", "permissions": EVERYTHING, "position": 0,
            "color": 0, "colors": {"primary_color": 0}, "hoist": False, "managed": False,
            "mentionable": False,
        }  # fmt: skip
        return {
            "id": str(guild_id), "name": f"Server {guild_id >> 22}", "owner_id": "2", "roles": [everyone],
            "channels": [self.channels[guild_id + 1]], "members": [self.member(BOT_ID, EVERYTHING)],
            "member_count": 10, "threads": [], "emojis": [], "stickers": [], "features": [], "large": False,
            "premium_tier": 0, "preferred_locale": "en-US", "afk_timeout": 60, "verification_level": 0,
            "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0, "nsfw_level": 0,
            "system_channel_flags": 0, "premium_progress_bar_enabled": False, "unavailable": False,
        }  # fmt: skip

    def user(self, user_id: int) -> Payload:
        """Return somebody; the bot is number :data:`BOT_ID`."""
        return {
            "id": str(user_id), "username": f"user{user_id}", "discriminator": "0", "avatar": None,
            "global_name": None, "bot": user_id == BOT_ID, "public_flags": 0, "flags": 0,
            "verified": True, "mfa_enabled": False, "locale": "en-US",
        }  # fmt: skip

    def member(self, user_id: int, permissions: str) -> Payload:
        """Return somebody as a member of a server."""
        return {
            "user": self.user(user_id), "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False,
            "mute": False, "flags": 0, "nick": None, "avatar": None, "permissions": permissions,
        }  # fmt: skip

    def private_channel(self, user_id: int) -> Payload:
        """Return the channel between the bot and somebody."""
        if user_id not in self._private:
            self._private[user_id] = self.snowflake()
            channel = {"id": str(self._private[user_id]), "type": PRIVATE, "last_message_id": None}
            self.channels[self._private[user_id]] = channel | {"recipients": [self.user(user_id)]}
        return self.channels[self._private[user_id]]

    def thread(self, channel_id: int, message_id: int, name: str) -> Payload | None:
        """Make the thread that hangs from a message, or return None when there is one."""
        if message_id in self.channels:
            return None
        self.channels[message_id] = {
            "id": str(message_id), "type": THREAD, "name": name, "parent_id": str(channel_id),
            "guild_id": self.channels[channel_id]["guild_id"], "owner_id": str(BOT_ID), "message_count": 0,
            "member_count": 1, "rate_limit_per_user": 0, "thread_metadata": {
                "archived": False, "auto_archive_duration": 1440,
                "archive_timestamp": "2026-01-01T00:00:00+00:00", "locked": False,
            },
        }  # fmt: skip
        return self.channels[message_id]

    def post(self, channel_id: int, body: Payload) -> Message:
        """Post a message; one with an enforced nonce that was used of late is not posted again."""
        nonce = str(body["nonce"]) if body.get("nonce") is not None else None
        now = time.monotonic()
        if nonce is not None and body.get("enforce_nonce"):
            for message in reversed(self.messages.values()):
                if message.nonce == nonce and now - message.at < self.nonce_seconds:
                    return message
        number = self.snowflake()
        message = Message(number, channel_id, nonce, now, self.as_message(number, channel_id, body))
        self.messages[number] = message
        return message

    def as_message(self, number: int, channel_id: int, body: Payload) -> Payload:
        """Return what was sent as Discord shows it."""
        names = [each.get("filename", "file") for each in body.get("attachments", [])]
        return {
            "id": str(number), "channel_id": str(channel_id), "author": self.user(BOT_ID), "type": 0,
            "content": body.get("content") or "", "components": body.get("components", []),
            "flags": body.get("flags", 0), "timestamp": "2026-01-01T00:00:00+00:00", "embeds": [],
            "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [],
            "mention_roles": [], "pinned": False, "nonce": body.get("nonce"),
            "attachments": [
                {"id": str(number + at), "filename": name, "size": 1, "url": "", "proxy_url": ""}
                for at, name in enumerate(names)
            ],
        }  # fmt: skip

    def standing(self, channel_id: int) -> list[Message]:
        """Return a channel's messages, newest first."""
        found = [
            each for each in self.messages.values() if each.channel_id == channel_id and not each.deleted
        ]
        return found[::-1]

    def interaction(self, kind: int, data: Payload, *, guild_id: int, user_id: int, rights: str) -> Payload:
        """Make an interaction, note it, and return it as the gateway tells of it."""
        number = self.snowflake()
        what = str(data.get("custom_id") or data.get("name"))
        made = self.interactions[number] = Interaction(number, guild_id, user_id, what)
        self._by_token[f"token-{number}"] = made
        channel = self.channels[self.channel_of(guild_id)]
        payload: Payload = {
            "id": str(number), "application_id": str(BOT_ID), "type": kind, "token": f"token-{number}",
            "version": 1, "guild_id": str(guild_id), "channel_id": channel["id"], "channel": channel,
            "guild": {"id": str(guild_id), "locale": "en-US", "features": []},
            "member": self.member(user_id, rights), "app_permissions": EVERYTHING, "locale": "en-US",
            "guild_locale": "en-US", "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild_id)}, "context": 0,
            "attachment_size_limit": 10_000_000, "data": data,
        }  # fmt: skip
        if kind == CLICK:
            body = {"components": [], "flags": 1 << 15}
            payload["message"] = self.as_message(number + 1, int(channel["id"]), body)
        return payload

    def by_token(self, token: str) -> Interaction | None:
        """Return the interaction that a token answers."""
        return self._by_token.get(token)


def texts_of(body: Payload) -> Iterator[str]:
    """Yield every text that a message or an answer shows."""
    if body.get("content"):
        yield str(body["content"])
    for part in body.get("components", []):
        yield from texts_of(part)
