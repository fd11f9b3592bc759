"""What moderators' commands and buttons say to those who may not, and about another server's questions."""

from typing import Any

import pytest
from simcord import InteractionResult

from forecasts.models import Community, Phase, Question
from tests.face.world import WORDING, World, words

RIGHTS = "This is for moderators"
NOT_HERE = "There is no such question on this server"
EVIDENCE = {"evidence": "https://example.org/report", "note": "It says so."}
MODERATORS = {
    "question edit": {},
    "question extend": {"closes": "in 9 weeks", "reason": "Late."},
    "question void": {"reason": "other", "note": "It is so."},
    "question repost": {},
    "resolve decide": {"ruling": "uphold", "note": "It stands."},
    "resolve overturn": {"outcome": "NO", **EVIDENCE},
}
BUTTONS = ["edit:v1:1", "restart:v1:1", "repost:v1:1", "decide:v1:1:1", "decide:v1:1:0"]


def said(answer: InteractionResult) -> str:
    """Return what an answer says to whoever reads it, without escapes."""
    assert answer.modal is None
    assert answer.ephemeral
    return words(answer).replace("\\", "")


async def state(world: World) -> list[Any]:
    """Return what moderators can change of question #1."""
    (question,) = await world.rows(Question)
    return [question.phase, question.title, question.closes_at, question.revision, question.card_message_id]


@pytest.mark.parametrize(("command", "options"), MODERATORS.items())
async def test_a_member_may_not_moderate(world: World, command: str, options: dict[str, str]) -> None:
    """The command is refused at once, before any form, and nothing changes."""
    await world.opened()
    before = await state(world)
    assert RIGHTS in said(await world.member.slash(world.channel, command, question="#1", **options))
    assert await state(world) == before


@pytest.mark.parametrize("custom_id", BUTTONS)
async def test_a_member_may_not_forge_a_moderators_button(world: World, custom_id: str) -> None:
    """Ids in a click are client input."""
    card = await world.opened()
    before = await state(world)
    assert RIGHTS in said(await world.forge(world.member, card, custom_id))
    assert await state(world) == before


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("edit-open", {"title": "Something else altogether?", "reason": "Why not."}),
        ("void", {"note": "It is so."}),
        ("decide", {"note": "It stands."}),
    ],
)
async def test_a_member_may_not_forge_a_moderators_form(
    world: World, action: str, values: dict[str, str]
) -> None:
    """A form's id can be made up as well as a button's."""
    card = await world.opened()
    before = await state(world)
    form = await world.member.click(card, label="Exact…")
    form._interaction.modal["custom_id"] = f"{action}:v1:1:1:99"
    fields = WORDING | values
    form._interaction.modal["components"] = [
        {
            "type": 18,
            "label": name,
            "component": {"type": 4, "style": 1, "custom_id": name, "required": False},
        }
        for name in fields
    ][:5]
    answer = await world.member.submit_modal(form, dict(list(fields.items())[:5]))
    assert RIGHTS in said(answer)
    assert await state(world) == before


async def test_a_right_lost_while_a_form_was_open_is_lost(world: World) -> None:
    """What counts is when it is sent."""
    role = world.guild.create_role("resolvers")
    helper = world.guild.add_member(world.env.create_user("helper"), roles=[role])
    await world.opened()
    await world.change(Community, 1, moderator_role_id=role.id)
    form = await helper.slash(world.channel, "question void", question="#1", reason="other", note="It is so.")
    await world.change(Community, 1, moderator_role_id=None)
    assert RIGHTS in said(await helper.submit_modal(form, {"note": "It is so."}))
    assert (await state(world))[0] is Phase.BLIND


@pytest.mark.parametrize(
    ("command", "options"), [*MODERATORS.items(), ("resolve challenge", {"reason": "No."})]
)
async def test_another_servers_question_is_none_for_a_command(
    world: World, command: str, options: dict[str, str]
) -> None:
    """An id:N that was never offered here is answered like one that doesn't exist."""
    await world.opened()
    before = await state(world)
    there = world.neighbour
    answer = await there.moderator.slash(there.channel, command, question="id:1", **options)
    assert NOT_HERE in said(answer)
    assert await state(world) == before


@pytest.mark.parametrize("custom_id", BUTTONS)
async def test_another_servers_question_is_none_for_a_button(world: World, custom_id: str) -> None:
    """The same for a forged click of the moderator next door."""
    await world.opened()
    before = await state(world)
    answer = await world.forge(world.neighbour.moderator, await world.neighbours_message(), custom_id)
    assert NOT_HERE in said(answer)
    assert await state(world) == before


async def test_another_servers_proposal_is_none_for_a_challenge(world: World) -> None:
    """The form opens, since it reads nothing; what is sent finds no such question."""
    await world.revealed(10, 70, 90)
    await world.propose()
    there = world.neighbour
    form = await world.forge(there.member, await world.neighbours_message(), "challenge:v1:1")
    answer = await there.member.submit_modal(form, {"reason": "It is wrong."})
    assert NOT_HERE in said(answer)
    assert (await world.rows(Question))[0].phase_ends_at is not None


@pytest.mark.parametrize(
    ("command", "offered"),
    [
        ("question edit", {"draft", "sealed", "closed"}),
        ("question extend", {"sealed", "closed"}),
        ("question void", {"sealed", "closed", "proposed", "resolved"}),
        ("question repost", {"sealed", "closed", "proposed", "resolved"}),
        ("resolve challenge", {"proposed"}),
        ("resolve decide", {"proposed"}),
        ("resolve overturn", {"resolved"}),
    ],
)
async def test_each_command_offers_the_questions_it_can_use(
    world: World, command: str, offered: set[str]
) -> None:
    """Five questions, each in another phase."""
    phases = {
        "sealed": "blind",
        "draft": "draft",
        "closed": "closed",
        "proposed": "proposed",
        "resolved": "resolved",
    }
    for name in phases:
        await world.new_draft(title=f"Will it be {name} in the end?")
    for question, phase in zip(await world.rows(Question), phases.values(), strict=True):
        number = None if phase == "draft" else question.id
        await world.change(Question, question.id, phase=Phase(phase), number=number, phase_ends_at=None)
    choices = await world.moderator.autocomplete(world.channel, command, "question", "")
    assert {choice["name"].partition("Will it be ")[2].split()[0] for choice in choices} == offered
