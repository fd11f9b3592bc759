"""What rating buttons call: one click stores a rating and shows the next argument."""

from bot.context import Actor, acting
from bot.debate.views import UNRATED, VERDICTS, rating_view, stopped_view
from bot.errors import answer_in_place, reply
from bot.ui.components import Interaction
from forecasts.errors import InvalidInputError
from forecasts.rating import next_to_rate, rate_argument
from forecasts.views import RatingSheet


async def start(interaction: Interaction, question_id: int) -> None:
    """Show the first argument to rate, only to whoever asked."""
    async with acting(interaction) as actor:
        sheet = await _sheet(actor, question_id)
    await reply(interaction, rating_view(sheet))


async def rate(interaction: Interaction, question_id: int, argument_id: int, verdict: int) -> None:
    """Store a rating and show the next argument in its place."""
    if verdict not in VERDICTS:
        raise InvalidInputError(UNRATED)
    async with acting(interaction) as actor:
        await rate_argument(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            argument_id=argument_id,
            member_id=actor.member.id,
            verdict=VERDICTS[verdict].verdict,
            is_crux=VERDICTS[verdict].is_crux,
            interaction_id=interaction.id,
            now=actor.now,
        )
        sheet = await _sheet(actor, question_id)
    await answer_in_place(interaction, rating_view(sheet))


async def show_again(interaction: Interaction, question_id: int, argument_id: int) -> None:
    """Show an argument that was rated before, to rate it anew."""
    async with acting(interaction) as actor:
        sheet = await _sheet(actor, question_id, argument_id)
    await answer_in_place(interaction, rating_view(sheet))


async def stop(interaction: Interaction, question_id: int, rated: int) -> None:
    """Put the arguments away; what was rated stays."""
    await answer_in_place(interaction, stopped_view(question_id, rated))


async def _sheet(actor: Actor, question_id: int, argument_id: int | None = None) -> RatingSheet:
    return await next_to_rate(
        actor.session,
        community_id=actor.community.id,
        question_id=question_id,
        member_id=actor.member.id,
        argument_id=argument_id,
        now=actor.now,
    )
