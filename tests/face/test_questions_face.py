from datetime import timedelta

import pytest

from forecasts.models import Phase, Preset, Question
from forecasts.questions import Wording, approve_question, draft_question
from tests.face.world import WORDING, World, words


async def test_the_form_for_a_question_becomes_a_draft(world: World) -> None:
    """What was typed is shown with four buttons, only to the moderator."""
    draft = await world.new_draft(fine_print="A corrected figure counts.")
    (stored,) = await world.rows(Question)
    assert (stored.phase, stored.title, stored.fine_print) == (
        Phase.DRAFT,
        WORDING["title"],
        "A corrected figure counts.",
    )
    assert draft.ephemeral
    assert words(draft).endswith("[Approve and open]\n[Edit…]\n[Open as thesis…]\n[Reject]")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": "Short?"}, "The title is too short"),
        ({"criteria": "Yes."}, "The resolution criteria is too short"),
        ({"closes": "whenever"}, "whenever"),
        ({"closes": "2020-01-01"}, "2020"),
        ({"closes": "🦦"}, "31 Dec"),
    ],
)
async def test_a_form_that_can_not_be_read_stores_nothing(
    world: World, typed: dict[str, str], sentence: str
) -> None:
    """The answer names the field and the way out."""
    answer = await world.new_draft(**typed)
    assert sentence in words(answer)
    assert await world.rows(Question) == []


async def test_a_draft_is_edited_in_its_form(world: World) -> None:
    """The form opens with what is stored, and its submission changes the draft in place."""
    draft = await world.new_draft()
    form = await world.moderator.click(draft.response.message, label="Edit…")
    shown = {
        part["component"]["custom_id"]: part["component"].get("value") for part in form.modal["components"]
    }
    assert shown["title"] == WORDING["title"]
    assert shown["criteria"] == WORDING["criteria"]
    assert shown["closes"] == "2026-02-05 23:59"
    answer = await world.moderator.submit_modal(
        form, WORDING | {"title": "Will the gap in chips widen instead?"}
    )
    assert "Will the gap in chips widen instead?" in words(answer)
    assert answer.response.id == draft.response.id
    assert (await world.rows(Question))[0].title == "Will the gap in chips widen instead?"


async def test_a_draft_is_thrown_away(world: World) -> None:
    """Reject says that it is gone, and it is offered nowhere any more."""
    draft = await world.new_draft()
    answer = await world.moderator.click(draft.response.message, label="Reject")
    assert "The draft is gone" in words(answer)
    assert await world.moderator.autocomplete(world.channel, "question approve", "draft", "") == []


async def test_approving_posts_the_card_and_says_where(world: World) -> None:
    """The moderator reads the number, the phase and the channel; everybody reads the card."""
    draft = await world.new_draft()
    answer = await world.moderator.click(draft.response.message, label="Approve and open")
    card = world.channel.last_message
    assert "#1 is sealed until" in words(answer).replace("\\", "")
    assert f"<#{world.channel.id}>" in words(answer)
    assert "### #1  Will the model gap narrow by year-end?" in words(card)
    assert "🔒 Sealed until" in words(card)
    assert "nobody sees numbers, moderators included" in words(card)


@pytest.mark.parametrize("preset", list(Preset))
async def test_approving_by_command_takes_a_preset(world: World, preset: Preset) -> None:
    """The command opens the draft it is given in the preset it is given."""
    await world.new_draft()
    await world.moderator.slash(world.channel, "question approve", draft="id:1", preset=str(preset.value))
    (question,) = await world.rows(Question)
    assert question.preset is preset
    assert question.phase is (Phase.ROLLING if preset is Preset.ROLLING else Phase.BLIND)


async def test_a_preset_that_does_not_fit_is_refused_with_the_one_that_does(world: World) -> None:
    """Four days before the close a question can't be debated for five."""
    await world.new_draft(closes="in 4 days")
    answer = await world.moderator.slash(world.channel, "question approve", draft="id:1", preset="standard")
    assert "The preset express does" in words(answer)
    assert (await world.rows(Question))[0].phase is Phase.DRAFT


async def test_a_draft_with_blanks_is_not_opened(world: World) -> None:
    """What a drafted question leaves open must be filled in first."""
    draft = await world.new_draft(source="[which source?]")
    answer = await world.moderator.click(draft.response.message, label="Approve and open")
    assert "[which source?]" in words(answer).replace("\\", "")
    assert (await world.rows(Question))[0].phase is Phase.DRAFT


async def test_numbers_are_given_at_approval_and_each_server_counts_alone(world: World) -> None:
    """The second question here is #2, the first next door #1."""
    await world.opened()
    await world.opened(title="Will the second question be asked?")
    form = await world.neighbour.moderator.slash(world.neighbour.channel, "question new")
    draft = await world.neighbour.moderator.submit_modal(form, WORDING)
    await world.neighbour.moderator.click(draft.response.message, label="Approve and open")
    assert [(q.community_id, q.number) for q in await world.rows(Question)] == [(1, 1), (1, 2), (2, 1)]
    assert "### #1  Will the model gap" in words(world.neighbour.channel.last_message)


async def test_later_cards_go_to_the_first_ones_channel(world: World) -> None:
    """The first approval makes its channel the community's."""
    await world.opened()
    elsewhere = world.guild.create_text_channel("elsewhere")
    await world.new_draft(title="Will the second question be asked?")
    await world.moderator.slash(elsewhere, "question approve", draft="id:2")
    assert "Will the second question be asked?" in words(world.channel.last_message)


async def test_show_is_only_for_whoever_asked(world: World) -> None:
    """The shown card takes a forecast like the one in the channel."""
    await world.opened()
    shown = await world.member.slash(world.channel, "question show", question="#1")
    assert shown.ephemeral
    answer = await world.member.click(shown.response.message, label="70")
    assert "Saved: **70 %**" in words(answer)
    assert await world.values() == [70]


async def test_criteria_shows_the_whole_wording(world: World) -> None:
    """Long criteria are cut on the card; the button shows everything and the close."""
    criteria = "Resolves YES if " + "the figure falls, and " * 60 + "so it ends."
    card = await world.opened(criteria=criteria, fine_print="A corrected figure counts.")
    assert "so it ends." not in words(card)
    answer = words(await world.member.click(card, label="Criteria"))
    assert criteria in answer
    assert "A corrected figure counts." in answer
    assert "The yearly report" in answer
    assert "Closes <t:" in answer


async def test_the_list_shows_titles_phases_and_counts(world: World) -> None:
    """Members see what is open; drafts are for moderators."""
    card = await world.opened()
    await world.all_forecast(card, 37, 63)
    await world.new_draft(title="Will this draft ever be opened?")
    members = words(await world.member.slash(world.channel, "question list"))
    moderators = words(await world.moderator.slash(world.channel, "question list"))
    assert "**#1**  Will the model gap narrow by year-end?" in members
    assert "sealed" in members
    assert "2 in" in members
    assert "draft" not in members
    assert "**Draft 2**  Will this draft ever be opened?" in moderators


async def test_an_empty_server_is_told_how_to_begin(world: World) -> None:
    """The list's empty state names the next step."""
    assert "No questions yet. A moderator starts one: /question new" in words(
        await world.member.slash(world.channel, "question list")
    )


async def test_autocompletion_finds_a_question_by_number_or_word(world: World) -> None:
    """Choices show number, title and phase, newest first."""
    await world.opened()
    await world.opened(title="Will the second question be asked?")
    everything = await world.member.autocomplete(world.channel, "forecast set", "question", "")
    assert [choice["name"] for choice in everything] == [
        "#2 Will the second question be asked? (sealed)",
        "#1 Will the model gap narrow by year-end? (sealed)",
    ]
    for typed in ("1", "#1", "GAP"):
        found = await world.member.autocomplete(world.channel, "forecast set", "question", typed)
        assert [choice["value"] for choice in found] == ["id:1"], typed


async def test_autocompletion_offers_drafts_to_moderators_only(world: World) -> None:
    """A member types into the same option and is offered nothing."""
    await world.new_draft()
    asked = ("question approve", "draft", "")
    assert len(await world.moderator.autocomplete(world.channel, *asked)) == 1
    assert await world.member.autocomplete(world.channel, *asked) == []


async def test_autocompletion_offers_what_the_command_can_use(world: World) -> None:
    """A closed question takes no forecast, but an outcome."""
    await world.opened()
    await world.pass_time(hours=24 * 36)
    for command, offered in (("forecast set", 0), ("argue", 0), ("forecast mine", 1), ("resolve propose", 1)):
        choices = await world.moderator.autocomplete(world.channel, command, "question", "")
        assert len(choices) == offered, command


async def test_autocompletion_answers_whatever_is_typed(world: World) -> None:
    """Signs of SQL are only signs, and a number of any length only finds nothing."""
    await world.opened()
    for typed in ("9" * 6000, "%", "_", "'; DROP TABLE question; --", "\x00", "🦦", "١", "²"):
        found = await world.member.autocomplete(world.channel, "forecast set", "question", typed)
        assert len(found) <= 1, typed
    assert len(await world.rows(Question)) == 1


async def test_many_questions_make_one_readable_list(world: World) -> None:
    """Lists and choices stay within Discord's limits."""
    wording = Wording("Will _it_ *have* [signs](x) " + "`|" * 80 + "?", WORDING["criteria"])
    await world.moderator.slash(world.channel, "question list")
    async with world.bot.database.transaction() as session:
        for _ in range(30):
            who, now = {"community_id": 1, "member_id": 1}, world.bot.now()
            draft = await draft_question(
                session, **who, wording=wording, closes_at=now + timedelta(days=30), now=now
            )
            await approve_question(session, **who, question_id=draft.id, channel_id=world.channel.id, now=now)
    listed = words(await world.member.slash(world.channel, "question list"))
    assert "**#30**" in listed
    assert len(await world.member.autocomplete(world.channel, "forecast set", "question", "")) == 25


async def test_a_form_for_a_question_delivered_twice_stores_one_draft(world: World) -> None:
    """The second delivery is the first one's draft."""
    await world.new_draft()
    await world.deliver_again()
    assert len(await world.rows(Question)) == 1
