"""What resolution commands and buttons call: propose, challenge, decide, overturn."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.context import Actor, acting
from bot.errors import answer_in_place, reply
from bot.ui.components import CruxView, Interaction, field, modal, text
from bot.ui.text import timestamp
from forecasts.lifecycle import describe
from forecasts.models import Phase
from forecasts.past import parse_past
from forecasts.queries import find_question
from forecasts.resolution import (
    NOTE_LIMIT,
    challenge_resolution,
    decide_challenge,
    overturn_resolution,
    propose_resolution,
)  # fmt: skip


async def propose(
    interaction: Interaction, question_id: int, *, outcome: int, evidence: str, note: str, known: str
) -> None:
    """Propose an outcome with its evidence; the channel reads it at once."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await propose_resolution(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            outcome=outcome,
            evidence_url=evidence,
            note=note,
            known_at=_known_at(known, actor),
            now=actor.now,
        )
    until = timestamp(question.phase_ends_at, "f") if question.phase_ends_at else ""
    said = f"Proposed for #{question.number}. It is resolved {until} unless somebody challenges it before."
    await reply(interaction, CruxView(text(said)))
    await interaction.client.deliver()


def _known_at(typed: str, actor: Actor) -> datetime | None:
    return parse_past(typed, now=actor.now, zone=ZoneInfo(actor.community.zone)) if typed else None


async def open_challenge_form(interaction: Interaction, question_id: int) -> None:
    """Ask a member what is wrong with a proposal."""
    reason = field("reason", "What is wrong with it?", most=NOTE_LIMIT, long=True,
                   hint="Members and moderators read this; it goes with no name")  # fmt: skip
    form = modal(
        "challenge", question_id, opened_by=interaction, title="Challenge the outcome", fields=[reason]
    )
    await interaction.response.send_modal(form)


async def submit_challenge(interaction: Interaction, question_id: int, values: dict[str, str]) -> None:
    """Dispute a proposal as typed into the form."""
    await challenge(interaction, question_id, values["reason"])


async def challenge(interaction: Interaction, question_id: int, reason: str) -> None:
    """Dispute a proposal: a second moderator decides it; moderators are told at once."""
    async with acting(interaction) as actor:
        question = await challenge_resolution(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            reason=reason,
            now=actor.now,
        )
    said = f"#{question.number} is challenged. It waits for a moderator other than its proposer."
    await reply(interaction, CruxView(text(said)))
    await interaction.client.deliver()


async def open_decision_form(interaction: Interaction, question_id: int, stands: int) -> None:
    """Ask a moderator why a challenged proposal stands or falls; a wrong tap decides nothing."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
    note = field("note", "Why? Members read this", most=NOTE_LIMIT, long=True,
                 hint="What the evidence shows, in a sentence")  # fmt: skip
    title = f"#{question.number}: the proposal {'stands' if stands else 'falls'}"
    form = modal("decide", question_id, int(bool(stands)), opened_by=interaction, title=title, fields=[note])
    await interaction.response.send_modal(form)


async def submit_decision(
    interaction: Interaction, question_id: int, stands: int, values: dict[str, str]
) -> None:
    """Decide a challenge as typed into the form."""
    await decide(interaction, question_id, upheld=bool(stands), note=values["note"])


async def decide(interaction: Interaction, question_id: int, *, upheld: bool, note: str) -> None:
    """Decide a challenge: the question is resolved, or goes on."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await decide_challenge(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            upheld=upheld,
            note=note,
            now=actor.now,
        )
    fate = "The proposal stands" if question.phase is Phase.RESOLVED else "The proposal falls"
    said = f"{fate}: #{question.number} is {describe(question.phase)}. The channel reads your note."
    await answer_in_place(interaction, CruxView(text(said)))
    await interaction.client.deliver()


async def overturn(
    interaction: Interaction, question_id: int, *, outcome: int, evidence: str, note: str, known: str
) -> None:
    """Correct a resolution; everybody is scored anew, and the channel reads the difference."""
    async with acting(interaction, as_moderator=True) as actor:
        question = await overturn_resolution(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            outcome=outcome,
            evidence_url=evidence,
            note=note,
            known_at=_known_at(known, actor),
            now=actor.now,
        )
    said = f"#{question.number} is corrected and scored anew. The channel reads what changed."
    await reply(interaction, CruxView(text(said)))
    await interaction.client.deliver()
