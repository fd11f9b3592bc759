"""What question commands and buttons call: one transaction, one use case, one answer."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.context import Actor, acting, is_moderator, require_moderator
from bot.documents.seeding import seeds_for
from bot.errors import answer_in_place, reply
from bot.questions.advice import advice_on
from bot.questions.card import card_view, heading
from bot.questions.forms import new_form
from bot.ui.components import CruxView, Interaction, button, row, text
from bot.ui.text import brief, single_line, timestamp
from claims.seeding import seed_arguments
from forecasts.deadlines import parse_deadline
from forecasts.lifecycle import describe
from forecasts.models import Kind, Phase, Preset, Question
from forecasts.queries import LIVING, card_of, list_questions
from forecasts.questions import (
    SOURCE_LIMIT,
    Wording,
    approve_question,
    draft_question,
    edit_draft,
    reject_question,
)  # fmt: skip
from forecasts.views import Card, QuestionLine

STILL_CLEARER = "It could be clearer; change it before many forecast: /question edit"
LIST_LIMIT = 20
LISTED_TITLE = 100
# Together with heading, source and close within one message; without escapes nothing is cut.
CRITERIA_SHOWN, FINE_PRINT_SHOWN = 1_850, 1_500


async def open_draft_form(interaction: Interaction) -> None:
    """Show the form for a new question."""
    await interaction.response.send_modal(new_form(interaction))


async def create_draft(interaction: Interaction, values: dict[str, str]) -> None:
    """Store a draft and show it with its buttons."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await draft_question(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            wording=wording_of(values),
            closes_at=deadline_of(values, actor),
            interaction_id=interaction.id,
            now=actor.now,
        )
        card = await card_of(actor.session, community_id=actor.community.id, question_id=question.id)
    await reply(interaction, card_view(card, advice=advice_on(card, now=actor.now)))


async def change_draft(interaction: Interaction, question_id: int, values: dict[str, str]) -> None:
    """Store a draft's new texts and show it."""
    async with acting(interaction, as_moderator=True) as actor:
        await edit_draft(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            wording=wording_of(values),
            closes_at=deadline_of(values, actor) if values["closes"] else None,  # a thesis has none
            now=actor.now,
        )
        card = await card_of(actor.session, community_id=actor.community.id, question_id=question_id)
    await answer_in_place(interaction, card_view(card, advice=advice_on(card, now=actor.now)))


def wording_of(values: dict[str, str]) -> Wording:
    """Return the texts of a submitted form."""
    return Wording(
        title=values["title"],
        criteria=values["criteria"],
        fine_print=values.get("fine_print", ""),
        source=values.get("source", ""),
    )


def deadline_of(values: dict[str, str], actor: Actor) -> datetime:
    """Return the close of a submitted form, in the community's zone."""
    return parse_deadline(values["closes"], now=actor.now, zone=ZoneInfo(actor.community.zone))


async def approve(interaction: Interaction, question_id: int, preset: Preset | None = None) -> None:
    """Open a draft with quotes for and against it; its card appears through the outbox."""
    seeds = await seeds_for(interaction, question_id)
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
        await seed_arguments(actor.session, question=question, seeds=seeds, now=actor.now)
    await answer_in_place(interaction, say_opened(question, now=actor.now))
    await interaction.client.deliver()


def say_opened(question: Question, *, now: datetime) -> CruxView:
    """Say where a question was just opened, how long its first phase is, and what is unclear in it."""
    ends = timestamp(question.phase_ends_at, "f") if question.phase_ends_at else ""
    where = f"in <#{question.channel_id}>"
    said = f"#{question.number} is {describe(question.phase)} until {ends}, {where}."
    return CruxView(text(said, *advice_on(question, now=now, heading=STILL_CLEARER)))


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
    """Show a question's card to whoever asked; drafts, and what they decide, to moderators only."""
    card, moderates = await _readable_card(interaction, question_id)
    advice = advice_on(card, now=interaction.client.now()) if card.phase is Phase.DRAFT else ()
    await reply(interaction, card_view(card, for_moderator=moderates, advice=advice))


async def criteria(interaction: Interaction, question_id: int) -> None:
    """Show the whole of what a question says."""
    card, _ = await _readable_card(interaction, question_id)
    parts = [f"### {heading(card)}", brief(card.criteria, CRITERIA_SHOWN)] if card.criteria else [
        f"### {heading(card)}", "There is nothing more to it than what it says."
    ]  # fmt: skip
    if card.fine_print:
        parts.append(f"**Fine print**\n{brief(card.fine_print, FINE_PRINT_SHOWN)}")
    if card.source:
        parts.append(f"**Source**  {brief(card.source, SOURCE_LIMIT)}")
    if card.closes_at is not None:
        parts.append(f"Closes {timestamp(card.closes_at, 'f')}")
    await reply(interaction, CruxView(text(*parts)))


async def _readable_card(interaction: Interaction, question_id: int) -> tuple[Card, bool]:
    """Return a card, and whether whoever asked is a moderator."""
    async with acting(interaction) as actor:
        card = await card_of(actor.session, community_id=actor.community.id, question_id=question_id)
        if card.number is None:
            require_moderator(interaction, actor.community)
        return card, is_moderator(interaction, actor.community)


async def list_all(interaction: Interaction) -> None:
    """List what is going on; moderators see drafts too."""
    async with acting(interaction) as actor:
        moderates = is_moderator(interaction, actor.community)
        phases = (Phase.DRAFT, *LIVING) if moderates else LIVING
        lines = await list_questions(
            actor.session, community_id=actor.community.id, phases=phases, limit=LIST_LIMIT
        )
    if not lines:
        await reply(interaction, _no_questions(moderates=moderates))
        return
    await reply(interaction, CruxView(text("### Questions", *(_line(line) for line in lines))))


def _no_questions(*, moderates: bool) -> CruxView:
    if not moderates:
        return CruxView(text("No questions yet. A moderator starts one: /question new"))
    return CruxView(
        text("No questions yet. Begin with a document that makes claims, or write a question yourself."),
        row(button("add-document", label="Add a document"), button("new-question", label="Write a question")),
    )


def _line(line: QuestionLine) -> str:
    name = f"#{line.number}" if line.number is not None else f"Draft {line.question_id}"
    kind = "Thesis: " if line.kind is Kind.THESIS else ""
    title = kind + brief(single_line(line.title), LISTED_TITLE)
    ends = f" · {timestamp(line.ends_at, 'R')}" if line.ends_at else ""
    return f"**{name}**  {title}\n-# {describe(line.phase)}{ends} · {line.forecasters} in"
