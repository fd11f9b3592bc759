"""A process that reads one file with little memory, little time and no files: ``python -m``, data on stdin.

Its last line on stdout is JSON: ``{"reading": ...}``, or ``{"error": ...}`` with what goes on after the
file's name. A process that was stopped by its limits says nothing.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict

from claims.readers.feed import read_feed
from claims.readers.html import read_html
from claims.readers.pdf import read_pdf
from claims.readers.reading import FeedReading, Reading, UnreadableError

CPU_SECONDS = 8
MEMORY = 500_000_000  # bytes of address space; a page of 5 MB takes 260 MB
_FILES = 32

READERS: dict[str, Callable[..., Reading | FeedReading]] = {
    "html": read_html,
    "pdf": read_pdf,
    "feed": read_feed,
}


def main() -> None:
    """Read the file on stdin with the reader and the options named by the arguments."""
    _limit()
    kind, options = sys.argv[1], json.loads(sys.argv[2])
    result: dict[str, object]
    try:
        result = {"reading": asdict(READERS[kind](sys.stdin.buffer.read(), **options))}
    except UnreadableError as error:
        result = {"error": str(error)}
    except (MemoryError, RecursionError):
        result = {}
    except Exception:  # noqa: BLE001 - a parser may raise anything; the file is at fault
        result = {"error": "is damaged. Save it anew, or paste its text."}
    sys.stdout.write(f"\n{json.dumps(result)}\n")


def _limit() -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
