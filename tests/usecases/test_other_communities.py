"""Another server's things are not here, and what has no number isn't called #None."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from forecasts.advancing import locked_question
from forecasts.debate import add_argument
from forecasts.errors import ForecastError, NotFoundError
from forecasts.forecasting import submit_forecast, undo_forecast, withdraw_forecast
from forecasts.models import Side, VoidReason
from forecasts.queries import card_of, find_question, list_questions, position_of, question_by_number
from forecasts.questions import approve_question, edit_draft, reject_question
from forecasts.resolution import (
    challenge_resolution,
    decide_challenge,
    overturn_resolution,
    propose_resolution,
    void_question,
)

EVIDENCE = {"evidence_url": "https://example.org", "note": "It says so."}

FOR_MEMBERS: dict[Callable[..., Awaitable[Any]], dict[str, Any]] = {
    submit_forecast: {"probabilities": (0.5,), "interaction_id": 1},
    undo_forecast: {"interaction_id": 1},
    withdraw_forecast: {"interaction_id": 1},
    add_argument: {"side": Side.FOR, "text": "Distillation needs little compute.", "interaction_id": 1},
    challenge_resolution: {"reason": "The report was withdrawn."},
}
FOR_MODERATORS: dict[Callable[..., Awaitable[Any]], dict[str, Any]] = {
    approve_question: {"channel_id": 1},
    edit_draft: {},
    reject_question: {"reason": ""},
    propose_resolution: {"outcome": 1, **EVIDENCE},
    decide_challenge: {"upheld": True, "note": ""},
    overturn_resolution: {"outcome": 1, **EVIDENCE},
    void_question: {"reason": VoidReason.OTHER, "note": ""},
}
USE_CASES = {**FOR_MEMBERS, **FOR_MODERATORS}


def named(use_case: Callable[..., Awaitable[Any]]) -> str:
    return use_case.__name__


async def run(house: Any, use_case: Callable[..., Awaitable[Any]], **given: Any) -> Any:
    values = {**USE_CASES[use_case], "now": house.at(), **given}
    if use_case is edit_draft:
        values |= {"wording": house.wording, "closes_at": house.at(days=9)}
        del values["member_id"]
    return await house.do(use_case, **values)


@pytest.mark.parametrize("use_case", USE_CASES, ids=named)
@pytest.mark.parametrize("state", ["draft", "opened"])
async def test_a_question_of_another_community_is_not_found(
    house: Any, use_case: Callable[..., Awaitable[Any]], state: str
) -> None:
    """Whatever its phase; ids in a click are what the client sent."""
    question_id = await getattr(house, state)()
    with pytest.raises(NotFoundError, match="no such question on this server"):
        await run(
            house, use_case, question_id=question_id, community_id=house.next_door, member_id=house.neighbour
        )


@pytest.mark.parametrize("use_case", USE_CASES, ids=named)
async def test_a_question_that_never_was_is_not_found(
    house: Any, use_case: Callable[..., Awaitable[Any]]
) -> None:
    """With the way out in the sentence."""
    with pytest.raises(NotFoundError, match="/question list"):
        await run(house, use_case, question_id=404, member_id=house.moderator)


@pytest.mark.parametrize("read", [card_of, find_question, locked_question], ids=named)
async def test_no_read_finds_another_communitys_question(
    house: Any, read: Callable[..., Awaitable[Any]]
) -> None:
    """Neither card nor row."""
    question_id = await house.opened()
    with pytest.raises(NotFoundError):
        await house.read(read, question_id=question_id, community_id=house.next_door)


async def test_no_position_is_found_either(house: Any) -> None:
    """Even the crowd's numbers come through a question of one's own server."""
    question_id = await house.opened()
    with pytest.raises(NotFoundError):
        await house.read(
            position_of, question_id=question_id, member_id=house.neighbour, community_id=house.next_door
        )


async def test_a_number_is_looked_up_at_home(house: Any) -> None:
    """#1 here is not #1 there."""
    question_id = await house.opened()
    assert (await house.read(question_by_number, number=1)).id == question_id
    with pytest.raises(NotFoundError, match="There is no question #1 here"):
        await house.read(question_by_number, number=1, community_id=house.next_door)


async def test_a_list_holds_ones_own_questions_only(house: Any) -> None:
    """Autocomplete reads the same list."""
    await house.opened()
    assert await house.read(list_questions, community_id=house.next_door) == []


@pytest.mark.parametrize("use_case", FOR_MEMBERS, ids=named)
@pytest.mark.parametrize("rejected", [False, True], ids=["draft", "rejected"])
async def test_what_has_no_number_is_not_called_none(
    house: Any, use_case: Callable[..., Awaitable[Any]], *, rejected: bool
) -> None:
    """A draft is open to nobody, and the sentence that says so names no number."""
    question_id = await house.draft()
    if rejected:
        await run(house, reject_question, question_id=question_id, member_id=house.moderator)
    with pytest.raises(ForecastError) as caught:
        await run(house, use_case, question_id=question_id, member_id=house.members[0])
    assert "None" not in str(caught.value)
