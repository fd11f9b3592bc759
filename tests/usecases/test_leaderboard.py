"""Standings added up from stored scores."""

from typing import Any

import pytest

from forecasts.errors import InvalidInputError, NotFoundError
from forecasts.models import Community, CrowdScore, Member, Score
from forecasts.resolution import overturn_resolution
from forecasts.standings import Standings, fit_shrinkage, leaderboard
from forecasts.topics import set_topic, topics_of


async def standings(house: Any, **values: Any) -> Standings:
    found: Standings = await house.read(leaderboard, **values)
    return found


async def users(house: Any, **values: Any) -> list[int]:
    return [line.user_id for line in (await standings(house, **values)).lines]


async def two_questions(house: Any) -> None:
    """Resolve two questions of ten days to YES.

    First .9 against .5: Brier .01 and .25, points 24 and -24. Then .6 against .5: .16 and .25, 9 and -9.
    """
    await house.resolved(0.9, 0.5)
    await house.resolved(0.6, 0.5)


async def test_skill_is_points_over_questions_and_36_more(house: Any) -> None:
    """(24 + 9) / (2 + 36) = .868421, and the same below zero."""
    await two_questions(house)
    best, last = (await standings(house)).lines
    assert (best.user_id, best.questions, best.coverage) == (103, 2, 2.0)
    assert (best.skill, last.skill) == pytest.approx((33 / 38, -33 / 38))


async def test_the_interval_is_that_worked_by_hand(house: Any) -> None:
    """With m = 33 / 2: residuals 7.5 and -7.5; se = sqrt(2 * 112.5) / 38 = 15 / 38; 1.96 se either side."""
    await two_questions(house)
    best, _ = (await standings(house)).lines
    assert (best.low, best.high) == pytest.approx(((33 - 1.96 * 15) / 38, (33 + 1.96 * 15) / 38))


async def test_one_question_gives_no_interval(house: Any) -> None:
    """A spread can't be read off one number."""
    await house.resolved(0.9, 0.5)
    assert {(line.low, line.high) for line in (await standings(house)).lines} == {(None, None)}


async def test_brier_is_the_plain_mean(house: Any) -> None:
    """(.01 + .16) / 2 = .085."""
    await two_questions(house)
    assert (await standings(house)).lines[0].brier == pytest.approx(0.085)


async def test_baselines_are_scored_against_the_members(house: Any) -> None:
    """.9 and .5 on YES: the members' mean Brier is .13; median .7 gets .09 (4 points), uniform .25 (-12).

    With one question of full coverage: / 37. The pool: odds 3 to the power 1.2915 are 4.1326, p = .8052,
    Brier .03796, 9.2036 points.
    """
    await house.resolved(0.9, 0.5)
    found = {line.baseline: line for line in (await standings(house)).baselines}
    assert list(found) == ["Crux pool", "median", "always uniform"]
    assert (found["median"].skill, found["always uniform"].skill) == pytest.approx((4 / 37, -12 / 37))
    assert found["Crux pool"].skill == pytest.approx(9.2036 / 37, abs=1e-5)
    assert {line.rank for line in found.values()} == {0}


async def test_a_baseline_takes_no_members_rank(house: Any) -> None:
    """It stands among them without one."""
    await two_questions(house)
    assert [line.rank for line in (await standings(house)).lines] == [1, 2]


async def test_a_question_scored_before_baselines_had_points_is_not_counted_for_them(house: Any) -> None:
    """Its points are null; those of members are as before."""
    await two_questions(house)
    await house.change(1, CrowdScore, median_peer=None)
    found = {line.baseline: line.questions for line in (await standings(house)).baselines}
    assert found == {"median": 1, "Crux pool": 2, "always uniform": 2}


async def test_the_crowd_stands_beside_on_the_same_questions(house: Any) -> None:
    """Medians .7 and .55: Brier .09 and .2025, mean .14625; uniform .25."""
    await two_questions(house)
    found = await standings(house)
    assert found.questions == 2
    assert (found.median_brier, found.uniform_brier) == pytest.approx((0.14625, 0.25))


async def test_an_empty_leaderboard_has_no_figures(house: Any) -> None:
    """None, not zero: 0 would be the best score."""
    assert await standings(house) == Standings((), (), 0, None, None, 36.0)


async def test_ties_share_a_rank_and_the_next_one_is_left_out(house: Any) -> None:
    """1, 1, 3; within a rank by user."""
    await house.resolved(0.9, 0.9, 0.5)
    assert [(line.rank, line.user_id) for line in (await standings(house)).lines] == [
        (1, 103), (1, 104), (3, 105),
    ]  # fmt: skip


async def test_zero_points_are_a_score(house: Any) -> None:
    """Whoever was alone is on the board with 0."""
    await house.resolved(0.9)
    assert [(line.rank, line.skill) for line in (await standings(house)).lines] == [(1, 0)]


async def test_a_hidden_member_is_left_out(house: Any) -> None:
    """The others keep their points against them."""
    await two_questions(house)
    (before, _) = (await standings(house)).lines
    await house.change(house.members[1], Member, hidden=True)
    assert (await standings(house)).lines == (before,)


async def test_an_erased_member_is_left_out(house: Any) -> None:
    """The row stays without its user, so that nobody else's score shifts."""
    await two_questions(house)
    await house.change(house.members[0], Member, user_id=None)
    (last,) = (await standings(house)).lines
    assert last.skill == pytest.approx(-33 / 38)


async def test_a_period_holds_the_questions_resolved_in_it(house: Any) -> None:
    """From its beginning to before its end; the first was resolved on day 12, the second on day 22."""
    await house.resolved(0.9, 0.5, days=10)
    await house.resolved(0.1, 0.5, days=20)
    assert await users(house, until=house.at(days=22)) == [103, 104]
    assert await users(house, since=house.at(days=12, seconds=1)) == [104, 103]
    assert await users(house, since=house.at(days=12), until=house.at(days=12)) == []
    assert (await standings(house, since=house.at(days=12))).questions == 2
    assert (await standings(house, since=house.at(days=13), until=house.at(days=22))).questions == 0


async def test_an_overturned_question_counts_once(house: Any) -> None:
    """Under its new outcome, with its new points."""
    question_id = await house.resolved(0.9, 0.5)
    await house.do(
        overturn_resolution, question_id=question_id, member_id=house.other_moderator, outcome=0,
        evidence_url=house.evidence, note="It was corrected.", now=house.at(days=20),
    )  # fmt: skip
    best, last = (await standings(house)).lines
    assert (best.user_id, best.questions, last.questions) == (104, 1, 1)
    assert best.skill == pytest.approx(100 * (0.81 - 0.25) / 37)


async def test_an_unresolved_question_counts_for_nothing(house: Any) -> None:
    """Scores are there only once it is resolved."""
    await house.all_say(await house.opened(), 0.9, 0.5)
    assert await users(house) == []


async def test_another_communitys_questions_are_not_counted(house: Any) -> None:
    """Each server has its own board."""
    await house.resolved(0.9, 0.5)
    assert await users(house, community_id=house.next_door) == []


async def test_the_sums_come_from_the_scores_alone(house: Any) -> None:
    """A leaderboard reads no forecasts: change a stored score, and it follows."""
    await house.resolved(0.9, 0.5)
    for score in await house.rows(Score):
        await house.change(score.id, Score, peer_brier=37.0)
    assert [line.skill for line in (await standings(house)).lines] == [1.0, 1.0]


async def test_a_skill_is_shrunk_by_the_communitys_own_k(house: Any) -> None:
    """24 points on one question and k = 11: 24 / 12."""
    await house.resolved(0.9, 0.5)
    await house.change(house.home, Community, shrinkage=11.0)
    found = await standings(house)
    assert (found.lines[0].skill, found.shrinkage) == pytest.approx((2.0, 11.0))


async def test_k_is_36_in_a_small_community(house: Any) -> None:
    """Two experienced members are too few to tell: whatever it was, it is 36 again."""
    for _ in range(10):
        await house.resolved(0.9, 0.5)
    async with house.database.transaction() as session:
        community = await session.get_one(Community, house.home)
        community.shrinkage = 99.0
        await fit_shrinkage(session, community=community)
        assert community.shrinkage == 36


async def about(house: Any, question_id: int, topic: str) -> str:
    question = await house.do(
        set_topic, question_id=question_id, member_id=house.moderator, topic=topic, now=house.at(days=1)
    )
    return str(question.topic)


async def test_a_leaderboard_of_a_topic_counts_its_questions_only(house: Any) -> None:
    """Of two questions, the one about chips."""
    await about(house, await house.resolved(0.9, 0.5), "chips")
    await house.resolved(0.1, 0.5)
    assert (await standings(house, topic="chips")).questions == 1
    assert await users(house, topic="chips") == [103, 104]
    assert await users(house, topic="trade") == []


async def test_a_topic_is_spelt_as_it_was_first(house: Any) -> None:
    """Capitals would make two leaderboards of one topic."""
    await about(house, await house.opened(), "AI  chips")
    assert await about(house, await house.opened(), "ai CHIPS ") == "AI chips"
    assert await house.read(topics_of, matching="chip", limit=9) == ["AI chips"]


async def test_a_drafts_topic_is_offered_to_nobody(house: Any) -> None:
    """What isn't opened is for moderators."""
    await about(house, await house.draft(), "secret plans")
    assert await house.read(topics_of, matching="", limit=9) == []


async def test_a_long_topic_is_refused(house: Any) -> None:
    """It would not fit into a list."""
    question_id = await house.opened()
    with pytest.raises(InvalidInputError, match="at most 40 characters; yours has 41"):
        await about(house, question_id, "x" * 41)


async def test_a_topic_next_door_is_out_of_reach(house: Any) -> None:
    """Another community's question is none, and its topics aren't offered."""
    question_id = await house.opened()
    await about(house, question_id, "chips")
    with pytest.raises(NotFoundError):
        await house.do(
            set_topic, community_id=house.next_door, question_id=question_id,
            member_id=house.neighbour, topic="x", now=house.at(days=1),
        )  # fmt: skip
    assert await house.read(topics_of, community_id=house.next_door, matching="", limit=9) == []
