import re
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from claims.draft import draft_question
from claims.ingest import Document, read_document
from claims.pipeline import Claim, extract_claims

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "bot" / "demo" / "documents").glob("*.txt"))
REAL = sorted((ROOT.parent / "shared" / "documents").glob("*.txt"))
DOCUMENTS = [pytest.param(path, id=path.stem) for path in SAMPLES]


def document_of(path: Path) -> Document:
    return read_document(path.read_bytes(), path.name)


@cache
def found_in(*paths: Path, keep_all: bool = False) -> list[Claim]:
    return extract_claims([document_of(path) for path in paths], keep_all=keep_all)


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
    text = document_of(path).text
    everything = found_in(path, keep_all=True)
    assert len(found_in(path)) >= 10
    assert all(text[each.start : each.end] == each.text for each in everything)
    assert any(each.claim == 0 for each in everything)


@pytest.mark.parametrize("direction", ["smaller", "larger"])
def test_the_samples_disagree_about_the_model_gap(direction: str) -> None:
    """One says that it narrows, another one the opposite."""
    titles = {
        draft_question(each, today=date(2026, 5, 4), document=document_of(path).text).title
        for path in SAMPLES
        for each in found_in(path)
    }
    assert any("LMArena" in title and f"be {direction} on" in title for title in titles)


def test_a_sentence_in_two_briefs_is_one_claim() -> None:
    """Briefs repeat each other word for word, as real ones do."""
    apart = sum(len(found_in(each)) for each in SAMPLES)
    assert len(found_in(*SAMPLES)) == apart - 1


@pytest.mark.skipif(not REAL, reason="the real documents are not here")
def test_no_sample_repeats_a_real_document() -> None:
    """No run of eight words is shared."""
    real = set().union(*(runs_of_eight(path.read_text(encoding="utf-8")) for path in REAL))
    assert not any(runs_of_eight(path.read_text(encoding="utf-8")) & real for path in SAMPLES)


def test_claims_of_a_sample_never_overlap() -> None:
    """Each sentence is one claim at most."""
    for path in SAMPLES:
        found = found_in(path, keep_all=True)
        assert all(one.end <= other.start for one, other in pairwise(found))
