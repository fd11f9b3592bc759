"""What moved a member: asked after ten points, stored for boxes that count; the others have a reason."""

from typing import Any

import numpy as np
import pytest

from forecasts.debate import add_argument
from forecasts.deliberation.moves import credit_shares
from forecasts.errors import ConflictError, InvalidInputError, NotFoundError, WrongPhaseError
from forecasts.forecasting import withdraw_forecast
from forecasts.models import Argument, Cause, Exposure, Forecast, MoveCredit, Side, Surface
from forecasts.moves import boxes_for, credit_move
from forecasts.views import CreditedMove, MoveBoxes

DEBATE = 30  # hours after the start: revealed at 24
AGAINST, SECOND, FOR = (
    "Whoever has many times the chips runs more experiments.",
    "Distillation itself needs a great deal of compute.",
    "Followers copy what the leader shows, which is cheap.",
)


async def argue(house: Any, question_id: int, member_id: int, side: Side, text: str) -> int:
    argument: Argument = await house.do(
        add_argument, question_id=question_id, member_id=member_id, side=side, text=text,
        interaction_id=house.interaction(), now=house.at(hours=DEBATE),
    )  # fmt: skip
    return argument.id


async def showed(house: Any, member_id: int, *argument_ids: int, hours: float = DEBATE) -> None:
    async with house.database.transaction() as session:
        session.add_all(
            Exposure(argument_id=key, member_id=member_id, surface=Surface.LIST, at=house.at(hours=hours))
            for key in argument_ids
        )


async def move(house: Any, question_id: int, member_id: int, to: float, hours: float = DEBATE + 1) -> int:
    done = await house.say(question_id, member_id, to, house.at(hours=hours))
    return int(done.forecast.id)


async def boxes(house: Any, question_id: int, member_id: int, **values: Any) -> MoveBoxes | None:
    question = await house.question(question_id)
    async with house.database.reading() as session:
        return await boxes_for(session, question=question, member_id=member_id, **values)


async def credit(
    house: Any, question_id: int, member_id: int, forecast_id: int, *ticked: int, **values: Any
) -> CreditedMove:
    given = {"causes": (), "now": house.at(hours=DEBATE + 2), **values}
    credited: CreditedMove = await house.do(
        credit_move, question_id=question_id, member_id=member_id, forecast_id=forecast_id,
        argument_ids=ticked, **given,
    )  # fmt: skip
    return credited


async def stored(house: Any) -> list[tuple[int, str, int | None]]:
    return [(row.forecast_id, str(row.cause), row.argument_id) for row in await house.rows(MoveCredit)]


@pytest.fixture
async def argued(house: Any) -> int:
    """Reveal 70, 40, 50 and 60 %; 1 and 2 against by the second and third member, 3 for by the third."""
    question_id: int = await house.opened()
    await house.all_say(question_id, 0.7, 0.4, 0.5, 0.6)
    await house.sweep(house.at(hours=DEBATE))
    await argue(house, question_id, house.members[1], Side.AGAINST, AGAINST)
    await argue(house, question_id, house.members[2], Side.AGAINST, SECOND)
    await argue(house, question_id, house.members[2], Side.FOR, FOR)
    return question_id


@pytest.mark.parametrize(("to", "asked"), [(0.6, True), (0.601, False), (0.8, True), (0.75, False)])
async def test_a_change_of_ten_points_is_a_move(house: Any, argued: int, to: float, asked: bool) -> None:  # noqa: FBT001
    """From 70 %: to 60.0 are ten points, to 60.1 are 9.9."""
    await move(house, argued, house.members[0], to)
    assert (await boxes(house, argued, house.members[0]) is not None) == asked


async def test_small_steps_are_no_move(house: Any, argued: int) -> None:
    """Three times five points: each submission is compared with the one before it."""
    for to in (0.65, 0.6, 0.55):
        await move(house, argued, house.members[0], to)
    assert await boxes(house, argued, house.members[0]) is None


async def test_a_change_while_sealed_is_not_asked_about(house: Any) -> None:
    """Nothing of others could have moved it."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.7, 0.4, 0.5)
    await house.say(question_id, house.members[0], 0.2, house.at(hours=1))
    assert await boxes(house, question_id, house.members[0]) is None
    await house.sweep(house.at(hours=DEBATE))
    assert await boxes(house, question_id, house.members[0]) is None


async def test_starting_anew_after_a_withdrawal_is_no_move(house: Any, argued: int) -> None:
    """There was no number to move from."""
    member = house.members[0]
    await house.do(
        withdraw_forecast, question_id=argued, member_id=member, interaction_id=house.interaction(),
        now=house.at(hours=DEBATE),
    )  # fmt: skip
    await move(house, argued, member, 0.2)
    assert await boxes(house, argued, member) is None


async def test_a_latecomers_second_forecast_can_be_a_move(house: Any, argued: int) -> None:
    """Late is late, but what moved them counts."""
    await move(house, argued, house.moderator, 0.3)
    await move(house, argued, house.moderator, 0.5)
    assert await boxes(house, argued, house.moderator) is not None


async def test_offered_is_what_was_shown_before_the_move(house: Any, argued: int) -> None:
    """Its direction first; nothing shown later, nothing never shown."""
    member = house.members[0]
    await showed(house, member, 3, 1)
    await showed(house, member, 2, hours=DEBATE + 1.5)
    await move(house, argued, member, 0.55)
    offered = await boxes(house, argued, member)
    assert offered is not None
    assert (offered.before, offered.after) == (0.7, 0.55)
    assert [line.id for line in offered.arguments] == [1, 3]


async def test_70_to_55_stores_two_halves(house: Any, argued: int) -> None:
    """Two against and one for are ticked; the third gets nothing, with a reason."""
    member = house.members[0]
    await showed(house, member, 1, 2, 3)
    moved = await move(house, argued, member, 0.55)
    done = await credit(house, argued, member, moved, 1, 2, 3)
    assert await stored(house) == [(moved, "argument", 1), (moved, "argument", 2)]
    assert done.counted == (f"“{AGAINST}”", f"“{SECOND}”")
    assert done.refused == (f"“{FOR}” speaks for it, and you moved down.",)


async def test_news_and_thinking_again_share_it(house: Any, argued: int) -> None:
    """They need not have been shown."""
    moved = await move(house, argued, house.members[0], 0.9)
    await credit(house, argued, house.members[0], moved, causes=(Cause.THINKING, Cause.NEWS))
    assert await stored(house) == [(moved, "news", None), (moved, "thinking", None)]


async def test_what_was_said_before_is_replaced(house: Any, argued: int) -> None:
    """Until the next move."""
    member = house.members[0]
    await showed(house, member, 1, 2)
    moved = await move(house, argued, member, 0.55)
    for ticked in ((1,), (2,)):
        await credit(house, argued, member, moved, *ticked)
    assert await stored(house) == [(moved, "argument", 2)]


async def test_after_an_answer_it_is_not_asked_again(house: Any, argued: int) -> None:
    """But the menu can be drawn once more to change it."""
    member = house.members[0]
    moved = await move(house, argued, member, 0.55)
    await credit(house, argued, member, moved, causes=(Cause.NEWS,))
    assert await boxes(house, argued, member) is None
    assert await boxes(house, argued, member, even_if_credited=True) is not None


async def test_an_older_move_can_not_be_credited(house: Any, argued: int) -> None:
    """A small step after it changes nothing; another move does."""
    member = house.members[0]
    moved = await move(house, argued, member, 0.55)
    await move(house, argued, member, 0.56)
    await credit(house, argued, member, moved, causes=(Cause.NEWS,))
    await move(house, argued, member, 0.3)
    with pytest.raises(ConflictError, match="You have moved again since"):
        await credit(house, argued, member, moved, causes=(Cause.NEWS,))


async def test_more_than_three_arguments_are_refused(house: Any, argued: int) -> None:
    """Nothing is stored."""
    fourth = await argue(
        house, argued, house.members[3], Side.AGAINST, "The licences were refused last week."
    )
    await showed(house, house.members[0], 1, 2, 3, fourth)
    moved = await move(house, argued, house.members[0], 0.55)
    with pytest.raises(InvalidInputError, match="at most 3 arguments"):
        await credit(house, argued, house.members[0], moved, 1, 2, 3, fourth)
    assert await stored(house) == []


async def test_ones_own_argument_does_not_count(house: Any, argued: int) -> None:
    """The reason is given."""
    member = house.members[1]
    await showed(house, member, 1)
    moved = await move(house, argued, member, 0.2)
    done = await credit(house, argued, member, moved, 1)
    assert done == CreditedMove((), (f"Your own argument doesn't count: “{AGAINST}”.",))
    assert await stored(house) == []


@pytest.mark.parametrize("hours", [None, DEBATE + 1.5])
async def test_what_was_not_shown_before_does_not_count(house: Any, argued: int, hours: float | None) -> None:
    """Never, or after the move only: a made-up click can tick anything."""
    member = house.members[0]
    if hours is not None:
        await showed(house, member, 1, hours=hours)
    moved = await move(house, argued, member, 0.55)
    done = await credit(house, argued, member, moved, 1, 99)
    assert done.counted == ()
    assert done.refused == ("An argument that you hadn't been shown before doesn't count.",) * 2


async def test_a_hidden_argument_does_not_count(house: Any, argued: int) -> None:
    """Nor is it offered."""
    member = house.members[0]
    await showed(house, member, 1)
    moved = await move(house, argued, member, 0.55)
    await house.change(1, Argument, hidden_at=house.at(hours=DEBATE))
    offered = await boxes(house, argued, member)
    assert offered is not None
    assert offered.arguments == ()
    assert (await credit(house, argued, member, moved, 1)).counted == ()


async def test_whoever_was_shown_a_merged_argument_may_credit_what_it_became(house: Any, argued: int) -> None:
    """They read the same point in other words."""
    member = house.members[0]
    await showed(house, member, 2)
    await house.change(2, Argument, hidden_at=house.at(hours=DEBATE), merged_into_id=1)
    moved = await move(house, argued, member, 0.55)
    assert (await credit(house, argued, member, moved, 1)).counted == (f"“{AGAINST}”",)


async def test_of_two_who_credit_each_other_the_earlier_counts(house: Any, argued: int) -> None:
    """The third credits the second's argument; then the second can't credit the third's."""
    second, third = house.members[1:3]
    await showed(house, third, 1)
    await showed(house, second, 2)
    first = await move(house, argued, third, 0.3)
    assert (await credit(house, argued, third, first, 1)).counted == (f"“{AGAINST}”",)
    later = await move(house, argued, second, 0.2)
    done = await credit(house, argued, second, later, 2, causes=(Cause.NEWS,))
    assert done.counted == ("news",)
    assert "only the earlier credit counts" in done.refused[0]
    assert await stored(house) == [(first, "argument", 1), (later, "news", None)]


async def test_a_move_is_credited_by_its_member_only(house: Any, argued: int) -> None:
    """Ids in a click are what a client sends."""
    moved = await move(house, argued, house.members[0], 0.55)
    with pytest.raises(NotFoundError, match="isn't a forecast of yours"):
        await credit(house, argued, house.members[1], moved, causes=(Cause.NEWS,))
    with pytest.raises(NotFoundError):
        await credit(
            house, argued, house.neighbour, moved, causes=(Cause.NEWS,), community_id=house.next_door
        )


async def test_nothing_is_credited_after_the_close(house: Any, argued: int) -> None:
    """Who knows the outcome could choose the arguments that were right."""
    moved = await move(house, argued, house.members[0], 0.55)
    with pytest.raises(WrongPhaseError):
        await credit(house, argued, house.members[0], moved, causes=(Cause.NEWS,), now=house.at(days=30))


@pytest.mark.parametrize("seed", range(6))
async def test_stored_boxes_are_those_that_the_formula_gives_a_share(
    house: Any, argued: int, seed: int
) -> None:
    """Members move and tick at random; what is stored equals what ``credit_shares`` makes of every tick."""
    rng = np.random.default_rng(seed)
    arguments = {row.id: row for row in await house.rows(Argument)}
    for member in house.members:
        await showed(house, member, 1, 2, 3)
    ticks: dict[str, list[Any]] = {key: [] for key in ("move", "change", "direction", "mover", "author")}
    boxes_ticked: list[tuple[int, int]] = []
    for number, who in enumerate(rng.permutation(house.members).tolist()):
        before = (await house.rows(Forecast, member_id=who))[-1].probabilities[0]
        to = float(rng.choice([before - 0.2, before + 0.2]))
        moved = await move(house, argued, who, round(to, 2))
        ticked = sorted(rng.choice([1, 2, 3], size=rng.integers(1, 4), replace=False).tolist())
        await credit(house, argued, who, moved, *ticked)
        for key in ticked:
            argument = arguments[key]
            values = (number, to - before, 1 if argument.side is Side.FOR else -1, who, argument.member_id)
            for column, value in zip(ticks.values(), values, strict=True):
                column.append(value)
            boxes_ticked.append((moved, key))
    shares = credit_shares(**ticks, was_shown=[True] * len(boxes_ticked))
    expected = [(moved, "argument", key) for (moved, key), share in zip(boxes_ticked, shares, strict=True)
                if share > 0]  # fmt: skip
    assert await stored(house) == expected
