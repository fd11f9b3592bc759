"""The last call: keep or change, with the strongest point against you; and what the debate shifted."""

from forecasts.models import Exposure, Forecast, ForecastKind
from tests.face.world import World, words

FOR = "Followers copy what the leader shows, which is cheap."
AGAINST = "Whoever has many times the chips runs more experiments."


async def in_last_call(world: World, *percents: float):  # noqa: ANN201 (a message of the simulated server)
    """Bring a question with an argument on each side into its last call; return its card."""
    card = await world.revealed(*percents)
    await world.argue(world.member, FOR, "for")
    await world.argue(world.other, AGAINST, "against")
    await world.pass_time(hours=72)
    return world.again(card)


async def test_whoever_is_high_is_shown_a_point_against(world: World) -> None:
    """At 90 % with a median of 70 %, the argument against stands in the answer."""
    card = await in_last_call(world, 10, 70, 90)
    said = words(await world.third.click(card, label="My forecast"))
    assert f"The strongest point against you: “{AGAINST}”" in said


async def test_whoever_is_low_is_shown_a_point_for(world: World) -> None:
    """A member below the median is shown one for; here the third, who moved to 20 %."""
    card = await in_last_call(world, 60, 70, 90)
    said = words(await world.third.click(card, label="20"))
    assert f"The strongest point against you: “{FOR}”" in said


async def test_nobody_is_shown_their_own_argument(world: World) -> None:
    """The author of the only argument against is shown none."""
    card = await in_last_call(world, 10, 90, 70)
    said = words(await world.other.click(card, label="My forecast"))
    assert "The strongest point" not in said


async def test_before_the_last_call_no_point_is_shown(world: World) -> None:
    """In the debate the card itself has the arguments."""
    card = await world.revealed(10, 70, 90)
    await world.argue(world.member, FOR, "for")
    said = words(await world.member.click(world.again(card), label="My forecast"))
    assert "The strongest point" not in said
    assert "[Keep" not in said


async def test_keeping_is_stored_as_a_final_forecast(world: World) -> None:
    """[Keep 90 %] appends the same number, of kind final."""
    card = await in_last_call(world, 10, 70, 90)
    answer = await world.third.click(card, label="My forecast")
    kept = await world.third.click(answer.response.message, label="Keep 90 %")
    assert "Saved: **90 %**" in words(kept)
    last = (await world.rows(Forecast))[-1]
    assert (last.kind, last.probabilities) == (ForecastKind.FINAL, [0.9])


async def test_the_shown_point_is_an_exposure(world: World) -> None:
    """What a member was shown is remembered, once; it was shown as on a card, not opened."""
    card = await in_last_call(world, 10, 70, 90)
    for _ in range(2):
        await world.third.click(card, label="My forecast")
    shown = await world.rows(Exposure, argument_id=2, member_id=(await world.rows(Forecast))[2].member_id)
    assert [row.surface for row in shown] == ["card"]


async def test_the_shift_is_told_at_the_end_of_the_last_call(world: World) -> None:
    """20 40 50 60 70 to 20 40 70 80 90: median 50 to 70 %, three of five moved by ten points or more."""
    card = await world.revealed(20, 40, 50, 60, 70)
    await world.pass_time(hours=72)
    for member, percent in zip(world.members[2:], (70, 80, 90), strict=True):
        await world.forecast(member, percent, world.again(card))
    await world.pass_time(hours=24)
    (post,) = world.posts("The last call is over")
    assert "Median **50 % → 70 %**; 3 of 5 moved by ten points or more." in post


async def test_a_shift_of_few_is_not_told(world: World) -> None:
    """Below five it would be noise: no post, the card says that it is running."""
    card = await world.revealed(20, 40, 60)
    for hours in (72, 24):
        await world.pass_time(hours=hours)
    assert world.posts("The last call is over") == []
    assert "▶️ Running" in words(world.again(card))
