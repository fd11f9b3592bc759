from typing import Any

import pytest
from simcord import InteractionResult

from claims.models import StoredDocument
from forecasts.models import Argument, Exposure, Origin, Question, Side
from tests.face.world import WORDING, World, words

FOR, AGAINST = "Copying is cheaper than inventing.", "Distillation itself needs compute."
RIGHTS = "This is for moderators"
MENU = "Make this a question"


def notes(number: int) -> tuple[str, bytes]:
    """Return a document with one claim."""
    return (
        f"notes-{number}.txt",
        f"The gap will close by the end of {2026 + number}, analysts expect.".encode(),
    )


async def read(world: World, reader: Any, question: str = "#1") -> InteractionResult:
    """Read the arguments on a question."""
    answer = await reader.slash(world.channel, "arguments", question=question)
    assert answer.ephemeral
    return answer


async def many(world: World, count: int, text: str = "This is reason number {}.") -> None:
    """Store arguments from a document, alternating in side."""
    async with world.bot.database.transaction() as session:
        for number in range(count):
            session.add(
                Argument(
                    question_id=1, side=Side.FOR if number % 2 else Side.AGAINST, origin=Origin.DOCUMENT,
                    text=text.format(number), source="The brief", at=world.bot.now(),
                )
            )  # fmt: skip


async def test_both_sides_are_listed_under_aliases(world: World) -> None:
    """After the reveal everybody reads them; the reader's own is marked."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await world.argue(world.member, FOR)
    await world.argue(world.other, AGAINST, "against")
    await world.pass_time(hours=24)
    said = words(await read(world, world.member))
    assert f"▲ **For**  “{FOR}”" in said
    assert f"▼ **Against**  “{AGAINST}”" in said
    assert said.count("(you)") == 1
    assert world.member.mention not in said


async def test_while_sealed_only_ones_own_are_shown(world: World) -> None:
    """Others' words stay sealed, from moderators too; watch.py reads along."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70)
    await world.argue(world.member, FOR)
    assert FOR in words(await read(world, world.member))
    for reader in (world.other, world.moderator):
        said = words(await read(world, reader))
        assert FOR not in said
        assert "stay sealed until the reveal" in said
    assert await world.rows(Exposure) == []


async def test_a_running_question_is_sealed_until_its_close(world: World) -> None:
    """In preset rolling arguments become public with the numbers."""
    card = await world.running()
    await world.all_forecast(card, 10, 70)
    await world.argue(world.member, FOR)
    assert FOR not in words(await read(world, world.other))
    await world.pass_time(hours=36 * 24)
    assert FOR in words(await read(world, world.other))


async def test_what_was_shown_is_recorded_once(world: World) -> None:
    """For each argument of somebody else, on the surface "list"."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await world.argue(world.member, FOR)
    await world.argue(world.other, AGAINST, "against")
    await world.pass_time(hours=24)
    for _ in range(2):
        await read(world, world.member)
    assert [(row.argument_id, row.surface) for row in await world.rows(Exposure)] == [(2, "list")]


async def test_long_lists_are_paged(world: World) -> None:
    """Ten a page, in the place of the page before; what was not shown is not recorded as shown."""
    await world.revealed(10, 70, 90)
    await many(world, 23)
    first = await read(world, world.member)
    assert [f"number {n}." in words(first) for n in (0, 9, 10)] == [True, True, False]
    assert len(await world.rows(Exposure)) == 10
    second = await world.member.click(first.response.message, label="Next")
    assert [f"number {n}." in words(second) for n in (9, 10, 19, 20)] == [False, True, True, False]
    third = await world.member.click(second.response.message, label="Next")
    assert "number 22." in words(third)
    assert "[Next]" not in words(third)
    assert len(await world.rows(Exposure)) == 23


@pytest.mark.parametrize("piece", ["*_", "🦦", "<@&1>", "@everyone ", "w "])
async def test_the_longest_arguments_are_shown_in_full_on_more_pages(world: World, piece: str) -> None:
    """Escapes lengthen them; a page then holds fewer, and nothing is left out."""
    await world.revealed(10, 70, 90)
    await many(world, 12, text=(piece * 400)[:390] + "end {}")
    page, seen = await read(world, world.member), 0
    while True:
        shown = words(page)
        assert shown.count("“") == shown.count("”")
        seen += shown.count("“")
        if "[Next]" not in shown:
            break
        page = await world.member.click(page.response.message, label="Next")
    assert seen == 12
    assert len(await world.rows(Exposure)) == 12


async def test_what_members_wrote_is_escaped(world: World) -> None:
    """Nothing in an argument formats, links or mentions."""
    await world.revealed(10, 70, 90)
    await many(world, 1, text="**bold** [a](https://example.org) <@1> reason {}")
    said = words(await read(world, world.member))
    assert r"\*\*bold\*\* \[a\]" in said
    assert "<@1>" not in said


async def test_a_question_without_arguments_invites(world: World) -> None:
    """The empty state names the command."""
    await world.revealed(10, 70, 90)
    assert "Nobody has argued yet. Be the first: /argue" in words(await read(world, world.member))


async def test_a_page_behind_the_last_says_so(world: World) -> None:
    """A forged or old button leads to an empty page."""
    card = await world.revealed(10, 70, 90)
    assert "no more arguments" in words(await world.forge(world.member, card, "arguments:v1:1:99"))


async def test_another_servers_arguments_are_none(world: World) -> None:
    """By the command and by the button."""
    await world.revealed(10, 70, 90)
    there = world.neighbour
    by_command = await there.member.slash(there.channel, "arguments", question="id:1")
    by_click = await world.forge(there.member, await world.neighbours_message(), "arguments:v1:1:0")
    assert "no such question on this server" in words(by_command)
    assert "no such question on this server" in words(by_click)


async def test_a_draft_has_no_arguments(world: World) -> None:
    """For members there is no such question."""
    await world.new_draft()
    assert "no open question with this id" in words(await read(world, world.member, "id:1"))


async def test_documents_are_listed_newest_first_with_what_waits(world: World) -> None:
    """The five newest have a button that shows their claims again."""
    for number in range(7):
        await world.moderator.slash(world.channel, "claims add", document=notes(number))
    answer = await world.moderator.slash(world.channel, "claims list")
    said = words(answer)
    assert answer.ephemeral
    places = [said.index(f"notes {n}**") for n in range(6, -1, -1)]
    assert places == sorted(places)
    assert said.count("1 of 1 claims wait") == 7
    assert said.count("[Claims]") == 5


async def test_a_documents_claims_are_shown_again(world: World) -> None:
    """With the buttons that draft; a claim that became a draft is not among them."""
    await world.moderator.slash(world.channel, "claims add", document=notes(0))
    shown = await world.moderator.slash(world.channel, "claims list")
    claims = await world.moderator.click(shown.response.message, label="Claims")
    assert "The gap will close by the end of 2026" in words(claims)
    drafted = await world.moderator.click(claims.response.message, label="Draft")
    assert "📝 Draft" in words(drafted)
    assert "0 of 1 claims wait" in words(await world.moderator.slash(world.channel, "claims list"))
    again = await world.forge(world.moderator, await world.neutral_message(), "claims:v1:1")
    assert "Nothing waits in this document" in words(again)


async def test_without_documents_the_list_invites(world: World) -> None:
    """Its button opens the form for a document."""
    answer = await world.moderator.slash(world.channel, "claims list")
    form = await world.moderator.click(answer.response.message, label="Add a document")
    assert form.modal["title"] == "Add a document"


async def test_a_member_may_not_list_documents(world: World) -> None:
    """Neither the list nor the claims."""
    await world.moderator.slash(world.channel, "claims add", document=notes(0))
    assert RIGHTS in words(await world.member.slash(world.channel, "claims list"))
    assert RIGHTS in words(await world.forge(world.member, await world.neutral_message(), "claims:v1:1"))


async def test_another_servers_document_is_none(world: World) -> None:
    """Its id next door leads nowhere, and its list is empty there."""
    await world.moderator.slash(world.channel, "claims add", document=notes(0))
    there = world.neighbour
    answer = await world.forge(there.moderator, await world.neighbours_message(), "claims:v1:1")
    assert "no such document on this server" in words(answer)
    assert "No documents yet" in words(await there.moderator.slash(there.channel, "claims list"))


async def test_a_moderators_own_message_becomes_a_quote_in_the_form(world: World) -> None:
    """Nothing is stored before the form is sent; then it is a draft."""
    message = await world.moderator.send(world.channel, "The gap closes **this year**.")
    form = await world.moderator.context_menu(world.channel, MENU, message)
    criteria = form.modal["components"][1]["component"]["value"]
    assert criteria.startswith("“The gap closes **this year**.”")
    assert await world.rows(Question) == []
    await world.moderator.submit_modal(form, WORDING | {"criteria": criteria + "it does by 31 December."})
    (question,) = await world.rows(Question)
    assert "this year" in question.criteria


async def test_the_bots_own_message_becomes_a_quote(world: World) -> None:
    """What Crux posted is nobody's words."""
    card = await world.opened()
    form = await world.moderator.context_menu(world.channel, MENU, card)
    assert "Will the model gap narrow" in form.modal["components"][1]["component"]["value"]


async def test_a_members_message_needs_its_authors_consent(world: World) -> None:
    """No form opens, and the answer names who would have to agree."""
    message = await world.member.send(world.channel, "A secret thought about chips.")
    answer = await world.moderator.context_menu(world.channel, MENU, message)
    assert answer.modal is None
    assert "member-1 wrote this and would have to agree" in words(answer)
    assert "secret thought" not in words(answer)


async def test_a_member_may_not_use_the_menu(world: World) -> None:
    """Questions are written by moderators, with one's own message too."""
    message = await world.member.send(world.channel, "The gap closes this year.")
    answer = await world.member.context_menu(world.channel, MENU, message)
    assert answer.modal is None
    assert RIGHTS in words(answer)


@pytest.mark.parametrize("text", ["🦦" * 1_900, "\u202e\u200b", "x" * 2_000])
async def test_any_message_fits_into_the_form(world: World, text: str) -> None:
    """Long ones are cut; one without visible text is answered with the way out."""
    message = await world.moderator.send(world.channel, text)
    answer = await world.moderator.context_menu(world.channel, MENU, message)
    assert answer.modal is not None or "no text" in words(answer)


async def test_an_empty_server_invites_moderators_with_two_buttons(world: World) -> None:
    """Each opens its form."""
    answer = await world.moderator.slash(world.channel, "question list")
    assert "No questions yet" in words(answer)
    document = await world.moderator.click(answer.response.message, label="Add a document")
    question = await world.moderator.click(answer.response.message, label="Write a question")
    assert (document.modal["title"], question.modal["title"]) == ("Add a document", "New question")
    await world.moderator.submit_modal(question, WORDING)
    assert len(await world.rows(Question)) == 1


async def test_an_empty_server_has_one_line_for_members(world: World) -> None:
    """Without buttons."""
    said = words(await world.member.slash(world.channel, "question list"))
    assert said == "No questions yet. A moderator starts one: /question new"


@pytest.mark.parametrize("custom_id", ["add-document:v1", "new-question:v1"])
async def test_a_forged_click_on_those_buttons_stores_nothing(world: World, custom_id: str) -> None:
    """The form opens, since nothing may come before it; its submission is refused."""
    form = await world.forge(world.member, await world.neutral_message(), custom_id)
    name, text = notes(0)
    given = WORDING if "question" in custom_id else {"name": name, "text": text.decode(), "more": ""}
    assert RIGHTS in words(await world.member.submit_modal(form, given))
    assert await world.rows(Question) == []
    assert await world.rows(StoredDocument) == []
