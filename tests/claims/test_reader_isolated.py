import subprocess
import sys
from pathlib import Path

import pytest

from claims.document import DocumentError
from claims.readers import isolated

GREED = [
    "bytearray(2_000_000_000)",
    "__import__('pathlib').Path('crux-was-here').write_text('x')",
    "[open('/dev/null') for _ in range(99)] + None",
]


def worker(code: str) -> list[str]:
    """Return the command of a worker that sets its limits and then runs some code."""
    return [sys.executable, "-c", f"from claims.readers import worker; worker._limit(); {code}"]


def read() -> dict[str, object]:
    return isolated.read_isolated("html", b"<p>x</p>", name="a.html")


def test_the_token_of_the_bot_is_not_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader's process gets no environment but what Python needs."""
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    assert "secret" not in isolated._environment().values()


def test_a_reader_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time that is set for it, with a sentence."""
    monkeypatch.setattr(isolated, "WALL_SECONDS", 0.05)
    with pytest.raises(DocumentError, match="takes too much time or memory to read"):
        read()


@pytest.mark.parametrize("end", ["-9", "1"])
def test_a_reader_that_dies_is_a_sentence(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    """Killed by its limits or ended by its own fault, it says nothing."""
    done = subprocess.CompletedProcess([], int(end), b"half a li", b"")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    with pytest.raises(DocumentError, match="takes too much time or memory"):
        read()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits there")
@pytest.mark.parametrize("code", GREED)
def test_a_reader_has_little_memory_and_no_files(code: str, tmp_path: Path) -> None:
    """Two gigabytes, a file to write, and a hundred open files are all refused by the system."""
    done = subprocess.run(  # noqa: S603
        worker(code), capture_output=True, check=False, env=isolated._environment(), cwd=tmp_path
    )
    assert done.returncode != 0
    assert b"MemoryError" in done.stderr or b"OSError" in done.stderr
