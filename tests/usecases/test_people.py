import json
from typing import Any

from forecasts.arguments import arguments_for, record_list_exposure
from forecasts.communities import member_of
from forecasts.debate import add_argument
from forecasts.following import follow
from forecasts.models import Argument, Community, Digest, Exposure, Follow, Member, OutboxMessage, Score, Side
from forecasts.people import DELETED, erase_member, export_member, set_hidden, set_named
from forecasts.queries import card_of, find_question
from forecasts.standings import leaderboard
from forecasts.sweep import post_one_digest
from tests.usecases.conftest import House

WORDS = "Copying is cheaper than inventing."


async def one(house: House, use_case: Any, **values: Any) -> Any:
    """Run a use case that needs no community in a transaction of its own."""
    async with house.database.transaction() as session:
        return await use_case(session, **values)


async def argue(house: House, question_id: int, member_id: int) -> None:
    """Give one argument, an hour after the start."""
    await house.do(
        add_argument, question_id=question_id, member_id=member_id, side=Side.FOR, text=WORDS,
        source="A paper", interaction_id=house.interaction(), now=house.at(hours=1),
    )  # fmt: skip


async def erase(house: House, member_id: int, **since_start: float) -> None:
    """Erase a member."""
    await one(house, erase_member, member_id=member_id, now=house.at(**since_start))


async def listed(house: House, question_id: int, reader: int) -> list[Any]:
    """Return a question's arguments for a reader."""
    async with house.database.reading() as session:
        question = await find_question(session, community_id=house.home, question_id=question_id)
        return await arguments_for(session, question=question, member_id=reader, after=0, limit=20)


async def test_an_export_holds_everything_a_member_gave(house: House) -> None:
    """Forecasts, arguments, follows and what they were shown, as plain JSON with question numbers."""
    me, other = house.members[:2]
    question_id = await house.opened()
    await house.all_say(question_id, 0.2, 0.6, 0.8)
    await argue(house, question_id, me)
    await argue(house, question_id, other)
    async with house.database.transaction() as session:
        question = await find_question(session, community_id=house.home, question_id=question_id)
        await follow(session, question=question, member_id=me)
        await record_list_exposure(session, argument_ids=[1, 2], member_id=me, now=house.at(hours=2))
    data = json.loads(json.dumps(await one(house, export_member, member_id=me)))
    assert data["member"]["user_id"] == "103"
    assert [(row["question"], row["kind"], row["probabilities"]) for row in data["forecasts"]] == [
        (1, "blind", [0.2])
    ]
    assert [(row["text"], row["source"]) for row in data["arguments"]] == [(WORDS, "A paper")]
    assert [(row["argument_id"], row["surface"]) for row in data["shown"]] == [(2, "list")]
    assert data["follows"] == [{"question": 1}]


async def test_an_export_holds_nothing_of_others(house: House) -> None:
    """Their numbers, texts and ids are not in it."""
    question_id = await house.opened()
    await house.all_say(question_id, 0.2, 0.63, 0.8)
    await argue(house, question_id, house.members[1])
    text = json.dumps(await one(house, export_member, member_id=house.members[0]))
    assert "0.63" not in text
    assert WORDS not in text
    assert "104" not in text


async def test_an_export_holds_what_a_moderator_decided(house: House) -> None:
    """Proposals with their notes, and the audit entries."""
    await house.resolved(0.2, 0.6, 0.8)
    data = await one(house, export_member, member_id=house.moderator)
    assert next((row["ruling"], row["note"]) for row in data["rulings"]) == ("proposed", "It says so.")
    assert "approve" in [row["action"] for row in data["actions"]]


async def test_hiding_leaves_a_member_out_and_brings_them_back(house: House) -> None:
    """Out of the leaderboard and of the card's best; the scores stay."""
    question_id = await house.resolved(0.2, 0.6, 0.9)
    best = house.members[2]
    await one(house, set_hidden, member_id=best, hidden=True, now=house.at(days=12))
    standings = await house.read(leaderboard)
    card = await house.read(card_of, question_id=question_id)
    assert 105 not in [line.user_id for line in standings.lines]
    assert 105 not in [each.user_id for each in card.results.best]
    assert len(await house.scores(question_id)) == 3
    await one(house, set_hidden, member_id=best, hidden=False, now=house.at(days=12))
    assert 105 in [line.user_id for line in (await house.read(leaderboard)).lines]


async def test_hiding_redraws_the_cards_once(house: House) -> None:
    """A card that named the member is owed a refresh; hiding twice owes nothing more."""
    await house.resolved(0.2, 0.6, 0.9)
    before = len(await house.rows(OutboxMessage, kind="refresh"))
    for seconds in (0, 60):
        await one(
            house, set_hidden, member_id=house.members[2], hidden=True, now=house.at(days=13, seconds=seconds)
        )
    assert len(await house.rows(OutboxMessage, kind="refresh")) == before + 1


async def test_names_appear_after_the_last_call_only(house: House) -> None:
    """Sealed for 24 hours, debated for 72, last call for 24: an alias until then, a name afterwards."""
    me, reader = house.members[:2]
    question_id = await house.opened()
    await house.all_say(question_id, 0.2, 0.6, 0.8)
    await argue(house, question_id, me)
    await one(house, set_named, member_id=me, named=True)
    for hours in (24, 96):
        await house.sweep(house.at(hours=hours))
        assert [entry.user_id for entry in await listed(house, question_id, reader)] == [None]
    await house.sweep(house.at(hours=120))
    assert [entry.user_id for entry in await listed(house, question_id, reader)] == [103]


async def test_a_proposal_during_the_debate_names_nobody(house: House) -> None:
    """A challenge could take the question back to the debate."""
    me, reader = house.members[:2]
    question_id = await house.opened()
    await house.all_say(question_id, 0.2, 0.6, 0.8)
    await argue(house, question_id, me)
    await one(house, set_named, member_id=me, named=True)
    await house.sweep(house.at(hours=24))
    await house.propose(question_id, 1, house.at(hours=30))
    assert [entry.user_id for entry in await listed(house, question_id, reader)] == [None]


async def test_whoever_did_not_choose_to_be_named_keeps_an_alias(house: House) -> None:
    """The default, after the result too."""
    question_id = await house.opened(days=10)
    await house.all_say(question_id, 0.2, 0.6, 0.8)
    await argue(house, question_id, house.members[0])
    await house.sweep(house.at(days=10))
    (entry,) = await listed(house, question_id, house.members[1])
    assert entry.user_id is None
    assert len(entry.by.split()) == 2


async def test_erasing_leaves_a_tombstone_without_a_user(house: House) -> None:
    """The row stays, so that nothing that refers to it breaks; the Discord id is gone."""
    await erase(house, house.members[0])
    (member,) = await house.rows(Member, id=house.members[0])
    assert (member.user_id, member.hidden, member.named) == (None, True, False)
    assert member.erased_at == house.at()


async def test_erasing_drops_texts_and_follows(house: House) -> None:
    """An argument's words and source are gone from the table, and from what readers see."""
    me, reader = house.members[:2]
    question_id = await house.opened()
    await house.all_say(question_id, 0.2, 0.6, 0.8)
    await argue(house, question_id, me)
    async with house.database.transaction() as session:
        question = await find_question(session, community_id=house.home, question_id=question_id)
        await follow(session, question=question, member_id=me)
    await house.sweep(house.at(hours=24))
    await erase(house, me, hours=25)
    (argument,) = await house.rows(Argument)
    assert (argument.text, argument.source) == (DELETED, "")
    assert await house.rows(Follow) == []
    assert await listed(house, question_id, reader) == []
    assert (await house.read(card_of, question_id=question_id)).arguments == ()


async def test_erasing_leaves_the_others_scores_as_they_were(house: House) -> None:
    """Numbers stay, linked to nobody."""
    question_id = await house.resolved(0.2, 0.6, 0.8)
    before = [(row.member_id, row.brier, row.peer_brier) for row in await house.scores(question_id)]
    await erase(house, house.members[0], days=12)
    assert [(row.member_id, row.brier, row.peer_brier) for row in await house.scores(question_id)] == before


async def test_an_erased_member_is_in_no_leaderboard(house: House) -> None:
    """Nor among a card's best."""
    question_id = await house.resolved(0.2, 0.6, 0.8)
    await erase(house, house.members[2], days=12)
    assert 105 not in [line.user_id for line in (await house.read(leaderboard)).lines]
    card = await house.read(card_of, question_id=question_id)
    assert 105 not in [each.user_id for each in card.results.best]


async def test_an_erased_member_is_taken_out_of_stored_digests(house: House) -> None:
    """Digests name the week's best by Discord id, in two tables."""
    await house.resolved(0.2, 0.6, 0.8, days=10)
    await house.change(1, Community, digest_due_at=house.at(days=13, hours=6))
    async with house.database.transaction() as session:
        while await post_one_digest(session, now=house.at(days=13, hours=6)) is not None:
            pass
    (digest,) = await house.rows(Digest)
    (message,) = await house.rows(OutboxMessage, kind="digest")
    for content in (digest.content, message.payload):
        assert 105 in [leader["user_id"] for leader in content["leaders"]]
    await erase(house, house.members[2], days=14)
    (digest,) = await house.rows(Digest)
    (message,) = await house.rows(OutboxMessage, kind="digest")
    for content in (digest.content, message.payload):
        assert sorted(leader["user_id"] for leader in content["leaders"]) == [103, 104]


async def test_whoever_comes_back_is_somebody_new(house: House) -> None:
    """The same Discord user gets a fresh row; the old forecasts stay with the tombstone."""
    question_id = await house.resolved(0.2, 0.6, 0.8)
    await erase(house, house.members[0], days=12)
    async with house.database.transaction() as session:
        again = await member_of(session, community_id=house.home, user_id=103, now=house.at(days=13))
    assert again.id not in {house.members[0], *house.members}
    assert again.id not in [row.member_id for row in await house.rows(Score, question_id=question_id)]


async def test_ones_own_argument_is_no_exposure(house: House) -> None:
    """Only what others wrote counts as shown; twice shown is stored once."""
    me, other = house.members[:2]
    question_id = await house.opened()
    await house.all_say(question_id, 0.2, 0.6, 0.8)
    await argue(house, question_id, me)
    await argue(house, question_id, other)
    for _ in range(2):
        await one(house, record_list_exposure, argument_ids=[1, 2], member_id=me, now=house.at(hours=2))
    assert [(row.argument_id, row.surface) for row in await house.rows(Exposure)] == [(2, "list")]
