"""Chat messages as documents: one's own and bots' at once, others' with their consent."""

import asyncio
import copy
import json
from typing import Any

import pytest

from bot import errors
from bot.documents import handlers, messages
from bot.documents.reading import read
from claims.models import ClaimDecision, StoredClaim, StoredDocument
from forecasts.models import Argument, AuditEntry, Origin, Question, Side
from tests.face.test_injection_face import EVIL, alive
from tests.face.world import World, words

ADD = "Add to claims"
SAID = "The gap between American and Chinese models will close by the end of 2026, analysts expect."
GERMAN = (
    "Die Ausfuhrkontrollen haben das Land gebremst, aber sie haben nicht verhindert, dass es an der Spitze "
    "bleibt. Wer das bestreitet, sollte sich die Zahlen ansehen, die im letzten Bericht stehen und die "
    "niemand ernsthaft in Zweifel zieht."
)
DEFERRED = 5


async def add(world: World, message: Any, person: Any = None) -> str:
    """Choose the message's menu, as the moderator if nobody else is named."""
    return words(await (person or world.moderator).context_menu(world.channel, ADD, message))


async def asked(world: World, text: str = SAID) -> Any:
    """Let a member write something and the moderator ask for it; return the request."""
    message = await world.member.send(world.channel, text)
    assert "Their author is asked" in await add(world, message)
    return world.channel.last_message


async def given(world: World, text: str = SAID) -> None:
    """Let a member agree to a document of their words."""
    request = await asked(world, text)
    await world.member.click(request, label="Agree")
    assert len(await world.rows(StoredDocument)) == 1


async def forget(world: World, person: Any) -> None:
    """Delete a person's data."""
    question = await person.slash(world.channel, "mydata delete")
    await person.click(question.response.message, label="Delete my data")


async def stored(world: World) -> list[str]:
    """Return the texts of all documents."""
    return [row.text for row in await world.rows(StoredDocument)]


async def test_a_moderators_own_message_is_read_at_once(world: World) -> None:
    """The answer is that of an added document, only to them."""
    message = await world.moderator.send(world.channel, SAID)
    answer = await world.moderator.context_menu(world.channel, ADD, message)
    assert answer.ephemeral
    assert "1 claim worth debating" in words(answer)
    assert "[Draft]" in words(answer)
    assert await stored(world) == [SAID]


async def test_a_document_says_who_wrote_it_and_where(world: World) -> None:
    """Its title names the author and the day, its address leads to the message, its claims have a speaker."""
    message = await world.moderator.send(world.channel, SAID)
    await add(world, message)
    (document,) = await world.rows(StoredDocument)
    (claim,) = await world.rows(StoredClaim)
    assert document.title == "Message by moderator, 01 Jan 2026"
    assert document.url == message.jump_url
    assert document.url == f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{message.id}"
    assert claim.speaker == "moderator"


async def test_another_bots_message_is_read_at_once(world: World) -> None:
    """What a program posts has no author to ask; what it put into an embed is read, too."""
    program = world.guild.add_member(world.env.create_user("news", bot=True))
    embed = {"type": "rich", "title": "Gaps", "description": SAID}
    message = world.env.backend.create_message(world.channel.id, program.id, "Today:", embeds=[embed])
    assert "1 claim worth debating" in await add(world, world.again(message))
    (document,) = await world.rows(StoredDocument)
    assert document.title == "Message by news, 01 Jan 2026"
    assert document.text == f"Today:\n\nGaps\n\n{SAID}"


async def test_our_own_messages_are_refused(world: World) -> None:
    """A request holds a member's words: it is no way around them."""
    request = await asked(world)
    assert "Crux's own messages" in await add(world, request)
    assert await stored(world) == []


async def test_a_members_message_asks_them_in_public(world: World) -> None:
    """It answers their message, mentions them alone and quotes them; nothing of it is stored."""
    request = await asked(world)
    sent = world.requests("POST", f"/channels/{world.channel.id}/messages")[-1]
    assert sent["allowed_mentions"] == {"parse": [], "users": [world.member.id]}
    assert f"<@{world.member.id}>, may Crux look for claims in these words of yours?" in words(request)
    assert SAID in words(request)
    assert await stored(world) == []
    assert [(row.action, row.note) for row in await world.rows(AuditEntry)] == [("ask author", "")]


async def test_with_consent_it_is_a_document(world: World) -> None:
    """The request is replaced by a sentence without the words; moderators find the claims."""
    request = await asked(world)
    await world.member.click(request, label="Agree")
    assert words(world.again(request)) == "Agreed: moderators find its claims in `/claims review`."
    (document,) = await world.rows(StoredDocument)
    assert (document.text, document.title) == (SAID, "Message by member-1, 01 Jan 2026")
    assert f"/{request.reference.message_id}" in document.url
    assert SAID in words(await world.moderator.slash(world.channel, "claims review"))


async def test_refused_consent_stores_nothing(world: World) -> None:
    """The words are gone from our message, too."""
    request = await asked(world)
    await world.member.click(request, label="No")
    assert words(world.again(request)) == "Declined. Nothing was stored."
    assert await stored(world) == []


@pytest.mark.parametrize("label", ["Agree", "No"])
async def test_only_the_author_may_answer(world: World, label: str) -> None:
    """Neither a stranger nor the moderator who asked, nor with a made-up id that names oneself."""
    request = await asked(world)
    for person in (world.other, world.moderator):
        assert "Only who wrote these words" in words(await person.click(request, label=label))
    answer = await world.forge(world.other, request, f"agree-document:v1:5:{world.other.id}")
    assert "These words aren't there any more" in words(answer)
    assert SAID in words(world.again(request))
    assert await stored(world) == []


async def test_a_made_up_consent_next_door_stores_nothing(world: World) -> None:
    """The button exists on our request alone."""
    await asked(world)
    there = world.neighbour
    made_up = f"agree-document:v1:5:{there.member.id}"
    answer = await world.forge(there.member, await world.neighbours_message(), made_up)
    assert "These words aren't there any more" in words(answer)
    assert await stored(world) == []


async def test_a_second_click_stores_nothing_more(world: World) -> None:
    """Made before the request was replaced, or after, when it has no words any more."""
    request = await asked(world)
    kept = world.env.backend.get_message(world.channel.id, request.id)
    button = f"agree-document:v1:{request.reference.message_id}:{world.member.id}"
    as_asked = copy.deepcopy(kept.components)
    await world.member.click(request, custom_id=button)
    answer = await world.forge(world.member, request, button)
    assert "These words aren't there any more" in words(answer)
    kept.components = as_asked
    assert "already added" in words(await world.forge(world.member, request, button))
    assert await stored(world) == [SAID]


@pytest.mark.parametrize("whose", ["member", "moderator"])
async def test_members_may_not_add_messages(world: World, whose: str) -> None:
    """Not even their own: nothing is asked or stored."""
    message = await getattr(world, whose).send(world.channel, SAID)
    assert "This is for moderators" in await add(world, message, world.member)
    assert world.channel.last_message.id == message.id
    assert await stored(world) == []


async def test_the_moderator_role_may(world: World) -> None:
    """As everywhere."""
    role = world.guild.create_role("resolvers")
    await world.moderator.slash(world.channel, "settings", moderator_role=role)
    helper = world.guild.add_member(world.env.create_user("helper"), roles=[role])
    assert "1 claim" in await add(world, await helper.send(world.channel, SAID), helper)


@pytest.mark.parametrize("whose", ["member", "moderator"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\u200b\u2800", "has no text that can be read"),
        (GERMAN, "isn't in English"),
        ("Thanks, see you there!", "no sentence worth debating"),
    ],
)
async def test_what_holds_no_claim_is_refused_and_nobody_is_asked(
    world: World, whose: str, text: str, sentence: str
) -> None:
    """A sentence says why; nothing is stored, no author is bothered in vain."""
    message = await getattr(world, whose).send(world.channel, text)
    assert sentence in await add(world, message)
    assert world.channel.last_message.id == message.id
    assert await stored(world) == []


@pytest.mark.parametrize("whose", ["member", "moderator"])
async def test_a_message_of_files_alone_has_no_text(world: World, whose: str) -> None:
    """The sentence says where files go."""
    message = await getattr(world, whose).send(world.channel, "", attachments=[("notes.txt", SAID.encode())])
    assert "/claims add" in await add(world, message)
    assert await stored(world) == []


async def test_too_long_for_a_request_is_refused(world: World) -> None:
    """Its author couldn't be shown all that they would agree to."""
    message = await world.member.send(world.channel, SAID)
    world.env.backend.get_message(world.channel.id, message.id).content = f"{SAID} " * 40
    assert "longer than 3400 characters" in await add(world, message)
    assert await stored(world) == []


async def test_the_same_message_twice(world: World) -> None:
    """Its author isn't asked again, the moderator told when it was added."""
    await given(world)
    latest = world.channel.last_message.id
    message = next(each for each in world.history() if each.content == SAID)
    assert "already added as Message by member-1, 01 Jan 2026" in await add(world, message)
    assert world.channel.last_message.id == latest


async def test_an_edited_message_takes_the_place_of_what_it_said(world: World) -> None:
    """The claim that still stands is kept; the address is the same."""
    message = await world.moderator.send(world.channel, SAID)
    await add(world, message)
    later = f"{SAID} Wages in Spain will rise by May."
    await world.moderator.edit(message, later)
    assert "1 claim still stands" in await add(world, message)
    assert (await world.rows(StoredClaim, id=1))[0].document_id == 2


async def test_mentions_are_neutralised(world: World) -> None:
    """People become their names; nothing in the request or in the answer pings or formats."""
    message = await world.member.send(world.channel, f"{world.other.mention} @everyone {EVIL}\n\n{SAID}")
    assert "Their author is asked" in await add(world, message)
    request = world.channel.last_message
    assert world.other.mention not in words(request).replace(world.member.mention, "")
    await world.member.click(request, label="Agree")
    await world.moderator.slash(world.channel, "claims review")
    assert alive(world) == []
    (text,) = await stored(world)
    assert world.other.mention not in text


async def test_the_sixth_request_within_an_hour_is_refused(world: World) -> None:
    """As for arguments: a request mentions somebody who asked for nothing."""
    for year in range(2026, 2031):
        await asked(world, SAID.replace("2026", str(year)))
    message = await world.other.send(world.channel, SAID.replace("2026", "2040"))
    assert "asked 5 authors within an hour" in await add(world, message)


async def test_no_model_reads_before_its_author_agreed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the rules look whether there is a claim at all."""

    async def consulted(*given: Any) -> Any:
        raise AssertionError(given)

    with monkeypatch.context() as patch:
        patch.setattr(handlers, "read", consulted)
        await asked(world)


async def test_slow_reading_is_announced_and_the_request_still_replaced(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord is told to wait; the words don't stay in the channel."""

    async def slowly(*given: Any) -> Any:
        await asyncio.sleep(0.2)
        return await read(*given)

    request = await asked(world)
    monkeypatch.setattr(errors, "DEFER_AFTER_SECONDS", 0.01)
    monkeypatch.setattr(handlers, "read", slowly)
    before = len(world.requests("POST", "/callback"))
    answer = await world.member.click(request, label="Agree")
    assert [body["type"] for body in world.requests("POST", "/callback")[before:]] == [DEFERRED]
    assert "Agreed" in words(answer)
    assert SAID not in words(world.again(request))


async def test_a_restart_between_request_and_consent_loses_nothing(world: World) -> None:
    """The request carries the words."""
    request = await asked(world)
    await world.restart()
    await world.member.click(request, label="Agree")
    assert await stored(world) == [SAID]


async def test_what_is_sealed_stays_sealed(world: World) -> None:
    """Beside a sealed question with its arguments a message becomes a document, and nothing of it shows."""
    card = await world.opened()
    await world.all_forecast(card, 37, 83)
    await world.argue(world.other, "Distillation itself needs a lot of compute.")
    await given(world)
    assert "Distillation" not in words(await world.moderator.slash(world.channel, "claims review"))


async def test_the_authors_file_holds_their_document(world: World) -> None:
    """With its words and the link."""
    await given(world)
    answer = await world.member.slash(world.channel, "mydata export")
    (document,) = json.loads(await answer.response.message.attachments[0].read())["documents"]
    assert document["text"] == SAID
    assert document["url"].startswith("https://discord.com/channels/")


async def test_an_author_who_deletes_their_data_takes_the_document_along(world: World) -> None:
    """Text, claims and what was decided about them; the draft stays without its quote."""
    await given(world)
    await world.moderator.slash(world.channel, "claims review")
    page = await world.moderator.slash(world.channel, "claims top")
    await world.moderator.click(page.response.message, label="Draft")
    await forget(world, world.member)
    for table in (StoredDocument, StoredClaim, ClaimDecision):
        assert await world.rows(table) == []
    (question,) = await world.rows(Question)
    assert (question.quote, question.quote_source) == ("", "")


async def test_an_open_question_loses_the_quote_and_the_argument(world: World) -> None:
    """Its card is drawn anew without them; what others gave stays."""
    await given(world)
    page = await world.moderator.slash(world.channel, "claims top")
    await world.moderator.click(page.response.message, label="Draft")
    (question,) = await world.rows(Question)
    async with world.bot.database.transaction() as session:
        for text, source in ((SAID, "Message by member-1, 01 Jan 2026 (member-1)"), (SAID, "A report")):
            session.add(
                Argument(
                    question_id=question.id, side=Side.FOR, origin=Origin.DOCUMENT, text=text, source=source,
                    at=world.bot.now(),
                )
            )  # fmt: skip
    await forget(world, world.member)
    assert [row.text for row in await world.rows(Argument)] == ["[deleted by its author]", SAID]


async def test_other_peoples_documents_stay(world: World) -> None:
    """A file that a moderator added isn't their own words; next door's documents are another server's."""
    await world.moderator.slash(world.channel, "claims add", document=("notes.txt", SAID.encode()))
    await given_next_door(world)
    await forget(world, world.moderator)
    assert sorted(await stored(world)) == sorted([SAID, SAID])


async def given_next_door(world: World) -> None:
    """Let the other server's moderator add a message of their own."""
    there = world.neighbour
    message = await there.moderator.send(there.channel, SAID)
    await there.moderator.context_menu(there.channel, ADD, message)


def test_a_request_fits_into_one_message() -> None:
    """The longest words it carries leave room for the question, within 4,000 units."""
    assert messages.CARRIED + 500 < 4_000
