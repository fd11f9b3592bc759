"""Scores by their definitions: every moment between two changes is looked at, one after the other."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

Score = tuple[float, float, float]


@dataclass(frozen=True)
class Given:
    """One row of forecasts; ``probabilities`` is None for a withdrawal."""

    member: int
    at: int
    probabilities: tuple[float, ...] | None
    interaction: int
    edition: int


def brier(kind: str, categories: int, said: tuple[float, ...], outcome: int) -> float:
    """Return how far a forecast was from what came true, in [0, 1]; 0 is best."""
    if kind == "binary":
        return (said[0] - outcome) ** 2
    if kind == "choice":
        return sum((said[k] - (k == outcome)) ** 2 for k in range(categories)) / 2
    return sum((said[j] - (outcome <= j)) ** 2 for j in range(categories - 1)) / (categories - 1)


def scores_of(
    kind: str, categories: int, given: list[Given], outcome: int, opens: int, end: int
) -> dict[int, Score]:
    """Return each member's Brier score, points against the others, and share of the window held."""
    by_member: defaultdict[int, list[Given]] = defaultdict(list)
    for each in sorted(given, key=lambda row: row.at):  # stable: at one instant the later row comes last
        by_member[each.member].append(each)

    def held(member: int, moment: int) -> float | None:
        before = [each for each in by_member[member] if each.at <= moment]
        if not before or before[-1].probabilities is None:
            return None
        return brier(kind, categories, before[-1].probabilities, outcome)

    moments = (
        sorted({opens, end, *(each.at for each in given if opens < each.at < end)}) if opens < end else []
    )
    time: defaultdict[int, int] = defaultdict(int)
    area: defaultdict[int, float] = defaultdict(float)
    points: defaultdict[int, float] = defaultdict(float)
    for start, stop in pairwise(moments):
        active = {member: value for member in by_member if (value := held(member, start)) is not None}
        for member, own in active.items():
            time[member] += stop - start
            area[member] += own * (stop - start)
            others = [value for other, value in active.items() if other != member]
            if others:
                points[member] += (sum(others) / len(others) - own) * (stop - start)
    return {
        member: (
            area[member] / time[member],
            100 * points[member] / (end - opens),
            time[member] / (end - opens),
        )
        for member in sorted(time)
    }
