"""A score can be derived again, step by step, from the forecasts alone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from forecasts.errors import NotFoundError, WrongPhaseError
from forecasts.explaining import explain_score
from forecasts.models import Score
from forecasts.rescoring import recomputed_scores


async def _resolved(house: Any) -> int:
    """Two members, 30 days, YES: 60 % all the time; 20 % for 15 days, then 80 %."""
    question_id = await house.opened()
    first, second, *_ = house.members
    await house.say(question_id, first, 0.6)
    await house.say(question_id, second, 0.2)
    await house.say(question_id, second, 0.8, house.at(days=15))
    await house.sweep(house.at(days=30))
    await house.propose(question_id, 1, house.at(days=30))
    await house.sweep(house.at(days=30) + timedelta(hours=48))
    return question_id


async def test_the_steps_add_up(house: Any) -> None:
    """(0.2 - 1)² = 0.64 and (0.8 - 1)² = 0.04, 15 days each: 0.34; against 0.16, -24 and +6 points: -18."""
    question_id = await _resolved(house)
    found = await house.read(explain_score, question_id=question_id, member_id=house.members[1])
    assert [step.brier for step in found.steps] == pytest.approx([0.64, 0.04])
    assert [step.points for step in found.steps] == pytest.approx([-24, 6])
    assert (found.brier, found.peer_brier, found.coverage) == pytest.approx((0.34, -18, 1))


async def test_the_median_stands_beside_each_step(house: Any) -> None:
    """Of 60 % and 20 % it is 40 %, of 60 % and 80 % it is 70 %."""
    question_id = await _resolved(house)
    found = await house.read(explain_score, question_id=question_id, member_id=house.members[1])
    assert [step.median for step in found.steps] == pytest.approx([0.4, 0.7])


async def test_the_derivation_gives_the_stored_score(house: Any) -> None:
    """What is explained is what is in the leaderboard."""
    question_id = await _resolved(house)
    for member_id in house.members[:2]:
        found = await house.read(explain_score, question_id=question_id, member_id=member_id)
        async with house.database.reading() as session:
            query = select(Score).where(Score.question_id == question_id, Score.member_id == member_id)
            stored = (await session.exec(query)).one()
        assert (found.brier, found.peer_brier) == pytest.approx((stored.brier, stored.peer_brier), abs=1e-9)


async def test_no_score_nothing_to_explain(house: Any) -> None:
    """Whoever held no forecast is told so."""
    question_id = await _resolved(house)
    with pytest.raises(NotFoundError, match="no score"):
        await house.read(explain_score, question_id=question_id, member_id=house.members[2])


async def test_an_open_question_has_no_score_yet(house: Any) -> None:
    """Scores come with the outcome; before it nothing of a question is derived."""
    question_id = await house.opened()
    with pytest.raises(WrongPhaseError, match="sealed"):
        await house.read(explain_score, question_id=question_id, member_id=house.members[0])


async def test_recomputing_finds_no_difference(house: Any) -> None:
    """Every stored score follows from the forecasts."""
    await _resolved(house)
    async with house.database.reading() as session:
        assert await recomputed_scores(session) == (2, [])


async def test_recomputing_finds_a_changed_score(house: Any) -> None:
    """A score that somebody touched is reported with its question and member."""
    question_id = await _resolved(house)
    async with house.database.transaction() as session:
        score = (await session.exec(select(Score).where(Score.question_id == question_id))).first()
        score.brier = 0.123
    async with house.database.reading() as session:
        checked, differences = await recomputed_scores(session)
    assert checked == 2
    assert len(differences) == 1
    assert f"question {question_id}" in differences[0]
