"""What members do in the demo: forecast, argue, rate, move, keep or change, and answer on cruxes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import discord
from simcord import InteractionResult

from bot.debate.views import VERDICTS
from bot.demo import people
from bot.demo.payloads import texts_of
from bot.demo.story import Story, answer_of, ids_of
from forecasts.models import Cause, Side

RATED_AT_ONCE = 3
CODES = {choice.label: code for code, choice in VERDICTS.items()}


class Convinced(NamedTuple):
    """An argument that convinced somebody, and which way it pulls: 1 up, -1 down."""

    argument_id: int
    pull: int


@dataclass
class Debate:
    """The debate on one question: what the members hold, in percent, and what convinced them."""

    story: Story
    question_id: int
    title: str
    held: dict[str, float] = field(default_factory=dict)
    convinced: dict[str, list[Convinced]] = field(default_factory=dict)

    async def sealed(self) -> None:
        """Let everybody who is there give a number on the card."""
        card = await self.story.card(self.question_id)
        for name in self.story.members:
            if people.attends(name, self.title, "sealed"):
                await self._press(name, card, people.first_number(name, self.title))

    async def type_number(self, name: str, typed: str, percent: float) -> None:
        """Let a member open the form and type a probability."""
        card = await self.story.card(self.question_id)
        form = await self._click(name, card, f"exact:v1:{self.question_id}")
        await self.story.world.submit(name, form, {"probability": typed}, about=self.question_id)
        self.held[name] = percent

    async def argue(self, name: str, side: Side) -> None:
        """Let a member argue: a button, a form. A sealed card has none: it is on their own answer."""
        message = await self.story.card(self.question_id)
        opener = f"argue:v1:{self.question_id}:{int(side is Side.FOR)}"
        if opener not in ids_of(message):
            message = answer_of(await self._click(name, message, f"mine:v1:{self.question_id}"))
        words = people.reason(side, self.story.argued)
        self.story.argued += 1
        await self._send(name, message, opener, words)

    async def answer_back(self, name: str) -> None:
        """Let a member reply to the argument that they are shown first."""
        card = await self.story.card(self.question_id)
        shown = answer_of(await self._click(name, card, f"rate:v1:{self.question_id}"))
        for custom_id in ids_of(shown):
            if custom_id.startswith("reply:"):
                await self._send(name, shown, custom_id, people.REPLY)
                return

    async def _send(self, name: str, message: discord.Message, opener: str, words: str) -> None:
        form = await self._click(name, message, opener)
        await self.story.world.submit(name, form, {"text": words, "source": ""}, about=self.question_id)

    async def discuss(self) -> None:
        """Let latecomers forecast, and those who are there rate arguments and think again."""
        card = await self.story.card(self.question_id)
        for name in self.story.members:
            if name not in self.held:
                if people.attends(name, self.title, "late"):
                    await self._press(name, card, people.first_number(name, self.title))
            elif people.attends(name, self.title, "rating"):
                await self._rate(name, card)
                await self._think_again(name, card)

    async def last_call(self) -> None:
        """Let everybody who is there keep their number or change it."""
        card = await self.story.card(self.question_id)
        for name in list(self.held):
            if not people.attends(name, self.title, "last call"):
                continue
            if not await self._think_again(name, card):
                mine = answer_of(await self._click(name, card, f"mine:v1:{self.question_id}"))
                if (keep := f"nudge:v1:{self.question_id}:0") in ids_of(mine):
                    await self._click(name, mine, keep)

    async def _rate(self, name: str, card: discord.Message) -> None:
        """Rate some arguments, one click each, and put them away."""
        sheet = answer_of(await self._click(name, card, f"rate:v1:{self.question_id}"))
        for _ in range(RATED_AT_ONCE):
            argument_id = next(_arguments_on(sheet), None)
            if argument_id is None:
                return
            words = texts_of([dict(part.to_dict()) for part in sheet.components])[0]
            pull = 1 if "▲" in words else -1
            agrees = (self.held[name] - 50) * pull > 0
            said = people.verdict(name, f"{self.title} {argument_id}", agrees=agrees)
            if said in {"Convincing", "Crux"}:
                self.convinced.setdefault(name, []).append(Convinced(argument_id, pull))
            rating = f"rate-one:v1:{self.question_id}:{argument_id}:{CODES[said]}"
            sheet = answer_of(await self._click(name, sheet, rating))
        if done := [each for each in ids_of(sheet) if each.startswith("rate-stop:")]:
            await self._click(name, sheet, done[0])

    async def _think_again(self, name: str, card: discord.Message) -> bool:
        """Let a member change their number if they want to, and say what moved them; whether they did."""
        before, convinced = self.held[name], self.convinced.get(name, [])
        number = people.next_number(
            name,
            self.title,
            held=before,
            median=people.middle(list(self.held.values())),
            won_over=sum(each.pull for each in convinced),
        )
        if number is None:
            return False
        answer = await self._press(name, card, number)
        menu = next((each for each in ids_of(answer) if each.startswith("moved:")), None)
        if menu is not None and people.answers(name, self.title):
            pull = 1 if number > before else -1
            boxes = [str(each.argument_id) for each in convinced if each.pull == pull][:2]
            boxes += [] if boxes else [str(people.dice("cause", name, self.title).choice(
                [Cause.NEWS, Cause.THINKING]))]  # fmt: skip
            await self.story.world.choose(name, answer, menu, boxes, about=self.question_id)
        return True

    async def _press(self, name: str, card: discord.Message, percent: int) -> discord.Message:
        self.held[name] = percent
        return answer_of(await self._click(name, card, f"forecast:v1:{self.question_id}:{percent}"))

    async def _click(self, name: str, message: discord.Message, custom_id: str) -> InteractionResult:
        return await self.story.world.click(name, message, custom_id, about=self.question_id)


async def debate_on(story: Story, question_id: int) -> Debate:
    """Return the debate on a question that was opened just now."""
    return Debate(story, question_id, (await story.question(question_id)).title)


async def answer_crux(debate: Debate, question_id: int) -> None:
    """Let a member link a question to a thesis, and those who are there say what it would change."""
    story, world = debate.story, debate.story.world
    thesis, question = await story.question(debate.question_id), await story.question(question_id)
    first, *others = [name for name in debate.held if people.attends(name, debate.title, "crux")]
    numbers = {"thesis": f"#{thesis.number}", "question": f"#{question.number}"}
    linked = answer_of(await world.slash(first, "crux link", about=thesis.id, **numbers))
    await _say_both(debate, first, linked)
    card = await story.card(thesis.id)
    for name in others:
        shown = await world.click(name, card, f"cruxes:v1:{thesis.id}", about=thesis.id)
        await _say_both(debate, name, answer_of(shown))


async def _say_both(debate: Debate, name: str, message: discord.Message) -> None:
    opener = next(each for each in ids_of(message) if each.startswith("crux-answer:"))
    form = await debate.story.world.click(name, message, opener, about=debate.question_id)
    yes, no = people.conditionals(name, debate.title, debate.held[name])
    typed = {"yes": f"{yes} %", "no": f"{no} %"}
    await debate.story.world.submit(name, form, typed, about=debate.question_id)


async def answer_letters(story: Story) -> None:
    """Let everybody who was asked about a crux set their credence to what they had said, or keep it."""
    for name in story.members:
        for letter in story.world.letters(name):
            ways = [each for each in ids_of(letter) if each.startswith(("prompt-set:", "prompt-keep:"))]
            if ways:
                await story.world.click_letter(name, letter, people.dice("letter", name).choice(ways))


def _arguments_on(sheet: discord.Message) -> Iterator[int]:
    for custom_id in ids_of(sheet):
        if custom_id.startswith("rate-one:"):
            yield int(custom_id.split(":")[3])
