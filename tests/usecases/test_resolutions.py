"""Proposals with evidence, challenges, decisions, corrections: an append-only record."""

from datetime import datetime
from typing import Any

import pytest

from forecasts.errors import InvalidInputError, NotAllowedError, WrongPhaseError
from forecasts.models import AuditEntry, Community, CrowdScore, OutboxMessage, Phase, Resolution, VoidReason
from forecasts.queries import card_of
from forecasts.resolution import (
    challenge_resolution,
    decide_challenge,
    overturn_resolution,
    void_question,
)
from forecasts.standings import leaderboard

PROPOSED, CHALLENGED = 10, 11  # days


async def challenge(
    house: Any, question_id: int, member_id: int, day: float = CHALLENGED, **values: Any
) -> None:
    given = {"reason": "The report was withdrawn.", **values}
    await house.do(
        challenge_resolution, question_id=question_id, member_id=member_id, now=house.at(days=day), **given
    )


async def decide(house: Any, question_id: int, member_id: int, day: float = 12, **values: Any) -> Any:
    given = {"upheld": True, "note": "The report stands.", **values}
    return await house.do(
        decide_challenge, question_id=question_id, member_id=member_id, now=house.at(days=day), **given
    )


async def overturn(house: Any, question_id: int, outcome: int, day: float = 20, **values: Any) -> Any:
    given = {"evidence_url": "https://example.org/corrected", "note": "It was corrected.", **values}
    return await house.do(
        overturn_resolution, question_id=question_id, member_id=house.other_moderator, outcome=outcome,
        now=house.at(days=day), **given,
    )  # fmt: skip


async def void(house: Any, question_id: int, day: float = 20) -> Any:
    return await house.do(
        void_question, question_id=question_id, member_id=house.moderator, now=house.at(days=day),
        reason=VoidReason.SOURCE_GONE, note="The site is gone.",
    )  # fmt: skip


@pytest.fixture
async def running(house: Any) -> int:
    """Open a question that four members forecast and that runs until day 30."""
    question_id: int = await house.opened()
    await house.all_say(question_id, 0.9, 0.7, 0.5, 0.1)
    await house.sweep(house.at(days=PROPOSED))
    return question_id


@pytest.fixture
async def proposed(house: Any, running: int) -> int:
    """Propose YES on day 10."""
    await house.propose(running, 1, house.at(days=PROPOSED))
    return running


@pytest.fixture
async def challenged(house: Any, proposed: int) -> int:
    """Challenge it on day 11."""
    await challenge(house, proposed, house.members[3])
    return proposed


@pytest.mark.parametrize(
    ("url", "note", "sentence"),
    [
        ("", "It says so.", "link that starts with https"),
        ("example.org", "It says so.", "link that starts with https"),
        ("ftp://example.org", "It says so.", "link that starts with https"),
        ("javascript:alert(1)", "It says so.", "link that starts with https"),
        ("https://", "It says so.", "link that starts with https"),
        ("https://example.org/a b", "It says so.", "link that starts with https"),
        ("https://[::1", "It says so.", "link that starts with https"),
        ("https://example.org/" + "x" * 500, "It says so.", "at most 500 characters"),
        ("https://example.org", "  ", "Say in a sentence what the evidence shows"),
        ("https://example.org", "x" * 1_001, "1,001 characters; at most 1,000 fit"),
    ],
)
async def test_a_proposal_needs_evidence(
    house: Any, running: int, url: str, note: str, sentence: str
) -> None:
    """A link that anyone can open, and what it shows."""
    with pytest.raises(InvalidInputError, match=sentence):
        await house.propose(running, 1, house.at(days=PROPOSED), evidence_url=url, note=note)
    assert await house.rows(Resolution) == []


@pytest.mark.parametrize("outcome", [-1, 2])
async def test_an_outcome_must_be_one_of_the_questions(house: Any, running: int, outcome: int) -> None:
    """A binary question comes out NO (0) or YES (1)."""
    with pytest.raises(InvalidInputError, match="isn't one of the question's"):
        await house.propose(running, outcome, house.at(days=PROPOSED))


@pytest.mark.parametrize(
    ("known_day", "sentence"), [(10.01, "in the future"), (-0.01, "known before the question opened")]
)
async def test_an_outcome_became_known_between_the_opening_and_now(
    house: Any, running: int, known_day: float, sentence: str
) -> None:
    """Before it, nobody could be scored; after now, nobody could know."""
    with pytest.raises(InvalidInputError, match=sentence):
        await house.propose(running, 1, house.at(days=PROPOSED), known_at=house.at(days=known_day))


async def test_by_default_an_outcome_became_known_when_it_was_proposed(house: Any, proposed: int) -> None:
    """Forecasts from then on earn nothing."""
    (entry,) = await house.rows(Resolution, question_id=proposed)
    assert entry.known_at == house.at(days=PROPOSED)


async def test_a_proposal_is_on_record(house: Any, proposed: int) -> None:
    """Who, when, what, and by which evidence."""
    (entry,) = await house.rows(Resolution)
    assert (entry.question_id, entry.version, entry.ruling, entry.outcome, entry.member_id, entry.at) == (
        proposed, 1, "proposed", 1, house.moderator, house.at(days=PROPOSED),
    )  # fmt: skip
    assert [row.action for row in await house.rows(AuditEntry)] == ["approve", "propose"]


async def test_a_draft_has_no_outcome(house: Any) -> None:
    """It can be rejected instead."""
    question_id = await house.draft()
    with pytest.raises(WrongPhaseError):
        await house.propose(question_id, 1, house.at())


@pytest.mark.parametrize(("hours", "ends"), [(48, 12), (0, 10), (24, 11)])
async def test_a_proposal_can_be_challenged_for_the_communitys_window(
    house: Any, running: int, hours: int, ends: float
) -> None:
    """48 hours by default; 0 is allowed."""
    await house.change(house.home, Community, challenge_hours=hours)
    question = await house.propose(running, 1, house.at(days=PROPOSED))
    assert question.phase_ends_at == house.at(days=ends)


async def test_an_unchallenged_proposal_is_resolved_when_the_window_ends(house: Any, proposed: int) -> None:
    """The final entry repeats outcome and evidence, so that it stands alone."""
    await house.sweep(house.at(days=12))
    first, last = await house.rows(Resolution)
    assert (await house.question(proposed)).phase is Phase.RESOLVED
    assert (last.ruling, last.outcome, last.evidence_url, last.note, last.known_at, last.version) == (
        "final", first.outcome, first.evidence_url, first.note, first.known_at, 1,
    )  # fmt: skip


async def test_only_who_forecast_may_challenge(house: Any, proposed: int) -> None:
    """A stake in it is what entitles to it."""
    with pytest.raises(NotAllowedError, match="Only members who forecast"):
        await challenge(house, proposed, house.other_moderator)


async def test_a_challenge_needs_a_reason(house: Any, proposed: int) -> None:
    """The second moderator must know what to look at."""
    with pytest.raises(InvalidInputError, match="what is wrong"):
        await challenge(house, proposed, house.members[0], reason="  ")


async def test_a_challenge_after_the_window_is_refused(house: Any, proposed: int) -> None:
    """Even while the sweep hasn't noticed that it is over."""
    with pytest.raises(WrongPhaseError, match="time to challenge this proposal is over"):
        await challenge(house, proposed, house.members[0], day=12)


async def test_a_second_challenge_is_refused(house: Any, challenged: int) -> None:
    """It waits for a moderator already."""
    with pytest.raises(WrongPhaseError, match="already challenged"):
        await challenge(house, challenged, house.members[0])


async def test_a_challenged_proposal_waits(house: Any, challenged: int) -> None:
    """No deadline passes it."""
    assert await house.sweep(house.at(days=300)) == []
    assert (await house.question(challenged)).phase is Phase.PROPOSED


async def test_a_challenge_stands_on_the_card(house: Any, challenged: int) -> None:
    """With its reason."""
    card = await house.read(card_of, question_id=challenged)
    assert card.resolution.challenge == "The report was withdrawn."


async def test_a_challenge_is_said_aloud_and_noted(house: Any, challenged: int) -> None:
    """The channel hears of it, and the moderators are asked to decide."""
    kinds = [
        message.kind
        for message in await house.rows(OutboxMessage, question_id=challenged)
        if message.payload.get("announce") == ["challenged"]
    ]
    assert sorted(kinds) == ["note", "notice"]


async def test_the_proposer_does_not_decide_alone(house: Any, challenged: int) -> None:
    """A second moderator does; the sentence says from when the proposer may."""
    with pytest.raises(NotAllowedError, match="you may from 20 Mar 2026 at 12:00 UTC on"):
        await decide(house, challenged, house.moderator)


async def test_after_seven_days_the_proposer_may_decide(house: Any, challenged: int) -> None:
    """Nothing is ever stuck: challenged on day 11, free from day 18."""
    question = await decide(house, challenged, house.moderator, day=18)
    assert question.phase is Phase.RESOLVED


async def test_before_seven_days_are_over_the_proposer_may_not(house: Any, challenged: int) -> None:
    """Not a minute before."""
    with pytest.raises(NotAllowedError):
        await decide(house, challenged, house.moderator, day=18 - 0.001)


async def test_a_proposer_who_decides_alone_says_why(house: Any, challenged: int) -> None:
    """The note is public."""
    with pytest.raises(NotAllowedError, match="with a note"):
        await decide(house, challenged, house.moderator, day=18, note=" ")


async def test_anybody_may_decide_about_the_bots_own_proposal(house: Any) -> None:
    """It has no proposer who could be partial."""
    question_id = await house.opened(default_outcome=0)
    await house.all_say(question_id, 0.9, 0.7, 0.5)
    await house.sweep(house.at(days=30))
    await challenge(house, question_id, house.members[0], day=31)
    assert (await decide(house, question_id, house.moderator, day=31)).phase is Phase.RESOLVED


async def test_an_upheld_proposal_is_resolved_and_scored_at_once(house: Any, challenged: int) -> None:
    """The record holds all four steps."""
    await decide(house, challenged, house.other_moderator)
    assert await house.rulings(challenged) == ["proposed", "challenged", "decided", "final"]
    assert len(await house.scores(challenged)) == 4


async def test_a_decision_needs_a_challenge(house: Any, proposed: int) -> None:
    """Unchallenged, the window decides."""
    with pytest.raises(WrongPhaseError, match="Nobody challenged"):
        await decide(house, proposed, house.other_moderator)


async def test_a_refused_proposal_resumes_the_question(house: Any, challenged: int) -> None:
    """It runs on until its close, takes forecasts again, and nobody is scored."""
    question = await decide(house, challenged, house.other_moderator, upheld=False)
    assert (question.phase, question.phase_ends_at) == (Phase.ROLLING, house.at(days=30))
    await house.say(challenged, house.members[0], 0.4, house.at(days=13))
    assert await house.scores(challenged) == []


async def test_a_question_resumed_after_its_close_is_closed(house: Any, challenged: int) -> None:
    """The phase that now implies, not the one it left."""
    question = await decide(house, challenged, house.other_moderator, upheld=False, day=31)
    assert question.phase is Phase.CLOSED


async def test_a_second_proposal_is_a_second_version(house: Any, challenged: int) -> None:
    """The refused one stays on record under the first."""
    await decide(house, challenged, house.other_moderator, upheld=False)
    await house.propose(challenged, 0, house.at(days=13))
    await house.sweep(house.at(days=15))
    record = [(row.version, row.ruling) for row in await house.rows(Resolution, question_id=challenged)]
    assert record == [(1, "proposed"), (1, "challenged"), (1, "decided"), (2, "proposed"), (2, "final")]
    assert len(await house.scores(challenged, version=2)) == 4


@pytest.fixture
async def resolved(house: Any, proposed: int) -> int:
    """Let the window end on day 12: YES, known on day 10."""
    await house.sweep(house.at(days=12))
    return proposed


async def test_an_overturned_question_is_scored_anew_beside_the_old_scores(house: Any, resolved: int) -> None:
    """Said .9 .7 .5 .1: first against YES, then against NO."""
    await overturn(house, resolved, 0)
    old, new = [await house.scores(resolved, version) for version in (1, 2)]
    assert [round(score.brier, 6) for score in old] == [0.01, 0.09, 0.25, 0.81]
    assert [round(score.brier, 6) for score in new] == [0.81, 0.49, 0.25, 0.01]


async def test_an_overturned_question_shows_the_corrected_outcome(house: Any, resolved: int) -> None:
    """With its evidence and who brought it; the phase stays resolved."""
    await overturn(house, resolved, 0)
    card = await house.read(card_of, question_id=resolved)
    assert (card.phase, card.resolution.outcome, card.resolution.by_user) == (Phase.RESOLVED, 0, 102)
    assert card.results.best[0].user_id == 106


async def test_an_overturn_needs_evidence(house: Any, resolved: int) -> None:
    """Like a proposal."""
    with pytest.raises(InvalidInputError):
        await overturn(house, resolved, 0, evidence_url="")


async def test_an_overturn_keeps_when_it_became_known(house: Any, resolved: int) -> None:
    """Unless it says otherwise."""
    await overturn(house, resolved, 0)
    assert (await house.rows(Resolution))[-1].known_at == house.at(days=PROPOSED)
    await overturn(house, resolved, 1, day=21, known_at=house.at(days=5))
    assert (await house.rows(Resolution))[-1].known_at == house.at(days=5)


async def test_an_overturn_is_said_aloud_with_its_version(house: Any, resolved: int) -> None:
    """In public: the difference is posted."""
    await overturn(house, resolved, 0)
    last = (await house.rows(OutboxMessage, kind="notice"))[-1]
    assert last.payload == {"announce": ["overturned"], "late": False, "version": 2}


async def test_only_a_resolved_question_can_be_overturned(house: Any, proposed: int) -> None:
    """A proposal is challenged instead."""
    with pytest.raises(WrongPhaseError):
        await overturn(house, proposed, 0)


async def standing(house: Any) -> list[int]:
    return [line.user_id for line in (await house.read(leaderboard)).lines]


async def test_a_void_question_leaves_the_leaderboard(house: Any, resolved: int) -> None:
    """Its scores stay in the record and count no more."""
    assert len(await standing(house)) == 4
    await void(house, resolved)
    assert await standing(house) == []
    assert len(await house.scores(resolved)) == 4


async def test_a_void_says_why_on_card_and_record(house: Any, running: int) -> None:
    """Everybody can read the reason."""
    await void(house, running)
    card = await house.read(card_of, question_id=running)
    assert (card.phase, card.void_reason, card.results) == (Phase.VOID, "source gone", None)
    assert (await house.rows(Resolution))[-1].note == "The site is gone."


async def test_a_void_is_said_aloud_with_its_version(house: Any, resolved: int) -> None:
    """The version under which its reason stands in the record."""
    await void(house, resolved)
    payload = (await house.rows(OutboxMessage, kind="notice"))[-1].payload
    assert (payload["announce"], payload["version"]) == (
        ["voided"],
        (await house.rows(Resolution))[-1].version,
    )


async def test_a_void_is_final(house: Any, running: int) -> None:
    """Neither voided again nor resolved."""
    await void(house, running)
    with pytest.raises(WrongPhaseError):
        await void(house, running)
    with pytest.raises(WrongPhaseError):
        await house.propose(running, 1, house.at(days=20))


async def test_a_void_question_was_never_scored(house: Any, running: int) -> None:
    """No rows at all."""
    await void(house, running)
    assert await house.scores(running) == []
    assert await house.rows(CrowdScore) == []


async def test_an_outcome_known_while_sealed_reveals_at_the_resolution(house: Any) -> None:
    """Proposed from blind on the first day, resolved two days later: then the numbers are public."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.9, 0.7, 0.5)
    await house.propose(question_id, 1, house.at(hours=12))
    await house.sweep(house.at(hours=12 + 48))
    card = await house.read(card_of, question_id=question_id)
    assert (card.phase, card.is_revealed, card.crowd.forecasts) == (Phase.RESOLVED, True, 3)


async def test_every_change_has_a_time_in_the_record(house: Any, challenged: int) -> None:
    """Who and when, in order."""
    await decide(house, challenged, house.other_moderator)
    entries: list[tuple[int, datetime]] = [(row.member_id, row.at) for row in await house.rows(Resolution)]
    assert entries == [
        (house.moderator, house.at(days=10)),
        (house.members[3], house.at(days=11)),
        (house.other_moderator, house.at(days=12)),
        (house.moderator, house.at(days=12)),
    ]
