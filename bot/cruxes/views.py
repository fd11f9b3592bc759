"""What a thesis turns on, and what a member is asked when a crux has come out; it only draws."""

from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.questions.card import OUTCOMES, crux_standing
from bot.ui.components import CruxView, button, field, link, modal, row, text
from bot.ui.text import brief, percent, single_line
from forecasts.crux_views import CruxEntry, Cruxes, NamedCrux, Prompt, Stated
from forecasts.probability import MAX_TYPED

HEADING_SHOWN, TITLE_SHOWN, ARGUMENT_SHOWN = 220, 140, 200
PROMPT_TITLE_SHOWN = 256
APART = 0.1  # ten points between what somebody says and what follows from it
CARD_URL = "https://discord.com/channels/{}/{}/{}"


def cruxes_view(cruxes: Cruxes) -> CruxView:
    """List a thesis's cruxes with what the reader said, and to moderators arguments that name more."""
    kind = "Thesis: " if cruxes.is_thesis else ""
    title = brief(single_line(cruxes.title), HEADING_SHOWN)
    items: list[ui.Item[Any]] = [text(f"### #{cruxes.number}  {kind}{title}", _explained(cruxes))]
    items.extend(_entry(entry) for entry in cruxes.entries)
    if cruxes.named:
        items.append(text("**Readers call these arguments cruxes.** Only moderators see this."))
        items.extend(_named(named) for named in cruxes.named)
    return CruxView(*items)


def _explained(cruxes: Cruxes) -> str:
    if not cruxes.is_thesis:
        return "Cruxes are linked to theses: /crux link"
    if not cruxes.entries:
        return "No question is linked to it yet. Which one would change your mind? /crux link"
    return "Say what each outcome would make of your credence: where answers differ most, the crux lies."


def _entry(entry: CruxEntry) -> ui.Item[Any]:
    line = entry.line
    standing = [crux_standing(line)]
    if line.median is not None:
        standing.insert(0, f"stands at {percent(line.median)}")
    standing.append(f"{line.answered} answered")
    words = [
        f"**#{line.number}**  {brief(single_line(line.title), TITLE_SHOWN)}",
        f"-# {' · '.join(standing)}",
    ]
    if entry.own is not None:
        if_yes, if_no = map(percent, entry.own)
        words.append(f"You: **{if_yes}** if YES, **{if_no}** if NO")
    if not entry.takes_answers:
        return text(*words)
    label = "Answer…" if entry.own is None else "Change…"
    return ui.Section("\n".join(words), accessory=button("crux-answer", line.link_id, label=label))


def _named(named: NamedCrux) -> ui.Item[Any]:
    words = f"“{brief(single_line(named.text), ARGUMENT_SHOWN)}”"
    return ui.Section(words, accessory=button("crux-question", named.argument_id, label="Make a question"))


def linked_view(link_id: int, thesis_number: int, question_number: int) -> CruxView:
    """Say that a question is linked, and ask what it would change."""
    said = f"#{question_number} is a crux of #{thesis_number} now. What would it make of your credence?"
    return CruxView(text(said), row(button("crux-answer", link_id, label="Answer…")))


def answer_form(
    opened_by: discord.Interaction[Any], link_id: int, question_number: int, own: tuple[float, float] | None
) -> ui.Modal:
    """Ask for both conditional credences, filled with what the member said before."""
    yes, no = (f"{value * 100:g}%" for value in own) if own is not None else ("", "")
    hint = "70%, 0.7, 7/10, 2:1 or 1 in 3"
    return modal(
        "crux-answer", link_id, opened_by=opened_by, title=f"Your credence, if #{question_number} …",
        fields=[
            field("yes", "… resolves YES, becomes", hint=hint, value=yes, most=MAX_TYPED),
            field("no", "… resolves NO, becomes", hint=hint, value=no, most=MAX_TYPED),
        ],
    )  # fmt: skip


def stated_view(link_id: int, stated: Stated) -> CruxView:
    """Repeat what was stored; if a member's own numbers don't add up, say so once."""
    question, thesis = f"#{stated.question_number}", f"#{stated.thesis_number}"
    yes, no = percent(stated.if_yes), percent(stated.if_no)
    said = (
        f"Stored: if {question} resolves YES, your credence in {thesis} becomes **{yes}**; if NO, **{no}**. "
        "You are asked once when it has."
    )
    lines = [said]
    if stated.probability is not None and stated.credence is not None:
        implied = stated.probability * stated.if_yes + (1 - stated.probability) * stated.if_no
        if round(abs(implied - stated.credence), 6) >= APART:
            lines.append(
                f"-# With your {percent(stated.probability)} for {question}, that makes "
                f"{percent(round(implied, 3))}; you hold {percent(stated.credence)}. One of them may be off."
            )
    return CruxView(text(*lines), row(button("crux-answer", link_id, label="Change…")))


def prompt_view(
    prompt: Prompt, *, marker: int | None = None, in_private: bool = False, note: str = ""
) -> CruxView:
    """Ask a member, in their own words, whether a crux that came out moves them.

    Parameters
    ----------
    in_private
        In a direct message, where a link leads back to the thesis.
    note
        What changed since they were asked.
    """
    outcome = OUTCOMES[prompt.outcome or 0]
    stated = percent(prompt.stated)
    stands = "You hold no credence now."
    if prompt.credence is not None:
        stands = f"It stands at **{percent(prompt.credence)}**."
    question = brief(single_line(prompt.question_title), PROMPT_TITLE_SHOWN)
    said = (
        f"You said: if #{prompt.question_number} resolves {outcome}, your credence in the thesis becomes "
        f"**{stated}**. {stands}"
    )
    lines = [f"#{prompt.question_number} resolved **{outcome}**: {question}", said]
    if note:
        lines.insert(0, note)
    key = prompt.conditional_id
    buttons: list[ui.Item[Any]] = [button("prompt-other", key, label="Other…")]
    if prompt.credence is not None:
        buttons.insert(0, button("prompt-keep", key, label=f"Keep {percent(prompt.credence)}"))
    if prompt.credence is None or percent(prompt.credence) != stated:
        set_to = button(
            "prompt-set", key, prompt.outcome or 0, label=f"Set to {stated}", style=ButtonStyle.primary
        )
        buttons.insert(0, set_to)
    if in_private and prompt.message_id is not None:
        url = CARD_URL.format(prompt.guild_id, prompt.channel_id, prompt.message_id)
        buttons.append(link("The thesis", url))
    return CruxView(text(_thesis(prompt), *lines), row(*buttons), marker=marker)


def called_view(prompt: Prompt, *, marker: int) -> CruxView:
    """Call a member who takes no direct messages; nobody's number is in it."""
    outcome = OUTCOMES[prompt.outcome or 0]
    lines = [
        _thesis(prompt),
        f"#{prompt.question_number}, a crux of it, resolved **{outcome}**.",
        f"-# <@{prompt.user_id}>, you said what that would change.",
    ]
    return CruxView(
        text(*lines), row(button("prompt", prompt.conditional_id, label="What I said")), marker=marker
    )


def other_form(opened_by: discord.Interaction[Any], conditional_id: int) -> ui.Modal:
    """Ask for a credence in the member's own writing."""
    entry = field("credence", "Your credence now", hint="70%, 0.7, 7/10, 2:1 or 1 in 3", most=MAX_TYPED)
    return modal("prompt-other", conditional_id, opened_by=opened_by, title="Your credence", fields=[entry])


def settled_view(prompt: Prompt, credence: float, *, kept: bool) -> CruxView:
    """Say where a member stands after a prompt."""
    verb = "Kept" if kept else "Saved"
    return CruxView(text(f"{verb}: your credence in #{prompt.thesis_number} is **{percent(credence)}**."))


def _thesis(prompt: Prompt) -> str:
    title = brief(single_line(prompt.thesis_title), PROMPT_TITLE_SHOWN)
    return f"**#{prompt.thesis_number}  Thesis: {title}**"
