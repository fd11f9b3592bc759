"""A chat message as an argument: one's own at once, somebody else's only if they agree.

Until then nothing is stored: the words stand in a message of ours and go from click to click with it.
"""

import discord

from bot.carried import carried, carried_by
from bot.consent import agreed_words, answer_request, ask_author, take_back
from bot.context import acting
from bot.debate.handlers import SIDES, argue, stored
from bot.debate.quoting import consent_view, questions_view, sides_view
from bot.errors import answer_in_place, reply
from bot.ui import limits
from bot.ui.components import CruxView, Interaction, text
from forecasts.debate import checked_text
from forecasts.errors import InvalidInputError, NotAllowedError, NotFoundError, WrongPhaseError
from forecasts.forecasting import check_open
from forecasts.models import Phase
from forecasts.queries import OPEN, find_question, list_questions
from forecasts.quotas import note_request

SHOWN = (Phase.DEBATE, Phase.FINAL, Phase.ROLLING)


async def choose_question(interaction: Interaction, message: discord.Message) -> None:
    """Ask which question a message's words are about; what is sealed isn't offered for others' words."""
    if message.author.bot:
        raise NotAllowedError("Only what members wrote can become an argument.")
    words = checked_text(message.content)
    is_own = message.author.id == interaction.user.id
    async with acting(interaction) as actor:
        questions = await list_questions(
            actor.session,
            community_id=actor.community.id,
            phases=OPEN if is_own else SHOWN,
            limit=limits.SELECT_OPTIONS,
        )
    if not questions:
        raise NotFoundError("No question is open for it now. See what is: /question list")
    await reply(interaction, questions_view(questions, carried(words), message.id, message.author.id))


async def choose_side(interaction: Interaction, message_id: int, author_id: int, chosen: list[str]) -> None:
    """Ask for which side the words speak."""
    words, _ = carried_by(interaction)
    question_id = int(chosen[0]) if chosen and chosen[0].isascii() and chosen[0].isdecimal() else 0
    async with acting(interaction) as actor:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
    view = sides_view(question.id, question.number, question.title, carried(words), message_id, author_id)
    await answer_in_place(interaction, view)


async def quote(
    interaction: Interaction, question_id: int, side: int, message_id: int, author_id: int
) -> None:
    """Store one's own words, or ask in public whoever wrote them."""
    words, _ = carried_by(interaction)
    if side not in SIDES:
        raise InvalidInputError("There are two sides: for and against.")
    if author_id == interaction.user.id:
        await argue(interaction, question_id, SIDES[side], words, message_id=message_id)
        return
    async with acting(interaction) as actor:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
        check_open(question, now=actor.now)
        if question.revealed_at is None:
            raise WrongPhaseError(
                f"#{question.number} is sealed, and so are its arguments. Ask after its reveal."
            )
        await note_request(
            actor.session,
            community_id=actor.community.id,
            question_id=question.id,
            member_id=actor.member.id,
            now=actor.now,
        )
    view = consent_view(
        question.id, question.number, SIDES[side], carried(words),
        message_id=message_id, author_id=author_id, asked_by=interaction.user.id,
    )  # fmt: skip
    await ask_author(interaction, view, message_id=message_id, author_id=author_id)
    await answer_in_place(interaction, CruxView(text("Their author is asked. Nothing is stored until then.")))


async def agree(
    interaction: Interaction, question_id: int, side: int, message_id: int, author_id: int
) -> None:
    """Store the words as their author's argument: only they can say so."""
    words = agreed_words(interaction, author_id)
    await stored(interaction, question_id, SIDES[side], words, message_id=message_id, anyway=True)
    await answer_request(interaction, "Agreed: it is an argument now, under an alias. Read it: /arguments")


async def decline(interaction: Interaction, question_id: int, author_id: int) -> None:
    """Take the request back."""
    del question_id
    await take_back(interaction, author_id)
