"""What crux commands and buttons call: one transaction, one use case, one answer."""

from bot.context import acting, is_moderator
from bot.cruxes.views import answer_form, cruxes_view, linked_view, stated_view
from bot.errors import reply
from bot.questions.advice import advice_on
from bot.questions.card import card_view
from bot.questions.forms import crux_question_form
from bot.questions.handlers import deadline_of, wording_of
from bot.ui.components import Interaction
from forecasts.crux_reads import cruxes_for, find_link, find_named_crux, link_between, own_conditional
from forecasts.cruxes import answer_crux, draft_from_crux, link_crux
from forecasts.errors import NotFoundError
from forecasts.probability import parse_probability
from forecasts.queries import card_of, find_question
from forecasts.questions import Wording

CLOSES = "in 3 months"


async def link(interaction: Interaction, thesis_id: int, question_id: int) -> None:
    """Join a thesis with a question, and ask what its outcome would change."""
    async with acting(interaction) as actor:
        joined = await link_crux(
            actor.session,
            community_id=actor.community.id,
            thesis_id=thesis_id,
            question_id=question_id,
            member_id=actor.member.id,
            by_moderator=is_moderator(interaction, actor.community),
            now=actor.now,
        )
        _, thesis, question = await find_link(
            actor.session, community_id=actor.community.id, link_id=joined.id
        )
    await reply(interaction, linked_view(joined.id, thesis.number or 0, question.number or 0))


async def open_between(interaction: Interaction, thesis_id: int, question_id: int) -> None:
    """Show the form for what one question would make of a credence in a thesis."""
    async with acting(interaction) as actor:
        joined = await link_between(
            actor.session, community_id=actor.community.id, thesis_id=thesis_id, question_id=question_id
        )
    await open_answer_form(interaction, joined.id)


async def open_answer_form(interaction: Interaction, link_id: int) -> None:
    """Show the form for both conditional credences, filled with what the member said before."""
    async with acting(interaction) as actor:
        joined, _, question = await find_link(actor.session, community_id=actor.community.id, link_id=link_id)
        said = await own_conditional(actor.session, link_id=joined.id, member_id=actor.member.id)
    own = (said.if_yes, said.if_no) if said is not None else None
    await interaction.response.send_modal(answer_form(interaction, link_id, question.number or 0, own))


async def answer(interaction: Interaction, link_id: int, values: dict[str, str]) -> None:
    """Store both conditional credences as they were typed."""
    if_yes, if_no = parse_probability(values["yes"]), parse_probability(values["no"])
    async with acting(interaction) as actor:
        stated = await answer_crux(
            actor.session,
            community_id=actor.community.id,
            link_id=link_id,
            member_id=actor.member.id,
            if_yes=if_yes,
            if_no=if_no,
            interaction_id=interaction.id,
            now=actor.now,
        )
    await reply(interaction, stated_view(link_id, stated))


async def show(interaction: Interaction, question_id: int) -> None:
    """Show what a thesis turns on; to moderators, which arguments name another crux."""
    async with acting(interaction) as actor:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
        if question.number is None:
            raise NotFoundError("There is no open thesis with this id. See what is open: /question list")
        cruxes = await cruxes_for(
            actor.session,
            question=question,
            member_id=actor.member.id,
            for_moderator=is_moderator(interaction, actor.community),
            now=actor.now,
        )
    await reply(interaction, cruxes_view(cruxes))


async def open_question_form(interaction: Interaction, argument_id: int) -> None:
    """Show the form of a new question, filled from an argument that readers call a crux."""
    async with acting(interaction, as_moderator=True) as actor:
        argument, _ = await find_named_crux(
            actor.session, community_id=actor.community.id, argument_id=argument_id
        )
    drafted = Wording(
        title=f"Will it show by [when?] that “{argument.text}”",
        criteria=f"“{argument.text}”\n\nResolves YES if [what would show it?]. NO otherwise.",
        source="[which source?]",
    )
    await interaction.response.send_modal(crux_question_form(interaction, argument_id, drafted, CLOSES))


async def draft_question(interaction: Interaction, argument_id: int, values: dict[str, str]) -> None:
    """Store the question as a draft, linked to the thesis it comes from, and show it."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await draft_from_crux(
            actor.session,
            community_id=actor.community.id,
            argument_id=argument_id,
            member_id=actor.member.id,
            wording=wording_of(values),
            closes_at=deadline_of(values, actor),
            interaction_id=interaction.id,
            now=actor.now,
        )
        card = await card_of(actor.session, community_id=actor.community.id, question_id=question.id)
    await reply(interaction, card_view(card, advice=advice_on(card, now=actor.now)))
