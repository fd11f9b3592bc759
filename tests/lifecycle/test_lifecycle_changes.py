"""A question whose meaning changes, and one whose close moves."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from forecasts.errors import InvalidInputError
from forecasts.events import Announcement, Approve, ChangeMeaning, Deadline, Extend, State
from forecasts.lifecycle import PROPOSABLE, TAKES_FORECASTS, transition
from forecasts.models.enums import Phase, Preset


def march(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def opened(preset: Preset) -> State:
    return transition(State(closes_at=march(31)), Approve(preset), now=march(2)).state


# In debate from 3 to 6 March, sealed round extended before, revealed on the 3rd.
DEBATE = replace(
    opened(Preset.STANDARD),
    phase=Phase.DEBATE,
    phase_started_at=march(3),
    phase_ends_at=march(6),
    revealed_at=march(3),
    blind_extended=True,
)
LATER = datetime(2026, 4, 10, 12, tzinfo=UTC)
CLOSED = replace(DEBATE, phase=Phase.CLOSED, phase_started_at=march(31), phase_ends_at=march(31))


def changed(state: State, now: datetime) -> State:
    return transition(state, ChangeMeaning(), now=now).state


def extended(state: State, closes_at: datetime, now: datetime, known_at: datetime | None = None) -> State:
    return transition(state, Extend(closes_at, known_at), now=now).state


@pytest.mark.parametrize("phase", sorted(TAKES_FORECASTS))
def test_a_changed_meaning_starts_a_new_sealed_round(phase: Phase) -> None:
    """From blind to rolling, everybody starts again."""
    assert changed(replace(DEBATE, phase=phase), march(5)).phase is Phase.BLIND


def test_a_changed_question_opens_again_now() -> None:
    """opens_at moves, so that earlier forecasts fall outside the scoring window."""
    assert changed(DEBATE, march(5)).opens_at == march(5)


def test_a_new_sealed_round_takes_as_long_as_the_first() -> None:
    """5 March 12:00 and 24 hours are 6 March 12:00."""
    assert changed(DEBATE, march(5)).phase_ends_at == march(6)


def test_a_changed_question_is_sealed_again() -> None:
    """What was revealed belongs to the earlier edition."""
    assert changed(DEBATE, march(5)).revealed_at is None


def test_a_changed_question_is_a_new_edition() -> None:
    """Forecasts of edition 1 are kept and not scored."""
    assert changed(DEBATE, march(5)).edition == 2


def test_a_new_sealed_round_can_be_extended_again() -> None:
    """Nobody came by 6 March: it goes on until the 7th, once more in this edition."""
    again = transition(changed(DEBATE, march(5)), Deadline(0), now=march(6)).state
    assert (again.phase, again.phase_ends_at) == (Phase.BLIND, march(7))


def test_a_changed_meaning_is_announced() -> None:
    """Everybody who forecast must do so again."""
    assert transition(DEBATE, ChangeMeaning(), now=march(5)).announce == (Announcement.RESTARTED,)


def test_a_change_near_the_close_makes_express_rounds() -> None:
    """25 March is under ten days before the 31st: the sealed round takes six hours."""
    assert changed(DEBATE, march(25)).phase_ends_at == march(25, 18)


def test_a_changed_rolling_question_gets_a_sealed_round() -> None:
    """The table knows one way back, to blind: preset rolling gives way to standard."""
    again = changed(opened(Preset.ROLLING), march(5))
    assert (again.phase, again.preset) == (Phase.BLIND, Preset.STANDARD)


def test_a_change_in_the_last_day_is_refused_with_the_way_out() -> None:
    """23 hours hold no sealed round, debate and last call; extending does."""
    with pytest.raises(InvalidInputError, match="Extend the question first"):
        changed(DEBATE, march(30, 13))


@pytest.mark.parametrize("phase", sorted(PROPOSABLE))
def test_an_extension_moves_the_close(phase: Phase) -> None:
    """From blind to closed."""
    assert extended(replace(DEBATE, phase=phase), LATER, march(5)).closes_at == LATER


@pytest.mark.parametrize("phase", sorted(TAKES_FORECASTS))
def test_an_extended_question_stays_in_its_phase(phase: Phase) -> None:
    """Extending changes no round."""
    assert extended(replace(DEBATE, phase=phase), LATER, march(5)).phase is phase


@pytest.mark.parametrize("phase", [Phase.BLIND, Phase.DEBATE, Phase.FINAL])
def test_an_extended_round_keeps_its_end(phase: Phase) -> None:
    """Only the close moves."""
    assert extended(replace(DEBATE, phase=phase), LATER, march(5)).phase_ends_at == march(6)


def test_an_extended_running_question_runs_until_the_new_close() -> None:
    """Rolling ends with the close."""
    running = replace(DEBATE, phase=Phase.ROLLING, phase_ends_at=march(31))
    assert extended(running, LATER, march(20)).phase_ends_at == LATER


def test_an_extended_closed_question_runs_again() -> None:
    """It takes forecasts until the new close."""
    state = extended(CLOSED, LATER, datetime(2026, 4, 1, 12, tzinfo=UTC))
    assert (state.phase, state.phase_ends_at) == (Phase.ROLLING, LATER)


def test_an_extended_closed_question_stays_public() -> None:
    """What everybody saw isn't hidden again."""
    assert extended(CLOSED, LATER, datetime(2026, 4, 1, 12, tzinfo=UTC)).revealed_at == march(3)


def test_a_question_does_not_resolve_before_its_new_close() -> None:
    """resolves_at moves along from 31 March to 10 April."""
    assert extended(DEBATE, LATER, march(5)).resolves_at == LATER


def test_a_resolve_date_behind_the_new_close_stays() -> None:
    """30 April is still later than 10 April."""
    resolves_at = datetime(2026, 4, 30, 12, tzinfo=UTC)
    assert extended(replace(DEBATE, resolves_at=resolves_at), LATER, march(5)).resolves_at == resolves_at


def test_an_extension_is_announced() -> None:
    """The card shows a new close."""
    assert transition(DEBATE, Extend(LATER), now=march(5)).announce == (Announcement.EXTENDED,)


@pytest.mark.parametrize("closes_at", [march(30), march(31)])
def test_an_extension_to_an_earlier_or_the_same_close_is_refused(closes_at: datetime) -> None:
    """The close only ever moves later."""
    with pytest.raises(InvalidInputError, match="later closing date"):
        extended(DEBATE, closes_at, march(5))


def test_an_extension_into_the_past_is_refused() -> None:
    """A closed question can't be given a close that is over already."""
    with pytest.raises(InvalidInputError, match="later closing date"):
        extended(CLOSED, LATER, datetime(2026, 4, 11, 12, tzinfo=UTC))


def test_an_extension_past_the_known_outcome_is_refused() -> None:
    """Known on 9 April, a close on the 10th would be a day of hindsight."""
    with pytest.raises(InvalidInputError, match="already public"):
        extended(DEBATE, LATER, march(5), datetime(2026, 4, 9, 12, tzinfo=UTC))


def test_an_extension_up_to_the_known_outcome_is_allowed() -> None:
    """Never past it, but up to it."""
    assert extended(DEBATE, LATER, march(5), LATER).closes_at == LATER
