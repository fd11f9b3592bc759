"""A server with one of everything, made by the use cases, and the keys of it all by handlers' names."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from claims.models import StoredClaim, StoredDocument
from forecasts.communities import community_of, member_of
from forecasts.cruxes import answer_crux, link_crux
from forecasts.debate import add_argument
from forecasts.forecasting import submit_forecast
from forecasts.models import Conditional, Forecast, Side
from forecasts.questions import Wording, approve_question, draft_question
from forecasts.resolution import challenge_resolution, propose_resolution
from forecasts.theses import draft_thesis
from tests.face.world import World

DOCUMENT = (
    "{mark} analysts expect that the gap between models will close by the end of 2026.\n\n"
    "{mark} export controls raised the price of computing power, and will do so until 2028.\n"
)


@dataclass
class Server:
    """The keys of what a server holds, by the names of handlers' parameters."""

    guild_id: int
    community_id: int = 0
    keys: dict[str, list[int]] = field(default_factory=dict)


class Settler:
    """Fills a server: questions in every phase, arguments, a thesis with a crux, documents."""

    def __init__(
        self, world: World, place: Any, mark: str, sealed: tuple[float, ...] = (0.1117, 0.6173, 0.9451)
    ) -> None:
        self.world, self.place, self.mark, self.sealed = world, place, mark, sealed
        self.server = Server(place.channel._channel.guild_id)
        self._members: list[int] = []
        self._interactions = place.channel.id * 2  # nobody else's

    async def settle(self, *user_ids: int) -> Server:
        """Fill the server and return its keys; the first user is a moderator, two or more are members."""
        now = self.world.bot.now()
        start = now - timedelta(hours=30)
        async with self.world.bot.database.transaction() as session:
            community = await community_of(session, guild_id=self.server.guild_id, now=start)
            self.server.community_id = community.id
            community.questions_channel_id = self.place.channel.id
            for user_id in user_ids:
                member = await member_of(session, community_id=community.id, user_id=user_id, now=start)
                self._members.append(member.id)
        resolved = await self._question("resolved", now - timedelta(days=9), days=5)
        debated, challenged = [await self._question(which, start) for which in ("debated", "challenged")]
        thesis = await self._thesis(start)
        argument, reply = await self._arguments(debated, "debate", start)
        await self.world.bot.sweep()
        await self._resolve(resolved, now - timedelta(days=3))
        await self._resolve(challenged, now)
        await self.world.bot.sweep()
        await self._do(
            challenge_resolution, question_id=challenged, member_id=self._members[1], now=now,
            reason=f"{self.mark} the report was withdrawn.",
        )  # fmt: skip
        await self._forecast(debated, self._members[1], 0.9, now)
        sealed = await self._question("sealed", now, values=self.sealed)
        await self._arguments(sealed, "secrecy", now)
        link = await self._do(
            link_crux, thesis_id=thesis, question_id=debated, member_id=self._members[0], by_moderator=True,
            now=now,
        )  # fmt: skip
        await self._do(
            answer_crux, link_id=link.id, member_id=self._members[1], if_yes=0.8, if_no=0.2, now=now,
            interaction_id=self._interaction(),
        )  # fmt: skip
        draft = await self._draft("draft", now)
        await self._documents()
        questions = [sealed, debated, challenged, resolved, thesis, draft]
        self.server.keys |= {
            "question_id": questions,
            "debated": [debated],
            "argument_id": [argument, reply],
            "reply_to": [argument],
            "after": [argument],
            "link_id": [link.id],
            "conditional_id": await self._of_members(Conditional),
            "forecast_id": await self._of_members(Forecast),
        }
        return self.server

    async def _do(self, use_case: Any, **values: Any) -> Any:
        async with self.world.bot.database.transaction() as session:
            return await use_case(session, community_id=self.server.community_id, **values)

    def _interaction(self) -> int:
        self._interactions += 1
        return self._interactions

    def _wording(self, which: str) -> Wording:
        return Wording(
            title=f"{self.mark}: will the {which} gap narrow?",
            criteria=f"{self.mark}: YES if the last figure is smaller than the first.",
            source=f"{self.mark} report",
        )

    async def _draft(self, which: str, now: datetime, days: float = 60) -> int:
        drafted = await self._do(
            draft_question, member_id=self._members[0], wording=self._wording(which),
            closes_at=now + timedelta(days=days), now=now,
        )  # fmt: skip
        return int(drafted.id)

    async def _question(
        self, which: str, now: datetime, days: float = 60, values: tuple[float, ...] = (0.31, 0.63, 0.87)
    ) -> int:
        question_id = await self._draft(which, now, days)
        await self._open(question_id, now)
        for member_id, value in zip(self._members, values, strict=False):
            await self._forecast(question_id, member_id, value, now)
        return question_id

    async def _open(self, question_id: int, now: datetime) -> None:
        await self._do(
            approve_question, question_id=question_id, member_id=self._members[0],
            channel_id=self.place.channel.id, now=now,
        )  # fmt: skip

    async def _forecast(self, question_id: int, member_id: int, value: float, now: datetime) -> None:
        await self._do(
            submit_forecast, question_id=question_id, member_id=member_id, probabilities=(value,),
            interaction_id=self._interaction(), now=now,
        )  # fmt: skip

    async def _thesis(self, now: datetime) -> int:
        wording = Wording(title=f"{self.mark}: the controls backfired.", criteria="")
        drafted = await self._do(draft_thesis, member_id=self._members[0], wording=wording, now=now)
        await self._open(drafted.id, now)
        for member_id, value in zip(self._members, (0.2, 0.5, 0.8), strict=False):
            await self._forecast(drafted.id, member_id, value, now)
        return int(drafted.id)

    async def _arguments(self, question_id: int, which: str, now: datetime) -> tuple[int, int]:
        given = [
            (
                self._members[0],
                Side.FOR,
                f"In {which}, {self.mark} distillation needs little compute ({which}).",
            ),
            (
                self._members[1],
                Side.AGAINST,
                f"By {which}, {self.mark} chips decide who trains the largest ({which}).",
            ),
        ]
        stored = [
            await self._do(
                add_argument, question_id=question_id, member_id=member_id, side=side, text=words, now=now,
                interaction_id=self._interaction(),
            )
            for member_id, side, words in given
        ]  # fmt: skip
        return stored[0].id, stored[1].id

    async def _resolve(self, question_id: int, now: datetime) -> None:
        await self._do(
            propose_resolution, question_id=question_id, member_id=self._members[0], outcome=1, now=now,
            evidence_url="https://example.org/report", note=f"{self.mark} the report says so.",
        )  # fmt: skip

    async def _documents(self) -> None:
        """Add two through the face: reading them belongs to it."""
        for place in ("first", "second"):
            text = DOCUMENT.format(mark=f"{self.mark} {place}").encode()
            await self.place.moderator.slash(
                self.place.channel, "claims add", document=(f"{self.mark} {place}.txt", text)
            )
        async with self.world.bot.database.reading() as session:
            own = select(StoredDocument.id).where(StoredDocument.community_id == self.server.community_id)
            documents = list((await session.exec(own)).all())
            claims = list(
                (
                    await session.exec(select(StoredClaim.id).where(StoredClaim.document_id.in_(documents)))
                ).all()
            )
        self.server.keys |= {
            "document_id": documents, "by_id": documents[::-1], "claim_id": claims, "other_id": claims[::-1],
        }  # fmt: skip

    async def _of_members(self, table: Any) -> list[int]:
        async with self.world.bot.database.reading() as session:
            return list(
                (await session.exec(select(table.id).where(table.member_id.in_(self._members)))).all()
            )
