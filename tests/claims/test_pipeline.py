from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.ingest import DocumentError, document_from_text, read_document
from claims.pipeline import extract_claims

SAMPLES = sorted((Path(__file__).parents[2] / "bot" / "demo" / "documents").glob("*.txt"))
CLAIM = "Export controls have backfired because they gave Huawei a market."


@given(text=st.text(max_size=300), keep_all=st.booleans())
def test_every_claim_equals_its_document_at_its_offsets(text: str, *, keep_all: bool) -> None:
    """For any text: it is refused with a sentence, or its claims are verbatim."""
    try:
        document = document_from_text(text, "paste")
    except DocumentError:
        return
    for each in extract_claims([document], keep_all=keep_all):
        assert document.text[each.start : each.end] == each.text


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_offsets_hold_for_the_file_on_disk(newline: str, tmp_path: Path) -> None:
    """Whatever ends its lines, and with a byte order mark, read as anybody would without translation."""
    path = tmp_path / "a.txt"
    path.write_bytes(f"\ufeff{CLAIM}{newline}{newline}2. Naïve 😀 readers say that {CLAIM}".encode())
    with path.open(encoding="utf-8", newline="") as source:
        text = source.read()
    found = extract_claims([read_document(path.read_bytes(), "a.txt")])
    assert [text[each.start : each.end] for each in found] == [each.text for each in found]
    assert [each.start for each in found] == [1, 1 + len(CLAIM) + 2 * len(newline)]


def test_boilerplate_is_dropped() -> None:
    """Only the claim is left of a comment."""
    document = document_from_text(f"8 Comments\nsomebody's avatar\n{CLAIM}\nExpand full comment", "a.txt")
    assert [each.text for each in extract_claims([document])] == [CLAIM]


def test_a_repeat_in_another_file_is_merged_into_the_first_given() -> None:
    """The first stays, in the order given, which need not be that of the names."""
    documents = [document_from_text(CLAIM, name) for name in ("b.txt", "a.txt")]
    assert [each.file for each in extract_claims(documents)] == ["b.txt"]


def test_all_sentences_say_what_they_repeat() -> None:
    """With keep_all nothing is missing, and a moderator sees why it would be."""
    documents = [document_from_text(f"Hi.\n{CLAIM}", name) for name in ("a.txt", "b.txt")]
    found = extract_claims(documents, keep_all=True)
    assert [each.file for each in found] == ["a.txt", "a.txt", "b.txt", "b.txt"]
    assert found[3].reasons[0] == "repeats a.txt, offset 4"


def test_claims_are_sorted_by_file_and_start() -> None:
    """However the documents were ordered."""
    documents = [
        document_from_text(path.read_text(encoding="utf-8"), path.name) for path in reversed(SAMPLES)
    ]
    found = extract_claims(documents)
    assert found == sorted(found, key=lambda each: (each.file, each.start))
