"""Which argument a member is shown to rate, and what is stored of it."""

from typing import Any

import pytest

from forecasts.debate import add_argument
from forecasts.errors import NotAllowedError, NotFoundError, WrongPhaseError
from forecasts.models import Argument, Exposure, Preset, Rating, Side, Surface, Verdict
from forecasts.rating import next_to_rate, rate_argument
from forecasts.views import RatingSheet

DEBATE = 30  # hours after the start: revealed at 24
WORDS = (
    "Distillation needs little compute.",
    "Whoever leads publishes what they found.",
    "Chips are what limits everybody else.",
    "The licences were refused last week.",
    "Talent moves towards the larger labs.",
    "Two of the three figures went the other way.",
)


async def argue(house: Any, question_id: int, member_id: int, side: Side, text: str, **values: Any) -> int:
    given = {"interaction_id": house.interaction(), "now": house.at(hours=DEBATE), **values}
    argument: Argument = await house.do(
        add_argument, question_id=question_id, member_id=member_id, side=side, text=text, **given
    )
    return argument.id


async def show(house: Any, question_id: int, member_id: int, **values: Any) -> RatingSheet:
    given = {"now": house.at(hours=DEBATE), **values}
    sheet: RatingSheet = await house.do(next_to_rate, question_id=question_id, member_id=member_id, **given)
    return sheet


async def rate(house: Any, question_id: int, member_id: int, argument_id: int, **values: Any) -> None:
    given = {
        "verdict": Verdict.CONVINCING, "interaction_id": house.interaction(), "now": house.at(hours=DEBATE),
        **values,
    }  # fmt: skip
    await house.do(
        rate_argument, question_id=question_id, member_id=member_id, argument_id=argument_id, **given
    )


async def rate_all(house: Any, question_id: int, member_id: int) -> list[tuple[int, Side]]:
    """Rate whatever is shown until nothing is left; return it in that order."""
    shown = []
    while (line := (await show(house, question_id, member_id)).argument) is not None:
        shown.append((line.id, line.side))
        await rate(house, question_id, member_id, line.id)
    return shown


@pytest.fixture
async def debated(house: Any) -> int:
    """Reveal a question at 20, 40, 60 and 80 %: the median is 50 %."""
    question_id: int = await house.opened()
    await house.all_say(question_id, 0.2, 0.4, 0.6, 0.8)
    await house.sweep(house.at(hours=DEBATE))
    return question_id


@pytest.fixture
async def argued(house: Any, debated: int) -> int:
    """Let the second and third member give three arguments each: two for, one against, and the reverse."""
    second, third = house.members[1:3]
    sides = (Side.FOR, Side.FOR, Side.AGAINST, Side.FOR, Side.AGAINST, Side.AGAINST)
    for number, (side, text) in enumerate(zip(sides, WORDS, strict=True)):
        await argue(house, debated, second if number < 3 else third, side, text)
    return debated


@pytest.mark.parametrize(("reader", "first"), [(0, Side.FOR), (3, Side.AGAINST)])
async def test_the_opposing_side_comes_first_then_they_alternate(
    house: Any, argued: int, reader: int, first: Side
) -> None:
    """20 % is below the median of 50 %, so an argument for comes first; 80 % is above it."""
    other = Side.AGAINST if first is Side.FOR else Side.FOR
    shown = await rate_all(house, argued, house.members[reader])
    assert [side for _, side in shown] == [first, other] * 3


async def test_each_argument_of_others_is_shown_once(house: Any, argued: int) -> None:
    """The author of three is shown the other three; where one side runs out, the rest follows."""
    shown = await rate_all(house, argued, house.members[1])
    assert sorted(key for key, _ in shown) == [4, 5, 6]
    assert [row.argument_id for row in await house.rows(Rating)] == [key for key, _ in shown]


async def test_the_sheet_counts(house: Any, argued: int) -> None:
    """1 of 6, then 2 of 6 with a way back; at the end nothing is left."""
    member = house.members[0]
    first = await show(house, argued, member)
    assert (first.position, first.of, first.last_rated) == (1, 6, None)
    assert first.argument is not None
    await rate(house, argued, member, first.argument.id)
    second = await show(house, argued, member)
    assert (second.position, second.of, second.last_rated) == (2, 6, first.argument.id)
    await rate_all(house, argued, member)
    end = await show(house, argued, member)
    assert (end.argument, end.rated, end.of) == (None, 6, 6)


async def test_asking_twice_shows_the_same_argument(house: Any, argued: int) -> None:
    """The order is fixed by a keyed hash, not by chance."""
    sheets = [await show(house, argued, house.members[0]) for _ in range(3)]
    assert len({sheet.argument for sheet in sheets}) == 1


async def test_what_fewest_others_were_shown_comes_first(house: Any, argued: int) -> None:
    """Two more readers of 90 %: the first three arguments against they see are three different ones."""
    first = []
    for reader in (house.members[3], house.moderator, house.other_moderator):
        await house.say(argued, reader, 0.9, house.at(hours=DEBATE))
        line = (await show(house, argued, reader)).argument
        assert line is not None
        first.append(line.id)
    assert sorted(first) == [3, 5, 6]


async def test_showing_is_remembered_as_shown_for_rating(house: Any, argued: int) -> None:
    """Once, with the time of the first."""
    member = house.members[0]
    line = (await show(house, argued, member)).argument
    await show(house, argued, member, now=house.at(hours=DEBATE + 1))
    assert line is not None
    (row,) = await house.rows(Exposure, member_id=member)
    assert (row.argument_id, row.surface, row.at) == (line.id, Surface.RATING, house.at(hours=DEBATE))


async def test_the_alias_stands_beside_it_and_no_name(house: Any, argued: int) -> None:
    """Two words."""
    line = (await show(house, argued, house.members[0])).argument
    assert line is not None
    assert len(line.by.split()) == 2


async def test_a_rating_is_stored_with_its_crux(house: Any, argued: int) -> None:
    """Verdict, flag and moment."""
    await rate(house, argued, house.members[0], 1, is_crux=True)
    (row,) = await house.rows(Rating)
    assert (row.argument_id, row.verdict, row.is_crux, row.at) == (
        1, Verdict.CONVINCING, True, house.at(hours=DEBATE),
    )  # fmt: skip


async def test_a_click_delivered_twice_is_one_rating(house: Any, argued: int) -> None:
    """The interaction's id is unique."""
    for _ in range(2):
        await rate(house, argued, house.members[0], 1, interaction_id=5)
    assert len(await house.rows(Rating)) == 1


async def test_a_mind_can_be_changed(house: Any, argued: int) -> None:
    """A second rating is another row; the argument isn't shown a second time by itself."""
    member = house.members[0]
    for verdict in (Verdict.CONVINCING, Verdict.NOT):
        await rate(house, argued, member, 1, verdict=verdict)
    assert [row.verdict for row in await house.rows(Rating)] == [Verdict.CONVINCING, Verdict.NOT]
    assert (await show(house, argued, member)).rated == 1


async def test_a_rated_argument_can_be_shown_again(house: Any, argued: int) -> None:
    """Back leads to the one before, and from there to the one before that."""
    member = house.members[0]
    for key in (1, 2):
        await rate(house, argued, member, key)
    sheet = await show(house, argued, member, argument_id=2)
    assert sheet.argument is not None
    assert (sheet.argument.id, sheet.position, sheet.last_rated) == (2, 2, 1)
    assert (await show(house, argued, member, argument_id=1)).last_rated is None


async def test_a_pass_is_a_rating(house: Any, argued: int) -> None:
    """It isn't shown again."""
    await rate(house, argued, house.members[0], 1, verdict=Verdict.PASS)
    assert (await show(house, argued, house.members[0])).rated == 1


@pytest.mark.parametrize("use_case", [show, rate])
async def test_a_rating_without_a_forecast_is_refused(house: Any, argued: int, use_case: Any) -> None:
    """The sentence says where to tap."""
    extra = (1,) if use_case is rate else ()
    with pytest.raises(NotAllowedError, match="Forecast first: tap a number on the card of #1, then rate"):
        await use_case(house, argued, house.moderator, *extra)


@pytest.mark.parametrize("use_case", [show, rate])
async def test_while_sealed_there_is_nothing_to_rate(house: Any, use_case: Any) -> None:
    """Not even one's own would be shown."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.2, 0.4)
    key = await argue(house, question_id, house.members[0], Side.FOR, WORDS[0], now=house.at(hours=1))
    extra = (key,) if use_case is rate else ()
    with pytest.raises(WrongPhaseError, match="#1 is sealed"):
        await use_case(house, question_id, house.members[1], *extra, now=house.at(hours=2))
    assert await house.rows(Exposure) == []


async def test_in_preset_rolling_arguments_stay_sealed(house: Any) -> None:
    """Its numbers and arguments are public after the close only."""
    question_id = await house.opened(preset=Preset.ROLLING)
    await house.all_say(question_id, 0.2, 0.4)
    with pytest.raises(WrongPhaseError, match="sealed"):
        await show(house, question_id, house.members[0], now=house.at(hours=1))


@pytest.mark.parametrize("hours", [30, 24 * 4 + 1, 24 * 5 + 1])
async def test_rating_goes_on_through_debate_last_call_and_running(
    house: Any, argued: int, hours: float
) -> None:
    """Revealed at 24 h, last call at 96 h, running at 120 h."""
    await house.sweep(house.at(hours=hours))
    assert (await show(house, argued, house.members[0], now=house.at(hours=hours))).argument is not None


async def test_rating_ends_with_the_close(house: Any, argued: int) -> None:
    """Exactly, even if the sweep is behind."""
    with pytest.raises(WrongPhaseError, match="arguments ended"):
        await rate(house, argued, house.members[0], 1, now=house.at(days=30))


async def test_nobody_rates_their_own_argument(house: Any, argued: int) -> None:
    """A made-up click can't either."""
    with pytest.raises(NotFoundError, match="it is your own"):
        await rate(house, argued, house.members[1], 1)


async def test_a_hidden_argument_is_not_rated(house: Any, argued: int) -> None:
    """It is neither shown nor counted."""
    await house.change(1, Argument, hidden_at=house.at(hours=DEBATE))
    assert (await show(house, argued, house.members[0])).of == 5
    with pytest.raises(NotFoundError):
        await rate(house, argued, house.members[0], 1)


async def test_another_servers_argument_is_none(house: Any, argued: int) -> None:
    """Neither the question nor an argument of another question."""
    with pytest.raises(NotFoundError):
        await rate(house, argued, house.neighbour, 1, community_id=house.next_door)
    other = await house.opened()
    await house.all_say(other, 0.2, 0.4, 0.6)
    await house.sweep(house.at(hours=DEBATE))
    with pytest.raises(NotFoundError):
        await rate(house, other, house.members[0], 1)


async def test_a_reply_is_rated_beside_what_it_answers(house: Any, debated: int) -> None:
    """A rebuttal alone would say nothing."""
    parent = await argue(house, debated, house.members[1], Side.FOR, WORDS[0])
    await argue(house, debated, house.members[2], Side.FOR, WORDS[1], reply_to_id=parent)
    await rate(house, debated, house.members[0], parent)
    sheet = await show(house, debated, house.members[0])
    assert sheet.argument is not None
    assert (sheet.argument.side, sheet.answers) == (Side.AGAINST, WORDS[0])
