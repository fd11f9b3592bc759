import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from claims.draft import draft_question
from claims.ingest import Document, read_document
from claims.pipeline import extract_claims

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "bot" / "demo" / "documents").glob("*.txt"))
REAL = sorted((ROOT.parent / "shared" / "documents").glob("*.txt"))
DOCUMENTS = [pytest.param(path, id=path.stem) for path in SAMPLES]


def documents() -> list[Document]:
    return [read_document(path.read_bytes(), path.name) for path in SAMPLES]


def runs_of_eight(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w']+", text.casefold())
    return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}


def test_there_are_samples_enough() -> None:
    """The demo needs at least four documents."""
    assert len(SAMPLES) >= 4


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_sample_has_the_length_of_a_short_read(path: Path) -> None:
    """350 to 650 words."""
    assert 350 <= len(path.read_text(encoding="utf-8").split()) <= 650


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_sample_has_claims_and_boilerplate(path: Path) -> None:
    """At least ten claims, verbatim, and something to drop."""
    document = read_document(path.read_bytes(), path.name)
    everything = extract_claims([document], keep_all=True)
    kept = extract_claims([document])
    assert len(kept) >= 10
    assert all(document.text[each.start : each.end] == each.text for each in everything)
    assert any(each.claim == 0 for each in everything)


@pytest.mark.parametrize("direction", ["smaller", "larger"])
def test_the_samples_disagree_about_the_model_gap(direction: str) -> None:
    """One says that it narrows, another one the opposite."""
    titles = {
        draft_question(each, today=date(2026, 5, 4), document=document.text).title
        for document in documents()
        for each in extract_claims([document])
    }
    assert any("LMArena" in title and f"be {direction} on" in title for title in titles)


def test_a_sentence_in_two_briefs_is_one_claim() -> None:
    """Briefs repeat each other word for word, as real ones do."""
    apart = sum(len(extract_claims([each])) for each in documents())
    assert len(extract_claims(documents())) == apart - 1


@pytest.mark.skipif(not REAL, reason="the real documents are not here")
def test_no_sample_repeats_a_real_document() -> None:
    """No run of eight words is shared."""
    real = set().union(*(runs_of_eight(path.read_text(encoding="utf-8")) for path in REAL))
    assert not any(runs_of_eight(path.read_text(encoding="utf-8")) & real for path in SAMPLES)


def test_claims_of_a_sample_never_overlap() -> None:
    """Each sentence is one claim at most."""
    for document in documents():
        found = extract_claims([document], keep_all=True)
        assert all(one.end <= other.start for one, other in pairwise(found))
