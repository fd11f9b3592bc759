"""What debates did follows from the exported files alone: recomputed here in plain Python."""

import asyncio
import csv
import itertools
import json
import math
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.cli.demo import shipped_documents
from bot.demo.debating import RATED_AT_ONCE
from bot.demo.export import export, opened_questions
from bot.demo.script import play
from bot.demo.summary import summary
from bot.demo.world import open_world
from forecasts.debate_review import FirstToLast, first_to_last, review_of
from forecasts.debate_views import DebateReview
from forecasts.models import Community

FEWEST, APART = 6, 0.3
EXACT = 1e-9


@dataclass
class Played:
    """One run: its export and summary, and what the bot makes of its debates, by question."""

    folder: Path
    summary: dict[str, Any]
    reviews: dict[int, DebateReview]
    rounds: FirstToLast | None

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read an exported table."""
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Read exported JSON Lines."""
        return [json.loads(line) for line in (self.folder / name).read_text("utf-8").splitlines()]


async def _play(folder: Path) -> Played:
    async with open_world(say=lambda _line: None) as world:
        story = await play(world, shipped_documents())
        await export(world, folder, story.files)
        async with world.database.reading() as session:
            questions = [each for each in await opened_questions(world) if each.kind == "binary"]
            found = {each.number or 0: await review_of(session, question=each) for each in questions}
            community = (await session.exec(select(Community.id))).one()
            rounds = await first_to_last(session, community_id=community)
        return Played(folder, await summary(world), {k: v for k, v in found.items() if v}, rounds)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play the shipped documents once."""
    return asyncio.run(_play(tmp_path_factory.mktemp("debates")))


@dataclass
class Outside:
    """One question as the files tell it."""

    number: int
    outcome: int
    rounds_end: float
    window_end: float
    forecasts: list[dict[str, str]]
    arguments: dict[int, dict[str, Any]]
    ratings: list[dict[str, Any]]
    moves: list[dict[str, Any]]

    @property
    def blind(self) -> dict[str, float]:
        """What members said last while it was sealed."""
        return {
            row["member"]: float(row["probabilities"]) for row in self.forecasts if row["kind"] == "blind"
        }

    @property
    def held(self) -> dict[str, float]:
        """What members held at the end of the last call."""
        return {
            row["member"]: float(row["probabilities"])
            for row in self.forecasts
            if _seconds(row["at"]) <= self.rounds_end
        }

    def upper(self) -> dict[str, bool]:
        """Who is in the upper group: every cut of the sorted log-odds is tried."""
        said = sorted((_clipped_log_odds(p), p, member) for member, p in self.blind.items())
        n = len(said)
        least = max(2, -(-15 * n // 100))
        cuts = [k for k in range(least, n - least + 1) if said[k][0] > said[k - 1][0]]
        if n < FEWEST or not cuts:
            return {}
        best = min(cuts, key=lambda k: round(_spread(said[:k]) + _spread(said[k:]), 12))
        low, high = (statistics.median(p for _, p, _ in side) for side in (said[:best], said[best:]))
        if round(high - low, 6) < APART:
            return {}
        return {member: place >= best for place, (_, _, member) in enumerate(said)}

    def persuasion(self, argument: int) -> float:
        """Points moved, shared, halved within a group; none for who went back or moved later."""
        upper, held, author = self.upper(), self.held, self.arguments[argument]["author"]
        total = 0.0
        for move in self.moves:
            member, change = move["member"], move["after"] - move["before"]
            kept = abs(change) / 2 >= (move["after"] - held[member]) * (1 if change > 0 else -1) - 1e-6
            if not kept or _seconds(move["at"]) > self.rounds_end:
                continue
            is_same = member in upper and upper[member] is upper.get(author)
            share = sum(box["share"] for box in move["boxes"] if box["argument"] == argument)
            total += 100 * share * abs(change) * (0.5 if is_same else 1)
        return total

    def insight(self, argument: int | None = None) -> float:
        """Sum what moves credited to an argument gained in Brier; to anything, if none is given."""
        total = sum(
            box["share"] * ((move["before"] - self.outcome) ** 2 - (move["after"] - self.outcome) ** 2)
            for move in self.moves
            for box in move["boxes"]
            if argument in (None, box["argument"]) and _seconds(move["at"]) < self.window_end
        )
        return float(total)

    def bridge(self, argument: int) -> float | None:
        """Product over both groups of (A + 1) / (S + 2)."""
        upper = self.upper()
        last = {row["member"]: row["verdict"] for row in self.ratings if row["argument"] == argument}
        product = 1.0
        for side in (False, True):
            said = [verdict for member, verdict in last.items() if upper.get(member) is side]
            judged = [verdict for verdict in said if verdict != "pass"]
            product *= (judged.count("convincing") + 1) / (len(judged) + 2)
        return product if upper else None


def _seconds(written: str) -> float:
    return datetime.fromisoformat(written).timestamp()


def _clipped_log_odds(p: float) -> float:
    held = min(max(p, 0.05), 0.95)
    return math.log(held / (1 - held))


def _spread(side: list[tuple[float, float, str]]) -> float:
    mean = statistics.fmean(x for x, _, _ in side)
    return sum((x - mean) ** 2 for x, _, _ in side)


def outside(played: Played) -> Iterator[Outside]:
    """Read each question from the files."""
    arguments, ratings, moves = (
        played.objects(name) for name in ("arguments.jsonl", "ratings.jsonl", "moves.jsonl")
    )
    for row in played.rows("questions.csv"):
        number = int(row["id"])
        ends = [_seconds(row[name]) for name in ("closes_at", "known_at") if row[name]]
        yield Outside(
            number=number,
            outcome={"yes": 1, "no": 0}[row["outcome"]],
            rounds_end=_seconds(row["rounds_end_at"]),
            window_end=min(ends),
            forecasts=[each for each in played.rows("forecasts.csv") if each["question"] == row["id"]],
            arguments={each["id"]: each for each in arguments if each["question"] == number},
            ratings=[each for each in ratings if each["question"] == number],
            moves=[each for each in moves if each["question"] == number],
        )


def test_persuasion_insight_and_bridges_follow_from_the_files(played: Played) -> None:
    """Each argument's three figures, as the bot has them, to 1e-9."""
    compared = 0
    for question in outside(played):
        for review in played.reviews[question.number].arguments:
            assert review.persuasion == pytest.approx(question.persuasion(review.id), abs=EXACT)
            assert review.bridge == pytest.approx(question.bridge(review.id), abs=EXACT)
            if review.insight is not None:
                assert review.insight == pytest.approx(question.insight(review.id), abs=EXACT)
                compared += 1
    assert compared >= 5


def test_the_groups_are_those_of_the_bot(played: Played) -> None:
    """Sizes and medians; some questions have two groups and some don't."""
    sizes = []
    for question in outside(played):
        camps, upper = played.reviews[question.number].camps, question.upper()
        sizes.append(len(upper))
        assert (camps.lower_size + camps.upper_size if camps else 0) == len(upper)
        assert (camps.upper_size if camps else 0) == sum(upper.values())
    assert any(sizes)


def test_first_to_last_follows_from_the_files(played: Played) -> None:
    """Brier of the median sealed forecast minus that of the median final one, averaged over questions."""
    gains = []
    for question in outside(played):
        given = [row for row in question.forecasts if _seconds(row["at"]) < question.window_end]
        final = {row["member"]: float(row["probabilities"]) for row in given if row["kind"] == "final"}
        both = [member for member in question.blind if member in final]
        if len(question.blind) >= 5 and both:
            first, last = (
                statistics.median(numbers[member] for member in both) for numbers in (question.blind, final)
            )
            gains.append((first - question.outcome) ** 2 - (last - question.outcome) ** 2)
    assert len(gains) >= 10
    assert played.rounds is not None
    assert played.rounds.gain.mean == pytest.approx(statistics.fmean(gains), abs=EXACT)
    assert played.summary["first_to_last"] == pytest.approx(statistics.fmean(gains), abs=EXACT)


def test_insight_sums_to_what_the_credited_moves_gained(played: Played) -> None:
    """Over all boxes of a question, whatever was ticked."""
    for question in outside(played):
        gained = sum(
            (move["before"] - question.outcome) ** 2 - (move["after"] - question.outcome) ** 2
            for move in question.moves
            if _seconds(move["at"]) < question.window_end
        )
        assert question.insight() == pytest.approx(gained, abs=EXACT)


def test_counts_are_those_of_the_files(played: Played) -> None:
    """One line each: ratings, moves, arguments, forecasts; a shift post for each debate, theses included."""
    counted = played.summary
    assert counted["ratings"] == len(played.objects("ratings.jsonl"))
    assert counted["moves"] == len(played.objects("moves.jsonl"))
    assert counted["arguments"] == len(played.objects("arguments.jsonl"))
    assert counted["forecasts"] == len(played.rows("forecasts.csv"))
    assert (counted["theses"], counted["cruxes"]) == (1, 1)
    assert counted["shift_cards"] == counted["questions"] + counted["theses"]


def test_the_record_of_moves(played: Played) -> None:
    """Ten points or more, equal shares, arguments of the move's direction that were shown before."""
    for question in outside(played):
        for move in question.moves:
            assert round(abs(move["after"] - move["before"]), 6) >= 0.1
            assert sum(box["share"] for box in move["boxes"]) == pytest.approx(1)
            for box in move["boxes"]:
                if box["argument"] is None:
                    continue
                argument = question.arguments[box["argument"]]
                shown = [each for each in argument["shown"] if each["member"] == move["member"]]
                assert argument["side"] == ("for" if move["after"] > move["before"] else "against")
                assert argument["author"] != move["member"]
                assert min(_seconds(each["at"]) for each in shown) <= _seconds(move["at"])


def test_everything_a_debate_can_hold_is_there(played: Played) -> None:
    """Late and final forecasts, both sides, a document's words, a reply, cruxes, ratings one at a time."""
    kinds = {row["kind"] for row in played.rows("forecasts.csv")}
    assert {"blind", "late", "update", "final"} <= kinds
    arguments, ratings = played.objects("arguments.jsonl"), played.objects("ratings.jsonl")
    assert {each["side"] for each in arguments} == {"for", "against"}
    assert {"member", "document"} <= {each["origin"] for each in arguments}
    assert any(each["reply_to"] for each in arguments)
    assert any(each["crux"] for each in ratings)
    by_reader = itertools.groupby(ratings, key=lambda row: (row["question"], row["member"]))
    assert max(len(list(rated)) for _, rated in by_reader) <= RATED_AT_ONCE


def test_arguments_of_a_member_are_told_apart(played: Played) -> None:
    """Nobody repeats somebody else's words, so that a leak through a sealed card would be seen."""
    said = [each["text"][:40] for each in played.objects("arguments.jsonl") if each["origin"] == "member"]
    assert len(set(said)) == len(said)


def test_prompts_went_out(played: Played) -> None:
    """Whoever said what a crux would change was asked once, in a direct message."""
    asked: dict[str, int] = defaultdict(int)
    for message in played.objects("messages.jsonl"):
        if message["viewer"] and "You said: if #" in json.dumps(message["payload"], ensure_ascii=False):
            asked[message["viewer"]] += 1
    assert asked
    assert set(asked.values()) == {1}
