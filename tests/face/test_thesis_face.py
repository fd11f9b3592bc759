"""A thesis on its card: written, opened, debated and never resolved."""

from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.questions.card import card_view
from bot.ui.limits import LAYOUT_COMPONENTS, LAYOUT_TEXT, utf16_length
from forecasts.communities import member_of
from forecasts.crux_views import CruxLine
from forecasts.forecasting import submit_forecast
from forecasts.models import Forecast, Kind, Phase, Preset, Question, Score, Side
from forecasts.questions import CRITERIA_LENGTH, TITLE_LENGTH
from forecasts.views import ArgumentLine, Card, Crowd
from tests.face.test_limits_face import GROWING, filled
from tests.face.watch import TEXT, walk
from tests.face.world import World, words

STATEMENT = "The export controls backfired."
OF_QUESTIONS = ("Resolves", "resolves YES", "Brier", "scored", "closes", "forecast")


async def drafted(world: World, title: str = STATEMENT, context: str = "") -> Any:
    """Write a thesis in its form as the moderator; the answer shows the draft."""
    form = await world.moderator.slash(world.channel, "thesis new")
    return await world.moderator.submit_modal(form, {"title": title, "criteria": context})


async def opened(world: World, **texts: str) -> discord.Message:
    """Write and open a thesis, and return its card."""
    draft = await drafted(world, **texts)
    answer = await world.moderator.click(draft.response.message, label="Open as thesis")
    assert "is sealed until" in words(answer)
    return world.channel.last_message


async def revealed(world: World, *percents: float) -> discord.Message:
    """Open a thesis, take credences, and break the seal; return its refreshed card."""
    card = await opened(world)
    await world.all_forecast(card, *percents)
    await world.pass_time(hours=24 if len(percents) > 2 else 48)
    return world.again(card)


async def test_a_thesis_is_two_clicks_after_its_command(world: World) -> None:
    """Send the form, open the draft: the card says what it is."""
    shown = words(await opened(world))
    assert f"#1  Thesis: {STATEMENT}" in shown
    assert "🔒 Sealed until" in shown
    assert "**0** credences in" in shown


async def test_a_draft_says_that_it_is_a_thesis(world: World) -> None:
    """It can be edited and rejected like another."""
    shown = words(await drafted(world))
    assert "📝 Draft of a thesis" in shown
    assert [label for label in ("[Open as thesis]", "[Edit…]", "[Reject]") if label not in shown] == []
    assert "[Approve and open]" not in shown


async def test_the_draft_of_a_question_becomes_a_thesis_in_two_clicks(world: World) -> None:
    """The form holds its title, to be turned into a statement; sending it opens the thesis."""
    draft = await world.new_draft()
    form = await world.moderator.click(draft.response.message, label="Open as thesis…")
    assert form.modal["title"] == "Open as a thesis"
    answer = await world.moderator.submit_modal(form, {"title": STATEMENT, "criteria": "Of 2022."})
    assert "#1 is sealed until" in words(answer)
    shown = words(world.channel.last_message)
    assert f"#1  Thesis: {STATEMENT}" in shown
    assert "Of 2022." in shown


async def test_a_question_is_no_thesis(world: World) -> None:
    """Sent as it stands, the form is refused, and the draft stays what it was."""
    draft = await world.new_draft()
    form = await world.moderator.click(draft.response.message, label="Open as thesis…")
    title = "Will the model gap narrow by year-end?"
    answer = await world.moderator.submit_modal(form, {"title": title, "criteria": ""})
    assert "A thesis is a statement" in words(answer)
    assert (await world.rows(Question))[0].kind is Kind.BINARY


async def test_approve_opens_the_draft_of_a_thesis_too(world: World) -> None:
    """The command and the button are one handler."""
    await drafted(world)
    answer = await world.moderator.slash(world.channel, "question approve", draft="id:1")
    assert "#1 is sealed until" in words(answer)


async def test_a_member_writes_no_thesis(world: World) -> None:
    """The form is refused when it is sent, and the button on a draft at once."""
    form = await world.member.slash(world.channel, "thesis new")
    answer = await world.member.submit_modal(form, {"title": STATEMENT, "criteria": ""})
    assert "for moderators" in words(answer)
    await world.new_draft()
    refused = await world.forge(world.member, await world.neutral_message(), "thesis:v1:1")
    assert "for moderators" in words(refused)


async def test_the_neighbours_draft_is_not_opened(world: World) -> None:
    """Another server's moderator has no way to it."""
    await world.new_draft()
    message = await world.neighbours_message()
    answer = await world.forge(world.neighbour.moderator, message, "thesis:v1:1")
    assert "no such question" in words(answer)


async def test_the_draft_of_a_thesis_is_edited_in_its_own_form(world: World) -> None:
    """Two fields: there is no close."""
    draft = await drafted(world)
    form = await world.moderator.click(draft.response.message, label="Edit…")
    changed = await world.moderator.submit_modal(form, {"title": "The controls worked.", "criteria": "Why."})
    assert "Thesis: The controls worked." in words(changed)


async def test_a_credence_is_one_click(world: World) -> None:
    """The same ladder, answer and nudges as on a question."""
    card = await opened(world)
    answer = await world.member.click(card, label="70")
    assert "Saved: **70 %**" in words(answer)
    await world.member.click(answer.response.message, label="+5")
    assert await world.values() == [70, 75]


async def test_a_sealed_thesis_shows_no_number(world: World) -> None:
    """Only how many credences are in; watch.py reads every payload for more."""
    card = await opened(world)
    await world.all_forecast(card, 13, 71, 93)
    await world.pass_time(seconds=20)
    shown = words(world.again(card))
    assert "**3** credences in" in shown
    assert "median" not in shown


async def test_no_phase_of_a_thesis_speaks_of_scores(world: World) -> None:
    """Sealed, debated, last call, running and void: card and notices."""
    card = await opened(world)
    await world.all_forecast(card, 20, 60, 70)
    shown = [words(card)]
    for hours in (24, 72, 24, 24 * 365):
        await world.pass_time(hours=hours)
        shown.append(words(world.again(card)))
    await world.change(Question, 1, phase=Phase.VOID, phase_ends_at=None)
    await world.moderator.slash(world.channel, "question repost", question="#1")
    shown += [words(message) for message in world.history()]
    thesis = [said for said in shown if "Thesis:" in said]
    assert len(thesis) > 7
    assert [word for word in OF_QUESTIONS if any(word in said for said in thesis)] == []


async def test_a_thesis_runs_without_an_end(world: World) -> None:
    """A year later it takes credences still, and its card names no date."""
    card = await revealed(world, 20, 60, 70)
    assert "3 credences: middle half" in words(card)
    await world.pass_time(hours=24 * 365)
    assert "▶️ Running\n" in words(world.again(card))
    answer = await world.third.click(world.again(card), label="90")
    assert "Change it any time." in words(answer)
    last = (await world.rows(Forecast))[-1]
    assert last.probabilities == [0.9]
    assert await world.rows(Score) == []


async def test_a_thesis_is_argued_about(world: World) -> None:
    """For and against stand on its card."""
    card = await revealed(world, 20, 60, 70)
    await world.argue(world.member, "Copying is cheaper than inventing.", "for")
    await world.pass_time(seconds=20)
    assert "▲ **For**" in words(world.again(card))


@pytest.mark.parametrize(
    ("command", "options", "says"),
    [
        ("resolve propose", {"outcome": "YES", "evidence": "https://e.org", "note": "So."}, "never resolved"),
        ("question extend", {"closes": "in 3 weeks", "reason": "More."}, "no closing date"),
    ],
)  # fmt: skip
async def test_a_thesis_has_neither_outcome_nor_close(
    world: World, command: str, options: dict[str, str], says: str
) -> None:
    """The sentence says what a thesis is, and to link a question."""
    await opened(world)
    answer = words(await world.moderator.slash(world.channel, command, question="#1", **options))
    assert says in answer
    assert "Link a dated question" in answer


async def test_a_thesis_is_voided(world: World) -> None:
    """A moderator takes it back; nobody was ever scored."""
    card = await revealed(world, 20, 60, 70)
    form = await world.moderator.slash(
        world.channel, "question void", question="#1", reason="ambiguous", note="It says two things."
    )
    await world.moderator.submit_modal(form, {"note": "It says two things."})
    assert "🗑️ Void: ambiguous.\n" in words(world.again(card))
    assert world.posts("🗑️ Void (ambiguous).\nIt says two things.")


async def test_a_thesis_is_edited_once_open(world: World) -> None:
    """Its form has the statement, the context and the reason."""
    card = await revealed(world, 20, 60, 70)
    form = await world.moderator.slash(world.channel, "question edit", question="#1")
    texts = {"title": "The controls of 2022 backfired.", "criteria": "", "reason": "Which ones."}
    await world.moderator.submit_modal(form, texts)
    await world.pass_time(seconds=20)
    assert "Thesis: The controls of 2022 backfired." in words(world.again(card))


async def test_lists_say_which_is_a_thesis(world: World) -> None:
    """Also while somebody types, and the thesis option offers nothing else."""
    await opened(world)
    await world.opened()
    assert f"Thesis: {STATEMENT}" in words(await world.member.slash(world.channel, "question list"))
    offered = await world.member.autocomplete(world.channel, "crux link", "thesis", "")
    assert [choice["name"] for choice in offered] == [f"#1 Thesis: {STATEMENT} (sealed)"]


@pytest.mark.parametrize("count", [0, 1, 4, 14, 200])
async def test_the_card_fits_whatever_the_crowd(world: World, count: int) -> None:
    """From nobody to two hundred, in every phase; watch.py measures what is sent."""
    card = await opened(world)
    async with world.bot.database.transaction() as session:
        for number in range(count):
            member = await member_of(session, community_id=1, user_id=10_000 + number, now=world.bot.now())
            await submit_forecast(
                session, community_id=1, question_id=1, member_id=member.id, interaction_id=number,
                probabilities=((number * 37 % 101) / 100,), now=world.bot.now(),
            )  # fmt: skip
    for hours in (48, 72, 24):
        await world.pass_time(hours=hours)
    counted = f"{count} credence{'' if count == 1 else 's'}: middle half"
    assert (counted if count else "nobody has given a credence yet") in words(world.again(card))


def largest(world: World, piece: str, phase: Phase) -> Card:
    """Return the card of a thesis with everything at its longest."""
    now = world.bot.now()
    crux = CruxLine(10**12, 10**6, filled(piece, TITLE_LENGTH[1]), Phase.DEBATE, None, 0.333, 0.999, 10**6)
    return Card(
        question_id=10**12, number=10**6, kind=Kind.THESIS, title=filled(piece, TITLE_LENGTH[1]),
        criteria=filled(piece, CRITERIA_LENGTH[1]), fine_print="", source="", quote=filled(piece, 5000),
        quote_source=filled(piece, 300), phase=phase, preset=Preset.STANDARD,
        phase_ends_at=now + timedelta(days=9), closes_at=None, is_revealed=True, forecasters=10**6,
        crowd=Crowd(10**6, 0.333, 0.222, 0.777, (10**5,) * 5),
        arguments=tuple(ArgumentLine(1, side, filled(piece, 400), filled(piece, 300)) for side in Side),
        resolution=None, results=None, void_reason="source gone", channel_id=1, message_id=1,
        edit_note=filled(piece, 300), edited_at=now, cruxes=(crux,) * 8,
    )  # fmt: skip


@pytest.mark.parametrize("piece", GROWING.values(), ids=GROWING)
async def test_the_largest_card_there_can_be_fits(world: World, piece: str) -> None:
    """In every phase, with eight cruxes."""
    for phase in Phase:
        parts = list(walk(card_view(largest(world, piece, phase), marker=9).to_components()))
        assert len(parts) <= LAYOUT_COMPONENTS
        assert sum(utf16_length(part["content"]) for part in parts if part["type"] == TEXT) <= LAYOUT_TEXT
