from typing import Any

import pytest

from bot.ui.components import MARKER_BASE
from forecasts.models import Community, OutboxMessage, Question
from forecasts.outbox import MAX_ATTEMPTS, Errand, enqueue
from tests.face.watch import TEXT, walk
from tests.face.world import World, words


def posts_to(world: World) -> list[dict[str, Any]]:
    """Return the bodies of all messages sent to the channel."""
    return world.requests("POST", f"/channels/{world.channel.id}/messages")


async def row(world: World, kind: Errand) -> OutboxMessage:
    """Return the only outbox row of a kind."""
    (message,) = await world.outbox(kind)
    return message


async def test_a_message_carries_its_key_as_nonce(world: World) -> None:
    """Discord drops a repetition by it."""
    await world.opened()
    (body,) = posts_to(world)
    message = await row(world, Errand.CARD)
    assert body["nonce"] == message.key == "c1.1"
    assert body["enforce_nonce"] is True


async def test_a_message_carries_its_rows_id_as_marker(world: World) -> None:
    """The first text's component id is found again in the channel's history."""
    await world.opened()
    (body,) = posts_to(world)
    first = next(part for part in walk(body["components"]) if part["type"] == TEXT)
    assert first["id"] == MARKER_BASE + (await row(world, Errand.CARD)).id


async def test_a_card_is_remembered_by_its_question(world: World) -> None:
    """Later edits go to the message that was posted."""
    card = await world.opened()
    assert (await world.rows(Question))[0].card_message_id == card.id


async def test_an_answer_comes_before_the_cards_refresh(world: World) -> None:
    """A click is answered at once; the card follows within ten seconds."""
    card = await world.opened()
    await world.member.click(card, label="70")
    assert world.requests("PATCH", f"/messages/{card.id}") == []
    await world.pass_time(seconds=10)
    assert len(world.requests("PATCH", f"/messages/{card.id}")) == 1
    assert "**1** forecast in" in words(world.again(card))


async def test_many_forecasts_refresh_the_card_once(world: World) -> None:
    """Five members within ten seconds cost one edit."""
    card = await world.opened()
    await world.all_forecast(card, 10, 20, 30, 40, 60)
    await world.pass_time(seconds=10)
    assert len(world.requests("PATCH", f"/messages/{card.id}")) == 1
    assert "**5** forecasts in" in words(world.again(card))


async def test_a_minute_of_clicks_refreshes_the_card_at_most_seven_times(world: World) -> None:
    """A click every four seconds: at most one edit in each ten seconds, and one after the last."""
    card = await world.opened()
    for number in range(15):
        await world.member.click(card, label="70" if number % 2 else "20")
        await world.pass_time(seconds=4)
    await world.pass_time(seconds=10)
    assert 6 <= len(world.requests("PATCH", f"/messages/{card.id}")) <= 7


async def test_a_failed_send_is_tried_again_and_posted_once(world: World) -> None:
    """Discord answers 500 once: the card stands in the channel after a few seconds, one time."""
    draft = await world.new_draft()
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=500)
    await world.moderator.click(draft.response.message, label="Approve and open")
    assert world.history() == []
    await world.pass_time(seconds=5)
    await world.pass_time(seconds=60)
    assert len(world.posts("### #1")) == 1
    assert (await row(world, Errand.CARD)).attempts == 2


async def test_a_failed_send_does_not_spoil_the_answer(world: World) -> None:
    """Who approved the question reads that it is open, whatever becomes of its card."""
    draft = await world.new_draft()
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=500)
    answer = await world.moderator.click(draft.response.message, label="Approve and open")
    assert "is sealed until" in words(answer)
    assert answer.followups == []


async def test_a_message_that_arrived_unnoticed_is_found_and_not_doubled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The send took effect, its answer was lost: a minute later the marker is found in the history."""
    draft = await world.new_draft()
    send = world.bot.http.send_message

    async def lose_the_answer(*args: object, **kwargs: object) -> None:
        await send(*args, **kwargs)
        raise TimeoutError

    monkeypatch.setattr(world.bot.http, "send_message", lose_the_answer)
    await world.moderator.click(draft.response.message, label="Approve and open")
    monkeypatch.undo()
    await world.pass_time(seconds=90)
    (card,) = world.history()
    assert len(posts_to(world)) == 1
    assert (await world.rows(Question))[0].card_message_id == card.id
    assert (await row(world, Errand.CARD)).message_id == card.id


async def test_attempts_end(world: World) -> None:
    """A channel that fails for ever is tried for hours, then the moderators are told."""
    draft = await world.new_draft()
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=500, times=None)
    await world.moderator.click(draft.response.message, label="Approve and open")
    for _ in range(MAX_ATTEMPTS):
        await world.pass_time(hours=1)
    message = await row(world, Errand.CARD)
    assert message.dead_at is not None
    assert message.attempts == MAX_ATTEMPTS
    assert "could not be posted" in words(world.moderator.user.dm_channel.last_message)


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (403, 50001), (404, 10003)])
async def test_a_channel_that_is_closed_to_the_bot_is_noted_to_the_moderators(
    world: World, status: int, code: int
) -> None:
    """Forbidden or gone: the row is dead at once, whoever approved is told, and the bot lives on."""
    draft = await world.new_draft()
    world.env.inject_error(
        "POST", f"/channels/{world.channel.id}/messages", status=status, code=code, times=None
    )
    await world.moderator.click(draft.response.message, label="Approve and open")
    message = await row(world, Errand.CARD)
    assert (message.dead_at is not None, message.attempts) == (True, 1)
    note = words(world.moderator.user.dm_channel.last_message)
    assert "#1  Will the model gap narrow by year-end?" in note
    assert "Check that Crux may write in its channel" in note
    shown = await world.member.slash(world.channel, "question show", question="#1")
    await world.member.click(shown.response.message, label="70")
    assert await world.values() == [70]


async def test_moderators_with_closed_messages_stop_nothing(world: World) -> None:
    """The note can't be delivered either: that row dies too, and the next card is posted."""
    draft = await world.new_draft()
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007, times=2)
    await world.moderator.click(draft.response.message, label="Approve and open")
    assert [(m.kind, m.dead_at is not None) for m in await world.rows(OutboxMessage)] == [
        ("card", True),
        ("note", True),
    ]
    await world.opened(title="Will the second question be asked?")
    assert len(world.history()) == 1


async def test_notes_go_to_the_channel_for_notes(world: World) -> None:
    """With a channel set for notes nobody gets a direct message."""
    notes = world.guild.create_text_channel("notes")
    await world.revealed(10, 70, 90)
    await world.change(Community, 1, notes_channel_id=notes.id)
    await world.pass_time(hours=40 * 24)
    assert "nobody has proposed an outcome" in words(notes.last_message)


async def test_a_deleted_card_does_not_stop_anything(world: World) -> None:
    """Its refresh is given up; the reveal is still posted."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    world.env.backend.delete_message(world.channel.id, card.id)
    await world.pass_time(hours=24)
    assert len(world.posts("The seal is broken")) == 1


async def test_a_deleted_channel_does_not_stop_other_servers(world: World) -> None:
    """What can't be said here is noted; next door the card is posted."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    world.env.backend.delete_channel(world.channel.id)
    await world.pass_time(hours=24)
    assert (await row(world, Errand.NOTICE)).dead_at is not None
    told = [words(message) for message in world.moderator.user.dm_channel.history()]
    assert [said for said in told if "could not be posted" in said]


async def test_a_message_that_can_not_be_made_does_not_hold_up_the_others(world: World) -> None:
    """A row nobody can lay out dies after its attempts; what comes after it is sent at once."""
    await world.opened()
    async with world.bot.database.transaction() as session:
        await enqueue(
            session, key="broken", kind=Errand.NOTICE, community_id=1, question_id=1,
            channel_id=world.channel.id, payload={"announce": ["no such word"]}, now=world.bot.now(),
        )  # fmt: skip
    world.expected_errors.add("message_faulty")
    await world.new_draft(title="Will the second question be asked?")
    await world.moderator.slash(world.channel, "question approve", draft="id:2")
    assert len(world.posts("Will the second question be asked?")) == 1
    for _ in range(MAX_ATTEMPTS):
        await world.pass_time(hours=1)
    (broken,) = await world.rows(OutboxMessage, key="broken")
    assert broken.dead_at is not None


async def test_a_restart_sends_what_was_owed(world: World) -> None:
    """The outbox outlives the process."""
    draft = await world.new_draft()
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=500)
    await world.moderator.click(draft.response.message, label="Approve and open")
    await world.restart()
    await world.pass_time(seconds=5)
    assert len(world.posts("### #1")) == 1
