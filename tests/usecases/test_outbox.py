"""What is owed to Discord: once by its key, leased while it is sent, tried again, given up."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from forecasts.models import Community, Member, OutboxMessage, Question
from forecasts.outbox import (
    LEASE,
    MAX_ATTEMPTS,
    Errand,
    claim_next,
    enqueue,
    enqueue_refresh,
    mark_failed,
    mark_sent,
    next_due,
)
from forecasts.sweep import post_one_digest


async def owe(house: Any, key: str, now: datetime, **values: Any) -> bool:
    stored: bool = await house.do(enqueue, key=key, kind=Errand.NOTE, now=now, **values)
    return stored


async def claim(house: Any, now: datetime) -> OutboxMessage | None:
    async with house.database.transaction() as session:
        return await claim_next(session, now=now)


async def fail(
    house: Any, outbox_id: int, now: datetime, *, permanent: bool = False, error: str = "?"
) -> bool:
    async with house.database.transaction() as session:
        return await mark_failed(session, outbox_id=outbox_id, error=error, permanent=permanent, now=now)


async def sent(house: Any, outbox_id: int, now: datetime, message_id: int = 555) -> None:
    async with house.database.transaction() as session:
        await mark_sent(session, outbox_id=outbox_id, message_id=message_id, now=now)


async def due(house: Any) -> datetime | None:
    async with house.database.reading() as session:
        return await next_due(session)


async def refresh(house: Any, question_id: int, **since: float) -> None:
    question = await house.question(question_id)
    async with house.database.transaction() as session:
        await enqueue_refresh(session, question=question, now=house.at(**since))


async def test_the_same_key_is_owed_once(house: Any) -> None:
    """The second time nothing is stored, and the caller is told."""
    assert [await owe(house, "k", house.at()) for _ in range(2)] == [True, False]
    assert len(await house.rows(OutboxMessage)) == 1


async def test_a_key_that_is_too_long_for_a_nonce_is_refused(house: Any) -> None:
    """25 characters are the most that Discord takes."""
    assert await owe(house, "k" * 25, house.at())
    with pytest.raises(IntegrityError, match="key_is_a_nonce"):
        await owe(house, "k" * 26, house.at())


async def test_keys_of_large_ids_fit(house: Any) -> None:
    """Community, member and question 1,000,000,000: through a whole life no key has over 25 characters."""
    large = 10**9
    now = house.at()
    async with house.database.transaction() as session:
        session.add(Community(id=large, guild_id=3, created_at=now, digest_due_at=house.at(days=1)))
        await session.flush()
        session.add(Member(id=large, community_id=large, user_id=301, created_at=now))
        await session.flush()
        session.add(
            Question(id=large, community_id=large, title="?", criteria="?", closes_at=house.at(days=30),
                     created_by=large, created_at=now)
        )  # fmt: skip
    await house.approve(large, community_id=large, member_id=large)
    await house.change(large, revision=10**9)
    house.home = large
    await house.say(large, large, 0.5)
    for day in (1, 2, 5, 30, 33, 37):
        await house.sweep(house.at(days=day))
    async with house.database.transaction() as session:
        assert await post_one_digest(session, now=house.at(days=1)) == large
    keys = [message.key for message in await house.rows(OutboxMessage)]
    assert {key[0] for key in keys} == set("cdrtsn")
    assert max(map(len, keys)) <= 25


async def test_a_claimed_message_is_leased(house: Any) -> None:
    """For a minute nobody else gets it."""
    await owe(house, "k", house.at())
    message = await claim(house, house.at())
    assert message is not None
    assert (message.lease_until, message.attempts) == (house.at() + LEASE, 1)
    assert await claim(house, house.at(seconds=59)) is None


async def test_an_expired_lease_is_claimed_again(house: Any) -> None:
    """Whoever had it has died."""
    await owe(house, "k", house.at())
    first = await claim(house, house.at())
    again = await claim(house, house.at(seconds=60))
    assert first is not None
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 2)


async def test_a_sent_message_is_never_claimed_again(house: Any) -> None:
    """Its id is remembered."""
    await owe(house, "k", house.at())
    message = await claim(house, house.at())
    await sent(house, message.id, house.at(seconds=1))
    assert await claim(house, house.at(days=1)) is None
    (stored,) = await house.rows(OutboxMessage)
    assert (stored.message_id, stored.sent_at, stored.lease_until) == (555, house.at(seconds=1), None)


async def test_a_card_that_arrived_is_the_questions_card(house: Any) -> None:
    """From then on it is edited, not posted again."""
    question_id = await house.opened()
    message = await claim(house, house.at())
    await sent(house, message.id, house.at(), message_id=777)
    assert (await house.question(question_id)).card_message_id == 777


async def test_messages_are_claimed_in_the_order_in_which_they_became_due(house: Any) -> None:
    """Then in the order in which they were written."""
    await owe(house, "later", house.at(), not_before=house.at(seconds=5))
    await owe(house, "first", house.at(seconds=1))
    await owe(house, "second", house.at(seconds=1))
    claimed = [await claim(house, house.at(seconds=9)) for _ in range(3)]
    assert [message.key for message in claimed] == ["first", "second", "later"]


async def test_a_message_is_not_claimed_before_its_time(house: Any) -> None:
    """At it, it is."""
    await owe(house, "k", house.at(), not_before=house.at(seconds=5))
    assert await claim(house, house.at(seconds=4.999)) is None
    assert await claim(house, house.at(seconds=5)) is not None


async def test_a_failure_is_tried_again_after_twice_the_time(house: Any) -> None:
    """2, 4, 8 ... 256 seconds, then every five minutes, for six hours: Discord may be away for long."""
    await owe(house, "k", house.at())
    now, delays = house.at(), []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        message = await claim(house, now)
        assert message.attempts == attempt
        dead = await fail(house, message.id, now)
        (stored,) = await house.rows(OutboxMessage)
        if dead:
            break
        delays.append((stored.not_before - now).total_seconds())
        now = stored.not_before
    assert delays == [2, 4, 8, 16, 32, 64, 128, 256, *[300] * 71]
    assert now - house.at() > timedelta(hours=6)
    assert stored.dead_at == now
    assert await claim(house, house.at(days=1)) is None


async def test_what_can_never_succeed_is_dead_at_once(house: Any) -> None:
    """A channel that is gone."""
    await owe(house, "k", house.at())
    message = await claim(house, house.at())
    assert await fail(house, message.id, house.at(), permanent=True, error="x" * 500)
    (stored,) = await house.rows(OutboxMessage)
    assert (stored.dead_at, len(stored.error)) == (house.at(), 200)


async def test_a_failure_gives_the_lease_back(house: Any) -> None:
    """It is due again after its delay, not after the lease."""
    await owe(house, "k", house.at())
    message = await claim(house, house.at())
    await fail(house, message.id, house.at())
    assert await claim(house, house.at(seconds=2)) is not None


async def test_a_card_is_refreshed_once_in_ten_seconds(house: Any) -> None:
    """All changes from :00 to :09 are one edit at :10."""
    question_id = await house.opened()
    for seconds in (0, 1, 9.999):
        await refresh(house, question_id, seconds=seconds)
    assert [row.not_before for row in await house.rows(OutboxMessage, kind="refresh")] == [
        house.at(seconds=10)
    ]


async def test_the_next_ten_seconds_have_a_refresh_of_their_own(house: Any) -> None:
    """A change at :10 is shown at :20."""
    question_id = await house.opened()
    for seconds in (9, 10):
        await refresh(house, question_id, seconds=seconds)
    assert [row.not_before for row in await house.rows(OutboxMessage, kind="refresh")] == [
        house.at(seconds=10), house.at(seconds=20),
    ]  # fmt: skip


async def test_a_refresh_never_comes_before_what_it_shows(house: Any) -> None:
    """Whoever forecasts at :05 is counted by the edit at :10."""
    question_id = await house.opened()
    await house.say(question_id, house.members[0], 0.5, house.at(seconds=5))
    (message,) = await house.rows(OutboxMessage, kind="refresh")
    assert message.not_before >= house.at(seconds=5)


@pytest.mark.parametrize("has_arrived", [True, False])
async def test_what_is_stored_after_its_refresh_was_taken_up_gets_the_next_one(
    house: Any, *, has_arrived: bool
) -> None:
    """It began at 5 s and is committed at 10.1 s: the refresh of 10 s, from another's change, missed it."""
    question_id = await house.opened()
    await refresh(house, question_id, seconds=3)
    rows = await house.rows(OutboxMessage, kind="refresh")
    while (taken := await claim(house, house.at(seconds=10))) is not None:
        if has_arrived or taken.kind != Errand.REFRESH:
            await sent(house, taken.id, house.at(seconds=10))
    await refresh(house, question_id, seconds=5)
    (first, second) = await house.rows(OutboxMessage, kind="refresh")
    assert [first.key, second.not_before] == [rows[0].key, house.at(seconds=20)]


async def test_two_questions_are_refreshed_apart(house: Any) -> None:
    """The limit is per card."""
    for _ in range(2):
        await refresh(house, await house.opened())
    assert len(await house.rows(OutboxMessage, kind="refresh")) == 2


async def test_a_question_without_a_channel_is_refreshed_nowhere(house: Any) -> None:
    """A draft has no card."""
    await refresh(house, await house.draft())
    assert await house.rows(OutboxMessage) == []


async def test_the_sender_is_woken_for_the_first_message_that_waits(house: Any) -> None:
    """Neither for what was sent nor for what is dead."""
    assert await due(house) is None
    for number in range(3):
        await owe(house, f"k{number}", house.at(seconds=number))
    first, second = await claim(house, house.at(seconds=9)), await claim(house, house.at(seconds=9))
    await sent(house, first.id, house.at(seconds=9))
    await fail(house, second.id, house.at(seconds=9), permanent=True)
    assert await due(house) == house.at(seconds=2)


async def test_a_leased_message_is_due_when_its_lease_ends(house: Any) -> None:
    """Before that nobody could claim it, and waking up would be in vain."""
    await owe(house, "k", house.at())
    await claim(house, house.at())
    assert await due(house) == house.at() + timedelta(seconds=60)


async def test_a_channel_with_a_message_in_hand_waits(house: Any) -> None:
    """Its second message could otherwise arrive before its first; another channel's goes ahead."""
    for key, channel in (("first", 900), ("second", 900), ("elsewhere", 901)):
        await owe(house, key, house.at(), channel_id=channel)
    first, other = await claim(house, house.at()), await claim(house, house.at())
    assert (first.key, other.key) == ("first", "elsewhere")
    assert await claim(house, house.at()) is None
    await sent(house, first.id, house.at())
    assert (await claim(house, house.at())).key == "second"


async def test_a_failure_lets_the_next_message_into_its_channel(house: Any) -> None:
    """The one that failed steps back; a message that can't be sent must not hold up a channel."""
    for key in ("first", "second"):
        await owe(house, key, house.at(), channel_id=900)
    first = await claim(house, house.at())
    await fail(house, first.id, house.at())
    assert (await claim(house, house.at())).key == "second"


async def test_after_a_crash_a_channel_goes_on_with_what_was_in_hand(house: Any) -> None:
    """Not with the message behind it; both wait for the dead sender's lease."""
    for key in ("first", "second"):
        await owe(house, key, house.at(), channel_id=900)
    await claim(house, house.at())
    assert await claim(house, house.at(seconds=59)) is None
    assert (await claim(house, house.at(seconds=60))).key == "first"


async def test_one_change_of_a_card_stands_for_all_that_are_due(house: Any) -> None:
    """Of three that an outage left one is sent; what isn't due yet stays, and so does another card's."""
    one, other = await house.opened(), await house.opened()
    for _ in range(2):
        card = await claim(house, house.at())
        await sent(house, card.id, house.at())
    for seconds in (5, 15, 25, 35):
        await refresh(house, one, seconds=seconds)
    await refresh(house, other, seconds=5)
    claimed = [await claim(house, house.at(seconds=30)) for _ in range(2)]
    assert [message.question_id for message in claimed if message] == [one]  # one channel, one at a time
    waiting = [row for row in await house.rows(OutboxMessage, kind="refresh") if row.sent_at is None]
    assert sorted((row.question_id, row.not_before) for row in waiting) == [
        (one, house.at(seconds=10)), (one, house.at(seconds=40)), (other, house.at(seconds=10)),
    ]  # fmt: skip


async def test_a_change_that_failed_is_made_by_the_next_one(house: Any) -> None:
    """It had been put off; the next one draws what it would have drawn."""
    question_id = await house.opened()
    card = await claim(house, house.at())
    await sent(house, card.id, house.at())
    await refresh(house, question_id, seconds=5)
    first = await claim(house, house.at(seconds=10))
    await fail(house, first.id, house.at(seconds=10))
    await refresh(house, question_id, seconds=20)
    second = await claim(house, house.at(seconds=40))
    await sent(house, second.id, house.at(seconds=40))
    assert await claim(house, house.at(days=1)) is None
