"""Measure the scoring engine against plain work on the same data, as ratios within one run.

Run it with `.venv/bin/python benchmarks/ratios.py`; it takes about two minutes. The data are drawn anew in a
temporary folder. Each time is the best of several, since other load only adds to it.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from forecasts.scoring.brier import brier_scores
from forecasts.scoring.peer import peer_brier_of_segments
from forecasts.scoring.timed import held_segments, timeline_of

OPENS = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 100
DAY = 86_400
QUESTIONS = 10_000
PER_QUESTION = 100
MEMBERS = 1_000
COMMAND = "import typer; from bot.cli.score import score; typer.run(score)"


def main() -> None:
    """Print the table."""
    table = Table("what", "seconds", "beside", "seconds", "ratio", "at most", "memory")
    table.add_row("peer scores, 1,000 members x 20 updates", *peer_scores(), "10", "")
    for updates in (1, 4):
        with tempfile.TemporaryDirectory() as folder:
            write_files(Path(folder), updates)
            name = (
                f"crux score --json, {QUESTIONS * PER_QUESTION:,} forecasts, {updates} a member and question"
            )
            *numbers, memory = crux_score(Path(folder))
            table.add_row(name, *numbers, "10", memory)
    Console(width=150).print(table)


def peer_scores() -> tuple[str, ...]:
    """Score one question, beside a sort of its start and end times."""
    rng = np.random.default_rng(1)
    window, order = DAYS * DAY * 10**6, rng.permutation(20_000)
    members = np.repeat(np.arange(1_000), 20)[order]
    times, probabilities = rng.integers(0, window, 20_000), rng.random(20_000)
    held = held_segments(members, times, probabilities, opens_at=0, end=window)
    instants = np.concatenate([held.start, held.end_at])

    def scored() -> None:
        held = held_segments(members, times, probabilities, opens_at=0, end=window)
        brier = brier_scores(held.values, 1)
        held.sum_by_member(peer_brier_of_segments(timeline_of(held), brier))

    return ratio(best(scored, 30), "numpy.argsort of 40,000 instants", best(lambda: np.argsort(instants), 30))


def crux_score(folder: Path) -> tuple[str, ...]:
    """Run the command in a child process, beside a bare loop over the file of forecasts."""
    words = ["--questions", str(folder / "Q.csv"), "--forecasts", str(folder / "F.csv"), "--json"]

    def scored() -> None:
        with (folder / "out.json").open("wb") as out:
            subprocess.run([sys.executable, "-c", COMMAND, *words], stdout=out, check=True)  # noqa: S603

    def bare() -> None:
        with (folder / "F.csv").open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            for _, _, at, probability in rows:
                datetime.fromisoformat(at)
                float(probability)

    numbers = ratio(best(scored, 3), "csv.reader, fromisoformat, float", best(bare, 3))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return *numbers, f"{peak:.0f} MB (below 1,000)"


def write_files(folder: Path, updates: int) -> None:
    """Draw binary questions with 100 forecasts each, in no order."""
    rng = np.random.default_rng(updates)
    ends = OPENS + timedelta(days=DAYS)
    with (folder / "Q.csv").open("w", encoding="utf-8") as file:
        file.write("id,kind,options,opens_at,closes_at,known_at,outcome\n")
        for index, came_true in enumerate(rng.integers(2, size=QUESTIONS)):
            outcome = "yes" if came_true else "no"
            file.write(f"q{index},binary,,{OPENS.isoformat()},{ends.isoformat()},,{outcome}\n")
    rows = []
    for index in range(QUESTIONS):
        members = np.repeat(rng.choice(MEMBERS, PER_QUESTION // updates, replace=False), updates)
        seconds = rng.choice(DAYS * DAY, PER_QUESTION, replace=False)
        for member, second, p in zip(members, seconds.tolist(), rng.random(PER_QUESTION), strict=True):
            at = (OPENS + timedelta(seconds=second)).isoformat()
            rows.append(f"q{index},member{member},{at},{p:.2f}\n")
    with (folder / "F.csv").open("w", encoding="utf-8") as file:
        file.write("question,member,at,probabilities\n")
        file.writelines(rows[place] for place in rng.permutation(len(rows)).tolist())


def best(work: Callable[[], object], times: int) -> float:
    """Give the shortest of several times in seconds."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def ratio(own: float, name: str, other: float) -> tuple[str, ...]:
    """Give both times and their ratio as cells of the table."""
    return f"{own:.4f}", name, f"{other:.4f}", f"{own / other:.1f}"


if __name__ == "__main__":
    main()
