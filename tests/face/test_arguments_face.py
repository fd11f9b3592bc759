"""Arguments: replies, what is nearly there already, and messages that become arguments with consent."""

from typing import Any

import pytest

from forecasts.models import Argument, Member, Origin, Side
from tests.face.test_injection_face import EVIL, alive
from tests.face.watch import MENU, walk
from tests.face.world import World, words

TEXT = "Distillation needs little compute."
CLOSE = "Distillation needs only a little compute!"
OTHER = "The chips themselves are what decides."
SAID = "Followers copy what the leader shows, which is cheap."
ADD = "Add as argument"


async def debated(world: World) -> Any:
    """Reveal a question that three members have forecast."""
    return await world.revealed(10, 70, 90)


async def stored(world: World) -> list[tuple[str, str]]:
    """Return sides and texts of all arguments, oldest first."""
    return [(str(row.side), row.text) for row in await world.rows(Argument)]


async def add(world: World, member: Any, message: Any, question: int = 1, side: str = "for") -> Any:
    """Go through the message's menu: choose the question, then the side."""
    answer = await member.context_menu(world.channel, ADD, message)
    answer = await member.select(answer.response.message, [str(question)])
    return await member.click(answer.response.message, label=f"It speaks {side}")


@pytest.mark.parametrize(("percents", "thin"), [((10, 70, 90, 50), True), ((10, 70, 90, 50, 60), False)])
async def test_below_five_forecasts_the_card_says_thin(
    world: World, percents: tuple[float, ...], *, thin: bool
) -> None:
    """The numbers stand there all the same."""
    said = words(await world.revealed(*percents))
    assert "**median" in said
    assert ("· thin: below 5" in said) == thin


async def test_nearly_the_same_is_pointed_out_and_added_without_typing_again(world: World) -> None:
    """The words wait in the answer; one click stores them, with their source."""
    card = await debated(world)
    await world.argue(world.member, TEXT)
    form = await world.other.click(card, label="Argue for")
    answer = await world.other.submit_modal(
        form, {"text": "Distillation `@here` needs little compute!", "source": "the brief"}
    )
    assert f"Close to: “{TEXT}”" in words(answer)
    assert await stored(world) == [("for", TEXT)]
    answer = await world.other.click(answer.response.message, label="Add it anyway")
    assert "Stored, for #1" in words(answer)
    last = (await world.rows(Argument))[-1]
    assert (last.text, last.source) == ("Distillation '@here' needs little compute!", "the brief")


async def test_word_for_word_is_refused(world: World) -> None:
    """There is nothing to add."""
    await debated(world)
    await world.argue(world.member, TEXT)
    assert "word for word" in words(await world.argue(world.other, TEXT.upper()))


async def test_while_sealed_no_hint_tells_what_others_wrote(world: World) -> None:
    """Both are stored."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70)
    await world.argue(world.member, TEXT)
    assert "Stored" in words(await world.argue(world.other, "Little compute distillation needs."))


async def test_a_made_up_add_anyway_has_no_words(world: World) -> None:
    """Neither in somebody's message nor on a card of ours."""
    card = await debated(world)
    for message in (await world.neutral_message(), card):
        answer = await world.forge(world.member, message, "add-anyway:v1:1:1:0:0")
        assert "These words aren't there any more" in words(answer)
    assert await stored(world) == []


async def test_a_reply_stands_under_what_it_answers(world: World) -> None:
    """It speaks for the other side; replies have no button."""
    await debated(world)
    await world.argue(world.member, TEXT)
    await world.argue(world.third, SAID)
    answer = await world.other.slash(world.channel, "arguments", question="#1")
    form = await world.other.click(answer.response.message, custom_id="reply:v1:1:1")
    assert "It stands under what it answers" in words(await world.other.submit_modal(form, {"text": OTHER}))
    listed = words(await world.third.slash(world.channel, "arguments", question="#1"))
    assert listed.index(TEXT) < listed.index(f"↳ ▼ **Against**  “{OTHER}”") < listed.index(SAID)
    assert listed.count("[Reply]") == 1  # not to one's own, not to a reply


async def test_a_reply_can_be_given_while_rating(world: World) -> None:
    """And the next reader sees what it answers."""
    card = await debated(world)
    await world.argue(world.member, TEXT)
    sheet = await world.other.click(card, label="Rate arguments")
    form = await world.other.click(sheet.response.message, label="Reply")
    await world.other.submit_modal(form, {"text": OTHER})
    sheet = await world.third.click(card, label="Rate arguments")
    said = words(sheet)
    assert f"In reply to “{TEXT}”" in said or TEXT in said
    rows = await world.rows(Argument)
    assert [(row.side, row.reply_to_id) for row in rows] == [(Side.FOR, None), (Side.AGAINST, 1)]


async def test_a_reply_to_a_reply_is_refused(world: World) -> None:
    """A made-up click opens the form; the words are given back."""
    await debated(world)
    await world.argue(world.member, TEXT)
    message = await world.neutral_message()
    for member, key, text in ((world.other, 1, OTHER), (world.third, 2, SAID)):
        form = await world.forge(member, message, f"reply:v1:1:{key}")
        answer = await member.submit_modal(form, {"text": text})
    assert "replies aren't replied to" in words(answer)
    assert SAID in words(answer)


async def test_a_fourth_argument_is_refused(world: World) -> None:
    """Three live ones are the most."""
    await debated(world)
    for text in (TEXT, OTHER, SAID):
        await world.argue(world.member, text)
    said = words(await world.argue(world.member, "The licences for new plants were refused."))
    assert "You have 3 arguments on #1; that is the most." in said


async def test_a_mass_mention_is_neutralised(world: World) -> None:
    """On the card and in the list it reads as written and pings nobody (the watch checks every payload)."""
    card = await debated(world)
    await world.argue(world.member, "@everyone should read the yearly report first.")
    await world.pass_time(seconds=10)
    for said in (
        words(world.again(card)),
        words(await world.other.slash(world.channel, "arguments", question="#1")),
    ):
        assert "should read the yearly report" in said
        assert "@everyone" not in said


async def test_quoted_words_are_harmless(world: World) -> None:
    """In the choice of a question and side, in the public request, and in the hint at something close."""
    await debated(world)
    await world.argue(world.member, EVIL)
    await add(world, world.third, await world.other.send(world.channel, EVIL[::-1]))
    await add(world, world.third, await world.other.send(world.channel, EVIL))
    await add(world, world.third, await world.third.send(world.channel, f"{EVIL} indeed"))
    assert alive(world) == []


async def test_ones_own_message_becomes_an_argument(world: World) -> None:
    """Menu, question, side: stored with the message it came from."""
    await debated(world)
    message = await world.member.send(world.channel, SAID)
    assert "Stored, against #1" in words(await add(world, world.member, message, side="against"))
    (row,) = await world.rows(Argument)
    assert (row.text, row.origin, row.message_id) == (SAID, Origin.MESSAGE, message.id)


async def test_open_questions_are_offered_newest_first(world: World) -> None:
    """A sealed one too, for one's own words."""
    await debated(world)
    await world.opened(title="Will the second gap narrow by year-end?")
    message = await world.member.send(world.channel, SAID)
    answer = await world.member.context_menu(world.channel, ADD, message)
    parts = walk([part.to_dict() for part in answer.response.message.components])
    (menu,) = [part for part in parts if part["type"] == MENU]
    assert [option["label"][:2] for option in menu["options"]] == ["#2", "#1"]


@pytest.mark.parametrize("text", ["Too short.", "x" * 401])
async def test_a_message_that_is_no_argument_is_refused_at_once(world: World, text: str) -> None:
    """20 to 400 characters."""
    await debated(world)
    message = await world.member.send(world.channel, text)
    assert "characters" in words(await world.member.context_menu(world.channel, ADD, message))


async def test_a_bots_message_is_nobodys_argument(world: World) -> None:
    """Ours say nothing of their own."""
    card = await debated(world)
    assert "Only what members wrote" in words(await world.member.context_menu(world.channel, ADD, card))


async def test_somebody_elses_message_asks_them_in_public(world: World) -> None:
    """It answers their message, mentions them alone, quotes them, and nothing is stored."""
    await debated(world)
    message = await world.other.send(world.channel, SAID)
    await add(world, world.member, message)
    sent = world.requests("POST", f"/channels/{world.channel.id}/messages")[-1]
    assert sent["allowed_mentions"] == {"parse": [], "users": [world.other.id]}
    assert sent["message_reference"]["message_id"] == message.id
    asked = words(world.channel.last_message)
    assert f"<@{world.other.id}>, may these words of yours be an argument **for** #1?" in asked
    assert SAID in asked
    assert await stored(world) == []


async def test_with_consent_it_is_the_authors_argument(world: World) -> None:
    """Their alias, their count; the request is replaced by a sentence without their words."""
    await debated(world)
    message = await world.other.send(world.channel, SAID)
    await add(world, world.member, message)
    await world.other.click(world.channel.last_message, label="Agree")
    (row,) = await world.rows(Argument)
    (author,) = await world.rows(Member, user_id=world.other.id)
    assert (row.text, row.origin, row.message_id) == (SAID, Origin.MESSAGE, message.id)
    assert row.member_id == author.id
    told = words(world.channel.last_message)
    assert told == "Agreed: it is an argument now, under an alias. Read it: /arguments"


async def test_without_consent_nothing_is_stored(world: World) -> None:
    """The words are gone from our message, too."""
    await debated(world)
    await add(world, world.member, await world.other.send(world.channel, SAID))
    await world.other.click(world.channel.last_message, label="No")
    assert words(world.channel.last_message) == "Declined. Nothing was stored."
    assert await stored(world) == []


@pytest.mark.parametrize("label", ["Agree", "No"])
async def test_only_the_author_may_answer(world: World, label: str) -> None:
    """Neither whoever asked nor a moderator, nor with a made-up id that names oneself as the author."""
    await debated(world)
    await add(world, world.member, await world.other.send(world.channel, SAID))
    asked = world.channel.last_message
    for person in (world.member, world.moderator):
        assert "Only who wrote these words" in words(await person.click(asked, label=label))
    answer = await world.forge(world.member, asked, f"agree:v1:1:1:5:{world.member.id}")
    assert "These words aren't there any more" in words(answer)
    assert "may these words" in words(world.channel.last_message)
    assert await stored(world) == []


async def test_the_author_must_have_forecast_first(world: World) -> None:
    """Their consent isn't lost: they forecast, then agree."""
    card = await debated(world)
    author = world.members[3]
    await add(world, world.member, await author.send(world.channel, SAID))
    asked = world.channel.last_message
    assert "Forecast first" in words(await author.click(asked, label="Agree"))
    await author.click(card, label="60")
    await author.click(asked, label="Agree")
    assert await stored(world) == [("for", SAID)]


async def test_others_words_are_not_asked_for_while_sealed(world: World) -> None:
    """A public message would quote what is to be sealed."""
    await world.opened()
    message = await world.other.send(world.channel, SAID)
    answer = await world.member.context_menu(world.channel, ADD, message)
    assert "No question is open for it now" in words(answer)


async def test_without_the_right_to_write_it_says_so(world: World) -> None:
    """The asker reads what is missing."""
    await debated(world)
    message = await world.other.send(world.channel, SAID)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403)
    assert "Crux may not write here" in words(await add(world, world.member, message))
