from typing import Any

import pytest
from sqlmodel import col, select

from forecasts.communities import member_of
from forecasts.errors import NotFoundError, WrongPhaseError
from forecasts.following import TOLD_AT_ONCE, follow, followers, is_following, unfollow
from forecasts.models import Follow, OutboxMessage, Question, VoidReason
from forecasts.outbox import Errand
from forecasts.people import erase_member
from forecasts.queries import find_question
from forecasts.resolution import void_question
from tests.usecases.conftest import House


async def ask(house: House, question_id: int, member_id: int, use_case: Any = follow) -> Any:
    """Let a member ask to be told, or take it back."""
    async with house.database.transaction() as session:
        question = await find_question(session, community_id=house.home, question_id=question_id)
        return await use_case(session, question=question, member_id=member_id)


async def told(house: House, question_id: int) -> list[list[int]]:
    """Return whom each owed mention would name, in the order in which they are owed."""
    async with house.database.reading() as session:
        query = select(OutboxMessage).where(col(OutboxMessage.kind) == Errand.TELL).order_by(OutboxMessage.id)
        rows = (await session.exec(query)).all()
        return [await followers(session, question_id=question_id, **row.payload) for row in rows]


async def test_asking_twice_is_asking_once(house: House) -> None:
    """A click that is delivered twice stores one row."""
    question_id = await house.opened()
    await ask(house, question_id, house.members[0])
    await ask(house, question_id, house.members[0])
    assert [row.member_id for row in await house.rows(Follow)] == [house.members[0]]
    assert await ask(house, question_id, house.members[0], is_following)


async def test_it_can_be_taken_back(house: House) -> None:
    """Afterwards there is no row; taking back what was never asked for does nothing."""
    question_id = await house.opened()
    await ask(house, question_id, house.members[0])
    await ask(house, question_id, house.members[0], unfollow)
    await ask(house, question_id, house.members[0], unfollow)
    assert await house.rows(Follow) == []


async def test_a_draft_can_not_be_followed(house: House) -> None:
    """For members there is no such question yet."""
    question_id = await house.draft()
    with pytest.raises(NotFoundError, match="no open question"):
        await ask(house, question_id, house.members[0])


async def test_a_resolved_question_can_not_be_followed(house: House) -> None:
    """There is nothing more to tell."""
    question_id = await house.resolved(0.2, 0.6, 0.8)
    with pytest.raises(WrongPhaseError, match="#1 is resolved: there is nothing more to tell"):
        await ask(house, question_id, house.members[0])


async def test_reveal_and_result_are_told(house: House) -> None:
    """One message each; the last call, the close and the proposal are not told."""
    question_id = await house.opened(days=10)
    await ask(house, question_id, house.members[0])
    await house.all_say(question_id, 0.2, 0.6, 0.8)
    assert await told(house, question_id) == []
    await house.sweep(house.at(days=1))
    assert await told(house, question_id) == [[103]]
    await house.sweep(house.at(days=10))
    await house.propose(question_id, 1, house.at(days=10))
    assert await told(house, question_id) == [[103]]
    await house.sweep(house.at(days=12))
    assert await told(house, question_id) == [[103], [103]]


async def test_a_void_question_is_told(house: House) -> None:
    """That is a result, too; while sealed as well."""
    question_id = await house.opened()
    await ask(house, question_id, house.members[0])
    await house.do(
        void_question, question_id=question_id, member_id=house.moderator, reason=VoidReason.AMBIGUOUS,
        note="It can be read in two ways.", now=house.at(hours=1),
    )  # fmt: skip
    assert await told(house, question_id) == [[103]]


async def test_nobody_asked_nothing_is_owed(house: House) -> None:
    """No follower, no row in the outbox."""
    await house.resolved(0.2, 0.6, 0.8)
    assert await house.rows(OutboxMessage, kind=Errand.TELL) == []


async def test_the_errands_key_is_the_transitions(house: House) -> None:
    """Question and revision make it unique; it fits into a nonce of 25 characters."""
    question_id = await house.opened()
    await ask(house, question_id, house.members[0])
    await house.all_say(question_id, 0.2, 0.6, 0.8)
    await house.sweep(house.at(days=1))
    (row,) = await house.rows(OutboxMessage, kind=Errand.TELL)
    (question,) = await house.rows(Question)
    assert row.key == f"f{question_id}.{question.revision}.0"
    assert len(row.key) <= 25


async def test_whoever_was_erased_meanwhile_is_not_named(house: House) -> None:
    """Who is mentioned is read at the moment of sending."""
    question_id = await house.opened()
    for member_id in house.members[:2]:
        await ask(house, question_id, member_id)
    await house.all_say(question_id, 0.2, 0.6, 0.8)
    await house.sweep(house.at(days=1))
    async with house.database.transaction() as session:
        await erase_member(session, member_id=house.members[0], now=house.at(days=1))
    assert await told(house, question_id) == [[104]]


async def test_many_followers_are_told_in_several_messages(house: House) -> None:
    """Discord takes a hundred mentions in a message; each follower is named exactly once."""
    question_id = await house.opened()
    async with house.database.transaction() as session:
        question = await find_question(session, community_id=house.home, question_id=question_id)
        for user_id in range(1_000, 1_000 + TOLD_AT_ONCE + 5):
            member = await member_of(session, community_id=house.home, user_id=user_id, now=house.at())
            await follow(session, question=question, member_id=member.id)
    await house.all_say(question_id, 0.2, 0.6, 0.8)
    await house.sweep(house.at(days=1))
    first, second = await told(house, question_id)
    assert (len(first), len(second)) == (TOLD_AT_ONCE, 5)
    assert first + second == list(range(1_000, 1_000 + TOLD_AT_ONCE + 5))
