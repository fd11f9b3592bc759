"""Drafts, and how they become questions."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from forecasts.errors import ConflictError, InvalidInputError, WrongPhaseError
from forecasts.models import AuditEntry, Community, OutboxMessage, Phase, Preset, Question
from forecasts.questions import edit_draft, reject_question


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("title", "Too short", "The title is too short: it needs at least 10 characters."),
        ("title", "x" * 201, "The title has 201 characters; at most 200 fit. Shorten it and send it again."),
        ("title", " a  b " * 2, "The title is too short: it needs at least 10 characters."),
        ("criteria", "As it is.", "The resolution criteria is too short: it needs at least 10 characters."),
        (
            "criteria",
            "x" * 1_501,
            "The resolution criteria has 1,501 characters; at most 1,500 fit. Shorten it and send it again.",
        ),
        (
            "fine_print",
            "x" * 1_501,
            "The fine print has 1,501 characters; at most 1,500 fit. Shorten it and send it again.",
        ),
        (
            "source",
            "x" * 301,
            "The source has 301 characters; at most 300 fit. Shorten it and send it again.",
        ),
    ],
)
async def test_a_text_of_the_wrong_length_is_refused(
    house: Any, field: str, text: str, sentence: str
) -> None:
    """The sentence names the text, its length and the limit."""
    with pytest.raises(InvalidInputError) as caught:
        await house.draft(wording=replace(house.wording, **{field: text}))
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("field", "length"), [("title", 10), ("title", 200), ("criteria", 1_500)])
async def test_a_text_at_its_limit_is_stored(house: Any, field: str, length: int) -> None:
    """Both ends are allowed."""
    question_id = await house.draft(wording=replace(house.wording, **{field: "x" * length}))
    assert getattr(await house.question(question_id), field) == "x" * length


async def test_a_refused_draft_stores_nothing(house: Any) -> None:
    """Checks come before the row."""
    with pytest.raises(InvalidInputError):
        await house.draft(wording=replace(house.wording, title="?"))
    assert await house.rows(Question) == []


@pytest.mark.parametrize("days", [0, -1])
async def test_a_close_that_is_not_ahead_is_refused(house: Any, days: int) -> None:
    """Now is too late as well."""
    with pytest.raises(InvalidInputError, match="closing date is in the past"):
        await house.draft(days=days)


async def test_a_question_cannot_resolve_before_it_closes(house: Any) -> None:
    """The outcome is looked up after the last forecast."""
    with pytest.raises(InvalidInputError, match="can't resolve before it closes"):
        await house.draft(days=5, resolves_at=house.at(days=4))


async def test_a_quote_is_stored_as_it_stands(house: Any) -> None:
    """Blanks around a text go, those of a quote are part of it."""
    wording = replace(house.wording, title="  Will   it narrow? ", quote=" the gap  narrowed ")
    question = await house.question(await house.draft(wording=wording))
    assert (question.title, question.quote) == ("Will it narrow?", " the gap  narrowed ")


async def test_a_draft_has_neither_number_nor_card(house: Any) -> None:
    """Only moderators know of it."""
    question = await house.question(await house.draft())
    assert (question.phase, question.number, question.channel_id) == (Phase.DRAFT, None, None)
    assert await house.rows(OutboxMessage) == []


async def test_blanks_refuse_an_approval(house: Any) -> None:
    """Each is named once, whichever text it stands in."""
    wording = replace(
        house.wording, criteria="As [which source?] says on [which day?].", source="[which source?]"
    )
    question_id = await house.draft(wording=wording)
    with pytest.raises(InvalidInputError) as caught:
        await house.approve(question_id)
    assert str(caught.value) == (
        "The draft still has blanks: [which source?], [which day?]. Fill them with Edit…."
    )


async def test_brackets_without_a_question_are_no_blank(house: Any) -> None:
    """A criterion may cite [1]."""
    question_id = await house.draft(wording=replace(house.wording, criteria="As in [1] and [the report]."))
    assert (await house.approve(question_id)).phase is Phase.BLIND


async def test_a_refused_approval_changes_nothing(house: Any) -> None:
    """No number is used up, no channel remembered."""
    question_id = await house.draft(wording=replace(house.wording, source="[which source?]"))
    with pytest.raises(InvalidInputError):
        await house.approve(question_id)
    (community,) = await house.rows(Community, id=house.home)
    assert (community.last_number, community.questions_channel_id) == (0, None)


async def test_a_filled_blank_can_be_approved(house: Any) -> None:
    """Edit, then approve."""
    question_id = await house.draft(wording=replace(house.wording, source="[which source?]"))
    await house.do(
        edit_draft,
        question_id=question_id,
        wording=house.wording,
        closes_at=house.at(days=40),
        now=house.at(),
    )
    assert (await house.approve(question_id)).phase is Phase.BLIND


async def test_an_edit_changes_texts_and_close(house: Any) -> None:
    """All texts but the quote."""
    question_id = await house.draft(wording=replace(house.wording, quote="verbatim"))
    wording = replace(house.wording, title="Will the chip gap widen?", quote="altered")
    await house.do(
        edit_draft, question_id=question_id, wording=wording, closes_at=house.at(days=9), now=house.at()
    )
    question = await house.question(question_id)
    assert (question.title, question.closes_at, question.quote) == (
        "Will the chip gap widen?", house.at(days=9), "verbatim",
    )  # fmt: skip


async def test_an_edit_that_moves_the_close_past_the_resolve_date_takes_that_along(house: Any) -> None:
    """Closing on day 40 and resolving on day 31 would contradict itself."""
    question_id = await house.draft(days=30, resolves_at=house.at(days=31))
    await house.do(
        edit_draft,
        question_id=question_id,
        wording=house.wording,
        closes_at=house.at(days=40),
        now=house.at(),
    )
    assert (await house.question(question_id)).resolves_at == house.at(days=40)


async def test_an_open_question_cannot_be_edited(house: Any) -> None:
    """Members have read it."""
    question_id = await house.opened()
    with pytest.raises(WrongPhaseError, match="#1 is open already"):
        await house.do(
            edit_draft, question_id=question_id, wording=house.wording, closes_at=house.at(days=9),
            now=house.at(),
        )  # fmt: skip


async def test_numbers_count_from_one_in_the_order_of_approval(house: Any) -> None:
    """Not in the order of drafting, and a rejected draft leaves no hole."""
    first, second, third, fourth = [await house.draft() for _ in range(4)]
    await house.do(
        reject_question, question_id=second, member_id=house.moderator, reason="a joke", now=house.at()
    )
    numbers = [(await house.approve(question_id)).number for question_id in (third, first, fourth)]
    assert numbers == [1, 2, 3]


async def test_five_approvals_at_once_get_five_numbers(house: Any) -> None:
    """The community's counter is read and written in one transaction."""
    drafts = [await house.draft() for _ in range(5)]
    opened = await asyncio.gather(*(house.approve(question_id) for question_id in drafts))
    assert sorted(question.number for question in opened) == [1, 2, 3, 4, 5]


async def test_each_community_counts_for_itself(house: Any) -> None:
    """The neighbours' first question is their #1."""
    await house.opened()
    draft = await house.draft(community_id=house.next_door, member_id=house.neighbour)
    opened = await house.approve(draft, community_id=house.next_door, member_id=house.neighbour)
    assert opened.number == 1


async def test_a_second_approval_is_told_the_number(house: Any) -> None:
    """Two moderators click at once: the second learns what it is called."""
    question_id = await house.opened()
    with pytest.raises(ConflictError, match="#1 is already open"):
        await house.approve(question_id)


@pytest.mark.parametrize(
    ("days", "preset"),
    [(10, Preset.STANDARD), (9.99, Preset.EXPRESS), (1, Preset.EXPRESS), (0.99, Preset.ROLLING)],
)
async def test_the_default_preset_follows_from_the_close(house: Any, days: float, preset: Preset) -> None:
    """Express below ten days; its rounds take 6 + 12 + 6 = 24 hours, and what is shorter only runs."""
    question_id = await house.opened(days=days)
    assert (await house.question(question_id)).preset is preset


async def test_a_communitys_own_preset_is_kept(house: Any) -> None:
    """A server that always wants express gets it far from the close too."""
    await house.change(house.home, Community, preset=Preset.EXPRESS)
    question_id = await house.opened(days=100)
    assert (await house.question(question_id)).preset is Preset.EXPRESS


async def test_a_preset_that_does_not_fit_is_refused_with_the_one_that_would(house: Any) -> None:
    """Standard takes 24 + 72 + 24 = 120 hours, five days; three days have room for express."""
    question_id = await house.draft(days=3)
    with pytest.raises(InvalidInputError, match="The preset express does"):
        await house.approve(question_id, preset=Preset.STANDARD)


async def test_a_draft_that_waited_past_its_close_is_refused(house: Any) -> None:
    """It would close before it opens."""
    question_id = await house.draft(days=1)
    with pytest.raises(InvalidInputError, match="Give a later closing date"):
        await house.approve(question_id, now=house.at(days=2))


async def test_an_approval_opens_the_sealed_round(house: Any) -> None:
    """24 hours in preset standard."""
    question = await house.question(await house.opened())
    assert (question.phase, question.opens_at, question.phase_ends_at) == (
        Phase.BLIND, house.at(), house.at(hours=24),
    )  # fmt: skip


async def test_the_first_approval_makes_its_channel_the_communitys(house: Any) -> None:
    """Set up by doing."""
    await house.opened()
    (community,) = await house.rows(Community, id=house.home)
    assert community.questions_channel_id == house.channel


async def test_a_later_approval_elsewhere_goes_to_the_communitys_channel(house: Any) -> None:
    """Where questions have always been."""
    await house.opened()
    second = await house.approve(await house.draft(), channel_id=901)
    assert second.channel_id == house.channel


async def test_an_approval_owes_exactly_the_card(house: Any) -> None:
    """One message, to the question's channel, at once."""
    question_id = await house.opened()
    (message,) = await house.rows(OutboxMessage)
    assert (message.kind, message.question_id, message.channel_id, message.not_before) == (
        "card", question_id, house.channel, house.at(),
    )  # fmt: skip


async def test_an_approval_is_on_record(house: Any) -> None:
    """Who and when."""
    question_id = await house.opened()
    (entry,) = await house.rows(AuditEntry)
    assert (entry.action, entry.member_id, entry.question_id, entry.at) == (
        "approve", house.moderator, question_id, house.at(),
    )  # fmt: skip


async def test_a_rejected_draft_is_void(house: Any) -> None:
    """It says why in the record."""
    question_id = await house.draft()
    await house.do(
        reject_question, question_id=question_id, member_id=house.moderator, reason="a joke", now=house.at()
    )
    assert (await house.question(question_id)).phase is Phase.VOID
    assert [entry.note for entry in await house.rows(AuditEntry)] == ["a joke"]


async def test_a_rejected_draft_is_neither_approved_nor_edited(house: Any) -> None:
    """It stays gone, and no sentence calls it #None."""
    question_id = await house.draft()
    await house.do(
        reject_question, question_id=question_id, member_id=house.moderator, reason="a joke", now=house.at()
    )
    edit = house.do(
        edit_draft, question_id=question_id, wording=house.wording, closes_at=house.at(days=9), now=house.at()
    )
    for attempt in (house.approve(question_id), edit):
        with pytest.raises(WrongPhaseError) as caught:
            await attempt
        assert "#None" not in str(caught.value)


async def test_an_open_question_cannot_be_rejected(house: Any) -> None:
    """It can be voided, in public."""
    question_id = await house.opened()
    with pytest.raises(WrongPhaseError):
        await house.do(
            reject_question, question_id=question_id, member_id=house.moderator, reason="", now=house.at()
        )


async def test_a_draft_keeps_its_default_outcome(house: Any) -> None:
    """A "by" question falls to NO at its resolve date."""
    draft = {"default_outcome": 0, "resolves_at": house.at(days=31)}
    question = await house.question(await house.opened(days=30, **draft))
    assert (question.default_outcome, question.resolves_at) == (0, house.at(days=31))


async def test_without_a_resolve_date_a_question_resolves_at_its_close(house: Any) -> None:
    """From then on moderators are reminded."""
    question = await house.question(await house.opened(days=30))
    assert question.resolves_at == question.closes_at == house.at(days=30)
