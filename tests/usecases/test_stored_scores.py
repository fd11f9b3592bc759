"""What is stored when a question is resolved, against numbers worked by hand."""

from typing import Any

import numpy as np
import pytest

from forecasts.advancing import advance, locked_question
from forecasts.events import ChangeMeaning
from forecasts.forecasting import withdraw_forecast
from forecasts.models import CrowdScore, Forecast, Phase
from forecasts.queries import card_of, my_result
from forecasts.rescoring import microseconds
from forecasts.scoring.question import score_question


async def three_members(house: Any) -> int:
    """Resolve to YES a question of ten days: .9 throughout, .5 and from day 5 .6, .2 from day 5.

    ========  =====  =========  =====  ==========================================
    days      first  second     third  median
    ========  =====  =========  =====  ==========================================
    0 to 5    .9     .5         --     .7, Brier .09
    5 to 10   .9     .6         .2     .6, Brier .16
    Brier     .01    .25, .16   .64
    ========  =====  =========  =====  ==========================================
    """
    question_id: int = await house.opened(days=10)
    first, second, third, _ = house.members
    await house.say(question_id, first, 0.9)
    await house.say(question_id, second, 0.5)
    await house.sweep(house.at(days=5))
    await house.say(question_id, second, 0.6, house.at(days=5))
    await house.say(question_id, third, 0.2, house.at(days=5))
    await house.propose(question_id, 1, house.at(days=10))
    await house.sweep(house.at(days=12))
    return question_id


async def test_the_brier_scores_are_those_worked_by_hand(house: Any) -> None:
    """.01; (.25 + .16) / 2 = .205; .64, not diluted by the five days before."""
    scores = await house.scores(await three_members(house))
    assert [score.brier for score in scores] == pytest.approx([0.01, 0.205, 0.64])


async def test_the_peer_scores_are_those_worked_by_hand(house: Any) -> None:
    """Half the window each: 50 times the advantages of both halves, and they sum to 0.

    Days 0 to 5: .25 - .01 = .24 and -.24.
    Days 5 to 10: (.16 + .64) / 2 - .01 = .39; (.01 + .64) / 2 - .16 = .165; (.01 + .16) / 2 - .64 = -.555.
    """
    scores = await house.scores(await three_members(house))
    assert [score.peer_brier for score in scores] == pytest.approx([12 + 19.5, -12 + 8.25, -27.75])


async def test_coverage_and_count_are_those_worked_by_hand(house: Any) -> None:
    """The third member was there for half the window; the second gave two forecasts."""
    scores = await house.scores(await three_members(house))
    assert [(score.coverage, score.forecasts) for score in scores] == [(1.0, 1), (1.0, 2), (0.5, 1)]


async def test_the_crowds_figures_are_those_worked_by_hand(house: Any) -> None:
    """Median (.09 + .16) / 2 = .125, at last .6, in the sealed round .7 of .9 and .5; uniform .25."""
    question_id = await three_members(house)
    (crowd,) = await house.rows(CrowdScore, question_id=question_id)
    assert (crowd.members, crowd.median, crowd.blind_median) == (3, 0.6, 0.7)
    assert (crowd.median_brier, crowd.uniform_brier) == pytest.approx((0.125, 0.25))


async def test_the_pools_score_is_that_worked_by_hand(house: Any) -> None:
    """Log-odds of .9, .6, .5, .2 are ln 9, ln 1.5, 0 and -ln 4; d(2) = 1.291503 and d(3) = 1.415339.

    Days 0 to 5: 1.291503 ln(9) / 2 = 1.418863, p = .805156, Brier .037964.
    Days 5 to 10: 1.415339 ln(9 * 1.5 / 4) / 3 = .573871, p = .639656, Brier .129848.
    """
    question_id = await three_members(house)
    (crowd,) = await house.rows(CrowdScore, question_id=question_id)
    assert crowd.pool_brier == pytest.approx((0.037964 + 0.129848) / 2, abs=1e-6)


async def test_the_stored_scores_are_those_of_the_pure_engine(house: Any) -> None:
    """The same rows given to `score_question`."""
    question_id = await three_members(house)
    rows = await house.rows(Forecast, question_id=question_id)
    pure = score_question(
        [row.member_id for row in rows],
        [microseconds(row.at) for row in rows],
        np.array([row.probabilities for row in rows]),
        opens_at=microseconds(house.at()),
        end=microseconds(house.at(days=10)),
        outcome=1,
    )
    stored = [(s.member_id, s.brier, s.peer_brier, s.coverage) for s in await house.scores(question_id)]
    assert stored == list(
        zip(pure.member.tolist(), pure.brier.tolist(), pure.peer_brier.tolist(), pure.coverage.tolist(),
            strict=True)
    )  # fmt: skip


async def test_the_card_shows_the_best_by_points(house: Any) -> None:
    """With points and Brier score."""
    card = await house.read(card_of, question_id=await three_members(house))
    best = [(line.user_id, round(line.peer_brier, 6), round(line.brier, 6)) for line in card.results.best]
    assert best == [(103, 31.5, 0.01), (104, -3.75, 0.205), (105, -27.75, 0.64)]


async def test_a_member_is_told_their_own_result(house: Any) -> None:
    """And who held no forecast has none."""
    question = await house.question(await three_members(house))
    async with house.database.reading() as session:
        own = await my_result(session, question=question, member_id=house.members[2])
        none = await my_result(session, question=question, member_id=house.members[3])
    assert own is not None
    assert (own.coverage, own.forecasts) == (0.5, 1)
    assert none is None


async def resolve(house: Any, question_id: int, known_day: float, day: float = 20) -> None:
    await house.propose(question_id, 1, house.at(days=day), known_at=house.at(days=known_day))
    await house.sweep(house.at(days=day + 2))


async def test_forecasts_after_the_outcome_was_public_earn_nothing(house: Any) -> None:
    """Known on day 10: the .99 of day 15 and whoever came on day 12 aren't in the window."""
    question_id = await house.opened()
    await house.say(question_id, house.members[0], 0.5)
    await house.say(question_id, house.members[0], 0.99, house.at(days=15))
    await house.say(question_id, house.members[1], 0.99, house.at(days=12))
    await resolve(house, question_id, known_day=10)
    (score,) = await house.scores(question_id)
    assert (score.member_id, score.brier, score.forecasts) == (house.members[0], 0.25, 1)


async def test_a_forecast_at_the_moment_it_became_known_is_too_late(house: Any) -> None:
    """The window is half open."""
    question_id = await house.opened()
    await house.say(question_id, house.members[0], 0.99, house.at(days=10))
    await resolve(house, question_id, known_day=10)
    assert await house.scores(question_id) == []


async def test_the_figure_before_the_debate_knows_nothing_of_a_public_outcome(house: Any) -> None:
    """Known at noon of the sealed day: who came later in the same round is in no figure."""
    question_id = await house.opened()
    await house.say(question_id, house.members[0], 0.5)
    await house.say(question_id, house.members[1], 0.99, house.at(days=0.75))
    await resolve(house, question_id, known_day=0.5, day=0.9)
    (crowd,) = await house.rows(CrowdScore)
    assert (crowd.members, crowd.blind_median) == (1, 0.5)


async def test_a_withdrawn_forecast_counts_for_the_time_it_was_held(house: Any) -> None:
    """Two of ten days."""
    question_id = await house.opened(days=10)
    await house.say(question_id, house.members[0], 0.5)
    await house.do(
        withdraw_forecast, question_id=question_id, member_id=house.members[0], now=house.at(days=2),
        interaction_id=house.interaction(),
    )  # fmt: skip
    await resolve(house, question_id, known_day=10)
    (score,) = await house.scores(question_id)
    assert (score.brier, score.coverage, score.peer_brier) == (0.25, 0.2, 0)


async def test_a_question_that_nobody_forecast_has_an_outcome_and_no_scores(house: Any) -> None:
    """An empty question is no error."""
    question_id = await house.opened()
    await resolve(house, question_id, known_day=20)
    assert (await house.question(question_id)).phase is Phase.RESOLVED
    assert await house.rows(CrowdScore) == []
    assert (await house.read(card_of, question_id=question_id)).results is None


async def test_an_outcome_known_at_the_opening_leaves_no_window(house: Any) -> None:
    """Nobody is scored, and nothing fails."""
    question_id = await house.opened()
    await house.say(question_id, house.members[0], 0.5)
    await resolve(house, question_id, known_day=0)
    assert await house.scores(question_id) == []


async def change_meaning(house: Any, question_id: int, day: float) -> None:
    async with house.database.transaction() as session:
        question = await locked_question(session, question_id=question_id, community_id=house.home)
        await advance(session, question, ChangeMeaning(), now=house.at(days=day))


async def test_forecasts_of_an_earlier_meaning_are_kept_and_not_scored(house: Any) -> None:
    """.1 for the first meaning, .9 for the second: Brier .01, and the window begins with the change."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.1, 0.3)
    await change_meaning(house, question_id, day=2)
    await house.say(question_id, house.members[0], 0.9, house.at(days=2))
    await resolve(house, question_id, known_day=12)
    (score,) = await house.scores(question_id)
    assert (score.member_id, round(score.brier, 6), score.coverage) == (house.members[0], 0.01, 1.0)
    assert [row.edition for row in await house.rows(Forecast)] == [1, 1, 2]


async def test_after_a_change_of_meaning_a_first_forecast_is_blind_again(house: Any) -> None:
    """The round is sealed anew, and what was said before isn't undone into it."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.1, 0.3, 0.5)
    await house.sweep(house.at(days=2))
    await change_meaning(house, question_id, day=3)
    done = await house.say(question_id, house.members[0], 0.9, house.at(days=3))
    assert (str(done.forecast.kind), done.previous) == ("blind", None)


async def test_a_crash_between_outcome_and_scores_is_impossible(house: Any) -> None:
    """They are one transaction: without its opening the scoring fails, and the outcome isn't there."""
    question_id = await house.opened()
    await house.say(question_id, house.members[0], 0.5)
    await house.propose(question_id, 1, house.at(days=1))
    await house.change(question_id, opens_at=None)
    with pytest.raises(ValueError, match="without a window"):
        await house.sweep(house.at(days=3))
    assert (await house.question(question_id)).phase is Phase.PROPOSED
    assert await house.rulings(question_id) == ["proposed"]
