"""What debates did, recomputed in plain Python from the exported files alone."""

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.demo.conftest import Played

FEWEST, APART = 6, 0.3


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
            if seconds(row["at"]) <= self.rounds_end
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
            if not kept or seconds(move["at"]) > self.rounds_end:
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
            if argument in (None, box["argument"]) and seconds(move["at"]) < self.window_end
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


def seconds(written: str) -> float:
    """Return an exported moment as a number."""
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
        ends = [seconds(row[name]) for name in ("closes_at", "known_at") if row[name]]
        yield Outside(
            number=number,
            outcome={"yes": 1, "no": 0}[row["outcome"]],
            rounds_end=seconds(row["rounds_end_at"]),
            window_end=min(ends),
            forecasts=[each for each in played.rows("forecasts.csv") if each["question"] == row["id"]],
            arguments={each["id"]: each for each in arguments if each["question"] == number},
            ratings=[each for each in ratings if each["question"] == number],
            moves=[each for each in moves if each["question"] == number],
        )
