import pytest

from forecasts.models import Exposure, Forecast, Member
from tests.face.world import World, words


async def test_one_click_on_the_card_stores_a_forecast(world: World) -> None:
    """A tap on 70 is one interaction, answered only to its author, and 70 % is stored."""
    card = await world.opened()
    before = len(world.env.backend.interactions)
    answer = await world.member.click(card, label="70")
    assert await world.values() == [70]
    assert len(world.env.backend.interactions) == before + 1
    assert "Saved: **70 %**" in words(answer)
    assert answer.ephemeral


async def test_each_rung_of_the_ladder_stores_its_number(world: World) -> None:
    """What a button says is what it stores."""
    card = await world.opened()
    rungs = [2, 10, 20, 30, 40, 60, 70, 80, 90, 98, 50]
    for rung in rungs:
        await world.member.click(card, label=str(rung))
    assert await world.values() == rungs


async def test_the_form_takes_an_exact_number(world: World) -> None:
    """37.5 % typed into the form is stored as it was typed."""
    answer = await world.forecast(world.member, 37.5, await world.opened())
    assert await world.values() == [37.5]
    assert "Saved: **37.5 %**" in words(answer)


async def test_the_command_reads_odds(world: World) -> None:
    """2:1 is two thirds."""
    await world.opened()
    answer = await world.member.slash(world.channel, "forecast set", question="#1", probability="2:1")
    assert await world.values() == [pytest.approx(66.6667)]
    assert "Saved: **66.7 %**" in words(answer)


@pytest.mark.parametrize(("label", "stored"), [("1 %", 1.0), ("100 %", 100.0)])
async def test_a_bare_one_is_asked_back(world: World, label: str, stored: float) -> None:
    """A typed 1 has two readings: nothing is stored until one of two buttons is clicked."""
    card = await world.opened()
    form = await world.member.click(card, label="Exact…")
    asked = await world.member.submit_modal(form, {"probability": "1"})
    assert await world.values() == []
    assert "[1 %]\n[100 %]" in words(asked)
    answer = await world.member.click(asked.response.message, label=label)
    assert await world.values() == [stored]
    assert f"Saved: **{label}**" in words(answer)


async def test_what_is_no_probability_is_answered_and_not_stored(world: World) -> None:
    """The answer names an example, and nothing is stored."""
    await world.opened()
    for typed in ("maybe", "101", "-5", "nan", "1e309", "7000%", "70 or 80", "٪", "1/0", "🦦"):
        answer = await world.member.slash(world.channel, "forecast set", question="#1", probability=typed)
        assert "70%, 0.7, 7/10, 2:1 or 1 in 3" in words(answer), typed
    assert await world.values() == []


@pytest.mark.parametrize(("label", "expected"), [("-5", 65), ("-1", 69), ("+1", 71), ("+5", 75)])
async def test_a_nudge_moves_the_forecast_by_its_points(world: World, label: str, expected: int) -> None:
    """The four small buttons under an answer move 70 % by their own number."""
    saved = await world.member.click(await world.opened(), label="70")
    answer = await world.member.click(saved.response.message, label=label)
    assert await world.values() == [70, expected]
    assert f"Saved: **{expected} %**" in words(answer)


async def test_a_nudge_stops_at_the_end_of_the_scale(world: World) -> None:
    """98 % + 5 points is 100 %, not an error."""
    saved = await world.member.click(await world.opened(), label="98")
    await world.member.click(saved.response.message, label="+5")
    assert await world.values() == [98, 100]


async def test_an_answer_is_changed_in_place(world: World) -> None:
    """A nudge edits the answer it stands under: no second message."""
    saved = await world.member.click(await world.opened(), label="70")
    nudged = await world.member.click(saved.response.message, label="+5")
    assert nudged.response.id == saved.response.id
    assert nudged.followups == []


async def test_undo_goes_back_to_the_number_before(world: World) -> None:
    """70, then 20, then Undo is 70 again, as a third row."""
    card = await world.opened()
    await world.member.click(card, label="70")
    saved = await world.member.click(card, label="20")
    answer = await world.member.click(saved.response.message, label="Undo")
    assert await world.values() == [70, 20, 70]
    assert "Back to **70 %**" in words(answer)


async def test_undo_of_the_first_forecast_withdraws_it(world: World) -> None:
    """Nothing was there before, so nothing is there afterwards, and Undo is no longer offered."""
    saved = await world.member.click(await world.opened(), label="70")
    answer = await world.member.click(saved.response.message, label="Undo")
    assert await world.values() == [70, None]
    assert "you have no forecast now" in words(answer)


async def test_a_forecast_can_be_withdrawn(world: World) -> None:
    """/forecast withdraw appends a withdrawal."""
    await world.member.click(await world.opened(), label="70")
    answer = await world.member.slash(world.channel, "forecast withdraw", question="#1")
    assert await world.values() == [70, None]
    assert "Withdrawn" in words(answer)


async def test_there_is_nothing_to_withdraw_before_a_forecast(world: World) -> None:
    """The answer says so, and nothing is stored."""
    await world.opened()
    answer = await world.member.slash(world.channel, "forecast withdraw", question="#1")
    assert "You have no forecast on #1 to withdraw" in words(answer).replace("\\", "")
    assert await world.values() == []


async def test_nudge_and_undo_without_a_forecast_say_what_to_do(world: World) -> None:
    """A nudge needs a number to start from, an undo something to take back."""
    card = await world.opened()
    nudged = await world.forge(world.member, card, "nudge:v1:1:5")
    undone = await world.forge(world.member, card, "undo:v1:1")
    assert "Tap a number on its card" in words(nudged)
    assert "no forecast on #1 to undo" in words(undone)
    assert await world.values() == []


async def test_mine_shows_a_member_their_own_number(world: World) -> None:
    """The button and the command answer alike, and only to the member."""
    card = await world.opened()
    await world.forecast(world.member, 37, card)
    clicked = await world.member.click(card, label="My forecast")
    typed = await world.member.slash(world.channel, "forecast mine", question="#1")
    assert "You said **37 %** on #1." in words(clicked)
    assert words(clicked) == words(typed)
    assert clicked.ephemeral
    assert typed.ephemeral


async def test_mine_without_a_forecast_says_so(world: World) -> None:
    """Nothing is invented."""
    card = await world.opened()
    assert "You have no forecast on #1." in words(await world.member.click(card, label="My forecast"))


async def test_next_shows_the_card_of_a_question_not_forecast_yet(world: World) -> None:
    """After a forecast on the first of two, Next question shows the other one's card."""
    card = await world.opened()
    await world.opened(title="Will the second question be asked?")
    saved = await world.member.click(card, label="70")
    answer = await world.member.click(saved.response.message, label="Next question")
    assert "Will the second question be asked?" in words(answer)
    await world.member.click(answer.response.message, label="20")
    assert [(row.question_id, row.probabilities) for row in await world.rows(Forecast)] == [
        (1, [0.7]),
        (2, [0.2]),
    ]


async def test_next_thanks_when_nothing_is_left(world: World) -> None:
    """With everything forecast, the command says so."""
    await world.member.click(await world.opened(), label="70")
    answer = await world.member.slash(world.channel, "forecast next")
    assert "You have forecast everything that is open" in words(answer)


async def test_each_member_is_welcomed_exactly_once(world: World) -> None:
    """The line about what is stored comes with the first answer only, for each member."""
    card = await world.opened()
    welcomed = [
        "First time here?" in words(await member.click(card, label=label))
        for member in (world.member, world.other)
        for label in ("70", "20")
    ]
    assert welcomed == [True, False, True, False]
    assert all([row.welcomed_at for row in await world.rows(Member)][1:])


async def test_a_click_delivered_twice_stores_once(world: World) -> None:
    """Discord may repeat an interaction; its id is stored with the forecast."""
    card = await world.opened()
    await world.member.click(card, label="70")
    await world.deliver_again()
    assert await world.values() == [70]


async def test_a_nudge_delivered_twice_moves_once(world: World) -> None:
    """70 + 5 is 75, also the second time."""
    saved = await world.member.click(await world.opened(), label="70")
    await world.member.click(saved.response.message, label="+5")
    await world.deliver_again()
    assert await world.values() == [70, 75]


async def test_an_undo_delivered_twice_goes_back_once(world: World) -> None:
    """Of 70, 20 and an undo remain three rows."""
    card = await world.opened()
    await world.member.click(card, label="70")
    saved = await world.member.click(card, label="20")
    await world.member.click(saved.response.message, label="Undo")
    await world.deliver_again()
    assert await world.values() == [70, 20, 70]


async def test_a_form_delivered_twice_stores_once(world: World) -> None:
    """The same holds for what was typed into a form."""
    await world.forecast(world.member, 37, await world.opened())
    await world.deliver_again()
    assert await world.values() == [37]


@pytest.mark.parametrize("action", ["click", "form"])
async def test_whoever_forecasts_on_a_revealed_card_had_its_arguments_before_them(
    world: World, action: str
) -> None:
    """The card shows an argument, so a click on it records the exposure, also through the form."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await world.argue(world.member, "Distillation keeps the followers close.")
    await world.pass_time(hours=24)
    await world.forecast(world.members[3], 40 if action == "click" else 37, world.again(card))
    (reader,) = [row for row in await world.rows(Member) if row.user_id == world.members[3].id]
    assert [row.member_id for row in await world.rows(Exposure)] == [reader.id]
