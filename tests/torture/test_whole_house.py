"""The whole house against a plain model of it: whatever happens, in whatever order, and whenever it dies."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from forecasts.communities import community_of
from tests.engines import folder_in_memory, trusted_disk
from tests.torture.columns import times
from tests.torture.figures import Record
from tests.torture.furnished import a_furnished_file  # noqa: F401 (a fixture)
from tests.torture.machine import WholeHouse, furnish
from tests.torture.stage import Died, Stage, moment

NEWCOMER = 12_345  # a server that nobody knows yet
ON_THREADS = 50  # of so many examples, one runs on aiosqlite itself


@pytest.fixture(name="folder")
def a_folder() -> Iterator[Path]:
    """Give a place in memory: what these tests kill is the process, not the machine under it."""
    with trusted_disk(), folder_in_memory() as place:
        yield place


def play(stage: Stage, examples: int, record: Record, subject: str, *, begun: bool = True) -> Counter[str]:
    """Play so many stories, and return what was done in them; four questions are open, if they have begun."""
    try:
        if begun:
            furnish(stage)
        run_state_machine_as_test(
            lambda: WholeHouse(stage),
            settings=settings(
                max_examples=examples,
                stateful_step_count=times("machine_steps"),
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        stage.end()
    done = stage.done
    record(
        subject,
        stories=done["examples"],
        transactions=done["transactions"],
        refused=done["refused"],
        cut_off=done["cut off"],
        cut_off_after_the_commit=done["cut off after the commit"],
        processes=done["processes"],
    )
    return done


def test_whatever_happens_the_house_is_what_its_model_is(
    furnished: Path, folder: Path, record: Record
) -> None:
    """Nothing acknowledged is lost, no deadline takes effect twice, and every score is its definition's.

    The other half of the stories is test_whole_house_from_nothing's, for another worker.
    """
    half = times("machine") // 2
    done = play(Stage(furnished, folder), half, record, "Without threads")
    assert done["transactions"] > 10 * half
    assert done["processes"] > half // 20


def test_the_power_fails_before_and_behind_the_commit(furnished: Path, folder: Path) -> None:
    """What cuts stories off does so at any moment of a transaction, also when all of it is stored already."""
    stage, stored = Stage(furnished, folder), list[bool]()
    stage.begin()
    stage.disk.power.fail_after(0, kills=True)
    while isinstance(result := stage.run(community_of, guild_id=NEWCOMER, now=moment(0)), Died):
        stored.append(result.committed)
        stage.begin()
        stage.disk.power.fail_after(len(stored), kills=True)
    stage.end()
    assert stored == sorted(stored)
    assert set(stored) == {False, True}


def test_the_model_holds_on_the_drivers_own_threads(furnished: Path, folder: Path, record: Record) -> None:
    """The other test leaves out aiosqlite's threads; with them everything is as it is without."""
    stage = Stage(furnished, folder, has_threads=True)
    examples = max(times("machine") // ON_THREADS, 1)
    assert play(stage, examples, record, "On aiosqlite's threads")["transactions"] > 0
