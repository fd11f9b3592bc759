"""What the review of claims calls: one after the other, each decision one click or one form."""

import asyncio
from dataclasses import replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.context import Actor, acting
from bot.documents.review_views import nothing_view, review_view
from bot.errors import answer_in_place, reply
from bot.questions.advice import advice_on
from bot.questions.card import card_view
from bot.questions.forms import claim_question_form, claim_thesis_form
from bot.questions.handlers import deadline_of, wording_of
from bot.ui.components import CruxView, Interaction, field, modal, text
from bot.ui.text import brief, single_line
from claims.links import relate
from claims.llm.model import Model
from claims.related import bearing_of, judge_tension, passages_of, shelf_for_claim
from claims.review import (
    REASON_LIMIT,
    draft_from_claim,
    propose,
    read_claim,
    reject_claim,
    thesis_from_claim,
    waiting_claims,
)  # fmt: skip
from claims.thesis import proposition_of
from claims.views import ClaimLine, Proposal
from forecasts.errors import InvalidInputError
from forecasts.models import Question
from forecasts.queries import card_of
from forecasts.questions import Wording

BESIDE = 2
NOTE_SHOWN = 300


class Proposed(NamedTuple):
    """A claim, the question it would make, and the zone of the server's clock."""

    line: ClaimLine
    proposal: Proposal
    zone: ZoneInfo


async def begin(interaction: Interaction) -> None:
    """Show the best claim of all that wait, only to the moderator."""
    await reply(interaction, await _page(interaction, 0, 0))


async def review(interaction: Interaction, document_id: int, claim_id: int) -> None:
    """Show a claim that waits, in the place of the one before."""
    await answer_in_place(interaction, await _page(interaction, document_id, claim_id))


async def _page(interaction: Interaction, document_id: int, claim_id: int) -> CruxView:
    async with acting(interaction, as_moderator=True) as actor:
        community_id, now = actor.community.id, actor.now
        claims = await waiting_claims(
            actor.session, community_id=community_id, document_id=document_id or None
        )
        if not claims:
            return nothing_view(of_a_document=bool(document_id))
        place = next((n for n, each in enumerate(claims) if each.claim_id == claim_id), 0)
        key = claims[place].claim_id
        line, around = await read_claim(actor.session, community_id=community_id, claim_id=key)
        shelf = await shelf_for_claim(actor.session, community_id=community_id, claim_id=key)
        zone = ZoneInfo(actor.community.zone)
    proposal = await asyncio.to_thread(propose, line, around, zone=zone, now=now)
    bearing = await asyncio.to_thread(bearing_of, shelf)
    async with interaction.client.database.reading() as session:
        passages = await passages_of(session, shelf=shelf, bearing=bearing, most=BESIDE)
    return review_view(
        claims,
        place,
        document_id=document_id,
        passages=passages,
        proposal=proposal,
        advice=advice_on(proposal, now=now),
    )


async def _proposed(interaction: Interaction, claim_id: int, model: Model | None = None) -> Proposed:
    async with acting(interaction, as_moderator=True) as actor:
        line, around = await read_claim(actor.session, community_id=actor.community.id, claim_id=claim_id)
        zone = ZoneInfo(actor.community.zone)
    proposal = await asyncio.to_thread(propose, line, around, zone=zone, now=actor.now, model=model)
    return Proposed(line, proposal, zone)


async def draft(interaction: Interaction, claim_id: int) -> None:
    """Turn a claim into a draft question and show it with its buttons; the model is asked here only.

    A form must open within three seconds, which no model keeps.
    """
    _, proposal, _ = await _proposed(interaction, claim_id, interaction.client.model)
    async with acting(interaction, as_moderator=True) as actor:
        view = await _drafted(actor, claim_id, proposal)
    await reply(interaction, view)


async def open_edit_form(interaction: Interaction, claim_id: int) -> None:
    """Show the draft that a claim would make in a form; nothing is stored before it is sent."""
    _, proposal, zone = await _proposed(interaction, claim_id)
    closes = f"{proposal.closes_at.astimezone(zone):%Y-%m-%d %H:%M}"
    form = claim_question_form(interaction, claim_id, proposal.wording, closes)
    await interaction.response.send_modal(form)


async def draft_as_edited(interaction: Interaction, claim_id: int, values: dict[str, str]) -> None:
    """Turn a claim into a draft in the moderator's words; its quote stays verbatim."""
    _, proposal, _ = await _proposed(interaction, claim_id)
    async with acting(interaction, as_moderator=True) as actor:
        own = wording_of(values)
        closes_at = deadline_of(values, actor)
        edited = replace(
            proposal,
            wording=replace(own, quote=proposal.wording.quote, quote_source=proposal.wording.quote_source),
            closes_at=closes_at,
            resolves_at=max(closes_at, proposal.resolves_at),
        )
        view = await _drafted(actor, claim_id, edited)
    await reply(interaction, view)


async def _drafted(actor: Actor, claim_id: int, proposal: Proposal) -> CruxView:
    question = await draft_from_claim(
        actor.session,
        community_id=actor.community.id,
        member_id=actor.member.id,
        claim_id=claim_id,
        proposal=proposal,
        now=actor.now,
    )
    view = await _card(actor, question)
    if proposal.note:
        view.add_item(text(f"-# {brief(single_line(proposal.note), NOTE_SHOWN)}"))
    return view


async def _card(actor: Actor, question: Question) -> CruxView:
    card = await card_of(actor.session, community_id=actor.community.id, question_id=question.id)
    return card_view(card, advice=advice_on(card, now=actor.now))


async def open_thesis_form(interaction: Interaction, claim_id: int) -> None:
    """Ask for a claim as a statement that stands alone; the rules' own wording stands in the form."""
    async with acting(interaction, as_moderator=True) as actor:
        line, _ = await read_claim(actor.session, community_id=actor.community.id, claim_id=claim_id)
    title = proposition_of(line.claim) or line.claim.standalone
    await interaction.response.send_modal(claim_thesis_form(interaction, claim_id, title))


async def draft_thesis(interaction: Interaction, claim_id: int, values: dict[str, str]) -> None:
    """Turn a claim into the draft of a thesis and show it with its buttons."""
    async with acting(interaction, as_moderator=True) as actor:
        line, _ = await read_claim(actor.session, community_id=actor.community.id, claim_id=claim_id)
        thesis = await thesis_from_claim(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            claim_id=claim_id,
            wording=Wording(
                values["title"], values["criteria"], quote=line.claim.text, quote_source=line.title
            ),
            now=actor.now,
        )
        view = await _card(actor, thesis)
    await reply(interaction, view)


async def open_reject_form(interaction: Interaction, document_id: int, claim_id: int) -> None:
    """Ask why a claim isn't worth asking about; moderators' reasons are what ranking learns from."""
    async with acting(interaction, as_moderator=True):
        pass  # refuse before anybody types
    reason = field(
        "reason", "Why not?", hint="Not disputed, a duplicate, about the article …", most=REASON_LIMIT
    )
    form = modal(
        "reject-claim", document_id, claim_id, opened_by=interaction, title="Reject a claim", fields=[reason]
    )
    await interaction.response.send_modal(form)


async def reject(interaction: Interaction, document_id: int, claim_id: int, values: dict[str, str]) -> None:
    """Leave a claim out, and go on with the next one."""
    async with acting(interaction, as_moderator=True) as actor:
        before = await waiting_claims(
            actor.session, community_id=actor.community.id, document_id=document_id or None
        )
        await reject_claim(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            claim_id=claim_id,
            reason=values["reason"],
            now=actor.now,
        )
    keys = [each.claim_id for each in before]
    follower = keys[(keys.index(claim_id) + 1) % len(keys)] if claim_id in keys else 0
    await answer_in_place(interaction, await _page(interaction, document_id, follower))


async def judge(interaction: Interaction, document_id: int, claim_id: int, other_id: int, holds: int) -> None:
    """Remember whether two claims are in tension, and show the claim anew."""
    if holds not in (0, 1):
        raise InvalidInputError("There is a tension or there is none.")
    async with acting(interaction, as_moderator=True) as actor:
        community_id = actor.community.id
        one, _ = await read_claim(actor.session, community_id=community_id, claim_id=claim_id)
        other, _ = await read_claim(actor.session, community_id=community_id, claim_id=other_id)
    (found,) = await asyncio.to_thread(relate, [one.claim.standalone], [other.claim.standalone])
    async with acting(interaction, as_moderator=True) as actor:
        await judge_tension(
            actor.session,
            community_id=actor.community.id,
            member_id=actor.member.id,
            claim_ids=(claim_id, other_id),
            holds=bool(holds),
            found=found,
            now=actor.now,
        )
    await answer_in_place(interaction, await _page(interaction, document_id, claim_id))
