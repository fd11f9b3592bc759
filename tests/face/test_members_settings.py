from datetime import UTC
from zoneinfo import ZoneInfo

import discord
import pytest

from forecasts.models import Community, Preset
from tests.face.world import World, words

RIGHTS = "This is for moderators"


async def settings(world: World) -> Community:
    """Return the stored settings of the first server, which a first command of a moderator has made."""
    await world.moderator.slash(world.channel, "settings")
    (community,) = await world.rows(Community, guild_id=world.guild.id)
    return community


async def test_without_options_the_settings_are_shown(world: World) -> None:
    """Every setting with its present value; nothing is changed."""
    answer = await world.moderator.slash(world.channel, "settings")
    said = words(answer)
    assert answer.ephemeral
    for value in ("not set", "Sunday 18:00", "UTC", "standard", "for 48 hours", "may manage the server"):
        assert value in said


async def test_every_option_is_stored_and_shown(world: World) -> None:
    """All nine in one command."""
    digest, notes = world.guild.create_text_channel("digest"), world.guild.create_text_channel("notes")
    role = world.guild.create_role("resolvers")
    answer = await world.moderator.slash(
        world.channel, "settings", questions_channel=world.channel, digest_channel=digest,
        notes_channel=notes, moderator_role=role, zone="Europe/Berlin", digest_day="Tuesday", digest_hour=9,
        preset="express", challenge_hours=0,
    )  # fmt: skip
    stored = await settings(world)
    assert (stored.questions_channel_id, stored.digest_channel_id) == (world.channel.id, digest.id)
    assert (stored.notes_channel_id, stored.moderator_role_id) == (notes.id, role.id)
    assert (stored.zone, stored.preset, stored.challenge_hours) == ("Europe/Berlin", Preset.EXPRESS, 0)
    due = stored.digest_due_at.replace(tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
    assert (due.weekday(), due.hour) == (1, 9)
    said = words(answer)
    shown = (f"<#{digest.id}>", f"<#{notes.id}>", f"<@&{role.id}>", "Tuesday 9:00", "express", "not at all")
    assert [value for value in shown if value not in said] == []
    assert "lacks" not in said


async def test_later_questions_appear_in_the_chosen_channel(world: World) -> None:
    """Wherever the draft was approved."""
    chosen = world.guild.create_text_channel("questions")
    await world.moderator.slash(world.channel, "settings", questions_channel=chosen)
    draft = await world.new_draft()
    await world.moderator.click(draft.response.message, label="Approve and open")
    assert "### #1" in words(chosen.last_message)


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        ({"send_messages": False}, "Send Messages"),
        ({"embed_links": False, "attach_files": False}, "Embed Links, Attach Files"),
        ({"view_channel": False}, "View Channel"),
        ({"read_message_history": False}, "Read Message History"),
    ],
)
@pytest.mark.parametrize("option", ["questions_channel", "digest_channel", "notes_channel"])
async def test_missing_rights_are_named(
    world: World, option: str, denied: dict[str, bool], named: str
) -> None:
    """The channel is stored, and the answer says what the bot lacks there."""
    overwrite = discord.PermissionOverwrite(**denied)
    channel = world.guild.create_text_channel("closed", overwrites={world.bot.user: overwrite})
    said = words(await world.moderator.slash(world.channel, "settings", **{option: channel}))
    (line,) = [line for line in said.splitlines() if line.startswith("⚠️")]
    assert f"<#{channel.id}>" in line
    assert named in line


async def test_a_channel_that_was_deleted_is_named(world: World) -> None:
    """Whoever looks at the settings learns that they lead nowhere."""
    gone = world.guild.create_text_channel("gone")
    await world.moderator.slash(world.channel, "settings", notes_channel=gone)
    world.env.backend.delete_channel(gone.id)
    said = words(await world.moderator.slash(world.channel, "settings"))
    assert f"can't find <#{gone.id}>" in said


async def test_a_member_may_neither_see_nor_change_settings(world: World) -> None:
    """Refused with the reason."""
    for options in ({}, {"challenge_hours": 0}):
        assert RIGHTS in words(await world.member.slash(world.channel, "settings", **options))
    assert (await settings(world)).challenge_hours == 48


async def test_only_managers_set_the_moderator_role(world: World) -> None:
    """Who is a moderator by role changes everything but who else is one."""
    role = world.guild.create_role("resolvers")
    helper = world.guild.add_member(world.env.create_user("helper"), roles=[role])
    await world.moderator.slash(world.channel, "settings", moderator_role=role)
    answer = await helper.slash(
        world.channel, "settings", moderator_role=world.guild.create_role("friends"), challenge_hours=0
    )
    assert "Only people who may manage the server" in words(answer)
    assert "for 12 hours" in words(await helper.slash(world.channel, "settings", challenge_hours=12))
    stored = await settings(world)
    assert (stored.moderator_role_id, stored.challenge_hours) == (role.id, 12)


async def test_everybody_can_not_be_moderators(world: World) -> None:
    """@everyone is no moderator role."""
    answer = await world.moderator.slash(world.channel, "settings", moderator_role=world.guild.default_role)
    assert "can't be the moderator role" in words(answer)
    assert (await settings(world)).moderator_role_id is None


async def test_a_zone_that_does_not_exist_is_refused(world: World) -> None:
    """Typed past the list; the sentence shows what a zone looks like."""
    answer = await world.moderator.slash(world.channel, "settings", zone="Berlin")
    assert "no such time zone. Use a name such as Europe/Berlin" in words(answer)
    assert (await settings(world)).zone == "UTC"


@pytest.mark.parametrize(
    ("typed", "offered"), [("berl", "Europe/Berlin"), ("new york", "America/New_York"), ("UTC", "UTC")]
)
async def test_zones_are_offered(world: World, typed: str, offered: str) -> None:
    """By any part of their name, with blanks for underscores."""
    choices = await world.moderator.autocomplete(world.channel, "settings", "zone", typed)
    assert offered in [choice["value"] for choice in choices]


@pytest.mark.parametrize("typed", ["", "a"])
async def test_at_most_25_zones_are_offered(world: World, typed: str) -> None:
    """There are some six hundred."""
    assert len(await world.moderator.autocomplete(world.channel, "settings", "zone", typed)) == 25


async def test_next_door_nothing_changes(world: World) -> None:
    """Settings are a server's own."""
    await world.moderator.slash(world.channel, "settings", zone="Europe/Berlin")
    answer = await world.neighbour.moderator.slash(world.neighbour.channel, "settings")
    assert "**Time zone** UTC" in words(answer)


async def test_a_draft_is_asked_for_in_the_servers_zone(world: World) -> None:
    """A close typed as a date ends that day in Berlin: 31 March 2026, 21:59 UTC."""
    await world.moderator.slash(world.channel, "settings", zone="Europe/Berlin")
    draft = await world.new_draft(closes="31 March")
    assert "<t:1774994340:" in words(draft)


async def test_the_digest_can_be_previewed(world: World) -> None:
    """What the last seven days would say, only to whoever asked; nothing is posted or stored."""
    await world.resolved(10, 70, 90)
    await world.pass_time(seconds=20)
    posts = len(world.history())
    answer = await world.moderator.slash(world.channel, "digest")
    assert answer.ephemeral
    assert "1 resolved" in words(answer)
    assert "A preview of the last 7 days" in words(answer)
    assert len(world.history()) == posts


async def test_an_empty_week_has_no_digest_to_preview(world: World) -> None:
    """The answer says so, and when the next one is due."""
    answer = words(await world.moderator.slash(world.channel, "digest"))
    assert "nothing happened" in answer
    assert "due <t:" in answer


async def test_a_preview_holds_nothing_sealed(world: World) -> None:
    """While sealed, only how many forecasts came in: watch.py reads along."""
    card = await world.opened()
    await world.all_forecast(card, 37, 83)
    await world.pass_time(seconds=20)
    assert "2 forecasts by 2 people" in words(await world.moderator.slash(world.channel, "digest"))


async def test_a_member_may_not_preview_the_digest(world: World) -> None:
    """It is for moderators."""
    assert RIGHTS in words(await world.member.slash(world.channel, "digest"))
