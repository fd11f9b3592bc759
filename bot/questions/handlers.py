"""What question commands and buttons call: one transaction, one use case, one answer."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from discord import ui

from bot.context import acting, is_moderator, require_moderator
from bot.errors import answer_in_place, reply
from bot.questions.card import card_view, heading
from bot.ui import limits
from bot.ui.components import CruxView, Interaction, field, modal, text
from bot.ui.text import safe, single_line, timestamp
from forecasts.deadlines import parse_deadline
from forecasts.lifecycle import describe
from forecasts.models import Phase, Preset
from forecasts.probability import MAX_TYPED
from forecasts.queries import LIVING, card_of, find_question, list_questions
from forecasts.questions import (
    CRITERIA_LENGTH,
    FINE_PRINT_LIMIT,
    SOURCE_LIMIT,
    TITLE_LENGTH,
    Wording,
    approve_question,
    draft_question,
    edit_draft,
    reject_question,
)  # fmt: skip
from forecasts.views import Card, QuestionLine

LIST_LIMIT = 20


async def open_draft_form(interaction: Interaction) -> None:
    """Show the form for a new question."""
    form = modal(
        "new-question",
        opened_by=interaction,
        title="New question",
        fields=_fields(Wording("", ""), ""),
    )
    await interaction.response.send_modal(form)


async def open_edit_form(interaction: Interaction, question_id: int) -> None:
    """Show a draft's texts in a form."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
        zone = ZoneInfo(actor.community.zone)
    wording = Wording(question.title, question.criteria, question.fine_print, question.source)
    closes = f"{question.closes_at.astimezone(zone):%Y-%m-%d %H:%M}" if question.closes_at else ""
    form = modal(
        "edit-question",
        question_id,
        opened_by=interaction,
        title=f"Draft {question_id}",
        fields=_fields(wording, closes),
    )
    await interaction.response.send_modal(form)


def _fields(wording: Wording, closes: str) -> list[ui.Label[Any]]:
    return [
        field("title", "Question", value=wording.title, most=TITLE_LENGTH[1],
              hint="Will the model gap narrow by year-end?"),
        field("criteria", "Resolution criteria", value=wording.criteria, most=CRITERIA_LENGTH[1], long=True,
              hint="Resolves YES if … NO otherwise."),
        field("source", "Source", value=wording.source, most=SOURCE_LIMIT, hint="Who publishes the outcome"),
        field("closes", "Closes", value=closes, most=MAX_TYPED, hint="31 Dec, in 3 weeks, Q3, Friday 18:00"),
        field("fine_print", "Fine print", value=wording.fine_print, most=FINE_PRINT_LIMIT, long=True,
              required=False, hint="Edge cases, and what happens if the source vanishes"),
    ]  # fmt: skip


async def create_draft(interaction: Interaction, values: dict[str, str]) -> None:
    """Store a draft and show it with its buttons."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await draft_question(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            wording=_wording(values),
            closes_at=_deadline(values["closes"], actor.now, actor.community.zone),
            now=actor.now,
        )
        card = await card_of(actor.session, community_id=actor.community.id, question_id=question.id)
    await reply(interaction, card_view(card))


async def change_draft(interaction: Interaction, question_id: int, values: dict[str, str]) -> None:
    """Store a draft's new texts and show it."""
    async with acting(interaction, as_moderator=True) as actor:
        await edit_draft(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            wording=_wording(values),
            closes_at=_deadline(values["closes"], actor.now, actor.community.zone),
            now=actor.now,
        )
        card = await card_of(actor.session, community_id=actor.community.id, question_id=question_id)
    await answer_in_place(interaction, card_view(card))


def _wording(values: dict[str, str]) -> Wording:
    return Wording(
        title=values["title"],
        criteria=values["criteria"],
        fine_print=values.get("fine_print", ""),
        source=values.get("source", ""),
    )


def _deadline(typed: str, now: datetime, zone: str) -> datetime:
    return parse_deadline(typed, now=now, zone=ZoneInfo(zone))


async def approve(interaction: Interaction, question_id: int, preset: Preset | None = None) -> None:
    """Open a draft; its card appears through the outbox."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await approve_question(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            channel_id=interaction.channel_id or 0,
            preset=preset,
            now=actor.now,
        )
    ends = timestamp(question.phase_ends_at, "f") if question.phase_ends_at else ""
    said = f"#{question.number} is {describe(question.phase)} until {ends}, in <#{question.channel_id}>."
    await answer_in_place(interaction, CruxView(text(said)))
    await interaction.client.deliver()


async def reject(interaction: Interaction, question_id: int) -> None:
    """Throw a draft away."""
    async with acting(interaction, as_moderator=True) as actor:
        await reject_question(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            reason="",
            now=actor.now,
        )
    await answer_in_place(interaction, CruxView(text("The draft is gone.")))


async def show(interaction: Interaction, question_id: int) -> None:
    """Show a question's card to whoever asked; drafts to moderators only."""
    await reply(interaction, card_view(await _readable_card(interaction, question_id)))


async def criteria(interaction: Interaction, question_id: int) -> None:
    """Show the whole of what a question says."""
    card = await _readable_card(interaction, question_id)
    parts = [f"### {heading(card)}", safe(card.criteria)]
    if card.fine_print:
        parts.append(f"**Fine print**\n{safe(card.fine_print)}")
    if card.source:
        parts.append(f"**Source**  {safe(card.source)}")
    if card.closes_at is not None:
        parts.append(f"Closes {timestamp(card.closes_at, 'f')}")
    await reply(interaction, CruxView(text(limits.truncate("\n".join(parts), limits.LAYOUT_TEXT))))


async def _readable_card(interaction: Interaction, question_id: int) -> Card:
    async with acting(interaction) as actor:
        card = await card_of(actor.session, community_id=actor.community.id, question_id=question_id)
        if card.number is None:
            require_moderator(interaction, actor.community)
    return card


async def list_all(interaction: Interaction) -> None:
    """List what is going on; moderators see drafts too."""
    async with acting(interaction) as actor:
        phases = (Phase.DRAFT, *LIVING) if is_moderator(interaction, actor.community) else LIVING
        lines = await list_questions(
            actor.session, community_id=actor.community.id, phases=phases, limit=LIST_LIMIT
        )
    if not lines:
        await reply(interaction, CruxView(text("No questions yet. A moderator starts one: /question new")))
        return
    said = "\n".join(_line(line) for line in lines)
    await reply(interaction, CruxView(text("### Questions", limits.truncate(said, limits.LAYOUT_TEXT - 20))))


def _line(line: QuestionLine) -> str:
    name = f"#{line.number}" if line.number is not None else f"Draft {line.question_id}"
    title = safe(limits.truncate(single_line(line.title), 120))
    ends = f" · {timestamp(line.ends_at, 'R')}" if line.ends_at else ""
    return f"**{name}**  {title}\n-# {describe(line.phase)}{ends} · {line.forecasters} in"
