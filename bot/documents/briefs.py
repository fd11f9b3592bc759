"""What `/claims top`, `/claims brief` and the buttons under their claims call."""

import asyncio

from bot.administration.views import WEEKDAYS
from bot.context import acting
from bot.documents.brief_views import brief_view
from bot.errors import reply
from bot.ui.components import CruxView, Interaction, text
from bot.ui.text import timestamp
from claims.briefs import new_claims, set_brief, top_of
from claims.review import dismiss_claim
from forecasts.errors import InvalidInputError

OFF, DAILY = "off", "daily"


async def top(interaction: Interaction) -> None:
    """Show the five most debatable claims that nobody has decided about."""
    async with acting(interaction, as_moderator=True) as actor:
        new = await new_claims(actor.session, community_id=actor.community.id)
    await reply(interaction, brief_view(await asyncio.to_thread(top_of, new)))


async def dismiss(interaction: Interaction, claim_id: int) -> None:
    """Leave a claim out; no reason is asked for."""
    async with acting(interaction, as_moderator=True) as actor:
        await dismiss_claim(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            claim_id=claim_id,
            now=actor.now,
        )
    await reply(interaction, CruxView(text("Dismissed: this claim doesn't come up again.")))


async def schedule(interaction: Interaction, when: str, hour: int, channel_id: int | None) -> None:
    """Say when and where the channel gets its brief, or that it gets none."""
    if when not in {OFF, DAILY, *WEEKDAYS}:
        raise InvalidInputError("Choose daily, a weekday, or off.")
    async with acting(interaction, as_moderator=True) as actor:
        community = await set_brief(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            channel_id=channel_id or interaction.channel_id,
            hour=None if when == OFF else hour,
            weekday=WEEKDAYS.index(when) if when in WEEKDAYS else None,
            now=actor.now,
        )
    if community.brief_due_at is None:
        said = "There is no brief any more."
    else:
        next_one = timestamp(community.brief_due_at, "f")
        said = f"New claims are posted in <#{community.brief_channel_id}>, next {next_one}; none, no message."
    await reply(interaction, CruxView(text(said)))
