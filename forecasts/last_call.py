"""The last call: the strongest point against a member."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.arguments import line_of
from forecasts.database import insert_if_absent
from forecasts.forecasting import forecasts_in_force, last_values
from forecasts.models import Argument, Community, Exposure, Phase, Question, Rating, Side, Surface, Verdict
from forecasts.rating import opposing_side
from forecasts.views import ArgumentLine


async def point_against(
    session: AsyncSession, *, question: Question, member_id: int, forecast: float, now: datetime
) -> ArgumentLine | None:
    """Return the strongest argument of the other side than the member's, and remember that it was shown.

    None outside the last call. As on a card it was shown without being asked for, so it doesn't count as
    opened.
    """
    if question.phase is not Phase.FINAL:
        return None
    held = last_values(await forecasts_in_force(session, question=question))
    if not held:
        return None
    side = opposing_side(forecast, list(held.values()))
    argument = await _strongest(session, question_id=question.id, side=side, member_id=member_id)
    if argument is None:
        return None
    await insert_if_absent(
        session, Exposure, argument_id=argument.id, member_id=member_id, surface=Surface.CARD, at=now
    )
    community = await session.get_one(Community, question.community_id)
    return line_of(argument, community.secret)


async def _strongest(
    session: AsyncSession, *, question_id: int, side: Side, member_id: int
) -> Argument | None:
    """Return the argument of a side, by others, that convinces most; of equals the newest.

    With A convinced of S raters that is the greatest (A + 1) / (S + 2): one rater's word isn't all. Replies
    can't be read without what they answer.
    """
    arguments = (
        select(Argument)
        .where(
            col(Argument.question_id) == question_id,
            col(Argument.side) == side,
            col(Argument.hidden_at).is_(None),
            col(Argument.merged_into_id).is_(None),
            col(Argument.reply_to_id).is_(None),
            sa.or_(col(Argument.member_id).is_(None), col(Argument.member_id) != member_id),
        )
        .order_by(col(Argument.id))
    )
    ratings = (
        select(Rating)
        .join(Argument, col(Argument.id) == col(Rating.argument_id))
        .where(col(Argument.question_id) == question_id)
        .order_by(col(Rating.id))
    )
    last = {(each.argument_id, each.member_id): each.verdict for each in await session.exec(ratings)}

    def strength(argument: Argument) -> tuple[float, int]:
        said = [verdict for (rated, _), verdict in last.items() if rated == argument.id]
        convinced, not_convinced = said.count(Verdict.CONVINCING), said.count(Verdict.NOT)
        return (convinced + 1) / (convinced + not_convinced + 2), argument.id

    return max(await session.exec(arguments), key=strength, default=None)
