"""What resolution commands call."""

from zoneinfo import ZoneInfo

from bot.context import acting
from bot.errors import reply
from bot.ui.components import CruxView, Interaction, text
from bot.ui.text import timestamp
from forecasts.past import parse_past
from forecasts.resolution import propose_resolution


async def propose(
    interaction: Interaction, question_id: int, *, outcome: int, evidence: str, note: str, known: str
) -> None:
    """Propose an outcome with its evidence; the channel reads it at once."""
    async with acting(interaction, as_moderator=True) as actor:
        zone = ZoneInfo(actor.community.zone)
        question = await propose_resolution(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            outcome=outcome,
            evidence_url=evidence,
            note=note,
            known_at=parse_past(known, now=actor.now, zone=zone) if known else None,
            now=actor.now,
        )
    until = timestamp(question.phase_ends_at, "f") if question.phase_ends_at else ""
    said = f"Proposed for #{question.number}. It is resolved {until} unless somebody challenges it before."
    await reply(interaction, CruxView(text(said)))
    await interaction.client.deliver()
