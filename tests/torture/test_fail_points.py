"""A real process dies before and after every commit, request and answer, each by its name; nothing is amiss.

The names are found by playing everything once: what opens a transaction or asks Discord for something is a
fail point, so that new code is tested from its first day. In half of the houses Discord has forgotten every
nonce when the next process starts: what was sent and not noted must be found in its channel.
"""

import asyncio
import random
import time
from pathlib import Path

import pytest

from tests.loopback.checks import Report
from tests.loopback.process import cpu_seconds_of_the_dead
from tests.loopback.server import Loopback
from tests.torture.columns import times
from tests.torture.failing import House, Points
from tests.torture.figures import Record

HOUSES = 6  # they mostly wait, so they run side by side
NONCE_SECONDS = 8
ROUNDS = 3  # two changes of a card at the same time are one message, so a scene may miss its point


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> Points:
    """Find all fail points, by the scene that passes them."""

    async def find() -> Points:
        async with Loopback() as discord:
            return await House(discord, tmp_path_factory.mktemp("points"), asyncio.Lock()).points()

    return asyncio.run(find())


@pytest.mark.parametrize("part", range(times("fail_points")))
async def test_a_death_at_each_fail_point_loses_and_doubles_nothing(
    points: Points, tmp_path: Path, part: int, record: Record
) -> None:
    """Dead at one, started again to die at the next, and so on; then what was left over is finished."""
    visits = [(name, scene) for scene, names in points.items() for name in names]
    random.Random(part).shuffle(visits)  # noqa: S311 (an order that can be repeated)
    began, busy = time.monotonic(), time.process_time() + cpu_seconds_of_the_dead()
    houses, reports, missed, migrating = list[House](), list[Report](), list[str](), asyncio.Lock()

    async def live(number: int) -> None:
        async with Loopback(nonce_seconds=NONCE_SECONDS) as discord:
            is_long = (number + part) % 2 == 0
            house = House(discord, tmp_path / str(number), migrating, is_long=is_long)
            houses.append(house)
            left = visits[number::HOUSES]
            for _ in range(ROUNDS):
                left = [visit for visit in left if not await house.die_at(*visit)]
            missed.extend(name for name, _ in left)
            reports.append(await house.examined())

    async with asyncio.TaskGroup() as group:
        for number in range(HOUSES):
            group.create_task(live(number))
    record(
        "SQLite, one process",
        fail_points=len(visits),
        deaths=sum(len(house.deaths) for house in houses),
        **{name: sum(report.counts()[name] for report in reports) for name in Report().counts()},
        seconds=time.monotonic() - began,
        cpu_seconds=time.process_time() + cpu_seconds_of_the_dead() - busy,
    )
    for house, report in zip(houses, reports, strict=True):
        assert report.faults == [], (part, house.deaths)
    assert missed == []


def test_everything_that_can_die_is_among_them(points: Points) -> None:
    """Migration, start, each kind of deadline, each kind of message, and answers to people."""
    names = [name for found in points.values() for name in found]
    for part in (
        "older database", "PUT /applications", "into debate", "into final", "into rolling", "into closed",
        "into resolved", "for card", "for notice", "for note", "for digest", "for tell", "for feedback",
        "for prompt", "for refresh", "threads", "DELETE", "submit_percent", "undo", "withdraw", "argue",
        "rate", "create_draft", "approve", "propose", "challenge", "decide", "overturn",
    ):  # fmt: skip
        assert {name.split()[0] for name in names if part in name} == {"before", "after"}, part
