from hashlib import sha256

import pytest

from claims.ingest import MAX_BYTES, DocumentError, document_from_text, read_document
from forecasts.errors import ForecastError


def test_newlines_and_byte_order_mark_stay() -> None:
    """Offsets count the code points of the file as it stands, so nothing is translated or stripped."""
    assert read_document(b"\xef\xbb\xbfOne.\r\nTwo.", "a.txt").text == "\ufeffOne.\r\nTwo."


def test_the_hash_is_that_of_a_utf8_file() -> None:
    """A UTF-8 file and the same text pasted are one document."""
    data = "Naïve.".encode()
    assert (
        read_document(data, "a.txt").sha256
        == document_from_text("Naïve.", "b").sha256
        == sha256(data).hexdigest()
    )


def test_the_title_is_the_name_in_words() -> None:
    """Folder and extension say nothing to a moderator."""
    assert read_document(b"One.", "briefs/chip_gap-june.txt").title == "chip gap june"


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_other_encodings_are_read_where_they_are_sure(encoding: str) -> None:
    """UTF-16 has its mark, Western European text few bytes beyond ASCII."""
    text = "The café’s gap in models narrowed, they say."
    assert read_document(text.encode(encoding), "a.txt").text == text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a.txt is empty."),
        (b" \r\n\t\xc2\xa0\xef\xbb\xbf", "a.txt is empty."),
        (b"%PDF-1.7 ...", "a.txt is a PDF, not plain text."),
        (b"PK\x03\x04....", "a.txt is a ZIP archive or an office file, not plain text."),
        (b"\x89PNG\r\n\x1a\n", "a.txt is a PNG image, not plain text."),
        (b"text\x00text", "a.txt holds binary data, not text."),
        (b"\x01\x02\x03 and so on", "a.txt holds binary data, not text."),
        (b"a" * (MAX_BYTES + 1), "a.txt is larger than 1 MB, the most a document may have."),
        (b"\xff\xfea\x00\x00", "a.txt is damaged UTF-16."),
        ("Разрыв сокращается.".encode("koi8-r"), "a.txt is in an unknown encoding (byte 0 is not UTF-8)."),
        ("Naïve caf".encode() + b"\xe9 talk" * 3, "a.txt is in an unknown encoding (byte 10 is not UTF-8)."),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(data: bytes, sentence: str) -> None:
    """The first sentence says what was wrong, a second one what to do instead."""
    with pytest.raises(DocumentError) as caught:
        read_document(data, "a.txt")
    assert str(caught.value).startswith(sentence)
    assert len(str(caught.value)) > len(sentence) + 10


def test_twenty_megabytes_are_refused_before_they_are_decoded() -> None:
    """Broken UTF-8 of 20 MB is called large, so nobody tried to read it."""
    with pytest.raises(DocumentError, match="larger than 1 MB"):
        read_document(b"\xff" * 20_000_000, "a.txt")


def test_pasted_text_has_the_same_limit() -> None:
    """333,334 characters of three bytes each are 1,000,002 bytes."""
    with pytest.raises(DocumentError, match="larger than 1 MB"):
        document_from_text("中" * 333_334, "paste")


def test_half_a_surrogate_pair_is_replaced() -> None:
    """A chat may deliver what no file can hold."""
    assert document_from_text("a\ud83d b", "paste").text == "a\ufffd b"


def test_the_error_can_be_shown_to_a_member() -> None:
    """One place in the bot answers all domain errors."""
    assert issubclass(DocumentError, ForecastError)
