"""Changing an open question, moving its close, posting its card again, and what a correction changed."""

from dataclasses import replace
from typing import Any

import pytest

from forecasts.cards import note_lost_card, repost_card
from forecasts.corrections import correction_of
from forecasts.editing import edit_question, editable_question, extend_question
from forecasts.errors import ConflictError, InvalidInputError, NotFoundError, WrongPhaseError
from forecasts.models import AuditEntry, Community, Member, OutboxMessage, Phase, Question
from forecasts.queries import card_of
from forecasts.resolution import challenge_resolution, decide_challenge, overturn_resolution
from forecasts.sweep import first_due


async def edit(house: Any, question_id: int, day: float = 0.5, **values: Any) -> Question:
    """Change the title as the moderator."""
    wording = replace(house.wording, title="Will the model gap be narrower by year-end?")
    given = {"wording": wording, "reason": "A clearer title.", "member_id": house.moderator, **values}
    changed: Question = await house.do(
        edit_question, question_id=question_id, now=house.at(days=day), **given
    )
    return changed


async def extend(house: Any, question_id: int, to_day: float, day: float = 1) -> Question:
    """Move the close."""
    extended: Question = await house.do(
        extend_question, question_id=question_id, member_id=house.moderator, reason="The report is late.",
        closes_at=house.at(days=to_day), now=house.at(days=day),
    )  # fmt: skip
    return extended


async def overturn(house: Any, question_id: int, outcome: int = 0, **values: Any) -> Question:
    """Correct a resolution on day 20."""
    given = {"evidence_url": "https://example.org/corrected", "note": "It was corrected.", **values}
    corrected: Question = await house.do(
        overturn_resolution, question_id=question_id, member_id=house.other_moderator, outcome=outcome,
        now=house.at(days=20), **given,
    )  # fmt: skip
    return corrected


async def correction(house: Any, question_id: int) -> Any:
    """Read what the last overturn changed."""
    async with house.database.reading() as session:
        question = await session.get_one(Question, question_id)
        return await correction_of(session, question=question)


async def repost(house: Any, question_id: int, interaction_id: int = 77) -> Question:
    """Post the card again as the moderator."""
    posted: Question = await house.do(
        repost_card, question_id=question_id, member_id=house.moderator, interaction_id=interaction_id,
        now=house.at(days=1),
    )  # fmt: skip
    return posted


async def test_an_edit_is_recorded_with_who_and_why(house: Any) -> None:
    """And the card shows the reason."""
    question_id = await house.opened()
    await edit(house, question_id)
    (entry,) = await house.rows(AuditEntry, action="edit")
    assert (entry.member_id, entry.note) == (house.moderator, "A clearer title.")
    card = await house.read(card_of, question_id=question_id)
    assert (card.edit_note, card.edited_at) == ("A clearer title.", house.at(days=0.5))
    assert card.title == "Will the model gap be narrower by year-end?"


async def test_an_edit_keeps_phase_forecasts_and_quote(house: Any) -> None:
    """Only the words are new."""
    question_id = await house.opened(wording=replace(house.wording, quote="the gap narrowed"))
    await house.all_say(question_id, 0.2, 0.8)
    question = await edit(house, question_id)
    assert (question.phase, question.edition, question.quote) == (Phase.BLIND, 1, "the gap narrowed")
    assert (await house.read(card_of, question_id=question_id)).forecasters == 2


async def test_a_reason_is_needed_once_somebody_forecast(house: Any) -> None:
    """Before that nobody has read it."""
    question_id = await house.opened()
    await edit(house, question_id, reason="")
    await house.all_say(question_id, 0.2)
    with pytest.raises(InvalidInputError, match="Say why it changes"):
        await edit(house, question_id, wording=house.wording, reason=" ")


async def test_a_reason_has_a_limit(house: Any) -> None:
    """It stands on the card."""
    question_id = await house.opened()
    with pytest.raises(InvalidInputError, match="301 characters; at most 300"):
        await edit(house, question_id, reason="x" * 301)


@pytest.mark.parametrize("meaning_changed", [False, True])
async def test_the_same_texts_are_no_edit(house: Any, meaning_changed: bool) -> None:  # noqa: FBT001
    """So a form that arrives twice is stored once."""
    question_id = await house.opened()
    await edit(house, question_id, meaning_changed=meaning_changed)
    with pytest.raises(InvalidInputError, match="nothing was changed"):
        await edit(house, question_id, meaning_changed=meaning_changed)
    assert len(await house.rows(AuditEntry, action="edit")) == 1


async def test_a_change_of_meaning_is_a_new_sealed_edition(house: Any) -> None:
    """Forecasts of the first are kept and not in force."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.2, 0.5, 0.8)
    await house.sweep(house.at(days=1))
    question = await edit(house, question_id, day=2, meaning_changed=True)
    assert (question.phase, question.edition, question.revealed_at) == (Phase.BLIND, 2, None)
    assert (question.opens_at, question.phase_ends_at) == (house.at(days=2), house.at(days=3))
    assert (await house.read(card_of, question_id=question_id)).forecasters == 0


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.RESOLVED, Phase.VOID])
async def test_what_has_an_outcome_is_not_edited(house: Any, phase: Phase) -> None:
    """It is said to whoever asks for the form, and again to whoever sends it."""
    question_id = await house.opened()
    await house.change(question_id, phase=phase)
    with pytest.raises(WrongPhaseError, match="can't be edited now"):
        await house.do(editable_question, question_id=question_id, now=house.at())
    with pytest.raises(WrongPhaseError, match="can't be edited now"):
        await edit(house, question_id)


async def test_asking_for_a_form_changes_nothing(house: Any) -> None:
    """Also for a change of meaning, which is only tried."""
    question_id = await house.opened()
    before = await house.question(question_id)
    await house.do(editable_question, question_id=question_id, now=house.at(), meaning_changed=True)
    assert await house.question(question_id) == before


async def test_an_extension_moves_a_running_questions_end(house: Any) -> None:
    """Its end is its close; the sealed round keeps its own."""
    question_id = await house.opened()
    sealed = await extend(house, question_id, 40, day=0.5)
    assert (sealed.phase_ends_at, sealed.closes_at) == (house.at(days=1), house.at(days=40))
    await house.sweep(house.at(days=10))
    running = await extend(house, question_id, 50, day=10)
    assert (running.phase, running.phase_ends_at) == (Phase.ROLLING, house.at(days=50))


async def test_an_extension_is_recorded_with_its_reason(house: Any) -> None:
    """Scores depend on the close."""
    await extend(house, await house.opened(), 40)
    (entry,) = await house.rows(AuditEntry, action="extend")
    assert (entry.member_id, entry.note) == (house.moderator, "The report is late.")


async def test_a_closed_question_that_is_extended_runs_and_is_due_at_its_new_close(house: Any) -> None:
    """No reminder comes before."""
    question_id = await house.opened(days=10)
    await house.sweep(house.at(days=12))
    question = await extend(house, question_id, 20, day=12)
    assert question.phase is Phase.ROLLING
    async with house.database.reading() as session:
        assert await first_due(session, now=house.at(days=19)) is None
        assert await first_due(session, now=house.at(days=20)) == question_id


@pytest.mark.parametrize("use_case", [edit, lambda house, q: extend(house, q, 40), repost])
async def test_another_communitys_question_is_none(house: Any, use_case: Any) -> None:
    """Everything is scoped."""
    question_id = await house.opened()
    house.home = house.next_door
    with pytest.raises(NotFoundError):
        await use_case(house, question_id)


async def test_a_card_is_owed_again_under_the_interactions_key(house: Any) -> None:
    """The longest id of Discord's has 20 digits: it fits the nonce; the second delivery owes nothing."""
    question_id = await house.opened()
    longest = 2**63 - 1
    await house.change(question_id, card_message_id=123)
    for _ in range(2):
        await repost(house, question_id, longest)
    first, again = await house.rows(OutboxMessage, kind="card")
    assert (first.key, again.key, len(again.key)) == ("c1.1", f"c{longest}", 20)
    assert again.payload == {"replaces": [house.channel, 123]}
    assert (await house.question(question_id)).card_message_id is None


async def test_a_card_is_owed_in_the_communitys_present_channel(house: Any) -> None:
    """Where later posts go too."""
    question_id = await house.opened()
    await house.change(house.home, Community, questions_channel_id=901)
    question = await repost(house, question_id)
    assert (question.channel_id, (await house.rows(OutboxMessage))[-1].channel_id) == (901, 901)


async def test_a_lost_card_is_noted_once(house: Any) -> None:
    """However many refreshes miss it."""
    question_id = await house.opened()
    await house.change(question_id, card_message_id=123)
    for _ in range(2):
        async with house.database.transaction() as session:
            await note_lost_card(session, question_id=question_id, now=house.at(days=1))
    (note,) = await house.rows(OutboxMessage, kind="note")
    assert (note.key, note.payload) == ("g123", {"announce": ["card gone"]})


async def test_a_correction_compares_the_last_two_versions(house: Any) -> None:
    """Said .9 .7 .5 .1: the median .6 scores .16 on YES and .36 on NO.

    Briers on YES .01 .09 .25 .81; the others' means are 1.15/3, 1.07/3, .91/3, .35/3, so the points are
    37.33, 26.67, 5.33, -69.33. On NO .81 .49 .25 .01: .75/3, 1.07/3, 1.31/3, 1.55/3 give -56, -13.33,
    18.67, 50.67. The moves are -93.33, -40, 13.33 and 120.
    """
    question_id = await house.resolved(0.9, 0.7, 0.5, 0.1)
    assert await correction(house, question_id) is None
    await overturn(house, question_id)
    found = await correction(house, question_id)
    assert found.outcome_before == 1
    assert round(found.median_brier_before, 6) == 0.16
    assert round(found.median_brier_after, 6) == 0.36
    assert [(move.user_id, round(move.change, 2)) for move in found.moves] == [
        (106, 120.0),
        (103, -93.33),
        (104, -40.0),
    ]


async def test_a_second_correction_compares_with_the_first(house: Any) -> None:
    """Not with what was resolved at first."""
    question_id = await house.resolved(0.9, 0.7, 0.5, 0.1)
    await overturn(house, question_id)
    await overturn(house, question_id, 1)
    assert (await correction(house, question_id)).outcome_before == 0


async def test_a_correction_leaves_out_who_hides(house: Any) -> None:
    """As every post does."""
    question_id = await house.resolved(0.9, 0.7, 0.5, 0.1)
    await house.change(house.members[3], Member, hidden=True)
    await overturn(house, question_id)
    assert 106 not in {move.user_id for move in (await correction(house, question_id)).moves}


async def test_an_overturn_that_changes_nothing_is_refused(house: Any) -> None:
    """Same outcome and same moment, or a repeated delivery with its evidence; no new version."""
    question_id = await house.resolved(0.9, 0.1)
    with pytest.raises(ConflictError, match="resolved this way already"):
        await overturn(house, question_id, 1)
    await overturn(house, question_id, 0, known_at=house.at(days=5))
    with pytest.raises(ConflictError, match="resolved this way already"):
        await overturn(house, question_id, 0, known_at=house.at(days=5, seconds=1))
    assert (await house.question(question_id)).resolution_version == 2


async def test_a_card_says_how_a_challenge_was_decided(house: Any) -> None:
    """Until another outcome is proposed."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.9, 0.7, 0.5)
    await house.propose(question_id, 1, house.at(days=10))
    await house.do(challenge_resolution, question_id=question_id, member_id=house.members[0],
                   reason="It is wrong.", now=house.at(days=11))  # fmt: skip
    await house.do(decide_challenge, question_id=question_id, member_id=house.other_moderator,
                   upheld=False, note="It was withdrawn.", now=house.at(days=12))  # fmt: skip
    assert (await house.read(card_of, question_id=question_id)).decision_note == "It was withdrawn."
    await house.propose(question_id, 0, house.at(days=13))
    assert (await house.read(card_of, question_id=question_id)).decision_note == ""
