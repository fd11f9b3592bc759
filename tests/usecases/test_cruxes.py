"""Cruxes: linked, answered, and added up once everything is public."""

import pytest

from forecasts.communities import member_of
from forecasts.cruxes import MOST_LINKS
from forecasts.errors import InvalidInputError, NotAllowedError, NotFoundError, WrongPhaseError
from forecasts.models import Conditional, CruxLink, Phase, VoidReason
from forecasts.resolution import void_question
from tests.usecases.conftest import House
from tests.usecases.linked import answer, joined, lines, link, thesis_of


async def test_linking_twice_is_linking_once(house: House) -> None:
    """The pair is unique."""
    thesis_id, question_id, link_id = await joined(house)
    assert await link(house, thesis_id, question_id) == link_id
    assert len(await house.rows(CruxLink)) == 1


async def test_a_member_with_a_credence_may_link(house: House) -> None:
    """Whoever takes part may name what would change their mind."""
    thesis_id, question_id = await thesis_of(house), await house.opened()
    await house.all_say(thesis_id, 0.2)
    assert await link(house, thesis_id, question_id, member_id=house.members[0], by_moderator=False)


async def test_a_member_without_a_credence_may_not_link(house: House) -> None:
    """The sentence says what comes first."""
    thesis_id, question_id = await thesis_of(house), await house.opened()
    with pytest.raises(NotAllowedError, match="Give your credence first"):
        await link(house, thesis_id, question_id, member_id=house.members[0], by_moderator=False)


async def test_only_a_thesis_has_cruxes(house: House) -> None:
    """Two questions, or two theses, aren't linked."""
    question_id, thesis_id = await house.opened(), await thesis_of(house)
    for pair in ((question_id, question_id), (thesis_id, thesis_id), (question_id, thesis_id)):
        with pytest.raises(InvalidInputError, match="joins a thesis with a question"):
            await link(house, *pair)


async def test_a_decided_question_is_no_crux(house: House) -> None:
    """Its outcome is known: it can't move anybody any more."""
    thesis_id, question_id = await thesis_of(house), await house.resolved(0.2)
    with pytest.raises(WrongPhaseError, match="resolved"):
        await link(house, thesis_id, question_id, now=house.at(days=20))


async def test_a_thesis_has_eight_cruxes_at_most(house: House) -> None:
    """They fit in one message."""
    thesis_id = await thesis_of(house)
    for _ in range(MOST_LINKS):
        await link(house, thesis_id, await house.opened())
    with pytest.raises(InvalidInputError, match="8 cruxes"):
        await link(house, thesis_id, await house.opened())


async def test_the_neighbours_crux_is_not_there(house: House) -> None:
    """Neither to link nor to answer."""
    thesis_id, question_id, link_id = await joined(house)
    with pytest.raises(NotFoundError):
        await link(house, thesis_id, question_id, community_id=house.next_door, member_id=house.neighbour)
    with pytest.raises(NotFoundError):
        await answer(house, link_id, house.neighbour, 0.5, 0.5, community_id=house.next_door)


async def test_the_last_answer_counts(house: House) -> None:
    """Both are kept; one member has answered."""
    thesis_id, _, link_id = await joined(house)
    for yes in (0.6, 0.9):
        await answer(house, link_id, house.members[0], yes, 0.1)
    assert [row.if_yes for row in await house.rows(Conditional)] == [0.6, 0.9]
    assert (await lines(house, thesis_id))[0].answered == 1


async def test_an_answer_delivered_twice_is_stored_once(house: House) -> None:
    """The interaction is unique."""
    _, _, link_id = await joined(house)
    interaction_id = house.interaction()
    for _ in range(2):
        await answer(house, link_id, house.members[0], 0.6, 0.1, interaction_id=interaction_id)
    assert len(await house.rows(Conditional)) == 1


async def test_whoever_has_no_credence_has_no_conditional(house: House) -> None:
    """It would say how a number changes that isn't there."""
    _, _, link_id = await joined(house)
    with pytest.raises(NotAllowedError, match="Give your credence first"):
        await answer(house, link_id, house.moderator, 0.6, 0.1)


@pytest.mark.parametrize("number", [-0.1, 1.1, float("nan")])
async def test_a_conditional_is_a_probability(house: House, number: float) -> None:
    """Refused before anything is stored."""
    _, _, link_id = await joined(house)
    with pytest.raises(InvalidInputError):
        await answer(house, link_id, house.members[0], 0.5, number)
    assert await house.rows(Conditional) == []


async def test_once_proposed_nobody_answers_any_more(house: House) -> None:
    """The outcome may be known by then."""
    _, question_id, link_id = await joined(house)
    await house.propose(question_id, 1, house.at(days=2))
    with pytest.raises(WrongPhaseError, match="outcome isn't known"):
        await answer(house, link_id, house.members[0], 0.6, 0.1, now=house.at(days=3))


async def debated(house: House, *answers: tuple[float, float], question: float | None = 0.5) -> int:
    """Bring a thesis of six members (.1 .2 .2 against .8 .8 .9) to its debate, with their answers."""
    async with house.database.transaction() as session:
        for user_id in (301, 302):
            member = await member_of(session, community_id=house.home, user_id=user_id, now=house.at())
            house.members.append(member.id)
    thesis_id, question_id = await thesis_of(house), await house.opened()
    await house.all_say(thesis_id, 0.1, 0.2, 0.2, 0.8, 0.8, 0.9)
    link_id = await link(house, thesis_id, question_id)
    if question is not None:
        await house.all_say(question_id, question, question, question)
    for member_id, (yes, no) in zip(house.members, answers, strict=False):
        await answer(house, link_id, member_id, yes, no)
    await house.sweep(house.at(days=1))
    return thesis_id


BOTH_SIDES = [(0.3, 0.1), (0.4, 0.2), (0.3, 0.1), (0.6, 0.8), (0.5, 0.7), (0.4, 0.6)]


async def test_the_share_of_the_gap_by_hand(house: House) -> None:
    """Means .5/3 and 2.5/3: g = 2/3. If YES 1/3 and .5, 1/6 apart; if NO .4/3 and .7, 1.7/3 apart.

    1 - (.5 * 1/6 + .5 * 1.7/3) / (2/3) = 1 - (.25 + .85) / 2 = .45.
    """
    (line,) = await lines(house, await debated(house, *BOTH_SIDES))
    assert line.share == pytest.approx(0.45)
    assert (line.median, line.answered, line.outcome) == (0.5, 6, None)


async def test_nothing_is_added_up_while_the_thesis_is_sealed(house: House) -> None:
    """Sealed again by a new meaning, not even the answers of before count."""
    thesis_id = await debated(house, *BOTH_SIDES)
    await house.change(thesis_id, revealed_at=None, phase=Phase.BLIND, opens_at=house.at(days=1))
    (line,) = await lines(house, thesis_id)
    assert (line.share, line.answered) == (None, 0)


async def test_nothing_is_added_up_while_the_question_is_sealed(house: House) -> None:
    """Its median is sealed, and so is what follows from it."""
    thesis_id = await debated(house, *BOTH_SIDES)
    (joined_by,) = await house.rows(CruxLink)
    await house.change(joined_by.question_id, revealed_at=None)
    (line,) = await lines(house, thesis_id)
    assert (line.median, line.share, line.answered) == (None, None, 6)


async def test_a_crux_that_closes_nothing_has_no_share(house: House) -> None:
    """Whatever the outcome, everybody stays where they are: 1 - |g| / |g| = 0."""
    stay = [(credence, credence) for credence in (0.1, 0.2, 0.2, 0.8, 0.8, 0.9)]
    (line,) = await lines(house, await debated(house, *stay))
    assert line.share is None


async def test_one_answer_in_a_group_is_too_few(house: House) -> None:
    """Three below and one above: no share yet."""
    (line,) = await lines(house, await debated(house, *BOTH_SIDES[:4]))
    assert (line.share, line.answered) == (None, 4)


async def test_drafts_and_void_questions_are_not_listed(house: House) -> None:
    """A link shows once its question is open, and no more when it is void."""
    thesis_id, question_id, _ = await joined(house)
    await link(house, thesis_id, other := await house.opened())
    await house.change(other, phase=Phase.DRAFT, number=None)
    await house.do(
        void_question, question_id=question_id, member_id=house.moderator, reason=VoidReason.OTHER,
        note="It is over.", now=house.at(),
    )  # fmt: skip
    assert await lines(house, thesis_id) == ()
