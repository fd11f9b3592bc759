"""What must hold after any number of kills and faults: nothing lost, nothing doubled, nothing made up."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import URL
from sqlmodel import col, select

from bot.errors import UNEXPECTED
from bot.questions.card import card_view
from forecasts.database import Database
from forecasts.models import (
    Argument,
    Community,
    Digest,
    Forecast,
    OutboxMessage,
    Question,
    Resolution,
    Ruling,
    Score,
)
from forecasts.outbox import Errand
from forecasts.queries import card_of
from forecasts.rescoring import recomputed_scores
from tests.loopback.seeding import FORECASTERS, Seeded
from tests.loopback.state import Interaction, State, texts_of

SAVED = ("Saved:", "Withdrawn.", "Back to", "Taken back")
EDITED = {Errand.REFRESH}  # a change of a message that stands: no message of its own
# What may have become of a question after the end of a phase; moderators go on with closed ones.
NEXT = {
    "blind": {"debate"}, "debate": {"final"}, "final": {"rolling"},
    "rolling": {"closed", "proposed", "resolved"}, "proposed": {"resolved"},
}  # fmt: skip
MARKERS = 1_000_000
HOPELESS_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Written:
    """A text that nobody else has written: an argument, or the note of a proposal, challenge or ruling.

    ``promise`` are words of the answer by which its author knows that it is stored.
    """

    interaction: Interaction
    text: str
    promise: str


@dataclass
class Report:
    """What was found, and how much of it there was to find."""

    acknowledged: int = 0
    stored: int = 0
    written: int = 0
    deadlines: int = 0
    messages: int = 0
    cards: int = 0
    digests: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, float]:
        """Return what there was, and what of it is amiss, as figures of a run."""
        return {
            "acknowledged_forecasts": self.acknowledged,
            "acknowledged_texts": self.written,
            "deadlines": self.deadlines,
            "messages": self.messages,
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "wrong": len(self.wrong),
            "left_waiting": len(self.waiting),
        }

    @property
    def faults(self) -> list[str]:
        """Everything that mustn't be, a line each."""
        return [*self.lost, *self.doubled, *self.wrong, *self.waiting]


async def examine(
    url: str | URL,
    state: State,
    seeded: Iterable[Seeded],
    *,
    now: datetime,
    written: Iterable[Written] = (),
    digests_of: Iterable[int] = (),
    dead_allowed: bool = False,
) -> Report:
    """Compare what people were told, what Discord shows and what is stored.

    Parameters
    ----------
    now
        Deadlines before this moment must have had their effect.
    written
        What people wrote.
    digests_of
        The servers whose digest was due.
    dead_allowed
        Whether messages may have been given up: only where Discord refused them for good.
    """
    report = Report()
    database = Database(url)
    try:
        await _forecasts(database, state, report)
        await _texts(database, written, report)
        await _deadlines(database, [each for each in seeded if each.due < now], report)
        await _messages(database, state, report, dead_allowed=dead_allowed)
        if not dead_allowed:
            await _cards(database, state, report)
        await _digests(database, state, digests_of, report)
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
        row = stored.pop(interaction.id, None)
        report.stored += row is not None
        if any(UNEXPECTED in said for said in interaction.texts):
            report.wrong.append(
                f"{interaction.what} of user {interaction.user_id} was told of a fault of ours"
            )
        if not any(word in said for said in interaction.texts for word in SAVED):
            continue
        report.acknowledged += 1
        if row is None:
            report.lost.append(f"acknowledged {interaction.what} of user {interaction.user_id}")
        elif interaction.what.startswith("forecast:"):
            _, _, question, percent = interaction.what.split(":")
            if (row.question_id, row.probabilities) != (int(question), [int(percent) / 100]):
                report.wrong.append(f"forecast {interaction.what} is stored as {row.probabilities}")
    made_up = [number for number in stored if number > 10**9]
    report.wrong.extend(f"forecast of interaction {number}, which nobody sent" for number in made_up)


async def _texts(database: Database, written: Iterable[Written], report: Report) -> None:
    """Whoever was told that their words are stored has them stored once; none are stored twice."""
    async with database.reading() as session:
        said = select(Resolution.note).where(col(Resolution.ruling) != Ruling.FINAL)  # repeats its proposal's
        stored = Counter((await session.exec(said)).all())
        stored.update((await session.exec(select(Argument.text))).all())
    for each in written:
        is_promised = any(each.promise in said for said in each.interaction.texts)
        report.written += is_promised
        if is_promised and not stored[each.text]:
            report.lost.append(f"acknowledged {each.interaction.what}: {each.text}")
        elif stored[each.text] > 1:
            report.doubled.append(f"{each.interaction.what}: {each.text}, {stored[each.text]} rows")


async def _deadlines(database: Database, due: list[Seeded], report: Report) -> None:
    """Every deadline had its effect once: the next phase, one message about it, one score a forecaster."""
    report.deadlines = len(due)
    async with database.reading() as session:
        questions = {row.id: row for row in (await session.exec(select(Question))).all()}
        scores = (
            await session.exec(select(Score.question_id, Score.member_id, Score.resolution_version))
        ).all()
        _, differing = await recomputed_scores(session)
    report.wrong.extend(differing)
    by_version = Counter((question_id, version) for question_id, _, version in scores)
    for what, times in Counter(scores).items():
        if times > 1:
            report.doubled.append(f"score {what}: {times} rows")
    for each in due:
        question = questions[each.id]
        if question.phase not in NEXT[each.phase]:
            report.lost.append(f"deadline of question {each.id}: {each.phase} is now {question.phase}")
        wanted = FORECASTERS if question.phase == "resolved" else 0
        found = by_version[each.id, question.resolution_version]
        if found < wanted:
            report.lost.append(f"scores of question {each.id}: {found}, not {wanted}")


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
    owed = {row.key for row in rows} | {f"w{guild_id}" for guild_id in state.guild_ids}  # w: a welcome
    report.wrong.extend(f"message {nonce}, which nobody owed" for nonce in nonces if nonce not in owed)


async def _cards(database: Database, state: State, report: Report) -> None:
    """Every question's card shows how it stands now: the last change of it arrived."""
    async with database.reading() as session:
        for question in (await session.exec(select(Question).where(col(Question.number).is_not(None)))).all():
            message = state.messages.get(question.card_message_id or 0)
            if message is None:
                report.lost.append(f"card of question {question.id}")
                continue
            report.cards += 1
            card = await card_of(session, community_id=question.community_id, question_id=question.id)
            wanted = list(texts_of({"components": card_view(card).to_components()}))
            if list(texts_of(message.payload)) != wanted:
                report.lost.append(f"last change of the card of question {question.id} ({question.phase})")


async def _digests(database: Database, state: State, guild_ids: Iterable[int], report: Report) -> None:
    """Each of these servers got its digest once."""
    async with database.reading() as session:
        owed = (await session.exec(select(Community.id).where(col(Community.guild_id).in_(guild_ids)))).all()
        made = Counter((await session.exec(select(Digest.community_id))).all())
    shown = Counter(
        message.nonce.split(":")[1] for message in state.messages.values()
        if message.nonce is not None and message.nonce.startswith("dg:")
    )  # fmt: skip
    for community_id in owed:
        found = max(made[community_id], shown[str(community_id)])
        report.digests += found
        if found > 1:
            report.doubled.append(f"digest of community {community_id}: {found} times")
        if not made[community_id] or not shown[str(community_id)]:
            report.lost.append(f"digest of community {community_id}")


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
    """Return how many deadlines, digests and messages are due and not done."""
    database = Database(url)
    try:
        async with database.reading() as session:
            ended = (await session.exec(select(Question.id).where(col(Question.phase_ends_at) <= now))).all()
            weeks = (
                await session.exec(select(Community.id).where(col(Community.digest_due_at) <= now))
            ).all()
            unsent = col(OutboxMessage.sent_at).is_(None), col(OutboxMessage.dead_at).is_(None)
            owed = (await session.exec(select(OutboxMessage.id).where(*unsent))).all()
            return len(ended) + len(weeks) + len(owed)
    finally:
        await database.close()


async def drained(
    url: str | URL, *, after: datetime, every: float = 0.5, look: Callable[[], object] = lambda: None
) -> None:
    """Wait until nothing is left to do, or nothing is done any more: the checks find what still waits.

    Parameters
    ----------
    after
        When the last deadline is.
    every
        Seconds between two looks.
    look
        Called at each of them, to see whether the bot still lives.
    """
    left, changed = -1, datetime.now(UTC)
    while (now := datetime.now(UTC)) - changed < HOPELESS_AFTER:
        before, left = left, await waiting(url, now=now)
        if not left and now > after:
            return
        if left != before or now < after:
            changed = now
        look()
        await asyncio.sleep(every)
