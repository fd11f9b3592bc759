"""The sealed rule is checked on every payload of every test in this folder (watch.py).

Here a question is sealed with marker numbers and marker words, and everything that could tell is asked.
"""

import re
from typing import Any

import pytest

from forecasts.models import Community, Preset, Question
from tests.face.watch import Watch
from tests.face.world import World, words

MARKERS = (37, 55, 83, 17)  # median 46, quartiles 32 and 62
FOR, AGAINST = "Xylophones outnumber zithers everywhere.", "Quokkas contradict the whole xylophone trade."
PLACES = (
    ("question show", {"question": "#1"}),
    ("question list", {}),
    ("forecast mine", {"question": "#1"}),
    ("forecast next", {}),
    ("leaderboard", {}),
)


@pytest.fixture
async def sealed(world: World) -> Any:
    """Seal a question with four marker forecasts and an argument each way."""
    card = await world.opened()
    await world.all_forecast(card, *MARKERS)
    await world.argue(world.member, FOR)
    await world.argue(world.other, AGAINST, "against")
    return card


async def ask_everything(world: World, card: Any) -> str:
    """Let a newcomer, a participant and a moderator ask for whatever there is, and return the answers."""
    answers = []
    for person in (world.members[4], world.third, world.moderator):
        for command, options in PLACES:
            answers.append(words(await person.slash(world.channel, command, **options)))
        answers.append(str(await person.autocomplete(world.channel, "forecast set", "question", "")))
        answers.append(words(await person.click(card, label="My forecast")))
        answers.append(words(await person.click(card, label="Criteria")))
    return "\n".join(answers)


async def test_a_sealed_question_tells_nobody_anything(world: World, sealed: Any) -> None:
    """List, card, show, next, leaderboard and choices hold the title, the phase and a count of four."""
    await world.pass_time(seconds=10)
    told = await ask_everything(world, world.again(sealed))
    assert "**4** forecasts in" in told
    assert "Xylophones" not in told
    assert "median" not in told


async def test_a_refreshed_sealed_card_only_counts(world: World, sealed: Any) -> None:
    """The card in the channel says how many, never what."""
    await world.pass_time(seconds=10)
    shown = re.sub(r"<t:\d+:.>", "", words(world.again(sealed)))
    assert "**4** forecasts in" in shown
    assert "🔒 Sealed until" in shown
    assert not any(str(marker) in shown for marker in MARKERS)


async def test_a_question_proposed_while_sealed_stays_sealed(world: World, sealed: Any) -> None:
    """Neither the proposal's post nor the card nor any answer holds a number before it is resolved."""
    await world.forecast(world.moderator, 91, sealed)
    await world.propose()
    told = await ask_everything_but_buttons(world)
    assert "Resolution proposed" in told
    assert "Xylophones" not in told
    assert "91" not in told


async def ask_everything_but_buttons(world: World) -> str:
    """Ask by commands alone, and read the channel."""
    answers = [words(message) for message in world.history()]
    for person in (world.members[4], world.third):
        for command, options in PLACES:
            answers.append(words(await person.slash(world.channel, command, **options)))
    return "\n".join(answers)


@pytest.mark.usefixtures("sealed")
async def test_a_digest_of_a_sealed_week_only_counts(world: World) -> None:
    """Sunday's digest comes while the question is sealed: forecasts and people, no numbers."""
    now = world.bot.now()
    await world.change(Question, 1, phase_ends_at=now.replace(month=2))
    await world.pass_time(hours=3 * 24 + 18)  # from Thursday midnight to Sunday at 18:00
    digest = words(world.channel.last_message)
    assert "4 forecasts by 4 people" in digest


@pytest.mark.usefixtures("sealed")
async def test_a_rejected_repetition_does_not_tell_what_others_wrote(world: World) -> None:
    """The same words as somebody else's sealed argument are taken like any others."""
    answer = await world.argue(world.third, FOR)
    assert "Stored" in words(answer)


async def test_an_errors_sentence_tells_nothing(world: World, sealed: Any) -> None:
    """Refusals about a sealed question hold no number either."""
    for probability in ("maybe", "7000", "-1"):
        await world.third.slash(world.channel, "forecast set", question="#1", probability=probability)
    await world.forge(world.third, sealed, "result:v1:1")
    await world.forge(world.members[4], sealed, "nudge:v1:1:5")
    await world.forge(world.members[4], sealed, "undo:v1:1")


async def test_members_see_their_own_numbers(world: World, sealed: Any) -> None:
    """Only the author of a sealed number reads it again."""
    assert "**37 %**" in words(await world.member.click(sealed, label="My forecast"))
    assert "**55 %**" in words(await world.other.click(sealed, label="My forecast"))


async def test_the_seal_breaks_for_everybody_at_once(world: World, sealed: Any) -> None:
    """At the reveal card and post hold the numbers, and the card both arguments under aliases."""
    await world.pass_time(hours=24)
    shown, post = words(world.again(sealed)), words(world.channel.last_message)
    assert "**median 46 %**" in shown
    assert "**median 46 %**" in post
    assert "middle half 32 % to 62 %" in shown
    assert FOR in shown
    assert AGAINST in shown
    assert "member-1" not in shown


async def test_in_preset_rolling_the_public_sees_no_numbers_before_the_close(world: World) -> None:
    """The card counts; who has forecast sees the numbers in an answer only they see."""
    card = await world.running()
    await world.all_forecast(card, *MARKERS)
    await world.pass_time(seconds=10)
    assert "you see the numbers once you have forecast" in words(world.again(card))
    inside = words(await world.member.click(card, label="My forecast"))
    outside = words(await world.members[4].click(card, label="My forecast"))
    assert "**median 46 %**" in inside
    assert "median" not in outside
    await world.pass_time(hours=24 * 36)
    assert "**median 46 %**" in words(world.again(card))


async def test_whoever_withdraws_from_a_running_question_is_outside_again(world: World) -> None:
    """Without a forecast in force the gate is shut, in the answer to the withdrawal too."""
    card = await world.running()
    await world.all_forecast(card, *MARKERS)
    answer = await world.member.slash(world.channel, "forecast withdraw", question="#1")
    assert "median" not in words(answer)
    assert "median" not in words(await world.member.click(card, label="My forecast"))


async def test_the_community_preset_does_not_open_a_seal(world: World, sealed: Any) -> None:
    """What moderators prefer for later questions changes nothing for this one."""
    await world.change(Community, 1, preset=Preset.ROLLING)
    assert "median" not in await ask_everything(world, sealed)


@pytest.mark.parametrize("secret", ["37 %", "37.", "saying 83", "46 %", "32 %", "median", "█", FOR[:20]])
async def test_the_check_itself_finds_a_leak(world: World, sealed: Any, secret: str) -> None:
    """A public message about the question with a number, an aggregate or words of it would be caught."""
    watch = Watch(world.env.backend, world.watch.database)
    leak = sealed.components[0].to_dict()
    watch._sealed(world.watch[-1], leak, viewer=None)
    assert watch.problems == []
    leak["components"][1]["content"] += f" {secret}"
    watch._sealed(world.watch[-1], leak, viewer=None)
    watch.close()
    assert len(watch.problems) == 1
