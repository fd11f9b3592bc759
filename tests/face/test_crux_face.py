"""Cruxes through the face: link, answer, and be asked once when one comes out."""

from typing import Any

import discord
import pytest

from forecasts.models import Argument, Conditional, CruxLink, Question, Rating, Side, Verdict
from tests.face.watch import walk
from tests.face.world import World, words

STATEMENT = "The export controls backfired."
REASON = "Copying is cheaper than inventing."


async def opened_thesis(world: World, *percents: float) -> discord.Message:
    """Open a thesis and give credences; return its card."""
    form = await world.moderator.slash(world.channel, "thesis new")
    draft = await world.moderator.submit_modal(form, {"title": STATEMENT, "criteria": ""})
    await world.moderator.click(draft.response.message, label="Open as thesis")
    card = world.channel.last_message
    await world.all_forecast(card, *percents)
    return card


async def linked(world: World, *percents: float) -> tuple[discord.Message, discord.Message]:
    """Open thesis #1 with credences and question #2, and link them; return both cards."""
    thesis = await opened_thesis(world, *(percents or (55, 20, 80)))
    question = await world.opened()
    await link(world, world.moderator)
    return thesis, question


async def link(world: World, member: Any) -> str:
    """Link question #2 to thesis #1."""
    return words(await member.slash(world.channel, "crux link", thesis="#1", question="#2"))


async def answer(world: World, member: Any, yes: str = "80", no: str = "30") -> str:
    """Say what either outcome would make of a credence."""
    form = await member.slash(world.channel, "crux answer", thesis="#1", question="#2")
    return words(await member.submit_modal(form, {"yes": yes, "no": no}))


async def come_out(world: World, outcome: str = "NO") -> None:
    """Let question #2 close and be resolved."""
    await world.pass_time(hours=36 * 24)
    await world.propose(outcome, number=2)
    await world.pass_time(hours=48)


def asked(member: Any) -> list[discord.Message]:
    """Return what stands in a member's direct messages."""
    channel = member.user.dm_channel
    return list(channel.history()) if channel is not None else []


async def press(world: World, member: Any, custom_id: str) -> str:
    """Click on a button in a member's last direct message."""
    return words(await world.forge(member.user, asked(member)[-1], custom_id))


async def test_a_moderator_links_a_question(world: World) -> None:
    """The answer asks at once what it would change."""
    await opened_thesis(world)
    await world.opened()
    said = await link(world, world.moderator)
    assert "#2 is a crux of #1 now" in said
    assert "[Answer…]" in said


async def test_a_member_links_once_they_have_a_credence(world: World) -> None:
    """Before that the answer says what comes first."""
    card = await opened_thesis(world)
    await world.opened()
    assert "Give your credence first" in await link(world, world.member)
    await world.forecast(world.member, 70, card)
    assert "#2 is a crux of #1 now" in await link(world, world.member)


async def test_the_card_names_its_cruxes(world: World) -> None:
    """Also sealed: title and phase only."""
    thesis, _ = await linked(world)
    await world.pass_time(seconds=20)
    assert "◆ **Crux** #2  Will the model gap narrow by year-end? · sealed" in words(world.again(thesis))


async def test_two_numbers_are_stored_as_typed(world: World) -> None:
    """7/10 and 2:1 are read like any probability; the answer repeats them."""
    await linked(world)
    said = await answer(world, world.member, "7/10", "1 in 4")
    assert "resolves YES, your credence in #1 becomes **70 %**; if NO, **25 %**" in said
    (row,) = await world.rows(Conditional)
    assert (row.if_yes, row.if_no) == (0.7, 0.25)


@pytest.mark.parametrize("typed", ["1", "maybe", "140"])
async def test_what_is_no_probability_is_refused(world: World, typed: str) -> None:
    """Nothing is stored; a bare 1 is asked back."""
    await linked(world)
    said = await answer(world, world.member, "70", typed)
    assert "Type" in said
    assert await world.rows(Conditional) == []


async def test_the_form_holds_what_was_said_before(world: World) -> None:
    """To change one number is to type one number; two decimals come back readable."""
    await linked(world)
    await answer(world, world.member, "0.05%", "30")
    form = await world.member.slash(world.channel, "crux answer", thesis="#1", question="#2")
    held = [part["value"] for part in walk(form.modal["components"]) if part.get("value")]
    assert held == ["0.05%", "30%"]


async def test_numbers_that_do_not_add_up_are_pointed_out(world: World) -> None:
    """.2 * .8 + .8 * .3 = .4, and the member holds .55: 15 points apart."""
    _, question = await linked(world)
    await world.forecast(world.member, 20, question)
    assert "With your 20 % for #2, that makes 40 %; you hold 55 %" in await answer(world, world.member)


async def test_numbers_that_add_up_are_not_commented(world: World) -> None:
    """.5 * .8 + .5 * .3 = .55."""
    _, question = await linked(world)
    await world.forecast(world.member, 50, question)
    assert "that makes" not in await answer(world, world.member)


async def test_a_question_that_is_not_linked_has_no_form(world: World) -> None:
    """The sentence says how to link it."""
    await opened_thesis(world, 55)
    await world.opened()
    said = words(await world.member.slash(world.channel, "crux answer", thesis="#1", question="#2"))
    assert "/crux link" in said


async def test_the_cruxes_button_shows_what_one_said(world: World) -> None:
    """Only to them, with a button to change it; others' answers are a count."""
    thesis, _ = await linked(world)
    await answer(world, world.member)
    await answer(world, world.other, "13", "93")
    shown = await world.member.click(world.again(thesis), label="Cruxes")
    assert "You: **80 %** if YES, **30 %** if NO" in words(shown)
    assert "sealed · 2 answered" in words(shown)
    assert shown.response.message.flags.ephemeral
    form = await world.member.click(shown.response.message, label="Change…")
    assert form.modal["title"] == "Your credence, if #2 …"


async def test_the_question_stands_beside_once_it_is_public(world: World) -> None:
    """10, 20 and 30 make 20 %."""
    thesis, question = await linked(world)
    await world.all_forecast(question, 10, 20, 30)
    assert "stands at" not in words(await world.member.click(world.again(thesis), label="Cruxes"))
    await world.pass_time(hours=24)
    assert "stands at 20 %" in words(await world.member.click(world.again(thesis), label="Cruxes"))


async def test_a_thesis_without_cruxes_invites(world: World) -> None:
    """And a question says where cruxes belong."""
    card = await opened_thesis(world)
    assert "Which one would change your mind?" in words(await world.member.click(card, label="Cruxes"))
    await world.opened()
    shown = await world.member.slash(world.channel, "crux show", question="#2")
    assert "Cruxes are linked to theses" in words(shown)


async def test_each_holder_is_asked_once_with_their_own_number(world: World) -> None:
    """Two answered, three didn't: two direct messages, whatever happens afterwards."""
    await linked(world)
    await answer(world, world.member)
    await answer(world, world.other, "90", "10")
    await come_out(world)
    await world.restart()
    await world.pass_time(hours=1)
    assert [len(asked(member)) for member in world.members] == [1, 1, 0, 0, 0]
    said = words(asked(world.member)[0])
    assert "You said: if #2 resolves NO, your credence in the thesis becomes **30 %**" in said
    assert "It stands at **55 %**" in said
    assert "**10 %**" in words(asked(world.other)[0])


async def test_set_to_stores_what_was_said(world: World) -> None:
    """One click in the direct message; the message then says so, without buttons."""
    await linked(world)
    await answer(world, world.member)
    await come_out(world)
    await press(world, world.member, "prompt-set:v1:1:0")
    assert (await world.values())[-1] == 30
    assert words(asked(world.member)[0]) == "Saved: your credence in #1 is **30 %**."


async def test_a_click_delivered_twice_is_stored_once(world: World) -> None:
    """55, 20, 80 and the one new number."""
    await linked(world)
    await answer(world, world.member)
    await come_out(world)
    await press(world, world.member, "prompt-set:v1:1:0")
    await world.deliver_again()
    assert await world.values() == [55, 20, 80, 30]


async def test_keep_stores_nothing(world: World) -> None:
    """The credence stands as it was."""
    await linked(world)
    await answer(world, world.member)
    await come_out(world)
    assert "Kept: your credence in #1 is **55 %**" in await press(world, world.member, "prompt-keep:v1:1")
    assert await world.values() == [55, 20, 80]


async def test_another_number_is_typed(world: World) -> None:
    """The form opens from the direct message and stores there."""
    await linked(world)
    await answer(world, world.member)
    await come_out(world)
    form = await world.forge(world.member.user, asked(world.member)[0], "prompt-other:v1:1")
    await world.member.user.submit_modal(form, {"credence": "42%"})
    assert (await world.values())[-1] == 42


async def test_after_a_correction_the_old_button_asks_again(world: World) -> None:
    """Nobody is written to twice; "Set to 30 %" shows what was said about YES instead of storing 30."""
    await linked(world)
    await answer(world, world.member)
    await come_out(world)
    await world.moderator.slash(
        world.channel, "resolve overturn", question="#2", outcome="YES", evidence="https://example.org/new",
        note="Misread.",
    )  # fmt: skip
    await world.pass_time(hours=1)
    assert len(asked(world.member)) == 1
    said = await press(world, world.member, "prompt-set:v1:1:0")
    assert "The result was corrected" in said
    assert "if #2 resolves YES, your credence in the thesis becomes **80 %**" in said
    assert await world.values() == [55, 20, 80]
    await press(world, world.member, "prompt-set:v1:1:1")
    assert (await world.values())[-1] == 80


async def test_a_prompt_is_for_one_member_only(world: World) -> None:
    """Its id in somebody else's click does nothing."""
    await linked(world)
    await answer(world, world.member)
    await come_out(world)
    message = await world.neutral_message()
    for custom_id in ("prompt:v1:1", "prompt-set:v1:1:0", "prompt-keep:v1:1", "prompt-other:v1:1"):
        assert "asked of somebody else" in words(await world.forge(world.other, message, custom_id))


async def test_whoever_left_the_server_changes_nothing(world: World) -> None:
    """A direct message doesn't say who is a member, so Discord is asked."""
    await linked(world)
    await answer(world, world.member)
    await come_out(world)
    world.guild.remove_member(world.member)
    assert "have left" in await press(world, world.member, "prompt-set:v1:1:0")
    assert await world.values() == [55, 20, 80]


async def test_with_direct_messages_closed_they_are_called_in_the_thread(world: World) -> None:
    """One mention in the thesis's thread, without any number; the button shows it to them alone."""
    thesis, _ = await linked(world)
    await answer(world, world.member)
    await world.pass_time(hours=36 * 24)
    await world.propose("NO", number=2)
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=50007)
    await world.pass_time(hours=48)
    (body,) = world.requests("POST", f"/channels/{thesis.id}/messages")
    said = body["components"][0]["content"]
    assert world.member.mention in said
    assert "%" not in said
    assert body["allowed_mentions"]["users"] == [world.member.id]
    shown = words(await world.forge(world.member, await world.neutral_message(), "prompt:v1:1"))
    assert "becomes **30 %**. It stands at **55 %**" in shown


async def test_a_taken_back_credence_is_offered_again(world: World) -> None:
    """There is nothing to keep."""
    await linked(world)
    await answer(world, world.member)
    await world.member.slash(world.channel, "forecast withdraw", question="#1")
    await come_out(world)
    said = words(asked(world.member)[0])
    assert "You hold no credence now." in said
    assert "[Keep" not in said


async def named(world: World) -> discord.Message:
    """Bring a thesis to its debate, with an argument that two readers call a crux."""
    card = await opened_thesis(world, 20, 60, 70)
    await world.pass_time(hours=24)
    await world.argue(world.member, REASON)
    async with world.bot.database.transaction() as session:
        for member_id in (2, 3):
            rating = Rating(
                argument_id=1, member_id=member_id, verdict=Verdict.NOT, is_crux=True, at=world.bot.now(),
                interaction_id=member_id,
            )  # fmt: skip
            session.add(rating)
    return world.again(card)


async def test_a_named_crux_becomes_a_draft_in_two_clicks(world: World) -> None:
    """Make a question, and send the form as it stands: the draft has its words, and blanks to fill."""
    card = await named(world)
    shown = await world.moderator.click(card, label="Cruxes")
    form = await world.moderator.click(shown.response.message, label="Make a question")
    typed = {
        part["custom_id"]: part.get("value", "") for part in walk(form.modal["components"]) if "style" in part
    }
    draft = words(await world.moderator.submit_modal(form, typed))
    assert f"> “{REASON}”" in draft
    assert "an argument on #1" in draft
    (drafted,) = await world.rows(Question, number=None)
    assert (await world.rows(CruxLink))[0].question_id == drafted.id
    answer = words(await world.moderator.slash(world.channel, "question approve", draft=f"id:{drafted.id}"))
    assert "still has blanks" in answer


async def test_members_are_not_shown_which_arguments_are_cruxes(world: World) -> None:
    """Not before the last call is over, and the button is the moderators'."""
    card = await named(world)
    assert REASON not in words(await world.member.click(card, label="Cruxes"))
    refused = await world.forge(world.member, await world.neutral_message(), "crux-question:v1:1")
    assert "for moderators" in words(refused)


async def test_moderators_see_no_tally_of_it(world: World) -> None:
    """Who flagged it and how many stays out of it."""
    shown = words(await world.moderator.click(await named(world), label="Cruxes"))
    assert f"“{REASON}”" in shown
    assert "2" not in shown.partition("Readers call")[2]


async def test_the_neighbours_cruxes_are_not_there(world: World) -> None:
    """Neither to see nor to answer nor to make a question of."""
    await linked(world)
    await answer(world, world.member)
    async with world.bot.database.transaction() as session:
        session.add(Argument(question_id=1, side=Side.FOR, text=REASON, at=world.bot.now()))
    message = await world.neighbours_message()
    for custom_id in ("cruxes:v1:1", "crux-answer:v1:1", "crux-question:v1:1", "prompt:v1:1"):
        said = words(await world.forge(world.neighbour.moderator, message, custom_id))
        assert STATEMENT not in said
        assert REASON not in said
