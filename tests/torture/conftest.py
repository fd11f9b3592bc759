"""Keeps what a run of these tests counted, for docs/torture.md."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.torture.figures import Record, append


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Record:
    """Return a function that notes figures of this test; rows of one name are added up."""

    def note(subject: str, **figures: float) -> None:
        append(request.node, {"subject": subject, "figures": figures})

    return note


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """Note each test's outcome and time: a page that leaves out what failed would be a lie."""
    report = yield
    outcome = {"outcome": report.outcome} if report.failed or report.skipped or report.when == "call" else {}
    append(item, {"seconds": round(report.duration, 1), **outcome})
    return report
