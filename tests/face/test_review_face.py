"""Claim review: one claim after the other, with the reasons it was picked."""

from claims.models import ClaimDecision, ClaimStatus, StoredClaim
from tests.face.world import World, words

TEXT = (
    "The gap in models has narrowed since 2023, while the gap in chips has widened every year.\n\n"
    "Export controls have slowed China's models in the short run and sped up its chip industry.\n\n"
    "American designers will sell thirty times more computing power this year than Chinese ones.\n"
)


async def begin(world: World):  # noqa: ANN201 (a result of the simulated server)
    """Add a document of three claims and open its review."""
    listed = await world.moderator.slash(world.channel, "claims add", document=("gap.txt", TEXT.encode()))
    return await world.moderator.click(listed.response.message, label="Review one by one")


async def test_a_review_shows_one_claim_with_its_quote_and_reasons(world: World) -> None:
    """The best first, as a sentence, a quote, and why."""
    said = words(await begin(world))
    assert "gap · 1 of 3" in said
    assert "> " in said
    assert "Worth debating" in said
    assert "[Draft]\n[Reject…]\n[Next]" in said


async def test_next_turns_the_page_in_place_and_round(world: World) -> None:
    """Three clicks come back to the first."""
    page = await begin(world)
    first = words(page)
    for place in (2, 3, 1):
        page = await world.moderator.click(page.response.message, label="Next")
        assert f"· {place} of 3" in words(page)
    assert words(page) == first


async def test_a_rejected_claim_is_a_label_and_gone(world: World) -> None:
    """The reason is stored, and two claims wait."""
    page = await begin(world)
    form = await world.moderator.click(page.response.message, label="Reject…")
    after = await world.moderator.submit_modal(form, {"reason": "Nobody disputes this."})
    (decision,) = await world.rows(ClaimDecision)
    assert (decision.decision, decision.reason) == (ClaimStatus.REJECTED, "Nobody disputes this.")
    assert "· 1 of 2" in words(after)


async def test_a_claim_is_rejected_once(world: World) -> None:
    """Two moderators at once: the second reads what happened."""
    page = await begin(world)
    forms = [await world.moderator.click(page.response.message, label="Reject…") for _ in range(2)]
    await world.moderator.submit_modal(forms[0], {"reason": "Nobody disputes this."})
    again = await world.moderator.submit_modal(forms[1], {"reason": "Me neither."})
    assert "Somebody decided about this claim before" in words(again)
    assert len(await world.rows(ClaimDecision)) == 1


async def test_a_claim_becomes_a_draft_from_its_review(world: World) -> None:
    """One tap, and the draft carries the quote."""
    page = await begin(world)
    draft = await world.moderator.click(page.response.message, label="Draft")
    assert "📝 Draft" in words(draft)
    assert [claim.status for claim in await world.rows(StoredClaim)].count(ClaimStatus.DRAFTED) == 1


async def test_the_last_decision_ends_the_review(world: World) -> None:
    """When nothing waits any more, the page says so."""
    page = await begin(world)
    for _ in range(3):
        form = await world.moderator.click(page.response.message, label="Reject…")
        page = await world.moderator.submit_modal(form, {"reason": "Not disputed."})
    assert "Nothing waits in this document" in words(page)


async def test_members_do_not_review(world: World) -> None:
    """Forged clicks of a member are refused, and so are those from next door."""
    await begin(world)
    message = await world.neutral_message()
    for custom_id in ("review:v1:1:0", "reject-claim:v1:1"):
        assert "This is for moderators" in words(await world.forge(world.member, message, custom_id))
    theirs = await world.neighbours_message()
    answer = await world.forge(world.neighbour.moderator, theirs, "review:v1:1:0")
    assert "There is no such document" in words(answer)


async def test_another_servers_claim_is_not_rejected(world: World) -> None:
    """A form opened next door for our claim changes nothing."""
    await begin(world)
    theirs = await world.neighbours_message()
    form = await world.forge(world.neighbour.moderator, theirs, "reject-claim:v1:1")
    answer = await world.neighbour.moderator.submit_modal(form, {"reason": "Out with it."})
    assert "There is no such claim" in words(answer)
    assert await world.rows(ClaimDecision) == []
