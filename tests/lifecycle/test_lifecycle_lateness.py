"""A sweep that comes late, or seldom, ends where a punctual one does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forecasts.events import Announcement, Approve, Deadline, Propose, State
from forecasts.lifecycle import TAKES_FORECASTS, transition
from forecasts.models.enums import Phase, Preset
from forecasts.presets import CATCH_UP, suitable_preset

START = datetime(2026, 3, 2, 12, tzinfo=UTC)

moments = st.integers(0, 90 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
crowds = st.integers(0, 5)


@st.composite
def opened(draw: st.DrawFn) -> State:
    """Draw a question that opened at START, without a default outcome."""
    closes_at = START + timedelta(minutes=draw(st.integers(1, 40 * 24 * 60)))
    resolves_at = closes_at + timedelta(minutes=draw(st.integers(0, 20 * 24 * 60)))
    preferred = draw(st.sampled_from(Preset))
    preset = suitable_preset(now=START, closes_at=closes_at, preferred=preferred)
    return transition(State(closes_at=closes_at, resolves_at=resolves_at), Approve(preset), now=START).state


def swept(state: State, forecasts: int, now: datetime) -> tuple[State, list[Announcement]]:
    """Apply all that is due at ``now``."""
    announced: list[Announcement] = []
    while state.phase_ends_at is not None and state.phase_ends_at <= now:
        result = transition(state, Deadline(forecasts), now=now)
        assert result.state != state
        state = result.state
        announced.extend(result.announce)
    return state, announced


def punctual(state: State, forecasts: int, until: datetime) -> tuple[State, list[Announcement]]:
    """Apply each deadline at its very moment."""
    announced: list[Announcement] = []
    while state.phase_ends_at is not None and state.phase_ends_at <= until:
        result = transition(state, Deadline(forecasts), now=state.phase_ends_at)
        assert result.state != state
        state = result.state
        announced.extend(result.announce)
    return state, announced


@given(opened(), crowds, st.lists(moments, max_size=8), moments)
def test_deadlines_may_be_swept_in_any_batches(
    question: State, forecasts: int, sweeps: list[datetime], end: datetime
) -> None:
    """Phase, start, end and all else agree; only the reveal is dated when it really happened."""
    late = question
    for now in sorted([*(moment for moment in sweeps if moment < end), end]):
        late, _ = swept(late, forecasts, now)
    expected, _ = punctual(question, forecasts, end)
    assert replace(late, revealed_at=None) == replace(expected, revealed_at=None)


@given(opened(), crowds, moments)
def test_lateness_reveals_neither_more_nor_earlier(question: State, forecasts: int, end: datetime) -> None:
    """Numbers are public after a late sweep if they would be after a punctual one."""
    late, _ = swept(question, forecasts, end)
    expected, _ = punctual(question, forecasts, end)
    assert (late.revealed_at is None) == (expected.revealed_at is None)
    assert late.revealed_at in {None, end}


@given(opened(), crowds, moments)
def test_a_late_sweep_announces_the_same_things_in_order(
    question: State, forecasts: int, end: datetime
) -> None:
    """Nothing is lost or doubled; only several missed reminders are one."""
    _, late = swept(question, forecasts, end)
    _, expected = punctual(question, forecasts, end)
    reminded = Announcement.REMINDER in expected
    assert late == [what for what in expected if what is not Announcement.REMINDER] + (
        [Announcement.REMINDER] if reminded else []
    )


@given(opened(), crowds, moments, st.sampled_from([0, 12, 48]))
def test_a_default_is_proposed_however_late(
    question: State, forecasts: int, end: datetime, window: int
) -> None:
    """From resolves_at on the bot proposes at the first sweep, and members have the whole window."""
    state = replace(question, default_outcome=0)
    while state.phase is not Phase.PROPOSED and state.phase_ends_at and state.phase_ends_at <= end:
        state = transition(state, Deadline(forecasts, window=timedelta(hours=window)), now=end).state
    assert question.resolves_at is not None
    if end < question.resolves_at:
        assert state.phase is not Phase.PROPOSED
    else:
        assert (state.phase, state.phase_ends_at) == (Phase.PROPOSED, end + timedelta(hours=window))


@given(opened(), crowds, moments, moments)
def test_a_downtime_leaves_people_a_fair_rest(
    question: State, forecasts: int, down: datetime, up: datetime
) -> None:
    """A lost last half gives min(length, 6 h) from the restart, or what is left before the close."""
    state, _ = punctual(question, forecasts, down)
    while state.phase in TAKES_FORECASTS and state.phase_ends_at and state.phase_ends_at <= up:
        before = state
        assert before.phase_ends_at is not None
        assert before.phase_started_at is not None
        assert before.closes_at is not None
        length = before.phase_ends_at - before.phase_started_at
        state = transition(before, Deadline(forecasts, offline_since=down), now=up).state
        assert state != before
        if before.phase_ends_at - down >= length / 2 and up < before.closes_at:
            rest = min(up + min(length, CATCH_UP), before.closes_at)
            assert state == replace(before, phase_ends_at=rest)
        else:
            assert state.phase is not before.phase or state.blind_extended


@given(opened(), crowds, moments, st.integers(0, 72))
def test_a_proposal_from_any_moment_resolves_after_its_window(
    question: State, forecasts: int, now: datetime, window: int
) -> None:
    """Unchallenged, it is public and resolved when the window ends, sealed or not before."""
    state, _ = swept(question, forecasts, now)
    proposed = transition(state, Propose(timedelta(hours=window)), now=now).state
    assert proposed.revealed_at == state.revealed_at
    ended = now + timedelta(hours=window)
    resolved = transition(proposed, Deadline(), now=ended).state
    assert (resolved.phase, resolved.revealed_at) == (Phase.RESOLVED, state.revealed_at or ended)
