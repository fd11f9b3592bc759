"""What moderators read about the wording of their own questions."""

from tests.face.world import WORDING, World, words

CLEAR = {
    "title": "Will the model gap on LMArena be below 20 points on 3 February 2026?",
    "criteria": "Resolves YES if the gap at rank 1 is below 20 points on 3 February 2026; otherwise NO.",
    "source": "LMArena text leaderboard (lmarena.ai)",
    "fine_print": "If lmarena.ai is offline that day, the question is void.",
}


async def test_a_new_draft_is_shown_with_advice(world: World) -> None:
    """Right below the draft, before the buttons that open it."""
    draft = await world.new_draft(
        title="Will the model gap narrow significantly by year-end?", source="Experts"
    )
    shown = words(draft)
    assert "**Before opening**" in shown
    assert "“significantly” can be read in several ways" in shown
    assert "“Experts” names nobody in particular" in shown
    assert shown.index("Before opening") < shown.index("[Approve and open]")
    assert draft.ephemeral


async def test_a_clear_draft_is_shown_without(world: World) -> None:
    """Nothing to correct, nothing to read."""
    assert "Before opening" not in words(await world.new_draft(**CLEAR))


async def test_the_advice_follows_an_edit(world: World) -> None:
    """What was corrected is gone from it, in the same message."""
    draft = await world.new_draft()
    before = words(draft)
    form = await world.moderator.click(draft.response.message, label="Edit…")
    answer = await world.moderator.submit_modal(form, WORDING | CLEAR)
    assert "Before opening" in before
    assert "Before opening" not in words(answer)


async def test_a_draft_shown_again_has_its_advice(world: World) -> None:
    """So whoever reviews it reads it too."""
    await world.new_draft(source="Official data")
    shown = await world.moderator.slash(world.channel, "question show", question="id:1")
    assert "“Official data” names nobody" in words(shown)


async def test_advice_stops_nobody(world: World) -> None:
    """The question opens; the moderator alone reads what could be clearer, the channel doesn't."""
    draft = await world.new_draft(source="Official data")
    answer = await world.moderator.click(draft.response.message, label="Approve and open")
    assert "#1 is" in words(answer)
    assert "“Official data” names nobody" in words(answer)
    await world.pass_time(seconds=10)
    assert not any("“Official data” names nobody" in words(message) for message in world.history())


async def test_an_edit_of_an_open_question_is_judged_too(world: World) -> None:
    """In the answer, beside what happens to the card."""
    await world.opened(**CLEAR)
    form = await world.moderator.slash(world.channel, "question edit", question="#1")
    vague = CLEAR | {"criteria": CLEAR["criteria"].replace("below", "well or substantially below")}
    answer = await world.moderator.submit_modal(form, vague | {"reason": "Clearer."})
    assert "#1 is changed" in words(answer)
    assert "“substantially” can be read in several ways" in words(answer)


async def test_what_is_quoted_in_advice_is_escaped(world: World) -> None:
    """A source may hold markup; the answer shows it as it was written."""
    draft = await world.new_draft(source="*official* [data](https://example.org)")
    assert "*official* [data]" not in words(draft).replace("\\*", "")
