"""A leaderboard with intervals over 1,000,000 stored scores, beside its bare SQL aggregate, in one run.

``.venv/bin/python benchmarks/leaderboard.py``
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from forecasts.database import Database
from forecasts.standings import leaderboard
from migrations import migrate

QUESTIONS, MEMBERS, ROUNDS = 10_000, 100, 5
WHEN = "2026-01-01 00:00:00.000000"
BARE = """
    SELECT member_id, count(*), sum(peer_brier), sum(coverage), sum(peer_brier * peer_brier),
           sum(peer_brier * coverage), sum(coverage * coverage), avg(brier)
    FROM score GROUP BY member_id
"""


def fill(path: Path) -> None:
    """Write one community with every member scored on every question."""
    rng = np.random.default_rng(1)
    database = sqlite3.connect(path)
    database.execute(
        "INSERT INTO community (id, guild_id, zone, digest_weekday, digest_hour, preset, challenge_hours,"
        " last_number, secret, created_at) VALUES (1, 1, 'UTC', 6, 18, 'standard', 48, 0, 's', ?)",
        (WHEN,),
    )
    database.executemany(
        "INSERT INTO member (id, community_id, user_id, hidden, named, created_at) VALUES (?, 1, ?, 0, 0, ?)",
        ((member, member, WHEN) for member in range(1, MEMBERS + 1)),
    )
    database.executemany(
        "INSERT INTO question (id, community_id, number, kind, title, criteria, fine_print, source, topic,"
        " options, quote, quote_source, phase, blind_extended, edition, revision, resolution_version,"
        " created_by, created_at) VALUES (?, 1, ?, 'binary', 't', 'c', '', '', '', '[]', '', '', 'resolved',"
        " 0, 1, 1, 1, 1, ?)",
        ((question, question, WHEN) for question in range(1, QUESTIONS + 1)),
    )
    database.executemany(
        "INSERT INTO resolution (question_id, version, ruling, outcome, evidence_url, note, at)"
        " VALUES (?, 1, 'final', 1, '', '', ?)",
        ((question, WHEN) for question in range(1, QUESTIONS + 1)),
    )
    for question in range(1, QUESTIONS + 1):
        brier, peer, coverage = rng.random(MEMBERS), rng.normal(0, 10, MEMBERS), rng.random(MEMBERS)
        database.executemany(
            "INSERT INTO score (question_id, member_id, resolution_version, brier, peer_brier, coverage,"
            " forecasts) VALUES (?, ?, 1, ?, ?, ?, 1)",
            (
                (question, member + 1, *map(float, row))
                for member, row in enumerate(zip(brier, peer.clip(-100, 100), coverage, strict=True))
            ),
        )
    database.commit()
    database.execute("ANALYZE")
    database.commit()
    database.close()


def best(work: Callable[[], object]) -> float:
    """Return the shortest of several runs, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print both times and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.db"
        url = f"sqlite+aiosqlite:///{path}"
        asyncio.run(migrate(url))
        fill(path)

        async def board() -> None:
            database = Database(url)
            async with database.reading() as session:
                assert len((await leaderboard(session, community_id=1)).lines) == MEMBERS
            await database.close()

        connection = sqlite3.connect(path)
        bare = best(lambda: connection.execute(BARE).fetchall())
        own = best(lambda: asyncio.run(board()))
        connection.close()
    print(f"leaderboard {own:.3f} s, bare aggregate {bare:.3f} s, ratio {own / bare:.2f} (limit 2)")


if __name__ == "__main__":
    main()
