"""Servers and people appear on their first click."""

import asyncio
from typing import Any

import pytest

from forecasts.aliases import alias
from forecasts.communities import community_of, member_of, welcome_once
from forecasts.models import Community, Member, Preset


async def community(house: Any, guild_id: int) -> Community:
    async with house.database.transaction() as session:
        return await community_of(session, guild_id=guild_id, now=house.at())


async def member(house: Any, user_id: int, community_id: int = 1) -> Member:
    async with house.database.transaction() as session:
        return await member_of(session, community_id=community_id, user_id=user_id, now=house.at())


async def test_a_server_appears_on_first_contact(house: Any) -> None:
    """With settings that work: standard rounds, 48 hours to challenge, a digest on Sunday."""
    made = await community(house, 30)
    assert (made.preset, made.challenge_hours, made.digest_weekday, made.last_number) == (
        Preset.STANDARD, 48, 6, 0,
    )  # fmt: skip


async def test_a_server_is_made_once(house: Any) -> None:
    """Ten first clicks at once are one community."""
    made = await asyncio.gather(*(community(house, 30) for _ in range(10)))
    assert len({each.id for each in made}) == 1


async def test_each_server_has_its_own_secret(house: Any) -> None:
    """Aliases of one server tell nothing about another's."""
    secrets = {each.secret for each in await house.rows(Community)}
    assert len(secrets) == 2
    assert min(map(len, secrets)) == 64


async def test_a_person_is_made_once(house: Any) -> None:
    """Ten first clicks at once are one member."""
    made = await asyncio.gather(*(member(house, 900) for _ in range(10)))
    assert len({each.id for each in made}) == 1


async def test_a_person_is_another_member_elsewhere(house: Any) -> None:
    """Rows of two servers are never joined by a member."""
    assert (await member(house, 900, 1)).id != (await member(house, 900, 2)).id


async def test_an_erased_person_starts_anew(house: Any) -> None:
    """The tombstone has no user any more."""
    before = await member(house, 900)
    await house.change(before.id, Member, user_id=None, erased_at=house.at())
    assert (await member(house, 900)).id != before.id


async def test_a_person_is_welcomed_once(house: Any) -> None:
    """What is stored and who sees it is told at the first click."""
    told = []
    for _ in range(2):
        async with house.database.transaction() as session:
            clicking = await session.get_one(Member, house.members[0])
            told.append(await welcome_once(session, member=clicking, now=house.at()))
    assert told == [True, False]


@pytest.mark.parametrize("other", [{"question_id": 2}, {"member_id": 8}])
def test_an_alias_differs_across_questions_and_members(other: dict[str, int]) -> None:
    """Nobody is followed from one debate to the next."""
    assert alias("s", **{"question_id": 1, "member_id": 7, **other}) != alias("s", question_id=1, member_id=7)


def test_an_alias_needs_the_secret() -> None:
    """Who knows the ids can't compute it."""
    assert alias("s", question_id=1, member_id=7) != alias("t", question_id=1, member_id=7)
