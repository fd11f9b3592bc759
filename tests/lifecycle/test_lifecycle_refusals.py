"""The rows of the lifecycle's table, by hand: what may happen in which phase, and what may not."""

from datetime import UTC, datetime, timedelta

import pytest

from forecasts.errors import WrongPhaseError
from forecasts.events import (
    Approve,
    Challenge,
    ChangeMeaning,
    Deadline,
    Decide,
    Event,
    Extend,
    MakeThesis,
    Overturn,
    Propose,
    Reject,
    State,
    Void,
)
from forecasts.lifecycle import describe, transition
from forecasts.models.enums import Phase, Preset

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLOSES_AT = NOW + timedelta(days=30)

RUNNING = "blind debate final rolling"

# The column "from" of the table in the design; a deadline is four rows (next phase, default, reminder,
# window over), and only what is void already can't be voided.
MAY_HAPPEN: dict[Event, str] = {
    Approve(Preset.STANDARD): "draft",
    Reject(): "draft",
    MakeThesis(): "draft",
    Deadline(3): f"{RUNNING} closed proposed",
    Propose(timedelta(hours=48)): f"{RUNNING} closed",
    Challenge(): "proposed",
    Decide(upheld=True): "proposed",
    ChangeMeaning(): RUNNING,
    Extend(CLOSES_AT + timedelta(days=1)): f"{RUNNING} closed",
    Overturn(): "resolved",
    Void(): f"draft {RUNNING} closed proposed resolved",
}
ALLOWED = [(event, Phase(phase)) for event, phases in MAY_HAPPEN.items() for phase in phases.split()]
REFUSED = [(event, phase) for event in MAY_HAPPEN for phase in Phase if (event, phase) not in ALLOWED]


def name(value: Event | Phase) -> str:
    return value.value if isinstance(value, Phase) else type(value).__name__


def ready(phase: Phase, event: Event) -> State:
    """Return a state in which nothing but the phase could stand against the event."""
    ends_at: datetime | None = NOW
    if isinstance(event, Challenge):
        ends_at = NOW + timedelta(hours=1)
    elif isinstance(event, Decide):
        ends_at = None
    return State(
        phase=phase,
        phase_started_at=NOW - timedelta(hours=1),
        phase_ends_at=ends_at,
        preset=Preset.STANDARD,
        closes_at=CLOSES_AT,
        resolves_at=CLOSES_AT,
    )


def test_the_table_is_whole() -> None:
    """11 events in 9 phases are 99 pairs; 3 + 6 + 5 + 2 + 4 + 5 + 1 + 8 = 34 of them may happen."""
    assert (len(ALLOWED), len(REFUSED)) == (34, 65)


@pytest.mark.parametrize(("event", "phase"), ALLOWED, ids=name)
def test_an_event_with_a_row_happens(event: Event, phase: Phase) -> None:
    """It changes the question and owes somebody an announcement."""
    state = ready(phase, event)
    result = transition(state, event, now=NOW)
    assert result.announce
    assert result.state != state


@pytest.mark.parametrize(("event", "phase"), REFUSED, ids=name)
def test_an_event_without_a_row_is_refused(event: Event, phase: Phase) -> None:
    """The sentence names the phase as members know it."""
    with pytest.raises(WrongPhaseError, match=f"the question is {describe(phase)}"):
        transition(ready(phase, event), event, now=NOW)


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.BLIND, "sealed"),
        (Phase.DEBATE, "open for debate"),
        (Phase.FINAL, "last call"),
        (Phase.ROLLING, "running"),
        (Phase.CLOSED, "closed"),
        (Phase.PROPOSED, "proposed"),
        (Phase.RESOLVED, "resolved"),
    ],
)
def test_phases_have_the_names_that_members_know(phase: Phase, words: str) -> None:
    """The words of the cards."""
    assert words in describe(phase)
