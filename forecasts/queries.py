"""Reads for cards and tables. What is sealed never leaves this module."""

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.arguments import line_of
from forecasts.corrections import correction_of
from forecasts.crux_reads import crux_lines
from forecasts.debate import arguments_shown_on_card
from forecasts.editing import last_edit
from forecasts.errors import NotFoundError
from forecasts.forecasting import forecasts_in_force, last_forecast
from forecasts.models import (
    Community,
    CrowdScore,
    Forecast,
    Kind,
    Member,
    Phase,
    Preset,
    Question,
    Resolution,
    Ruling,
    Score,
)  # fmt: skip
from forecasts.questions import TITLE_LENGTH
from forecasts.resolution import current_ruling, final_ruling
from forecasts.views import (
    Best,
    Card,
    Crowd,
    MyResult,
    Position,
    QuestionLine,
    ResolutionLine,
    Results,
)  # fmt: skip

BEST = 3
OPEN = (Phase.BLIND, Phase.DEBATE, Phase.FINAL, Phase.ROLLING)
LIVING = (*OPEN, Phase.CLOSED, Phase.PROPOSED)


async def card_of(session: AsyncSession, *, community_id: int, question_id: int) -> Card:
    """Return what a question's public card may show now.

    Raises
    ------
    NotFoundError
        No such question in this community.
    """
    question = await find_question(session, community_id=community_id, question_id=question_id)
    community = await session.get_one(Community, community_id)
    revealed = question.revealed_at is not None
    held = await forecasts_in_force(session, question=question)
    arguments = await arguments_shown_on_card(session, question_id=question.id) if revealed else []
    edit = await last_edit(session, question_id=question.id)
    decision = await current_ruling(session, question, Ruling.DECIDED)
    void = await current_ruling(session, question, Ruling.VOID)
    return Card(
        question_id=question.id,
        number=question.number,
        kind=question.kind,
        title=question.title,
        criteria=question.criteria,
        fine_print=question.fine_print,
        source=question.source,
        quote=question.quote,
        quote_source=question.quote_source,
        phase=question.phase,
        preset=question.preset,
        phase_ends_at=question.phase_ends_at,
        closes_at=question.closes_at,
        is_revealed=revealed,
        forecasters=len(held),
        crowd=crowd_from(held) if revealed else None,
        arguments=tuple(line_of(argument, community.secret) for argument in arguments),
        resolution=await _resolution_line(session, question, held),
        results=await _results(session, question),
        void_reason=_void_reason(question, void),
        channel_id=question.channel_id,
        message_id=question.card_message_id,
        edit_note=edit.note if edit is not None else "",
        edited_at=edit.at if edit is not None else None,
        decision_note=decision.note if decision is not None else "",
        void_note=void.note if void is not None else "",
        correction=await correction_of(session, question=question),
        cruxes=await crux_lines(session, thesis=question),
    )


async def crowd_for(session: AsyncSession, *, question: Question, member_id: int) -> Crowd | None:
    """Return the numbers a member may see in an answer only they see, or None while they are sealed.

    In preset rolling whoever has a forecast in force sees them before the public does.
    """
    gate_open = question.preset is Preset.ROLLING and question.phase is Phase.ROLLING
    if question.revealed_at is None and not gate_open:
        return None
    held = await forecasts_in_force(session, question=question)
    if question.revealed_at is None and not any(forecast.member_id == member_id for forecast in held):
        return None
    return crowd_from(held)


def crowd_from(forecasts: Sequence[Forecast]) -> Crowd | None:
    """Add up forecasts in force of a binary question; None without any."""
    values = np.array([forecast.probabilities[0] for forecast in forecasts if forecast.probabilities])
    if not values.size:
        return None
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    # Tenths of a percent are whole here, so that 60 % falls into the bin that begins with it.
    bins = np.minimum(np.round(values * 1000).astype(int) // 200, 4)
    counts = np.bincount(bins, minlength=5)
    return Crowd(values.size, float(middle), float(low), float(high), tuple(counts.tolist()))


async def find_question(session: AsyncSession, *, community_id: int, question_id: int) -> Question:
    """Return a community's question for reading."""
    query = select(Question).where(
        col(Question.id) == question_id, col(Question.community_id) == community_id
    )
    question = (await session.exec(query)).first()
    if question is None:
        raise NotFoundError("There is no such question on this server. See what is open: /question list")
    return question


async def question_by_number(session: AsyncSession, *, community_id: int, number: int) -> Question:
    """Return the question that members know as ``#number``."""
    query = select(Question).where(col(Question.community_id) == community_id, col(Question.number) == number)
    question = (await session.exec(query)).first()
    if question is None:
        raise NotFoundError(f"There is no question #{number} here. See what is open: /question list")
    return question


async def list_questions(
    session: AsyncSession,
    *,
    community_id: int,
    phases: Sequence[Phase] = LIVING,
    matching: str = "",
    limit: int = 25,
    kind: Kind | None = None,
) -> list[QuestionLine]:
    """Return questions in some phases, newest first; ``matching`` is part of a number or title."""
    query = select(Question).where(
        col(Question.community_id) == community_id, col(Question.phase).in_(phases)
    )
    text = matching.strip().removeprefix("#")[: TITLE_LENGTH[1]]
    found = col(Question.title).icontains(text, autoescape=True)
    if text.isdecimal():
        found |= sa.cast(Question.number, sa.String).startswith(str(int(text)))
    query = query.where(found)
    if kind is not None:
        query = query.where(col(Question.kind) == kind)
    questions = (await session.exec(query.order_by(col(Question.id).desc()).limit(limit))).all()
    counts = await _forecaster_counts(session, [question.id for question in questions])
    return [
        QuestionLine(
            question.id, question.number, question.title, question.phase,
            question.phase_ends_at, counts.get(question.id, 0), question.kind,
        )
        for question in questions
    ]  # fmt: skip


async def _forecaster_counts(session: AsyncSession, question_ids: list[int]) -> dict[int, int]:
    """Count the forecasts in force of several questions."""
    latest = (
        select(sa.func.max(Forecast.id))
        .join(Question, col(Question.id) == col(Forecast.question_id))
        .where(col(Forecast.question_id).in_(question_ids), col(Forecast.edition) == col(Question.edition))
        .group_by(col(Forecast.question_id), col(Forecast.member_id))
    )
    query = (
        select(Forecast.question_id, sa.func.count())
        .where(col(Forecast.id).in_(latest), col(Forecast.probabilities).is_not(None))
        .group_by(col(Forecast.question_id))
    )
    return dict((await session.exec(query)).all())


async def my_forecast(session: AsyncSession, *, question: Question, member_id: int) -> float | None:
    """Return a member's own probability in force."""
    last = await last_forecast(session, question, member_id)
    return last.probabilities[0] if last is not None and last.probabilities else None


async def position_of(
    session: AsyncSession, *, community_id: int, question_id: int, member_id: int
) -> Position:
    """Return where a member stands on a question; raises NotFoundError as :func:`find_question`."""
    question = await find_question(session, community_id=community_id, question_id=question_id)
    return Position(
        question_id=question.id,
        number=question.number,
        phase=question.phase,
        phase_ends_at=question.phase_ends_at,
        closes_at=question.closes_at,
        forecast=await my_forecast(session, question=question, member_id=member_id),
        crowd=await crowd_for(session, question=question, member_id=member_id),
        kind=question.kind,
    )


async def my_result(session: AsyncSession, *, question: Question, member_id: int) -> MyResult | None:
    """Return a member's own scores under the resolution in force."""
    query = select(Score).where(
        col(Score.question_id) == question.id,
        col(Score.member_id) == member_id,
        col(Score.resolution_version) == question.resolution_version,
    )
    score = (await session.exec(query)).first()
    if score is None:
        return None
    return MyResult(score.brier, score.peer_brier, score.coverage, score.forecasts)


async def next_question(session: AsyncSession, *, community_id: int, member_id: int) -> int | None:
    """Return the open question that ends soonest among those the member has not forecast."""
    done = select(col(Forecast.question_id)).where(
        col(Forecast.member_id) == member_id, col(Forecast.edition) == col(Question.edition)
    )
    query = (
        select(Question.id)
        .where(
            col(Question.community_id) == community_id,
            col(Question.phase).in_(OPEN),
            col(Question.id).not_in(done.correlate(Question)),
        )
        .order_by(col(Question.phase_ends_at).nulls_last(), col(Question.id))
        .limit(1)
    )
    return (await session.exec(query)).first()


async def _resolution_line(
    session: AsyncSession, question: Question, held: Sequence[Forecast]
) -> ResolutionLine | None:
    if question.phase not in {Phase.PROPOSED, Phase.RESOLVED}:
        return None
    resolved = question.phase is Phase.RESOLVED
    entry: Resolution | None = await (
        final_ruling(session, question) if resolved else current_ruling(session, question, Ruling.PROPOSED)
    )
    if entry is None or entry.outcome is None:
        return None
    challenge = await current_ruling(session, question, Ruling.CHALLENGED)
    proposer = await session.get(Member, entry.member_id) if entry.member_id is not None else None
    own = [f.probabilities[0] for f in held if f.member_id == entry.member_id and f.probabilities]
    return ResolutionLine(
        outcome=entry.outcome,
        evidence_url=entry.evidence_url,
        note=entry.note,
        known_at=entry.known_at,
        by_user=proposer.user_id if proposer is not None else None,
        proposer_forecast=own[0] if own and question.revealed_at is not None else None,
        challenge=challenge.note if challenge is not None and not resolved else "",
    )


def _void_reason(question: Question, entry: Resolution | None) -> str:
    if question.phase is not Phase.VOID:
        return ""
    return str(entry.void_reason) if entry is not None and entry.void_reason else "rejected"


async def _results(session: AsyncSession, question: Question) -> Results | None:
    if question.phase is not Phase.RESOLVED:
        return None
    version = question.resolution_version
    crowd = (
        await session.exec(
            select(CrowdScore).where(
                col(CrowdScore.question_id) == question.id, col(CrowdScore.resolution_version) == version
            )
        )
    ).first()
    if crowd is None:
        return None
    best = (
        select(Member.user_id, Score.peer_brier, Score.brier)
        .join(Score, col(Score.member_id) == col(Member.id))
        .where(
            col(Score.question_id) == question.id,
            col(Score.resolution_version) == version,
            col(Member.hidden).is_(False),
            col(Member.user_id).is_not(None),
        )
        .order_by(col(Score.peer_brier).desc(), col(Score.brier), col(Score.id))
        .limit(BEST)
    )
    rows = (await session.exec(best)).all()
    return Results(
        median=crowd.median,
        blind_median=crowd.blind_median,
        median_brier=crowd.median_brier,
        pool_brier=crowd.pool_brier,
        uniform_brier=crowd.uniform_brier,
        members=crowd.members,
        best=tuple(Best(user_id, peer, brier) for user_id, peer, brier in rows if user_id is not None),
    )
