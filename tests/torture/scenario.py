"""Everything that Crux does, in short scenes: each is what a process is in the middle of when it dies."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.communities import member_of
from forecasts.database import Database
from forecasts.forecasting import submit_forecast
from forecasts.models import (
    Argument,
    Conditional,
    CruxLink,
    Exposure,
    Forecast,
    ForecastKind,
    Phase,
    Question,
    Side,
    Surface,
)
from forecasts.questions import Wording, approve_question
from forecasts.theses import draft_thesis
from tests.loopback.checks import Written, waiting
from tests.loopback.people import EVIDENCE, SECOND_MODERATOR
from tests.loopback.seeding import DEADLINES, MODERATOR, Seeded, seed
from tests.loopback.server import Loopback
from tests.loopback.state import MODERATOR as RIGHTS
from tests.loopback.state import Interaction

SOON, SOON_ENOUGH, LATER = timedelta(seconds=0.3), timedelta(seconds=1.5), timedelta(hours=1)
ANSWERED_WITHIN = 5
KINDS = {phase: (phase, before) for phase, before in DEADLINES}
Scene = Callable[[], Awaitable[object]]


class Scenario:
    """The scenes, on one server whose bot runs, or has just died.

    Parameters
    ----------
    discord, url
        Where the bot is, and what it keeps its questions in.
    is_alive
        Whether the bot runs: a scene ends when it doesn't.
    """

    def __init__(self, discord: Loopback, url: str, is_alive: Callable[[], bool]) -> None:
        self._discord, self._url, self._is_alive = discord, url, is_alive
        self._numbers = itertools.count(1)
        self.guild_id = discord.state.guild_ids[0]
        self.seeded: list[Seeded] = []
        self.written: list[Written] = []
        self.scenes: dict[str, Scene] = {
            "opening": self.opening, "forecasting": self.forecasting, "debating": self.debating,
            "resolving": self.resolving, "digest": self.digest,
            **{f"end of {phase}": self._deadline(phase) for phase in KINDS},
        }  # fmt: skip

    async def rest(self) -> None:
        """Wait for what a bot does by itself."""
        for _ in range(15):
            if self._is_alive():
                await asyncio.sleep(0.1)

    async def quiet(self) -> bool:
        """Wait until nothing is due, unless the bot dies over it; return whether there is nothing."""
        for _ in range(50):
            if not self._is_alive():
                return False
            if not await waiting(self._url, now=datetime.now(UTC)):
                return True
            await asyncio.sleep(0.3)
        return False

    async def forecasting(self) -> None:
        """Give a forecast, change it, undo that, type one, follow, and withdraw."""
        question, user = await self._open(), 1_000 + next(self._numbers)
        for press in ("forecast:v1:{}:70", "forecast:v1:{}:30", "undo:v1:{}", "follow:v1:{}:1", "mine:v1:{}"):
            await self._done(self._click(press.format(question), user))
        form = self._discord.submit(
            f"exact:v1:{question}:1", {"probability": "61%"}, guild_id=self.guild_id, user_id=user
        )
        await self._done(form)
        await self._done(self._command("forecast withdraw", {"question": f"id:{question}"}, user))

    async def debating(self) -> None:
        """Two who disagree argue, and one rates the other's argument."""
        question, one = await self._open(), 1_000 + 2 * next(self._numbers)
        await self._done(self._click(f"forecast:v1:{question}:90", one))
        await self._done(self._click(f"forecast:v1:{question}:10", one + 1))
        text = f"Figure {next(self._numbers)} of the report says as much."
        said = {"question": f"id:{question}", "side": "for", "text": text}
        made = await self._done(self._command("argue", said, one))
        self.written.append(Written(made, text, "Stored, "))
        argument = await self._read(select(Argument.id).where(col(Argument.text) == text))
        await self._done(self._click(f"rate:v1:{question}", one + 1))
        await self._done(self._click(f"rate-one:v1:{question}:{argument}:1", one + 1))

    async def opening(self) -> None:
        """Write a question, open it, give it more time, and post its card again."""
        values = {"title": f"Will figure {next(self._numbers)} be larger than the last one?",
                  "criteria": "Resolves YES if it is larger in the yearly report.",
                  "source": "The yearly report", "fine_print": "", "closes": "in 9 weeks"}  # fmt: skip
        where = {"guild_id": self.guild_id, "user_id": MODERATOR, "rights": RIGHTS}
        await self._done(self._discord.submit("new-question:v1:1", values, **where))
        draft = await self._read(select(Question.id).where(col(Question.title) == values["title"]))
        await self._done(self._command("question approve", {"draft": f"id:{draft}"}, MODERATOR))
        more = {"question": f"id:{draft}", "closes": "in 10 weeks", "reason": "It is late."}
        await self._done(self._command("question extend", more, MODERATOR))
        await self.quiet()
        await self._done(self._command("question repost", {"question": f"id:{draft}"}, MODERATOR))

    async def resolving(self) -> None:
        """Propose an outcome, challenge it, decide that, and correct it."""
        (question,) = await self._seed(Phase.FINAL, LATER)
        said = {"question": f"id:{question.id}"}
        first = said | {"outcome": "YES", "evidence": EVIDENCE}
        await self._write("resolve propose", first, "note", MODERATOR, "Proposed for #")
        text = self._text()
        form = self._discord.submit(
            f"challenge:v1:{question.id}:1", {"reason": text},
            guild_id=self.guild_id, user_id=question.forecaster,
        )  # fmt: skip
        self.written.append(Written(await self._done(form), text, "is challenged."))
        ruling = said | {"ruling": "uphold"}
        await self._write("resolve decide", ruling, "note", SECOND_MODERATOR, "The channel reads your note.")
        last = said | {"outcome": "NO", "evidence": EVIDENCE}
        await self._write("resolve overturn", last, "note", MODERATOR, "scored anew")

    async def digest(self) -> None:
        """Let a server's digest become due: there is one a week, so it is a new server each time."""
        now = datetime.now(UTC)
        other = [self._discord.state.add_guild()]
        kinds = [KINDS[Phase.FINAL]]
        self.seeded += await seed(
            self._url, self._discord.state, first=now + LATER, every=SOON, count=1,
            digests_at=now, guild_ids=other, kinds=kinds,
        )  # fmt: skip

    def _deadline(self, phase: Phase) -> Scene:
        owe = {Phase.FINAL: self._owe_feedback, Phase.PROPOSED: self._owe_prompt}.get(phase)

        async def scene() -> None:
            (question,) = await self._seed(phase, SOON if owe is None else SOON_ENOUGH)
            if owe is not None:
                database = Database(self._url)
                async with database.transaction() as session:
                    row = await session.get_one(Question, question.id)
                    if row.phase is phase:  # not if the bot was faster
                        await owe(session, row)
                await database.close()
            while self._is_alive() and datetime.now(UTC) < question.due:  # noqa: ASYNC110 (nobody tells)
                await asyncio.sleep(0.1)

        return scene

    async def _owe_feedback(self, session: AsyncSession, question: Question) -> None:
        """Let somebody have argued, who wants to know what readers made of it; five had forecast."""
        at = question.created_at + LATER
        people = [await member_of(session, community_id=question.community_id, user_id=user, now=at)
                  for user in (901, 902)]  # fmt: skip
        for number, person in enumerate(people):
            session.add(
                Forecast(question_id=question.id, member_id=person.id, edition=1, kind=ForecastKind.BLIND,
                         probabilities=[0.3], at=at, interaction_id=question.id * 10 + 5 + number)
            )  # fmt: skip
        people[0].feedback = True
        text = f"The report of year {question.id} said so already."
        argument = Argument(question_id=question.id, member_id=people[0].id, side=Side.FOR, text=text, at=at)
        session.add(argument)
        await session.flush()
        shown = Exposure(argument_id=argument.id, member_id=people[1].id, surface=Surface.LIST, at=at)
        session.add(shown)

    async def _owe_prompt(self, session: AsyncSession, question: Question) -> None:
        """Let somebody have said what the question would do to their credence in a thesis."""
        now = datetime.now(UTC)
        member = await member_of(session, community_id=question.community_id, user_id=901, now=now)
        here = {"community_id": question.community_id, "member_id": member.id, "now": now}
        wording = Wording(title=f"Thesis {question.id} will hold.", criteria="", source="")
        thesis = await draft_thesis(session, wording=wording, **here)
        place = self._discord.state.channel_of(self.guild_id)
        await approve_question(session, question_id=thesis.id, channel_id=place, preset=None, **here)
        await submit_forecast(
            session, question_id=thesis.id, probabilities=(0.4,), interaction_id=question.id * 10 + 7, **here
        )
        link = CruxLink(thesis_id=thesis.id, question_id=question.id, created_by=member.id, at=now)
        session.add(link)
        await session.flush()
        session.add(Conditional(link_id=link.id, member_id=member.id, if_yes=0.8, if_no=0.2, at=now,
                                interaction_id=question.id * 10 + 8))  # fmt: skip

    async def _open(self) -> int:
        """Return a question that is open and public for an hour."""
        found = [each for each in self.seeded if each.due > datetime.now(UTC) + LATER / 2
                 and each.phase is Phase.DEBATE]  # fmt: skip
        return (found or await self._seed(Phase.DEBATE, LATER))[0].id

    async def _seed(self, phase: Phase, after: timedelta) -> list[Seeded]:
        seeded = await seed(
            self._url, self._discord.state, first=datetime.now(UTC) + after, every=after, count=1,
            guild_ids=[self.guild_id], kinds=[KINDS[phase]],
        )  # fmt: skip
        self.seeded += seeded
        return seeded

    async def _write(self, name: str, said: dict[str, str], option: str, user: int, promise: str) -> None:
        text = self._text()
        made = await self._done(self._command(name, said | {option: text}, user))
        self.written.append(Written(made, text, promise))

    def _text(self) -> str:
        return f"Note {next(self._numbers)} says what the report shows."

    def _click(self, custom_id: str, user: int) -> Awaitable[Interaction]:
        return self._discord.click(custom_id, guild_id=self.guild_id, user_id=user)

    def _command(self, name: str, said: dict[str, str], user: int) -> Awaitable[Interaction]:
        return self._discord.command(name, said, guild_id=self.guild_id, user_id=user)

    async def _done(self, act: Awaitable[Interaction]) -> Interaction:
        """Wait for an answer, unless the bot dies over it."""
        made = await act
        for _ in range(int(ANSWERED_WITHIN / 0.01)):
            if made.answered or not self._is_alive():
                break
            await asyncio.sleep(0.01)
        return made

    async def _read(self, query: object) -> int:
        database = Database(self._url)
        async with database.reading() as session:
            found = (await session.exec(query)).first()  # type: ignore[call-overload]
        await database.close()
        return found or 0
