"""Proposals, defaults, reminders, challenges, decisions, overturning and voiding."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from forecasts.errors import WrongPhaseError
from forecasts.events import (
    Announcement,
    Approve,
    Challenge,
    Deadline,
    Decide,
    Event,
    Overturn,
    Propose,
    State,
    Void,
)
from forecasts.lifecycle import PROPOSABLE, TAKES_FORECASTS, transition
from forecasts.models.enums import Phase, Preset
from forecasts.presets import CHALLENGE_WINDOW


def march(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def after(state: State, *events: tuple[Event, datetime]) -> State:
    for event, now in events:
        state = transition(state, event, now=now).state
    return state


PROPOSE = Propose(CHALLENGE_WINDOW)

# Sealed until 3 March, debate to the 6th, last call to the 7th, close on the 20th, resolves on the 25th.
SEALED = after(State(closes_at=march(20), resolves_at=march(25)), (Approve(Preset.STANDARD), march(2)))
CLOSED = replace(
    SEALED,
    phase=Phase.CLOSED,
    phase_started_at=march(20),
    phase_ends_at=march(25),
    revealed_at=march(3),
)
BY_QUESTION = replace(CLOSED, default_outcome=0)
PROPOSED = after(CLOSED, (PROPOSE, march(21)))
CHALLENGED = after(PROPOSED, (Challenge(), march(22)))
RESOLVED = after(PROPOSED, (Deadline(), march(23)))


@pytest.mark.parametrize("phase", sorted(PROPOSABLE))
def test_an_outcome_can_be_proposed_from_blind_to_closed(phase: Phase) -> None:
    """The world doesn't wait for a round to end."""
    assert after(replace(SEALED, phase=phase), (PROPOSE, march(3, 11))).phase is Phase.PROPOSED


def test_a_proposed_question_takes_no_forecasts() -> None:
    """From the proposal on, nobody's number changes."""
    assert Phase.PROPOSED not in TAKES_FORECASTS


def test_a_proposal_stands_open_for_its_window() -> None:
    """21 March 12:00 and 48 hours are 23 March 12:00."""
    assert PROPOSED.phase_ends_at == march(23)


def test_a_proposal_is_announced() -> None:
    """Whoever might challenge it must hear of it."""
    assert transition(CLOSED, PROPOSE, now=march(21)).announce == (Announcement.PROPOSED,)


def test_a_sealed_question_stays_sealed_while_proposed() -> None:
    """Proposing reveals nothing."""
    assert after(SEALED, (PROPOSE, march(2, 20))).revealed_at is None


def test_a_sealed_question_is_revealed_when_it_is_resolved() -> None:
    """Proposed on 2 March 20:00 and unchallenged, its numbers are public from 4 March 20:00."""
    assert after(SEALED, (PROPOSE, march(2, 20)), (Deadline(), march(4, 20))).revealed_at == march(4, 20)


def test_each_proposal_is_a_new_version() -> None:
    """A second proposal after a refused first one is version 2."""
    again = after(CHALLENGED, (Decide(upheld=False), march(23)), (PROPOSE, march(24)))
    assert again.resolution_version == 2


def test_an_unchallenged_proposal_resolves_when_its_window_ends() -> None:
    """48 hours passed without a challenge."""
    assert (RESOLVED.phase, RESOLVED.phase_ends_at) == (Phase.RESOLVED, None)


def test_a_proposal_does_not_resolve_early() -> None:
    """An hour of the window is left."""
    with pytest.raises(WrongPhaseError):
        after(PROPOSED, (Deadline(), march(23, 11)))


def test_a_resolution_is_announced() -> None:
    """The result is posted."""
    assert transition(PROPOSED, Deadline(), now=march(23)).announce == (Announcement.RESOLVED,)


def test_without_a_window_a_proposal_resolves_at_once() -> None:
    """A window of 0 is allowed: the deadline is due at the moment of the proposal."""
    state = after(CLOSED, (Propose(timedelta()), march(21)), (Deadline(), march(21)))
    assert state.phase is Phase.RESOLVED


def test_a_by_question_is_proposed_by_the_bot_when_it_resolves() -> None:
    """With a default outcome, resolves_at proposes it."""
    assert transition(BY_QUESTION, Deadline(), now=march(25)).announce == (Announcement.PROPOSED,)


def test_a_default_can_be_challenged_for_the_window() -> None:
    """25 March 12:00 and 48 hours are 27 March 12:00."""
    assert after(BY_QUESTION, (Deadline(), march(25))).phase_ends_at == march(27)


def test_a_late_default_can_be_challenged_as_long() -> None:
    """Proposed a day late, on the 26th, it stands until the 28th: members couldn't know of it before."""
    assert after(BY_QUESTION, (Deadline(), march(26))).phase_ends_at == march(28)


def test_a_default_missed_in_a_downtime_is_proposed_at_once() -> None:
    """Time is given back to people's phases only; nobody could have done anything in a closed one."""
    event = Deadline(offline_since=march(20))
    assert after(BY_QUESTION, (event, march(26))).phase is Phase.PROPOSED


def test_a_community_sets_the_window_of_its_defaults() -> None:
    """A window of 12 hours from 25 March 12:00 ends on the 26th at 00:00."""
    event = Deadline(window=timedelta(hours=12))
    assert after(BY_QUESTION, (event, march(25))).phase_ends_at == march(26, 0)


def test_without_a_default_moderators_are_reminded() -> None:
    """resolves_at came and nobody proposed anything."""
    assert transition(CLOSED, Deadline(), now=march(25)).announce == (Announcement.REMINDER,)


def test_a_reminded_question_stays_closed_until_the_next_reminder() -> None:
    """Reminded on the 25th, again on the 26th."""
    reminded = after(CLOSED, (Deadline(), march(25)))
    assert (reminded.phase, reminded.phase_ends_at) == (Phase.CLOSED, march(26))


def test_missed_reminders_are_one_reminder() -> None:
    """Swept on the 29th, four days late: one reminder now, the next on 1 April (day 7)."""
    assert after(CLOSED, (Deadline(), march(29))).phase_ends_at == march(25) + timedelta(days=7)


def test_a_reminded_question_can_still_be_proposed() -> None:
    """Nothing is ever stuck."""
    assert after(CLOSED, (Deadline(), march(25)), (PROPOSE, march(26))).phase is Phase.PROPOSED


def test_a_challenged_proposal_has_no_deadline() -> None:
    """It waits for a second moderator."""
    assert (CHALLENGED.phase, CHALLENGED.phase_ends_at) == (Phase.PROPOSED, None)


def test_a_challenge_is_announced() -> None:
    """Moderators must hear of it."""
    assert transition(PROPOSED, Challenge(), now=march(22)).announce == (Announcement.CHALLENGED,)


def test_a_challenge_after_the_window_is_refused() -> None:
    """At its very end the window is over, whether or not the sweep has come."""
    with pytest.raises(WrongPhaseError, match="over"):
        after(PROPOSED, (Challenge(), march(23)))


def test_a_second_challenge_is_refused() -> None:
    """The sentence says that a moderator decides."""
    with pytest.raises(WrongPhaseError, match="already challenged"):
        after(CHALLENGED, (Challenge(), march(22)))


def test_a_challenged_proposal_never_resolves_by_itself() -> None:
    """Two years later it still waits."""
    with pytest.raises(WrongPhaseError):
        after(CHALLENGED, (Deadline(), march(22) + timedelta(days=730)))


def test_an_unchallenged_proposal_needs_no_decision() -> None:
    """Its window decides."""
    with pytest.raises(WrongPhaseError, match="window"):
        after(PROPOSED, (Decide(upheld=True), march(22)))


def test_an_upheld_proposal_is_resolved() -> None:
    """A decision resolves at once."""
    assert after(CHALLENGED, (Decide(upheld=True), march(24))).phase is Phase.RESOLVED


def test_an_upheld_proposal_is_announced_as_a_result() -> None:
    """The result is posted."""
    assert transition(CHALLENGED, Decide(upheld=True), now=march(24)).announce == (Announcement.RESOLVED,)


def resumed(start: State, proposed_at: datetime, decided_at: datetime, forecasts: int = 3) -> State:
    challenged = after(start, (PROPOSE, proposed_at), (Challenge(), proposed_at))
    return after(challenged, (Decide(upheld=False, forecasts=forecasts), decided_at))


def test_a_refused_proposal_goes_back_to_the_running_phase() -> None:
    """Proposed at 15:00 and refused at 20:00 of 2 March, the sealed round still ends on the 3rd."""
    state = resumed(SEALED, march(2, 15), march(2, 20))
    assert (state.phase, state.phase_ends_at) == (Phase.BLIND, march(3))


def test_a_question_that_resumes_sealed_is_still_sealed() -> None:
    """A refused proposal reveals nothing by itself."""
    assert resumed(SEALED, march(2, 15), march(2, 20)).revealed_at is None


# The plan of SEALED: debate from the 3rd, last call from the 6th, rolling from the 7th, closed from the 20th.
@pytest.mark.parametrize(
    ("decided_at", "phase", "ends_at"),
    [
        (march(4), Phase.DEBATE, march(6)),
        (march(6, 20), Phase.FINAL, march(7)),
        (march(10), Phase.ROLLING, march(20)),
        (march(21), Phase.CLOSED, march(25)),
    ],
)
def test_a_refused_proposal_goes_to_the_phase_that_now_implies(
    decided_at: datetime, phase: Phase, ends_at: datetime
) -> None:
    """Rounds that passed meanwhile are over."""
    state = resumed(SEALED, march(2, 15), decided_at)
    assert (state.phase, state.phase_ends_at) == (phase, ends_at)


def test_a_sealed_round_with_two_forecasts_is_extended_on_the_way_back() -> None:
    """Refused on 3 March 20:00 with two forecasts: the sealed round goes on until the 4th."""
    state = resumed(SEALED, march(2, 15), march(3, 20), forecasts=2)
    assert (state.phase, state.phase_ends_at) == (Phase.BLIND, march(4))


def test_a_refused_proposal_is_announced() -> None:
    """The question goes on."""
    challenged = after(SEALED, (PROPOSE, march(2, 15)), (Challenge(), march(2, 16)))
    assert transition(challenged, Decide(upheld=False), now=march(2, 20)).announce == (Announcement.RESUMED,)


def test_what_passed_during_a_proposal_is_announced_with_the_refusal() -> None:
    """Refused in the last call, the reveal that fell due meanwhile is still said, in order."""
    challenged = after(SEALED, (PROPOSE, march(2, 15)), (Challenge(), march(2, 16)))
    assert transition(challenged, Decide(upheld=False, forecasts=3), now=march(6, 20)).announce == (
        Announcement.RESUMED,
        Announcement.REVEALED,
        Announcement.LAST_CALL,
    )


def test_a_refused_default_does_not_come_back() -> None:
    """The bot proposed NO on the 25th and it was refused on the 26th: a reminder is due on the 28th."""
    refused = resumed_default()
    assert (refused.default_outcome, refused.phase_ends_at) == (None, march(28))


def resumed_default() -> State:
    challenged = after(BY_QUESTION, (Deadline(), march(25)), (Challenge(), march(25, 20)))
    return after(challenged, (Decide(upheld=False), march(26, 20)))


def test_a_refused_early_proposal_keeps_the_default() -> None:
    """YES was proposed on the 21st and refused on the 22nd: NO is still proposed on the 25th."""
    refused = resumed(BY_QUESTION, march(21), march(22))
    assert transition(refused, Deadline(), now=march(25)).announce == (Announcement.PROPOSED,)


def test_a_default_that_fell_due_during_a_challenge_is_proposed_next() -> None:
    """YES was proposed on the 21st and refused on the 26th, after resolves_at: the bot's turn is now."""
    refused = resumed(BY_QUESTION, march(21), march(26))
    assert transition(refused, Deadline(), now=march(26)).announce == (Announcement.PROPOSED,)


def test_a_moderator_who_just_decided_is_not_reminded_at_once() -> None:
    """Refused on 26 March 20:00 without a default: the reminder of the 26th is past, the 28th is next."""
    assert resumed(CLOSED, march(24), march(26, 20)).phase_ends_at == march(28)


def test_an_overturned_resolution_is_the_next_version() -> None:
    """It stays resolved, as version 2."""
    state = after(RESOLVED, (Overturn(), march(30)))
    assert (state.phase, state.resolution_version) == (Phase.RESOLVED, 2)


def test_overturning_is_announced() -> None:
    """The difference is posted."""
    assert transition(RESOLVED, Overturn(), now=march(30)).announce == (Announcement.OVERTURNED,)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.VOID])
def test_any_question_can_be_voided(phase: Phase) -> None:
    """Void ends it, without a deadline."""
    state = after(replace(SEALED, phase=phase), (Void(), march(3)))
    assert (state.phase, state.phase_ends_at) == (Phase.VOID, None)


def test_a_challenged_proposal_can_be_voided() -> None:
    """A way out without a second moderator."""
    assert after(CHALLENGED, (Void(), march(23))).phase is Phase.VOID


def test_a_question_voided_while_sealed_stays_sealed() -> None:
    """Voiding reveals nothing."""
    assert after(SEALED, (Void(), march(2, 20))).revealed_at is None


def test_voiding_is_announced() -> None:
    """Scores may have been withdrawn: everybody hears of it."""
    assert transition(RESOLVED, Void(), now=march(30)).announce == (Announcement.VOIDED,)
