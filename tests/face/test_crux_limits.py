"""Whatever is stored, what is shown of cruxes stays within Discord's limits."""

from typing import Any

import pytest

from bot.cruxes.views import called_view, cruxes_view, prompt_view, settled_view, stated_view
from bot.ui.limits import LAYOUT_COMPONENTS, LAYOUT_TEXT, ROW_BUTTONS, utf16_length
from forecasts.communities import member_of
from forecasts.crux_reads import MOST_NAMED
from forecasts.crux_views import CruxEntry, Cruxes, CruxLine, NamedCrux, Prompt, Stated
from forecasts.cruxes import MOST_LINKS, answer_crux, link_crux
from forecasts.debate import ARGUMENT_LENGTH
from forecasts.forecasting import submit_forecast
from forecasts.models import Phase
from forecasts.questions import TITLE_LENGTH
from tests.face.test_limits_face import GROWING, filled
from tests.face.watch import ROW, TEXT, walk
from tests.face.world import World, words

LARGE = 10**12


def largest_cruxes(piece: str) -> Cruxes:
    """Return a thesis with every crux and every named argument there can be, at their longest."""
    title = filled(piece, TITLE_LENGTH[1])
    line = CruxLine(LARGE, 10**6, title, Phase.PROPOSED, None, 0.333, 0.999, 10**6)
    entries = tuple(CruxEntry(line, (0.333, 0.666), takes_answers=True) for _ in range(MOST_LINKS))
    named = (NamedCrux(LARGE, filled(piece, ARGUMENT_LENGTH[1])),) * MOST_NAMED
    return Cruxes(LARGE, 10**6, title, True, entries, named)


def largest_prompt(piece: str) -> Prompt:
    """Return a prompt with the longest titles and numbers."""
    title = filled(piece, TITLE_LENGTH[1])
    return Prompt(
        conditional_id=LARGE, guild_id=10**19, user_id=10**19, thesis_id=LARGE, thesis_number=10**6,
        thesis_title=title, question_number=10**6, question_title=title, outcome=1, stated=0.9995,
        credence=0.0005, is_open=True, channel_id=10**19, message_id=10**19,
    )  # fmt: skip


@pytest.mark.parametrize("piece", GROWING.values(), ids=GROWING)
def test_the_largest_views_there_can_be_fit(piece: str) -> None:
    """Components, text, and buttons in a row."""
    prompt = largest_prompt(piece)
    views = [
        cruxes_view(largest_cruxes(piece)),
        prompt_view(prompt, marker=9, in_private=True, note="The result was corrected since you were asked."),
        called_view(prompt, marker=9),
        settled_view(prompt, 0.0005, kept=True),
        stated_view(LARGE, Stated(10**6, 10**6, 0.9995, 0.9995, 0.0005, 0.0005)),
    ]
    for view in views:
        parts = list(walk(view.to_components()))
        assert len(parts) <= LAYOUT_COMPONENTS
        assert sum(utf16_length(part["content"]) for part in parts if part["type"] == TEXT) <= LAYOUT_TEXT
        assert all(len(part["components"]) <= ROW_BUTTONS for part in parts if part["type"] == ROW)


async def crowded(world: World, count: int) -> Any:
    """Open a thesis with eight cruxes and so many members who answered the first; break the seals."""
    form = await world.moderator.slash(world.channel, "thesis new")
    draft = await world.moderator.submit_modal(form, {"title": "The export controls backfired."})
    await world.moderator.click(draft.response.message, label="Open as thesis")
    thesis = world.channel.last_message
    for number in range(MOST_LINKS):
        await world.opened()
        async with world.bot.database.transaction() as session:
            await link_crux(session, community_id=1, thesis_id=1, question_id=number + 2, member_id=1,
                            by_moderator=True, now=world.bot.now())  # fmt: skip
    async with world.bot.database.transaction() as session:
        for number in range(count):
            member = await member_of(session, community_id=1, user_id=10_000 + number, now=world.bot.now())
            upper = number % 2
            for question, credence in ((1, 0.9 if upper else 0.1), (2, 0.4)):
                await submit_forecast(
                    session, community_id=1, question_id=question, member_id=member.id,
                    interaction_id=10 * number + question, probabilities=(credence,), now=world.bot.now(),
                )  # fmt: skip
            await answer_crux(
                session, community_id=1, link_id=1, member_id=member.id, interaction_id=number,
                if_yes=0.6 if upper else 0.4, if_no=0.9 if upper else 0.1, now=world.bot.now(),
            )  # fmt: skip
    await world.pass_time(hours=24 if count > 2 else 48)
    return world.again(thesis)


@pytest.mark.parametrize("count", [0, 1, 4, 14, 200])
async def test_card_and_list_fit_whatever_the_crowd(world: World, count: int) -> None:
    """From nobody to two hundred, with eight cruxes; the share is told from two groups on.

    g = .8, if YES .2, if NO .8, P = .4: 1 - (.4 * .2 + .6 * .8) / .8 = .3.
    """
    card = await crowded(world, count)
    shown = words(await world.member.click(card, label="Cruxes"))
    assert f"{count} answered" in shown
    for said in (words(card), shown):
        assert ("would close **30 %** of the gap" in said) == (count > 4)
