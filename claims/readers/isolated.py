"""Readers run in a process of their own, so that no file can take the bot's time or memory."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from claims.document import DocumentError

WALL_SECONDS = 10
_ROOT = str(Path(__file__).parents[2])


def read_isolated(kind: str, data: bytes, *, name: str, **options: str) -> dict[str, Any]:
    """Read a file in a limited process and return the fields of its reading; blocks for up to `WALL_SECONDS`.

    Parameters
    ----------
    kind
        A reader of `claims.readers.worker`.
    data
        The file.
    name
        What an error calls it.
    **options
        For the reader.

    Raises
    ------
    DocumentError
        The reader refused it, or it took too much time or memory.
    """
    command = [sys.executable, "-B", "-m", "claims.readers.worker", kind, json.dumps(options)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the file goes in by a pipe
            command, input=data, capture_output=True, timeout=WALL_SECONDS, env=_environment(), check=False
        )
        lines = done.stdout.decode().strip().split("\n")
        result = json.loads(lines[-1]) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError, OSError):
        result = {}
    if "error" in result:
        raise DocumentError(f"{name} {result['error']}")
    if "reading" not in result:
        raise DocumentError(
            f"{name} takes too much time or memory to read. Save the part that matters as plain text."
        )
    reading: dict[str, Any] = result["reading"]
    return reading


def _environment() -> dict[str, str]:
    """Nothing of the bot's own environment: its token stands there."""
    kept = {key: os.environ[key] for key in ("SYSTEMROOT", "PATH", "TMPDIR") if key in os.environ}
    return kept | {"PYTHONPATH": _ROOT, "PYTHONUTF8": "1"}
