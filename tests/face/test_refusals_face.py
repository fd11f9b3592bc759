import pytest
from simcord import InteractionResult

from claims.models import StoredDocument
from forecasts.models import Argument, Community, Phase, Question
from tests.face.world import WORDING, World, words

RIGHTS = "This is for moderators"
NOT_HERE = "There is no such question on this server"
STALE = "from an older version of Crux"
NOTES = ("notes.txt", b"The gap between the models will close by the end of 2026, analysts expect.")
PROPOSAL = {"outcome": "YES", "evidence": "https://example.org/report", "note": "It says so."}
MODERATORS_BUTTONS = ["approve:v1:1", "edit:v1:1", "reject:v1:1"]
ANYBODYS_BUTTONS = [
    "forecast:v1:1:70", "nudge:v1:1:5", "undo:v1:1", "mine:v1:1", "result:v1:1", "criteria:v1:1",
    "why:v1:1", "history:v1:1",
]  # fmt: skip


def said(answer: InteractionResult) -> str:
    """Return what an answer says to whoever reads it, without escapes."""
    assert answer.ephemeral
    return words(answer).replace("\\", "")


async def phase(world: World, question_id: int = 1) -> Phase:
    """Return the phase a question is stored in."""
    (question,) = await world.rows(Question, id=question_id)
    return question.phase


async def test_a_member_may_not_write_a_question(world: World) -> None:
    """The form opens, since nothing may come before it, but its submission is refused."""
    form = await world.member.slash(world.channel, "question new")
    answer = await world.member.submit_modal(form, WORDING)
    assert RIGHTS in said(answer)
    assert await world.rows(Question) == []


@pytest.mark.parametrize("custom_id", MODERATORS_BUTTONS)
async def test_a_member_may_not_use_a_drafts_buttons(world: World, custom_id: str) -> None:
    """A forged click on a draft is refused: ids in a click are client input."""
    message = await world.neutral_message()
    await world.new_draft()
    assert RIGHTS in said(await world.forge(world.member, message, custom_id))
    assert await phase(world) is Phase.DRAFT


async def test_a_member_may_not_approve_by_command(world: World) -> None:
    """The command is refused like the button."""
    await world.new_draft()
    answer = await world.member.slash(world.channel, "question approve", draft="id:1")
    assert RIGHTS in said(answer)
    assert await phase(world) is Phase.DRAFT


async def test_a_member_may_not_propose_an_outcome(world: World) -> None:
    """Resolution is proposed by moderators."""
    await world.opened()
    answer = await world.member.slash(world.channel, "resolve propose", question="#1", **PROPOSAL)
    assert RIGHTS in said(answer)
    assert await phase(world) is Phase.BLIND


async def test_a_member_may_not_add_a_document(world: World) -> None:
    """Nothing is fetched and nothing stored."""
    answer = await world.member.slash(world.channel, "claims add", document=NOTES)
    assert RIGHTS in said(answer)
    assert await world.rows(StoredDocument) == []


async def test_a_member_may_not_paste_a_document(world: World) -> None:
    """The form's submission is refused."""
    form = await world.member.slash(world.channel, "claims add")
    answer = await world.member.submit_modal(form, {"name": "notes", "text": NOTES[1].decode(), "more": ""})
    assert RIGHTS in said(answer)
    assert await world.rows(StoredDocument) == []


async def test_a_member_may_not_draft_from_a_claim(world: World) -> None:
    """A forged click on a claim's button is refused."""
    message = await world.neutral_message()
    await world.moderator.slash(world.channel, "claims add", document=NOTES)
    assert RIGHTS in said(await world.forge(world.member, message, "draft:v1:1"))
    assert await world.rows(Question) == []


async def test_the_moderator_role_gives_the_rights(world: World) -> None:
    """Who has the community's moderator role needs no right to manage the server."""
    role = world.guild.create_role("resolvers")
    helper = world.guild.add_member(world.env.create_user("helper"), roles=[role])
    await world.opened()
    await world.change(Community, 1, moderator_role_id=role.id)
    await helper.slash(world.channel, "resolve propose", question="#1", **PROPOSAL)
    assert await phase(world) is Phase.PROPOSED


async def test_a_right_that_was_lost_is_lost_at_once(world: World) -> None:
    """A draft's buttons don't work for whoever is no moderator any more."""
    role = world.guild.create_role("resolvers")
    helper = world.guild.add_member(world.env.create_user("helper"), roles=[role])
    await world.new_draft()
    await world.change(Community, 1, moderator_role_id=role.id)
    shown = await helper.slash(world.channel, "question show", question="id:1")
    await world.change(Community, 1, moderator_role_id=None)
    assert RIGHTS in said(await helper.click(shown.response.message, label="Approve and open"))
    assert await phase(world) is Phase.DRAFT


async def test_another_servers_question_is_none_for_a_button(world: World) -> None:
    """An id from next door is answered like one that doesn't exist, and changes nothing there."""
    await world.opened()
    message = await world.neighbours_message()
    for custom_id in MODERATORS_BUTTONS + ANYBODYS_BUTTONS:
        answer = await world.forge(world.neighbour.moderator, message, custom_id)
        assert NOT_HERE in said(answer), custom_id
    assert await world.values() == []
    assert await phase(world) is Phase.BLIND


async def test_another_servers_question_is_none_for_a_command(world: World) -> None:
    """An id:N that was never offered here is answered like one that doesn't exist."""
    await world.opened()
    for command, options in (
        ("forecast set", {"probability": "70"}),
        ("forecast mine", {}),
        ("forecast withdraw", {}),
        ("argue", {"side": "for", "text": "Copying is cheaper than inventing."}),
        ("question show", {}),
        ("question approve", {}),
        ("resolve propose", PROPOSAL),
        ("why", {}),
    ):
        option = "draft" if command == "question approve" else "question"
        answer = await world.neighbour.moderator.slash(
            world.neighbour.channel, command, **{option: "id:1"}, **options
        )
        assert NOT_HERE in said(answer), command
    assert await world.values() == []
    assert await phase(world) is Phase.BLIND


@pytest.mark.parametrize("action", ["exact:v1:1", "argue:v1:1:1", "edit:v1:1"])
async def test_another_servers_question_is_none_for_a_form(world: World, action: str) -> None:
    """A form that was opened with a foreign id stores nothing when it is sent."""
    await world.opened()
    answer = await world.forge(world.neighbour.moderator, await world.neighbours_message(), action)
    if answer.modal is not None:
        given = {"probability": "70"} if "exact" in action else {"text": "Copying is cheaper than inventing."}
        answer = await world.neighbour.moderator.submit_modal(answer, given)
    assert NOT_HERE in said(answer)
    assert await world.values() == []
    assert await world.rows(Argument) == []


async def test_another_servers_claim_is_none(world: World) -> None:
    """A claim's id from next door drafts nothing."""
    await world.moderator.slash(world.channel, "claims add", document=NOTES)
    answer = await world.forge(world.neighbour.moderator, await world.neighbours_message(), "draft:v1:1")
    assert "There is no such claim on this server" in said(answer)
    assert await world.rows(Question) == []


async def test_another_servers_questions_are_never_offered(world: World) -> None:
    """Autocompletion and lists hold this server's questions only."""
    await world.opened()
    there = world.neighbour.moderator
    assert await there.autocomplete(world.neighbour.channel, "forecast set", "question", "gap") == []
    assert "No questions yet" in said(await there.slash(world.neighbour.channel, "question list"))


async def test_a_number_without_a_question_is_answered_with_the_way_out(world: World) -> None:
    """The sentence repeats the number and names the list."""
    await world.opened()
    for number in ("2", "#2", "#0", "#999999999"):
        answer = await world.member.slash(world.channel, "forecast mine", question=number)
        repeated = f"no question #{number.removeprefix('#')} here. See what is open: /question list"
        assert repeated in said(answer)


async def test_what_is_no_number_is_answered_with_an_example(world: World) -> None:
    """A word that was not chosen from the list, or a number too long to be one."""
    await world.opened()
    for typed in ("gap", "id:", "id:x", "-1", "#9999999999999", "²", "id:²", " "):
        answer = await world.member.slash(world.channel, "question show", question=typed)
        assert "type its number, such as #12" in said(answer), typed


async def test_an_id_of_any_length_is_answered(world: World) -> None:
    """Twenty digits fit no key: there is no such question."""
    await world.opened()
    answer = await world.member.slash(world.channel, "question show", question="id:" + "9" * 20)
    assert NOT_HERE in said(answer)


async def test_an_id_that_no_version_made_is_answered(world: World) -> None:
    """A stale, cut or made-up id gets a sentence with the way out, and stores nothing."""
    card = await world.opened()
    for custom_id in (
        "unknown:v1:1", "forecast:v0:1:70", "forecast:v9:1:70", "forecast:v1:1", "forecast:v1",
        "forecast:v1:1:70:1", "forecast", "", "Forecast:v1:1:70", "next:v1:1", "mine:v1:x", "approve:v1:1:2",
        "leaderboard:v1:3", "forecast:v1:1:" + "9" * 20, "mine:v1:" + "9" * 20, "mine:v1:-" + "9" * 20,
        "undo:v1:" + "9" * 90,
    ):  # fmt: skip
        answer = await world.forge(world.member, card, custom_id)
        assert STALE in said(answer), custom_id
    assert await world.values() == []


async def test_a_forged_percentage_is_refused(world: World) -> None:
    """The database decides what a number may be, not the button."""
    card = await world.opened()
    for percent in (7000, 101, -1):
        answer = await world.forge(world.member, card, f"forecast:v1:1:{percent}")
        assert "0 % to 100 %" in said(answer), percent
    assert await world.values() == []


async def test_a_form_that_no_version_made_is_answered(world: World) -> None:
    """The same holds for forms: unknown, without ids, or with too many."""
    card = await world.opened()
    for custom_id in ("unknown:v1:1:2", "exact:v1", "exact", "exact:v1:1:2:3:4", "exact:v2:1:2"):
        form = await world.member.click(card, label="Exact…")
        form._interaction.modal["custom_id"] = custom_id
        answer = await world.member.submit_modal(form, {"probability": "70"})
        assert STALE in said(answer), custom_id
    assert await world.values() == []


async def test_a_form_without_its_fields_is_answered(world: World) -> None:
    """A submission that lacks what the form asked for is read as empty, and stores nothing."""
    card = await world.opened()
    form = await world.member.click(card, label="Exact…")
    form._interaction.modal["components"][0]["component"]["custom_id"] = "elsewhere"
    answer = await world.member.submit_modal(form, {"elsewhere": "70"})
    assert "0.7, 7/10, 2:1 or 1 in 3" in said(answer)
    assert await world.values() == []


async def test_commands_are_for_servers(world: World) -> None:
    """Nobody is offered a command in a direct message."""
    assert world.member.user.available_commands() == ()


async def test_a_button_in_a_direct_message_is_refused(world: World) -> None:
    """A click from outside a server is answered with where Crux works."""
    user = world.member.user
    message = await user.send_dm("hello")
    answer = await world.forge(user, message, "mine:v1:1")
    assert "Crux works in servers" in said(answer)


async def test_a_command_of_an_older_version_is_answered(world: World) -> None:
    """Discord still shows a command that is gone: the answer says why and what to do."""
    await world.opened()
    world.bot.tree.remove_command("argue")
    answer = await world.member.slash(
        world.channel, "argue", question="#1", side="for", text="Copying is cheaper than inventing."
    )
    assert "This command has changed. Reload Discord" in said(answer)
