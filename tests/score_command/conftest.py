"""Two files and the command that scores them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.score import score

QUESTION_COLUMNS = "id,kind,options,opens_at,closes_at,known_at,outcome"
FORECAST_COLUMNS = "question,member,at,probabilities"


@dataclass
class Outcome:
    """What the command answered."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON object of a run that succeeded without a word besides."""
        assert (self.exit_code, self.stderr) == (0, "")
        return json.loads(self.stdout)

    def row(self, name: str, **values: object) -> dict[str, Any]:
        """Give the one row of a list that has these values."""
        (found,) = (row for row in self.report[name] if values.items() <= row.items())
        return found


@pytest.fixture
def crux_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Write the rows below their headers into Q.csv and F.csv, and score them."""
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.command()(score)

    def run(
        questions: list[str] | bytes,
        forecasts: list[str] | bytes,
        *options: str,
        columns: str = QUESTION_COLUMNS,
    ) -> Outcome:
        for name, header, rows in (
            ("Q.csv", columns, questions),
            ("F.csv", FORECAST_COLUMNS, forecasts),
        ):
            text = (
                rows if isinstance(rows, bytes) else "".join(f"{row}\n" for row in (header, *rows)).encode()
            )
            Path(name).write_bytes(text)
        words = ["--questions", "Q.csv", "--forecasts", "F.csv", *(options or ["--json"])]
        result = CliRunner().invoke(app, words)
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run
