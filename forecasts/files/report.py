"""What `crux score` says: everything computed from the two files before a word of it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasts.aggregation.comparison import Crowd, PoolResult, compare_pools
from forecasts.files.forecasts import FiledForecasts
from forecasts.files.questions import FiledQuestion
from forecasts.scoring.batch import BatchScores, MemberScores, score_questions
from forecasts.scoring.calibration import Calibration, calibration
from forecasts.scoring.skill import competition_ranks
from forecasts.scoring.spot import segments_in_force
from forecasts.scoring.timed import LONGEST, held_segments
from forecasts.scoring.uncertainty import bootstrap_intervals, fitted_shrinkage

SEED = 20_100_526
BATCH = 20_000
RANKED_BASELINES = ("median", "crux", "uniform")

Probabilities = tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Pools:
    """The crowd on one question: forecasts just before the end, Brier scores while anyone was active."""

    question: str
    kind: str
    median: Probabilities
    crux: Probabilities
    median_brier: float
    crux_brier: float
    mean_brier: float
    uniform_brier: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the leaderboard; `low` and `high` are None with one question, `rank` for a baseline."""

    member: str
    kind: str
    questions: int
    coverage: float
    brier: float
    skill: float
    low: float | None
    high: float | None
    rank: int | None


@dataclass(frozen=True, eq=False)
class Batch:
    """Questions of one kind and width with the rows of their forecasts and, once scored, the scores."""

    questions: NDArray[np.intp]
    rows: NDArray[np.intp]
    kind: str
    width: int


@dataclass(frozen=True, eq=False)
class Report:
    """The result.

    Attributes
    ----------
    questions, names
        All ids in the order of their file, and the members.
    scores
        One row a question and member, by question in the order of the file, then by member's name.
    leaderboard
        Members and baselines, best first.
    shrinkage
        k of the leaderboard.
    pools
        The crowd on each question on which anybody held a forecast.
    calibration
        Of the last binary forecasts; None without any.
    skipped
        Pairs of a question's id and the reason it has no scores.
    comparison
        Of the pools, best first; None if they were not compared.
    """

    questions: Sequence[str]
    names: Sequence[str]
    scores: MemberScores
    leaderboard: list[Line]
    shrinkage: float
    pools: list[Pools]
    calibration: Calibration | None
    skipped: list[tuple[str, str]]
    comparison: list[PoolResult] | None


def report(questions: Sequence[FiledQuestion], forecasts: FiledForecasts, *, compare: bool = False) -> Report:
    """Score all questions with an outcome.

    Parameters
    ----------
    questions, forecasts
        As their files state them.
    compare
        Whether to compare the catalogue of pools, which takes a while.
    """
    scored = [(batch, _score(batch, questions, forecasts)) for batch in batches(questions, forecasts)]
    members = _together(scored)
    pools = {index: one for batch, scores in scored for index, one in _pools(batch, questions, scores)}
    leaderboard, shrinkage = _leaderboard(members, forecasts.members, scored)
    return Report(
        questions=[question.id for question in questions],
        names=forecasts.members,
        scores=members,
        leaderboard=leaderboard,
        shrinkage=shrinkage,
        pools=[pools[index] for index in sorted(pools)],
        calibration=_calibration(questions, scored),
        skipped=[
            (question.id, question.skipped or "no forecast was held in its window")
            for index, question in enumerate(questions)
            if index not in pools
        ],
        comparison=compare_pools(crowds(questions, forecasts), rng=_rng()) if compare else None,
    )


def batches(questions: Sequence[FiledQuestion], forecasts: FiledForecasts) -> Iterator[Batch]:
    """Split what can be scored into batches of one kind, about 20,000 forecasts and a bounded time each."""
    shapes: dict[tuple[str, int], list[int]] = {}
    for index, question in enumerate(questions):
        if not question.skipped:
            shapes.setdefault((question.kind, question.width), []).append(index)
    start = np.searchsorted(forecasts.question, np.arange(len(questions) + 1))
    for (kind, width), members in shapes.items():
        some = np.array(members, dtype=np.intp)
        windows = np.array([questions[index].end - questions[index].opens_at for index in members], float)
        size = np.cumsum(np.diff(start)[some]) // BATCH + np.cumsum(windows) // (LONGEST / 4)
        for part in np.split(some, np.flatnonzero(np.diff(size)) + 1):
            rows = np.concatenate([np.arange(start[index], start[index + 1]) for index in part])
            yield Batch(part, rows, kind, width)


def crowds(questions: Sequence[FiledQuestion], forecasts: FiledForecasts) -> list[Crowd]:
    """Give what was in force just before the end of each question, the oldest first, for comparing pools."""
    found: dict[tuple[str, int, int], list[Crowd]] = {}
    for batch in batches(questions, forecasts):
        some = [questions[index] for index in batch.questions]
        held = held_segments(
            forecasts.member[batch.rows],
            forecasts.at[batch.rows],
            forecasts.table(batch.rows, batch.width),
            opens_at=[question.opens_at for question in some],
            end=[question.end for question in some],
            questions=np.searchsorted(batch.questions, forecasts.question[batch.rows]),
        )
        last = segments_in_force(held, held.end)
        last = last[np.lexsort((held.start[last], held.segment_question[last]))]
        of = held.segment_question[last]
        outcome, size = np.array([question.outcome for question in some]), np.bincount(of)[of]
        for n in np.unique(size):
            rows = last[size == n]
            table = held.values[rows].reshape(-1, n, batch.width)
            crowd = Crowd(batch.kind, table, outcome[of[size == n][::n]])
            found.setdefault((batch.kind, batch.width, int(n)), []).append(crowd)
    return [
        Crowd(
            kind,
            np.concatenate([crowd.forecasts for crowd in parts]),
            np.concatenate([crowd.outcome for crowd in parts]),
        )
        for (kind, _, _), parts in found.items()
    ]


def _rng() -> np.random.Generator:
    """Start from the same seed each time, so that the same files give the same report."""
    return np.random.default_rng(SEED)


def _score(batch: Batch, questions: Sequence[FiledQuestion], forecasts: FiledForecasts) -> BatchScores:
    some = [questions[index] for index in batch.questions]
    return score_questions(
        np.searchsorted(batch.questions, forecasts.question[batch.rows]),
        forecasts.member[batch.rows],
        forecasts.at[batch.rows],
        forecasts.table(batch.rows, batch.width),
        opens_at=[question.opens_at for question in some],
        end=[question.end for question in some],
        outcome=np.array([question.outcome for question in some]),
        kind=batch.kind,
        spot_at=np.array([question.spot_at for question in some]),
    )


def _together(scored: Sequence[tuple[Batch, BatchScores]]) -> MemberScores:
    """Join the members' scores of all batches, by question; `last` differs in width and stays behind."""
    nothing = np.array([], dtype=np.int64)
    question = np.concatenate(
        [nothing, *(batch.questions[scores.members.question] for batch, scores in scored)]
    )
    order = np.argsort(question, kind="stable")

    def joined(name: str) -> NDArray[Any]:
        parts = [getattr(scores.members, name) for _, scores in scored]
        return np.concatenate(parts)[order] if parts else nothing

    return MemberScores(
        question=question[order],
        member=joined("member"),
        brier=joined("brier"),
        peer_brier=joined("peer_brier"),
        log_peer=joined("log_peer"),
        log_baseline=joined("log_baseline"),
        coverage=joined("coverage"),
        forecasts=joined("forecasts"),
        spot_brier=joined("spot_brier"),
        spot_log_peer=joined("spot_log_peer"),
        last=np.empty((question.size, 0)),
    )


def _pools(
    batch: Batch, questions: Sequence[FiledQuestion], scores: BatchScores
) -> Iterator[tuple[int, Pools]]:
    briers = {name: crowd.brier.tolist() for name, crowd in scores.baselines.items()}
    last = {name: scores.baselines[name].last.tolist() for name in ("median", "crux")}
    for place in np.flatnonzero(scores.covered > 0).tolist():
        index = int(batch.questions[place])
        median, crux = (
            None if numbers[0] != numbers[0] else tuple(numbers)
            for numbers in (last["median"][place], last["crux"][place])
        )
        yield (
            index,
            Pools(
                question=questions[index].id,
                kind=batch.kind,
                median=median,
                crux=crux,
                **{f"{name}_brier": brier[place] for name, brier in briers.items()},
            ),
        )


def _calibration(
    questions: Sequence[FiledQuestion], scored: Sequence[tuple[Batch, BatchScores]]
) -> Calibration | None:
    """Take one point a binary question and member: the last probability they held."""
    binary = [(batch, scores.members) for batch, scores in scored if batch.kind == "binary"]
    if not sum(members.member.size for _, members in binary):
        return None
    outcome = np.array([question.outcome for question in questions])
    return calibration(
        np.concatenate([members.last[:, 0] for _, members in binary]),
        np.concatenate([outcome[batch.questions[members.question]] for batch, members in binary]),
    )


def _leaderboard(
    members: MemberScores, names: Sequence[str], scored: Sequence[tuple[Batch, BatchScores]]
) -> tuple[list[Line], float]:
    k = fitted_shrinkage(members.member, members.peer_brier, members.coverage)
    question, who, peer, covered, brier = (
        np.concatenate(column) for column in zip(*_with_baselines(members, len(names), scored), strict=True)
    )
    low, high = bootstrap_intervals(question, who, peer, covered, k=k, rng=_rng())
    size = len(names) + len(RANKED_BASELINES)
    count, coverage = np.bincount(who, minlength=size), np.bincount(who, covered, size)
    skill = np.bincount(who, peer, size) / (coverage + k)
    mean = np.bincount(who, brier, size) / np.maximum(count, 1)
    present = np.flatnonzero(count[: len(names)])
    rank = dict(zip(present.tolist(), competition_ranks(skill[present].tolist()).tolist(), strict=True))
    labels = [*names, *RANKED_BASELINES]
    lines = [
        Line(
            member=labels[code],
            kind="member" if code < len(names) else "baseline",
            questions=int(count[code]),
            coverage=float(coverage[code]),
            brier=float(mean[code]),
            skill=float(skill[code]),
            low=None if np.isnan(low[code]) else float(low[code]),
            high=None if np.isnan(high[code]) else float(high[code]),
            rank=rank.get(code),
        )
        for code in sorted(np.flatnonzero(count).tolist(), key=lambda code: (-skill[code], code))
    ]
    return lines, k


def _with_baselines(
    members: MemberScores, first_code: int, scored: Sequence[tuple[Batch, BatchScores]]
) -> Iterator[tuple[NDArray[np.generic], ...]]:
    """Give question, code, peer Brier, coverage and Brier of the members, then of each baseline."""
    yield members.question, members.member, members.peer_brier, members.coverage, members.brier
    for batch, scores in scored:
        anyone = scores.covered > 0
        for code, name in enumerate(RANKED_BASELINES, start=first_code):
            crowd = scores.baselines[name]
            question = batch.questions[anyone]
            codes = np.full(question.size, code)
            yield question, codes, crowd.peer_brier[anyone], scores.covered[anyone], crowd.brier[anyone]
