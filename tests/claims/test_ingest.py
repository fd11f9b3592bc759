import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from claims.ingest import (
    MAX_BYTES,
    DocumentError,
    DocumentKind,
    document_from_message,
    document_from_text,
    kind_of,
    read_document,
)
from forecasts.errors import ForecastError

ROOT = Path(__file__).parents[2]


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
        (b"%PDF-1.7 ...", "a.txt is a damaged PDF."),
        (b"{\\rtf1 gap}", "a.txt is an RTF file, not plain text."),
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


GERMAN = (
    "Die Ausfuhrkontrollen haben das Land gebremst, aber sie haben nicht verhindert, dass es an der "
    "Spitze bleibt. Wer das bestreitet, sollte sich die Zahlen ansehen, die im letzten Bericht stehen und "
    "die niemand ernsthaft in Zweifel zieht."
)
DUTCH = (
    "De controles hebben het land vertraagd, maar niet verhinderd dat het aan de top blijft. We weten niet "
    "of dat zo is gebleven, want er is in het rapport over dit punt te weinig gezegd om er zeker van te zijn."
)


@pytest.mark.parametrize("text", [GERMAN, DUTCH, "Разрыв между моделями сокращается.", "模型之间的差距" * 5])
def test_another_language_is_named_as_the_reason(text: str) -> None:
    """By its letters, or by how few of the frequent English words are in it."""
    with pytest.raises(DocumentError, match="isn't in English"):
        read_document(text.encode(), "a.txt")


@pytest.mark.parametrize(
    "text",
    ["Naïve Übergrößen.", "Data centers: 100 MW, 50 kW, 10 GW", "Gap " * 20, f"{GERMAN[:60]} it says."],
)
def test_a_few_words_get_the_benefit_of_the_doubt(text: str) -> None:
    """Below 30 words nothing is said about the language of Latin letters."""
    assert read_document(text.encode(), "a.txt").text == text


def test_all_boilerplate_is_said_to_be_that() -> None:
    """Counters, buttons and a short heading."""
    with pytest.raises(DocumentError, match="is all boilerplate") as caught:
        read_document(
            b"8 Comments\n\nThe Long Node\n\nExpand full comment\nReply\n\nReady for more?", "a.txt"
        )
    assert "Copy the text" in str(caught.value)


def test_markdown_stays_as_it_is() -> None:
    """Offsets count its marks, too."""
    document = read_document(b"# Gaps\n\nThe *gap* narrowed.", "gap.md")
    assert (document.kind, document.text) == (DocumentKind.MARKDOWN, "# Gaps\n\nThe *gap* narrowed.")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7", "a.txt", DocumentKind.PDF),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><p>x", "a.txt", DocumentKind.HTML),
        ("<html>".encode("utf-16"), "a", DocumentKind.HTML),
        (b'<?xml version="1.0"?><!-- x --><html xmlns="y">', "a.xml", DocumentKind.HTML),
        (b'<?xml version="1.0"?>\n<rss version="2.0">', "a.txt", DocumentKind.FEED),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "a", DocumentKind.FEED),
        (b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss>', "a", DocumentKind.FEED),
        (b"<p>half a page", "a.HTML", DocumentKind.HTML),
        (b"<p>half a page", "a.txt", DocumentKind.TEXT),
        (b"In HTML a page begins with <html>.", "a.md", DocumentKind.MARKDOWN),
        (b"PK\x03\x04", "a.html", DocumentKind.TEXT),
    ],
)
def test_content_says_what_a_file_is_before_its_name(data: bytes, name: str, kind: DocumentKind) -> None:
    """A page saved as .txt is a page; a name counts where the first bytes leave it open."""
    assert kind_of(data, name) is kind


def test_a_message_keeps_its_author() -> None:
    """One piece, however much it looks like a thread."""
    text = "ann's avatar\nThe gap narrowed."
    document = document_from_message(text, "message", author="ben")
    assert (document.text, document.author_at(20), document.parts) == (text, "ben", ())


def test_plain_text_needs_no_extra() -> None:
    """Neither a parser nor aiohttp is loaded for it."""
    code = (
        "import sys, claims.ingest as i; i.read_document(b'The gap narrowed.', 'a.txt'); "
        "print({'trafilatura', 'lxml', 'pypdf', 'feedparser', 'aiohttp', 'discord'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)  # noqa: S603
    assert done.stdout.strip() == "set()"
