"""Whatever is stored, a payload stays within Discord's limits: watch.py measures each one."""

from datetime import timedelta
from typing import Any

import pytest

from bot.questions.card import card_view
from bot.questions.notices import note_view, notice_view
from bot.ui.limits import LAYOUT_COMPONENTS, LAYOUT_TEXT, utf16_length
from forecasts.communities import member_of
from forecasts.debate import ARGUMENT_LENGTH, SOURCE_LIMIT, add_argument
from forecasts.events import Announcement
from forecasts.forecasting import submit_forecast
from forecasts.models import Argument, Kind, Origin, Phase, Preset, Question, Resolution, Side
from forecasts.questions import CRITERIA_LENGTH, FINE_PRINT_LIMIT, TITLE_LENGTH
from forecasts.resolution import NOTE_LIMIT
from forecasts.views import ArgumentLine, Best, Card, Crowd, ResolutionLine, Results
from tests.face.watch import TEXT, walk
from tests.face.world import World, words

GROWING = {
    "plain": "w ",
    "doubling": "*_",
    "mentions": "<@&1>",
    "tripling": "https://e.org/|||||||||||||||||||||||||||| ",
    "surrogates": "🦦",
    "marks": "Z͑ͫ̓",
    "lines": "#\n",
    "everyone": "@everyone",
}


def filled(piece: str, length: int) -> str:
    """Return a text of an exact length."""
    return (piece * (length // len(piece) + 1))[:length]


async def crowded(world: World, count: int) -> Any:
    """Open a question with so many forecasts, stored past Discord, and break its seal."""
    card = await world.opened()
    async with world.bot.database.transaction() as session:
        for number in range(count):
            member = await member_of(session, community_id=1, user_id=10_000 + number, now=world.bot.now())
            await submit_forecast(
                session, community_id=1, question_id=1, member_id=member.id, interaction_id=number,
                probabilities=((number * 37 % 101) / 100,), now=world.bot.now(),
            )  # fmt: skip
    await world.pass_time(hours=24 if count > 2 else 48)
    return world.again(card)


@pytest.mark.parametrize("count", [0, 1, 4, 14, 200])
async def test_a_card_fits_whatever_the_crowd(world: World, count: int) -> None:
    """From nobody to two hundred: revealed, closed, proposed and resolved."""
    card = await crowded(world, count)
    counted = (
        f"{count} forecast{'' if count == 1 else 's'}: middle half" if count else "nobody has forecast yet"
    )
    assert counted in words(card)
    await world.pass_time(hours=24 * 36)
    await world.propose()
    await world.pass_time(hours=48)
    assert "✅ Resolved **YES**" in words(world.again(card))


async def test_a_leaderboard_of_forty_fits(world: World) -> None:
    """Fifteen lines and how many more there are."""
    await crowded(world, 40)
    await world.pass_time(hours=24 * 36)
    await world.propose()
    await world.pass_time(hours=48)
    answer = words(await world.member.slash(world.channel, "leaderboard"))
    assert "… and 25 more" in answer


@pytest.mark.parametrize("piece", GROWING.values(), ids=GROWING)
async def test_the_longest_texts_fit_in_every_phase(world: World, piece: str) -> None:
    """Title, criteria, fine print, quote, arguments and notes at their limits, of signs that grow."""
    draft = await world.new_draft()
    await world.change(
        Question, 1, title=filled(piece, TITLE_LENGTH[1]), criteria=filled(piece, CRITERIA_LENGTH[1]),
        fine_print=filled(piece, FINE_PRINT_LIMIT), source=filled(piece, 300), quote=filled(piece, 5000),
        quote_source=filled(piece, 300),
    )  # fmt: skip
    await world.moderator.slash(world.channel, "question show", question="id:1")
    await world.moderator.click(draft.response.message, label="Edit…")
    card = await world.approve_draft(draft)
    await world.all_forecast(card, 10, 70, 90)
    async with world.bot.database.transaction() as session:
        for side in Side:
            session.add(
                Argument(
                    question_id=1, side=side, origin=Origin.DOCUMENT, text=filled(piece, ARGUMENT_LENGTH[1]),
                    source=filled(piece, SOURCE_LIMIT), at=world.bot.now(),
                )
            )  # fmt: skip
    await world.pass_time(hours=24)
    await world.member.click(card, label="Criteria")
    await world.member.slash(world.channel, "question list")
    await world.member.autocomplete(world.channel, "forecast set", "question", "")
    await world.propose(note="A short note.")
    (proposal,) = await world.rows(Resolution)
    await world.change(Resolution, proposal.id, note=filled(piece, NOTE_LIMIT))
    async with world.bot.database.transaction() as session:
        challenge = Resolution(
            question_id=1, version=1, ruling="challenged", note=filled(piece, NOTE_LIMIT), at=world.bot.now()
        )
        session.add(challenge)
    await world.pass_time(seconds=20)
    await world.pass_time(hours=48)
    await world.pass_time(hours=7 * 24)
    assert [message.error for message in await world.outbox("refresh")] == [""] * len(
        await world.outbox("refresh")
    )
    assert world.posts("resolved YES")


@pytest.mark.parametrize("piece", GROWING.values(), ids=GROWING)
async def test_the_longest_argument_typed_is_answered(world: World, piece: str) -> None:
    """The answer repeats the argument."""
    await world.member.click(await world.opened(), label="70")
    text = filled(piece, ARGUMENT_LENGTH[1]).strip()
    answer = await world.argue(world.member, text)
    assert "Stored" in words(answer) or "at least 20" in words(answer)


async def test_sixty_arguments_show_the_newest_of_each_side(world: World) -> None:
    """The card stays a card."""
    card = await world.revealed(10, 70, 90)
    async with world.bot.database.transaction() as session:
        for number in range(60):
            member = await member_of(session, community_id=1, user_id=number + 1, now=world.bot.now())
            await submit_forecast(
                session, community_id=1, question_id=1, member_id=member.id, probabilities=(0.5,),
                interaction_id=number, now=world.bot.now(),
            )  # fmt: skip
            await add_argument(
                session, community_id=1, question_id=1, member_id=member.id,
                side=Side.FOR if number % 2 else Side.AGAINST, text=f"This is reason number {number}.",
                interaction_id=number, now=world.bot.now(),
            )  # fmt: skip
    await world.pass_time(seconds=10)
    shown = words(world.again(card))
    assert "reason number 59" in shown
    assert "reason number 58" in shown
    assert "reason number 57" not in shown


def largest(world: World, piece: str, phase: Phase) -> Card:
    """Return a card with everything at its longest."""
    now = world.bot.now()
    note = filled(piece, NOTE_LIMIT)
    return Card(
        question_id=10**12, number=10**6, kind=Kind.BINARY, title=filled(piece, TITLE_LENGTH[1]),
        criteria=filled(piece, CRITERIA_LENGTH[1]), fine_print=filled(piece, FINE_PRINT_LIMIT),
        source=filled(piece, 300), quote=filled(piece, 5000), quote_source=filled(piece, 300), phase=phase,
        preset=Preset.STANDARD, phase_ends_at=now + timedelta(days=9), closes_at=now, is_revealed=True,
        forecasters=10**6, crowd=Crowd(10**6, 0.333, 0.222, 0.777, (10**5,) * 5),
        arguments=tuple(ArgumentLine(1, side, filled(piece, 400), filled(piece, 300)) for side in Side),
        resolution=ResolutionLine(1, "https://example.org", note, now, 10**19, 0.333, note),
        results=Results(0.333, 0.333, 0.1, 0.1, 0.25, 9, tuple(Best(10**19, -100, 0.1) for _ in range(3))),
        void_reason="source gone", channel_id=1, message_id=1,
    )  # fmt: skip


@pytest.mark.parametrize("piece", GROWING.values(), ids=GROWING)
async def test_the_largest_card_there_can_be_fits(world: World, piece: str) -> None:
    """Everything at once, as no single phase shows it: card, notice and note."""
    for phase in Phase:
        card = largest(world, piece, phase)
        payload = {
            "announce": [str(each) for each in list(Announcement) if str(each) in SPOKEN],
            "late": True,
        }
        views = [
            card_view(card, marker=9),
            notice_view(card, {"announce": ["proposed"], "late": True}, marker=9),
            notice_view(card, payload, marker=9),
            note_view(card, {"announce": ["reminder"]}, marker=9),
        ]
        for view in views:
            parts = list(walk(view.to_components()))
            assert len(parts) <= LAYOUT_COMPONENTS
            assert sum(utf16_length(part["content"]) for part in parts if part["type"] == TEXT) <= LAYOUT_TEXT


SPOKEN = {"revealed", "last call", "proposed", "challenged", "resumed", "restarted", "voided"}
