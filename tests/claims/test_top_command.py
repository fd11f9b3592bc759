"""``crux claims top``: the most debatable claims of documents, one a topic."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.claims import app

DOCUMENTS = sorted((Path(__file__).parents[2] / "bot" / "demo" / "documents").glob("*.txt"))


def top(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["top", *arguments])


def test_it_gives_five_claims_of_five_topics_with_their_places() -> None:
    """As JSON Lines with the fields of ``extract`` and the topic; offsets point into the files."""
    result = top(*map(str, DOCUMENTS), "--json")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(found) == len({each["topic"] for each in found}) == 5
    for each in found:
        assert {"file", "start", "end", "text", "standalone", "claim", "reasons", "topic"} <= set(each)
        text = Path(each["file"]).read_bytes().decode()
        assert text[each["start"] : each["end"]] == each["text"]


def test_it_shows_a_table() -> None:
    """With the topic before the claim."""
    result = top(str(DOCUMENTS[0]))
    assert result.exit_code == 0
    assert "topic" in result.stdout


@pytest.mark.parametrize(("text", "status"), [("Hi all, see below.", 0), ("", 2)])
def test_nothing_to_show_says_so(tmp_path: Path, text: str, status: int) -> None:
    """A document without claims is no error, one that can't be read is."""
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    result = top(str(path))
    assert result.exit_code == status
    assert ("No claims found" in result.stdout) == (status == 0)
