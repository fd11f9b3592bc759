"""What a debate did, read from its rows once its last call is over."""

from typing import Any

import pytest
import sqlalchemy as sa

from forecasts.communities import member_of
from forecasts.debate import add_argument
from forecasts.debate_review import review_of
from forecasts.debate_views import ArgumentReview, DebateReview
from forecasts.forecasting import withdraw_forecast
from forecasts.models import (
    Argument,
    Cause,
    Exposure,
    Member,
    MoveCredit,
    Phase,
    Rating,
    Side,
    Surface,
    Verdict,
)

DEBATE, LAST_CALL, RUNNING = 30, 100, 121  # hours after the start: 24, 96 and 120 are the ends of rounds
FOR, AGAINST = Side.FOR, Side.AGAINST


class Debate:
    """A question that people forecast at its start, and what they do in its debate."""

    def __init__(self, house: Any, question_id: int, people: list[int]) -> None:
        self.house, self.question_id, self.people = house, question_id, people

    async def argue(self, author: int, side: Side, hours: float = DEBATE) -> int:
        """Let a person (by place) give an argument; everybody else is shown it two hours later."""
        argument: Argument = await self.house.do(
            add_argument, question_id=self.question_id, member_id=self.people[author], side=side,
            text=f"The reason of person {author} at {hours} hours, {side}.", now=self.house.at(hours=hours),
            interaction_id=self.house.interaction(), anyway=True,
        )  # fmt: skip
        others = [each for each in self.people if each != self.people[author]]
        await self.store(*(Exposure(argument_id=argument.id, member_id=each, surface=Surface.LIST,
                                    at=self.house.at(hours=hours + 2)) for each in others))  # fmt: skip
        return argument.id

    async def move(
        self, person: int, to: float, *ticked: int | Cause, hours: float = LAST_CALL, shown: bool = True
    ) -> None:
        """Let a person forecast and say what moved them: arguments by id, or causes."""
        now = self.house.at(hours=hours)
        given = (await self.house.say(self.question_id, self.people[person], to, now)).forecast
        if not shown:
            await self.forget(person)
        await self.store(*(
            MoveCredit(forecast_id=given.id, cause=box, at=now) if isinstance(box, Cause)
            else MoveCredit(forecast_id=given.id, cause=Cause.ARGUMENT, argument_id=box, at=now)
            for box in ticked
        ))  # fmt: skip

    async def forget(self, person: int) -> None:
        """Make it as if a person had been shown nothing."""
        async with self.house.database.transaction() as session:
            connection = await session.connection()
            await connection.execute(sa.delete(Exposure).where(Exposure.member_id == self.people[person]))

    async def rate(self, argument_id: int, *verdicts: Verdict | None) -> None:
        """Let people, in their order, rate an argument."""
        now = self.house.at(hours=DEBATE)
        await self.store(*(
            Rating(argument_id=argument_id, member_id=person, verdict=verdict, at=now,
                   interaction_id=self.house.interaction())
            for person, verdict in zip(self.people, verdicts, strict=False) if verdict is not None
        ))  # fmt: skip

    async def store(self, *rows: Any) -> None:
        """Add rows past all rules."""
        async with self.house.database.transaction() as session:
            session.add_all(rows)

    async def review(self) -> DebateReview | None:
        """Look back."""
        question = await self.house.question(self.question_id)
        async with self.house.database.reading() as session:
            return await review_of(session, question=question)

    async def after(self, hours: float = RUNNING) -> dict[int, ArgumentReview]:
        """Let the rounds end, and look back on the arguments."""
        for moment in (96, 120, hours):
            await self.house.sweep(self.house.at(hours=moment))
        review = await self.review()
        assert review is not None
        return {each.id: each for each in review.arguments}


@pytest.fixture
def debate(house: Any) -> Any:
    """Open a question for 60 days, let as many people as values forecast, and break the seal."""

    async def begin(*values: float) -> Debate:
        async with house.database.transaction() as session:
            people = [
                (await member_of(session, community_id=house.home, user_id=101 + n, now=house.at())).id
                for n in range(len(values))
            ]
        question_id = await house.opened(days=60)
        for member_id, value in zip(people, values, strict=True):
            await house.say(question_id, member_id, value)
        await house.sweep(house.at(hours=24))
        return Debate(house, question_id, people)

    return begin


async def test_nothing_is_told_before_the_last_call_is_over(house: Any, debate: Any) -> None:
    """Neither in the debate nor in the last call; at its end, all."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    assert await one.review() is None
    await house.sweep(house.at(hours=96))
    assert (await house.question(one.question_id)).phase is Phase.FINAL
    assert await one.review() is None
    await house.sweep(house.at(hours=120))
    assert await one.review() is not None


@pytest.mark.parametrize("hours", [12, DEBATE, LAST_CALL])
async def test_a_proposal_in_between_tells_nothing(house: Any, debate: Any, hours: float) -> None:
    """A challenge may take the question back to the round that it interrupted."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    for moment in (24, 96):
        if moment < hours:
            await house.sweep(house.at(hours=moment))
    await house.propose(one.question_id, 1, house.at(hours=hours))
    assert await one.review() is None


async def test_below_five_sealed_forecasts_it_is_thin(debate: Any) -> None:
    """No shift, no groups, no arguments."""
    one = await debate(0.7, 0.6, 0.5, 0.4)
    await one.argue(0, FOR)
    assert await one.after() == {}
    review = await one.review()
    assert review is not None
    assert (review.is_thin, review.shift, review.camps) == (True, None, None)


async def test_the_shift_is_of_those_who_gave_both(house: Any, debate: Any) -> None:
    """70 60 50 40 30 to 70 45 50 35, one withdrawn: of four, the median 55 to 47.5; one moved by ten."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    await one.move(1, 0.45)
    await one.move(3, 0.35)
    await house.do(
        withdraw_forecast, question_id=one.question_id, member_id=one.people[4],
        interaction_id=house.interaction(), now=house.at(hours=LAST_CALL),
    )  # fmt: skip
    await one.after()
    shift = (await one.review()).shift
    assert (round(shift.before, 9), round(shift.after, 9)) == (0.55, 0.475)
    assert (shift.moved, shift.members) == (1, 4)


async def test_what_happens_after_the_last_call_is_no_shift(debate: Any) -> None:
    """Looked at weeks later, it is told as on the day."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    await one.after()
    for person in range(5):
        await one.move(person, 0.99, hours=300)
    assert (await one.review()).shift.moved == 0


async def test_credit_is_shared_among_eligible_arguments(debate: Any) -> None:
    """70 to 55 with two against and one for ticked: 7.5 points each, and nothing for the third."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    first, second, third = await one.argue(1, AGAINST), await one.argue(2, AGAINST), await one.argue(3, FOR)
    await one.move(0, 0.55, first, second, third)
    seen = await one.after()
    assert [round(seen[each].persuasion, 9) for each in (first, second, third)] == [7.5, 7.5, 0]
    assert (seen[first].moved, seen[first].readers, seen[first].median_points) == (1, 4, pytest.approx(7.5))
    assert (seen[third].moved, seen[third].median_points) == (0, None)


async def test_what_wasnt_shown_or_is_ones_own_earns_nothing(debate: Any) -> None:
    """The first wrote it, the second was never shown it."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    argument = await one.argue(0, AGAINST)
    await one.move(0, 0.5, argument)
    await one.move(1, 0.4, argument, shown=False)
    assert (await one.after())[argument].moved == 0


async def test_of_mutual_credit_the_earlier_counts(debate: Any) -> None:
    """The first credits the second; an hour later the second credits the first: nothing."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    mine, theirs = await one.argue(0, AGAINST), await one.argue(1, AGAINST)
    await one.move(0, 0.5, theirs)
    await one.move(1, 0.4, mine, hours=LAST_CALL + 1)
    seen = await one.after()
    assert (seen[theirs].moved, seen[mine].moved) == (1, 0)


async def test_moves_that_didnt_last_dont_count(debate: Any) -> None:
    """70 to 50 and back to 65 before the end; and a move in the weeks after the last call."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    argument = await one.argue(2, AGAINST)
    await one.move(0, 0.5, argument)
    await one.move(0, 0.65, hours=LAST_CALL + 1)
    await one.after()
    await one.move(1, 0.3, argument, hours=200)
    (seen,) = (await one.review()).arguments
    assert (seen.moved, seen.persuasion) == (0, 0)


async def test_a_merged_argument_counts_for_the_one_it_was_merged_into(house: Any, debate: Any) -> None:
    """Readers, raters and the moved are added up, each person once, without the author; one is gone."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    kept, merged = await one.argue(1, AGAINST), await one.argue(2, AGAINST)
    await one.rate(merged, Verdict.CONVINCING, None, None, Verdict.NOT)
    await one.rate(kept, Verdict.CONVINCING, None, None, None, Verdict.PASS)
    await one.move(0, 0.5, kept, merged)
    await house.change(merged, Argument, merged_into_id=kept)
    seen = await one.after()
    assert list(seen) == [kept]
    assert (seen[kept].readers, seen[kept].raters, seen[kept].convinced) == (4, 2, 1)
    assert (seen[kept].moved, round(seen[kept].persuasion, 9)) == (1, 20)


async def test_a_hidden_argument_keeps_its_share_and_isnt_listed(house: Any, debate: Any) -> None:
    """Hiding one doesn't make another more persuasive."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    shown, hidden = await one.argue(1, AGAINST), await one.argue(2, AGAINST)
    await one.move(0, 0.5, shown, hidden)
    await house.change(hidden, Argument, hidden_at=house.at(hours=110))
    seen = await one.after()
    assert list(seen) == [shown]
    assert round(seen[shown].persuasion, 9) == 10


async def test_only_those_who_chose_so_are_named(house: Any, debate: Any) -> None:
    """The others keep their alias of two words."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    named, unnamed = await one.argue(1, FOR), await one.argue(2, FOR)
    await house.change(one.people[1], Member, named=True)
    seen = await one.after()
    assert (seen[named].user_id, seen[unnamed].user_id) == (102, None)
    assert len(seen[unnamed].by.split()) == 2


async def test_both_groups_count_for_a_bridge(debate: Any) -> None:
    """Eight low, two high: 8/8 + 0/2 gives 0.225 and ranks below 6/8 + 2/2 with 0.525; two raters are few."""
    one = await debate(*[0.2] * 8, 0.8, 0.9)
    one_sided, bridge = await one.argue(0, FOR), await one.argue(1, FOR)
    # Two people aren't rated here by their own arguments: documents wrote them.
    for argument in (one_sided, bridge):
        await one.house.change(argument, Argument, member_id=None)
    yes, no = Verdict.CONVINCING, Verdict.NOT
    await one.rate(one_sided, *[yes] * 8, no, no)
    await one.rate(bridge, *[yes] * 6, no, no, yes, yes)
    seen = await one.after()
    assert (seen[one_sided].bridge, seen[bridge].bridge) == pytest.approx((0.225, 0.525))
    assert (await one.review()).convinced_both is None
    camps = (await one.review()).camps
    assert (camps.lower_size, camps.upper_size, camps.is_apart) == (8, 2, True)
    assert (camps.lower, camps.upper) == pytest.approx((0.2, 0.85))


async def test_three_raters_a_side_who_agree_make_a_bridge(debate: Any) -> None:
    """3/3 + 3/3 gives 16/25 = 0.64; moving a member of the author's own group counts half."""
    one = await debate(0.2, 0.2, 0.25, 0.25, 0.8, 0.8, 0.85, 0.85)
    argument = await one.argue(0, FOR)
    await one.rate(argument, None, *[Verdict.CONVINCING] * 6)
    await one.move(1, 0.4, argument)
    await one.move(4, 0.9, argument)
    seen = await one.after()
    assert seen[argument].bridge == pytest.approx(0.64)
    assert (await one.review()).convinced_both.id == argument
    assert (seen[argument].moved, seen[argument].median_points) == (2, pytest.approx(10))


async def test_insight_comes_with_the_outcome(house: Any, debate: Any) -> None:
    """On NO, 70 to 50 gains 0.24, half of it for news; 40 to 60 loses 0.2: persuasive, but wrong."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    right, wrong = await one.argue(1, AGAINST), await one.argue(2, FOR)
    await one.move(0, 0.5, right, Cause.NEWS)
    await one.move(3, 0.6, wrong)
    assert [each.insight for each in (await one.after()).values()] == [None, None]
    await house.propose(one.question_id, 0, house.at(days=8))
    await house.sweep(house.at(days=11))
    seen = {each.id: each.insight for each in (await one.review()).arguments}
    assert (seen[right], seen[wrong]) == pytest.approx((0.12, -0.2))


async def test_moves_once_the_outcome_was_public_have_no_insight(house: Any, debate: Any) -> None:
    """It became known on day 6; who moves on day 7 has read the news."""
    one = await debate(0.7, 0.6, 0.5, 0.4, 0.3)
    argument = await one.argue(1, AGAINST)
    await one.after()
    await one.move(0, 0.1, argument, hours=7 * 24)
    await house.propose(one.question_id, 0, house.at(days=8), known_at=house.at(days=6))
    await house.sweep(house.at(days=11))
    assert (await one.review()).arguments[0].insight is None


async def test_more_people_are_no_more_queries(house: Any, debate: Any) -> None:
    """Five or fifteen."""
    counts = []
    for size in (5, 15):
        one = await debate(*[0.5] * size)
        argument = await one.argue(0, FOR)
        await one.rate(argument, *[Verdict.CONVINCING] * size)
        await one.after()
        seen: list[str] = []

        def note(*arguments: Any, seen: list[str] = seen) -> None:
            seen.append(arguments[2])

        engines = {house.database._writer.sync_engine, house.database._reader.sync_engine}
        for engine in engines:
            sa.event.listen(engine, "before_cursor_execute", note)
        await one.review()
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", note)
        counts.append(sum(statement.startswith("SELECT") for statement in seen))
    assert counts[0] == counts[1] <= 9
