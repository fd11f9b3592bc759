"""Theses: drafted, opened without dates, given credences, never scored."""

from datetime import UTC

import pytest

from forecasts.digest import week_in_review
from forecasts.editing import edit_question
from forecasts.errors import InvalidInputError, NotFoundError, WrongPhaseError
from forecasts.events import Announcement
from forecasts.models import ForecastKind, Kind, OutboxMessage, Phase, Score, VoidReason
from forecasts.queries import card_of, list_questions, position_of
from forecasts.questions import Wording, edit_draft
from forecasts.resolution import void_question
from forecasts.standings import leaderboard
from forecasts.theses import draft_thesis, open_as_thesis
from tests.usecases.conftest import House

STATEMENT = Wording(title="The export controls backfired.", criteria="")


async def draft(house: House, **values: object) -> int:
    """Store a thesis as a draft."""
    given = {"member_id": house.moderator, "wording": STATEMENT, "now": house.at(), **values}
    return int((await house.do(draft_thesis, **given)).id)


async def thesis(house: House, **values: object) -> int:
    """Open a thesis at the start."""
    thesis_id = await draft(house, **values)
    await house.approve(thesis_id)
    return thesis_id


async def test_a_thesis_is_drafted_without_dates(house: House) -> None:
    """Its kind is set from the start, and nothing could resolve it."""
    question = await house.question(await draft(house))
    assert (question.kind, question.phase, question.closes_at) == (Kind.THESIS, Phase.DRAFT, None)


async def test_a_thesis_needs_no_context(house: House) -> None:
    """A question without criteria is refused; a statement may stand alone."""
    assert (await house.question(await draft(house))).criteria == ""


async def test_a_thesis_is_no_question(house: House) -> None:
    """Nobody can agree with a question."""
    with pytest.raises(InvalidInputError, match="statement"):
        await draft(house, wording=Wording("Did the export controls backfire?", ""))


async def test_a_form_delivered_twice_makes_one_draft(house: House) -> None:
    """The interaction that made it is unique."""
    interaction_id = house.interaction()
    first, again = [await draft(house, interaction_id=interaction_id) for _ in range(2)]
    assert first == again


async def test_approving_opens_it_sealed_for_a_day(house: House) -> None:
    """From the start to 24 hours later, with a number like any other."""
    question = await house.question(await thesis(house))
    assert (question.phase, question.phase_ends_at, question.number) == (Phase.BLIND, house.at(days=1), 1)


async def test_blanks_are_filled_first(house: House) -> None:
    """As with the draft of a question."""
    thesis_id = await draft(house, wording=Wording("The controls of [which year?] backfired.", ""))
    with pytest.raises(InvalidInputError, match="which year"):
        await house.approve(thesis_id)


async def test_the_draft_of_a_question_is_opened_as_a_thesis(house: House) -> None:
    """In other words; what it said about resolving is gone, its quote stays."""
    words = Wording(
        house.wording.title, house.wording.criteria, "Fine print.", "A report", quote="They said so."
    )
    question_id = await house.draft(wording=words)
    await house.do(
        open_as_thesis, question_id=question_id, member_id=house.moderator, channel_id=house.channel,
        title="The model gap narrowed.", context="Between the best of each.", now=house.at(),
    )  # fmt: skip
    stored = await house.question(question_id)
    assert (stored.kind, stored.phase, stored.closes_at, stored.resolves_at) == (
        Kind.THESIS, Phase.BLIND, None, None,
    )  # fmt: skip
    assert (stored.title, stored.criteria) == ("The model gap narrowed.", "Between the best of each.")
    assert (stored.fine_print, stored.source, stored.quote) == ("", "", "They said so.")


async def test_an_open_question_does_not_become_a_thesis(house: House) -> None:
    """Members have forecast it as it stands."""
    question_id = await house.opened()
    with pytest.raises(WrongPhaseError, match="open already"):
        await house.do(
            open_as_thesis, question_id=question_id, member_id=house.moderator, channel_id=house.channel,
            title="The model gap narrowed.", context="", now=house.at(),
        )  # fmt: skip
    assert (await house.question(question_id)).kind is Kind.BINARY


async def test_the_neighbours_draft_is_not_there(house: House) -> None:
    """Another server's draft can't be opened as a thesis."""
    question_id = await house.draft()
    with pytest.raises(NotFoundError):
        await house.do(
            open_as_thesis, community_id=house.next_door, question_id=question_id, member_id=house.neighbour,
            channel_id=1, title="The model gap narrowed.", context="", now=house.at(),
        )  # fmt: skip


async def test_the_draft_of_a_thesis_is_edited_without_a_close(house: House) -> None:
    """The form has no field for it."""
    thesis_id = await draft(house)
    await house.do(
        edit_draft, question_id=thesis_id, wording=Wording("The controls worked well.", "Of 2022."),
        closes_at=None, now=house.at(),
    )  # fmt: skip
    stored = await house.question(thesis_id)
    assert (stored.title, stored.criteria, stored.closes_at) == (
        "The controls worked well.",
        "Of 2022.",
        None,
    )


async def test_the_draft_of_a_question_still_needs_its_close(house: House) -> None:
    """Only a thesis has none."""
    question_id = await house.draft()
    with pytest.raises(InvalidInputError, match="closing date"):
        await house.do(
            edit_draft, question_id=question_id, wording=house.wording, closes_at=None, now=house.at()
        )


async def test_credences_are_forecasts_of_one_number(house: House) -> None:
    """Blind before the reveal, an update after it, like any other."""
    thesis_id = await thesis(house)
    await house.all_say(thesis_id, 0.2, 0.6, 0.7)
    await house.sweep(house.at(days=1))
    again = await house.say(thesis_id, house.members[0], 0.4, house.at(days=2))
    assert (again.previous, again.forecast.kind) == ((0.2,), ForecastKind.UPDATE)


async def test_its_numbers_are_public_after_the_sealed_round(house: House) -> None:
    """Of .2, .6 and .7 the median is .6."""
    thesis_id = await thesis(house)
    await house.all_say(thesis_id, 0.2, 0.6, 0.7)
    assert (await house.read(card_of, question_id=thesis_id)).crowd is None
    await house.sweep(house.at(days=1))
    assert (await house.read(card_of, question_id=thesis_id)).crowd.median == 0.6


async def test_it_runs_on_when_everything_was_swept(house: House) -> None:
    """1 + 3 + 1 days; a year later it still takes credences, and nothing is due."""
    thesis_id = await thesis(house)
    await house.all_say(thesis_id, 0.2, 0.6, 0.7)
    await house.sweep(house.at(days=365))
    stored = await house.question(thesis_id)
    assert (stored.phase, stored.phase_ends_at) == (Phase.ROLLING, None)
    await house.say(thesis_id, house.members[3], 0.9, house.at(days=366))
    assert await house.sweep(house.at(days=400)) == []


async def test_missed_rounds_are_announced_in_one_message(house: House) -> None:
    """Reveal and last call, missed together, are one notice."""
    thesis_id = await thesis(house)
    await house.all_say(thesis_id, 0.2, 0.6, 0.7)
    await house.sweep(house.at(days=30))
    (notice,) = await house.rows(OutboxMessage, kind="notice")
    assert notice.payload["announce"][:2] == [Announcement.REVEALED, Announcement.LAST_CALL]


async def test_nobody_is_scored_on_a_thesis(house: House) -> None:
    """Neither while it runs nor when it is void; a leaderboard doesn't know it."""
    thesis_id = await thesis(house)
    await house.all_say(thesis_id, 0.2, 0.6, 0.7)
    await house.sweep(house.at(days=30))
    await house.do(
        void_question, question_id=thesis_id, member_id=house.moderator, reason=VoidReason.OTHER,
        note="It says nothing.", now=house.at(days=31),
    )  # fmt: skip
    assert await house.rows(Score) == []
    assert (await house.read(leaderboard)).lines == ()


async def test_a_thesis_can_be_reworded_without_criteria(house: House) -> None:
    """The context may stay empty; a reason is shown."""
    thesis_id = await thesis(house)
    await house.all_say(thesis_id, 0.2)
    await house.do(
        edit_question, question_id=thesis_id, member_id=house.moderator,
        wording=Wording("The controls of 2022 backfired.", ""), reason="Which ones.", now=house.at(hours=1),
    )  # fmt: skip
    assert (await house.question(thesis_id)).title == "The controls of 2022 backfired."


async def test_a_new_meaning_starts_a_thesis_again(house: House) -> None:
    """Sealed for a day from then on, without the credences of before."""
    thesis_id = await thesis(house)
    await house.all_say(thesis_id, 0.2, 0.6, 0.7)
    await house.sweep(house.at(days=30))
    await house.do(
        edit_question, question_id=thesis_id, member_id=house.moderator, meaning_changed=True,
        wording=Wording("The controls worked well.", ""), reason="Turned round.", now=house.at(days=31),
    )  # fmt: skip
    stored = await house.question(thesis_id)
    assert (stored.phase, stored.phase_ends_at, stored.edition) == (Phase.BLIND, house.at(days=32), 2)
    assert (await house.read(card_of, question_id=thesis_id)).forecasters == 0


async def test_lists_and_positions_know_the_kind(house: House) -> None:
    """So that members read what it is; a list can be narrowed to theses."""
    thesis_id = await thesis(house)
    await house.opened()
    (line,) = await house.read(list_questions, kind=Kind.THESIS)
    position = await house.read(position_of, question_id=thesis_id, member_id=house.members[0])
    assert (line.question_id, line.kind, position.kind) == (thesis_id, Kind.THESIS, Kind.THESIS)


async def test_a_digest_counts_no_thesis_as_resolved(house: House) -> None:
    """Its credences are activity; nothing resolved, nobody leads."""
    thesis_id = await thesis(house)
    await house.all_say(thesis_id, 0.2, 0.6, 0.7)
    await house.sweep(house.at(days=6))
    review = await house.read(week_in_review, until=house.at(days=6).astimezone(UTC))
    assert (review.resolved, review.leaders, review.forecasts) == ((), (), 3)
