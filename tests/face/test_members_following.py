"""Whoever asks to be told about a question is mentioned in its thread, and nobody else."""

from collections.abc import Callable
from typing import Any

import discord
import pytest

from forecasts.models import Follow, Question
from tests.face.world import World, words

FOLLOW, UNFOLLOW = "Tell me about this question", "Don't tell me any more"


@pytest.fixture
def threads(world: World) -> Callable[[], list[dict[str, Any]]]:
    """Give the requests that made threads so far."""
    return lambda: world.requests("POST", "/threads")


async def follow(member: Any, card: discord.Message) -> Any:
    """Ask to be told, with the button on the answer to My forecast."""
    mine = await member.click(card, label="My forecast")
    return await member.click(mine.response.message, label=FOLLOW)


def told(world: World, card: discord.Message) -> list[dict[str, Any]]:
    """Return the messages that were posted in the card's thread."""
    return world.requests("POST", f"/channels/{card.id}/messages")


def texts(body: dict[str, Any]) -> str:
    """Return what a message says."""
    return body["components"][0]["content"]


async def test_the_button_stores_the_wish_and_changes_its_label(world: World) -> None:
    """The answer is changed in place and says what will happen."""
    saved = await world.member.click(await world.opened(), label="70")
    assert f"[{FOLLOW}]" in words(saved)
    answer = await world.member.click(saved.response.message, label=FOLLOW)
    assert "You will be mentioned in its thread" in words(answer)
    assert "You said **70 %**" in words(answer)
    assert f"[{UNFOLLOW}]" in words(answer)
    assert len(await world.rows(Follow)) == 1


async def test_it_is_taken_back_with_the_same_button(world: World) -> None:
    """Afterwards nothing is stored."""
    card = await world.opened()
    followed = await follow(world.member, card)
    answer = await world.member.click(followed.response.message, label=UNFOLLOW)
    assert "won't be told" in words(answer)
    assert f"[{FOLLOW}]" in words(answer)
    assert await world.rows(Follow) == []


async def test_a_click_delivered_twice_is_one_wish(world: World) -> None:
    """The id says what is wanted, so a repetition doesn't take it back."""
    await follow(world.member, await world.opened())
    await world.deliver_again()
    assert len(await world.rows(Follow)) == 1


async def test_the_reveal_is_told_in_a_thread_of_the_card(
    world: World, threads: Callable[[], list[dict[str, Any]]]
) -> None:
    """One message mentions exactly those who asked; nobody else and no role is pinged."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    for member in (world.member, world.other):
        await follow(member, card)
    assert told(world, card) == []
    await world.pass_time(hours=24)
    (body,) = told(world, card)
    assert "It is **open for debate** now" in texts(body)
    assert f"{world.member.mention} {world.other.mention}" in texts(body)
    assert world.third.mention not in texts(body)
    mentions = body["allowed_mentions"]
    assert sorted(map(int, mentions["users"])) == sorted([world.member.id, world.other.id])
    assert mentions["parse"] == []
    assert [made["name"] for made in threads()] == ["#1 Will the model gap narrow by year-end?"]
    assert (await world.rows(Question))[0].thread_id == card.id


async def test_the_message_holds_no_number_of_anybody(world: World) -> None:
    """Only the question and its phase."""
    card = await world.opened()
    await world.all_forecast(card, 13, 71, 93)
    await follow(world.member, card)
    await world.pass_time(hours=24)
    said = texts(told(world, card)[0])
    assert [sign for sign in ("13", "71", "93", "%", "median", "█") if sign in said.split("-#")[0]] == []


async def test_the_result_is_told_in_the_same_thread(
    world: World, threads: Callable[[], list[dict[str, Any]]]
) -> None:
    """Two messages in one thread; the last call and the proposal aren't told."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await follow(world.member, card)
    await world.pass_time(hours=24)
    await world.pass_time(hours=35 * 24)
    await world.propose()
    assert len(told(world, card)) == 1
    await world.pass_time(hours=48)
    revealed, resolved = map(texts, told(world, card))
    assert "open for debate" in revealed
    assert "It is **resolved YES** now" in resolved
    assert len(threads()) == 1


async def test_the_buttons_in_the_thread_work(world: World) -> None:
    """Whoever was mentioned sees their forecast from there, and stops it."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await follow(world.member, card)
    await world.pass_time(hours=24)
    thread = world.env.backend.get_channel(card.id)
    (stored,) = world.env.backend.messages[thread.id].values()
    message = await world.bot.get_channel(card.id).fetch_message(stored.id)
    assert "You said **10 %**" in words(await world.member.click(message, label="My forecast"))
    await world.member.click(message, label=UNFOLLOW)
    assert await world.rows(Follow) == []


async def test_whoever_took_it_back_is_not_mentioned(world: World) -> None:
    """Without followers there is neither message nor thread."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    followed = await follow(world.member, card)
    await world.member.click(followed.response.message, label=UNFOLLOW)
    await world.pass_time(hours=24)
    assert told(world, card) == []
    assert (await world.rows(Question))[0].thread_id is None


async def test_whoever_was_erased_is_not_mentioned(world: World) -> None:
    """Deleting one's data takes the wish with it."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await follow(world.member, card)
    await world.forge(world.member, await world.neutral_message(), "delete-data:v1")
    await world.pass_time(hours=24)
    assert told(world, card) == []


async def test_a_thread_that_is_there_already_is_taken(world: World) -> None:
    """Discord refuses a second thread of one message with code 160004; the first has the message's id."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await follow(world.member, card)
    world.env.backend.create_thread(world.channel.id, "talk", world.moderator.id, message_id=card.id)
    path = f"/channels/{world.channel.id}/messages/{card.id}/threads"
    world.env.inject_error("POST", path, status=400, code=160004)
    await world.pass_time(hours=24)
    assert len(told(world, card)) == 1
    assert (await world.rows(Question))[0].thread_id == card.id


async def test_a_process_that_doesn_t_know_the_server_makes_the_thread(world: World) -> None:
    """Any process sends any message; Discord tells each one only of the servers of its own shards."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await follow(world.member, card)
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    world.bot._connection._remove_guild(guild)
    await world.pass_time(hours=24)
    assert len(told(world, card)) == 1


async def test_without_the_right_to_threads_it_is_told_in_the_channel(world: World) -> None:
    """The mention is a promise; where it stands is not."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await follow(world.member, card)
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)
    await world.pass_time(hours=24)
    (post,) = world.posts("You asked to be told")
    assert world.member.mention in post
    assert [row.error for row in await world.outbox("tell")] == [""]


async def test_a_thread_that_was_deleted_is_no_obstacle(world: World) -> None:
    """The result is told in the channel then."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await follow(world.member, card)
    await world.pass_time(hours=24)
    world.env.backend.delete_channel(card.id)
    await world.pass_time(hours=35 * 24)
    await world.propose()
    await world.pass_time(hours=48)
    assert len(world.posts("resolved YES** now")) == 1


async def test_a_fault_while_making_the_thread_is_tried_again(world: World) -> None:
    """The errand waits in the outbox like any other, and is sent once."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await follow(world.member, card)
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=0)
    await world.pass_time(hours=24)
    assert told(world, card) == []
    await world.pass_time(seconds=10)
    assert len(told(world, card)) == 1


@pytest.mark.parametrize("custom_id", ["follow:v1:1:1", "follow:v1:1:0"])
async def test_another_servers_question_is_none(world: World, custom_id: str) -> None:
    """An id from next door is answered like one that doesn't exist."""
    await world.opened()
    answer = await world.forge(world.neighbour.member, await world.neighbours_message(), custom_id)
    assert "no such question on this server" in words(answer)
    assert await world.rows(Follow) == []


async def test_a_draft_can_not_be_followed(world: World) -> None:
    """A forged id tells nothing about it."""
    await world.new_draft()
    answer = await world.forge(world.member, await world.neutral_message(), "follow:v1:1:1")
    assert "no open question with this id" in words(answer)
    assert await world.rows(Follow) == []


async def test_a_resolved_question_can_not_be_followed(world: World) -> None:
    """Nothing more happens to it; an old button says so."""
    card = await world.resolved(10, 70, 90)
    answer = await world.forge(world.member, card, "follow:v1:1:1")
    assert "#1 is resolved: there is nothing more to tell" in words(answer)
    assert FOLLOW not in words(await world.member.slash(world.channel, "forecast mine", question="#1"))


async def test_a_closed_question_can_be_followed(world: World) -> None:
    """Its result is still to come."""
    card = await world.revealed(10, 70, 90)
    await world.pass_time(hours=35 * 24)
    assert "You will be mentioned" in words(await follow(world.member, world.again(card)))
