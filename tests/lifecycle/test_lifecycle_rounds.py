"""Deadlines from the sealed round to the close, on time and after a downtime."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from forecasts.errors import WrongPhaseError
from forecasts.events import Announcement, Approve, Deadline, State
from forecasts.lifecycle import transition
from forecasts.models.enums import Phase, Preset


def march(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


CLOSE = march(31)


def opened(preset: Preset = Preset.STANDARD, closes_at: datetime = CLOSE) -> State:
    return transition(State(closes_at=closes_at), Approve(preset), now=march(2)).state


def swept(state: State, times: int, forecasts: int = 3) -> State:
    """Apply deadlines exactly on time."""
    for _ in range(times):
        assert state.phase_ends_at is not None
        state = transition(state, Deadline(forecasts), now=state.phase_ends_at).state
    return state


# Standard from 2 March 12:00: blind to the 3rd, debate to the 6th, final to the 7th, then rolling.
# Express from 2 March 12:00: blind to 18:00, debate to the 3rd 06:00, final to 12:00, then rolling.
@pytest.mark.parametrize(
    ("preset", "deadlines", "phase", "ends_at"),
    [
        (Preset.STANDARD, 1, Phase.DEBATE, march(6)),
        (Preset.STANDARD, 2, Phase.FINAL, march(7)),
        (Preset.STANDARD, 3, Phase.ROLLING, march(31)),
        (Preset.EXPRESS, 1, Phase.DEBATE, march(3, 6)),
        (Preset.EXPRESS, 2, Phase.FINAL, march(3, 12)),
        (Preset.EXPRESS, 3, Phase.ROLLING, march(31)),
        (Preset.STANDARD, 4, Phase.CLOSED, march(31)),
        (Preset.EXPRESS, 4, Phase.CLOSED, march(31)),
        (Preset.ROLLING, 1, Phase.CLOSED, march(31)),
    ],
)
def test_each_deadline_leads_to_the_next_phase(
    preset: Preset, deadlines: int, phase: Phase, ends_at: datetime
) -> None:
    """Rounds follow one another, then rolling until the close, then closed until resolves_at."""
    state = swept(opened(preset), deadlines)
    assert (state.phase, state.phase_ends_at) == (phase, ends_at)


@pytest.mark.parametrize(
    ("deadlines", "announced"),
    [
        (0, Announcement.REVEALED),
        (1, Announcement.LAST_CALL),
        (2, Announcement.RUNNING),
        (3, Announcement.CLOSED),
    ],
)
def test_each_deadline_is_announced(deadlines: int, announced: Announcement) -> None:
    """One announcement a deadline."""
    state = swept(opened(), deadlines)
    assert state.phase_ends_at is not None
    assert transition(state, Deadline(3), now=state.phase_ends_at).announce == (announced,)


def test_a_deadline_before_its_time_is_refused() -> None:
    """An hour early is early."""
    with pytest.raises(WrongPhaseError):
        transition(opened(), Deadline(3), now=march(3, 11))


def test_a_late_deadline_starts_the_next_phase_when_it_was_due() -> None:
    """Swept five hours late, the debate still runs from 3 March 12:00 to 6 March 12:00."""
    late = transition(opened(), Deadline(3), now=march(3, 17)).state
    assert (late.phase_started_at, late.phase_ends_at) == (march(3), march(6))


def test_the_end_of_the_sealed_round_reveals() -> None:
    """From debate on, numbers are public."""
    assert swept(opened(), 1).revealed_at == march(3)


def test_a_late_reveal_is_dated_when_it_happened() -> None:
    """Nobody saw a number before the sweep came: a forecast given until then is a blind one."""
    assert transition(opened(), Deadline(3), now=march(3, 17)).state.revealed_at == march(3, 17)


def test_later_phases_keep_the_time_of_the_reveal() -> None:
    """Neither the last call nor the close moves it."""
    assert swept(opened(), 4).revealed_at == march(3)


def test_a_rolling_question_is_revealed_by_its_close() -> None:
    """Preset rolling makes numbers public at closed."""
    assert swept(opened(Preset.ROLLING), 1).revealed_at == march(31)


def test_a_question_stays_closed_until_it_resolves() -> None:
    """A close on the 20th with resolves_at on the 31st is due again on the 31st."""
    draft = State(closes_at=march(20), resolves_at=march(31))
    state = transition(draft, Approve(Preset.ROLLING), now=march(2)).state
    assert swept(state, 1).phase_ends_at == march(31)


def test_two_forecasts_extend_the_sealed_round() -> None:
    """Below three forecasts 24 hours follow 3 March 12:00."""
    state = swept(opened(), 1, forecasts=2)
    assert (state.phase, state.phase_ends_at) == (Phase.BLIND, march(4))


def test_an_express_sealed_round_is_extended_by_six_hours() -> None:
    """It is extended by its own length: from 2 March 18:00 to 3 March 00:00."""
    assert swept(opened(Preset.EXPRESS), 1, forecasts=0).phase_ends_at == march(3, 0)


def test_an_extended_sealed_round_stays_sealed() -> None:
    """More time reveals nothing."""
    assert swept(opened(), 1, forecasts=2).revealed_at is None


def test_an_extended_sealed_round_is_announced() -> None:
    """Its card shows a new end."""
    assert transition(opened(), Deadline(2), now=march(3)).announce == (Announcement.MORE_TIME,)


def test_three_forecasts_are_enough() -> None:
    """At three the sealed round ends."""
    assert swept(opened(), 1, forecasts=3).phase is Phase.DEBATE


def test_the_sealed_round_is_extended_only_once() -> None:
    """Nobody came on the second day either: the debate opens on 4 March."""
    state = swept(opened(), 2, forecasts=0)
    assert (state.phase, state.phase_started_at) == (Phase.DEBATE, march(4))


def test_an_extended_sealed_round_ends_with_the_close() -> None:
    """A sealed round whose second day would pass a close at 3 March 20:00 ends there."""
    state = replace(opened(), closes_at=march(3, 20))
    assert swept(state, 1, forecasts=0).phase_ends_at == march(3, 20)


def test_a_debate_ends_with_the_close() -> None:
    """After an extended blind round a debate of 72 hours from 4 March meets a close at 6 March 12:00."""
    state = replace(opened(), closes_at=march(6))
    assert swept(state, 2, forecasts=0).phase_ends_at == march(6)


def test_a_last_call_ends_with_the_close() -> None:
    """Standard in exactly 120 hours, extended by 24: debate 4 to 7 March, and no last call is left."""
    state = swept(opened(closes_at=march(7)), 3, forecasts=0)
    assert (state.phase, state.phase_ends_at) == (Phase.FINAL, march(7))


def test_a_sealed_round_that_ends_at_the_close_is_not_extended() -> None:
    """There is no time to give: it reveals."""
    state = replace(opened(), closes_at=march(3))
    assert swept(state, 1, forecasts=0).phase is Phase.DEBATE


def restarted(state: State, offline_since: datetime, now: datetime) -> State:
    return transition(state, Deadline(3, offline_since=offline_since), now=now).state


def test_a_sealed_round_whose_last_half_was_a_downtime_gets_six_hours() -> None:
    """Down from the middle, 3 March 00:00, to 3 March 15:00: sealed until 21:00."""
    state = restarted(opened(), march(3, 0), march(3, 15))
    assert (state.phase, state.phase_ends_at) == (Phase.BLIND, march(3, 21))


def test_a_round_whose_last_half_was_partly_up_gets_nothing() -> None:
    """Up until 3 March 01:00, an hour past the middle: the debate opens as planned."""
    assert restarted(opened(), march(3, 1), march(3, 15)).phase is Phase.DEBATE


def test_a_downtime_gives_a_phase_no_more_than_its_own_length() -> None:
    """A last call that had 3 hours until the close of an extended question gets 3 hours from the restart."""
    state = State(
        phase=Phase.FINAL,
        preset=Preset.EXPRESS,
        phase_started_at=march(5, 9),
        phase_ends_at=march(5, 12),
        closes_at=march(31),
    )
    assert restarted(state, march(5, 9), march(5, 20)).phase_ends_at == march(5, 23)


def test_a_downtime_moves_no_close() -> None:
    """A debate lost until 2 hours before the close gets those 2 hours."""
    state = replace(swept(opened(), 1), closes_at=march(6, 16))
    assert restarted(state, march(3, 13), march(6, 14)).phase_ends_at == march(6, 16)


def test_a_close_missed_in_a_downtime_stays_where_it_was() -> None:
    """Rolling ends at closes_at, whoever was down."""
    state = restarted(opened(Preset.ROLLING), march(2, 13), march(31, 15))
    assert (state.phase, state.phase_started_at) == (Phase.CLOSED, march(31))


def test_time_given_back_is_announced() -> None:
    """The card shows a new end."""
    event = Deadline(3, offline_since=march(2, 20))
    assert transition(opened(), event, now=march(3, 15)).announce == (Announcement.MORE_TIME,)


def test_time_given_back_does_not_use_up_the_extension() -> None:
    """After the six hours a sealed round with one forecast still gets its 24: 3 March 21:00 to the 4th."""
    state = restarted(opened(), march(2, 20), march(3, 15))
    assert swept(state, 1, forecasts=1).phase_ends_at == march(4, 21)


def test_phases_missed_together_are_caught_up_in_order() -> None:
    """Down from 3 March 09:00 to 8 March 12:00: the reveal at once, then six hours of debate."""
    first = restarted(opened(), march(3, 9), march(8))
    second = restarted(first, march(3, 9), march(8))
    assert (second.phase, second.phase_ends_at) == (Phase.DEBATE, march(8, 18))


def test_a_challenge_window_lost_to_a_downtime_is_given_back() -> None:
    """48 hours from 2 March, down from the first hour: six hours to challenge from the restart."""
    state = State(phase=Phase.PROPOSED, phase_started_at=march(2), phase_ends_at=march(4), closes_at=march(2))
    assert restarted(state, march(2, 13), march(5)).phase_ends_at == march(5, 18)


def test_no_window_is_given_back_as_none() -> None:
    """A proposal without a window has nothing to lose."""
    state = State(phase=Phase.PROPOSED, phase_started_at=march(2), phase_ends_at=march(2), closes_at=march(2))
    assert restarted(state, march(1), march(5)).phase is Phase.RESOLVED
