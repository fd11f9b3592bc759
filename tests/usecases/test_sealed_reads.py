"""What cards, lists and answers hold while a question is sealed, and after."""

from typing import Any

import pytest
import sqlalchemy as sa

from forecasts.advancing import advance
from forecasts.debate import add_argument
from forecasts.events import ChangeMeaning
from forecasts.forecasting import withdraw_forecast
from forecasts.models import Forecast, Member, Phase, Preset, Side, VoidReason
from forecasts.queries import (
    card_of,
    crowd_for,
    crowd_from,
    list_questions,
    my_forecast,
    next_question,
    position_of,
)
from forecasts.resolution import propose_resolution, void_question
from forecasts.views import Card, Crowd

SECRET = 0.2718  # a number that can't be anything else


async def card(house: Any, question_id: int) -> Card:
    shown: Card = await house.read(card_of, question_id=question_id)
    return shown


async def crowd(house: Any, question_id: int, member_id: int) -> Crowd | None:
    question = await house.question(question_id)
    async with house.database.reading() as session:
        return await crowd_for(session, question=question, member_id=member_id)


async def told(house: Any, **values: Any) -> int:
    """Open a question, let the moderator and all members forecast it, and one argue."""
    question_id: int = await house.opened(**values)
    for member_id in (house.moderator, *house.members):
        await house.say(question_id, member_id, SECRET)
    await house.do(
        add_argument, question_id=question_id, member_id=house.members[0], side=Side.FOR,
        text="Distillation needs little compute.", interaction_id=house.interaction(), now=house.at(hours=1),
    )  # fmt: skip
    return question_id


async def withdraw(house: Any, question_id: int, member_id: int, hours: float) -> None:
    await house.do(
        withdraw_forecast, question_id=question_id, member_id=member_id, now=house.at(hours=hours),
        interaction_id=house.interaction(),
    )  # fmt: skip


async def propose(house: Any, question_id: int, hours: float = 2) -> None:
    await house.do(
        propose_resolution, question_id=question_id, member_id=house.moderator, outcome=1,
        evidence_url=house.evidence, note="It says so.", now=house.at(hours=hours),
    )  # fmt: skip


async def change_meaning(house: Any, question_id: int, hours: float) -> None:
    async def restart(session: Any, *, community_id: int) -> None:
        del community_id
        question = await session.get_one(type(await house.question(question_id)), question_id)
        await advance(session, question, ChangeMeaning(), now=house.at(hours=hours))

    await house.do(restart)


def holds_nothing(shown: Card) -> bool:
    proposer = shown.resolution.proposer_forecast if shown.resolution else None
    hidden = (shown.crowd, shown.results, proposer, shown.arguments)
    return hidden == (None, None, None, ()) and str(SECRET) not in repr(shown)


async def test_a_sealed_card_holds_the_count_and_nothing_more(house: Any) -> None:
    """No aggregate, no argument: five forecasts are in, and that is all."""
    shown = await card(house, await told(house))
    assert (shown.is_revealed, shown.forecasters) == (False, 5)
    assert holds_nothing(shown)


async def test_a_question_proposed_while_sealed_stays_sealed(house: Any) -> None:
    """The proposal shows outcome and evidence, not what its proposer had forecast."""
    question_id = await told(house)
    await propose(house, question_id)
    shown = await card(house, question_id)
    assert shown.resolution is not None
    assert shown.resolution.outcome == 1
    assert holds_nothing(shown)


async def test_a_question_voided_while_sealed_stays_sealed(house: Any) -> None:
    """Nothing is scored, so nobody's number needs to be known."""
    question_id = await told(house)
    await house.do(
        void_question, question_id=question_id, member_id=house.moderator, reason=VoidReason.AMBIGUOUS,
        note="", now=house.at(hours=2),
    )  # fmt: skip
    shown = await card(house, question_id)
    assert holds_nothing(shown)
    assert shown.void_reason == "ambiguous"


async def test_a_changed_meaning_seals_the_card_again(house: Any) -> None:
    """And starts its count at zero."""
    question_id = await told(house)
    await house.sweep(house.at(hours=30))
    await change_meaning(house, question_id, 31)
    shown = await card(house, question_id)
    assert holds_nothing(shown)
    assert shown.forecasters == 0


@pytest.mark.parametrize("hours", [2, 15 * 24])
async def test_in_preset_rolling_the_card_holds_nothing_before_the_close(house: Any, hours: float) -> None:
    """However long it runs."""
    question_id = await told(house, preset=Preset.ROLLING)
    await house.sweep(house.at(hours=hours))
    assert holds_nothing(await card(house, question_id))


async def test_in_preset_rolling_a_proposal_keeps_the_card_sealed(house: Any) -> None:
    """The close is what opens it, or the resolution."""
    question_id = await told(house, preset=Preset.ROLLING)
    await propose(house, question_id)
    assert holds_nothing(await card(house, question_id))
    await house.sweep(house.at(hours=2 + 48))
    assert (await card(house, question_id)).crowd is not None


async def test_in_preset_rolling_the_close_reveals_the_card(house: Any) -> None:
    """From `closed` on it is like any other."""
    question_id = await told(house, preset=Preset.ROLLING)
    await house.sweep(house.at(days=30))
    shown = await card(house, question_id)
    assert shown.phase is Phase.CLOSED
    assert shown.crowd is not None


async def test_the_reveal_opens_numbers_and_arguments(house: Any) -> None:
    """After 24 hours in preset standard."""
    question_id = await told(house)
    await house.sweep(house.at(hours=24))
    shown = await card(house, question_id)
    assert shown.crowd == Crowd(5, SECRET, SECRET, SECRET, (0, 5, 0, 0, 0))
    assert len(shown.arguments) == 1


async def test_a_withdrawn_forecast_is_in_no_count_and_no_crowd(house: Any) -> None:
    """Four of five are left."""
    question_id = await told(house)
    await house.sweep(house.at(hours=24))
    await withdraw(house, question_id, house.members[0], hours=25)
    shown = await card(house, question_id)
    assert shown.crowd is not None
    assert (shown.forecasters, shown.crowd.forecasts) == (4, 4)


async def test_the_proposers_forecast_stands_beside_an_open_proposal(house: Any) -> None:
    """Once the question isn't sealed."""
    question_id = await told(house)
    await house.sweep(house.at(hours=24))
    await propose(house, question_id, hours=25)
    resolution = (await card(house, question_id)).resolution
    assert resolution is not None
    assert (resolution.proposer_forecast, resolution.by_user) == (SECRET, 101)


async def test_while_sealed_nobody_is_answered_with_the_crowd(house: Any) -> None:
    """Neither members who forecast nor moderators."""
    question_id = await told(house)
    for member_id in (house.moderator, *house.members):
        assert await crowd(house, question_id, member_id) is None


async def test_in_preset_rolling_whoever_has_forecast_is_answered_with_the_crowd(house: Any) -> None:
    """The gate: first your number, then theirs."""
    question_id = await house.opened(preset=Preset.ROLLING)
    await house.say(question_id, house.members[0], SECRET)
    assert await crowd(house, question_id, house.members[0]) == Crowd(
        1, SECRET, SECRET, SECRET, (0, 1, 0, 0, 0)
    )
    assert await crowd(house, question_id, house.members[1]) is None


async def test_in_preset_rolling_a_withdrawal_closes_the_gate(house: Any) -> None:
    """A forecast in force is the ticket."""
    question_id = await told(house, preset=Preset.ROLLING)
    await withdraw(house, question_id, house.members[0], hours=2)
    assert await crowd(house, question_id, house.members[0]) is None


async def test_in_preset_rolling_a_proposal_closes_the_gate(house: Any) -> None:
    """Sealed numbers stay sealed until it is resolved."""
    question_id = await told(house, preset=Preset.ROLLING)
    await propose(house, question_id)
    assert await crowd(house, question_id, house.members[0]) is None


async def test_after_the_reveal_everybody_is_answered_with_the_crowd(house: Any) -> None:
    """Also who never forecast."""
    question_id = await told(house)
    await house.sweep(house.at(hours=24))
    assert await crowd(house, question_id, house.other_moderator) is not None


async def test_ones_own_number_is_always_ones_own(house: Any) -> None:
    """The one number that a sealed question gives away, to its author."""
    question_id = await told(house)
    question = await house.question(question_id)
    async with house.database.reading() as session:
        own = await my_forecast(session, question=question, member_id=house.members[0])
        none = await my_forecast(session, question=question, member_id=house.other_moderator)
    assert (own, none) == (SECRET, None)


async def test_while_it_is_sealed_an_answer_reads_nobody_else_s_forecast(house: Any) -> None:
    """What isn't read can't leak, and costs nothing however many have forecast."""
    question_id, member_id = await told(house), house.members[0]
    read = set[int]()

    def note(forecast: Forecast, _context: object) -> None:
        read.add(forecast.member_id)

    sa.event.listen(Forecast, "load", note)
    try:
        position = await house.read(position_of, question_id=question_id, member_id=member_id)
    finally:
        sa.event.remove(Forecast, "load", note)
    assert position.forecast == SECRET
    assert read == {member_id}


def forecasts(*values: float | None) -> list[Forecast]:
    return [Forecast(probabilities=None if value is None else [value]) for value in values]


@pytest.mark.parametrize(
    ("value", "histogram"),
    [
        (0.0, (1, 0, 0, 0, 0)),
        (0.199, (1, 0, 0, 0, 0)),
        (0.2, (0, 1, 0, 0, 0)),
        (0.399, (0, 1, 0, 0, 0)),
        (0.4, (0, 0, 1, 0, 0)),
        (0.6, (0, 0, 0, 1, 0)),
        (0.8, (0, 0, 0, 0, 1)),
        (1.0, (0, 0, 0, 0, 1)),
    ],
)
def test_a_bin_begins_with_its_lower_edge(value: float, histogram: tuple[int, ...]) -> None:
    """20 % is in 20-40; 100 % is in the last; 0.6 / 0.2 is 2.9999 in floats and still the fourth."""
    summed = crowd_from(forecasts(value))
    assert summed is not None
    assert summed.histogram == histogram


def test_the_median_and_the_middle_half() -> None:
    """Of .1 .2 .4 .6 .9: median .4, quarters .2 and .6."""
    assert crowd_from(forecasts(0.9, 0.1, 0.6, 0.2, 0.4)) == Crowd(5, 0.4, 0.2, 0.6, (1, 1, 1, 1, 1))


def test_nobody_is_no_crowd() -> None:
    """Neither without forecasts nor with withdrawn ones only."""
    assert crowd_from([]) is None
    assert crowd_from(forecasts(None)) is None


async def test_a_list_gives_titles_phases_and_counts(house: Any) -> None:
    """Newest first; drafts only when they are asked for."""
    first, second = await told(house), await house.opened()
    await house.draft()
    lines = await house.read(list_questions)
    assert [(line.question_id, line.phase, line.forecasters) for line in lines] == [
        (second, Phase.BLIND, 0), (first, Phase.BLIND, 5),
    ]  # fmt: skip


async def test_a_list_counts_like_the_card(house: Any) -> None:
    """Without those withdrawn, and after a change of meaning from zero."""
    question_id = await told(house)
    await withdraw(house, question_id, house.members[0], hours=2)
    assert [line.forecasters for line in await house.read(list_questions)] == [4]
    await change_meaning(house, question_id, 3)
    assert [line.forecasters for line in await house.read(list_questions)] == [0]


@pytest.mark.parametrize("typed", ["1", "#1", " 1 ", "gap", "YEAR-END", "2027"])
async def test_a_list_is_searched_by_number_and_title(house: Any, typed: str) -> None:
    """A part is enough, and a year in a title is found too."""
    await house.opened(wording=type(house.wording)("Will the gap close by year-end 2027?", "As published."))
    await house.opened(wording=type(house.wording)("Will the price rise by summer?", "As published."))
    assert [line.number for line in await house.read(list_questions, matching=typed)] == [1]


@pytest.mark.parametrize("typed", ["%", "_", "9" * 5_000, "\\", "'"])
async def test_a_list_takes_any_text(house: Any, typed: str) -> None:
    """Wildcards are letters, and no number is too long."""
    await house.opened()
    assert await house.read(list_questions, matching=typed) == []


async def test_the_next_question_is_the_one_that_ends_soonest(house: Any) -> None:
    """Among the open ones that the member hasn't forecast."""
    later, sooner = await house.opened(days=30), await house.opened(days=3)
    assert await house.read(next_question, member_id=house.members[0]) == sooner
    await house.say(sooner, house.members[0], 0.5)
    assert await house.read(next_question, member_id=house.members[0]) == later
    await house.say(later, house.members[0], 0.5)
    assert await house.read(next_question, member_id=house.members[0]) is None


async def test_what_never_ends_is_next_at_last(house: Any) -> None:
    """A thesis has no deadline; databases disagree about where nothing is sorted."""
    endless, dated = await house.opened(), await house.opened()
    await house.change(endless, phase_ends_at=None)
    assert await house.read(next_question, member_id=house.members[0]) == dated


async def test_after_a_change_of_meaning_a_question_is_next_again(house: Any) -> None:
    """Everybody starts again."""
    question_id = await told(house)
    await change_meaning(house, question_id, 2)
    assert await house.read(next_question, member_id=house.members[0]) == question_id


async def test_a_results_card_names_nobody_who_hid(house: Any) -> None:
    """Of three the best one hid: two are left."""
    await house.change(house.members[0], Member, hidden=True)
    shown = await card(house, await house.resolved(0.9, 0.8, 0.7))
    assert shown.results is not None
    assert [line.user_id for line in shown.results.best] == [104, 105]
