"""What argument commands and buttons call."""

from typing import Any

from discord import ui

from bot.carried import carried, carried_by
from bot.context import acting
from bot.debate.views import PAGE, arguments_view, fitting, similar_view, stored_view
from bot.errors import answer_in_place, reply
from bot.ui.components import CruxView, Interaction, field, modal
from forecasts.arguments import arguments_for, record_list_exposure
from forecasts.debate import ARGUMENT_LENGTH, SOURCE_LIMIT, SimilarArgumentError, add_argument
from forecasts.errors import NotFoundError
from forecasts.lifecycle import TAKES_FORECASTS
from forecasts.models import Side
from forecasts.queries import find_question

SIDES = {1: Side.FOR, 0: Side.AGAINST}
CODES = {side: code for code, side in SIDES.items()}


async def open_form(interaction: Interaction, question_id: int, side: int) -> None:
    """Ask for an argument."""
    title = f"Argue {SIDES.get(side, Side.FOR)}"
    form = modal("argue", question_id, side, opened_by=interaction, title=title, fields=_fields())
    await interaction.response.send_modal(form)


async def open_reply_form(interaction: Interaction, question_id: int, argument_id: int) -> None:
    """Ask for a reply to an argument, which speaks for the other side."""
    form = modal(
        "reply", question_id, argument_id, opened_by=interaction, title="Reply to it", fields=_fields()
    )
    await interaction.response.send_modal(form)


def _fields() -> list[ui.Label[Any]]:
    return [
        field("text", "Your argument", hint="One reason, in a sentence or two", long=True,
              most=ARGUMENT_LENGTH[1]),
        field("source", "Source", hint="A link or a name, if you have one", required=False,
              most=SOURCE_LIMIT),
    ]  # fmt: skip


async def submit_form(interaction: Interaction, question_id: int, side: int, values: dict[str, str]) -> None:
    """Store the argument typed into the form."""
    await argue(interaction, question_id, SIDES.get(side, Side.FOR), values["text"], values.get("source", ""))


async def submit_reply(
    interaction: Interaction, question_id: int, argument_id: int, values: dict[str, str]
) -> None:
    """Store the reply typed into the form."""
    await argue(
        interaction, question_id, Side.FOR, values["text"], values.get("source", ""), reply_to=argument_id
    )


async def add_anyway(
    interaction: Interaction, question_id: int, side: int, reply_to: int, message_id: int
) -> None:
    """Store an argument whose author has seen what it is close to; the message carries its words."""
    words, source = carried_by(interaction)
    await argue(
        interaction, question_id, SIDES.get(side, Side.FOR), words, source,
        reply_to=reply_to, message_id=message_id, anyway=True,
    )  # fmt: skip


async def argue(
    interaction: Interaction,
    question_id: int,
    side: Side,
    words: str,
    source: str = "",
    *,
    reply_to: int = 0,
    message_id: int = 0,
    anyway: bool = False,
) -> None:
    """Store an argument and say when others will see it; one that is nearly there already asks first."""
    try:
        view = await stored(
            interaction, question_id, side, words, source,
            reply_to=reply_to, message_id=message_id, anyway=anyway,
        )  # fmt: skip
    except SimilarArgumentError as error:
        ids = (question_id, CODES[side], reply_to, message_id)
        view = similar_view(error.similar, carried(words, source), ids)
    await (answer_in_place if anyway else reply)(interaction, view)


async def stored(
    interaction: Interaction,
    question_id: int,
    side: Side,
    words: str,
    source: str = "",
    *,
    reply_to: int = 0,
    message_id: int = 0,
    anyway: bool = False,
) -> CruxView:
    """Store an argument of whoever acts, in one transaction, and return what to say.

    Raises
    ------
    ForecastError
        As :func:`forecasts.debate.add_argument`; 0 stands for no reply and no message.
    """
    async with acting(interaction) as actor:
        argument = await add_argument(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            side=side,
            text=words,
            source=source,
            reply_to_id=reply_to or None,
            message_id=message_id or None,
            anyway=anyway,
            interaction_id=interaction.id,
            now=actor.now,
        )
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
    return stored_view(
        argument.side,
        argument.text,
        number=question.number,
        is_reply=argument.reply_to_id is not None,
        sealed_until=question.phase_ends_at,
        is_sealed=question.revealed_at is None,
    )


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
        is_open=question.phase in TAKES_FORECASTS,
        is_first=after == 0,
        has_more=len(found) > len(shown),
    )
