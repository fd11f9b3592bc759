import pytest

from forecasts.models import Argument, Phase, Question
from tests.face.world import World, words

ARGUMENT = "Distillation keeps the followers close."
DAY = 24


async def test_an_argument_takes_two_interactions(world: World) -> None:
    """One click opens the form, sending it stores: nothing in between."""
    card = await world.opened()
    saved = await world.member.click(card, label="70")
    before = len(world.env.backend.interactions)
    form = await world.member.click(saved.response.message, label="Argue for")
    answer = await world.member.submit_modal(form, {"text": ARGUMENT, "source": "a talk"})
    assert len(world.env.backend.interactions) == before + 2
    assert "Sealed like the numbers until" in words(answer)
    (argument,) = await world.rows(Argument)
    assert (argument.text, argument.source, argument.side) == (ARGUMENT, "a talk", "for")


@pytest.mark.parametrize("side", ["for", "against"])
async def test_the_command_argues_either_side(world: World, side: str) -> None:
    """The side is chosen, the text typed."""
    await world.member.click(await world.opened(), label="70")
    answer = await world.argue(world.member, ARGUMENT, side)
    assert f"Stored, {side} #1" in words(answer)
    assert (await world.rows(Argument))[0].side == side


@pytest.mark.parametrize(("text", "sentence"), [("Because.", "at least 20"), (" " * 30, "at least 20")])
async def test_an_argument_that_is_too_short_is_refused(world: World, text: str, sentence: str) -> None:
    """The answer says how long it must be."""
    await world.member.click(await world.opened(), label="70")
    assert sentence in words(await world.argue(world.member, text))
    assert await world.rows(Argument) == []


async def test_an_argument_delivered_twice_is_stored_once(world: World) -> None:
    """Its interaction's id is stored with it."""
    await world.member.click(await world.opened(), label="70")
    await world.argue(world.member, ARGUMENT)
    await world.deliver_again()
    assert len(await world.rows(Argument)) == 1


async def test_an_argument_on_a_revealed_question_is_shown_at_once(world: World) -> None:
    """The answer says so, and ten seconds later the card shows it under an alias."""
    card = await world.revealed(10, 70, 90)
    answer = await world.argue(world.member, ARGUMENT)
    assert "It is on the card now" in words(answer)
    await world.pass_time(seconds=10)
    assert ARGUMENT in words(world.again(card))
    assert world.member.name not in words(world.again(card))


async def test_the_reveal_is_said_once_with_the_numbers(world: World) -> None:
    """After a day the card is open for debate and one post says so."""
    card = await world.revealed(10, 70, 90)
    assert "💬 Open for debate" in words(card)
    posts = [words(message) for message in world.history()[1:]]
    assert len(posts) == 1
    assert "💬 The seal is broken: open for debate until" in posts[0]
    assert "**median 70 %**" in posts[0]


async def test_too_few_forecasts_get_one_more_day(world: World) -> None:
    """With two forecasts nothing is said after a day, and the seal breaks after two."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70)
    await world.pass_time(hours=DAY)
    assert "🔒 Sealed" in words(world.again(card))
    assert len(world.history()) == 1
    await world.pass_time(hours=DAY)
    assert "💬 Open for debate" in words(world.again(card))


async def test_the_last_call_is_said(world: World) -> None:
    """After three days of debate members are asked once more."""
    card = await world.revealed(10, 70, 90)
    await world.pass_time(hours=3 * DAY)
    assert len(world.posts("⏳ Last call until")) == 1 + 1  # the post and the card
    assert "⏳ Last call" in words(world.again(card))


async def test_running_and_closed_only_change_the_card(world: World) -> None:
    """Nothing is posted for them."""
    card = await world.revealed(10, 70, 90)
    await world.pass_time(hours=3 * DAY)
    posts = len(world.history())
    await world.pass_time(hours=DAY)
    assert "▶️ Running" in words(world.again(card))
    await world.pass_time(hours=40 * DAY)
    assert "⏹️ Closed" in words(world.again(card))
    assert "[70]" not in words(world.again(card))
    assert len(world.history()) == posts


async def test_phases_missed_together_are_one_true_message(world: World) -> None:
    """Six days asleep: the seal broke, debate and last call are over, and no sentence says otherwise."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await world.pass_time(hours=6 * DAY)
    (post,) = world.posts("The seal is broken")
    assert "open for debate until" not in post
    assert "Last call until" not in post
    assert "Announced late" in post


async def test_a_proposal_is_said_with_outcome_proposer_and_evidence(world: World) -> None:
    """The post names who proposed what, until when it can be challenged, and links the page."""
    card = await world.revealed(10, 70, 90)
    answer = await world.propose("NO", note="The last figure is larger.")
    post = words(world.channel.last_message)
    assert "Proposed for #1" in words(answer)
    assert f"**NO** proposed by {world.moderator.mention}" in post
    assert "The last figure is larger." in post
    assert "[Evidence]" in post
    assert "Resolution proposed" in words(world.again(card))


async def test_a_proposers_own_forecast_is_shown_beside_the_proposal(world: World) -> None:
    """Once the question isn't sealed, readers see what the proposer had said."""
    card = await world.revealed(10, 70, 90)
    await world.forecast(world.moderator, 37, card)
    await world.propose("NO")
    await world.pass_time(seconds=10)
    assert "who had forecast 37 %" in words(world.again(card))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"evidence": "example.org"}, "link that starts with https://"),
        ({"evidence": "javascript:alert(1)"}, "link that starts with https://"),
        ({"evidence": "https://exa mple.org"}, "link that starts with https://"),
        ({"note": " "}, "Say in a sentence"),
        ({"known": "in 3 days"}, "3 days"),
        ({"known": "1999-01-01"}, "before the question opened"),
    ],
)
async def test_a_proposal_without_good_evidence_is_refused(
    world: World, options: dict[str, str], sentence: str
) -> None:
    """The answer names what is missing, and the question stays as it is."""
    await world.revealed(10, 70, 90)
    answer = await world.propose(**options)
    assert sentence in words(answer)
    assert (await world.rows(Question))[0].phase is Phase.DEBATE


async def test_a_resolution_is_posted_with_everybodys_yardstick(world: World) -> None:
    """The post says outcome, evidence, the median beside always-50 %, and the best forecasters."""
    card = await world.resolved(10, 70, 90)
    post = words(world.channel.last_message)
    assert "### #1 resolved YES" in post
    assert "Median 70 % (Brier 0.09; always 50 % gets 0.25; 0 is best)" in post
    assert f"Best here: {world.third.mention}" in post
    assert "[My result]" in post
    assert "[Evidence]" in post
    assert "✅ Resolved **YES**" in words(world.again(card))


async def test_my_result_is_the_members_own(world: World) -> None:
    """90 % held from the start on a YES is (1 - 0.9)² = 0.01 over all of the time but its first seconds."""
    await world.resolved(10, 70, 90)
    post = world.channel.last_message
    answer = await world.third.click(post, label="My result")
    assert answer.ephemeral
    assert "your Brier score is **0.01**" in words(answer)
    assert "over 100% of the time" in words(answer)


async def test_a_result_of_somebody_who_held_no_forecast_says_so(world: World) -> None:
    """No score is no zero."""
    await world.resolved(10, 70, 90)
    answer = await world.members[4].click(world.channel.last_message, label="My result")
    assert "You have no score on #1" in words(answer).replace("\\", "")


async def test_a_question_nobody_forecast_is_resolved_without_scores(world: World) -> None:
    """The post says that nobody is scored."""
    await world.resolved()
    assert "nobody is scored" in words(world.channel.last_message)


async def test_moderators_are_reminded_of_an_overdue_question(world: World) -> None:
    """Whoever opened it is told by direct message how to propose an outcome."""
    await world.revealed(10, 70, 90)
    await world.pass_time(hours=40 * DAY)
    note = words(world.moderator.user.dm_channel.last_message)
    assert "nobody has proposed an outcome" in note
    assert "/resolve propose question:1" in note
