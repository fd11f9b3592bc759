"""A chat message as an argument: one's own at once, somebody else's only if they agree.

Until then nothing is stored: the words stand in a message of ours and go from click to click with it.
"""

import discord

from bot.context import acting
from bot.debate.carried import carried, carried_by
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
    await _ask(interaction, view, message_id, author_id)
    await answer_in_place(interaction, CruxView(text("Their author is asked. Nothing is stored until then.")))


async def _ask(interaction: Interaction, view: CruxView, message_id: int, author_id: int) -> None:
    """Answer the message in public and mention its author, nobody else."""
    channel_id = interaction.channel_id or 0
    mentions = discord.AllowedMentions(
        everyone=False, roles=False, users=[discord.Object(author_id)], replied_user=False
    )
    reference = discord.MessageReference(
        message_id=message_id, channel_id=channel_id, fail_if_not_exists=False
    )
    try:
        await interaction.client.get_partial_messageable(channel_id).send(
            view=view, reference=reference, allowed_mentions=mentions, nonce=f"q{interaction.id}"
        )
    except discord.Forbidden:
        raise NotAllowedError("Crux may not write here, so it can't ask the author.") from None


async def agree(
    interaction: Interaction, question_id: int, side: int, message_id: int, author_id: int
) -> None:
    """Store the words as their author's argument: only they can say so."""
    words, _ = carried_by(interaction)
    _check_author(interaction, author_id)
    await stored(interaction, question_id, SIDES[side], words, message_id=message_id, anyway=True)
    await _answered(interaction, "Agreed: it is an argument now, under an alias. Read it: /arguments")


async def decline(interaction: Interaction, question_id: int, author_id: int) -> None:
    """Take the request back: the words are gone with it."""
    del question_id
    carried_by(interaction)
    _check_author(interaction, author_id)
    await _answered(interaction, "Declined. Nothing was stored.")


def _check_author(interaction: Interaction, author_id: int) -> None:
    if interaction.user.id != author_id:
        raise NotAllowedError("Only who wrote these words can answer this.")


async def _answered(interaction: Interaction, said: str) -> None:
    """Put the answer in the place of the question, which everybody saw."""
    view = CruxView(text(said))
    if interaction.response.is_done():
        await reply(interaction, view)
    else:
        await interaction.response.edit_message(view=view)
