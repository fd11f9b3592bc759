"""The life of a question as one pure transition function.

Handlers apply people's events, the sweep applies deadlines, and both go through :func:`transition`.
It reads a :class:`State`, never a table, and gives the next state and what must be announced.

==============  ===================  =======================================================
event           from                 to
==============  ===================  =======================================================
Approve         draft                blind, or rolling in that preset
Reject          draft                void
MakeThesis      draft                blind, as a thesis: rounds, then running without an end
Deadline        blind .. proposed    the next phase; a reminder for a closed question
Propose         blind .. closed      proposed
Challenge       proposed             proposed, without a deadline
Decide          proposed             resolved, or back to the phase it interrupted
ChangeMeaning   blind .. rolling     blind, as a new edition
Extend          blind .. closed      the same, or rolling
Overturn        resolved             resolved, next version
Void            any but void         void
==============  ===================  =======================================================

A thesis is debated and never resolved: it has the rounds of preset standard, no close, and no event
that would need an outcome.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from forecasts.errors import InvalidInputError, WrongPhaseError
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
from forecasts.models.enums import Kind, Phase, Preset
from forecasts.presets import (
    CATCH_UP,
    ROUNDS,
    next_reminder,
    suitable_preset,
    total_length,
)

MINIMUM_BLIND_FORECASTS = 3

TAKES_FORECASTS = frozenset({Phase.BLIND, Phase.DEBATE, Phase.FINAL, Phase.ROLLING})
PROPOSABLE = TAKES_FORECASTS | {Phase.CLOSED}


@dataclass(frozen=True, slots=True)
class Transition:
    """The next state and what must be announced, in order."""

    state: State
    announce: tuple[Announcement, ...] = ()


def transition(state: State, event: Event, *, now: datetime) -> Transition:
    """Apply one event.

    Parameters
    ----------
    state
        The question as it stands.
    event
        What happens.
    now
        The moment at which it happens, aware.

    Returns
    -------
    Transition
        A state that differs from ``state``, or for a reminder its next due time.

    Raises
    ------
    WrongPhaseError
        The event has no place in this phase.
    InvalidInputError
        The event's own values don't fit, such as a preset that is too long.
    """
    origins, rule = _RULES[type(event)]
    if state.phase not in origins:
        raise WrongPhaseError(f"This can't be done now: the question is {describe(state.phase)}.")
    return rule(state, event, now)


_NAMES = {
    Phase.DRAFT: "a draft",
    Phase.BLIND: "sealed",
    Phase.DEBATE: "open for debate",
    Phase.FINAL: "in its last call",
    Phase.ROLLING: "running",
    Phase.CLOSED: "closed",
    Phase.PROPOSED: "waiting on a proposed resolution",
    Phase.RESOLVED: "resolved",
    Phase.VOID: "void",
}


def describe(phase: Phase) -> str:
    """Name a phase as members know it."""
    return _NAMES[phase]


def _enter(state: State, phase: Phase, at: datetime, ends_at: datetime | None) -> State:
    return replace(state, phase=phase, phase_started_at=at, phase_ends_at=ends_at)


def _closes(state: State) -> datetime:
    if state.closes_at is None:
        raise InvalidInputError("This question has no closing date. Give it one, such as 31 Dec.")
    return state.closes_at


def _by_close(state: State, moment: datetime) -> datetime:
    """Hold a moment within the question's life; a thesis has no close."""
    return moment if state.kind is Kind.THESIS else min(moment, _closes(state))


def _round(state: State, phase: Phase) -> timedelta:
    return ROUNDS[state.preset or Preset.STANDARD].get(phase, timedelta())


def _hours(length: timedelta) -> str:
    return f"{length // timedelta(hours=1)} hours"


def _approve(state: State, event: Approve, now: datetime) -> Transition:
    if state.kind is Kind.THESIS:
        raise WrongPhaseError("This draft is a thesis; it needs no dates. Open it with Open as thesis.")
    closes_at, preset = _closes(state), event.preset
    if closes_at <= now:
        raise InvalidInputError("The question would close before it opens. Give a later closing date.")
    if now + total_length(preset) > closes_at:
        fits = suitable_preset(now=now, closes_at=closes_at)
        raise InvalidInputError(
            f"The preset {preset} takes {_hours(total_length(preset))} and doesn't fit before the close. "
            f"The preset {fits} does."
        )
    opened = replace(state, preset=preset, opens_at=now, resolves_at=state.resolves_at or closes_at)
    if preset is Preset.ROLLING:
        return Transition(_enter(opened, Phase.ROLLING, now, closes_at), (Announcement.OPENED,))
    blind_ends = now + ROUNDS[preset][Phase.BLIND]
    return Transition(_enter(opened, Phase.BLIND, now, blind_ends), (Announcement.OPENED,))


def _reject(state: State, _event: Reject, now: datetime) -> Transition:
    return Transition(_enter(state, Phase.VOID, now, None), (Announcement.REJECTED,))


def _void(state: State, _event: Void, now: datetime) -> Transition:
    return Transition(_enter(state, Phase.VOID, now, None), (Announcement.VOIDED,))


def _make_thesis(state: State, _event: MakeThesis, now: datetime) -> Transition:
    opened = replace(
        _enter(state, Phase.BLIND, now, now + ROUNDS[Preset.STANDARD][Phase.BLIND]),
        kind=Kind.THESIS,
        preset=Preset.STANDARD,
        opens_at=now,
        closes_at=None,
        resolves_at=None,
        default_outcome=None,
    )
    return Transition(opened, (Announcement.OPENED,))


def _deadline(state: State, event: Deadline, now: datetime) -> Transition:
    ends_at = state.phase_ends_at
    if ends_at is None or ends_at > now:
        raise WrongPhaseError("This phase hasn't reached its end yet.")
    later = _catch_up(state, ends_at, event.offline_since, now)
    if later is not None:
        return Transition(replace(state, phase_ends_at=later), (Announcement.MORE_TIME,))
    match state.phase:
        case Phase.BLIND:
            return _reveal(state, event.forecasts, ends_at, now)
        case Phase.DEBATE:
            final_ends = _by_close(state, ends_at + _round(state, Phase.FINAL))
            return Transition(_enter(state, Phase.FINAL, ends_at, final_ends), (Announcement.LAST_CALL,))
        case Phase.FINAL:
            closes_at = None if state.kind is Kind.THESIS else _closes(state)
            return Transition(_enter(state, Phase.ROLLING, ends_at, closes_at), (Announcement.RUNNING,))
        case Phase.ROLLING:
            return _close(state, ends_at, now)
        case Phase.CLOSED:
            return _overdue(state, event.window, now)
        case _:
            return _resolve(state, now)


def _catch_up(
    state: State, ends_at: datetime, offline_since: datetime | None, now: datetime
) -> datetime | None:
    """Give back time to a phase whose last half nobody could use."""
    if offline_since is None or state.phase is Phase.CLOSED:
        return None
    length = ends_at - (state.phase_started_at or ends_at)
    if offline_since > ends_at - length / 2:
        return None
    later = now + min(length, CATCH_UP)
    if state.phase is not Phase.PROPOSED:
        later = _by_close(state, later)
    return later if later > now else None


def _reveal(state: State, forecasts: int, ends_at: datetime, now: datetime) -> Transition:
    if forecasts < MINIMUM_BLIND_FORECASTS and not state.blind_extended:
        later = _by_close(state, ends_at + _round(state, Phase.BLIND))
        if later > ends_at:
            extended = replace(state, phase_ends_at=later, blind_extended=True)
            return Transition(extended, (Announcement.MORE_TIME,))
    debate_ends = _by_close(state, ends_at + _round(state, Phase.DEBATE))
    revealed = replace(_enter(state, Phase.DEBATE, ends_at, debate_ends), revealed_at=now)
    return Transition(revealed, (Announcement.REVEALED,))


def _close(state: State, ends_at: datetime, now: datetime) -> Transition:
    due = max(state.resolves_at or ends_at, ends_at)
    closed = _enter(state, Phase.CLOSED, ends_at, due)
    return Transition(replace(closed, revealed_at=state.revealed_at or now), (Announcement.CLOSED,))


def _overdue(state: State, window: timedelta, now: datetime) -> Transition:
    if state.default_outcome is not None:
        return _propose(state, Propose(window), now)
    due = next_reminder(state.resolves_at or _closes(state), now=now)
    return Transition(replace(state, phase_ends_at=due), (Announcement.REMINDER,))


def _propose(state: State, event: Propose, now: datetime) -> Transition:
    if state.kind is Kind.THESIS:
        raise WrongPhaseError("A thesis is debated and never resolved. Link a dated question to it.")
    proposed = replace(
        _enter(state, Phase.PROPOSED, now, now + event.window),
        interrupted_phase=state.phase,
        interrupted_ends_at=state.phase_ends_at,
        resolution_version=state.resolution_version + 1,
    )
    return Transition(proposed, (Announcement.PROPOSED,))


def _resolve(state: State, now: datetime) -> Transition:
    resolved = replace(_enter(state, Phase.RESOLVED, now, None), revealed_at=state.revealed_at or now)
    return Transition(resolved, (Announcement.RESOLVED,))


def _challenge(state: State, _event: Challenge, now: datetime) -> Transition:
    if state.phase_ends_at is None:
        raise WrongPhaseError("This proposal is already challenged; a second moderator decides it.")
    if state.phase_ends_at <= now:
        raise WrongPhaseError("The time to challenge this proposal is over.")
    return Transition(replace(state, phase_ends_at=None), (Announcement.CHALLENGED,))


def _decide(state: State, event: Decide, now: datetime) -> Transition:
    if state.phase_ends_at is not None:
        raise WrongPhaseError("Nobody challenged this proposal; it is resolved when its window ends.")
    if event.upheld:
        return _resolve(state, now)
    resumed = replace(
        _enter(state, state.interrupted_phase or Phase.CLOSED, now, state.interrupted_ends_at),
        interrupted_phase=None,
        interrupted_ends_at=None,
    )
    if resumed.phase is Phase.CLOSED:
        return Transition(_resume_closed(state, resumed, now), (Announcement.RESUMED,))
    announced = [Announcement.RESUMED]
    while resumed.phase in TAKES_FORECASTS and resumed.phase_ends_at and resumed.phase_ends_at <= now:
        passed = _deadline(resumed, Deadline(event.forecasts), now)
        resumed = passed.state
        announced.extend(passed.announce)
    return Transition(resumed, tuple(announced))


def _resume_closed(proposed: State, closed: State, now: datetime) -> State:
    started_at, due = proposed.phase_started_at, proposed.interrupted_ends_at
    if started_at is None or due is None or due <= started_at:
        # What was due when it was proposed is the default itself: refused, it must not come back.
        closed = replace(closed, default_outcome=None)
    if closed.default_outcome is not None:
        return closed
    return replace(closed, phase_ends_at=next_reminder(closed.resolves_at or _closes(closed), now=now))


def _restart(state: State, _event: ChangeMeaning, now: datetime) -> Transition:
    preset = Preset.STANDARD
    if state.kind is not Kind.THESIS:
        preset = suitable_preset(now=now, closes_at=_closes(state))
    if preset is Preset.ROLLING:
        raise InvalidInputError(
            "There is no time left for a new sealed round before the close. Extend the question first."
        )
    restarted = replace(
        _enter(state, Phase.BLIND, now, now + ROUNDS[preset][Phase.BLIND]),
        preset=preset,
        opens_at=now,
        revealed_at=None,
        blind_extended=False,
        edition=state.edition + 1,
    )
    return Transition(restarted, (Announcement.RESTARTED,))


def _extend(state: State, event: Extend, now: datetime) -> Transition:
    if state.kind is Kind.THESIS:
        raise WrongPhaseError("A thesis has no closing date to extend. Link a dated question to it.")
    closes_at = event.closes_at
    if closes_at <= max(_closes(state), now):
        raise InvalidInputError("An extension needs a later closing date than the one it has.")
    if event.known_at is not None and closes_at > event.known_at:
        raise InvalidInputError("The outcome is already public; forecasts after it would earn nothing.")
    resolves_at = max(state.resolves_at or closes_at, closes_at)
    extended = replace(state, closes_at=closes_at, resolves_at=resolves_at)
    if state.phase is Phase.CLOSED:
        extended = _enter(extended, Phase.ROLLING, now, closes_at)
    elif state.phase is Phase.ROLLING:
        extended = replace(extended, phase_ends_at=closes_at)
    return Transition(extended, (Announcement.EXTENDED,))


def _overturn(state: State, _event: Overturn, _now: datetime) -> Transition:
    version = state.resolution_version + 1
    return Transition(replace(state, resolution_version=version), (Announcement.OVERTURNED,))


_RULES: dict[type, tuple[frozenset[Phase], Callable[[State, Any, datetime], Transition]]] = {
    Approve: (frozenset({Phase.DRAFT}), _approve),
    Reject: (frozenset({Phase.DRAFT}), _reject),
    MakeThesis: (frozenset({Phase.DRAFT}), _make_thesis),
    Deadline: (PROPOSABLE | {Phase.PROPOSED}, _deadline),
    Propose: (PROPOSABLE, _propose),
    Challenge: (frozenset({Phase.PROPOSED}), _challenge),
    Decide: (frozenset({Phase.PROPOSED}), _decide),
    ChangeMeaning: (TAKES_FORECASTS, _restart),
    Extend: (PROPOSABLE, _extend),
    Overturn: (frozenset({Phase.RESOLVED}), _overturn),
    Void: (frozenset(Phase) - {Phase.VOID}, _void),
}
