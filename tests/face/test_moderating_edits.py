"""A moderator changes what an open question says, and when it closes."""

from typing import Any

import pytest
from simcord import InteractionResult

from forecasts.models import AuditEntry, Forecast, Phase, Question
from tests.face.world import WORDING, World, words

CLEARER = {
    "title": "Will the model gap be narrower by year-end?",
    "criteria": WORDING["criteria"],
    "source": WORDING["source"],
    "fine_print": "A corrected figure counts.",
    "reason": "The source *corrects* its figures.",
}


async def edit(world: World, by: Any = None, **options: Any) -> InteractionResult:
    """Ask for the form of question #1."""
    who = by or world.moderator
    return await who.slash(world.channel, "question edit", question="#1", **options)


def shown(form: InteractionResult) -> dict[str, str]:
    """Return what a form's fields hold when it opens."""
    labels = [part for part in form.modal["components"] if part.get("component")]
    return {part["component"]["custom_id"]: part["component"].get("value") or "" for part in labels}


async def restart_form(world: World) -> InteractionResult:
    """Ask for a change of meaning and agree to what it does."""
    asked = await edit(world, meaning_changed=True)
    return await world.moderator.click(asked.response.message, label="Yes, restart")


async def test_the_form_opens_with_the_present_texts_and_a_reason(world: World) -> None:
    """Five fields: the close has a command of its own."""
    await world.opened(fine_print="Ties count as NO.")
    form = await edit(world)
    assert shown(form) == {
        "title": WORDING["title"],
        "criteria": WORDING["criteria"],
        "source": WORDING["source"],
        "fine_print": "Ties count as NO.",
        "reason": "",
    }


async def test_an_edit_is_on_the_card_with_its_reason(world: World) -> None:
    """Escaped, and within ten seconds."""
    card = await world.opened()
    await world.all_forecast(card, 70)
    answer = await world.moderator.submit_modal(await edit(world), CLEARER)
    assert "#1 is changed" in words(answer)
    await world.pass_time(seconds=10)
    after = words(world.again(card))
    assert "Will the model gap be narrower by year-end?" in after
    assert r"The source \*corrects\* its figures." in after
    assert "-# Edited <t:" in after


async def test_an_edit_leaves_forecasts_alone(world: World) -> None:
    """Only a change of meaning starts anew."""
    card = await world.opened()
    await world.all_forecast(card, 70)
    await world.moderator.submit_modal(await edit(world), CLEARER)
    (question,) = await world.rows(Question)
    assert (question.edition, question.phase) == (1, Phase.BLIND)


async def test_a_draft_keeps_its_own_form(world: World) -> None:
    """With its close and without a reason, also where the command says that its meaning changed."""
    await world.new_draft()
    form = await world.moderator.slash(world.channel, "question edit", question="id:1")
    assert set(shown(form)) == {"title", "criteria", "source", "closes", "fine_print"}
    answer = await world.moderator.slash(
        world.channel, "question edit", question="id:1", meaning_changed=True
    )
    assert "Nobody has read this draft yet" in words(answer)


async def test_before_the_first_forecast_no_reason_is_needed(world: World) -> None:
    """A typo is corrected in silence, and the card says nothing of it."""
    card = await world.opened()
    await world.moderator.submit_modal(await edit(world), CLEARER | {"reason": ""})
    await world.pass_time(seconds=10)
    assert "narrower" in words(world.again(card))
    assert "Edited" not in words(world.again(card))


async def test_with_forecasts_the_form_asks_for_the_reason(world: World) -> None:
    """Discord doesn't send it without one, so that no text is typed in vain."""
    card = await world.opened()
    await world.all_forecast(card, 70)
    form = await edit(world)
    reason = form.modal["components"][-1]["component"]
    assert (reason["custom_id"], reason["required"]) == ("reason", True)


async def test_an_edit_that_changes_nothing_is_refused(world: World) -> None:
    """The same texts again leave no trace, as a form that Discord delivers twice would."""
    await world.opened()
    form = await edit(world)
    same = {name: WORDING[name] for name in ("title", "criteria", "source", "fine_print")}
    answer = await world.moderator.submit_modal(form, same | {"reason": "Why not."})
    assert "nothing was changed" in words(answer)
    assert await world.rows(AuditEntry, action="edit") == []


async def test_a_change_of_meaning_is_explained_first(world: World) -> None:
    """The first answer says what happens and changes nothing."""
    card = await world.revealed(10, 70, 90)
    answer = await edit(world, meaning_changed=True)
    assert answer.modal is None
    assert "everybody forecasts anew" in words(answer)
    assert "not scored" in words(answer)
    assert "[Yes, restart]" in words(answer)
    assert "💬 Open for debate" in words(world.again(card))


async def test_a_change_of_meaning_starts_again_sealed(world: World) -> None:
    """The channel is told, the card is sealed and shows the reason, and earlier forecasts are kept."""
    card = await world.revealed(10, 70, 90)
    answer = await world.moderator.submit_modal(await restart_form(world), CLEARER)
    assert "#1 starts again: sealed until" in words(answer)
    assert "everybody starts again" in words(world.channel.last_message)
    after = words(world.again(card))
    assert "🔒 Sealed" in after
    assert "**0** forecasts in" in after
    assert "The source" in after
    assert len(await world.rows(Forecast, edition=1)) == 3


async def test_after_a_restart_the_question_to_it_is_gone(world: World) -> None:
    """The answer replaces its button."""
    await world.revealed(10, 70, 90)
    asked = await edit(world, meaning_changed=True)
    form = await world.moderator.click(asked.response.message, label="Yes, restart")
    answer = await world.moderator.submit_modal(form, CLEARER)
    assert answer.response.id == asked.response.id
    assert "[Yes, restart]" not in words(answer)


async def test_a_restart_delivered_twice_restarts_once(world: World) -> None:
    """The second delivery finds the new texts and changes nothing."""
    await world.revealed(10, 70, 90)
    await world.moderator.submit_modal(await restart_form(world), CLEARER)
    await world.deliver_again()
    assert (await world.rows(Question))[0].edition == 2
    assert len(world.posts("everybody starts again")) == 1


async def test_a_closed_question_can_not_start_again(world: World) -> None:
    """It is said before anybody types a text."""
    await world.revealed(10, 70, 90)
    await world.pass_time(hours=24 * 36)
    answer = await edit(world, meaning_changed=True)
    assert "the question is closed" in words(answer)


async def test_a_restart_without_time_for_a_sealed_round_is_refused(world: World) -> None:
    """The way out is named."""
    await world.revealed(10, 70, 90)
    await world.pass_time(hours=24 * 35 - 10)  # ten hours are left
    answer = await edit(world, meaning_changed=True)
    assert "Extend the question first" in words(answer)


async def test_an_extension_says_how_it_was_read(world: World) -> None:
    """23:59 on 1 July 2026 in UTC is 1782950340 seconds after 1970."""
    await world.opened()
    answer = await world.moderator.slash(
        world.channel, "question extend", question="#1", closes="1 *July*", reason="Late."
    )
    assert "31 Dec" in words(answer)  # no date: the sentence shows what one looks like
    answer = await world.moderator.slash(
        world.channel, "question extend", question="#1", closes="1 July", reason="Late."
    )
    assert "I read “1 July” as <t:1782950340:f> (<t:1782950340:R>)" in words(answer)
    assert "#1 closes then" in words(answer)


async def test_an_extended_question_that_was_closed_runs_again(world: World) -> None:
    """Its card takes forecasts anew."""
    card = await world.revealed(10, 70, 90)
    await world.pass_time(hours=24 * 36)
    await world.moderator.slash(
        world.channel, "question extend", question="#1", closes="in 3 weeks", reason="The report is late."
    )
    assert "▶️ Running" in words(world.again(card))
    await world.forecast(world.member, 80, world.again(card))
    assert (await world.values())[-1] == 80


async def test_an_extension_to_an_earlier_close_is_refused(world: World) -> None:
    """Nobody loses time they were promised."""
    await world.opened()
    answer = await world.moderator.slash(
        world.channel, "question extend", question="#1", closes="in 2 weeks", reason="Sooner."
    )
    assert "needs a later closing date" in words(answer)


@pytest.mark.parametrize("command", ["edit", "extend"])
@pytest.mark.parametrize("phase", ["proposed", "resolved"])
async def test_what_has_an_outcome_is_not_changed(world: World, command: str, phase: str) -> None:
    """The answer says where the question stands."""
    await world.revealed(10, 70, 90)
    await world.propose()
    if phase == "resolved":
        await world.pass_time(hours=48)
    options = {"closes": "in 9 weeks", "reason": "Late."} if command == "extend" else {}
    answer = await world.moderator.slash(world.channel, f"question {command}", question="#1", **options)
    assert "the question is" in words(answer)
    assert (phase if phase == "resolved" else "proposed resolution") in words(answer)


async def test_a_form_open_while_the_question_was_proposed_is_refused(world: World) -> None:
    """What counts is when it is sent."""
    await world.opened()
    form = await edit(world)
    await world.propose()
    answer = await world.moderator.submit_modal(form, CLEARER)
    assert "can't be edited now" in words(answer)
    assert (await world.rows(Question))[0].title == WORDING["title"]
