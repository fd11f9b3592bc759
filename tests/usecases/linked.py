"""A thesis and a question that are linked, and what members say about them."""

from collections.abc import Sequence
from typing import Any

from forecasts.crux_reads import crux_lines
from forecasts.cruxes import answer_crux, link_crux
from forecasts.models import Question
from forecasts.questions import Wording
from forecasts.theses import draft_thesis
from tests.usecases.conftest import House

STATEMENT = Wording(title="The export controls backfired.", criteria="")


async def thesis_of(house: House) -> int:
    """Open a thesis at the start."""
    drafted = await house.do(draft_thesis, member_id=house.moderator, wording=STATEMENT, now=house.at())
    await house.approve(drafted.id)
    return int(drafted.id)


async def link(house: House, thesis_id: int, question_id: int, **values: Any) -> int:
    """Link a question to a thesis, as a moderator."""
    given = {"member_id": house.moderator, "by_moderator": True, "now": house.at(), **values}
    return int((await house.do(link_crux, thesis_id=thesis_id, question_id=question_id, **given)).id)


async def answer(house: House, link_id: int, member_id: int, yes: float, no: float, **values: Any) -> Any:
    """Say what either outcome would make of a credence."""
    given = {"interaction_id": house.interaction(), "now": house.at(), **values}
    return await house.do(answer_crux, link_id=link_id, member_id=member_id, if_yes=yes, if_no=no, **given)


async def joined(house: House, days: float = 10) -> tuple[int, int, int]:
    """Open a thesis with four credences (.2 .3 .7 .8) and a question, and link them."""
    thesis_id, question_id = await thesis_of(house), await house.opened(days=days)
    await house.all_say(thesis_id, 0.2, 0.3, 0.7, 0.8)
    return thesis_id, question_id, await link(house, thesis_id, question_id)


async def lines(house: House, thesis_id: int) -> Sequence[Any]:
    """Return a thesis's cruxes as its card has them."""
    async with house.database.reading() as session:
        return await crux_lines(session, thesis=await session.get_one(Question, thesis_id))
