"""What argument commands and buttons call."""

from bot.context import acting
from bot.debate.views import PAGE, arguments_view, fitting
from bot.errors import answer_in_place, reply
from bot.ui import limits
from bot.ui.components import CruxView, Interaction, field, modal, text
from bot.ui.text import safe, timestamp
from forecasts.arguments import arguments_for, record_list_exposure
from forecasts.debate import ARGUMENT_LENGTH, SOURCE_LIMIT, add_argument
from forecasts.errors import NotFoundError
from forecasts.models import Side
from forecasts.queries import find_question

SIDES = {1: Side.FOR, 0: Side.AGAINST}


async def open_form(interaction: Interaction, question_id: int, side: int) -> None:
    """Ask for an argument."""
    form = modal(
        "argue",
        question_id,
        side,
        opened_by=interaction,
        title=f"Argue {SIDES.get(side, Side.FOR)}",
        fields=[
            field("text", "Your argument", hint="One reason, in a sentence or two", long=True,
                  most=ARGUMENT_LENGTH[1]),
            field("source", "Source", hint="A link or a name, if you have one", required=False,
                  most=SOURCE_LIMIT),
        ],
    )  # fmt: skip
    await interaction.response.send_modal(form)


async def submit_form(interaction: Interaction, question_id: int, side: int, values: dict[str, str]) -> None:
    """Store the argument typed into the form."""
    await argue(interaction, question_id, SIDES.get(side, Side.FOR), values["text"], values.get("source", ""))


async def argue(interaction: Interaction, question_id: int, side: Side, words: str, source: str = "") -> None:
    """Store an argument and say when others will see it."""
    async with acting(interaction) as actor:
        argument = await add_argument(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            side=side,
            text=words,
            source=source,
            interaction_id=interaction.id,
            now=actor.now,
        )
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
    if question.revealed_at is not None:
        when = "It is on the card now, under an alias."
    elif question.phase_ends_at is not None:
        when = f"Sealed like the numbers until {timestamp(question.phase_ends_at, 'f')}; then under an alias."
    else:
        when = "Sealed like the numbers; later it appears under an alias."
    words = safe(limits.truncate(argument.text, ARGUMENT_LENGTH[1]))
    await reply(interaction, CruxView(text(f"Stored, {argument.side} #{question.number}: “{words}”", when)))


async def show_arguments(interaction: Interaction, question_id: int) -> None:
    """Show the first page of a question's arguments."""
    await reply(interaction, await _arguments(interaction, question_id, 0))


async def show_more_arguments(interaction: Interaction, question_id: int, after: int) -> None:
    """Show the page that follows an argument, in the place of the one before."""
    await answer_in_place(interaction, await _arguments(interaction, question_id, after))


async def _arguments(interaction: Interaction, question_id: int, after: int) -> CruxView:
    async with acting(interaction) as actor:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
        if question.number is None:
            raise NotFoundError("There is no open question with this id. See what is open: /question list")
        found = await arguments_for(
            actor.session, question=question, member_id=actor.member.id, after=after, limit=PAGE + 1
        )
        shown = fitting(found)
        await record_list_exposure(
            actor.session,
            argument_ids=[entry.id for entry in shown],
            member_id=actor.member.id,
            now=actor.now,
        )
    return arguments_view(
        question.id,
        f"#{question.number}  {question.title}",
        shown,
        is_sealed=question.revealed_at is None,
        is_first=after == 0,
        has_more=len(found) > len(shown),
    )
