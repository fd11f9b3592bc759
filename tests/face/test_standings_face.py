import pytest
from discord import ui

from forecasts.models import Digest
from tests.face.world import World, words

SUNDAY_EVENING = 3 * 24 + 18  # hours from Thursday midnight, when the world begins


@pytest.mark.parametrize("period", ["week", "month", "season", "all"])
async def test_a_leaderboard_without_scores_says_so(world: World, period: str) -> None:
    """The empty state names the period."""
    answer = await world.member.slash(world.channel, "leaderboard", period=period)
    assert answer.ephemeral
    assert "No question was resolved in" in words(answer)


async def test_a_leaderboard_ranks_by_skill_with_its_yardsticks(world: World) -> None:
    """After one resolution the best is first, and the median stands beside always-50 %."""
    await world.resolved(10, 70, 90)
    lines = words(await world.member.slash(world.channel, "leaderboard")).split("\n")
    people = [world.third, world.other, world.member]
    assert [line.split("  ")[0] for line in lines if line.startswith("**")] == [
        f"**{rank}.** {person.mention}" for rank, person in enumerate(people, start=1)
    ]
    assert "Brier 0.01" in lines[1]
    assert "The median's Brier on these questions: **0.09** (always 50 % gets 0.25)" in lines[7]


async def test_a_leaderboard_of_a_week_leaves_older_questions_out(world: World) -> None:
    """A question resolved ten days ago counts for the month, not for the week."""
    await world.resolved(10, 70, 90)
    await world.pass_time(hours=240)
    week = words(await world.member.slash(world.channel, "leaderboard", period="week"))
    month = words(await world.member.slash(world.channel, "leaderboard", period="month"))
    assert "No question was resolved in the last 7 days" in week
    assert world.third.mention in month


async def test_another_servers_scores_are_not_shown(world: World) -> None:
    """Each server has its own leaderboard."""
    await world.resolved(10, 70, 90)
    answer = await world.neighbour.member.slash(world.neighbour.channel, "leaderboard")
    assert "No question was resolved" in words(answer)


async def test_the_digest_is_posted_once_a_week(world: World) -> None:
    """On Sunday at six one message, however often the sweep looks."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await world.pass_time(hours=SUNDAY_EVENING)
    for _ in range(3):
        await world.pass_time(hours=1)
    (digest,) = world.posts("## Week")
    assert "## Week 1" in digest
    assert "0 resolved · 3 forecasts by 3 people · 1 question open" in digest
    assert [row.period for row in await world.rows(Digest)] == ["2026-W01"]


async def test_an_empty_week_has_no_digest(world: World) -> None:
    """Nobody forecast and nothing was resolved: nothing is posted."""
    await world.opened()
    await world.pass_time(hours=SUNDAY_EVENING)
    assert world.posts("## Week") == []
    assert await world.rows(Digest) == []


async def test_a_digest_names_what_was_resolved_and_who_was_best(world: World) -> None:
    """Its buttons lead to the leaderboard and to the next open question."""
    await world.resolved(10, 70, 90)
    await world.opened(title="Will the second question be asked?")
    await world.pass_time(hours=7 * 24)
    digest = next(message for message in reversed(world.history()) if "## Week" in words(message))
    said = words(digest)
    assert "**#1** Will the model gap narrow by year-end? → **YES** · median said 70 % (Brier 0.09)" in said
    assert f"Best of the week: {world.third.mention}" in said
    board = await world.member.click(digest, label="Leaderboard")
    following = await world.member.click(digest, label="Forecast the next question")
    assert "### Leaderboard, all time" in words(board)
    assert "Will the second question be asked?" in words(following)
    assert board.ephemeral
    assert following.ephemeral


async def test_a_digest_goes_to_its_own_server_only(world: World) -> None:
    """The neighbours, who did nothing, read nothing."""
    card = await world.opened()
    await world.all_forecast(card, 10, 70, 90)
    await world.neighbour.member.slash(world.neighbour.channel, "question list")
    await world.pass_time(hours=SUNDAY_EVENING)
    assert [message for message in world.neighbour.channel.history() if "Week" in words(message)] == []


async def test_a_digest_says_who_is_still_apart_and_leads_there(world: World) -> None:
    """10 20 30 and 80 90 90 %: two groups at 20 and 90 %; the button shows the card to forecast on."""
    card = await world.opened()
    await world.forecast(world.moderator, 90, card)
    await world.all_forecast(card, 10, 20, 30, 80, 90)
    await world.pass_time(hours=24)
    await world.pass_time(hours=SUNDAY_EVENING - 24)
    digest = next(message for message in reversed(world.history()) if "## Week" in words(message))
    apart = "Still apart: **#1** Will the model gap narrow by year-end?, groups at 20 % and 90 %"
    assert apart in words(digest)
    card = await world.member.click(digest, label="Forecast #1")
    assert "💬 Open for debate" in words(card)
    assert card.ephemeral


async def test_a_leaderboard_ranks_the_baselines_among_members_without_a_rank(world: World) -> None:
    """10 70 90 on YES: 44, 32 and -76 points; the median 21, the pool 14 and always-uniform 5."""
    await world.resolved(10, 70, 90)
    lines = words(await world.member.slash(world.channel, "leaderboard")).split("\n")
    assert [line.split("  ")[0] for line in lines[1:7]] == [
        f"**1.** {world.third.mention}", f"**2.** {world.other.mention}",
        "*median*", "*Crux pool*", "*always uniform*", f"**3.** {world.member.mention}",
    ]  # fmt: skip


async def test_a_leaderboard_of_a_topic(world: World) -> None:
    """A moderator says what a question is about; members narrow the board to it."""
    await world.resolved(10, 70, 90)
    await world.resolved(20, 60, 80, title="Will the second question be asked?")
    said = await world.moderator.slash(world.channel, "question topic", question="#2", topic="chips")
    assert "#2 is about “chips” now." in words(said)
    board = words(await world.member.slash(world.channel, "leaderboard", topic="chips"))
    assert "### Leaderboard about “chips”, all time" in board
    assert "· 1 question," in board
    nothing = words(await world.member.slash(world.channel, "leaderboard", topic="trade"))
    assert "No question about “trade” was resolved" in nothing


async def test_only_a_moderator_sets_a_topic(world: World) -> None:
    """Checked in code."""
    await world.opened()
    said = await world.member.slash(world.channel, "question topic", question="#1", topic="chips")
    assert "This is for moderators" in words(said)


async def test_topics_are_offered_while_typing(world: World) -> None:
    """Those of this server's open questions, and none of a neighbour's."""
    await world.opened()
    await world.moderator.slash(world.channel, "question topic", question="#1", topic="AI chips")
    mine = await world.member.autocomplete(world.channel, "leaderboard", "topic", "chi")
    theirs = await world.neighbour.member.autocomplete(world.neighbour.channel, "leaderboard", "topic", "")
    assert [choice["name"] for choice in mine] == ["AI chips"]
    assert theirs == []


async def test_a_digest_has_a_picture_once_ten_forecasts_can_be_compared(world: World) -> None:
    """Two questions of five members: the calibration, in words for those who can't see it."""
    await world.resolved(10, 30, 70, 90, 80)
    await world.resolved(20, 40, 60, 80, 90, title="Will the second question be asked?")
    await world.pass_time(hours=7 * 24)
    digest = next(message for message in reversed(world.history()) if "## Week" in words(message))
    (picture,) = digest.attachments
    assert (await picture.read()).startswith(b"\x89PNG\r\n")
    parts = ui.LayoutView.from_message(digest).walk_children()
    (gallery,) = [part for part in parts if isinstance(part, ui.MediaGallery)]
    assert (gallery.items[0].description or "").startswith("Calibration of 10 forecasts")


async def test_a_digest_of_few_scores_has_no_picture(world: World) -> None:
    """One question gives no interval, and three forecasts no calibration."""
    await world.resolved(10, 70, 90)
    await world.pass_time(hours=7 * 24)
    digest = next(message for message in reversed(world.history()) if "## Week" in words(message))
    assert not digest.attachments


async def test_the_digests_button_shows_no_draft_and_nothing_from_next_door(world: World) -> None:
    """A forged id of a draft is for moderators, one of another server is no question."""
    await world.new_draft()
    mine = await world.forge(world.member, await world.neutral_message(), "show:v1:1")
    theirs = await world.forge(world.neighbour.member, await world.neighbours_message(), "show:v1:1")
    assert "This is for moderators" in words(mine)
    assert "There is no such question" in words(theirs)
