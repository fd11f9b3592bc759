"""The page of figures says what was counted, and keeps what another run had counted of other files."""

import json
from pathlib import Path

import pytest

from tests.torture import report

LINES = [
    {"file": "test_kills", "test": "a[0]", "subject": "SQLite", "figures": {"kills": 100, "lost": 0}},
    {"file": "test_kills", "test": "a[0]", "seconds": 2.0, "outcome": "passed"},
    {"file": "test_kills", "test": "a[1]", "subject": "SQLite", "figures": {"kills": 1_000, "lost": 1}},
    {"file": "test_kills", "test": "a[1]", "seconds": 3.0, "outcome": "failed"},
]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write the page over one that has two sections, of which the run brought one anew."""
    target, figures = tmp_path / "torture.md", tmp_path / "figures.jsonl"
    target.write_text("# Old\n\n## test_disk\n\nTwice.\n\n## test_kills\n\nFew.\n", encoding="utf-8")
    figures.write_text("".join(f"{json.dumps(line)}\n" for line in LINES), encoding="utf-8")
    monkeypatch.setattr(report, "TARGET", target)
    report.main(figures)
    return target.read_text(encoding="utf-8")


def test_rows_of_one_name_are_added_up(page: str) -> None:
    """1,000 and 100 kills, of which one lost something."""
    assert "|  | kills | lost |" in page
    assert "| SQLite | 1,100 | 1 |" in page


def test_what_failed_is_named(page: str) -> None:
    """With how much passed, and how long it took."""
    assert "1 failed, 1 passed, in 5 s" in page
    assert "Failed: `a[1]`." in page


def test_other_sections_stay(page: str) -> None:
    """The run's own one is replaced."""
    assert "## test_disk\n\nTwice.\n" in page
    assert "Few." not in page
