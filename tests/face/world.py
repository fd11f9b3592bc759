"""A simulated Discord server with a moderator, members and a second server next door, and their verbs."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import discord
import simcord
from simcord.actors import _component_interaction
from sqlmodel import SQLModel, select

from bot.client import CruxBot
from forecasts.models import Forecast, OutboxMessage, Question
from tests.face.watch import BUTTON, TEXT, Watch, walk

ATTACHMENTS = frozenset({"cdn.simcord.invalid"})
WORDING = {
    "title": "Will the model gap narrow by year-end?",
    "criteria": "Resolves YES if the last figure of the year is smaller than the first.",
    "source": "The yearly report",
    "closes": "in 5 weeks",
    "fine_print": "",
}
ON_CARD = {"2", "10", "20", "30", "40", "50", "60", "70", "80", "90", "98"}


def words(shown: Any) -> str:
    """Return every text and label that a message or an answer shows, one a line."""
    if isinstance(shown, simcord.InteractionResult):
        messages = [message for message in (shown.response, *shown.followups) if message is not None]
        return "\n".join(words(message) for message in messages)
    components = [part if isinstance(part, dict) else part.to_dict() for part in shown.components]
    lines = []
    for part in walk(components):
        if part["type"] == TEXT:
            lines.append(part["content"])
        elif part["type"] == BUTTON:
            lines.append(f"[{part['label']}]")
    return "\n".join(lines)


class World:
    """A server and what its people do; ``neighbour`` is another server with the same bot."""

    def __init__(self, env: simcord.Env, bot: CruxBot, watch: Watch) -> None:
        self.env, self.bot, self.watch = env, bot, watch
        self.guild = env.create_guild("Home")
        self.channel = self.guild.create_text_channel("crux")
        rights = discord.Permissions(manage_guild=True)
        self.moderator = self.guild.add_member(
            env.create_user("moderator"), roles=[self.guild.create_role("moderators", permissions=rights)]
        )
        self.members = [self.guild.add_member(env.create_user(f"member-{n}")) for n in range(1, 6)]
        self.member, self.other, self.third, *_ = self.members
        guild = env.create_guild("Next door")
        self.neighbour = SimpleNamespace(
            channel=guild.create_text_channel("crux"),
            member=guild.add_member(env.create_user("neighbour")),
            moderator=guild.add_member(
                env.create_user("other-moderator"), roles=[guild.create_role("mods", permissions=rights)]
            ),
        )
        self.expected_errors: set[str] = set()

    async def new_draft(self, **wording: str) -> simcord.InteractionResult:
        """Write a question in the form as the moderator; the answer shows the draft."""
        form = await self.moderator.slash(self.channel, "question new")
        return await self.moderator.submit_modal(form, WORDING | wording)

    async def approve_draft(self, draft: simcord.InteractionResult) -> discord.Message:
        """Open a draft as the moderator and return its card."""
        before = self.channel.last_message
        answer = await self.moderator.click(draft.response.message, label="Approve and open")
        card = self.channel.last_message
        assert card is not None, words(answer)
        assert before is None or card.id != before.id, words(answer)
        return card

    async def opened(self, **wording: str) -> discord.Message:
        """Write and open a question: sealed for 24 hours, debated for 72, last call for 24."""
        return await self.approve_draft(await self.new_draft(**wording))

    async def running(self, **wording: str) -> discord.Message:
        """Write a question and open it in preset rolling: never sealed, gated instead."""
        await self.new_draft(**wording)
        draft = (await self.rows(Question))[-1]
        await self.moderator.slash(self.channel, "question approve", draft=f"id:{draft.id}", preset="rolling")
        return self.channel.last_message

    async def forecast(self, member: Any, percent: float, card: discord.Message) -> simcord.InteractionResult:
        """Give a forecast on a card: one click, or through its form."""
        if f"{percent:g}" in ON_CARD:
            return await member.click(card, label=f"{percent:g}")
        form = await member.click(card, label="Exact…")
        return await member.submit_modal(form, {"probability": f"{percent:g}%"})

    async def all_forecast(self, card: discord.Message, *percents: float) -> None:
        """Let the members, in their order, give one forecast each."""
        for member, percent in zip(self.members, percents, strict=False):
            await self.forecast(member, percent, card)

    async def argue(self, member: Any, text: str, side: str = "for", number: int = 1) -> Any:
        """Give an argument by the command."""
        return await member.slash(self.channel, "argue", question=f"#{number}", side=side, text=text)

    async def propose(self, outcome: str = "YES", number: int = 1, **options: str) -> Any:
        """Propose an outcome as the moderator."""
        given = {"evidence": "https://example.org/report", "note": "The report says so."} | options
        return await self.moderator.slash(
            self.channel, "resolve propose", question=f"#{number}", outcome=outcome, **given
        )

    async def pass_time(self, *, hours: float = 0, seconds: float = 0) -> None:
        """Move the clock, then do what is due."""
        await self.env.advance_time(hours * 3600 + seconds)
        await self.bot.do_what_is_due()

    async def revealed(self, *percents: float, **wording: str) -> discord.Message:
        """Open a question, take forecasts, and break the seal; return its refreshed card."""
        card = await self.opened(**wording)
        await self.all_forecast(card, *percents)
        await self.pass_time(hours=24 if len(percents) > 2 else 48)
        return self.again(card)

    async def resolved(self, *percents: float, outcome: str = "YES", **wording: str) -> discord.Message:
        """Bring a question to its end in 35 days and return its card."""
        card = await self.revealed(*percents, **wording)
        question = (await self.rows(Question, card_message_id=card.id))[0]
        await self.pass_time(hours=35 * 24)
        await self.propose(outcome, question.number)
        await self.pass_time(hours=48)
        return self.again(card)

    def again(self, message: discord.Message) -> discord.Message:
        """Return a message as it stands now."""
        return next(each for each in self.history() if each.id == message.id)

    def history(self) -> list[discord.Message]:
        """Return what everybody can read in the channel, oldest first."""
        return [message for message in self.channel.history() if not message.flags.ephemeral]

    def posts(self, sign: str) -> list[str]:
        """Return what the messages in the channel that hold a sign say, oldest first."""
        return [said for message in self.history() if sign in (said := words(message))]

    async def neutral_message(self) -> discord.Message:
        """Return a message of a member, on which clicks can be forged."""
        return await self.moderator.send(self.channel, "hello")

    async def neighbours_message(self) -> discord.Message:
        """Return a message next door, on which clicks can be forged."""
        return await self.neighbour.moderator.send(self.neighbour.channel, "hello")

    async def forge(self, member: Any, message: Any, custom_id: str) -> simcord.InteractionResult:
        """Click on a button that the message doesn't have, as a changed client could."""
        stored = self.env.backend.get_message(message.channel.id, message.id)
        return await _component_interaction(
            member, stored, {"custom_id": custom_id, "component_type": BUTTON}
        )

    async def deliver_again(self) -> None:
        """Let Discord deliver the last interaction a second time."""
        payload = next(
            payload
            for _, name, payload in reversed(self.env.backend.transcript)
            if name == "INTERACTION_CREATE"
        )
        self.env.backend.emit("INTERACTION_CREATE", payload)
        await self.env.settle()

    async def restart(self) -> None:
        """Stop the bot and start a new one on the same database."""
        self.bot = CruxBot(self.bot.database, attachment_hosts=ATTACHMENTS)
        await self.env.restart_bot(self.bot)

    def requests(self, method: str, path: str) -> list[dict[str, Any]]:
        """Return the bodies of the requests to a path that ends in ``path``."""
        return [each.json for each in self.watch if each.method == method and each.path.endswith(path)]

    async def rows(self, table: type[SQLModel], **equal: Any) -> Sequence[Any]:
        """Return a table's rows in the order of their ids."""
        async with self.bot.database.reading() as session:
            return (await session.exec(select(table).filter_by(**equal).order_by(table.id))).all()

    async def change(self, table: type[SQLModel], row_id: int, **values: Any) -> None:
        """Set columns of a row past all rules."""
        async with self.bot.database.transaction() as session:
            row = await session.get_one(table, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    async def values(self) -> list[float | None]:
        """Return every stored forecast in percent, oldest first; None for a withdrawal."""
        stored = await self.rows(Forecast)
        return [round(row.probabilities[0] * 100, 4) if row.probabilities else None for row in stored]

    async def outbox(self, kind: str) -> Sequence[OutboxMessage]:
        """Return the outbox rows of one kind."""
        return await self.rows(OutboxMessage, kind=kind)
