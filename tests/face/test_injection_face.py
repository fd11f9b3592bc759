"""What people write is shown as they wrote it: it formats, mentions, links and pings nothing."""

import re

import pytest

from tests.face.watch import strings
from tests.face.world import World, words

EVIL = (
    "**now** @everyone @here <@1> <@&2> <#3> [x](https://evil.example) </a:1> <t:0> ||no|| `c` # up \u202etxt"
)
ACTIVE = re.compile(
    r"@everyone|@here|<(?:@1|@&2|#3|/a:1|t:0)>|(?<!\\)\[x|(?<!\\)\*\*now|\(https://evil|(?<!\\)\|\||\u202e"
)


FENCED = re.compile(r"^```\n[^`]*\n```$", re.MULTILINE)


def alive(world: World) -> list[str]:
    """Return the texts sent so far in which some of it would still act; labels render no markdown."""
    found = []
    for entry in world.watch:
        if entry.path.endswith("/callback") and entry.json["type"] in {8, 9}:
            continue  # choices and forms are plain text
        # Within a code block nothing acts; one that a backtick could close is no block here.
        found.extend(text for text in strings(entry.json) if ACTIVE.search(FENCED.sub("", text)))
    return found


@pytest.mark.parametrize("where", ["title", "criteria", "source", "fine_print"])
async def test_a_questions_texts_are_harmless(world: World, where: str) -> None:
    """In drafts, cards, lists, criteria, posts and notes."""
    card = await world.opened(**{where: EVIL})
    await world.all_forecast(card, 10, 70, 90)
    await world.member.click(card, label="Criteria")
    await world.member.slash(world.channel, "question list")
    await world.pass_time(hours=24)
    await world.pass_time(hours=24 * 36)
    await world.propose()
    await world.pass_time(hours=48)
    await world.pass_time(hours=7 * 24)
    assert alive(world) == []
    assert "evil" in words(await world.moderator.slash(world.channel, "question show", question="#1")) or (
        where in {"source", "fine_print"}
    )


async def test_an_argument_is_harmless(world: World) -> None:
    """In the answer to its author and on the card."""
    card = await world.revealed(10, 70, 90)
    await world.argue(world.member, EVIL)
    await world.pass_time(seconds=10)
    assert "evil.example" in words(world.again(card))
    assert alive(world) == []


async def test_the_evidences_note_is_harmless(world: World) -> None:
    """In the proposal, on the card and in the resolution."""
    card = await world.revealed(10, 70, 90)
    await world.propose(note=EVIL)
    await world.pass_time(hours=48)
    assert "evil.example" in words(world.again(card))
    assert alive(world) == []


async def test_a_documents_name_and_text_are_harmless(world: World) -> None:
    """In the list of claims, the draft and the card."""
    text = f"Analysts expect that {EVIL} will narrow the model gap by the end of 2026.".encode()
    answer = await world.moderator.slash(
        world.channel, "claims add", document=("@everyone [x](https:__evil.example).txt", text)
    )
    await world.moderator.click(answer.response.message, label="Draft")
    assert "evil" in words(answer)
    assert alive(world) == []


@pytest.mark.parametrize("typed", [EVIL[:40], "@everyone", "<@1>", "[x](https://evil.example)"])
async def test_what_an_error_repeats_is_harmless(world: World, typed: str) -> None:
    """Sentences that repeat what was typed escape it."""
    await world.opened()
    await world.member.slash(world.channel, "forecast set", question="#1", probability=typed)
    await world.member.slash(world.channel, "question show", question=typed)
    await world.new_draft(closes=typed)
    await world.propose(known=typed[:40])
    await world.moderator.slash(world.channel, "claims add", document=(f"{typed}.txt", b"\x00\x01"))
    assert alive(world) == []


async def test_what_is_given_back_stays_in_its_block(world: World) -> None:
    """Backticks in a refused form's text can't close the block in which it comes back."""
    card = await world.revealed(10, 70, 90)
    form = await world.members[4].click(card, label="Argue for")
    text = "```\n@everyone <@1> [x](https://evil.example)\n```"
    answer = await world.members[4].submit_modal(form, {"text": text, "source": ""})
    assert "What you typed" in words(answer)
    assert alive(world) == []


async def test_two_hyphens_in_an_argument_stay_two(world: World) -> None:
    """An argument is shown letter by letter."""
    card = await world.revealed(10, 70, 90)
    await world.argue(world.member, "The flag is called --fast, not -fast.")
    await world.pass_time(seconds=10)
    assert "The flag is called --fast, not -fast." in words(world.again(card))


async def test_times_and_mentions_of_the_bot_itself_work(world: World) -> None:
    """Only what people write is escaped: deadlines are timestamps, and the best are mentioned."""
    card = await world.opened()
    assert re.search(r"<t:\d+:f> \(<t:\d+:R>\)", words(card))
