"""What only Discord can tell: the token, the intents, the rights in each channel, and the time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import discord
from sqlmodel import col, select

from bot.client import CruxBot
from bot.doctor import Finding
from bot.errors import NETWORK_FAULTS
from bot.running import RIGHTS, WRONG_TOKEN, invite_of
from forecasts.database import Database
from forecasts.models import Community

CLOCK_MAY_DIFFER = timedelta(seconds=5)
ANSWER_WITHIN_SECONDS = 10
PRIVILEGED = ("gateway_presence", "gateway_guild_members", "gateway_message_content")


async def ask_discord(url: str, token: str) -> list[Finding]:
    """Log in without connecting, and look at each server's channels; nothing is sent or changed."""
    database = Database(url)
    findings = [await check_clock(discord.http.Route.BASE)]
    try:
        async with CruxBot(database) as bot:
            await bot.login(token)
            findings.append(Finding(True, "Discord takes the token"))
            findings.append(await check_intents(bot))
            findings += [finding async for finding in check_channels(bot)]
    except discord.LoginFailure:
        findings.append(Finding(False, "Discord refuses the token", WRONG_TOKEN))
    except (discord.HTTPException, *NETWORK_FAULTS) as error:
        findings.append(
            Finding(False, "Discord can't be reached", f"check the network ({type(error).__name__})")
        )
    finally:
        await database.close()
    return findings


async def check_intents(bot: CruxBot) -> Finding:
    """Say which privileged intents the application has for nothing."""
    flags = (await bot.application_info()).flags
    spare = [name for name in PRIVILEGED if getattr(flags, name) or getattr(flags, f"{name}_limited")]
    return Finding(
        True, "no privileged intent is needed" + (f" ({', '.join(spare)} could be off)" if spare else "")
    )


async def check_channels(bot: CruxBot) -> AsyncIterator[Finding]:
    """Compare the bot's rights with those it uses, in each channel that a server has set."""
    async with bot.database.reading() as session:
        communities = (await session.exec(select(Community).where(col(Community.left_at).is_(None)))).all()
    if not communities:
        yield Finding(None, "no server has been set up yet")
    for community in communities:
        wanted = {
            "cards": community.questions_channel_id,
            "digests": community.digest_channel_id,
            "notes": community.notes_channel_id,
            "briefs": community.brief_channel_id,
        }
        try:
            guild = await bot.fetch_guild(community.guild_id, with_counts=False)
            channels = {channel.id: channel for channel in await guild.fetch_channels()}
            own = await guild.fetch_member(bot.user.id if bot.user else 0)
        except (discord.Forbidden, discord.NotFound):
            yield Finding(
                False, f"server {community.guild_id} can't be seen", f"invite Crux: {invite_of(bot)}"
            )
            continue
        for use, channel_id in wanted.items():
            if channel_id is not None:
                yield _rights(use, channel_id, channels.get(channel_id), own)


def _rights(
    use: str, channel_id: int, channel: discord.abc.GuildChannel | None, own: discord.Member
) -> Finding:
    where = f"channel {channel_id} for {use}"
    if channel is None:
        return Finding(False, f"{where} isn't there", "choose another one with /settings")
    given = channel.permissions_for(own)
    missing = [name.replace("_", " ") for name, needed in RIGHTS if needed and not getattr(given, name)]
    if missing:
        return Finding(False, f"{where} lacks: {', '.join(missing)}", "allow them in the channel's settings")
    return Finding(True, f"{where} has all rights")


async def check_clock(base: str) -> Finding:
    """Compare this machine's clock with the ``Date`` of an answer: deadlines and leases rest on it."""
    limit = aiohttp.ClientTimeout(total=ANSWER_WITHIN_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=limit) as http, http.get(f"{base}/gateway") as answer:
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, OSError, KeyError, ValueError):
        return Finding(None, "clock: Discord didn't tell the time")
    off = datetime.now(UTC) - theirs
    if abs(off) > CLOCK_MAY_DIFFER:
        side = "fast" if off > timedelta() else "slow"
        return Finding(
            False, f"the clock is {abs(off).total_seconds():.0f} s {side}", "timedatectl set-ntp true"
        )
    return Finding(True, "the clock is right")
