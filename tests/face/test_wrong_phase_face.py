import pytest
from simcord import InteractionResult

from forecasts.models import Argument, Phase, Question, VoidReason
from forecasts.resolution import void_question
from tests.face.world import WORDING, World, words

ARGUMENT = "Copying is cheaper than inventing."
PROPOSAL = {"outcome": "YES", "evidence": "https://example.org/report", "note": "It says so."}


def said(answer: InteractionResult) -> str:
    """Return what an answer says to whoever reads it, without escapes."""
    assert answer.ephemeral
    return words(answer).replace("\\", "")


async def bring_to(world: World, phase: str) -> None:
    """Open a question and let it come into a phase."""
    await world.opened()
    if phase == "void":
        async with world.bot.database.transaction() as session:
            await void_question(
                session, community_id=1, question_id=1, member_id=1, reason=VoidReason.AMBIGUOUS, note="",
                now=world.bot.now(),
            )  # fmt: skip
        await world.bot.deliver()
        return
    await world.pass_time(hours=24 * 36)
    if phase != "closed":
        await world.propose()
    if phase == "resolved":
        await world.pass_time(hours=48)


ENDED = [
    ("closed", "forecasts ended then"),
    ("proposed", "takes no forecasts"),
    ("resolved", "takes no forecasts"),
    ("void", "takes no forecasts"),
]


@pytest.mark.parametrize(("phase", "sentence"), ENDED)
async def test_an_old_cards_number_is_refused_when_forecasting_is_over(
    world: World, phase: str, sentence: str
) -> None:
    """A click that comes too late says what happened and where to look, and stores nothing."""
    await bring_to(world, phase)
    message = await world.neutral_message()
    answer = await world.forge(world.member, message, "forecast:v1:1:70")
    assert sentence in said(answer)
    assert "/question show 1" in said(answer)
    assert await world.values() == []


@pytest.mark.parametrize(("phase", "sentence"), ENDED)
@pytest.mark.parametrize("command", ["set", "withdraw"])
async def test_the_forecast_commands_are_refused_when_forecasting_is_over(
    world: World, phase: str, sentence: str, command: str
) -> None:
    """The commands answer like the buttons."""
    await bring_to(world, phase)
    options = {"probability": "70"} if command == "set" else {}
    answer = await world.member.slash(world.channel, f"forecast {command}", question="#1", **options)
    assert sentence in said(answer)
    assert await world.values() == []


async def test_a_form_that_was_open_while_the_question_closed_is_refused(world: World) -> None:
    """What counts is when it is sent."""
    card = await world.opened()
    form = await world.member.click(card, label="Exact…")
    await world.pass_time(hours=24 * 36)
    answer = await world.member.submit_modal(form, {"probability": "70"})
    assert "forecasts ended then" in said(answer)
    assert await world.values() == []


async def test_a_click_after_the_close_is_refused_before_the_sweep_noticed(world: World) -> None:
    """The close is exact, however late the sweep runs."""
    card = await world.opened()
    await world.env.advance_time(36 * 24 * 3600)
    answer = await world.member.click(card, label="70")
    assert "forecasts ended then" in said(answer)
    assert await world.values() == []


@pytest.mark.parametrize("phase", ["closed", "proposed", "resolved", "void"])
async def test_arguments_are_refused_when_forecasting_is_over(world: World, phase: str) -> None:
    """There is nobody left to persuade."""
    await bring_to(world, phase)
    answer = await world.argue(world.member, ARGUMENT)
    assert "arguments" in said(answer)
    assert await world.rows(Argument) == []


async def test_an_argument_needs_a_forecast_first(world: World) -> None:
    """The answer says what to do before."""
    await world.opened()
    assert "Forecast first" in said(await world.argue(world.member, ARGUMENT))
    assert await world.rows(Argument) == []


async def test_a_fourth_argument_is_refused(world: World) -> None:
    """Three live arguments a member and question are the most."""
    card = await world.opened()
    await world.member.click(card, label="70")
    for number in range(3):
        await world.argue(world.member, f"{ARGUMENT} It is reason {number}.")
    assert "that is the most" in said(await world.argue(world.member, ARGUMENT))
    assert len(await world.rows(Argument)) == 3


@pytest.mark.parametrize("phase", ["proposed", "resolved", "void"])
async def test_an_outcome_is_proposed_once(world: World, phase: str) -> None:
    """A question that has an outcome, or a proposed one, or never will, takes no proposal."""
    await bring_to(world, phase)
    answer = await world.propose("NO")
    assert "This can't be done now: the question is" in said(answer)


async def test_a_draft_can_not_be_proposed(world: World) -> None:
    """Nobody could forecast it."""
    await world.new_draft()
    answer = await world.moderator.slash(world.channel, "resolve propose", question="id:1", **PROPOSAL)
    assert "the question is a draft" in said(answer)


async def test_approving_twice_opens_once(world: World) -> None:
    """The second click names the number the question has got."""
    draft = await world.new_draft()
    shown = await world.moderator.slash(world.channel, "question show", question="id:1")
    await world.approve_draft(draft)
    answer = await world.moderator.click(shown.response.message, label="Approve and open")
    assert "#1 is already open" in said(answer)
    assert len(await world.outbox("card")) == 1


@pytest.mark.parametrize("label", ["Approve and open", "Reject"])
async def test_a_rejected_draft_stays_rejected(world: World, label: str) -> None:
    """Buttons of another copy of the draft say that it is void."""
    draft = await world.new_draft()
    shown = await world.moderator.slash(world.channel, "question show", question="id:1")
    await world.moderator.click(draft.response.message, label="Reject")
    answer = await world.moderator.click(shown.response.message, label=label)
    assert "the question is void" in said(answer)
    (question,) = await world.rows(Question)
    assert (question.phase, question.number) == (Phase.VOID, None)


async def test_an_open_question_is_not_edited_through_its_old_draft(world: World) -> None:
    """Members have read it as it stands."""
    draft = await world.new_draft()
    form = await world.moderator.click(draft.response.message, label="Edit…")
    shown = await world.moderator.slash(world.channel, "question show", question="id:1")
    await world.approve_draft(shown)
    answer = await world.moderator.submit_modal(form, WORDING | {"title": "Something else altogether?"})
    assert "#1 is open already" in said(answer)
    assert (await world.rows(Question))[0].title == WORDING["title"]


async def test_a_rejected_draft_is_not_edited(world: World) -> None:
    """A form that was open meanwhile says where to start anew."""
    draft = await world.new_draft()
    form = await world.moderator.click(draft.response.message, label="Edit…")
    await world.moderator.click(draft.response.message, label="Reject")
    answer = await world.moderator.submit_modal(form, WORDING)
    assert "This draft was rejected" in said(answer)


@pytest.mark.parametrize("action", ["criteria:v1:1", "mine:v1:1", "result:v1:1"])
async def test_members_read_nothing_of_a_draft(world: World, action: str) -> None:
    """A forged id shows neither a draft's text nor that there is one."""
    await world.new_draft()
    answer = said(await world.forge(world.member, await world.neutral_message(), action))
    assert WORDING["criteria"] not in answer
    assert WORDING["title"] not in answer
    assert "None" not in answer


@pytest.mark.parametrize("command", ["question show", "forecast mine"])
async def test_the_commands_tell_members_nothing_of_a_draft(world: World, command: str) -> None:
    """The same holds for an id that was typed."""
    await world.new_draft()
    answer = said(await world.member.slash(world.channel, command, question="id:1"))
    assert WORDING["criteria"] not in answer
    assert WORDING["title"] not in answer
    assert "None" not in answer


async def test_a_draft_takes_no_forecast_and_no_argument(world: World) -> None:
    """The answers name no number, since a draft has none."""
    await world.new_draft()
    message = await world.neutral_message()
    answers = [
        said(await world.forge(world.member, message, "forecast:v1:1:70")),
        said(await world.member.slash(
            world.channel, "argue", question="id:1", side="for", text=ARGUMENT
        )),
    ]  # fmt: skip
    assert not any("None" in answer for answer in answers), answers
    assert await world.values() == []
    assert await world.rows(Argument) == []


@pytest.mark.parametrize("phase", ["blind", "closed", "proposed"])
async def test_a_result_is_not_promised_before_there_is_one(world: World, phase: str) -> None:
    """My result on a question without an outcome says how it stands."""
    if phase == "blind":
        await world.opened()
    else:
        await bring_to(world, phase)
    answer = said(await world.forge(world.member, await world.neutral_message(), "result:v1:1"))
    assert "not resolved yet" in answer
