"""What people do in the demo, step by step, each through the interactions they would really make."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import discord
from simcord import InteractionResult
from sqlmodel import col, select

from bot.demo.ids import custom_ids
from bot.demo.world import MEMBERS, MODERATOR, World
from claims.draft import SOURCE_BLANK
from claims.models import StoredClaim, StoredDocument
from claims.trend import trend_of
from forecasts.models import Phase, Question

PUBLISHER = "a report by a named publisher"
EVIDENCE = "https://example.org/evidence/{number}"
NOTE = "The last figure published in time decides it; the linked page shows it."


@dataclass
class Story:
    """The world, who acts in the story, the documents read, and the questions opened from them."""

    world: World
    members: Sequence[str] = MEMBERS[:5]
    files: dict[int, str] = field(default_factory=dict)
    opened: list[int] = field(default_factory=list)

    async def read(self, path: Path) -> discord.Message | None:
        """Let the moderator add a document; give the answer with its claims, or None if it is refused."""
        data = path.read_bytes()  # noqa: ASYNC240 (nothing else runs meanwhile)
        result = await self.world.slash(MODERATOR, "claims add", document=(path.name, data))
        async with self.world.database.reading() as session:
            newest = select(StoredDocument.id).order_by(col(StoredDocument.id).desc())
            document_id = (await session.exec(newest)).first()
        if document_id is None or document_id in self.files:
            return None
        self.files[document_id] = str(path)
        return _answer(result)

    async def open_question(self, claims: discord.Message) -> int | None:
        """Let the moderator draft a claim, fill the draft's blanks and open it; skip repeated titles."""
        for custom_id in await self._claims_in_order(claims):
            drafted = _answer(await self.world.click(MODERATOR, claims, custom_id))
            question_id = next(_ids_of("edit", drafted), None)
            if question_id is None:
                continue  # this claim was drafted before
            if await self._is_repeated(question_id):
                await self.world.click(MODERATOR, drafted, f"reject:v1:{question_id}", about=question_id)
                continue
            await self._fill_blanks(drafted, question_id)
            await self.world.click(MODERATOR, drafted, f"approve:v1:{question_id}", about=question_id)
            await self.world.pass_time(self.world.env.now())
            self.opened.append(question_id)
            return question_id
        return None

    async def _claims_in_order(self, claims: discord.Message) -> list[str]:
        """Put claims that say which way something moves first, as a moderator would."""
        shown = list(_ids_of("draft", claims))
        async with self.world.database.reading() as session:
            texts = {key: (await session.get_one(StoredClaim, key)).standalone for key in shown}
        return [f"draft:v1:{key}" for key in sorted(shown, key=lambda key: trend_of(texts[key]) is None)]

    async def _is_repeated(self, question_id: int) -> bool:
        title = (await self.question(question_id)).title
        return title in [(await self.question(other)).title for other in self.opened]

    async def _fill_blanks(self, drafted: discord.Message, question_id: int) -> None:
        form = await self.world.click(MODERATOR, drafted, f"edit:v1:{question_id}", about=question_id)
        entries = [label["component"] for label in (form.modal or {})["components"]]
        values = {
            entry["custom_id"]: str(entry.get("value") or "").replace(SOURCE_BLANK, PUBLISHER)
            for entry in entries
        }
        await self.world.submit(MODERATOR, form, values, about=question_id)

    async def forecast(self, question_id: int, percents: Sequence[int]) -> None:
        """Let each member press a number on the card."""
        card = await self.card(question_id)
        for name, percent in zip(self.members, percents, strict=False):
            await self.world.click(name, card, f"forecast:v1:{question_id}:{percent}", about=question_id)

    async def type_forecast(self, name: str, question_id: int, typed: str) -> None:
        """Let a member open the form and type a probability."""
        card = await self.card(question_id)
        form = await self.world.click(name, card, f"exact:v1:{question_id}", about=question_id)
        await self.world.submit(name, form, {"probability": typed}, about=question_id)

    async def argue(self, name: str, question_id: int, side: int, words: str) -> None:
        """Let a member argue: a button, a form. A sealed card has none: it is on their own answer."""
        message = await self.card(question_id)
        opener = f"argue:v1:{question_id}:{side}"
        if opener not in custom_ids([part.to_dict() for part in message.components]):
            message = _answer(
                await self.world.click(name, message, f"mine:v1:{question_id}", about=question_id)
            )
        form = await self.world.click(name, message, opener, about=question_id)
        await self.world.submit(name, form, {"text": words, "source": ""}, about=question_id)

    async def propose(self, question_id: int, outcome: str, *, known: str) -> None:
        """Let the moderator propose how a question came out."""
        number = (await self.question(question_id)).number
        await self.world.slash(
            MODERATOR,
            "resolve propose",
            about=question_id,
            question=f"#{number}",
            outcome=outcome,
            evidence=EVIDENCE.format(number=number),
            note=NOTE,
            known=known,
        )

    async def pass_phase(self, phase: Phase, *, only: Sequence[int] | None = None) -> None:
        """Let time pass until no opened question, or none of ``only``, is in a phase any more."""
        while ends := [
            question.phase_ends_at
            for question in [await self.question(each) for each in only or self.opened]
            if question.phase is phase and question.phase_ends_at is not None
        ]:
            await self.world.pass_time(min(ends))

    async def question(self, question_id: int) -> Question:
        """Return a question as it is stored now."""
        async with self.world.database.reading() as session:
            return await session.get_one(Question, question_id)

    async def card(self, question_id: int) -> discord.Message:
        """Return a question's card as the channel shows it."""
        return await self.world.message((await self.question(question_id)).card_message_id or 0)


def _answer(result: InteractionResult) -> discord.Message:
    if result.response is None:
        msg = "the bot did not answer"
        raise RuntimeError(msg)
    return result.response.message


def _ids_of(action: str, message: discord.Message) -> Iterator[int]:
    for custom_id in custom_ids([part.to_dict() for part in message.components]):
        if custom_id.startswith(f"{action}:v1:"):
            yield int(custom_id.rpartition(":")[2])
