"""What must hold after any number of kills and faults: nothing lost, nothing doubled, nothing made up."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import URL
from sqlmodel import col, select

from forecasts.database import Database
from forecasts.models import Forecast, OutboxMessage, Question, Score
from forecasts.outbox import Errand
from forecasts.rescoring import recomputed_scores
from tests.loopback.seeding import FORECASTERS, Seeded
from tests.loopback.state import State, texts_of

SAVED = "Saved:"
EDITED = {Errand.REFRESH}  # a change of a message that stands: no message of its own
# What is said, beside the changed card, when a phase ends; see forecasts.advancing.
NEXT = {"blind": "debate", "debate": "final", "final": "rolling", "rolling": "closed", "proposed": "resolved"}
MARKERS = 1_000_000


@dataclass
class Report:
    """What was found, and how much of it there was to find."""

    acknowledged: int = 0
    stored: int = 0
    deadlines: int = 0
    messages: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that mustn't be, a line each."""
        return [*self.lost, *self.doubled, *self.wrong, *self.waiting]


async def examine(
    url: str | URL, state: State, seeded: Iterable[Seeded], *, now: datetime, dead_allowed: bool = False
) -> Report:
    """Compare what people were told, what Discord shows and what is stored.

    Parameters
    ----------
    now
        Deadlines before this moment must have had their effect.
    dead_allowed
        Whether messages may have been given up: only where Discord refused them for good.
    """
    report = Report()
    database = Database(url)
    try:
        await _forecasts(database, state, report)
        await _deadlines(database, [each for each in seeded if each.due < now], report)
        await _messages(database, state, report, dead_allowed=dead_allowed)
    finally:
        await database.close()
    return report


async def _forecasts(database: Database, state: State, report: Report) -> None:
    """Whoever read "Saved" has it stored, with that number, once; nobody has what they never sent."""
    async with database.reading() as session:
        rows = (await session.exec(select(Forecast))).all()
    stored = {row.interaction_id: row for row in rows}
    for interaction_id, times in Counter(row.interaction_id for row in rows).items():
        if times > 1:
            report.doubled.append(f"forecast of interaction {interaction_id}: {times} rows")
    for interaction in state.interactions.values():
        if not interaction.what.startswith("forecast:"):
            continue
        row = stored.pop(interaction.id, None)
        report.stored += row is not None
        if not any(SAVED in said for said in interaction.texts):
            continue
        report.acknowledged += 1
        _, _, question, percent = interaction.what.split(":")
        if row is None:
            report.lost.append(f"acknowledged forecast {interaction.what} of user {interaction.user_id}")
        elif (row.question_id, row.probabilities) != (int(question), [int(percent) / 100]):
            report.wrong.append(f"forecast {interaction.what} is stored as {row.probabilities}")
    made_up = [number for number in stored if number is None or number > 10**9]
    report.wrong.extend(f"forecast of interaction {number}, which nobody sent" for number in made_up)


async def _deadlines(database: Database, due: list[Seeded], report: Report) -> None:
    """Every deadline had its effect once: the next phase, one message about it, one score a forecaster."""
    report.deadlines = len(due)
    async with database.reading() as session:
        questions = {row.id: row for row in (await session.exec(select(Question))).all()}
        scores = (await session.exec(select(Score.question_id, Score.member_id))).all()
        _, differing = await recomputed_scores(session)
    report.wrong.extend(differing)
    by_question = Counter(question_id for question_id, _ in scores)
    for what, times in Counter(scores).items():
        if times > 1:
            report.doubled.append(f"score {what}: {times} rows")
    for each in due:
        question = questions[each.id]
        if question.phase != NEXT[each.phase]:
            report.lost.append(f"deadline of question {each.id}: {each.phase} is now {question.phase}")
        wanted = FORECASTERS if question.phase == "resolved" else 0
        if by_question[each.id] < wanted:
            report.lost.append(f"scores of question {each.id}: {by_question[each.id]}, not {wanted}")


async def _messages(database: Database, state: State, report: Report, *, dead_allowed: bool) -> None:
    """Every message owed stands in Discord once, and Discord shows none that isn't owed."""
    async with database.reading() as session:
        rows = (await session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))).all()
    shown = Counter(marker for message in state.messages.values() for marker in _markers(message.payload))
    nonces = Counter(message.nonce for message in state.messages.values() if message.nonce is not None)
    for row in rows:
        found = max(shown[MARKERS + row.id], nonces[row.key])
        report.messages += found
        name = f"{row.kind} {row.key}"
        if found > 1:
            report.doubled.append(f"{name}: {found} messages")
        if row.dead_at is not None:
            if not dead_allowed:
                report.lost.append(f"{name}: given up after {row.attempts} attempts, {row.error}")
        elif row.sent_at is None:
            report.waiting.append(f"{name}: still waits, {row.attempts} attempts, {row.error}")
        elif row.kind not in EDITED and row.message_id is not None and found == 0:
            report.lost.append(f"{name}: counted as sent, isn't there")
    owed = {row.key for row in rows}
    report.wrong.extend(f"message {nonce}, which nobody owed" for nonce in nonces if nonce not in owed)


def _markers(payload: dict[str, object]) -> Iterator[int]:
    stack: list[object] = [payload.get("components")]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            stack.extend(part)
        elif isinstance(part, dict):
            if (
                isinstance(part.get("id"), int)
                and part["id"] >= MARKERS
                and any(texts_of({"components": [part]}))
            ):
                yield part["id"]
            stack.append(part.get("components"))


async def waiting(url: str | URL, *, now: datetime) -> int:
    """Return how many deadlines and messages are due and not done."""
    database = Database(url)
    try:
        async with database.reading() as session:
            due = (await session.exec(select(Question.id).where(col(Question.phase_ends_at) <= now))).all()
            owed = (
                await session.exec(
                    select(OutboxMessage.id).where(
                        col(OutboxMessage.sent_at).is_(None), col(OutboxMessage.dead_at).is_(None)
                    )
                )
            ).all()
            return len(due) + len(owed)
    finally:
        await database.close()
