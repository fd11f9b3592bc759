"""What moderators' commands on arguments call: hide, show again, merge."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.context import acting
from bot.errors import reply
from bot.ui.components import CruxView, Interaction, text
from bot.ui.text import brief, single_line
from forecasts.curation import hide_argument, merge_arguments, show_argument
from forecasts.models import Argument

WORDS_SHOWN = 400


async def hide(interaction: Interaction, question_id: int, argument_id: int, reason: str) -> None:
    """Hide an argument everywhere; its author reads why."""
    said = "Hidden everywhere; its author reads your reason in /arguments, and it is in the server's record."
    await _curate(interaction, hide_argument, said, question_id, argument_id, reason=reason)


async def show(interaction: Interaction, question_id: int, argument_id: int, reason: str) -> None:
    """Show a hidden argument again."""
    await _curate(interaction, show_argument, "Shown again.", question_id, argument_id, reason=reason)


async def merge(
    interaction: Interaction, question_id: int, argument_id: int, into_id: int, reason: str
) -> None:
    """Merge an argument into another one, which is kept."""
    said = "Merged: readers' credit counts for this one now."
    await _curate(
        interaction, merge_arguments, said, question_id, argument_id, into_id=into_id, reason=reason
    )


async def _curate(
    interaction: Interaction,
    use_case: Callable[..., Awaitable[Argument]],
    said: str,
    question_id: int,
    argument_id: int,
    **values: Any,
) -> None:
    async with acting(interaction, as_moderator=True) as actor:
        argument = await use_case(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            argument_id=argument_id,
            member_id=actor.member.id,
            now=actor.now,
            **values,
        )
    words = brief(single_line(argument.text), WORDS_SHOWN)
    await reply(interaction, CruxView(text(f"{said}\n> “{words}”")))
    await interaction.client.deliver()
