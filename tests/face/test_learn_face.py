"""`/learn`: three cards, practice scored at once, nothing stored."""

import pytest

from bot.learning.cards import ANSWERS, LESSONS, lesson_view, scored_view
from bot.ui.limits import utf16_length
from forecasts.models import Exposure, Forecast, Question
from tests.face.watch import TEXT, walk
from tests.face.world import World, words

ONE_SCREEN = 700  # characters of text that a phone shows at once, with the buttons below


async def test_the_first_card_is_private(world: World) -> None:
    """It is about base rates, and has nowhere to go back to."""
    shown = await world.member.slash(world.channel, "learn")
    assert shown.response.message.flags.ephemeral
    assert "1 of 3" in words(shown)
    assert "base rate" in words(shown)
    (back,) = [part for part in walk([each.to_dict() for each in shown.response.message.components])
               if part.get("label") == "Back"]  # fmt: skip
    assert back["disabled"]


async def test_next_and_back_turn_the_cards_in_place(world: World) -> None:
    """Three cards; from the last one it leads to a real question."""
    shown = await world.member.slash(world.channel, "learn")
    message = shown.response.message
    for title in ("2 of 3 · Move in small steps", "3 of 3 · Say what you mean"):
        turned = await world.member.click(message, label="Next")
        assert title in words(turned)
        message = turned.response.message
    assert "[Forecast a question]" in words(turned)
    assert "2 of 3" in words(await world.member.click(message, label="Back"))


async def test_practice_is_scored_at_once(world: World) -> None:
    """YES, and 80 % said: (.8 - 1)² = .04, beside the yardstick."""
    shown = await world.member.slash(world.channel, "learn")
    scored = words(await world.member.click(shown.response.message, label="80"))
    assert "It was YES. You said 80 %" in scored
    assert "Brier score: (0.80 - 1)² = **0.04**" in scored
    assert "0 is best, 1 is worst; always saying 50 % gets 0.25" in scored


@pytest.mark.parametrize(
    ("place", "percent", "score"),
    [(0, 5, "0.90"), (0, 95, "0.00"), (1, 50, "0.25"), (2, 20, "0.04"), (2, 95, "0.90")],
)
def test_the_scores_by_hand(place: int, percent: int, score: str) -> None:
    """YES, YES, NO: (.05 - 1)² = .9025, (.95 - 1)² = .0025, .5², .2² and .95² = .9025."""
    texts = [
        part["content"]
        for part in walk(scored_view(place, percent / 100).to_components())
        if "content" in part
    ]
    assert f"**{score}**" in "\n".join(texts)


async def test_nothing_is_stored(world: World) -> None:
    """Neither the answer nor that it was given."""
    shown = await world.member.slash(world.channel, "learn")
    await world.member.click(shown.response.message, label="20")
    for table in (Forecast, Exposure, Question):
        assert await world.rows(table) == []


async def test_after_a_score_one_goes_on_or_tries_again(world: World) -> None:
    """Back leads to the same card."""
    shown = await world.member.slash(world.channel, "learn")
    scored = await world.member.click(shown.response.message, label="20")
    assert "1 of 3" in words(await world.member.click(scored.response.message, label="Back"))


@pytest.mark.parametrize(
    "custom_id", ["learn-answer:v1:0:33", "learn-answer:v1:9:50", "learn-answer:v1:-1:50"]
)
async def test_a_made_up_answer_is_refused(world: World, custom_id: str) -> None:
    """Ids in a click are client input."""
    said = words(await world.forge(world.member, await world.neutral_message(), custom_id))
    assert "no such practice question" in said


async def test_the_first_forecast_points_to_it(world: World) -> None:
    """Once, in the welcome."""
    card = await world.opened()
    assert "/learn" in words(await world.member.click(card, label="70"))
    assert "/learn" not in words(await world.member.click(card, label="80"))


def test_each_card_fits_on_a_phone() -> None:
    """Text of a card and of each answer."""
    views = [lesson_view(place) for place in range(len(LESSONS))]
    views += [scored_view(place, percent / 100) for place in range(len(LESSONS)) for percent in ANSWERS]
    for view in views:
        texts = [part["content"] for part in walk(view.to_components()) if part["type"] == TEXT]
        assert sum(map(utf16_length, texts)) <= ONE_SCREEN
