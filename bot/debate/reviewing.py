"""What the buttons that look back on a debate call."""

from bot.context import acting
from bot.debate.shift import held_up_view
from bot.errors import reply
from bot.ui.components import Interaction
from forecasts.debate_review import review_of
from forecasts.errors import WrongPhaseError
from forecasts.lifecycle import describe
from forecasts.models import Phase
from forecasts.queries import find_question


async def show_held_up(interaction: Interaction, question_id: int) -> None:
    """Show which arguments moved people towards what came true, and which away from it."""
    async with acting(interaction) as actor:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
        review = await review_of(actor.session, question=question)
    if review is None or question.phase is not Phase.RESOLVED:
        raise WrongPhaseError(
            f"#{question.number} is {describe(question.phase)}; what held up is told with its outcome."
        )
    await reply(interaction, held_up_view(review))
