"""Who acts, where and when: one transaction for one interaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import discord
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import note_committing
from bot.ui.components import Interaction
from forecasts.communities import community_of, member_of
from forecasts.errors import NotAllowedError
from forecasts.models import Community, Member


@dataclass(frozen=True, slots=True)
class Actor:
    """A member acting inside one transaction; everything it does is scoped to its community."""

    session: AsyncSession
    community: Community
    member: Member
    now: datetime
    interaction_id: int


@asynccontextmanager
async def acting(
    interaction: Interaction, *, as_moderator: bool = False, guild_id: int | None = None
) -> AsyncIterator[Actor]:
    """Open the interaction's one transaction; it is committed at the end of the block.

    Answer after the block: what was answered is then stored.

    Parameters
    ----------
    guild_id
        The server a direct message is about, once :func:`require_presence` has found the person there.

    Raises
    ------
    NotAllowedError
        Outside a server, or ``as_moderator`` and the person is none.
    """
    guild_id = guild_id or interaction.guild_id
    if guild_id is None:
        raise NotAllowedError("Crux works in servers. Use it in a channel of your server.")
    bot = interaction.client
    now = bot.now()
    async with bot.database.transaction() as session:
        community = await community_of(session, guild_id=guild_id, now=now)
        if as_moderator:
            require_moderator(interaction, community)
        member = await member_of(session, community_id=community.id, user_id=interaction.user.id, now=now)
        yield Actor(session, community, member, now, interaction.id)
        note_committing(interaction)


async def require_presence(interaction: Interaction, guild_id: int) -> None:
    """Raise NotAllowedError unless the person is in a server; a direct message doesn't say so."""
    if interaction.guild_id == guild_id:
        return
    guild = interaction.client.get_guild(guild_id)
    try:
        if guild is not None:
            await guild.fetch_member(interaction.user.id)
            return
    except discord.NotFound:
        pass
    raise NotAllowedError("This is about a server that you or Crux have left.")


def is_moderator(interaction: Interaction, community: Community) -> bool:
    """Whether the person may manage the server or has the community's moderator role."""
    if interaction.permissions.manage_guild:
        return True
    role_id = community.moderator_role_id
    user = interaction.user
    return role_id is not None and isinstance(user, discord.Member) and user.get_role(role_id) is not None


def require_moderator(interaction: Interaction, community: Community) -> None:
    """Raise unless the person is a moderator; ``default_permissions`` is a default that admins override."""
    if not is_moderator(interaction, community):
        raise NotAllowedError(
            "This is for moderators: people who may manage the server, or who have its moderator role."
        )
