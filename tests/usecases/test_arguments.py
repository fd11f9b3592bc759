"""Who may argue, what an argument is, and who was shown which."""

from typing import Any

import pytest

from forecasts.arguments import arguments_for
from forecasts.debate import (
    SimilarArgumentError,
    add_argument,
    arguments_shown_on_card,
    record_card_exposure,
)  # fmt: skip
from forecasts.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    WrongPhaseError,
)  # fmt: skip
from forecasts.models import Argument, Exposure, Origin, Side
from forecasts.queries import card_of

TEXT = "Distillation needs little compute."
CLOSE = "Distillation needs only a little compute!"  # 90 of 100 by rapidfuzz's ratio of sorted words
OTHER = "The chips themselves are what decides."  # 37
DEBATE = 30  # hours after the start: revealed at 24


async def argue(
    house: Any, question_id: int, member_id: int, text: str = TEXT, *, hours: float = 1, **values: Any
) -> Argument:
    given = {"side": Side.FOR, "interaction_id": house.interaction(), **values}
    argument: Argument = await house.do(
        add_argument, question_id=question_id, member_id=member_id, text=text, now=house.at(hours=hours),
        **given,
    )  # fmt: skip
    return argument


async def click(house: Any, question_id: int, member_id: int, hours: float = DEBATE) -> None:
    question = await house.question(question_id)
    async with house.database.transaction() as session:
        await record_card_exposure(session, question=question, member_id=member_id, now=house.at(hours=hours))


@pytest.fixture
async def sealed(house: Any) -> int:
    """Open a question that all four members have forecast."""
    question_id: int = await house.opened()
    await house.all_say(question_id, 0.2, 0.4, 0.6, 0.8)
    return question_id


@pytest.fixture
async def debated(house: Any, sealed: int) -> int:
    """Reveal it."""
    await house.sweep(house.at(hours=DEBATE))
    return sealed


async def test_a_member_forecasts_before_arguing(house: Any) -> None:
    """The sentence says where to tap."""
    question_id = await house.opened()
    with pytest.raises(NotAllowedError, match="Forecast first: tap a number on the card of #1"):
        await argue(house, question_id, house.members[0])


async def test_a_forecast_on_another_question_is_none_on_this(house: Any, sealed: int) -> None:
    """Each question for itself."""
    assert sealed
    with pytest.raises(NotAllowedError, match="Forecast first"):
        await argue(house, await house.opened(), house.members[0])


@pytest.mark.parametrize("text", ["x" * 19, "  short" + " " * 30, "x" * 401])
async def test_an_argument_has_20_to_400_characters(house: Any, sealed: int, text: str) -> None:
    """Blanks around and between words don't count."""
    with pytest.raises(InvalidInputError, match="characters"):
        await argue(house, sealed, house.members[0], text)


@pytest.mark.parametrize("length", [20, 400])
async def test_an_argument_at_the_limit_is_stored(house: Any, sealed: int, length: int) -> None:
    """Both ends are allowed."""
    assert len((await argue(house, sealed, house.members[0], "x" * length)).text) == length


async def test_three_live_arguments_are_the_most(house: Any, sealed: int) -> None:
    """The fourth waits until one is gone."""
    for number in range(3):
        await argue(house, sealed, house.members[0], f"{TEXT} {number}")
    with pytest.raises(NotAllowedError, match="You have 3 arguments on #1"):
        await argue(house, sealed, house.members[0])


async def test_a_hidden_argument_makes_room(house: Any, sealed: int) -> None:
    """Only live ones count."""
    for number in range(3):
        last = await argue(house, sealed, house.members[0], f"{TEXT} {number}")
    await house.change(last.id, Argument, hidden_at=house.at(hours=2))
    assert (await argue(house, sealed, house.members[0])).id is not None


async def test_others_arguments_take_no_room(house: Any, sealed: int) -> None:
    """Three for each member."""
    for number in range(3):
        await argue(house, sealed, house.members[0], f"{TEXT} {number}")
    assert (await argue(house, sealed, house.members[1])).id is not None


async def test_a_form_that_is_delivered_twice_is_stored_once(house: Any, sealed: int) -> None:
    """The second delivery gives back the first one's row."""
    first = await argue(house, sealed, house.members[0], interaction_id=5)
    again = await argue(house, sealed, house.members[0], "Another text, sent again.", interaction_id=5)
    assert (again.id, again.text) == (first.id, TEXT)
    assert len(await house.rows(Argument)) == 1


async def test_a_repeated_argument_is_pointed_out(house: Any, debated: int) -> None:
    """Word for word, apart from case and blanks."""
    await argue(house, debated, house.members[0], hours=DEBATE)
    with pytest.raises(ConflictError, match="Somebody already made this argument"):
        await argue(house, debated, house.members[1], f"  {TEXT.upper()} ", hours=DEBATE)


@pytest.mark.parametrize("text", ["Ähnliche Lücken schlossen sich nie.", "ÉLEVER LES DROITS RALENTIT TOUT."])
async def test_a_repeated_argument_is_pointed_out_in_any_language(
    house: Any, debated: int, text: str
) -> None:
    """SQLite's own lower() knows ASCII only."""
    await argue(house, debated, house.members[0], text, hours=DEBATE)
    with pytest.raises(ConflictError):
        await argue(house, debated, house.members[1], text, hours=DEBATE)


async def test_the_same_words_on_the_other_side_are_another_argument(house: Any, debated: int) -> None:
    """One fact can be read both ways."""
    await argue(house, debated, house.members[0], hours=DEBATE)
    other = await argue(house, debated, house.members[1], side=Side.AGAINST, hours=DEBATE)
    assert other.id is not None


async def test_nearly_the_same_argument_is_pointed_out(house: Any, debated: int) -> None:
    """The hint quotes the one that is there; whoever insists adds theirs."""
    await argue(house, debated, house.members[0], hours=DEBATE)
    with pytest.raises(SimilarArgumentError) as caught:
        await argue(house, debated, house.members[1], CLOSE, hours=DEBATE)
    assert caught.value.similar == TEXT
    assert (await argue(house, debated, house.members[1], CLOSE, hours=DEBATE, anyway=True)).text == CLOSE


async def test_another_argument_is_not_held_up(house: Any, debated: int) -> None:
    """Nor is one that is close to a hidden one, or to one of the other side."""
    hidden = await argue(house, debated, house.members[0], hours=DEBATE)
    assert (await argue(house, debated, house.members[1], OTHER, hours=DEBATE)).text == OTHER
    other_side = await argue(house, debated, house.members[1], CLOSE, side=Side.AGAINST, hours=DEBATE)
    assert other_side.text == CLOSE
    await house.change(hidden.id, Argument, hidden_at=house.at(hours=DEBATE))
    assert (await argue(house, debated, house.members[1], CLOSE, hours=DEBATE)).text == CLOSE


async def test_other_numbers_are_another_argument(house: Any, debated: int) -> None:
    """Three months are not nine."""
    for months in (3, 9):
        text = f"The gap in models is {months} months by every count."
        assert (await argue(house, debated, house.members[0], text, hours=DEBATE)).text == text


async def test_a_reply_speaks_for_the_other_side(house: Any, debated: int) -> None:
    """Whatever side the form said."""
    parent = await argue(house, debated, house.members[0], hours=DEBATE)
    given = await argue(house, debated, house.members[1], OTHER, hours=DEBATE, reply_to_id=parent.id)
    assert (given.side, given.reply_to_id) == (Side.AGAINST, parent.id)


async def test_a_reply_is_not_replied_to(house: Any, debated: int) -> None:
    """One level: further talk belongs into the thread."""
    parent = await argue(house, debated, house.members[0], hours=DEBATE)
    given = await argue(house, debated, house.members[1], OTHER, hours=DEBATE, reply_to_id=parent.id)
    with pytest.raises(NotAllowedError, match="replies aren't replied to"):
        await argue(house, debated, house.members[0], CLOSE, hours=DEBATE, reply_to_id=given.id)


async def test_a_reply_is_one_of_three_live_arguments(house: Any, debated: int) -> None:
    """Two and a reply are the most, too."""
    parent = await argue(house, debated, house.members[0], hours=DEBATE)
    for text, reply_to in ((OTHER, parent.id), ("Talent moves to larger labs.", None)):
        await argue(house, debated, house.members[1], text, hours=DEBATE, reply_to_id=reply_to)
    await argue(house, debated, house.members[1], "Licences were refused last week.", hours=DEBATE)
    with pytest.raises(NotAllowedError, match="You have 3 arguments"):
        await argue(house, debated, house.members[1], CLOSE, hours=DEBATE, reply_to_id=parent.id)


async def test_what_is_not_shown_is_not_replied_to(house: Any, debated: int) -> None:
    """A hidden argument, one of another question, or none at all."""
    hidden = await argue(house, debated, house.members[0], hours=DEBATE)
    await house.change(hidden.id, Argument, hidden_at=house.at(hours=DEBATE))
    for key in (hidden.id, 99):
        with pytest.raises(NotFoundError, match="isn't there any more"):
            await argue(house, debated, house.members[1], OTHER, hours=DEBATE, reply_to_id=key)


async def test_while_sealed_nothing_is_replied_to(house: Any, sealed: int) -> None:
    """Not even one's own: a made-up click learns nothing."""
    parent = await argue(house, sealed, house.members[0])
    with pytest.raises(NotFoundError):
        await argue(house, sealed, house.members[1], OTHER, reply_to_id=parent.id)


async def test_replies_stand_under_what_they_answer(house: Any, debated: int) -> None:
    """1, its reply 3, then 2; pages of one argument walk the same way."""
    first = await argue(house, debated, house.members[0], hours=DEBATE)
    second = await argue(house, debated, house.members[0], OTHER, hours=DEBATE)
    given = await argue(house, debated, house.members[1], CLOSE, hours=DEBATE, reply_to_id=first.id)
    question = await house.question(debated)
    walked, after = [], 0
    for _ in range(3):
        async with house.database.reading() as session:
            (entry,) = await arguments_for(
                session, question=question, member_id=house.members[2], after=after, limit=1
            )
        walked.append(entry.id)
        after = entry.id
    assert walked == [first.id, given.id, second.id]


async def test_a_reply_is_on_no_card(house: Any, debated: int) -> None:
    """Without what it answers it says nothing."""
    parent = await argue(house, debated, house.members[0], hours=DEBATE)
    await argue(house, debated, house.members[1], OTHER, hours=DEBATE, reply_to_id=parent.id)
    card = await house.read(card_of, question_id=debated)
    assert [line.id for line in card.arguments] == [parent.id]


async def test_while_sealed_the_check_for_repetition_is_silent(house: Any, sealed: int) -> None:
    """An answer would tell what others wrote."""
    await argue(house, sealed, house.members[0])
    assert (await argue(house, sealed, house.members[1])).id is not None


async def test_arguments_end_with_the_close(house: Any, debated: int) -> None:
    """Exactly, even if the sweep is behind."""
    with pytest.raises(WrongPhaseError, match="arguments ended"):
        await argue(house, debated, house.members[0], hours=30 * 24)


async def test_a_source_is_one_line_of_300_characters(house: Any, sealed: int) -> None:
    """What is longer is cut."""
    argument = await argue(house, sealed, house.members[0], source=" a\nb " + "x" * 400)
    assert (argument.source[:4], len(argument.source)) == ("a b ", 300)


async def test_an_argument_given_while_sealed_appears_at_the_reveal(house: Any, sealed: int) -> None:
    """On no card before, on every card after."""
    argument = await argue(house, sealed, house.members[0])
    assert (await house.read(card_of, question_id=sealed)).arguments == ()
    await house.sweep(house.at(hours=24))
    assert [line.id for line in (await house.read(card_of, question_id=sealed)).arguments] == [argument.id]


async def test_a_card_shows_the_newest_of_each_side_for_first(house: Any, debated: int) -> None:
    """One line each."""
    newest = {}
    for number, side in enumerate([Side.AGAINST, Side.FOR, Side.AGAINST, Side.FOR]):
        member = house.members[number % 2]
        newest[side] = await argue(
            house, debated, member, f"{TEXT} {number}", side=side, hours=DEBATE, anyway=True
        )
    card = await house.read(card_of, question_id=debated)
    assert [line.id for line in card.arguments] == [newest[Side.FOR].id, newest[Side.AGAINST].id]


async def test_a_hidden_argument_is_on_no_card(house: Any, debated: int) -> None:
    """The newest that is left takes its place."""
    older = await argue(house, debated, house.members[0], hours=DEBATE)
    hidden = await argue(house, debated, house.members[1], OTHER, hours=DEBATE)
    await house.change(hidden.id, Argument, hidden_at=house.at(hours=DEBATE))
    assert [line.id for line in (await house.read(card_of, question_id=debated)).arguments] == [older.id]


async def test_members_argue_under_an_alias(house: Any, debated: int) -> None:
    """Two words, the same on each card of the question, and no name."""
    for side in Side:
        await argue(house, debated, house.members[0], side=side, hours=DEBATE)
    first, second = (await house.read(card_of, question_id=debated)).arguments
    assert first.by == second.by
    assert len(first.by.split()) == 2


async def test_a_documents_argument_names_its_place(house: Any, debated: int) -> None:
    """The exact quote, and from where."""
    async with house.database.transaction() as session:
        quoted = Argument(
            question_id=debated, side=Side.AGAINST, origin=Origin.DOCUMENT, text="The gap widened.",
            source="the brief of 3 June", at=house.at(hours=DEBATE),
        )  # fmt: skip
        session.add(quoted)
    (line,) = (await house.read(card_of, question_id=debated)).arguments
    assert (line.text, line.by) == ("The gap widened.", "from the brief of 3 June")


async def test_whoever_clicks_on_a_revealed_card_was_shown_its_arguments(house: Any, debated: int) -> None:
    """Each argument on it, with the time."""
    argument = await argue(house, debated, house.members[0], hours=DEBATE)
    await click(house, debated, house.members[1])
    (exposure,) = await house.rows(Exposure)
    assert (exposure.argument_id, exposure.member_id, exposure.at) == (
        argument.id, house.members[1], house.at(hours=DEBATE),
    )  # fmt: skip


async def test_a_second_click_records_nothing_more(house: Any, debated: int) -> None:
    """When it was first shown is what counts."""
    await argue(house, debated, house.members[0], hours=DEBATE)
    for hours in (DEBATE, DEBATE + 5):
        await click(house, debated, house.members[1], hours)
    assert [row.at for row in await house.rows(Exposure)] == [house.at(hours=DEBATE)]


async def test_what_was_not_on_the_card_was_not_shown(house: Any, debated: int) -> None:
    """The older of two arguments of a side isn't on it."""
    await argue(house, debated, house.members[0], hours=DEBATE)
    newer = await argue(house, debated, house.members[1], OTHER, hours=DEBATE)
    await click(house, debated, house.members[2])
    assert [row.argument_id for row in await house.rows(Exposure)] == [newer.id]


async def test_a_sealed_card_shows_no_arguments_to_anybody(house: Any, sealed: int) -> None:
    """So a click on it is no exposure."""
    await argue(house, sealed, house.members[0])
    await click(house, sealed, house.members[1], hours=2)
    assert await house.rows(Exposure) == []


async def test_without_arguments_a_card_shows_none(house: Any, debated: int) -> None:
    """An empty debate is no error."""
    async with house.database.reading() as session:
        assert await arguments_shown_on_card(session, question_id=debated) == []
