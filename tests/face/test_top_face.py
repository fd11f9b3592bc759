"""The five most debatable new claims: asked for, and posted at the server's hour."""

from claims.models import ClaimDecision, StoredClaim
from forecasts.models import Question
from tests.face.world import World, words

TEXT = """
Rents in Bonn will fall by a third because so many flats are being built.

Wheat exports from Ukraine will double in 2027 if the harvest of that summer is good.

Memory chips are going to cost more, since every maker has cut its output.

Coal mining in Wales will have ended by 2028 as steel is made with hydrogen.

Honey may become scarce: a mite that nothing stops kills whole hives every winter.

Train fares in Japan should rise next spring, when drivers get higher pay.
"""
HEADING = "### Worth debating"


async def add(world: World, text: str = TEXT, name: str = "notes.txt") -> None:
    """Attach a document as the moderator."""
    await world.moderator.slash(world.channel, "claims add", document=(name, text.encode()))


async def test_the_top_five_are_shown_with_quote_and_source(world: World) -> None:
    """Only to the moderator who asks, each with two buttons."""
    await add(world)
    answer = await world.moderator.slash(world.channel, "claims top")
    assert answer.ephemeral
    said = words(answer)
    assert said.count("> “") == said.count("[Draft]\n[Dismiss]") == 5
    assert said.count("-# notes") == 5


async def test_a_claim_of_the_top_becomes_a_draft(world: World) -> None:
    """One click."""
    await add(world)
    answer = await world.moderator.slash(world.channel, "claims top")
    key = next(n for n in range(1, 7) if f"draft:v1:{n}" in str(answer.response.components))
    draft = await world.moderator.click(answer.response.message, custom_id=f"draft:v1:{key}")
    assert "📝 Draft" in words(draft)
    assert len(await world.rows(Question)) == 1


async def test_a_dismissed_claim_makes_room_for_the_next(world: World) -> None:
    """It is a decision without a reason."""
    await add(world)
    answer = await world.moderator.slash(world.channel, "claims top")
    key = next(n for n in range(1, 7) if f"dismiss-claim:v1:{n}" in str(answer.response.components))
    said = await world.moderator.click(answer.response.message, custom_id=f"dismiss-claim:v1:{key}")
    assert "Dismissed" in words(said)
    (decision,) = await world.rows(ClaimDecision)
    (claim,) = await world.rows(StoredClaim, id=decision.claim_id)
    assert (decision.decision, decision.reason) == ("dismissed", "")
    again = words(await world.moderator.slash(world.channel, "claims top"))
    assert claim.text[:20] not in again
    assert again.count("> “") == 5


async def test_nothing_new_says_so(world: World) -> None:
    """With the way out."""
    assert "No new claims" in words(await world.moderator.slash(world.channel, "claims top"))


async def test_the_brief_is_posted_once_at_its_hour(world: World) -> None:
    """The clock starts at midnight: at 8 the channel reads five claims, at 9 nothing more."""
    await add(world)
    answer = await world.moderator.slash(world.channel, "claims brief", when="daily")
    assert f"<#{world.channel.id}>" in words(answer)
    await world.pass_time(hours=7.9)
    assert world.posts(HEADING) == []
    await world.pass_time(hours=0.2)
    await world.pass_time(hours=1)
    (post,) = world.posts(HEADING)
    assert post.count("[Draft]\n[Dismiss]") == 5
    (message,) = await world.outbox("brief")
    assert message.key == "br:1:2026-01-01"


async def test_the_next_day_brings_the_sixth_and_then_nothing(world: World) -> None:
    """A day without anything new has no message."""
    await add(world)
    await world.moderator.slash(world.channel, "claims brief", when="daily", hour=6)
    for _ in range(4):
        await world.pass_time(hours=24)
    assert [post.count("[Draft]") for post in world.posts(HEADING)] == [5, 1]


async def test_a_weekly_brief_waits_for_its_day(world: World) -> None:
    """1 January 2026 is a Thursday: Saturday at 10 is 58 hours later."""
    await add(world)
    await world.moderator.slash(world.channel, "claims brief", when="Saturday", hour=10)
    await world.pass_time(hours=57.9)
    assert world.posts(HEADING) == []
    await world.pass_time(hours=0.2)
    assert len(world.posts(HEADING)) == 1


async def test_a_brief_that_is_off_is_not_posted(world: World) -> None:
    """Nor was it before anybody asked for it."""
    await add(world)
    await world.moderator.slash(world.channel, "claims brief", when="daily")
    answer = await world.moderator.slash(world.channel, "claims brief", when="off")
    assert "no brief any more" in words(answer)
    await world.pass_time(hours=48)
    assert world.posts(HEADING) == []


async def test_a_restart_posts_the_brief_once(world: World) -> None:
    """What is due is remembered by the database."""
    await add(world)
    await world.moderator.slash(world.channel, "claims brief", when="daily")
    await world.env.advance_time(10 * 3600)
    await world.restart()
    await world.bot.do_what_is_due()
    await world.bot.do_what_is_due()
    assert len(world.posts(HEADING)) == 1


async def test_members_may_read_the_brief_and_not_decide(world: World) -> None:
    """Its buttons are checked in code, and next door's moderator is nobody here."""
    await add(world)
    await world.moderator.slash(world.channel, "claims brief", when="daily")
    await world.pass_time(hours=9)
    post = next(message for message in world.history() if HEADING in words(message))
    (message,) = await world.outbox("brief")
    key = message.payload["claims"][0]
    for action in ("draft", "dismiss-claim"):
        refused = await world.member.click(post, custom_id=f"{action}:v1:{key}")
        assert "This is for moderators" in words(refused)
    for command, options in (("claims top", {}), ("claims brief", {"when": "off"})):
        refused = await world.member.slash(world.channel, command, **options)
        assert "This is for moderators" in words(refused)
    theirs = await world.neighbours_message()
    answer = await world.forge(world.neighbour.moderator, theirs, "dismiss-claim:v1:1")
    assert "There is no such claim" in words(answer)
    drafted = await world.moderator.click(post, custom_id=f"draft:v1:{key}")
    assert "📝 Draft" in words(drafted)


async def test_long_claims_of_signs_fit_into_one_post(world: World) -> None:
    """Five of five hundred characters that escape to two."""
    things = ("wheat from Ukraine", "flats in the old town", "the bees of Wales", "chips", "trains")
    signs = "*rise* _a_ `bit` ~more~ and " * 12
    text = "\n\n".join(f"By the end of 2027 the price of {thing} will {signs} double." for thing in things)
    await add(world, text, f"{'*_' * 40}.txt")
    said = words(await world.moderator.slash(world.channel, "claims top"))
    assert HEADING in said
