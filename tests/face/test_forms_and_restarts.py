import asyncio

import pytest

from forecasts.models import Argument, Forecast, Member, Question
from tests.face.slowly import take_long
from tests.face.world import WORDING, World, words

DEFER = 5
ARGUMENT = "Distillation keeps the followers close."


async def test_two_members_forms_open_at_once_never_cross(world: World) -> None:
    """Both open the same form, and send it in the other order: each number is its sender's."""
    card = await world.opened()
    one = await world.member.click(card, label="Exact…")
    two = await world.other.click(card, label="Exact…")
    await world.other.submit_modal(two, {"probability": "63"})
    await world.member.submit_modal(one, {"probability": "37"})
    stored = {row.member_id: row.probabilities for row in await world.rows(Forecast)}
    users = {row.user_id: row.id for row in await world.rows(Member)}
    assert stored == {users[world.member.id]: [0.37], users[world.other.id]: [0.63]}


async def test_one_members_two_forms_belong_to_their_questions(world: World) -> None:
    """Two forms opened one after the other on two cards store on the card each came from."""
    card = await world.opened()
    second = await world.opened(title="Will the second question be asked?")
    one = await world.member.click(card, label="Exact…")
    two = await world.member.click(second, label="Exact…")
    await world.member.submit_modal(one, {"probability": "37"})
    await world.member.submit_modal(two, {"probability": "63"})
    assert [(row.question_id, row.probabilities) for row in await world.rows(Forecast)] == [
        (1, [0.37]),
        (2, [0.63]),
    ]


async def test_two_forms_of_one_kind_have_two_ids(world: World) -> None:
    """The id ends in the interaction that opened it."""
    card = await world.opened()
    one = await world.member.click(card, label="Exact…")
    two = await world.member.click(card, label="Exact…")
    assert one.modal["custom_id"] != two.modal["custom_id"]


async def test_a_restart_between_opening_and_sending_a_form_loses_nothing(world: World) -> None:
    """Forms are taken by their id, so a new process takes them too."""
    card = await world.opened()
    exact = await world.member.click(card, label="Exact…")
    saved = await world.other.click(card, label="70")
    argue = await world.other.click(saved.response.message, label="Argue against")
    new = await world.moderator.slash(world.channel, "question new")
    await world.restart()
    await world.member.submit_modal(exact, {"probability": "37"})
    await world.other.submit_modal(argue, {"text": ARGUMENT, "source": ""})
    await world.moderator.submit_modal(new, WORDING)
    assert await world.values() == [70, 37]
    assert [row.side for row in await world.rows(Argument)] == ["against"]
    assert len(await world.rows(Question)) == 2


async def test_old_cards_work_after_a_restart(world: World) -> None:
    """Each button of a card that an earlier process posted answers."""
    card = await world.opened()
    await world.restart()
    assert "Saved: **70 %**" in words(await world.member.click(card, label="70"))
    assert "You said **70 %**" in words(await world.member.click(card, label="My forecast"))
    assert WORDING["criteria"] in words(await world.member.click(card, label="Criteria"))
    assert (await world.member.click(card, label="Exact…")).modal is not None


async def test_old_answers_work_after_a_restart(world: World) -> None:
    """So do the buttons under an answer that only its reader sees."""
    saved = await world.member.click(await world.opened(), label="70")
    await world.restart()
    nudged = await world.member.click(saved.response.message, label="+5")
    assert "Saved: **75 %**" in words(nudged)
    undone = await world.member.click(nudged.response.message, label="Undo")
    assert "Back to **70 %**" in words(undone)


async def test_old_drafts_work_after_a_restart(world: World) -> None:
    """A draft's buttons open it in the new process."""
    draft = await world.new_draft()
    await world.restart()
    card = await world.approve_draft(draft)
    assert "🔒 Sealed until" in words(card)


async def test_deadlines_are_kept_over_a_restart(world: World) -> None:
    """What was due is read from the database."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await world.restart()
    await world.pass_time(hours=24)
    assert "💬 Open for debate" in words(world.again(card))


@pytest.mark.parametrize("label", ["Exact…", "Argue for"])
async def test_a_click_that_opens_a_form_twice_is_answered_once(world: World, label: str) -> None:
    """A repeated delivery of the click changes nothing and says nothing more."""
    card = await world.revealed(10, 70, 90)
    opened = await world.member.click(card, label=label)
    await world.deliver_again()
    assert opened.modal is not None
    assert opened.followups == []


@pytest.mark.parametrize("command", ["question new", "claims add"])
async def test_a_command_that_opens_a_form_twice_is_answered_once(world: World, command: str) -> None:
    """The same holds for commands."""
    opened = await world.moderator.slash(world.channel, command)
    await world.deliver_again()
    assert opened.modal is not None
    assert opened.followups == []


async def test_an_approval_delivered_twice_opens_once(world: World) -> None:
    """One number, one card."""
    await world.opened()
    await world.deliver_again()
    assert len(world.history()) == 1
    assert [row.number for row in await world.rows(Question)] == [1]


async def test_a_proposal_delivered_twice_is_posted_once(world: World) -> None:
    """The question is proposed already when it comes again."""
    await world.revealed(10, 70, 90)
    await world.propose()
    await world.deliver_again()
    assert len(world.posts("it can be challenged")) == 1


def deferred(world: World) -> int:
    """Return how often Discord was told to wait."""
    return sum(body["type"] == DEFER for body in world.requests("POST", "/callback"))


@pytest.mark.parametrize("by", ["click", "command"])
async def test_an_answer_that_takes_long_is_deferred(
    world: World, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """When storing takes longer than a second and a half, Discord is told to wait, and the answer follows."""
    card = await world.opened()
    take_long(monkeypatch)
    if by == "click":
        answer = await world.member.click(card, label="70")
    else:
        answer = await world.member.slash(world.channel, "forecast set", question="#1", probability="70")
    assert deferred(world) == 1
    assert "Saved: **70 %**" in words(answer)
    assert answer.ephemeral
    assert await world.values() == [70]


async def test_an_error_that_takes_long_is_answered_after_the_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is left with an endless "thinking"."""
    await world.opened()
    take_long(monkeypatch)
    answer = await world.member.slash(world.channel, "forecast withdraw", question="#1")
    assert deferred(world) == 1
    assert "no forecast on #1 to withdraw" in words(answer)


async def test_a_slow_nudge_is_answered_beside_the_old_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deferred click on an answer gets an answer of its own."""
    saved = await world.member.click(await world.opened(), label="70")
    take_long(monkeypatch)
    answer = await world.member.click(saved.response.message, label="+5")
    assert deferred(world) == 1
    assert "Saved: **75 %**" in words(answer)
    assert await world.values() == [70, 75]


async def test_a_refused_form_gives_back_what_was_typed(world: World) -> None:
    """An argument before a forecast is refused, and its words come back to be copied."""
    card = await world.revealed(10, 70, 90)
    stranger = world.members[4]
    form = await stranger.click(card, label="Argue for")
    answer = await stranger.submit_modal(
        form, {"text": "Followers copy what the leader shows.", "source": ""}
    )
    assert "Forecast first" in words(answer)
    assert "```\nFollowers copy what the leader shows.\n```" in words(answer)


async def test_a_long_refused_document_is_not_repeated(world: World) -> None:
    """What was pasted is still where it came from: only the sentence is answered."""
    form = await world.member.slash(world.channel, "claims add")
    answer = await world.member.submit_modal(form, {"name": "gap", "text": "word " * 790, "more": ""})
    assert "This is for moderators" in words(answer)
    assert "word word" not in words(answer)


async def test_no_answer_is_kept_for_its_buttons(world: World) -> None:
    """discord.py would hold one that only its reader sees for a quarter of an hour."""
    card = await world.opened()
    await world.member.click(card, label="30")
    waiting = [task.get_coro().__qualname__ for task in asyncio.all_tasks()]
    assert [name for name in waiting if name.startswith("BaseView")] == []
