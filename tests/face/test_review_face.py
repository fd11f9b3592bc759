"""Claim review: one claim after the other, with the draft it would make and what else was read."""

from itertools import pairwise
from typing import Any

from simcord import InteractionResult

from claims.models import ClaimDecision, ClaimLink, ClaimStatus, StoredClaim
from forecasts.models import Kind, Phase, Question
from tests.face.watch import walk
from tests.face.world import World, words

TEXT = (
    "The gap in models has narrowed since 2023, while the gap in chips has widened every year.\n\n"
    "Export controls have slowed China's models in the short run and sped up its chip industry.\n\n"
    "American designers will sell thirty times more computing power this year than Chinese ones.\n"
)
HOPEFUL = "The gap between US and Chinese models will keep narrowing because distillation is cheap.\n"
DOUBTFUL = "The gap between US and Chinese models will widen because Chinese labs lack computing power.\n"


async def add(world: World, text: str = TEXT, name: str = "gap.txt") -> InteractionResult:
    """Attach a document as the moderator."""
    return await world.moderator.slash(world.channel, "claims add", document=(name, text.encode()))


async def begin(world: World) -> InteractionResult:
    """Add a document of three claims and open its review."""
    listed = await add(world)
    return await world.moderator.click(listed.response.message, label="Review one by one")


async def press(world: World, page: InteractionResult, label: str) -> InteractionResult:
    """Press a button of the review."""
    return await world.moderator.click(page.response.message, label=label)


def ids(page: InteractionResult, action: str) -> list[str]:
    """Return the ids of a page's buttons for an action."""
    parts = walk(list(page.response.components))
    return [part["custom_id"] for part in parts if part.get("custom_id", "").startswith(f"{action}:")]


async def test_a_review_shows_one_claim_with_its_quote_and_reasons(world: World) -> None:
    """As a sentence, a quote with its source, why it was picked, and the draft with its close."""
    said = words(await begin(world))
    assert "1 of 3" in said
    assert "> “" in said
    assert "-# gap" in said
    assert "Worth debating" in said
    assert "**Draft**  Will " in said
    assert "-# Closes <t:" in said
    assert "[Open…]\n[Edit]\n[Thesis]\n[Reject…]\n[Related]\n[Next]" in said


async def test_the_review_of_everything_spans_documents(world: World) -> None:
    """Only for the moderator, the claims of both."""
    await add(world)
    await add(world, HOPEFUL, "hopeful.txt")
    page = await world.moderator.slash(world.channel, "claims review")
    assert page.ephemeral
    assert "1 of 4" in words(page)


async def test_claims_of_a_topic_follow_each_other(world: World) -> None:
    """Page after page the topics stay together."""
    await add(world, TEXT + HOPEFUL + "\n" + DOUBTFUL)
    page = await world.moderator.slash(world.channel, "claims review")
    topics = []
    for _ in range(5):
        key = int(ids(page, "draft")[0].rpartition(":")[2])
        (claim,) = await world.rows(StoredClaim, id=key)
        topics.append(claim.topic)
        page = await press(world, page, "Next")
    changes = sum(one != other for one, other in pairwise(topics))
    assert changes == len(set(topics)) - 1


async def test_next_turns_the_page_in_place_and_round(world: World) -> None:
    """Three clicks come back to the first."""
    page = await begin(world)
    first = words(page)
    for place in (2, 3, 1):
        page = await press(world, page, "Next")
        assert f"{place} of 3" in words(page)
    assert words(page) == first


async def test_it_is_two_clicks_from_a_claim_to_an_open_question(world: World) -> None:
    """Where the draft is complete: Open…, then Approve and open."""
    await add(world, HOPEFUL)
    page = await world.moderator.slash(world.channel, "claims review")
    assert "Blanks" not in words(page)
    draft = await press(world, page, "Open…")
    await world.moderator.click(draft.response.message, label="Approve and open")
    (question,) = await world.rows(Question)
    assert question.phase is Phase.BLIND
    assert question.topic


async def test_blanks_are_named_and_keep_it_from_opening(world: World) -> None:
    """The draft that lacks a source says so on the page."""
    await add(world, "The controls are a mistake that will cost the makers of chips dearly.")
    page = await world.moderator.slash(world.channel, "claims review")
    assert "Blanks: \\[which source?\\]" in words(page)
    draft = await press(world, page, "Open…")
    refused = await world.moderator.click(draft.response.message, label="Approve and open")
    assert "still has blanks" in words(refused)


async def test_a_draft_can_be_worded_before_it_is_stored(world: World) -> None:
    """The form holds the draft; what is sent is stored, and the quote stays verbatim."""
    page = await begin(world)
    form = await press(world, page, "Edit")
    values = {
        part["component"]["custom_id"]: part["component"].get("value") or ""
        for part in form.modal["components"]
    }
    assert values["title"].startswith("Will ")
    assert await world.rows(Question) == []
    title = "Will the gap in models be smaller on 1 June 2026 than today?"
    await world.moderator.submit_modal(form, values | {"title": title, "closes": "1 June 2026"})
    (question,) = await world.rows(Question)
    (decision,) = await world.rows(ClaimDecision)
    assert (question.title, question.quote in TEXT, decision.decision) == (title, True, "drafted")
    assert f"{question.closes_at:%Y-%m-%d}" == "2026-06-01"


async def test_a_form_that_is_refused_decides_nothing(world: World) -> None:
    """The claim still waits."""
    form = await press(world, await begin(world), "Edit")
    await world.moderator.submit_modal(
        form,
        {
            "title": "Too short",
            "criteria": "No.",
            "source": "Mine",
            "closes": "1 June 2026",
            "fine_print": "",
        },
    )
    assert await world.rows(ClaimDecision) == []


async def test_a_claim_becomes_a_thesis(world: World) -> None:
    """In the words of the form, with its quote; a second click opens it."""
    form = await press(world, await begin(world), "Thesis")
    draft = await world.moderator.submit_modal(form, {"title": "The model gap has narrowed.", "criteria": ""})
    await world.moderator.click(draft.response.message, label="Open as thesis")
    (thesis,) = await world.rows(Question)
    (decision,) = await world.rows(ClaimDecision)
    assert (thesis.kind, thesis.phase, decision.decision) == (Kind.THESIS, Phase.BLIND, "thesis")
    assert thesis.quote in TEXT


async def test_a_rejected_claim_is_a_label_and_gone(world: World) -> None:
    """The reason is stored, and the page shows the next of the two that wait."""
    page = await begin(world)
    follower = ids(page, "review")[0].rpartition(":")[2]
    form = await press(world, page, "Reject…")
    after = await world.moderator.submit_modal(form, {"reason": "Nobody disputes this."})
    (decision,) = await world.rows(ClaimDecision)
    assert (decision.decision, decision.reason) == (ClaimStatus.REJECTED, "Nobody disputes this.")
    assert "1 of 2" in words(after)
    assert ids(after, "draft") == [f"draft:v1:{follower}"]


async def test_a_claim_is_rejected_once(world: World) -> None:
    """Two moderators at once: the second reads what happened."""
    page = await begin(world)
    forms = [await press(world, page, "Reject…") for _ in range(2)]
    await world.moderator.submit_modal(forms[0], {"reason": "Nobody disputes this."})
    again = await world.moderator.submit_modal(forms[1], {"reason": "Me neither."})
    assert "Somebody decided about this claim before" in words(again)
    assert len(await world.rows(ClaimDecision)) == 1


async def test_the_last_decision_ends_the_review(world: World) -> None:
    """When nothing waits any more, the page says so."""
    page = await begin(world)
    for _ in range(3):
        form = await press(world, page, "Reject…")
        page = await world.moderator.submit_modal(form, {"reason": "Not disputed."})
    assert "Nothing waits in this document" in words(page)
    assert "Nothing waits: each" in words(await world.moderator.slash(world.channel, "claims review"))


async def opposed(world: World) -> InteractionResult:
    """Review a claim that another document contradicts."""
    await add(world, HOPEFUL, "hopeful.txt")
    listed = await add(world, DOUBTFUL, "doubtful.txt")
    return await world.moderator.click(listed.response.message, label="Review one by one")


async def test_what_contradicts_a_claim_is_shown_as_a_possible_tension(world: World) -> None:
    """Verbatim, with its source."""
    said = words(await opposed(world))
    assert "**Possible tension**" in said
    assert "keep narrowing because distillation is cheap" in said
    assert "— hopeful" in said


async def test_a_moderator_says_whether_there_is_a_tension(world: World) -> None:
    """Confirmed it stays, marked; denied it is gone."""
    page = await press(world, await opposed(world), "✓ Tension 1")
    (link,) = await world.rows(ClaimLink)
    assert (link.relation, link.confirmed) == ("contradict", True)
    assert "— hopeful ✓" in words(page)
    again = await world.forge(
        world.moderator, await world.neutral_message(), f"tension:v1:2:{link.b_id}:{link.a_id}:0"
    )
    assert "Possible tension" not in words(again)


async def test_long_claims_of_signs_fit_into_one_page(world: World) -> None:
    """Five hundred characters that escape to two, opposed by others like it, are still one message."""
    signs = "*the* _gap_ `between` ~US~ and [Chinese] AI models " * 8
    text = f"It is so: {signs}will narrow by 2028.\n\nIt is not so: {signs}will widen by 2028.\n"
    await add(world, text, f"{'*_' * 40}.txt")
    page = await world.moderator.slash(world.channel, "claims review")
    for _ in range(3):
        page = await press(world, page, "Next") if "[Next]" in words(page) else page


async def test_members_do_not_review(world: World) -> None:
    """Forged clicks of a member are refused, and so are those from next door."""
    await begin(world)
    message, theirs = await world.neutral_message(), await world.neighbours_message()
    clicks = {
        "review:v1:1:0": "no such document",
        "edit-claim:v1:1": "no such claim",
        "thesis-claim:v1:1": "no such claim",
        "related:v1:1": "no such claim",
        "tension:v1:1:1:2:1": "no such claim",
        "dismiss-claim:v1:1": "no such claim",
        "replace:v1:1:1": "no such document",
    }
    for custom_id, sentence in clicks.items():
        assert "This is for moderators" in words(await world.forge(world.member, message, custom_id))
        answer = await world.forge(world.neighbour.moderator, theirs, custom_id)
        assert sentence in words(answer), custom_id
    refused: Any = await world.member.slash(world.channel, "claims review")
    assert "This is for moderators" in words(refused)
    assert await world.rows(ClaimDecision) == []


async def test_another_servers_claim_is_not_rejected(world: World) -> None:
    """A form opened next door for our claim changes nothing."""
    await begin(world)
    theirs = await world.neighbours_message()
    form = await world.forge(world.neighbour.moderator, theirs, "reject-claim:v1:0:1")
    answer = await world.neighbour.moderator.submit_modal(form, {"reason": "Out with it."})
    assert "There is no such claim" in words(answer)
    assert await world.rows(ClaimDecision) == []
