"""When a crux comes out each conditional is prompted for once; cruxes named in a debate become drafts."""

from typing import Any

import pytest

from forecasts.crux_reads import cruxes_for, prompt_of
from forecasts.cruxes import draft_from_crux
from forecasts.errors import ForecastError, NotFoundError
from forecasts.models import (
    Argument,
    CruxLink,
    Exposure,
    OutboxMessage,
    Phase,
    Question,
    Rating,
    Side,
    Verdict,
)  # fmt: skip
from forecasts.people import erase_member
from forecasts.resolution import overturn_resolution
from tests.usecases.conftest import House
from tests.usecases.linked import answer, joined, lines, link, thesis_of


async def prompts(house: House) -> list[str]:
    """Return the keys of the prompts owed."""
    return [row.key for row in await house.rows(OutboxMessage, kind="prompt")]


async def resolve(house: House, question_id: int, outcome: int = 0) -> None:
    """Resolve a question that closes after ten days."""
    await house.sweep(house.at(days=10))
    await house.propose(question_id, outcome, house.at(days=10))
    await house.sweep(house.at(days=12))


async def test_each_conditional_is_prompted_for_once(house: House) -> None:
    """Two holders, of whom one answered twice: the ids of the two last rows are the keys."""
    thesis_id, question_id, link_id = await joined(house)
    for member_id in (house.members[0], house.members[0], house.members[1]):
        await answer(house, link_id, member_id, 0.9, 0.3)
    await resolve(house, question_id)
    assert await prompts(house) == ["p2", "p3"]
    (first, _) = await house.rows(OutboxMessage, kind="prompt")
    assert (first.question_id, first.channel_id) == (thesis_id, house.channel)


async def test_a_proposal_alone_prompts_nobody(house: House) -> None:
    """It may still be challenged."""
    _, question_id, link_id = await joined(house)
    await answer(house, link_id, house.members[0], 0.9, 0.3)
    await house.propose(question_id, 0, house.at(days=2))
    assert await prompts(house) == []


async def test_an_overturned_result_prompts_nobody_again(house: House) -> None:
    """The prompt of before shows what was said about the outcome in force."""
    _, question_id, link_id = await joined(house)
    await answer(house, link_id, house.members[0], 0.9, 0.3)
    await resolve(house, question_id, outcome=0)
    await house.do(
        overturn_resolution, question_id=question_id, member_id=house.moderator, outcome=1,
        evidence_url=house.evidence, note="It was misread.", now=house.at(days=13),
    )  # fmt: skip
    assert await prompts(house) == ["p1"]
    async with house.database.reading() as session:
        prompt = await prompt_of(session, conditional_id=1)
    assert (prompt.outcome, prompt.stated, prompt.credence) == (1, 0.9, 0.2)


async def test_each_thesis_of_a_question_is_asked_about(house: House) -> None:
    """One question may be a crux of two theses: two conditionals, two prompts."""
    thesis_id, question_id, link_id = await joined(house)
    other = await thesis_of(house)
    await house.all_say(other, 0.4)
    for each in (link_id, await link(house, other, question_id)):
        await answer(house, each, house.members[0], 0.9, 0.3)
    await resolve(house, question_id)
    assert [row.question_id for row in await house.rows(OutboxMessage, kind="prompt")] == [thesis_id, other]


@pytest.mark.parametrize("side", [0, 1])
async def test_what_was_said_before_a_new_meaning_is_not_asked(house: House, side: int) -> None:
    """Neither of a thesis nor of a question that started again afterwards."""
    *pair, link_id = await joined(house)
    await answer(house, link_id, house.members[0], 0.9, 0.3)
    await house.change(pair[side], opens_at=house.at(hours=1))
    await resolve(house, pair[1])
    assert await prompts(house) == []


async def test_a_void_thesis_asks_nobody(house: House) -> None:
    """There is no credence left to change."""
    thesis_id, question_id, link_id = await joined(house)
    await answer(house, link_id, house.members[0], 0.9, 0.3)
    await house.change(thesis_id, phase=Phase.VOID, phase_ends_at=None)
    await resolve(house, question_id)
    assert await prompts(house) == []


async def test_nobody_is_asked_who_was_erased(house: House) -> None:
    """Whom to ask is read when the message is sent."""
    _, question_id, link_id = await joined(house)
    await answer(house, link_id, house.members[0], 0.9, 0.3)
    await resolve(house, question_id)
    async with house.database.transaction() as session:
        await erase_member(session, member_id=house.members[0], now=house.at(days=12))
        assert (await prompt_of(session, conditional_id=1)).user_id is None


async def named(house: House, raters: int, *, on_thesis: bool = True) -> tuple[int, int]:
    """Store an argument on a revealed thesis (or question) that some members call a crux."""
    question_id = await (thesis_of(house) if on_thesis else house.opened())
    await house.all_say(question_id, 0.2, 0.3, 0.7, 0.8)
    async with house.database.transaction() as session:
        argument = Argument(
            question_id=question_id, side=Side.FOR, text="Copying is cheaper than inventing.", at=house.at(),
            member_id=house.moderator,
        )  # fmt: skip
        session.add(argument)
        await session.flush()
        for member_id in house.members[:raters]:
            for _ in range(2):
                rating = Rating(
                    argument_id=argument.id, member_id=member_id, verdict=Verdict.NOT, is_crux=True,
                    at=house.at(), interaction_id=house.interaction(),
                )  # fmt: skip
                session.add(rating)
    await house.sweep(house.at(days=1))
    return question_id, 1


async def seen(house: House, question_id: int, *, moderator: bool) -> list[str]:
    """Return the arguments shown as cruxes."""
    async with house.database.transaction() as session:
        question = await session.get_one(Question, question_id)
        cruxes = await cruxes_for(
            session,
            question=question,
            member_id=house.other_moderator,
            for_moderator=moderator,
            now=house.at(),
        )  # fmt: skip
    return [each.text for each in cruxes.named]


async def test_two_readers_name_a_crux_to_moderators(house: House) -> None:
    """Rated twice by each: still two readers. Members don't see it."""
    question_id, _ = await named(house, 2)
    assert await seen(house, question_id, moderator=True) == ["Copying is cheaper than inventing."]
    assert await seen(house, question_id, moderator=False) == []


async def test_what_a_moderator_is_shown_is_remembered(house: House) -> None:
    """The list is a surface like the others."""
    question_id, _ = await named(house, 2)
    await seen(house, question_id, moderator=True)
    assert [row.member_id for row in await house.rows(Exposure)] == [house.other_moderator]


async def test_one_reader_names_none(house: House) -> None:
    """Two clicks of one person are one reader."""
    question_id, _ = await named(house, 1)
    assert await seen(house, question_id, moderator=True) == []


async def test_no_crux_is_named_while_sealed(house: House) -> None:
    """Sealed again by a new meaning, its arguments are hidden from moderators, too."""
    question_id, argument_id = await named(house, 2)
    await house.change(question_id, revealed_at=None)
    assert await seen(house, question_id, moderator=True) == []
    with pytest.raises(NotFoundError):
        await make(house, argument_id)


async def make(house: House, argument_id: int, **values: Any) -> Any:
    """Make a question of an argument."""
    given = {"interaction_id": house.interaction(), "member_id": house.moderator, **values}
    return await house.do(
        draft_from_crux, argument_id=argument_id, wording=house.wording, closes_at=house.at(days=30),
        now=house.at(days=1), **given,
    )  # fmt: skip


async def test_the_draft_carries_the_argument_and_a_link(house: House) -> None:
    """Its words are the quote; the thesis shows it once it is open."""
    thesis_id, argument_id = await named(house, 2)
    drafted = await make(house, argument_id)
    assert (drafted.quote, drafted.quote_source) == (
        "Copying is cheaper than inventing.", "an argument on #1",
    )  # fmt: skip
    assert await lines(house, thesis_id) == ()
    await house.approve(drafted.id, now=house.at(days=1))
    assert [line.number for line in await lines(house, thesis_id)] == [2]


async def test_a_form_delivered_twice_makes_one_question(house: House) -> None:
    """One draft, one link."""
    _, argument_id = await named(house, 2)
    interaction_id = house.interaction()
    drafts = [(await make(house, argument_id, interaction_id=interaction_id)).id for _ in range(2)]
    assert drafts[0] == drafts[1]
    assert len(await house.rows(CruxLink)) == 1


async def test_a_crux_of_a_question_makes_a_draft_without_a_link(house: House) -> None:
    """Only theses are linked."""
    _, argument_id = await named(house, 2, on_thesis=False)
    assert (await make(house, argument_id)).phase is Phase.DRAFT
    assert await house.rows(CruxLink) == []


async def test_the_neighbours_argument_makes_nothing(house: House) -> None:
    """Its id alone is no right to it."""
    _, argument_id = await named(house, 2)
    with pytest.raises(ForecastError, match="Nothing here"):
        await make(house, argument_id, community_id=house.next_door, member_id=house.neighbour)
