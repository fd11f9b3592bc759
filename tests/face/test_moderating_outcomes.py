"""A proposed outcome is challenged and decided; a wrong one is overturned."""

from typing import Any

import discord
import pytest
from simcord import InteractionResult

from forecasts.models import Community, Member, Phase, Question, Score
from tests.face.world import World, words

REASON = "The report was *withdrawn*."
NOTE = "The report _stands_."
CORRECTED = {"evidence": "https://example.org/corrected", "note": "The figure was corrected."}


async def proposed(world: World, *percents: float) -> Any:
    """Propose YES as the moderator on a question in debate, and return the post that says so."""
    await world.revealed(*(percents or (10, 70, 90)))
    await world.propose()
    return world.channel.last_message


async def challenge(world: World, member: Any = None, reason: str = REASON) -> InteractionResult:
    """Challenge the proposal by the command, as the first member."""
    who = member or world.member
    return await who.slash(world.channel, "resolve challenge", question="#1", reason=reason)


async def challenged(world: World) -> Any:
    """Bring a challenge before the moderators' channel and return the note there."""
    notes = world.guild.create_text_channel("notes")
    await proposed(world)
    await world.change(Community, 1, notes_channel_id=notes.id)
    await challenge(world)
    return notes.last_message


def second(world: World) -> Any:
    """Return another moderator."""
    role = world.guild.create_role("second", permissions=discord.Permissions(manage_guild=True))
    return world.guild.add_member(world.env.create_user("second"), roles=[role])


async def decide(world: World, ruling: str, by: Any = None) -> InteractionResult:
    """Decide by the command."""
    who = by or second(world)
    return await who.slash(world.channel, "resolve decide", question="#1", ruling=ruling, note=NOTE)


async def overturn(world: World, outcome: str = "NO", **options: str) -> InteractionResult:
    """Correct the resolution of question #1."""
    return await world.moderator.slash(
        world.channel, "resolve overturn", question="#1", outcome=outcome, **(CORRECTED | options)
    )


async def phase(world: World) -> Phase:
    """Return the phase in which question #1 is stored."""
    return (await world.rows(Question))[0].phase


@pytest.mark.parametrize("where", ["card", "post"])
async def test_a_proposal_can_be_challenged_where_it_is_read(world: World, where: str) -> None:
    """On the card and on the post beside the evidence; a form asks what is wrong."""
    post = await proposed(world)
    message = post if where == "post" else world.history()[0]
    assert "[Challenge]" in words(message)
    assert "[Evidence]" in words(message)
    form = await world.member.click(message, label="Challenge")
    answer = await world.member.submit_modal(form, {"reason": REASON})
    assert "#1 is challenged" in words(answer)
    assert (await world.rows(Question))[0].phase_ends_at is None


async def test_a_challenge_is_read_by_everybody_without_its_author(world: World) -> None:
    """The reason stands in a post and on the card, escaped; the button is gone."""
    await proposed(world)
    await challenge(world)
    for said in (words(world.channel.last_message), words(world.history()[0])):
        assert r"The report was \*withdrawn\*." in said
        assert world.member.mention not in said
        assert "[Challenge]" not in said


async def test_a_challenge_is_noted_to_the_moderators_with_both_decisions(world: World) -> None:
    """Outcome, reason, command and buttons."""
    said = words(await challenged(world))
    assert "Proposed: **YES**." in said
    assert r"The report was \*withdrawn\*." in said
    assert "/resolve decide question:1" in said
    assert "[It stands]\n[It falls]" in said


async def test_without_a_channel_for_notes_the_approver_reads_of_a_challenge(world: World) -> None:
    """With the channel and the command, since buttons can't work in a direct message."""
    await proposed(world)
    await challenge(world)
    said = words(world.moderator.user.dm_channel.last_message)
    assert f"Decide in <#{world.channel.id}>: /resolve decide question:1" in said
    assert "[It stands]" not in said


async def test_only_moderators_are_shown_the_decision(world: World) -> None:
    """In `/question show`; the card in the channel has no such buttons."""
    await challenged(world)
    moderators = await world.moderator.slash(world.channel, "question show", question="#1")
    members = await world.member.slash(world.channel, "question show", question="#1")
    assert "[It stands]" in words(moderators)
    assert "[It stands]" not in words(members) + words(world.history()[0])


async def test_a_proposal_that_stands_is_resolved_and_scored(world: World) -> None:
    """The button asks why; the post says so."""
    note = await challenged(world)
    helper = second(world)
    form = await helper.click(note, label="It stands")
    assert form.modal["title"] == "#1: the proposal stands"
    answer = await helper.submit_modal(form, {"note": NOTE})
    assert "The proposal stands: #1 is resolved" in words(answer)
    post = words(world.channel.last_message)
    assert "resolved YES" in post
    assert r"The challenge was decided: The report \_stands\_." in post
    assert len(await world.rows(Score)) == 3


async def test_a_proposal_that_falls_lets_the_question_go_on(world: World) -> None:
    """The phase that now implies, said with the reason; forecasts are taken again."""
    note = await challenged(world)
    helper = second(world)
    answer = await helper.submit_modal(await helper.click(note, label="It falls"), {"note": NOTE})
    assert "The proposal falls: #1 is open for debate" in words(answer)
    post = words(world.channel.last_message)
    assert "The challenge was accepted: the question goes on." in post
    assert r"The report \_stands\_." in post
    assert "Saved: **80 %**" in words(await world.forecast(world.member, 80, world.history()[0]))


@pytest.mark.parametrize(("ruling", "after"), [("uphold", Phase.RESOLVED), ("refuse", Phase.DEBATE)])
async def test_the_command_decides_like_the_buttons(world: World, ruling: str, after: Phase) -> None:
    """One handler."""
    await challenged(world)
    answer = await decide(world, ruling)
    assert "The proposal" in words(answer)
    assert await phase(world) is after


@pytest.mark.parametrize("ruling", ["uphold", "refuse"])
async def test_the_proposer_alone_waits_seven_days(world: World, ruling: str) -> None:
    """Then they may, with their note in public."""
    await challenged(world)
    answer = await decide(world, ruling, by=world.moderator)
    assert "Another moderator decides a challenge to your proposal" in words(answer)
    assert await phase(world) is Phase.PROPOSED
    await world.pass_time(hours=7 * 24)
    await decide(world, ruling, by=world.moderator)
    assert await phase(world) is not Phase.PROPOSED
    assert world.posts(r"The report \_stands\_.")


async def test_who_did_not_forecast_can_not_challenge(world: World) -> None:
    """By the button, by the command; the question waits on."""
    post = await proposed(world)
    outsider = world.members[4]
    form = await outsider.click(post, label="Challenge")
    for answer in (
        await outsider.submit_modal(form, {"reason": REASON}),
        await challenge(world, outsider),
    ):
        assert "Only members who forecast this question" in words(answer)
    assert (await world.rows(Question))[0].phase_ends_at is not None


async def test_a_challenge_delivered_twice_is_noted_once(world: World) -> None:
    """The second finds it challenged."""
    await challenged(world)
    await world.deliver_again()
    assert len(world.posts("is challenged; a second moderator decides")) == 1
    assert len(await world.outbox("note")) == 1


async def test_a_challenge_comes_too_late(world: World) -> None:
    """The post's button outlives the window, and answers."""
    post = await proposed(world)
    await world.pass_time(hours=48)
    form = await world.member.click(post, label="Challenge")
    answer = await world.member.submit_modal(form, {"reason": REASON})
    assert "the question is resolved" in words(answer)


async def test_an_unchallenged_proposal_is_not_decided(world: World) -> None:
    """Its window decides."""
    await proposed(world)
    assert "Nobody challenged this proposal" in words(await decide(world, "uphold"))


async def test_an_overturned_resolution_posts_what_changed(world: World) -> None:
    """Said 10, 70, 90 and held to the end: the median's .7 scores .09 on YES and .49 on NO.

    Brier scores on YES are .81, .09, .01 and on NO .01, .49, .81; a member's points are 100 times the
    others' mean score minus their own: on YES -76, 32, 44 and on NO 64, -8, -56. So they move by 140,
    -40 and -100.
    """
    card = await world.resolved(10, 70, 90)
    answer = await overturn(world)
    assert "#1 is corrected and scored anew" in words(answer)
    post = words(world.channel.last_message)
    first, other, third = (member.mention for member in world.members[:3])
    assert "### #1 resolution overturned: now NO" in post
    assert "It had resolved YES. The median's Brier score went from 0.09 to 0.49 (0 is best)." in post
    assert f"Points: {first} -76 → +64 · {third} +44 → -56 · {other} +32 → -8" in post
    assert "The figure was corrected." in post
    assert "✅ Resolved **NO** · corrected, before YES" in words(world.again(card))


async def test_a_correction_names_three_members_at_most_and_nobody_who_hides(world: World) -> None:
    """Of five who forecast, one hides: the three largest moves of the others."""
    await world.resolved(10, 30, 60, 70, 90)
    hidden = next(row for row in await world.rows(Member) if row.user_id == world.member.id)
    await world.change(Member, hidden.id, hidden=True)
    await overturn(world)
    (line,) = [line for line in words(world.channel.last_message).splitlines() if line.startswith("Points:")]
    assert line.count("<@") == 3
    assert world.member.mention not in line


async def test_a_moment_that_leaves_nobody_a_score_says_so(world: World) -> None:
    """Known an hour after the opening, before anybody forecast: no score instead of points."""
    card = await world.opened()
    await world.pass_time(hours=2)
    await world.all_forecast(card, 10, 70, 90)
    await world.pass_time(hours=24)
    await world.propose()
    await world.pass_time(hours=48)
    await overturn(world, "YES", known="2026-01-01 01:00")
    post = words(world.channel.last_message)
    assert "→ no score" in post
    assert "nobody is scored" in post


async def test_an_overturn_that_changes_nothing_is_refused(world: World) -> None:
    """The same outcome known at the same moment: nothing is scored or posted again."""
    await world.resolved(10, 70, 90)
    posts = len(world.history())
    assert "is resolved this way already" in words(await overturn(world, "YES"))
    await overturn(world, known="2 days ago")
    await world.deliver_again()
    assert (await world.rows(Question))[0].resolution_version == 2
    assert len(world.history()) == posts + 1


async def test_an_overturn_needs_evidence(world: World) -> None:
    """Like a proposal."""
    await world.resolved(10, 70, 90)
    assert "link that starts with https://" in words(await overturn(world, evidence="example.org"))


@pytest.mark.parametrize("after", ["debate", "proposed"])
async def test_only_a_resolved_question_is_overturned(world: World, after: str) -> None:
    """Before that there is nothing to correct."""
    await world.revealed(10, 70, 90)
    if after == "proposed":
        await world.propose()
    assert "This can't be done now" in words(await overturn(world))


async def test_buttons_of_an_earlier_process_decide(world: World) -> None:
    """Notes and posts outlive a restart."""
    note = await challenged(world)
    helper = second(world)
    await world.restart()
    form = await helper.click(note, label="It stands")
    await helper.submit_modal(form, {"note": NOTE})
    assert await phase(world) is Phase.RESOLVED
