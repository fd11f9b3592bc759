"""What commands and buttons on theses call: draft one, and open the draft of a question as one."""

from bot.context import acting
from bot.documents.seeding import seeds_for
from bot.errors import answer_in_place, reply
from bot.questions.advice import advice_on
from bot.questions.card import card_view
from bot.questions.forms import new_thesis_form, thesis_form
from bot.questions.handlers import say_opened, wording_of
from bot.ui.components import Interaction
from claims.seeding import seed_arguments
from forecasts.errors import WrongPhaseError
from forecasts.models import Phase
from forecasts.queries import card_of, find_question
from forecasts.theses import draft_thesis
from forecasts.theses import open_as_thesis as open_draft


async def open_new_form(interaction: Interaction) -> None:
    """Show the form for a new thesis."""
    await interaction.response.send_modal(new_thesis_form(interaction))


async def create_draft(interaction: Interaction, values: dict[str, str]) -> None:
    """Store a thesis as a draft and show it with its buttons."""
    async with acting(interaction, as_moderator=True) as actor:
        thesis = await draft_thesis(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            wording=wording_of(values),
            interaction_id=interaction.id,
            now=actor.now,
        )
        card = await card_of(actor.session, community_id=actor.community.id, question_id=thesis.id)
    await reply(interaction, card_view(card, advice=advice_on(card, now=actor.now)))


async def open_form(interaction: Interaction, question_id: int) -> None:
    """Ask for the draft of a question as a statement."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
    if question.phase is not Phase.DRAFT:
        raise WrongPhaseError("Only a draft becomes a thesis. Write a new one: /thesis new")
    await interaction.response.send_modal(thesis_form(interaction, question_id, question.title))


async def open_as_thesis(interaction: Interaction, question_id: int, values: dict[str, str]) -> None:
    """Open the draft in the words of the form; its card appears through the outbox."""
    seeds = await seeds_for(interaction, question_id)
    async with acting(interaction, as_moderator=True) as actor:
        thesis = await open_draft(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            channel_id=interaction.channel_id or 0,
            title=values["title"],
            context=values["criteria"],
            now=actor.now,
        )
        await seed_arguments(actor.session, question=thesis, seeds=seeds, now=actor.now)
    await answer_in_place(interaction, say_opened(thesis, now=actor.now))
    await interaction.client.deliver()
