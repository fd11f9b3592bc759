"""A plugin of pytest for `make torture`: notes each test's outcome and time, so that none is left out."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.torture.figures import append


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """Note what became of a step of a test."""
    report = yield
    is_told = report.failed or report.skipped or report.when == "call"
    append(item, {"seconds": round(report.duration, 1)} | ({"outcome": report.outcome} if is_told else {}))
    return report
