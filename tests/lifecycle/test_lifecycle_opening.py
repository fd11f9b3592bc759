"""What a moderator does with a draft: approve it, or reject it."""

from datetime import UTC, datetime

import pytest

from forecasts.errors import InvalidInputError
from forecasts.events import Announcement, Approve, Reject, State
from forecasts.lifecycle import Transition, transition
from forecasts.models.enums import Phase, Preset


def march(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


CLOSE = march(31)
DRAFT = State(closes_at=CLOSE, resolves_at=CLOSE)


def approve(preset: Preset, closes_at: datetime = CLOSE) -> Transition:
    return transition(State(closes_at=closes_at), Approve(preset), now=march(2))


def test_a_standard_question_opens_sealed() -> None:
    """Approving moves a draft to blind."""
    assert approve(Preset.STANDARD).state.phase is Phase.BLIND


def test_an_approved_question_opens_at_once() -> None:
    """opens_at is the moment of the approval."""
    assert approve(Preset.STANDARD).state.opens_at == march(2)


def test_the_first_phase_starts_at_the_approval() -> None:
    """phase_started_at is the moment of the approval."""
    assert approve(Preset.STANDARD).state.phase_started_at == march(2)


def test_a_standard_question_is_sealed_for_a_day() -> None:
    """2 March 12:00 and 24 hours are 3 March 12:00."""
    assert approve(Preset.STANDARD).state.phase_ends_at == march(3)


def test_an_express_question_is_sealed_for_six_hours() -> None:
    """2 March 12:00 and 6 hours are 2 March 18:00."""
    assert approve(Preset.EXPRESS).state.phase_ends_at == march(2, 18)


def test_a_rolling_question_opens_running() -> None:
    """Preset rolling has no sealed round."""
    assert approve(Preset.ROLLING).state.phase is Phase.ROLLING


def test_a_rolling_question_runs_until_it_closes() -> None:
    """Preset rolling has one end, the close."""
    assert approve(Preset.ROLLING).state.phase_ends_at == march(31)


@pytest.mark.parametrize("preset", Preset)
def test_nothing_is_public_when_a_question_opens(preset: Preset) -> None:
    """No preset starts with public numbers, rolling included."""
    assert approve(preset).state.revealed_at is None


@pytest.mark.parametrize("preset", Preset)
def test_an_opening_is_announced(preset: Preset) -> None:
    """The card goes out whatever the preset."""
    assert approve(preset).announce == (Announcement.OPENED,)


def test_the_preset_is_remembered() -> None:
    """Later rounds take their lengths from the preset chosen at the approval."""
    assert approve(Preset.EXPRESS).state.preset is Preset.EXPRESS


def test_a_question_without_a_resolve_date_resolves_when_it_closes() -> None:
    """resolves_at falls back to closes_at."""
    assert approve(Preset.STANDARD).state.resolves_at == march(31)


def test_a_later_resolve_date_is_kept() -> None:
    """A question that closes on the 20th may resolve on the 31st."""
    draft = State(closes_at=march(20), resolves_at=march(31))
    opened = transition(draft, Approve(Preset.STANDARD), now=march(2)).state
    assert opened.resolves_at == march(31)


def test_a_preset_may_end_exactly_at_the_close() -> None:
    """Standard takes 24 + 72 + 24 = 120 hours: from 2 March 12:00 to a close on 7 March 12:00."""
    assert approve(Preset.STANDARD, march(7)).state.phase is Phase.BLIND


def test_a_standard_question_an_hour_too_short_is_offered_express() -> None:
    """119 hours hold no standard rounds; express takes 6 + 12 + 6 = 24 and is named."""
    with pytest.raises(InvalidInputError, match=r"standard takes 120 hours .* preset express does"):
        approve(Preset.STANDARD, march(7, 11))


@pytest.mark.parametrize("preset", [Preset.STANDARD, Preset.EXPRESS])
def test_a_question_under_a_day_is_offered_rolling(preset: Preset) -> None:
    """23 hours hold no express rounds either; rolling is named."""
    with pytest.raises(InvalidInputError, match="preset rolling does"):
        approve(preset, march(3, 11))


@pytest.mark.parametrize("closes_at", [march(2), march(1)])
def test_a_question_that_would_close_before_it_opens_is_refused(closes_at: datetime) -> None:
    """Even preset rolling needs some time before the close."""
    with pytest.raises(InvalidInputError, match="later closing date"):
        approve(Preset.ROLLING, closes_at)


def test_a_question_without_a_close_is_refused() -> None:
    """Only a thesis needs no dates."""
    with pytest.raises(InvalidInputError, match="no closing date"):
        transition(State(), Approve(Preset.STANDARD), now=march(2))


def test_a_rejected_draft_is_void() -> None:
    """Rejecting ends a draft."""
    assert transition(DRAFT, Reject(), now=march(2)).state.phase is Phase.VOID


def test_a_rejected_draft_has_no_deadline() -> None:
    """Nothing happens to it any more."""
    assert transition(DRAFT, Reject(), now=march(2)).state.phase_ends_at is None


def test_a_rejection_is_announced() -> None:
    """Whoever drafted it can be told."""
    assert transition(DRAFT, Reject(), now=march(2)).announce == (Announcement.REJECTED,)
