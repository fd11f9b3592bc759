"""Figures of a run, a JSON object a line, in the file that TORTURE_FIGURES names."""

import json
import os
from pathlib import Path
from typing import Protocol

import pytest

VARIABLE = "TORTURE_FIGURES"


class Record(Protocol):
    """Notes figures of the test that runs."""

    def __call__(self, subject: str, **figures: float) -> None:
        """Note a row's name and its figures."""


def append(item: pytest.Item, figures: dict[str, object]) -> None:
    """Add a line about a test, if somebody wants to know."""
    path = os.environ.get(VARIABLE)
    if path:
        line = json.dumps({"file": item.path.stem, "test": item.name, **figures})
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")  # one write: several processes append to it
