"""Rules that hold whatever happens to a question, in any order, at any time."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from forecasts.errors import ForecastError
from forecasts.events import (
    Announcement,
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
from forecasts.lifecycle import PROPOSABLE, TAKES_FORECASTS, transition
from forecasts.models.enums import Kind, Phase, Preset

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENDED = frozenset({Phase.RESOLVED, Phase.VOID})
# blind, its extension, debate, final, rolling, closed, a default without a window: no chain is longer.
LONGEST_CHAIN = 7

# The columns "from" and "to" of the table in the design.
NEXT = {
    Phase.BLIND: {Phase.BLIND, Phase.DEBATE},
    Phase.DEBATE: {Phase.DEBATE, Phase.FINAL},
    Phase.FINAL: {Phase.FINAL, Phase.ROLLING},
    Phase.ROLLING: {Phase.CLOSED},
    Phase.CLOSED: {Phase.CLOSED, Phase.PROPOSED},
    Phase.PROPOSED: {Phase.PROPOSED, Phase.RESOLVED},
}
LEADS_TO = {
    Approve: {Phase.BLIND, Phase.ROLLING},
    Reject: {Phase.VOID},
    MakeThesis: {Phase.BLIND},
    Propose: {Phase.PROPOSED},
    Challenge: {Phase.PROPOSED},
    Decide: PROPOSABLE | {Phase.RESOLVED},
    ChangeMeaning: {Phase.BLIND},
    Overturn: {Phase.RESOLVED},
    Void: {Phase.VOID},
}

hours = (st.integers(0, 30) | st.integers(0, 400)).map(lambda number: timedelta(hours=number))
windows = st.sampled_from([timedelta(), timedelta(hours=12), timedelta(hours=48)])
crowds = st.integers(0, 5)


def may_follow(event: Event, before: Phase, after: Phase) -> bool:
    if isinstance(event, Deadline):
        return after in NEXT[before]
    if isinstance(event, Extend):
        return after is (Phase.ROLLING if before is Phase.CLOSED else before)
    return after in LEADS_TO[type(event)]


def numbers_are_public(state: State) -> bool:
    """Say whether the phase alone makes numbers public, as the design has it."""
    if state.phase is Phase.ROLLING:
        return state.preset is not Preset.ROLLING
    return state.phase in {Phase.DEBATE, Phase.FINAL, Phase.CLOSED, Phase.RESOLVED}


class QuestionLife(RuleBasedStateMachine):
    """Throw events and time at one question, and check every step against the design."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.state = State()
        self.public = False
        self.extensions = 0

    def _happens(self, event: Event) -> None:
        before = self.state
        try:
            result = transition(before, event, now=self.now)
        except ForecastError as error:
            assert str(error)  # noqa: PT017 (a refusal is no failure here; a mute one is)
            return
        after = self.state = result.state
        assert after != before
        assert result.announce
        assert may_follow(event, before.phase, after.phase)
        assert after.edition == before.edition + isinstance(event, ChangeMeaning)
        assert after.resolution_version >= before.resolution_version
        self._check_reveal(event, before)
        self._count_extensions(event, result.announce)

    def _check_reveal(self, event: Event, before: State) -> None:
        if isinstance(event, ChangeMeaning):
            self.public = False
        elif before.revealed_at is not None:
            assert self.state.revealed_at == before.revealed_at
        self.public = self.public or numbers_are_public(self.state)
        assert (self.state.revealed_at is not None) == self.public

    def _count_extensions(self, event: Event, announced: tuple[Announcement, ...]) -> None:
        if isinstance(event, ChangeMeaning):
            self.extensions = 0
        given_back = isinstance(event, Deadline) and event.offline_since is not None
        if Announcement.MORE_TIME in announced and not given_back:
            self.extensions += announced.count(Announcement.MORE_TIME)
        assert self.extensions <= 1

    @initialize(
        closes=st.integers(0, 1000),
        resolves=st.none() | st.integers(0, 500),
        default=st.sampled_from([None, 0]),
        preset=st.sampled_from([*Preset, None]),
    )
    def draft(self, closes: int, resolves: int | None, default: int | None, preset: Preset | None) -> None:
        """Begin with an approved draft, or with a bare one when there is no preset."""
        closes_at = START + timedelta(hours=closes)
        resolves_at = None if resolves is None else closes_at + timedelta(hours=resolves)
        self.state = State(closes_at=closes_at, resolves_at=resolves_at, default_outcome=default)
        if preset is not None:
            self._happens(Approve(preset))

    @rule(length=hours)
    def wait(self, length: timedelta) -> None:
        """Let time pass unswept."""
        self.now += length

    @precondition(lambda self: self.state.phase_ends_at is not None)
    @rule(late=st.sampled_from([0, 0, 0, 1, 30]), forecasts=crowds)
    def next_deadline(self, late: int, forecasts: int) -> None:
        """Go to the phase's end, or a little later, and sweep once."""
        assert self.state.phase_ends_at is not None
        self.now = max(self.now, self.state.phase_ends_at + timedelta(hours=late))
        self._happens(Deadline(forecasts))

    @rule(forecasts=crowds, offline=st.none() | hours, window=windows)
    def sweep(self, forecasts: int, offline: timedelta | None, window: timedelta) -> None:
        """Sweep now, perhaps after a downtime."""
        self._happens(Deadline(forecasts, None if offline is None else self.now - offline, window))

    @precondition(lambda self: self.state.phase is Phase.DRAFT)
    @rule(event=st.sampled_from([*map(Approve, Preset), MakeThesis(), Reject()]))
    def review(self, event: Event) -> None:
        """Decide about a draft."""
        self._happens(event)

    @precondition(lambda self: self.state.phase in PROPOSABLE)
    @rule(window=windows)
    def propose(self, window: timedelta) -> None:
        """Say how it came out."""
        self._happens(Propose(window))

    @precondition(lambda self: self.state.phase is Phase.PROPOSED)
    @rule()
    def challenge(self) -> None:
        """Dispute a proposal."""
        self._happens(Challenge())

    @precondition(lambda self: self.state.phase is Phase.PROPOSED)
    @rule(upheld=st.sampled_from([False, False, True]), forecasts=crowds)
    def decide(self, *, upheld: bool, forecasts: int) -> None:
        """Decide a challenge."""
        self._happens(Decide(upheld, forecasts))

    @precondition(lambda self: self.state.phase in PROPOSABLE)
    @rule(reading=hours, thinking=hours, upheld=st.sampled_from([False, False, True]), forecasts=crowds)
    def quarrel(self, *, reading: timedelta, thinking: timedelta, upheld: bool, forecasts: int) -> None:
        """Propose, dispute and decide, with any time between."""
        self.now += reading
        self._happens(Propose(timedelta(hours=48)))
        self._happens(Challenge())
        self.now += thinking
        self._happens(Decide(upheld, forecasts))

    @precondition(lambda self: self.state.phase in TAKES_FORECASTS and self.state.phase_started_at < self.now)
    @rule()
    def change_meaning(self) -> None:
        """Start a new edition."""
        self._happens(ChangeMeaning())

    @precondition(lambda self: self.state.phase in PROPOSABLE)
    @rule(later=hours, known=st.none() | hours)
    def extend(self, later: timedelta, known: timedelta | None) -> None:
        """Move the close."""
        closes_at = max(self.state.closes_at or self.now, self.now) + later
        known_at = None if known is None else self.now + known
        before = self.state.closes_at
        self._happens(Extend(closes_at, known_at))
        if known_at is not None and closes_at > known_at:
            assert self.state.closes_at == before

    @precondition(lambda self: self.state.phase in ENDED)
    @rule(event=st.sampled_from([Overturn(), Void()]))
    def look_back(self, event: Event) -> None:
        """Correct what was resolved."""
        self._happens(event)

    @precondition(lambda self: self.now > START + timedelta(days=30))
    @rule()
    def void(self) -> None:
        """Take it back, not too early in its life."""
        self._happens(Void())

    @invariant()
    def a_round_ends_by_the_close(self) -> None:
        """Whatever takes forecasts stops at closes_at."""
        ends_at, closes_at = self.state.phase_ends_at, self.state.closes_at
        if self.state.kind is Kind.THESIS:
            assert closes_at is None
        elif self.state.phase in TAKES_FORECASTS:
            assert ends_at is not None
            assert closes_at is not None
            assert ends_at <= closes_at

    @invariant()
    def it_is_never_stuck(self) -> None:
        """Without an end are drafts, running theses, challenged proposals, and what is over."""
        if self.state.kind is Kind.THESIS and self.state.phase is Phase.ROLLING:
            assert self.state.phase_ends_at is None
        elif self.state.phase in {*TAKES_FORECASTS, Phase.CLOSED}:
            assert self.state.phase_ends_at is not None
        if self.state.phase in {*ENDED, Phase.DRAFT}:
            assert self.state.phase_ends_at is None

    @invariant()
    def a_proposal_has_a_way_back(self) -> None:
        """Keep the phase it interrupted, and when that would have ended."""
        if self.state.phase is Phase.PROPOSED:
            assert self.state.interrupted_phase in PROPOSABLE
            assert self.state.interrupted_ends_at is not None

    @invariant()
    def a_thesis_has_no_outcome(self) -> None:
        """Debate it for ever, or void it."""
        if self.state.kind is Kind.THESIS:
            assert self.state.phase in {*TAKES_FORECASTS, Phase.VOID}

    @invariant()
    def a_phase_never_starts_in_the_future(self) -> None:
        """Date back after a late deadline, never ahead."""
        assert self.state.phase_started_at is None or self.state.phase_started_at <= self.now

    @invariant()
    def what_is_due_can_be_swept_to_an_end(self) -> None:
        """Deadlines without a pause in time soon reach the future or an end."""
        state = self.state
        for _ in range(LONGEST_CHAIN):
            if state.phase_ends_at is None or state.phase_ends_at > self.now:
                return
            state = transition(state, Deadline(window=timedelta()), now=self.now).state
        assert state.phase_ends_at is None or state.phase_ends_at > self.now


QuestionLife.TestCase.settings = settings(max_examples=400, stateful_step_count=25, deadline=None)
TestQuestionLife = QuestionLife.TestCase
