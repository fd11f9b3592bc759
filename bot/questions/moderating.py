"""What moderators' commands on questions call: change, extend, void, and post the card again."""

from zoneinfo import ZoneInfo

from discord import ButtonStyle

from bot.context import acting
from bot.errors import answer_in_place, reply
from bot.questions.advice import advice_on
from bot.questions.card import heading
from bot.questions.forms import VOID_REASONS, draft_form, edit_form, void_form
from bot.ui.components import CruxView, Interaction, button, row, text
from bot.ui.text import safe, single_line, timestamp
from forecasts import topics
from forecasts.cards import repost_card
from forecasts.deadlines import parse_deadline
from forecasts.editing import anybody_forecast, edit_question, editable_question, extend_question
from forecasts.errors import WrongPhaseError
from forecasts.lifecycle import describe
from forecasts.models import Kind, Phase, VoidReason
from forecasts.queries import card_of
from forecasts.questions import Wording
from forecasts.resolution import void_question

RESTART_EXPLAINED = (
    "A change of meaning restarts the question: it is sealed again and everybody forecasts anew. "
    "Forecasts given so far are kept and not scored. For a typo or a clearer wording, edit it without."
)


async def open_edit_form(
    interaction: Interaction, question_id: int, *, meaning_changed: bool = False
) -> None:
    """Show a question's texts in a form; before a change of meaning, say what that does."""
    if meaning_changed:
        await _ask_to_restart(interaction, question_id)
    else:
        await _open_form(interaction, question_id, restarts=False)


async def open_restart_form(interaction: Interaction, question_id: int) -> None:
    """Show an open question's texts in the form that restarts it."""
    await _open_form(interaction, question_id, restarts=True)


async def _ask_to_restart(interaction: Interaction, question_id: int) -> None:
    async with acting(interaction, as_moderator=True) as actor:
        question = await editable_question(
            actor.session, community_id=actor.community.id, question_id=question_id,
            meaning_changed=True, now=actor.now,
        )  # fmt: skip
        card = await card_of(actor.session, community_id=actor.community.id, question_id=question_id)
    if question.phase is Phase.DRAFT:
        raise WrongPhaseError("Nobody has read this draft yet. Edit it without meaning_changed.")
    yes = button("restart", question_id, label="Yes, restart", style=ButtonStyle.danger)
    await reply(interaction, CruxView(text(f"**{heading(card)}**", RESTART_EXPLAINED), row(yes)))


async def _open_form(interaction: Interaction, question_id: int, *, restarts: bool) -> None:
    async with acting(interaction, as_moderator=True) as actor:
        question = await editable_question(
            actor.session, community_id=actor.community.id, question_id=question_id,
            meaning_changed=restarts, now=actor.now,
        )  # fmt: skip
        needs_reason = restarts or await anybody_forecast(actor.session, question)
        zone = ZoneInfo(actor.community.zone)
    wording = Wording(question.title, question.criteria, question.fine_print, question.source)
    is_thesis = question.kind is Kind.THESIS
    if question.phase is Phase.DRAFT:
        closes = f"{question.closes_at.astimezone(zone):%Y-%m-%d %H:%M}" if question.closes_at else ""
        form = draft_form(interaction, question_id, wording, closes, is_thesis=is_thesis)
    else:
        form = edit_form(
            interaction, question_id, wording,
            number=question.number, needs_reason=needs_reason, restarts=restarts, is_thesis=is_thesis,
        )  # fmt: skip
    await interaction.response.send_modal(form)


async def change_open(
    interaction: Interaction, question_id: int, restarts: int, values: dict[str, str]
) -> None:
    """Store an open question's new texts; its card shows the reason."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await edit_question(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            wording=Wording(values["title"], values["criteria"], values["fine_print"], values["source"]),
            reason=values["reason"],
            meaning_changed=bool(restarts),
            now=actor.now,
        )
    if restarts:
        ends = timestamp(question.phase_ends_at, "f") if question.phase_ends_at else ""
        said = f"#{question.number} starts again: sealed until {ends}. Everybody reads why on its card."
    else:
        said = f"#{question.number} is changed. Its card shows it within ten seconds."
    advice = advice_on(question, now=actor.now, heading="It could be clearer")
    await answer_in_place(interaction, CruxView(text(said, *advice)))
    await interaction.client.deliver()


async def extend(interaction: Interaction, question_id: int, closes: str, reason: str) -> None:
    """Move a question's close to a later moment, as somebody typed it."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await extend_question(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            closes_at=parse_deadline(closes, now=actor.now, zone=ZoneInfo(actor.community.zone)),
            reason=reason,
            now=actor.now,
        )
    at = question.closes_at
    when = f"{timestamp(at, 'f')} ({timestamp(at, 'R')})" if at is not None else ""
    said = f"I read “{safe(single_line(closes))}” as {when}: #{question.number} closes then."
    await reply(interaction, CruxView(text(said)))
    await interaction.client.deliver()


async def open_void_form(interaction: Interaction, question_id: int, reason: VoidReason, note: str) -> None:
    """Ask once more before scores are lost for good.

    A form, not a button: sending it is as quick as a tap, what was typed stands in it and can be
    changed, and no id has to carry a text. A wrong question in the command is still seen here.
    """
    async with acting(interaction, as_moderator=True) as actor:
        card = await card_of(actor.session, community_id=actor.community.id, question_id=question_id)
    if card.phase is Phase.VOID:
        raise WrongPhaseError(f"This can't be done now: the question is {describe(card.phase)}.")
    await interaction.response.send_modal(void_form(interaction, card, reason, note))


async def void(interaction: Interaction, question_id: int, reason: int, values: dict[str, str]) -> None:
    """Void a question; what was posted about it stays, and the channel reads why."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await void_question(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            reason=VOID_REASONS[reason] if reason in range(len(VOID_REASONS)) else VoidReason.OTHER,
            note=values["note"],
            now=actor.now,
        )
    name = f"#{question.number}" if question.number is not None else f"Draft {question.id}"
    unscored = "" if question.kind is Kind.THESIS else "; nobody is scored"
    await reply(interaction, CruxView(text(f"{name} is void{unscored}.")))
    await interaction.client.deliver()


async def repost(interaction: Interaction, question_id: int) -> None:
    """Post a question's card anew; it becomes the one that is kept up to date."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await repost_card(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            interaction_id=interaction.id,
            now=actor.now,
        )
    said = f"The card of #{question.number} is posted again in <#{question.channel_id}>."
    await reply(interaction, CruxView(text(said)))
    await interaction.client.deliver()


async def set_topic(interaction: Interaction, question_id: int, topic: str) -> None:
    """Say what a question is about."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await topics.set_topic(
            actor.session, community_id=actor.community.id, question_id=question_id,
            member_id=actor.member.id, topic=topic, now=actor.now,
        )  # fmt: skip
    name = f"#{question.number}" if question.number is not None else "The draft"
    said = f"{name} has no topic now."
    if question.topic:
        said = f"{name} is about “{safe(question.topic)}” now. See who knows it: /leaderboard"
    await reply(interaction, CruxView(text(said)))
