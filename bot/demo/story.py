"""What moderators do in the demo, and what everybody does alike, through the interactions they would make."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
from simcord import InteractionResult
from sqlmodel import col, select

from bot.demo.people import CHALLENGE, DECISION
from bot.demo.world import MEMBERS, MODERATOR, SECOND_MODERATOR, World
from claims.draft import SOURCE_BLANK
from claims.families import THRESHOLD_BLANK
from claims.indicators import Setting, matches, setting_of
from claims.models import StoredClaim, StoredDocument
from claims.review import waiting_claims
from claims.thesis import proposition_of
from forecasts.lifecycle import TAKES_FORECASTS
from forecasts.models import Phase, Question
from forecasts.questions import TITLE_LENGTH

PUBLISHER = "a report by a named publisher"
EVIDENCE = "https://example.org/evidence/{number}"
THRESHOLD = "50"
NOTE = "The last figure published in time decides it; the linked page shows it."
DATE = re.compile(r"\d{1,2} (?:June|December) \d{4}")
# A draft is exact and long; a moderator may give it a name that people remember.
BY_YEAR_END = {
    "Will the gap between the best US and the best Chinese model": "Will the model gap narrow by year-end?"
}
FEWEST_CLAIMS = 3
OPPOSITES = {"larger": "smaller", "higher": "lower"}


@dataclass
class Story:
    """The world, who acts in the story, the documents read, and what was opened from them."""

    world: World
    members: Sequence[str] = MEMBERS
    files: dict[int, str] = field(default_factory=dict)
    opened: list[int] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    argued: int = 0

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
        return answer_of(result)

    async def open_question(self, claims: discord.Message, *, on_record: bool) -> int | None:
        """Let the moderator draft a claim, fill the draft's blanks and open it; skip what was asked already.

        Parameters
        ----------
        claims
            A list with a button for each claim.
        on_record
            Only claims that a public record can settle.
        """
        for custom_id in await self._drafts(claims, on_record=on_record):
            drafted = answer_of(await self.world.click(MODERATOR, claims, custom_id))
            question_id = next(keys_of("edit", drafted), None)
            if question_id is None:
                continue  # this claim was drafted before
            if not await self._is_new(question_id):
                await self.world.click(MODERATOR, drafted, f"reject:v1:{question_id}", about=question_id)
                continue
            await self._fill_blanks(drafted, question_id)
            if await self._approve(drafted, question_id):
                self.opened.append(question_id)
                return question_id
        return None

    async def _drafts(self, claims: discord.Message, *, on_record: bool) -> list[str]:
        """Return the buttons of claims that weren't drafted yet, the best first."""
        async with self.world.database.reading() as session:
            stored = [await session.get_one(StoredClaim, key) for key in keys_of("draft", claims)]
        setting = setting_of("\n".join(claim.standalone for claim in stored))
        return [
            f"draft:v1:{claim.id}"
            for claim in stored
            if claim.question_id is None and (matches(claim.standalone, setting) or not on_record)
        ]

    async def _is_new(self, question_id: int) -> bool:
        """Whether nobody has asked this or its opposite, and note that it is asked now."""
        title = (await self.question(question_id)).title
        for word, opposite in OPPOSITES.items():
            title = title.replace(word, opposite)
        is_new = title not in self.asked
        self.asked.add(title)
        return is_new

    async def _fill_blanks(self, drafted: discord.Message, question_id: int) -> None:
        form = await self.world.click(MODERATOR, drafted, f"edit:v1:{question_id}", about=question_id)
        values = {key: _filled(value) for key, value in values_of(form).items()}
        for beginning, name in BY_YEAR_END.items():
            if values["title"].startswith(beginning) and "smaller" in values["title"]:
                days = DATE.findall(values["title"])
                values = {key: value.replace(days[0], _year_end(days[0])) for key, value in values.items()}
                values |= {"title": name, "closes": _year_end(days[0])}
        await self.world.submit(MODERATOR, form, values, about=question_id)

    async def _approve(self, drafted: discord.Message, question_id: int) -> bool:
        """Open a draft and wait for its card; whether it has one: a draft that is refused has none."""
        await self.world.click(MODERATOR, drafted, f"approve:v1:{question_id}", about=question_id)
        await self.world.pass_time(self.world.env.now())
        return (await self.question(question_id)).card_message_id is not None

    async def open_thesis(self) -> int | None:
        """Let the moderator go through claims and open one that no record settles as a thesis."""
        listed = answer_of(await self.world.slash(MODERATOR, "claims list"))
        for document_id in keys_of("claims", listed):
            wanted = await self._disputable(document_id)
            if wanted is None:
                continue
            claims = answer_of(await self.world.click(MODERATOR, listed, f"claims:v1:{document_id}"))
            page = answer_of(await self.world.click(MODERATOR, claims, f"review:v1:{document_id}:0"))
            while (thesis := f"thesis-claim:v1:{wanted}") not in ids_of(page):
                page = answer_of(await self.world.click(MODERATOR, page, ids_of(page)[-1]))
            form = await self.world.click(MODERATOR, page, thesis)
            drafted = answer_of(await self.world.submit(MODERATOR, form, values_of(form)))
            thesis_id = next(keys_of("approve", drafted), None)  # none if its words were refused
            return thesis_id if thesis_id is not None and await self._approve(drafted, thesis_id) else None
        return None

    async def _disputable(self, document_id: int) -> int | None:
        """Choose a claim that no record settles, if there is one that stands alone; leave two others."""
        async with self.world.database.reading() as session:
            document = await session.get_one(StoredDocument, document_id)
            waiting = await waiting_claims(
                session, community_id=document.community_id, document_id=document_id
            )
        setting = setting_of("\n".join(each.claim.standalone for each in waiting))
        unsettled = [each for each in waiting if _is_statement(each.claim.standalone, setting)]
        alone = [each for each in unsettled if proposition_of(each.claim)] or unsettled
        return alone[0].claim_id if alone and len(waiting) >= FEWEST_CLAIMS else None

    async def list_again(self) -> list[discord.Message]:
        """Let the moderator list what waits in each document: the next best claims."""
        listed = answer_of(await self.world.slash(MODERATOR, "claims list"))
        clicks = [each for each in ids_of(listed) if each.startswith("claims:")]
        return [answer_of(await self.world.click(MODERATOR, listed, each)) for each in clicks]

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

    async def dispute(self, question_id: int, name: str) -> None:
        """Let a member challenge a proposal, and the second moderator say that it stands."""
        card = await self.card(question_id)
        form = await self.world.click(name, card, f"challenge:v1:{question_id}", about=question_id)
        await self.world.submit(name, form, {"reason": CHALLENGE}, about=question_id)
        number = (await self.question(question_id)).number
        await self.world.slash(
            SECOND_MODERATOR, "resolve decide", about=question_id, question=f"#{number}", ruling="uphold",
            note=DECISION,
        )  # fmt: skip

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

    async def is_debated(self, question_id: int) -> bool:
        """Whether a question's numbers are public, and it is still open."""
        question = await self.question(question_id)
        return question.phase in TAKES_FORECASTS and question.revealed_at is not None

    async def card(self, question_id: int) -> discord.Message:
        """Return a question's card as the channel shows it."""
        return await self.world.message((await self.question(question_id)).card_message_id or 0)


def _is_statement(words: str, setting: Setting) -> bool:
    """Whether words could be a thesis: no question, not too long, and no public record settles them."""
    return "?" not in words and len(words) <= TITLE_LENGTH[1] and not matches(words, setting)


def _filled(text: str) -> str:
    named = re.sub(r"\[which (\w[\w -]*)\?\]", r"a named \1", text.replace(SOURCE_BLANK, PUBLISHER))
    return named.replace(THRESHOLD_BLANK, THRESHOLD)


def _year_end(day: str) -> str:
    return f"31 December {day[-4:]}"


def answer_of(result: InteractionResult) -> discord.Message:
    """Return the message that answered an interaction."""
    if result.response is None:
        msg = "the bot did not answer"
        raise RuntimeError(msg)
    return result.response.message


def values_of(form: InteractionResult) -> dict[str, str]:
    """Return what stands in a form's fields."""
    entries: list[dict[str, Any]] = [label["component"] for label in (form.modal or {})["components"]]
    return {entry["custom_id"]: str(entry.get("value") or "") for entry in entries}


def ids_of(message: discord.Message) -> list[str]:
    """Return the ids of a message's buttons and menus that can be used, from top to bottom."""
    parts = discord.ui.LayoutView.from_message(message).walk_children()
    usable = (part for part in parts if isinstance(part, discord.ui.Button | discord.ui.Select))
    return [part.custom_id for part in usable if part.custom_id and not part.disabled]


def keys_of(action: str, message: discord.Message) -> Iterator[int]:
    """Yield the first key in the id of each button or menu for an action."""
    for custom_id in ids_of(message):
        if custom_id.startswith(f"{action}:v1:"):
            yield int(custom_id.split(":")[2])
