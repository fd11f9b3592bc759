"""After the last call: a private note to authors who want one, with counts and nobody's name."""

from tests.face.world import World, words

AGAINST = "Whoever has many times the chips runs more experiments."
SAME = "With many times the chips one simply tries more things."


async def rated(world: World, *percents: float) -> None:
    """Let the second member argue against, three others rate that convincing, and the first move."""
    card = await world.revealed(*(percents or (70, 40, 50, 60, 80)))
    await world.argue(world.other, AGAINST, "against")
    await world.pass_time(seconds=10)
    for member in (world.member, world.third, world.members[3]):
        sheet = await member.click(card, label="Rate arguments")
        await member.click(sheet.response.message, label="Convincing")
    answer = await world.member.click(card, label="50")
    await world.member.select(answer.response.message, ["1"])


async def rounds_over(world: World) -> None:
    """Let the debate and the last call pass."""
    for hours in (72, 24):
        await world.pass_time(hours=hours)


async def want(world: World, *, wanted: bool = True) -> str:
    """Let the author say whether they want notes."""
    return words(await world.other.slash(world.channel, "mydata feedback", wanted=wanted))


def notes(world: World) -> list[str]:
    """Return the notes that were sent, wherever."""
    return [str(each.json) for each in world.watch if "What readers made" in str(each.json)]


async def test_an_author_who_wants_it_is_told_in_private(world: World) -> None:
    """Three read it and were convinced, one moved; no reader is named, and the channel hears nothing."""
    assert "one private note" in await want(world)
    await rated(world)
    await rounds_over(world)
    said = words(world.other.user.dm_channel.last_message)
    assert f"“{AGAINST}”\n**3** readers, **3** convinced, **1** moved" in said
    assert "member-" not in said
    assert "<@" not in said
    assert world.posts("What readers made") == []


async def test_it_is_sent_once(world: World) -> None:
    """Whatever the sweep does afterwards."""
    await want(world)
    await rated(world)
    await rounds_over(world)
    await world.pass_time(hours=1)
    assert len(notes(world)) == 1


async def test_nothing_is_told_before_the_last_call_is_over(world: World) -> None:
    """No tally reaches anybody, the author included."""
    await want(world)
    await rated(world)
    await world.pass_time(hours=72)
    assert notes(world) == []


async def test_it_is_off_at_first_and_can_be_taken_back(world: World) -> None:
    """Nobody is written to who didn't ask."""
    await rated(world)
    await rounds_over(world)
    assert notes(world) == []
    assert "You get no notes" in await want(world, wanted=False)


async def test_a_debate_of_few_is_not_counted(world: World) -> None:
    """Below five sealed forecasts all of it stays quiet."""
    await want(world)
    await rated(world, 70, 40, 50, 60)
    await rounds_over(world)
    assert notes(world) == []


async def test_a_closed_mailbox_is_no_trouble(world: World) -> None:
    """The note is dropped, and no moderator is told."""
    await want(world)
    await rated(world)
    dm = world.other.user.dm_channel
    world.env.inject_error("POST", f"/channels/{dm.id}/messages", status=403)
    await rounds_over(world)
    (row,) = await world.outbox("feedback")
    assert (row.sent_at is not None, row.message_id, row.dead_at) == (True, None, None)
    assert await world.outbox("note") == []


async def test_merged_arguments_bring_their_readers(world: World) -> None:
    """The fifth read the other one only: four readers of the one that is kept."""
    await want(world)
    await rated(world)
    await world.argue(world.third, SAME, "against")
    fifth = world.members[4]
    await world.forge(fifth, await world.neutral_message(), "rate-again:v1:1:2")
    await world.forge(fifth, await world.neutral_message(), "rate-one:v1:1:2:1")
    given = {"question": "#1", "argument": "id:2", "into": "id:1", "reason": "The same point."}
    await world.moderator.slash(world.channel, "curate merge", **given)
    await rounds_over(world)
    assert "**4** readers, **4** convinced" in notes(world)[0]
