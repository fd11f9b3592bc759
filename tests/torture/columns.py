"""How often each test of the programme runs: at each change, or with TORTURE=release before a release."""

import os
from typing import Final

VARIABLE: Final = "TORTURE"
RELEASE: Final = "release"
COLUMNS: Final[dict[str, tuple[int, int]]] = {
    # name: (at each change, before a release); why so, docs/decisions/0010 says
    "kills": (30, 1_000),
    "fail_points": (1, 20),  # of all of them
    "machine": (200, 4_000),
    "machine_steps": (50, 100),
    "http_faults": (500, 10_000),
    "gateway_faults": (200, 5_000),
    "clocks": (60, 2_000),  # moments and zones drawn; a release walks through every zone besides
    "hostile": (2_000, 10_000),
    "fuzz_seconds": (8, 3_600),  # of CPU, for all parsers
    "disk": (1, 20),
    "restores": (1, 20),
    "soak_seconds": (60, 7_200),
}


def is_release() -> bool:
    """Whether the release column was asked for; a value that names no column is an error, not a quick run."""
    asked = os.environ.get(VARIABLE, "")
    if asked not in {"", RELEASE}:
        raise ValueError(f"{VARIABLE}={asked!r} names no column: set it to {RELEASE!r}, or leave it out.")
    return asked == RELEASE


def times(name: str) -> int:
    """Return how often the test of this name runs (seconds for the soak).

    Parameters
    ----------
    name
        One of `COLUMNS`.
    """
    return COLUMNS[name][is_release()]
