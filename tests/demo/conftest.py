"""`crux demo --script`, played once for all that look at it."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner

import bot.demo.summary
from bot.__main__ import app
from bot.cli.demo import shipped_documents
from bot.demo.export import opened_questions
from bot.demo.world import World
from forecasts.debate_review import FirstToLast, first_to_last, review_of
from forecasts.debate_views import DebateReview
from forecasts.models import Community
from tests import engines


@dataclass
class Played:
    """One run: its transcript, summary and export, and what the bot makes of its debates, by question."""

    lines: list[str]
    summary: dict[str, Any]
    folder: Path
    reviews: dict[int, DebateReview]
    rounds: FirstToLast | None

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read an exported table."""
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Read exported JSON Lines."""
        return [json.loads(line) for line in (self.folder / name).read_text("utf-8").splitlines()]


def _played(folder: Path, *files: Path) -> Played:
    """Run the command, and ask the bot about the debates before its database is gone."""
    judged: list[tuple[dict[int, DebateReview], FirstToLast | None]] = []
    summary = bot.demo.summary.summary

    async def judging(world: World) -> dict[str, Any]:
        judged.append(await _judged(world))
        return await summary(world)

    with pytest.MonkeyPatch.context() as patch, engines.trusted_disk():
        patch.setattr(bot.demo.summary, "summary", judging)
        result = CliRunner().invoke(
            app, ["demo", "--script", "--export", str(folder), *map(str, files)], catch_exceptions=False
        )
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    return Played(lines, json.loads(lines[-1]), folder, *judged[0])


async def _judged(world: World) -> tuple[dict[int, DebateReview], FirstToLast | None]:
    async with world.database.reading() as session:
        questions = [each for each in await opened_questions(world) if each.kind == "binary"]
        found = {each.number or 0: await review_of(session, question=each) for each in questions}
        community = (await session.exec(select(Community.id))).one()
        rounds = await first_to_last(session, community_id=community)
    return {number: review for number, review in found.items() if review}, rounds


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Played]:
    """Return what plays some documents once, however often it is asked to."""
    played: dict[tuple[Path, ...], Played] = {}

    def once(*files: Path) -> Played:
        if files not in played:
            played[files] = _played(tmp_path_factory.mktemp("played") / "export", *files)
        return played[files]

    return once


@pytest.fixture
def shipped(play: Callable[..., Played]) -> Played:
    """Play the documents that come with Crux."""
    return play(*shipped_documents())
