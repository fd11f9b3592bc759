"""What the buttons of a prompt call, in its direct message or in the thesis's thread.

A direct message names no server: the prompt does, and its buttons work for the member it was made for only.
"""

from bot.context import acting, require_presence
from bot.cruxes.views import other_form, prompt_view, settled_view
from bot.errors import answer_in_place, reply
from bot.ui.components import Interaction
from forecasts.crux_reads import prompt_of
from forecasts.crux_views import Prompt
from forecasts.errors import NotAllowedError, NotFoundError
from forecasts.forecasting import submit_forecast
from forecasts.probability import parse_probability

CORRECTED = "The result was corrected since you were asked, and with it what you had said."


async def show(interaction: Interaction, conditional_id: int) -> None:
    """Show the member their prompt."""
    await reply(interaction, prompt_view(await _own_prompt(interaction, conditional_id)))


async def set_stated(interaction: Interaction, conditional_id: int, outcome: int) -> None:
    """Set the member's credence to what they had said, if the outcome is still the one they were shown."""
    prompt = await _own_prompt(interaction, conditional_id)
    if prompt.outcome != outcome:
        await answer_in_place(interaction, prompt_view(prompt, note=CORRECTED))
        return
    await _store(interaction, prompt, prompt.stated)


async def keep(interaction: Interaction, conditional_id: int) -> None:
    """Leave the member's credence as it is."""
    prompt = await _own_prompt(interaction, conditional_id)
    if prompt.credence is None:
        raise NotFoundError(f"You hold no credence in #{prompt.thesis_number}. Choose another answer.")
    await answer_in_place(interaction, settled_view(prompt, prompt.credence, kept=True))


async def open_form(interaction: Interaction, conditional_id: int) -> None:
    """Ask for another number."""
    await _own_prompt(interaction, conditional_id)
    await interaction.response.send_modal(other_form(interaction, conditional_id))


async def set_typed(interaction: Interaction, conditional_id: int, values: dict[str, str]) -> None:
    """Set the member's credence to what they typed."""
    credence = parse_probability(values["credence"])
    await _store(interaction, await _own_prompt(interaction, conditional_id), credence)


async def _own_prompt(interaction: Interaction, conditional_id: int) -> Prompt:
    """Return a prompt to the member it was made for, while they are in its server."""
    async with interaction.client.database.reading() as session:
        prompt = await prompt_of(session, conditional_id=conditional_id)
    if prompt.user_id != interaction.user.id:
        raise NotAllowedError("This was asked of somebody else.")
    if prompt.outcome is None:
        raise NotFoundError(f"#{prompt.question_number} has no outcome any more, so nothing is asked.")
    await require_presence(interaction, prompt.guild_id)
    return prompt


async def _store(interaction: Interaction, prompt: Prompt, credence: float) -> None:
    async with acting(interaction, guild_id=prompt.guild_id) as actor:
        await submit_forecast(
            actor.session,
            community_id=actor.community.id,
            question_id=prompt.thesis_id,
            member_id=actor.member.id,
            probabilities=(credence,),
            interaction_id=interaction.id,
            now=actor.now,
        )
    await answer_in_place(interaction, settled_view(prompt, credence, kept=False))
