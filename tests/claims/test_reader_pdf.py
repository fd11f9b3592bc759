import zlib
from io import BytesIO

import pytest

from claims.ingest import DocumentError, DocumentKind, read_document
from claims.readers.pdf import MAX_PAGES, _paragraphs, read_pdf
from claims.readers.reading import UnreadableError

pypdf = pytest.importorskip("pypdf")


def pdf(*objects: bytes) -> bytes:
    """Write a PDF of some objects, the first one its catalogue, with the table of where they are."""
    written, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, len(written))
    )


def pages(*contents: bytes, packed: bytes = b"") -> bytes:
    """Write a PDF whose pages have these content streams."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for index, content in enumerate(contents):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % (5 + 2 * index),
            b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), packed, content),
        ]
    return pdf(*objects)


def lines(*texts: str) -> bytes:
    """Content of a page with a line each."""
    return b"BT /F1 12 Tf 14 TL 50 740 Td %s ET" % b" ".join(b"(%s) Tj T*" % each.encode() for each in texts)


PAGE = lines(
    "The gap in chips has widened since the first rules, and hardly anybody disputes it. The gap in mo-",
    "dels narrowed all the same, because labs that could not buy more hardware squeezed more out of",
    "what they had.",
    "Findings",
    "1. The controls worked.",
)


def test_a_pdf_is_read_paragraph_by_paragraph() -> None:
    """Lines are joined, a word cut at a line's end is whole again, headings and items stand alone."""
    document = read_document(pages(PAGE), "gap.pdf")
    assert document.kind is DocumentKind.PDF
    first, *rest = document.text.split("\n")
    assert "disputes it. The gap in models narrowed all the same" in first
    assert first.endswith("squeezed more out of what they had.")
    assert rest == ["Findings", "1. The controls worked."]


def test_headers_footers_and_page_numbers_are_dropped() -> None:
    """What stands at the edge of three pages, whatever number it bears."""
    found = [["A journal, p. 1", f"Sentence {each} is here.", f"More of {each}.", "1", ""] for each in "xyz"]
    assert "; ".join(_paragraphs(found)) == (
        "Sentence x is here. More of x.; Sentence y is here. More of y.; Sentence z is here. More of z."
    )


def encrypted(password: str) -> bytes:
    writer = pypdf.PdfWriter(BytesIO(pages(PAGE)))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")  # noqa: S106
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def test_an_encrypted_pdf_is_refused() -> None:
    """With the way out."""
    with pytest.raises(DocumentError, match=r"is encrypted\. Save it without its password"):
        read_document(encrypted("secret"), "a.pdf")


def test_a_pdf_that_opens_without_a_password_is_read() -> None:
    """Its owner only forbade printing or the like."""
    assert "narrowed" in read_pdf(encrypted("")).text


def test_a_scan_is_told_apart() -> None:
    """Pages without any text are pictures."""
    with pytest.raises(DocumentError, match="its pages are pictures"):
        read_document(pages(b"0 0 m 9 9 l S"), "a.pdf")


@pytest.mark.parametrize("data", [b"%PDF-1.7 and so on", pages(PAGE)[:300], pdf(b"<</Type/Catalog>>")])
def test_a_damaged_pdf_is_said_to_be_that(data: bytes) -> None:
    """Cut off, or without pages."""
    with pytest.raises(DocumentError, match=r"is a (damaged PDF|PDF without text)"):
        read_document(data, "a.pdf")


def test_a_stream_that_unpacks_to_far_too_much_is_refused() -> None:
    """Ninety megabytes of blanks, packed twice into a few hundred bytes."""
    bomb = zlib.compress(zlib.compress(b" " * 90_000_000, 9), 9)
    assert len(bomb) < 10_000
    data = pages(bomb, packed=b"/Filter[/FlateDecode/FlateDecode]")
    with pytest.raises(DocumentError, match="unpacks to far more than a document holds"):
        read_document(data, "a.pdf")


def test_too_many_pages_are_refused() -> None:
    """They may all be the same one."""
    count = MAX_PAGES + 1
    many = pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * count, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    )
    with pytest.raises(UnreadableError, match="has more than 500 pages"):
        read_pdf(many)


def test_without_the_extra_a_sentence_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what to do meanwhile."""
    monkeypatch.setattr("claims.ingest.find_spec", lambda _: None)
    with pytest.raises(DocumentError, match=r'pip install "crux\[pdf\]"\. Paste the text instead'):
        read_document(pages(PAGE), "a.pdf")
