"""People on the loopback Discord: they forecast, change their minds, argue, follow, and moderate."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from forecasts.models import Phase
from tests.loopback.checks import Written
from tests.loopback.seeding import MODERATOR, Seeded
from tests.loopback.server import Loopback
from tests.loopback.state import Interaction

FIRST_PERSON, PEOPLE = 1_000, 400  # so many that nobody forecasts more often than they may
SECOND_MODERATOR = 3
PERCENT = (10, 20, 30, 50, 70, 80, 90)
AT_A_TIME = 15  # questions that people talk about at any moment
EVIDENCE = "https://example.org/report"


class People:
    """A crowd whose acts follow from a seed.

    Parameters
    ----------
    discord
        Where they are.
    seeded
        The questions they see.
    seed
        For their choices.
    a_second
        How often somebody does something.
    """

    def __init__(self, discord: Loopback, seeded: list[Seeded], *, seed: int, a_second: float) -> None:
        self._discord, self.seeded, self.a_second = discord, seeded, a_second
        self._random = random.Random(seed)  # noqa: S311 (a choice that can be repeated)
        self.written: list[Written] = []
        self._acts: list[tuple[int, Callable[[], Awaitable[object]]]] = [
            (70, self.forecast), (5, self._take_back), (5, self._argue), (4, self._follow),
            (6, self._propose), (5, self._challenge), (5, self._decide),
        ]  # fmt: skip

    async def live(self) -> None:
        """Act until cancelled."""
        acts, weights = [act for _, act in self._acts], [weight for weight, _ in self._acts]
        while True:
            await asyncio.sleep(self._random.expovariate(self.a_second))
            await self._random.choices(acts, weights)[0]()

    def unanswered(self, since: int) -> int:
        """Return how many clicks were delivered and have had no answer, of those after the first so many."""
        newest = list(self._discord.state.interactions.values())[since:]
        return sum(bool(each.delivered) and not each.answered for each in newest)

    def _question(self) -> Seeded:
        """Return one that is due soon, or that has just been due, and whose bot listens if any does."""
        now = datetime.now(UTC)
        near = [each for each in self.seeded if each.takes_forecasts and not self._has_closed(each, now)]
        near = sorted(near, key=lambda each: abs(each.due - now))[:AT_A_TIME] or self.seeded
        heard = [each for each in near if self._discord.gateway.session_of(each.guild_id) is not None]
        return self._random.choice(heard or near)

    @staticmethod
    def _has_closed(question: Seeded, now: datetime) -> bool:
        return question.phase is Phase.ROLLING and question.due < now

    def _closed(self) -> Seeded | None:
        now = datetime.now(UTC)
        found = [each for each in self.seeded if self._has_closed(each, now)]
        return self._random.choice(found[-4:]) if found else None

    def _person(self) -> int:
        return FIRST_PERSON + self._random.randrange(PEOPLE)

    def _text(self) -> str:
        return f"Figure {len(self.written) + 1} of the report says as much."

    def _wrote(self, interaction: Interaction, text: str, promise: str) -> None:
        self.written.append(Written(interaction, text, promise))

    async def forecast(self) -> None:
        """Press a number on a card; now and then the gateway delivers it twice."""
        question, times = self._question(), 1 + (self._random.random() < 0.05)
        press = f"forecast:v1:{question.id}:{self._random.choice(PERCENT)}"
        await self._discord.click(press, guild_id=question.guild_id, user_id=self._person(), times=times)

    async def _take_back(self) -> None:
        done = [
            each for each in self._discord.state.interactions.values() if each.what.startswith("forecast:")
        ]
        if not done:
            return
        last = self._random.choice(done[-10:])
        where = {"guild_id": last.guild_id, "user_id": last.user_id}
        question_id = last.what.split(":")[2]
        if self._random.random() < 0.5:
            await self._discord.click(f"undo:v1:{question_id}", **where)
        else:
            await self._discord.command("forecast withdraw", {"question": f"id:{question_id}"}, **where)

    async def _argue(self) -> None:
        question, text = self._question(), self._text()
        said = {
            "question": f"id:{question.id}",
            "side": self._random.choice(["for", "against"]),
            "text": text,
        }
        made = await self._discord.command("argue", said, guild_id=question.guild_id, user_id=self._person())
        self._wrote(made, text, "Stored, ")

    async def _follow(self) -> None:
        question = self._question()
        await self._discord.click(
            f"follow:v1:{question.id}:1", guild_id=question.guild_id, user_id=self._person()
        )

    async def _propose(self) -> None:
        question, text = self._closed(), self._text()
        if question is not None:
            said = {"question": f"id:{question.id}", "outcome": "YES", "evidence": EVIDENCE, "note": text}
            made = await self._discord.command(
                "resolve propose", said, guild_id=question.guild_id, user_id=MODERATOR
            )
            self._wrote(made, text, "Proposed for #")

    async def _challenge(self) -> None:
        question, text = self._closed(), self._text()
        if question is not None:
            made = await self._discord.submit(
                f"challenge:v1:{question.id}:{len(self.written)}", {"reason": text},
                guild_id=question.guild_id, user_id=question.forecaster,
            )  # fmt: skip
            self._wrote(made, text, "is challenged.")

    async def _decide(self) -> None:
        question, text = self._closed(), self._text()
        if question is not None:
            ruling = self._random.choice(["uphold", "refuse"])
            said = {"question": f"id:{question.id}", "ruling": ruling, "note": text}
            made = await self._discord.command(
                "resolve decide", said, guild_id=question.guild_id, user_id=SECOND_MODERATOR
            )
            self._wrote(made, text, "The channel reads your note.")
