"""What forecast commands and buttons call: one transaction, one use case, one answer."""

from bot.context import Actor, acting
from bot.errors import answer_in_place, reply
from bot.forecasting.boxes import credited_text, read_boxes
from bot.forecasting.views import WELCOME, answer_view, choices_view
from bot.questions.card import card_view
from bot.ui.components import CruxView, Interaction, field, modal, text
from forecasts.communities import welcome_once
from forecasts.debate import record_card_exposure
from forecasts.errors import AmbiguousInputError, NotFoundError, WrongPhaseError
from forecasts.following import follow, is_following, unfollow
from forecasts.forecasting import Submission, submit_forecast, undo_forecast, withdraw_forecast
from forecasts.last_call import point_against
from forecasts.lifecycle import describe
from forecasts.models import Phase
from forecasts.moves import boxes_for, credit_move
from forecasts.probability import format_probability, parse_probability
from forecasts.queries import card_of, find_question, my_result, next_question, position_of
from forecasts.views import Position

PROBABILITY_LIMIT = 40
NEVER_OPENED = "There is no open question with this id. See what is open: /question list"


async def submit_percent(interaction: Interaction, question_id: int, percent: int) -> None:
    """Store the number on a button."""
    await submit(interaction, question_id, percent / 100)


async def submit_typed(interaction: Interaction, question_id: int, typed: str) -> None:
    """Store a probability as somebody typed it; where it has two readings, ask which."""
    try:
        probability = parse_probability(typed)
    except AmbiguousInputError as error:
        await reply(interaction, choices_view(question_id, str(error), error.choices))
        return
    await submit(interaction, question_id, probability)


async def submit(interaction: Interaction, question_id: int, probability: float) -> None:
    """Store a probability and show the member what they have said."""
    async with acting(interaction) as actor:
        await _note_exposure(interaction, actor, question_id)
        done = await submit_forecast(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            probabilities=(probability,),
            interaction_id=interaction.id,
            now=actor.now,
        )
        said = f"Saved: **{format_probability(_value(done) or 0)}**."
        view = await _answer(actor, question_id, said, asks=True)
    await answer_in_place(interaction, view)


async def nudge(interaction: Interaction, question_id: int, points: int) -> None:
    """Move the member's forecast by some percentage points, held within 0 and 100 %."""
    async with acting(interaction) as actor:
        position = await _position(actor, question_id)
    current = position.forecast
    if current is None:
        raise NotFoundError(f"You have no forecast on #{position.number} yet. Tap a number on its card.")
    await submit(interaction, question_id, min(max(round(current + points / 100, 6), 0.0), 1.0))


async def undo(interaction: Interaction, question_id: int) -> None:
    """Go back to what the member had said before."""
    async with acting(interaction) as actor:
        done = await undo_forecast(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            interaction_id=interaction.id,
            now=actor.now,
        )
        value = _value(done)
        said = "Taken back: you have no forecast now." if value is None else (
            f"Back to **{format_probability(value)}**."
        )  # fmt: skip
        view = await _answer(actor, question_id, said)
    await answer_in_place(interaction, view)


async def withdraw(interaction: Interaction, question_id: int) -> None:
    """Take a forecast back from now on."""
    async with acting(interaction) as actor:
        await withdraw_forecast(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            member_id=actor.member.id,
            interaction_id=interaction.id,
            now=actor.now,
        )
        view = await _answer(actor, question_id, "Withdrawn. The time you held it still counts.")
    await reply(interaction, view)


async def show_mine(interaction: Interaction, question_id: int) -> None:
    """Show the member their own forecast, and the numbers they may see."""
    async with acting(interaction) as actor:
        await _note_exposure(interaction, actor, question_id)
        position = await _position(actor, question_id)
        if position.number is None:
            raise NotFoundError(NEVER_OPENED)
        view = await _answer(actor, question_id, _standing(position), asks=True)
    await reply(interaction, view)


async def credit(interaction: Interaction, question_id: int, forecast_id: int, ticked: list[str]) -> None:
    """Store what the member says moved them, and say what of it counts."""
    arguments, causes = read_boxes(ticked)
    async with acting(interaction) as actor:
        credited = await credit_move(
            actor.session,
            community_id=actor.community.id,
            question_id=question_id,
            forecast_id=forecast_id,
            member_id=actor.member.id,
            argument_ids=arguments,
            causes=causes,
            now=actor.now,
        )
        said = _standing(await _position(actor, question_id))
        view = await _answer(actor, question_id, said, note=credited_text(credited), again=True)
    await answer_in_place(interaction, view)


async def set_following(interaction: Interaction, question_id: int, wanted: int) -> None:
    """Mention the member at the question's reveal and result, or no more."""
    async with acting(interaction) as actor:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
        if wanted:
            await follow(actor.session, question=question, member_id=actor.member.id)
            note = "🔔 You will be mentioned in its thread at its reveal and its result."
        else:
            await unfollow(actor.session, question=question, member_id=actor.member.id)
            note = "🔕 You won't be told about it any more."
        position = await _position(actor, question_id)
        view = await _answer(actor, question_id, _standing(position), note=note)
    await answer_in_place(interaction, view)


async def show_result(interaction: Interaction, question_id: int) -> None:
    """Show the member their own score on a resolved question."""
    async with acting(interaction) as actor:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
        if question.number is None:
            raise NotFoundError(NEVER_OPENED)
        if question.phase is not Phase.RESOLVED:
            raise WrongPhaseError(f"#{question.number} is {describe(question.phase)}, not resolved yet.")
        result = await my_result(actor.session, question=question, member_id=actor.member.id)
    if result is None:
        said = f"You have no score on #{question.number}: you held no forecast while it was open."
    else:
        said = (
            f"#{question.number}: your Brier score is **{result.brier:.2f}** (0 is best, always 50 % gets "
            f"0.25), **{result.peer_brier:+.0f} points** against the others, over {result.coverage:.0%} of "
            f"the time it was open."
        )
    await reply(interaction, CruxView(text(said)))


async def open_exact_form(interaction: Interaction, question_id: int) -> None:
    """Ask for a probability in the member's own writing."""
    entry = field(
        "probability", "Your probability", hint="70%, 0.7, 7/10, 2:1 or 1 in 3", most=PROBABILITY_LIMIT
    )
    form = modal("exact", question_id, opened_by=interaction, title="Your forecast", fields=[entry])
    await interaction.response.send_modal(form)


async def submit_form(interaction: Interaction, question_id: int, values: dict[str, str]) -> None:
    """Store what was typed into the form."""
    await submit_typed(interaction, question_id, values["probability"])


async def show_next(interaction: Interaction) -> None:
    """Show the open question that ends soonest among those the member has not forecast."""
    async with acting(interaction) as actor:
        question_id = await next_question(
            actor.session, community_id=actor.community.id, member_id=actor.member.id
        )
        if question_id is None:
            card = None
        else:
            card = await card_of(actor.session, community_id=actor.community.id, question_id=question_id)
    if card is None:
        await reply(interaction, CruxView(text("You have forecast everything that is open. Thank you!")))
    else:
        await reply(interaction, card_view(card))


def _value(done: Submission) -> float | None:
    probabilities = done.forecast.probabilities
    return probabilities[0] if probabilities else None


async def _position(actor: Actor, question_id: int) -> Position:
    return await position_of(
        actor.session, community_id=actor.community.id, question_id=question_id, member_id=actor.member.id
    )


def _standing(position: Position) -> str:
    if position.forecast is None:
        return f"You have no forecast on #{position.number}."
    return f"You said **{format_probability(position.forecast)}** on #{position.number}."


async def _answer(
    actor: Actor, question_id: int, said: str, *, note: str = "", asks: bool = False, again: bool = False
) -> CruxView:
    """Build the answer to a forecast from what the transaction has just stored.

    It ``asks`` what moved the member, if they moved and haven't said, or ``again`` although they have.
    """
    position = await _position(actor, question_id)
    question = await find_question(actor.session, community_id=actor.community.id, question_id=question_id)
    follows = await is_following(actor.session, question=question, member_id=actor.member.id)
    notes = [note] if note else []
    if await welcome_once(actor.session, member=actor.member, now=actor.now):
        notes.append(WELCOME)
    boxes = against = None
    if asks or again:  # before the point against them is shown: it can't have moved them yet
        boxes = await boxes_for(
            actor.session, question=question, member_id=actor.member.id, even_if_credited=again
        )
    if position.forecast is not None:
        against = await point_against(
            actor.session,
            question=question,
            member_id=actor.member.id,
            forecast=position.forecast,
            now=actor.now,
        )
    return answer_view(
        position,
        said,
        follows=follows,
        notes=notes,
        against=against,
        boxes=boxes,
        can_rate=question.revealed_at is not None,
    )


async def _note_exposure(interaction: Interaction, actor: Actor, question_id: int) -> None:
    """Whoever clicks on a revealed card had its arguments before them."""
    message = interaction.message
    if message is not None and not message.flags.ephemeral:
        question = await find_question(
            actor.session, community_id=actor.community.id, question_id=question_id
        )
        await record_card_exposure(actor.session, question=question, member_id=actor.member.id, now=actor.now)
