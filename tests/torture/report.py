"""Write docs/torture.md from what a run counted: ``python -m tests.torture.report FIGURES``.

A run of some of the tests replaces their sections and leaves the others as they stand.
"""

import ast
import importlib.metadata
import json
import os
import platform
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.torture.columns import is_release

TESTS = Path(__file__).parents[1]
TARGET = TESTS.parent / "docs" / "torture.md"
HEAD = """\
# What the torture tests counted

`make torture` runs the release column of the test programme and writes this page; nothing in it is typed by
hand. A section is what one file counted at one commit, and says when it ran and on what; a row adds up all
runs of its kind. *Lost*, *doubled*, *wrong* and *left waiting* come from comparing what people were told,
what the loopback Discord shows, and what is stored (`tests/loopback/checks.py`). Choices follow from a seed,
which is the number in brackets behind a test's name; what else runs on the machine does not.
"""
SECTION = "\n## "
Lines = list[dict[str, Any]]


def main(figures: Path) -> None:
    """Bring the page up to date with the figures of a run."""
    lines = [json.loads(line) for line in figures.read_text(encoding="utf-8").splitlines()]
    by_file: dict[str, Lines] = defaultdict(list)
    for line in lines:
        by_file[line["file"]].append(line)
    sections = _sections(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    for name, own in by_file.items():
        sections[name] = _section(name, own)
    written = [f"## {name}\n\n{sections[name]}\n" for name in sorted(sections)]
    TARGET.write_text("\n".join([HEAD, *written]), encoding="utf-8")


def _sections(page: str) -> dict[str, str]:
    """Return the sections that a page has, by name."""
    return {
        name.strip(): text.strip()
        for name, _, text in (part.partition("\n") for part in page.split(SECTION)[1:])
    }


def _section(name: str, lines: Lines) -> str:
    (source,) = TESTS.rglob(f"{name}.py")
    about = (ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "").partition("\n\n")[0]
    outcomes = Counter(line["outcome"] for line in lines if "outcome" in line)
    failed = [line["test"] for line in lines if line.get("outcome") == "failed"]
    seconds = sum(line.get("seconds", 0) for line in lines)
    column = "release" if is_release() else "quick"
    parts = [
        about,
        f"{datetime.now(UTC):%d %B %Y}, {column} column: "
        + ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        + f", in {seconds:,.0f} s{commit()}. {machine()}",
        *(f"Failed: `{each}`." for each in failed),
    ]
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        if "figures" in line:
            rows[line["subject"]].update(line["figures"])
    # Rows that count the same things stand in one table.
    tables: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for subject, figures in sorted(rows.items()):
        tables[tuple(figures)].append(subject)
    parts += [
        _table(names, [(subject, rows[subject]) for subject in subjects])
        for names, subjects in tables.items()
    ]
    return "\n\n".join(parts)


def _table(names: tuple[str, ...], rows: list[tuple[str, Counter[str]]]) -> str:
    head = ["", *(name.replace("_", " ") for name in names)]
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join(['---', *('---:' for _ in names)])} |"]
    lines += [
        f"| {' | '.join([subject, *(f'{figures[name]:,.0f}' for name in names)])} |"
        for subject, figures in rows
    ]
    return "\n".join(lines)


def commit() -> str:
    """Say what was tested, where git can tell."""
    with suppress(OSError, subprocess.CalledProcessError):
        command = ["git", "-C", str(TESTS), "rev-parse", "--short", "HEAD"]
        found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 (fixed words)
        return f", at {found.stdout.strip()}"
    return ""


def machine() -> str:
    """Say on what a run ran; its speed is nobody's promise."""
    named = ("discord.py", "SQLAlchemy", "aiosqlite", "asyncpg")
    versions = [f"{name} {importlib.metadata.version(name)}" for name in named]
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return f"{os.cpu_count()} cores; {python}, {', '.join(versions)}."


if __name__ == "__main__":
    main(Path(sys.argv[1]))
