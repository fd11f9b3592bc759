"""What moderating adds to cards, posts and notes stays within Discord's limits at its longest."""

from dataclasses import replace

import pytest

from bot.questions.card import card_view
from bot.questions.notices import note_view, notice_view
from bot.ui.limits import LAYOUT_COMPONENTS, LAYOUT_TEXT, utf16_length
from forecasts.cards import CARD_GONE
from forecasts.editing import REASON_LIMIT
from forecasts.models import Phase
from forecasts.resolution import NOTE_LIMIT
from forecasts.views import Card, Correction, PointsMove
from tests.face.test_limits_face import GROWING, filled, largest
from tests.face.watch import TEXT, walk
from tests.face.world import WORDING, World, words

ALOUD = ["revealed", "last call", "proposed", "challenged", "resumed", "restarted", "voided"]


def moderated(world: World, piece: str, phase: Phase) -> Card:
    """Return the largest card, with all that moderators add."""
    note = filled(piece, NOTE_LIMIT)
    moves = tuple(PointsMove(10**19 + n, -100.0, 100.0) for n in range(3))
    return replace(
        largest(world, piece, phase),
        edit_note=filled(piece, REASON_LIMIT),
        edited_at=world.bot.now(),
        decision_note=note,
        void_note=note,
        correction=Correction(0, 0.01, 0.99, moves),
    )


@pytest.mark.parametrize("piece", GROWING.values(), ids=GROWING)
async def test_the_largest_moderated_card_fits(world: World, piece: str) -> None:
    """Card, posts and notes, for members and for moderators, challenged or not."""
    for phase in Phase:
        card = moderated(world, piece, phase)
        needs = {"announce": ["undelivered", CARD_GONE, "challenged"]}
        views = [
            notice_view(card, {"announce": ALOUD, "late": True}, marker=9),
            notice_view(card, {"announce": ["overturned"], "late": True}, marker=9),
        ]
        for flag in (True, False):
            views.append(note_view(card, needs, marker=9, private=flag))
            views.append(card_view(card, marker=9, for_moderator=flag))
            views.append(card_view(replace(card, phase_ends_at=None), marker=9, for_moderator=flag))
        for view in views:
            parts = list(walk(view.to_components()))
            assert len(parts) <= LAYOUT_COMPONENTS
            assert sum(utf16_length(part["content"]) for part in parts if part["type"] == TEXT) <= LAYOUT_TEXT


@pytest.mark.parametrize("piece", GROWING.values(), ids=GROWING)
async def test_the_longest_texts_go_through_every_form(world: World, piece: str) -> None:
    """Reasons and notes at their longest: watch.py measures each payload on its way."""
    card = await world.revealed(10, 70, 90)
    note = filled(piece, NOTE_LIMIT - 1) + "."
    form = await world.moderator.slash(world.channel, "question edit", question="#1")
    texts = {name: WORDING[name] for name in ("title", "criteria", "source")}
    reason = filled(piece, REASON_LIMIT - 1) + "."
    await world.moderator.submit_modal(form, texts | {"fine_print": "A tie is a NO.", "reason": reason})
    await world.pass_time(seconds=10)
    assert "-# Edited" in words(world.again(card))
    await world.propose()
    await world.member.slash(world.channel, "resolve challenge", question="#1", reason=note)
    assert "The challenge:" in words(world.channel.last_message)
    await world.pass_time(hours=7 * 24)
    await world.moderator.slash(world.channel, "resolve decide", question="#1", ruling="uphold", note=note)
    assert "The challenge was decided:" in words(world.channel.last_message)
    await world.moderator.slash(
        world.channel, "resolve overturn", question="#1", outcome="NO", note=note,
        evidence="https://example.org/" + "e" * 480,
    )  # fmt: skip
    assert "What changed" in words(world.channel.last_message)
    form = await world.moderator.slash(
        world.channel, "question void", question="#1", reason="premise false", note=note
    )
    await world.moderator.submit_modal(form, {"note": note})
    assert "premise false" in words(world.channel.last_message)
