"""A thesis has the rounds of a question and no end: it is debated, never resolved."""

from datetime import UTC, datetime, timedelta

import pytest

from forecasts.errors import WrongPhaseError
from forecasts.events import (
    Announcement,
    Approve,
    ChangeMeaning,
    Deadline,
    Extend,
    MakeThesis,
    Propose,
    State,
    Void,
)
from forecasts.lifecycle import transition
from forecasts.models.enums import Kind, Phase, Preset
from forecasts.presets import CHALLENGE_WINDOW


def march(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


DRAFT = State(closes_at=march(31), resolves_at=march(31), default_outcome=0)


def thesis(*deadlines: datetime, forecasts: int = 3) -> State:
    """Open a thesis on 2 March at noon and sweep at some moments."""
    state = transition(DRAFT, MakeThesis(), now=march(2)).state
    for moment in deadlines:
        state = transition(state, Deadline(forecasts), now=moment).state
    return state


DEBATED, LAST_CALL, RUNNING = [march(3)], [march(3), march(6)], [march(3), march(6), march(7)]


def test_a_thesis_opens_sealed() -> None:
    """First credences are given blind, as with a question."""
    assert thesis().phase is Phase.BLIND


def test_making_a_thesis_changes_the_kind() -> None:
    """The draft of a binary question becomes a thesis."""
    assert thesis().kind is Kind.THESIS


def test_a_thesis_needs_no_dates() -> None:
    """A draft without a close can become one."""
    assert transition(State(), MakeThesis(), now=march(2)).state.opens_at == march(2)


def test_a_thesis_drops_the_dates_and_the_default_of_its_draft() -> None:
    """Nothing that could resolve it stays behind."""
    opened = thesis()
    assert (opened.closes_at, opened.resolves_at, opened.default_outcome) == (None, None, None)


def test_a_thesis_is_announced() -> None:
    """Its card goes out like any other."""
    assert transition(DRAFT, MakeThesis(), now=march(2)).announce == (Announcement.OPENED,)


def test_a_thesis_is_sealed_for_a_day() -> None:
    """Its rounds are those of preset standard: 2 March 12:00 and 24 hours are 3 March 12:00."""
    assert (thesis().preset, thesis().phase_ends_at) == (Preset.STANDARD, march(3))


def test_below_three_credences_the_seal_holds_a_day_longer() -> None:
    """Two credences by 3 March: sealed until 4 March."""
    extended = thesis(march(3), forecasts=2)
    assert (extended.phase, extended.phase_ends_at) == (Phase.BLIND, march(4))


def test_the_seal_is_extended_once_only() -> None:
    """On 4 March the two credences are shown."""
    assert thesis(march(3), march(4), forecasts=2).phase is Phase.DEBATE


def test_a_thesis_is_revealed_after_its_sealed_round() -> None:
    """The numbers are public from the reveal on."""
    assert thesis(*DEBATED).revealed_at == march(3)


def test_a_thesis_is_debated_for_three_days() -> None:
    """3 March and 72 hours are 6 March."""
    debated = thesis(*DEBATED)
    assert (debated.phase, debated.phase_ends_at) == (Phase.DEBATE, march(6))


def test_the_last_call_of_a_thesis_takes_a_day() -> None:
    """6 March and 24 hours are 7 March."""
    called = thesis(*LAST_CALL)
    assert (called.phase, called.phase_ends_at) == (Phase.FINAL, march(7))


def test_after_its_last_call_a_thesis_runs_without_an_end() -> None:
    """It is no business of the sweep any more."""
    running = thesis(*RUNNING)
    assert (running.phase, running.phase_ends_at) == (Phase.ROLLING, None)


def test_a_deadline_never_comes_for_a_running_thesis() -> None:
    """Without an end, no moment is late enough."""
    with pytest.raises(WrongPhaseError):
        transition(thesis(*RUNNING), Deadline(3), now=march(31))


def test_a_round_that_fell_into_a_downtime_gets_six_hours() -> None:
    """Away from 2 March 13:00 to 4 March 12:00: sealed until 18:00, no close to stop it."""
    state = transition(thesis(), Deadline(3, offline_since=march(2, 13)), now=march(4)).state
    assert (state.phase, state.phase_ends_at) == (Phase.BLIND, march(4, 18))


@pytest.mark.parametrize("deadlines", [[], DEBATED, LAST_CALL, RUNNING])
def test_a_thesis_is_never_resolved(deadlines: list[datetime]) -> None:
    """Nobody can propose an outcome for it, in any phase."""
    with pytest.raises(WrongPhaseError, match="never resolved"):
        transition(thesis(*deadlines), Propose(CHALLENGE_WINDOW), now=march(8))


def test_a_thesis_has_no_close_to_extend() -> None:
    """The sentence doesn't ask for the date that was just given."""
    with pytest.raises(WrongPhaseError, match="thesis"):
        transition(thesis(), Extend(march(31)), now=march(3))


def test_a_draft_of_a_thesis_is_not_approved_as_a_question() -> None:
    """Without dates it can't be one; the way to open it is named."""
    with pytest.raises(WrongPhaseError, match="Open as thesis"):
        transition(State(kind=Kind.THESIS), Approve(Preset.STANDARD), now=march(2))


@pytest.mark.parametrize("deadlines", [[], DEBATED, LAST_CALL, RUNNING])
def test_a_thesis_may_be_voided(deadlines: list[datetime]) -> None:
    """A moderator takes it back in any phase."""
    assert transition(thesis(*deadlines), Void(), now=march(8)).state.phase is Phase.VOID


def test_a_new_meaning_seals_a_thesis_again() -> None:
    """Restarted on 8 March: a second edition, sealed until 9 March, nothing public."""
    again = transition(thesis(*RUNNING), ChangeMeaning(), now=march(8)).state
    assert (again.edition, again.phase, again.phase_ends_at, again.revealed_at) == (
        2, Phase.BLIND, march(8) + timedelta(days=1), None,
    )  # fmt: skip
