"""How much one member and one server may do, and that a refusal loses nothing."""

import re

import pytest
import sqlalchemy as sa

from forecasts import quotas
from forecasts.database import Database
from forecasts.debate import add_argument
from forecasts.errors import NotAllowedError
from forecasts.forecasting import submit_forecast, withdraw_forecast
from forecasts.models import AuditEntry, Forecast, Phase, Side
from forecasts.quotas import note_request
from tests.usecases.conftest import House


async def argue(house: House, question_id: int, words: str, minutes: float) -> None:
    """Give one argument as the first member."""
    await house.do(
        add_argument, question_id=question_id, member_id=house.members[0], side=Side.FOR, text=words,
        interaction_id=house.interaction(), now=house.at(minutes=minutes),
    )  # fmt: skip


async def test_sixty_changes_an_hour(house: House) -> None:
    """The sixty-first within an hour is refused; it goes on when the first is an hour old."""
    question = await house.opened()
    for minute in range(quotas.FORECASTS[0][0]):
        await house.say(question, house.members[0], minute / 100, house.at(seconds=59 * minute))
    with pytest.raises(NotAllowedError, match=r"60 times within an hour.*you can go on in a minute"):
        await house.say(question, house.members[0], 0.99, house.at(minutes=59, seconds=59))
    assert len(await house.rows(Forecast)) == 60
    await house.say(question, house.members[1], 0.5, house.at(minutes=59, seconds=59))
    await house.say(question, house.members[0], 0.99, house.at(hours=1))


async def test_three_hundred_changes_a_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spread out over the day they are still too many; here with 3 for 300."""
    monkeypatch.setattr(quotas, "FORECASTS", (quotas.FORECASTS[0], (3, quotas.DAY, "a day")))
    question = await house.opened()
    for hour in (0, 2, 4):
        await house.say(question, house.members[0], 0.5, house.at(hours=hour))
    with pytest.raises(NotAllowedError, match=r"3 times within a day.*in 18 hours"):
        await house.say(question, house.members[0], 0.6, house.at(hours=6))


async def test_a_withdrawal_is_a_change(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """To and fro can't go round the quota; the forecast stays in force."""
    monkeypatch.setattr(quotas, "FORECASTS", ((1, quotas.HOUR, "an hour"),))
    question = await house.opened()
    await house.say(question, house.members[0], 0.5)
    with pytest.raises(NotAllowedError):
        await house.do(
            withdraw_forecast, question_id=question, member_id=house.members[0], now=house.at(),
            interaction_id=house.interaction(),
        )  # fmt: skip


async def test_a_repeated_delivery_counts_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same click again is answered as it was the first time, also at the quota's end."""
    monkeypatch.setattr(quotas, "FORECASTS", ((1, quotas.HOUR, "an hour"),))
    question = await house.opened()
    given = {
        "question_id": question,
        "member_id": house.members[0],
        "probabilities": (0.5,),
        "now": house.at(),
    }
    first = await house.do(submit_forecast, **given, interaction_id=5)
    again = await house.do(submit_forecast, **given, interaction_id=5)
    assert first.forecast.id == again.forecast.id


async def test_arguments_an_hour(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over all questions; here with 2 for 20."""
    monkeypatch.setattr(quotas, "ARGUMENTS", ((2, quotas.HOUR, "an hour"),))
    questions = [await house.opened() for _ in range(3)]
    for question in questions:
        await house.all_say(question, 0.5)
    await argue(house, questions[0], "Distillation needs little compute.", 1)
    await argue(house, questions[1], "Distillation needs little compute.", 2)
    with pytest.raises(NotAllowedError, match=r"given arguments 2 times within an hour.*in 58 minutes"):
        await argue(house, questions[2], "Distillation needs little compute.", 3)
    await argue(house, questions[2], "Distillation needs little compute.", 61)


async def test_five_requests_to_authors_an_hour(house: House) -> None:
    """The sixth is refused and isn't recorded; another member may still ask."""
    question = await house.opened()
    asked = {"question_id": question, "member_id": house.members[0]}
    for minute in range(5):
        await house.do(note_request, **asked, now=house.at(minutes=minute))
    with pytest.raises(NotAllowedError, match=r"asked 5 authors within an hour.*in 50 minutes"):
        await house.do(note_request, **asked, now=house.at(minutes=10))
    assert len(await house.rows(AuditEntry, action=quotas.ASKED)) == 5
    await house.do(note_request, **asked | {"member_id": house.members[1]}, now=house.at(minutes=10))
    await house.do(note_request, **asked, now=house.at(minutes=60))


async def test_open_questions_of_a_server(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one stays a draft until another has closed; here with 2 for 500."""
    monkeypatch.setattr(quotas, "OPEN_QUESTIONS", 2)
    first = await house.opened()
    await house.opened()
    draft = await house.draft()
    with pytest.raises(NotAllowedError, match=r"2 questions are open .* The draft stays"):
        await house.approve(draft)
    assert (await house.question(draft)).phase is Phase.DRAFT
    await house.propose(first, 1, house.at(hours=1))
    await house.approve(draft)


async def plan(database: Database, statement: str) -> str:
    """Return how SQLite would find the rows."""
    async with database.reading() as session:
        rows = await (await session.connection()).execute(sa.text(f"EXPLAIN QUERY PLAN {statement}"))
        return " ".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("table", ["forecast", "argument"])
async def test_a_quota_reads_an_index(house: House, table: str) -> None:
    """The newest rows of a member are found and ordered by their index: nothing is scanned or sorted."""
    if house.database.url.get_backend_name() != "sqlite":
        pytest.skip("the plan is SQLite's")
    newest = f"SELECT at FROM {table} WHERE member_id = 1 ORDER BY id DESC LIMIT 1"  # noqa: S608
    said = await plan(house.database, newest)
    assert re.search(rf"SEARCH {table} USING INDEX ix_{table}_member_id", said)
    assert "TEMP B-TREE" not in said
