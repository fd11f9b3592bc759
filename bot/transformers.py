"""What people type into options, read by the domain's own parsers."""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Transform

from bot.context import is_moderator
from bot.ui import limits
from bot.ui.text import single_line
from forecasts.communities import find_community
from forecasts.errors import InvalidInputError, NotFoundError
from forecasts.lifecycle import describe
from forecasts.models import Kind, Phase
from forecasts.queries import LIVING, OPEN, list_questions, question_by_number
from forecasts.topics import TOPIC_LIMIT, topics_of
from forecasts.views import QuestionLine

_KEY = "id:"
_NUMBER_DIGITS = 10


class QuestionTransformer(app_commands.Transformer):
    """A question by its number, or chosen from the list of those in some phases, perhaps of one kind."""

    def __init__(self, *phases: Phase, kind: Kind | None = None) -> None:
        self.phases = phases
        self.kind = kind

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> int:
        """Return the question's primary key; the handler checks that it is of this server."""
        if value.startswith(_KEY) and value.removeprefix(_KEY).isdecimal():
            return int(value.removeprefix(_KEY)[:18])
        number = value.strip().removeprefix("#")
        if not (number.isascii() and number.isdecimal() and len(number) < _NUMBER_DIGITS):
            raise InvalidInputError(
                "Which question? Choose it from the list, or type its number, such as #12."
            )
        async with interaction.client.database.reading() as session:
            community = await find_community(session, guild_id=interaction.guild_id or 0)
            if community is None:
                raise NotFoundError("There are no questions here yet. A moderator starts one: /question new")
            question = await question_by_number(session, community_id=community.id, number=int(number))
        return question.id

    async def autocomplete(
        self, interaction: discord.Interaction[Any], value: float | str, /
    ) -> list[Choice[int | float | str]]:
        """Offer questions of this server: number, title and phase, nothing that could be sealed."""
        async with interaction.client.database.reading() as session:
            community = await find_community(session, guild_id=interaction.guild_id or 0)
            if community is None:
                return []
            phases: list[Phase] = [phase for phase in self.phases if phase is not Phase.DRAFT]
            if Phase.DRAFT in self.phases and is_moderator(interaction, community):
                phases.append(Phase.DRAFT)
            lines = await list_questions(
                session,
                community_id=community.id,
                phases=phases,
                matching=str(value)[: limits.CHOICE_NAME],
                limit=limits.AUTOCOMPLETE_CHOICES,
                kind=self.kind,
            )
        return [Choice(name=_name(line), value=f"{_KEY}{line.question_id}") for line in lines]


class TopicTransformer(app_commands.Transformer):
    """The name of a topic, with those of this server offered."""

    @property
    def max_value(self) -> int:
        """Discord lets nobody type more."""
        return TOPIC_LIMIT

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return the name with single spaces."""
        del interaction
        return " ".join(value.split())

    async def autocomplete(
        self, interaction: discord.Interaction[Any], value: float | str, /
    ) -> list[Choice[int | float | str]]:
        """Offer topics of this server's questions that were opened."""
        async with interaction.client.database.reading() as session:
            community = await find_community(session, guild_id=interaction.guild_id or 0)
            if community is None:
                return []
            topics = await topics_of(
                session,
                community_id=community.id,
                matching=str(value)[:TOPIC_LIMIT],
                limit=limits.AUTOCOMPLETE_CHOICES,
            )
        return [Choice(name=single_line(topic), value=topic) for topic in topics]


def _name(line: QuestionLine) -> str:
    number = f"#{line.number}" if line.number is not None else f"Draft {line.question_id}"
    kind = "Thesis: " if line.kind is Kind.THESIS else ""
    name = f"{number} {kind}{single_line(line.title)}"
    phase = f" ({describe(line.phase)})"
    return limits.truncate(name, limits.CHOICE_NAME - len(phase)) + phase


OpenQuestion = Transform[int, QuestionTransformer(*OPEN)]
LivingQuestion = Transform[int, QuestionTransformer(*LIVING)]
AnyQuestion = Transform[int, QuestionTransformer(*LIVING, Phase.RESOLVED, Phase.VOID, Phase.DRAFT)]
ResolvedQuestion = Transform[int, QuestionTransformer(Phase.RESOLVED)]
Topic = Transform[str, TopicTransformer()]
OpenThesis = Transform[int, QuestionTransformer(*OPEN, kind=Kind.THESIS)]
CruxQuestion = Transform[int, QuestionTransformer(*OPEN, Phase.CLOSED, kind=Kind.BINARY)]
DraftQuestion = Transform[int, QuestionTransformer(Phase.DRAFT)]
