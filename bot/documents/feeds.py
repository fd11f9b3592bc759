"""What `/claims feeds` calls."""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Transform

from bot.context import acting, is_moderator
from bot.documents.handlers import LONGEST_URL
from bot.documents.reading import fetched, in_a_thread, name_of
from bot.documents.views import feeds_view
from bot.errors import reply
from bot.ui import limits
from bot.ui.components import CruxView, Interaction, text
from bot.ui.text import brief, single_line
from claims.ingest import read_feed
from claims.watching import add_feed, check_room, list_feeds, remove_feed
from forecasts.communities import find_community
from forecasts.errors import InvalidInputError

TITLE_SHOWN = 100


class FeedTransformer(app_commands.Transformer):
    """A watched feed, chosen from the list."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> int:
        """Return the feed's primary key; the handler checks that it is of this server."""
        del interaction
        if not (value.isascii() and value.isdecimal() and len(value) < len(str(2**63))):
            raise InvalidInputError("Which feed? Choose it from the list.")
        return int(value)

    async def autocomplete(
        self, interaction: discord.Interaction[Any], value: float | str, /
    ) -> list[Choice[int | float | str]]:
        """Offer the server's feeds, to moderators."""
        async with interaction.client.database.reading() as session:
            community = await find_community(session, guild_id=interaction.guild_id or 0)
            if community is None or not is_moderator(interaction, community):
                return []
            typed = str(value)[: limits.CHOICE_NAME]
            feeds = await list_feeds(session, community_id=community.id, matching=typed)
        return [
            Choice(name=limits.truncate(single_line(each.title), limits.CHOICE_NAME), value=str(each.feed_id))
            for each in feeds[: limits.AUTOCOMPLETE_CHOICES]
        ]


WatchedFeed = Transform[int, FeedTransformer]


async def add(interaction: Interaction, url: str) -> None:
    """Watch a feed that can be read; its newest entries become documents at the next sweep."""
    url = url.strip()
    if len(url) > LONGEST_URL:
        raise InvalidInputError(f"An address has at most {LONGEST_URL} characters here.")
    async with acting(interaction, as_moderator=True) as actor:
        await check_room(actor.session, community_id=actor.community.id, url=url)
    page = await fetched(interaction.client, url)
    data = page.data if page is not None else b""
    feed = await in_a_thread(interaction.client, lambda: read_feed(data, name_of(url)))
    async with acting(interaction, as_moderator=True) as actor:
        stored = await add_feed(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            url=url,
            title=feed.title or name_of(url),
            now=actor.now,
        )
    said = (
        f"**{brief(single_line(stored.title), TITLE_SHOWN)}** is watched: it is read every hour, ten new "
        "entries at most. The claims of its newest entries are there in a minute: `/claims review`"
    )
    await reply(interaction, CruxView(text(said)))


async def show(interaction: Interaction) -> None:
    """List the feeds, with the reason where one can't be read."""
    async with acting(interaction, as_moderator=True) as actor:
        feeds = await list_feeds(actor.session, community_id=actor.community.id)
    await reply(interaction, feeds_view(feeds))


async def remove(interaction: Interaction, feed_id: int) -> None:
    """Watch a feed no more."""
    async with acting(interaction, as_moderator=True) as actor:
        title = await remove_feed(
            actor.session, community_id=actor.community.id, member_id=actor.member.id, feed_id=feed_id,
            now=actor.now,
        )  # fmt: skip
    said = f"**{brief(single_line(title), TITLE_SHOWN)}** isn't watched any more; what it brought stays."
    await reply(interaction, CruxView(text(said)))
