"""Rules are checked for what they say, not for how long a busy machine takes; one PostgreSQL for all."""

import asyncio
import gc
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

import migrations
from bot.__main__ import YOUNG_OBJECTS
from tests.postgres import Postgres, PostgresUnavailableError
from tests.torture.figures import Record, append

gc.set_threshold(YOUNG_OBJECTS)
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_xdist_auto_num_workers() -> int:
    """Take one worker more than there are cores: torture tests mostly wait."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, so that none of them is left over for one worker at the end."""
    items.sort(key=lambda item: "torture" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Spare the collector what lives until the end: modules and thousands of tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build by the real migrations the file that tests get copies of."""
    path = tmp_path_factory.mktemp("migrated") / "crux.db"
    asyncio.run(migrations.migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres(worker_id: str) -> Iterator[Postgres]:
    """Start one server for all tests of this process; where none is to be had, skip, and in CI fail."""
    try:
        server = Postgres(worker_id)
    except PostgresUnavailableError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{error}: nothing of this was tested on PostgreSQL")
    asyncio.run(server.build())
    yield server
    server.close()


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Record:
    """Return a function that notes figures of this test for `make torture`; rows of one name are added up."""

    def note(subject: str, **figures: float) -> None:
        append(request.node, {"subject": subject, "figures": figures})

    return note


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Take back the logging that a command set up: its stream is closed with the command, in a test."""
    root = logging.getLogger()
    level, handlers = root.level, [*root.handlers]
    yield
    if [*root.handlers] != handlers:
        structlog.reset_defaults()
        root.setLevel(level)
        root.handlers[:] = handlers
