"""What took effect while its receipt was lost is neither repeated nor denied."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from discord.webhook.async_ import AsyncWebhookAdapter

from bot.errors import BUSY, HALFWAY, UNEXPECTED
from tests.face.slowly import take_long
from tests.face.world import World, words

CALLBACK = "/interactions/*/*/callback"
Ask = Callable[..., Awaitable[Any]]


def lost(ask: Ask, *, after: bool, times: int = 1) -> Ask:
    """Cut the connection so many times, before or after a request has had its effect."""
    left = [times]

    async def cut(*given: Any, **named: Any) -> Any:
        if not left[0]:
            return await ask(*given, **named)
        left[0] -= 1
        if after:
            await ask(*given, **named)
        raise aiohttp.ServerDisconnectedError

    return cut


def lose_answers(monkeypatch: pytest.MonkeyPatch, *, after: bool, times: int = 1) -> None:
    """Lose the first answers to interactions."""
    ask = AsyncWebhookAdapter.create_interaction_response
    monkeypatch.setattr(
        AsyncWebhookAdapter, "create_interaction_response", lost(ask, after=after, times=times)
    )


@pytest.mark.parametrize("after", [False, True])
async def test_an_answer_that_may_have_arrived_is_sent_again_and_shown_once(
    world: World, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    """Discord refuses the second one if it has the first; either way the member reads what is stored."""
    card = await world.opened()
    lose_answers(monkeypatch, after=after)
    answer = await world.member.click(card, label="70")
    assert "Saved: **70 %**" in words(answer)
    assert answer.followups == []
    assert await world.values() == [70.0]


async def test_a_form_whose_receipt_is_lost_stands_open_and_nothing_else_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second answer is refused, and the one that was given is the form."""
    card = await world.opened()
    lose_answers(monkeypatch, after=True)
    world.expected_errors.add("interaction_failed")
    answer = await world.member.click(card, label="Exact…")
    assert answer.modal is not None
    assert answer.followups == []


async def test_an_answer_that_discord_refuses_does_not_deny_what_is_stored(world: World) -> None:
    """The forecast is committed before its answer is sent; "nothing was changed" would be untrue."""
    card = await world.opened()
    world.env.inject_error("POST", CALLBACK, status=400, code=50035)
    world.expected_errors.add("interaction_failed")
    answer = await world.member.click(card, label="70")
    assert words(answer) == HALFWAY
    assert await world.values() == [70.0]


@pytest.mark.parametrize(
    "receipt", [lambda: "<html>Bad gateway</html>", dict, lambda: None, lambda: json.loads("{")]
)
async def test_a_later_answer_whose_receipt_makes_no_sense_is_given_once(
    world: World, monkeypatch: pytest.MonkeyPatch, receipt: Callable[[], object]
) -> None:
    """It arrived; after a wait Discord would show a second one, too."""
    execute = AsyncWebhookAdapter.execute_webhook

    async def garbled(*given: Any, **named: Any) -> Any:
        await execute(*given, **named)
        return receipt()

    card = await world.opened()
    monkeypatch.setattr(AsyncWebhookAdapter, "execute_webhook", garbled)
    take_long(monkeypatch)
    answer = await world.member.click(card, label="70")
    assert words(answer).count("Saved: **70 %**") == 1
    assert "Something went wrong" not in words(answer)


async def test_what_was_rolled_back_is_said_to_be_unchanged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault within the transaction leaves nothing behind."""

    async def fails(*_given: object, **_named: object) -> None:
        raise ValueError

    card = await world.opened()
    monkeypatch.setattr("bot.forecasting.handlers.position_of", fails)
    world.expected_errors.add("interaction_failed")
    answer = await world.member.click(card, label="70")
    assert words(answer) == UNEXPECTED
    assert await world.values() == []


async def test_whoever_waits_too_long_for_the_database_reads_why(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one writer and thousands of clicks, a click may not get its turn; that is nobody's fault."""
    card = await world.opened()
    monkeypatch.setattr(world.bot.database._writer.pool, "_timeout", 0)
    async with world.bot.database.transaction() as session:
        await session.connection()
        answer = await world.member.click(card, label="70")
    assert words(answer) == BUSY
    assert "Saved: **70 %**" in words(await world.member.click(card, label="70"))


async def test_a_message_that_arrived_unnoticed_is_found_in_a_busy_channel(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked for among what came after its row, however much members wrote since."""
    draft = await world.new_draft()
    with monkeypatch.context() as patch:
        patch.setattr(world.bot.http, "send_message", lost(world.bot.http.send_message, after=True))
        await world.moderator.click(draft.response.message, label="Approve and open")
    for number in range(60):
        await world.member.send(world.channel, f"Message {number}")
    await world.pass_time(seconds=90)
    assert len(world.posts("### #1")) == 1


async def test_a_card_that_arrived_unnoticed_is_brought_up_to_date(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changed before its receipt came wasn't shown: there was no message yet that one could edit."""
    draft = await world.new_draft()
    with monkeypatch.context() as patch:
        patch.setattr(world.bot.http, "send_message", lost(world.bot.http.send_message, after=True, times=9))
        await world.moderator.click(draft.response.message, label="Approve and open")
        (card,) = world.history()
        await world.all_forecast(card, 10, 20, 30)
        await world.pass_time(seconds=20)
    await world.pass_time(seconds=90)
    assert "**3** forecasts in" in words(world.again(card))


async def test_a_mention_that_arrived_in_the_channel_is_not_repeated_in_a_thread(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it was sent first, no thread was to be had; a minute later there is one."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await world.forge(world.member, await world.neutral_message(), "follow:v1:1:1")
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)
    send, lose = world.bot.http.send_message, lost(world.bot.http.send_message, after=True)

    async def lose_the_mention(channel_id: int, *, params: Any) -> Any:
        told = "You asked to be told" in str(params.payload)
        return await (lose if told else send)(channel_id, params=params)

    with monkeypatch.context() as patch:
        patch.setattr(world.bot.http, "send_message", lose_the_mention)
        await world.pass_time(hours=24)
    await world.pass_time(seconds=90)
    assert len(world.posts("You asked to be told")) == 1
    assert world.requests("POST", f"/channels/{card.id}/messages") == []
    assert len(world.requests("POST", f"/messages/{card.id}/threads")) == 2
    assert [row.sent_at is not None for row in await world.outbox("tell")] == [True]
