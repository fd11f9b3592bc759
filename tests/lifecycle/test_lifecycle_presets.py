"""How long rounds take, which preset fits, and when moderators are reminded."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.errors import InvalidInputError
from forecasts.events import Approve, State
from forecasts.lifecycle import transition
from forecasts.models.enums import Phase, Preset
from forecasts.presets import CHALLENGE_WINDOW, ROUNDS, next_reminder, suitable_preset, total_length

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LENGTHS = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=60))


@pytest.mark.parametrize(
    ("preset", "hours"), [(Preset.STANDARD, (24, 72, 24)), (Preset.EXPRESS, (6, 12, 6)), (Preset.ROLLING, ())]
)
def test_rounds_have_the_lengths_of_the_table(preset: Preset, hours: tuple[int, ...]) -> None:
    """Blind, debate and final in hours; rolling has none."""
    phases = (Phase.BLIND, Phase.DEBATE, Phase.FINAL)
    assert ROUNDS[preset] == {
        phase: timedelta(hours=length) for phase, length in zip(phases, hours, strict=False)
    }


@pytest.mark.parametrize(
    ("preset", "hours"), [(Preset.STANDARD, 120), (Preset.EXPRESS, 24), (Preset.ROLLING, 0)]
)
def test_the_total_is_the_sum_of_the_rounds(preset: Preset, hours: int) -> None:
    """24 + 72 + 24 = 120 and 6 + 12 + 6 = 24."""
    assert total_length(preset) == timedelta(hours=hours)


def test_a_proposal_can_be_challenged_for_two_days() -> None:
    """The default window is 48 hours."""
    assert timedelta(hours=48) == CHALLENGE_WINDOW


@pytest.mark.parametrize(
    ("length", "preset"),
    [
        (timedelta(days=30), Preset.STANDARD),
        (timedelta(days=10), Preset.STANDARD),
        (timedelta(days=10, seconds=-1), Preset.EXPRESS),
        (timedelta(hours=24), Preset.EXPRESS),
        (timedelta(hours=24, seconds=-1), Preset.ROLLING),
    ],
)
def test_the_default_preset_follows_the_time_left(length: timedelta, preset: Preset) -> None:
    """Standard, express under 10 days, rolling when 24 hours don't fit."""
    assert suitable_preset(now=NOW, closes_at=NOW + length) is preset


@pytest.mark.parametrize("days", [5, 90])
@pytest.mark.parametrize("preset", [Preset.EXPRESS, Preset.ROLLING])
def test_a_preferred_preset_is_kept_where_it_fits(preset: Preset, days: int) -> None:
    """A community that prefers another preset gets it for short and long questions."""
    assert suitable_preset(now=NOW, closes_at=NOW + timedelta(days=days), preferred=preset) is preset


@given(LENGTHS, st.sampled_from(Preset))
def test_a_suitable_preset_is_never_refused(length: timedelta, preferred: Preset) -> None:
    """Whatever suitable_preset says, approve accepts."""
    preset = suitable_preset(now=NOW, closes_at=NOW + length, preferred=preferred)
    assert transition(State(closes_at=NOW + length), Approve(preset), now=NOW).state.preset is preset


@given(LENGTHS, st.sampled_from(Preset))
def test_a_refusal_names_a_preset_that_fits(length: timedelta, preset: Preset) -> None:
    """Doing what the sentence says works."""
    draft = State(closes_at=NOW + length)
    try:
        transition(draft, Approve(preset), now=NOW)
    except InvalidInputError as error:
        named = Preset(str(error).removesuffix(" does.").split()[-1])
        assert transition(draft, Approve(named), now=NOW).state.preset is named


# Resolves on 2 March: reminders on the 2nd, 3rd, 5th, 9th, 16th, 23rd, 30th.
@pytest.mark.parametrize(
    ("after", "due_days"),
    [
        (timedelta(seconds=-1), 0),
        (timedelta(), 1),
        (timedelta(days=1), 3),
        (timedelta(days=2), 3),
        (timedelta(days=3), 7),
        (timedelta(days=7), 14),
        (timedelta(days=13), 14),
        (timedelta(days=14), 21),
        (timedelta(days=100), 105),
    ],
)
def test_reminders_come_after_0_1_3_7_days_then_weekly(after: timedelta, due_days: int) -> None:
    """The next one is strictly later than now."""
    assert next_reminder(NOW, now=NOW + after) == NOW + timedelta(days=due_days)


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4000)))
def test_moderators_never_wait_longer_than_a_week(after: timedelta) -> None:
    """The next reminder lies within seven days, however old the question."""
    now = NOW + after
    assert now < next_reminder(NOW, now=now) <= now + timedelta(days=7)
