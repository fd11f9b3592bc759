"""Forecasts are appended, each with its kind; undo, withdrawal and refusals."""

import asyncio
from typing import Any

import pytest

from forecasts.errors import InvalidInputError, NotFoundError, WrongPhaseError
from forecasts.forecasting import submit_forecast, undo_forecast, withdraw_forecast
from forecasts.models import Forecast, ForecastKind, Phase, Preset
from forecasts.queries import position_of

BLIND, DEBATE, FINAL, RUNNING, CLOSED = 1, 30, 100, 130, 30 * 24  # hours of preset standard, and the close


async def history(house: Any, question_id: int) -> list[list[float] | None]:
    return [row.probabilities for row in await house.rows(Forecast, question_id=question_id)]


async def kinds(house: Any, question_id: int) -> list[ForecastKind]:
    return [row.kind for row in await house.rows(Forecast, question_id=question_id)]


async def in_force(house: Any, question_id: int, member_id: int) -> float | None:
    return (await house.read(position_of, question_id=question_id, member_id=member_id)).forecast


async def opened(house: Any, hours: float, **values: Any) -> int:
    """Open a question with enough forecasts of others, and go on to an hour."""
    question_id: int = await house.opened(**values)
    for member_id in house.members[1:]:
        await house.say(question_id, member_id, 0.5)
    await house.sweep(house.at(hours=hours))
    return question_id


async def change(house: Any, question_id: int, member_id: int, hours: float = 1) -> Any:
    return await house.say(question_id, member_id, 0.1, house.at(hours=hours))


async def undo(house: Any, question_id: int, member_id: int, hours: float = 1, **values: Any) -> Any:
    given = {"interaction_id": house.interaction(), **values}
    return await house.do(
        undo_forecast, question_id=question_id, member_id=member_id, now=house.at(hours=hours), **given
    )


async def withdraw(house: Any, question_id: int, member_id: int, hours: float = 1, **values: Any) -> Any:
    given = {"interaction_id": house.interaction(), **values}
    return await house.do(
        withdraw_forecast, question_id=question_id, member_id=member_id, now=house.at(hours=hours), **given
    )


async def test_each_submission_is_a_row_of_its_own(house: Any) -> None:
    """Nothing that was said is ever changed."""
    question_id, member = await house.opened(), house.members[0]
    for value in (0.7, 0.4, 0.4):
        await house.say(question_id, member, value)
    assert await history(house, question_id) == [[0.7], [0.4], [0.4]]


async def test_the_last_row_is_in_force(house: Any) -> None:
    """Also if it was given at the same instant as the one before."""
    question_id, member = await house.opened(), house.members[0]
    await house.say(question_id, member, 0.7)
    await house.say(question_id, member, 0.4)
    assert await in_force(house, question_id, member) == 0.4


async def test_a_submission_tells_what_was_said_before(house: Any) -> None:
    """Nothing at first, then the previous number."""
    question_id, member = await house.opened(), house.members[0]
    assert (await house.say(question_id, member, 0.7)).previous is None
    assert (await house.say(question_id, member, 0.4)).previous == (0.7,)


@pytest.mark.parametrize("value", [0.0, 1.0])
async def test_certainty_is_a_value(house: Any, value: float) -> None:
    """0 % and 100 % are stored as they are."""
    question_id, member = await house.opened(), house.members[0]
    await house.say(question_id, member, value)
    assert await in_force(house, question_id, member) == value


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), float("inf")])
async def test_a_number_that_is_no_probability_stores_nothing(house: Any, value: float) -> None:
    """A clear sentence instead."""
    question_id = await house.opened()
    with pytest.raises(InvalidInputError):
        await house.say(question_id, house.members[0], value)
    assert await history(house, question_id) == []


@pytest.mark.parametrize(
    ("hours", "kind"),
    [
        (BLIND, ForecastKind.BLIND),
        (DEBATE, ForecastKind.LATE),
        (FINAL, ForecastKind.LATE),
        (RUNNING, ForecastKind.LATE),
    ],
)
async def test_a_first_forecast_is_blind_or_late(house: Any, hours: float, kind: ForecastKind) -> None:
    """The reveal is public: whoever comes after it could have seen the numbers."""
    question_id = await opened(house, hours)
    done = await house.say(question_id, house.members[0], 0.7, house.at(hours=hours))
    assert done.forecast.kind is kind


@pytest.mark.parametrize(
    ("hours", "kind"),
    [
        (BLIND, ForecastKind.BLIND),
        (DEBATE, ForecastKind.UPDATE),
        (FINAL, ForecastKind.FINAL),
        (RUNNING, ForecastKind.UPDATE),
    ],
)
async def test_a_changed_forecast_is_of_its_round(house: Any, hours: float, kind: ForecastKind) -> None:
    """Still blind while sealed, final in the last call, an update otherwise."""
    question_id = await opened(house, hours)
    done = await house.say(question_id, house.members[1], 0.7, house.at(hours=hours))
    assert done.forecast.kind is kind


async def test_a_late_comer_changes_like_anybody(house: Any) -> None:
    """Only the first one after the reveal is late."""
    question_id = await opened(house, DEBATE)
    for hours in (DEBATE, DEBATE + 1):
        await house.say(question_id, house.members[0], 0.7, house.at(hours=hours))
    assert (await kinds(house, question_id))[-2:] == [ForecastKind.LATE, ForecastKind.UPDATE]


async def test_in_preset_rolling_the_first_forecast_is_blind(house: Any) -> None:
    """No public number exists before the close, however long the question runs."""
    question_id = await house.opened(preset=Preset.ROLLING)
    done = await house.say(question_id, house.members[0], 0.7, house.at(days=20))
    assert done.forecast.kind is ForecastKind.BLIND


async def test_in_preset_rolling_a_change_is_an_update(house: Any) -> None:
    """Its author has seen the numbers and has a forecast in force."""
    question_id = await house.opened(preset=Preset.ROLLING)
    await house.say(question_id, house.members[0], 0.7)
    await house.say(question_id, house.members[0], 0.6)
    assert await kinds(house, question_id) == [ForecastKind.BLIND, ForecastKind.UPDATE]


async def test_in_preset_rolling_whoever_starts_anew_is_gated(house: Any) -> None:
    """Withdrawn and given again, with the numbers seen in between."""
    question_id, member = await house.opened(preset=Preset.ROLLING), house.members[0]
    await house.say(question_id, member, 0.7)
    await withdraw(house, question_id, member)
    await house.say(question_id, member, 0.6)
    assert (await kinds(house, question_id))[-1] is ForecastKind.GATED


async def submit_again(
    house: Any, question_id: int, member_id: int, hours: float, interaction_id: int
) -> Any:
    return await house.do(
        submit_forecast, question_id=question_id, member_id=member_id, now=house.at(hours=hours),
        probabilities=(0.2,), interaction_id=interaction_id,
    )  # fmt: skip


async def test_a_click_that_is_delivered_twice_is_stored_once(house: Any) -> None:
    """The second delivery is answered with what the first one stored."""
    question_id, member = await house.opened(), house.members[0]
    first = await house.say(question_id, member, 0.7)
    again = await submit_again(house, question_id, member, 1, first.forecast.interaction_id)
    assert (again.forecast.id, again.forecast.probabilities) == (first.forecast.id, [0.7])
    assert await history(house, question_id) == [[0.7]]


async def test_two_deliveries_at_once_are_stored_once(house: Any) -> None:
    """Both transactions run; one finds the other's row."""
    question_id, member = await house.opened(), house.members[0]
    await asyncio.gather(*(submit_again(house, question_id, member, 1, 7) for _ in range(5)))
    assert await history(house, question_id) == [[0.2]]


async def test_a_second_delivery_after_the_close_is_no_refusal(house: Any) -> None:
    """The forecast was stored in time, and that is the answer."""
    question_id, member = await house.opened(), house.members[0]
    first = await house.say(question_id, member, 0.7, house.at(hours=CLOSED - 0.001))
    again = await submit_again(house, question_id, member, CLOSED, first.forecast.interaction_id)
    assert again.forecast.id == first.forecast.id


@pytest.mark.parametrize("use_case", [undo, withdraw])
async def test_a_withdrawal_that_is_delivered_twice_is_stored_once(house: Any, use_case: Any) -> None:
    """The second delivery finds nothing to withdraw, and is no error either."""
    question_id, member = await house.opened(), house.members[0]
    await house.say(question_id, member, 0.7)
    for _ in range(2):
        done = await use_case(house, question_id, member, interaction_id=5)
        assert done.forecast.probabilities is None
    assert await history(house, question_id) == [[0.7], None]


async def test_an_undo_appends_what_was_said_before(house: Any) -> None:
    """A row too: history keeps the slip."""
    question_id, member = await house.opened(), house.members[0]
    for value in (0.7, 0.1):
        await house.say(question_id, member, value)
    done = await undo(house, question_id, member)
    assert (done.forecast.probabilities, done.previous) == ([0.7], (0.1,))
    assert await history(house, question_id) == [[0.7], [0.1], [0.7]]


async def test_the_undo_of_a_first_forecast_withdraws_it(house: Any) -> None:
    """Before it there was nothing."""
    question_id, member = await house.opened(), house.members[0]
    await house.say(question_id, member, 0.7)
    await undo(house, question_id, member)
    assert await in_force(house, question_id, member) is None


@pytest.mark.parametrize("values", [(0.7,), (0.2, 0.7)])
async def test_the_undo_of_an_undo_brings_it_back(house: Any, values: tuple[float, ...]) -> None:
    """Also when the first undo was a withdrawal."""
    question_id, member = await house.opened(), house.members[0]
    for value in values:
        await house.say(question_id, member, value)
    for _ in range(2):
        await undo(house, question_id, member)
    assert await in_force(house, question_id, member) == 0.7


async def test_a_withdrawn_forecast_comes_back_by_undo(house: Any) -> None:
    """Withdrawing by mistake is no loss."""
    question_id, member = await house.opened(), house.members[0]
    await house.say(question_id, member, 0.7)
    await withdraw(house, question_id, member)
    await undo(house, question_id, member)
    assert await in_force(house, question_id, member) == 0.7


async def test_an_undo_without_a_forecast_is_told_so(house: Any) -> None:
    """There is nothing to undo."""
    question_id = await house.opened()
    with pytest.raises(NotFoundError, match="You have no forecast on #1 to undo"):
        await undo(house, question_id, house.members[0])


async def test_a_withdrawal_is_a_row(house: Any) -> None:
    """It has a time, so the time the forecast was held still counts."""
    question_id, member = await house.opened(), house.members[0]
    await house.say(question_id, member, 0.7)
    done = await withdraw(house, question_id, member, hours=2)
    assert (done.forecast.at, done.previous) == (house.at(hours=2), (0.7,))
    assert await history(house, question_id) == [[0.7], None]


async def test_a_withdrawal_needs_a_forecast_in_force(house: Any) -> None:
    """Neither before the first nor twice."""
    question_id, member = await house.opened(), house.members[0]
    with pytest.raises(NotFoundError, match="to withdraw"):
        await withdraw(house, question_id, member)
    await house.say(question_id, member, 0.7)
    await withdraw(house, question_id, member)
    with pytest.raises(NotFoundError, match="to withdraw"):
        await withdraw(house, question_id, member)


@pytest.mark.parametrize("attempt", [change, undo, withdraw])
async def test_nothing_is_taken_from_the_close_on(house: Any, attempt: Any) -> None:
    """Even while the sweep hasn't noticed: the close itself is exact."""
    question_id, member = await house.opened(), house.members[0]
    await house.say(question_id, member, 0.7)
    assert (await house.question(question_id)).phase is Phase.BLIND
    with pytest.raises(WrongPhaseError, match="#1 closed on 01 Apr 2026 at 12:00 UTC; forecasts ended then"):
        await attempt(house, question_id, member, hours=CLOSED)
    assert await history(house, question_id) == [[0.7]]


async def test_the_last_instant_before_the_close_counts(house: Any) -> None:
    """A second before is in time."""
    question_id = await opened(house, RUNNING)
    done = await house.say(question_id, house.members[0], 0.7, house.at(days=30, seconds=-1))
    assert done.forecast.id is not None


async def test_a_closed_question_says_when_it_closed(house: Any) -> None:
    """As cards.md has it: what happened, and where to look."""
    question_id = await opened(house, CLOSED)
    with pytest.raises(WrongPhaseError, match="See it: /question show 1"):
        await house.say(question_id, house.members[0], 0.7, house.at(hours=CLOSED))


@pytest.mark.parametrize("hours", [BLIND, RUNNING, CLOSED])
async def test_a_proposed_question_takes_no_forecast(house: Any, hours: float) -> None:
    """From the proposal on nobody's number changes, whichever phase it interrupted."""
    question_id = await opened(house, hours)
    await house.propose(question_id, 1, house.at(hours=hours))
    with pytest.raises(WrongPhaseError, match="waiting on a proposed resolution"):
        await house.say(question_id, house.members[1], 0.9, house.at(hours=hours))


async def test_a_resolved_question_takes_no_forecast(house: Any) -> None:
    """Nor does a void one; the phase is named as members know it."""
    question_id = await house.resolved(0.5)
    with pytest.raises(WrongPhaseError, match="#1 is resolved"):
        await house.say(question_id, house.members[0], 1, house.at(days=20))
