"""Pictures and derivations: what members see of their scores beside the numbers."""

from tests.face.world import World, words

PNG = b"\x89PNG\r\n"


async def test_a_score_is_explained_step_by_step(world: World) -> None:
    """70 % on YES: (0.7 - 1)² = 0.09, held all the time."""
    card = await world.resolved(10, 70, 90)
    said = words(await world.other.click(card, label="Why this score?"))
    assert "**70 %** → (0.7 − 1)² = 0.090" in said
    assert "**Brier 0.090**" in said
    assert "Coverage 100%" in said


async def test_the_command_explains_the_same(world: World) -> None:
    """`/why` and the button give one answer."""
    card = await world.resolved(10, 70, 90)
    by_button = words(await world.other.click(card, label="Why this score?"))
    by_command = words(await world.other.slash(world.channel, "why", question="#1"))
    assert by_button == by_command


async def test_nothing_is_explained_before_the_outcome(world: World) -> None:
    """A sealed question's scores don't exist."""
    await world.all_forecast(await world.opened(), 10, 70, 90)
    answer = await world.other.slash(world.channel, "why", question="#1")
    assert "scores come with its outcome" in words(answer)


async def test_another_servers_score_is_not_explained(world: World) -> None:
    """A forged id of a question next door is no question."""
    await world.resolved(10, 70, 90)
    answer = await world.forge(world.neighbour.member, await world.neighbours_message(), "why:v1:1")
    assert "There is no such question" in words(answer)


async def test_the_history_is_a_picture_with_words(world: World) -> None:
    """A PNG comes with the answer, and its alt text says from where to where the median went."""
    card = await world.resolved(10, 70, 90)
    answer = await world.member.click(card, label="History")
    (picture,) = answer.response.attachments
    assert (await picture.read()).startswith(PNG)
    assert answer.ephemeral
    gallery = next(part for part in answer.response.components if part["type"] == 12)
    assert "Median of #1 over time: from 70% to 70%. It resolved YES." in str(gallery)


async def test_a_sealed_history_is_not_drawn(world: World) -> None:
    """A forged click on a sealed question gives no picture."""
    card = await world.opened()
    await world.all_forecast(card, 37, 63)
    answer = await world.forge(world.third, card, "history:v1:1")
    assert "sealed" in words(answer)
    assert not answer.response.attachments


async def test_a_leaderboard_with_intervals_is_drawn(world: World) -> None:
    """From the second scored question on there are intervals, and a picture of them."""
    await world.resolved(10, 70, 90)
    await world.resolved(20, 60, 80, title="Will the second question be asked?")
    answer = await world.member.slash(world.channel, "leaderboard")
    (picture,) = answer.response.attachments
    assert (await picture.read()).startswith(PNG)
    assert "1. +" in str(answer.response.components)


async def test_a_leaderboard_of_one_question_has_no_picture(world: World) -> None:
    """One question gives no interval, so there is nothing to draw."""
    await world.resolved(10, 70, 90)
    answer = await world.member.slash(world.channel, "leaderboard")
    assert not answer.response.attachments


async def test_a_profile_before_the_first_score_invites(world: World) -> None:
    """Nobody starts with a number: the answer says what to do."""
    answer = await world.member.slash(world.channel, "profile")
    assert "You have no scored question yet" in words(answer)
    assert answer.ephemeral


async def test_a_profile_says_what_it_rests_on(world: World) -> None:
    """One question scored, with the yardsticks on the same question; too early for a calibration."""
    await world.resolved(10, 70, 90)
    said = words(await world.other.slash(world.channel, "profile"))
    assert "1 question scored · your Brier **0.09** (0 is best; the median's 0.09, always 50 % 0.25)" in said
    assert "too early, it takes 10 resolved forecasts and there are 1" in said


async def test_the_servers_calibration_is_drawn_from_ten_forecasts_on(world: World) -> None:
    """Two questions of five members are ten points: a picture with words for it."""
    await world.resolved(10, 30, 70, 90, 80)
    await world.resolved(20, 40, 60, 80, 90, title="Will the second question be asked?")
    answer = await world.member.slash(world.channel, "calibration")
    (picture,) = answer.response.attachments
    assert (await picture.read()).startswith(PNG)
    assert "Calibration over 10 forecasts" in words(answer)


async def test_a_small_servers_calibration_is_too_early(world: World) -> None:
    """Below ten forecasts a curve would show chance."""
    answer = await world.member.slash(world.channel, "calibration")
    assert "too early" in words(answer)
    assert not answer.response.attachments
