"""Deadlines: each effect once, caught up in order, announced once."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from forecasts.errors import InvalidInputError
from forecasts.forecasting import withdraw_forecast
from forecasts.models import Community, OutboxMessage, Phase, Preset, Resolution
from forecasts.sweep import advance_one_due, beat, first_due, next_deadline


async def forecast(house: Any, **values: Any) -> int:
    """Open a question that four members forecast: it isn't extended for want of forecasts."""
    question_id: int = await house.opened(**values)
    await house.all_say(question_id, 0.2, 0.4, 0.6, 0.8)
    return question_id


async def owed(house: Any, kind: str = "notice") -> list[dict[str, Any]]:
    """Return what the outbox holds of a kind, oldest first."""
    return [message.payload for message in await house.rows(OutboxMessage, kind=kind)]


async def due(house: Any) -> datetime | None:
    async with house.database.reading() as session:
        return await next_deadline(session)


@pytest.mark.parametrize(
    ("hours", "phase"),
    [
        (23.99, Phase.BLIND),
        (24, Phase.DEBATE),
        (24 + 72, Phase.FINAL),
        (24 + 72 + 24, Phase.ROLLING),
        (30 * 24 - 0.01, Phase.ROLLING),
        (30 * 24, Phase.CLOSED),
    ],
)
async def test_a_question_stands_where_its_deadlines_say(house: Any, hours: float, phase: Phase) -> None:
    """Preset standard, in one sweep from wherever it was."""
    question_id = await forecast(house)
    await house.sweep(house.at(hours=hours))
    assert (await house.question(question_id)).phase is phase


async def test_a_second_sweep_changes_nothing(house: Any) -> None:
    """Same moment, same database: no row differs, no message more."""
    question_id = await forecast(house)
    assert await house.sweep(house.at(hours=24)) == [question_id]
    before = (await house.question(question_id), await house.rows(OutboxMessage))
    assert await house.sweep(house.at(hours=24)) == []
    assert (await house.question(question_id), await house.rows(OutboxMessage)) == before


async def test_two_sweeps_at_once_move_a_question_once(house: Any) -> None:
    """BEGIN IMMEDIATE is the claim."""
    question_id = await forecast(house)
    moved = await asyncio.gather(*(house.sweep(house.at(hours=24)) for _ in range(4)))
    assert sorted(moved) == [[], [], [], [question_id]]
    assert len(await owed(house)) == 1


async def test_what_is_due_longest_moves_first(house: Any) -> None:
    """Whatever the order of ids."""
    slow, quick = await forecast(house, days=30), await forecast(house, days=3)  # express: 6 hours
    assert await house.sweep(house.at(hours=24)) == [quick, slow]


async def test_drafts_and_resolved_questions_are_never_due(house: Any) -> None:
    """They have no deadline."""
    await house.draft()
    await house.resolved(0.5)
    assert await house.sweep(house.at(days=1_000)) == []


async def test_the_reveal_is_said_aloud_and_on_time(house: Any) -> None:
    """One message of its own, and the card is brought up to date."""
    await forecast(house)
    await house.sweep(house.at(hours=24, minutes=9))
    assert await owed(house) == [{"announce": ["revealed"], "late": False, "version": 0}]
    assert len(await owed(house, "refresh")) == 2  # one for the forecasts at the start, one for the reveal


async def test_after_a_long_downtime_everything_is_announced_once_as_late(house: Any) -> None:
    """Reveal, last call and close were missed: one message for all of it, and one note."""
    await forecast(house)
    await house.sweep(house.at(days=31))
    assert await owed(house) == [{"announce": ["revealed", "last call"], "late": True, "version": 0}]
    assert await owed(house, "note") == [{"announce": ["reminder"], "late": True, "version": 0}]


async def test_a_reveal_and_a_resolution_missed_together_are_one_message(house: Any) -> None:
    """With a default outcome and no window to challenge it, the question went all the way."""
    await house.change(house.home, Community, challenge_hours=0)
    question_id = await forecast(house, default_outcome=0)
    await house.sweep(house.at(days=31))
    assert (await house.question(question_id)).phase is Phase.RESOLVED
    assert [payload["announce"] for payload in await owed(house)] == [
        ["revealed", "last call", "proposed", "resolved"]
    ]


async def test_a_caught_up_phase_begins_where_the_one_before_ended(house: Any) -> None:
    """24 + 72 hours is the start of the last call, whenever the sweep came by."""
    question_id = await forecast(house)
    await house.sweep(house.at(hours=100))
    question = await house.question(question_id)
    assert (question.phase_started_at, question.phase_ends_at) == (house.at(hours=96), house.at(hours=120))


@pytest.mark.parametrize("forecasts", [0, 2])
async def test_a_thin_sealed_round_is_extended_once(house: Any, forecasts: int) -> None:
    """Below three forecasts by its own length: 24 hours more, then the reveal comes anyway."""
    question_id = await house.opened()
    await house.all_say(question_id, *[0.5] * forecasts)
    await house.sweep(house.at(hours=24))
    question = await house.question(question_id)
    assert (question.phase, question.phase_ends_at) == (Phase.BLIND, house.at(hours=48))
    await house.sweep(house.at(hours=48))
    assert (await house.question(question_id)).phase is Phase.DEBATE


async def test_three_forecasts_are_enough(house: Any) -> None:
    """The extension is for fewer."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.2, 0.5, 0.7)
    await house.sweep(house.at(hours=24))
    assert (await house.question(question_id)).phase is Phase.DEBATE


async def test_a_withdrawn_forecast_is_not_counted(house: Any) -> None:
    """Three were given, two are in force."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.2, 0.5, 0.7)
    await house.do(
        withdraw_forecast, question_id=question_id, member_id=house.members[0],
        interaction_id=house.interaction(), now=house.at(hours=1),
    )  # fmt: skip
    await house.sweep(house.at(hours=24))
    assert (await house.question(question_id)).phase is Phase.BLIND


async def test_an_extension_is_not_said_aloud(house: Any) -> None:
    """The card shows the new end; nobody needs a message for it."""
    await house.opened()
    await house.sweep(house.at(hours=24))
    assert await owed(house) == []
    assert len(await owed(house, "refresh")) == 1


async def test_a_round_that_fell_into_a_downtime_gets_more_time(house: Any) -> None:
    """Offline from hour 5 of 24 to hour 30: nobody could use the last half, so 6 hours more from now."""
    question_id = await forecast(house)
    await house.sweep(house.at(hours=30), offline_since=house.at(hours=5))
    question = await house.question(question_id)
    assert (question.phase, question.phase_ends_at) == (Phase.BLIND, house.at(hours=36))


async def test_a_downtime_after_half_of_the_round_costs_nobody_anything(house: Any) -> None:
    """Offline from hour 13: the round ends as planned."""
    question_id = await forecast(house)
    await house.sweep(house.at(hours=30), offline_since=house.at(hours=13))
    assert (await house.question(question_id)).phase is Phase.DEBATE


async def test_a_default_outcome_is_proposed_by_the_bot(house: Any) -> None:
    """No member, no link, no moment at which it became public: the note says why."""
    question_id = await forecast(house, default_outcome=0)
    await house.sweep(house.at(days=30))
    (proposal,) = await house.rows(Resolution)
    assert (proposal.member_id, proposal.outcome, proposal.evidence_url, proposal.known_at) == (
        None, 0, "", None,
    )  # fmt: skip
    assert "No evidence was brought" in proposal.note
    assert (await house.question(question_id)).phase_ends_at == house.at(days=32)


async def test_an_unchallenged_default_is_resolved_and_scored(house: Any) -> None:
    """After 48 hours, over the whole window up to the close."""
    question_id = await forecast(house, default_outcome=0)
    await house.sweep(house.at(days=30))
    await house.sweep(house.at(days=32))
    assert await house.rulings(question_id) == ["proposed", "final"]
    assert [round(score.brier, 6) for score in await house.scores(question_id)] == [0.04, 0.16, 0.36, 0.64]
    assert {score.coverage for score in await house.scores(question_id)} == {1.0}


async def test_a_default_waits_for_the_resolve_date(house: Any) -> None:
    """Closed on day 30, due on day 40."""
    question_id = await forecast(house, default_outcome=0, resolves_at=house.at(days=40))
    await house.sweep(house.at(days=39))
    assert (await house.question(question_id)).phase is Phase.CLOSED
    await house.sweep(house.at(days=40))
    assert (await house.question(question_id)).phase is Phase.PROPOSED


async def test_moderators_are_reminded_after_0_1_3_and_7_days_then_weekly(house: Any) -> None:
    """Counted from the resolve date, one note each, and the question stays closed."""
    question_id = await forecast(house, resolves_at=house.at(days=40))
    await house.sweep(house.at(days=30))
    reminded = []
    for _ in range(7):
        moment = (await house.question(question_id)).phase_ends_at
        reminded.append((moment - house.at(days=40)).days)
        await house.sweep(moment)
    assert reminded == [0, 1, 3, 7, 14, 21, 28]
    assert [payload["announce"] for payload in await owed(house, "note")] == [["reminder"]] * 7
    assert (await house.question(question_id)).phase is Phase.CLOSED


async def test_reminders_missed_in_a_downtime_are_one(house: Any) -> None:
    """Back on day 45: one note, and the next after a week."""
    question_id = await forecast(house, resolves_at=house.at(days=40))
    await house.sweep(house.at(days=30))
    await house.sweep(house.at(days=45))
    assert len(await owed(house, "note")) == 1
    assert (await house.question(question_id)).phase_ends_at == house.at(days=47)


async def stuck_and_sound(house: Any) -> tuple[int, int]:
    """Return a question that can't be moved since it lost its close, and a sound one due later."""
    stuck, sound = await forecast(house, days=3), await forecast(house)
    await house.change(stuck, closes_at=None)
    return stuck, sound


async def test_a_question_that_fails_changes_nothing(house: Any) -> None:
    """Its transaction is rolled back, and its name can be asked for."""
    stuck, _ = await stuck_and_sound(house)
    with pytest.raises(InvalidInputError):
        await house.sweep(house.at(hours=24))
    async with house.database.reading() as session:
        assert await first_due(session, now=house.at(hours=24)) == stuck
    assert (await house.question(stuck)).phase is Phase.BLIND
    assert await owed(house) == []


async def test_a_question_that_fails_does_not_hold_up_the_others(house: Any) -> None:
    """Left out, the next one is taken."""
    stuck, sound = await stuck_and_sound(house)
    assert await house.sweep(house.at(hours=24), except_for=frozenset({stuck})) == [sound]


async def test_a_sweep_that_dies_before_its_commit_leaves_everything_to_the_next(house: Any) -> None:
    """State and messages come together or not at all."""
    question_id = await forecast(house)

    async def die() -> None:
        async with house.database.transaction() as session:
            assert await advance_one_due(session, now=house.at(hours=24)) == question_id
            raise SystemError

    with pytest.raises(SystemError):
        await die()
    assert await owed(house) == []
    assert await house.sweep(house.at(hours=24)) == [question_id]
    assert len(await owed(house)) == 1


async def test_the_alarm_is_set_to_the_next_deadline(house: Any) -> None:
    """Of questions and digests, whichever is first; both communities' digests are due on Sunday 18:00."""
    assert await due(house) == datetime.fromisoformat("2026-03-08T18:00Z")
    await house.opened(days=0.5, preset=Preset.ROLLING)
    assert await due(house) == house.at(days=0.5)


async def test_a_server_that_was_left_rings_no_alarm(house: Any) -> None:
    """Its digest is never due again."""
    for community_id in (house.home, house.next_door):
        await house.change(community_id, Community, left_at=house.at())
    assert await due(house) is None


async def test_the_heartbeat_tells_when_it_beat_before(house: Any) -> None:
    """Nothing at the first start, then the last time."""
    told = []
    for hours in (0, 1, 5):
        async with house.database.transaction() as session:
            told.append(await beat(session, now=house.at(hours=hours)))
    assert told == [None, house.at(), house.at(hours=1)]
