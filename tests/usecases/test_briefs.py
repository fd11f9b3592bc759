"""The brief of new claims: when it is due, what is new, and that there is one a period."""

from datetime import UTC, datetime, timedelta

import pytest

from claims.briefs import due_brief, new_claims, post_brief, set_brief, top_of
from claims.ingest import document_from_text
from claims.library import add_document
from claims.models import StoredClaim
from claims.reading import read_claims
from claims.review import dismiss_claim
from forecasts.errors import ConflictError, InvalidInputError
from forecasts.models import Community, OutboxMessage
from forecasts.settings import Changes, change_settings
from forecasts.sweep import next_deadline
from tests.usecases.conftest import CHANNEL, House

TEXT = """
Rents in Bonn will fall by a third because so many flats are being built.

Wheat exports from Ukraine will double in 2027 if the harvest of that summer is good.

Memory chips are going to cost more, since every maker has cut its output.

Coal mining in Wales will have ended by 2028 as steel is made with hydrogen.

Honey may become scarce: a mite that nothing stops kills whole hives every winter.

Train fares in Japan should rise next spring, when drivers get higher pay.
"""


async def add(house: House, text: str = TEXT, name: str = "notes") -> None:
    """Add a document as the moderator."""
    reading = read_claims(document_from_text(text, name))
    await house.do(add_document, member_id=house.moderator, reading=reading, now=house.at())


async def ask_for(
    house: House, hour: int | None = 8, weekday: int | None = None, now: datetime | None = None
) -> Community:
    """Set the brief as the moderator."""
    community: Community = await house.do(
        set_brief, member_id=house.moderator, channel_id=CHANNEL, hour=hour, weekday=weekday,
        now=now or house.at(),
    )  # fmt: skip
    return community


async def post(house: House, now: datetime) -> bool:
    """Post the brief that is due, if one is."""
    async with house.database.reading() as session:
        new = await due_brief(session, now=now)
    if new is None:
        return False
    chosen = top_of(new)
    async with house.database.transaction() as session:
        return await post_brief(session, new=new, chosen=chosen, now=now)


async def test_a_daily_brief_is_due_at_its_hour(house: House) -> None:
    """The start is a Monday noon: Tuesday at 8."""
    community = await ask_for(house)
    assert community.brief_due_at == datetime(2026, 3, 3, 8, tzinfo=UTC)
    async with house.database.reading() as session:
        assert await next_deadline(session) == community.brief_due_at


async def test_a_weekly_brief_is_due_on_its_day(house: House) -> None:
    """Friday, 6 March, at 8."""
    assert (await ask_for(house, weekday=4)).brief_due_at == datetime(2026, 3, 6, 8, tzinfo=UTC)


async def test_the_hour_is_the_servers(house: House) -> None:
    """8:00 in Berlin is 7:00 UTC in winter and 6:00 from 29 March 2026 on."""
    await house.change(house.home, Community, zone="Europe/Berlin")
    assert (await ask_for(house)).brief_due_at == datetime(2026, 3, 3, 7, tzinfo=UTC)
    later = await ask_for(house, now=datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert later.brief_due_at == datetime(2026, 3, 29, 6, tzinfo=UTC)


async def test_a_new_zone_moves_the_brief(house: House) -> None:
    """8:00 in Tokyo is 23:00 UTC of the day before."""
    await ask_for(house)
    community = await house.do(
        change_settings, member_id=house.moderator, changes=Changes(zone="Asia/Tokyo"), now=house.at()
    )
    assert community.brief_due_at == datetime(2026, 3, 2, 23, tzinfo=UTC)


async def test_a_brief_can_be_switched_off(house: House) -> None:
    """Then nothing is due."""
    await ask_for(house)
    community = await ask_for(house, hour=None)
    assert (community.brief_due_at, community.brief_hour, community.brief_channel_id) == (None, None, None)


@pytest.mark.parametrize(("hour", "weekday"), [(24, None), (-1, None), (8, 7)])
async def test_hours_and_days_are_checked(house: House, hour: int, weekday: int | None) -> None:
    """A sentence says which there are."""
    with pytest.raises(InvalidInputError):
        await ask_for(house, hour, weekday)


async def test_a_brief_shows_five_claims_and_no_two_of_a_topic(house: House) -> None:
    """The most debatable of six."""
    await add(house)
    async with house.database.reading() as session:
        chosen = top_of(await new_claims(session, community_id=house.home))
    assert len(chosen) == 5
    assert len({line.topic for line in chosen}) == 5


async def test_a_brief_is_posted_once_a_day(house: House) -> None:
    """Its key is the day, its payload the claims, which it shows only once."""
    await add(house)
    await ask_for(house)
    due = datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert await post(house, due)
    (message,) = await house.rows(OutboxMessage)
    assert (message.key, message.channel_id) == ("br:1:2026-03-03", CHANNEL)
    assert len(message.payload["claims"]) == 5
    briefed = [claim.id for claim in await house.rows(StoredClaim) if claim.briefed_at == due]
    assert briefed == sorted(message.payload["claims"])
    assert not await post(house, due + timedelta(hours=1))


async def test_the_next_brief_shows_what_is_left(house: House) -> None:
    """The sixth claim; on the third day nothing is new, and there is no message."""
    await add(house)
    await ask_for(house)
    posted = [await post(house, datetime(2026, 3, day, 8, tzinfo=UTC)) for day in (3, 4, 5)]
    assert posted == [True, True, False]
    first, second = await house.rows(OutboxMessage)
    assert len(second.payload["claims"]) == 1
    assert not {*first.payload["claims"]} & {*second.payload["claims"]}


async def test_two_sweeps_at_once_post_one_brief(house: House) -> None:
    """Both have read what is due; the second finds that it isn't any more."""
    await add(house)
    await ask_for(house)
    now = datetime(2026, 3, 3, 8, tzinfo=UTC)
    async with house.database.reading() as session:
        new = await due_brief(session, now=now)
    assert new is not None
    posted = []
    for _ in range(2):
        async with house.database.transaction() as session:
            posted.append(await post_brief(session, new=new, chosen=new.lines[:5], now=now))
    assert posted == [True, False]


async def test_after_a_downtime_there_is_one_brief(house: House) -> None:
    """Three days late: that of the first day, and then the next one in the future."""
    await add(house)
    await ask_for(house)
    now = datetime(2026, 3, 6, 20, tzinfo=UTC)
    assert await post(house, now)
    assert not await post(house, now)
    (community,) = await house.rows(Community, id=house.home)
    assert community.brief_due_at == datetime(2026, 3, 7, 8, tzinfo=UTC)


async def test_a_dismissed_claim_is_not_new(house: House) -> None:
    """Nor is it dismissed twice."""
    await add(house, "Rents in Bonn will fall by a third before 2028.")
    given = {"member_id": house.moderator, "claim_id": 1, "now": house.at()}
    await house.do(dismiss_claim, **given)
    async with house.database.reading() as session:
        assert (await new_claims(session, community_id=house.home)).lines == ()
    with pytest.raises(ConflictError):
        await house.do(dismiss_claim, **given)


async def test_another_communitys_claims_are_not_briefed(house: House) -> None:
    """Nothing is new here."""
    reading = read_claims(document_from_text(TEXT, "theirs"))
    await house.do(
        add_document, member_id=house.neighbour, reading=reading, now=house.at(), community_id=house.next_door
    )
    await ask_for(house)
    assert not await post(house, datetime(2026, 3, 3, 8, tzinfo=UTC))


async def test_a_server_that_the_bot_left_gets_no_brief(house: House) -> None:
    """It isn't even due."""
    await add(house)
    await ask_for(house)
    await house.change(house.home, Community, left_at=house.at())
    assert not await post(house, datetime(2026, 3, 3, 8, tzinfo=UTC))
