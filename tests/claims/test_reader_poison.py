"""Files made to harm whoever reads them: what they say of themselves, entities, loops and depth."""

import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.document import DocumentError, DocumentKind
from claims.ingest import MOST_AUTHOR, MOST_TITLE, MOST_URL, _from_fields, read_document, read_feed
from tests.claims.test_reader_pdf import PAGE, lines, pages, pdf

ENGLISH = "The gap between the models will narrow by the end of 2026, analysts expect."
ITEM = f"<item><title>T</title><link>https://example.org/a</link><description>{ENGLISH}</description></item>"
LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "lol lol lol ">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def page(head: str, body: str = f"<p>{ENGLISH}</p>") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def feed(items: str, *, head: str = "", encoding: str = "utf-8") -> bytes:
    source = f'<rss version="2.0"><channel><title>The feed</title>{items}</channel></rss>'
    return f'<?xml version="1.0" encoding="{encoding}"?>{head}{source}'.encode(encoding)


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape"])
def test_a_charset_cannot_smuggle_half_characters_into_a_title(charset: str) -> None:
    """Some encodings decode to lone surrogates, which no database stores."""
    poison = rb"a+2AA-\ud800b"
    data = page("<title>x</title>").replace(b">x<", b">" + poison + b"<")
    found = read_document(data, "a.html", charset=charset)
    assert found.title.encode()
    assert "\ud800" not in found.title


def test_a_feed_cannot_smuggle_nul_into_a_title_or_an_address() -> None:
    """PostgreSQL takes none."""
    item = ITEM.replace(">T<", ">a\x00b<").replace("/a<", "/a\x00b<")
    found = read_feed(feed(item), "a.xml")
    (entry,) = found.entries
    assert (entry.title, entry.url) == ("a b", "")
    assert "\x00" not in found.title


@pytest.mark.parametrize("letter", ["word ", "🏻"])
def test_what_a_page_says_of_itself_is_cut(letter: str) -> None:
    """A title of a hundred thousand characters, and an author."""
    long = letter * 20_000
    found = read_document(page(f'<title>{long}</title><meta name="author" content="{long}">'), "a.html")
    assert 0 < len(found.title) <= MOST_TITLE
    assert found.author is None or len(found.author) <= MOST_AUTHOR


def test_what_a_feed_says_of_itself_is_cut() -> None:
    """Its own title and its entries'; an address that is too long is none."""
    item = ITEM.replace(">T<", f">{'word ' * 20_000}<").replace("/a<", f"/{'a' * MOST_URL}<")
    found = read_feed(feed(item).replace(b"The feed", b"word " * 20_000), "a.xml")
    assert len(found.title) <= MOST_TITLE
    assert len(found.entries[0].title) <= MOST_TITLE
    assert found.entries[0].url == ""


@given(st.text(st.characters(categories=None)), st.text(st.characters(categories=None)))
def test_whatever_a_reader_finds_can_be_stored(said: str, url: str) -> None:
    """All of it is UTF-8 without NUL, on one line where it names something."""
    fields = {"text": ENGLISH, "title": said, "author": said, "url": url, "published_at": said, "parts": []}
    found = _from_fields(fields, "a.html", DocumentKind.HTML, "")
    for value in (found.title, found.author or "", found.url):
        assert value.encode() is not None
        assert not {"\x00", "\n"} & set(value)


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0000-13-99"])
def test_a_time_beyond_the_calendar_is_no_time(when: str) -> None:
    """In UTC it would lie before the year 1 or after 9999."""
    found = read_document(page(f'<meta property="article:published_time" content="{when}">'), "a.html")
    assert found.published_at is None


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "Mon, 01 Jan 99999 00:00:00 GMT"])
def test_one_entry_s_time_does_not_lose_the_whole_feed(when: str) -> None:
    """It has none, and the others are read."""
    bad = ITEM.replace("<link>", f"<pubDate>{when}</pubDate><link>")
    found = read_feed(feed(bad + ITEM), "a.xml")
    assert [each.published_at for each in found.entries] == [None, None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "cp037", "utf-7"])
def test_entities_stay_folded_in_every_encoding(encoding: str) -> None:
    """A billion laughs, also where the declaration isn't ASCII."""
    data = feed(ITEM.replace(">T<", ">&j;<"), head=LAUGHS, encoding=encoding)
    try:
        found = read_feed(data, "a.xml")
    except DocumentError:
        return
    assert [each for each in found.entries if "lol" in each.title + each.text] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>',
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd">',
    ],
)
def test_a_file_of_this_machine_is_in_no_feed(head: str, encoding: str) -> None:
    """By an entity, a parameter entity, or the document type itself."""
    data = feed(ITEM.replace(ENGLISH, f"&a; {ENGLISH}"), head=head, encoding=encoding)
    try:
        found = read_feed(data, "a.xml")
    except DocumentError:
        return
    assert [each for each in found.entries if "root:" in each.title + each.text] == []


@pytest.mark.parametrize("opening", ["<div>", "<b>", "<ul><li>"])
def test_a_page_nested_a_hundred_thousand_deep_is_read_or_refused(opening: str) -> None:
    """By a parser that doesn't recurse, or in a process of its own."""
    depth = 100_000 // opening.count("<")
    try:
        found = read_document(page("<title>x</title>", opening * depth + f"<p>{ENGLISH}"), "a.html")
    except DocumentError:
        return
    assert ENGLISH in found.text


def test_a_feed_nested_a_hundred_thousand_deep_is_read_or_refused() -> None:
    """Within the same limits."""
    try:
        found = read_feed(feed("<a>" * 100_000 + ITEM), "a.xml")
    except DocumentError:
        return
    assert found.entries


LOOPS = {
    "a page that is its own child": pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"
    ),
    "a reference to itself": pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"2 0 R"),
    "a table that follows itself": pages(PAGE).replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev 15"),
    "a form that draws itself": pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
        b"<</Length 5>>stream\n/X Do\nendstream",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 11>>"
        b"stream\n/X Do /X Do\nendstream",
    ),
    "an array nested ten thousand deep": pages(PAGE, b"[" * 10_000),
    "a stream packed a hundred times": pages(PAGE, packed=b"/Filter[%s]" % (b"/FlateDecode" * 100)),
    "a count of two billion": pages(PAGE).replace(b"/Count 1", b"/Count 2000000000"),
}


@pytest.mark.parametrize("data", LOOPS.values(), ids=LOOPS)
def test_a_pdf_that_leads_in_a_circle_comes_to_an_end(data: bytes) -> None:
    """What is left of it is read, or a sentence says why not."""
    with suppress(DocumentError):
        assert read_document(data, "a.pdf").text


def test_a_packed_stream_in_a_packed_stream_is_cut_off() -> None:
    """A hundred megabytes of a page's content, packed twice into some hundred bytes."""
    bomb = zlib.compress(zlib.compress(bytes(100_000_000), 9), 9)
    assert len(bomb) < 1_000
    with pytest.raises(DocumentError):
        read_document(pages(bomb, packed=b"/Filter[/FlateDecode/FlateDecode]"), "a.pdf")


@pytest.mark.parametrize(
    "magic", [b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"BZh9", b"\xfd7zXZ\x00", b"7z\xbc\xaf'\x1c"]
)
@pytest.mark.parametrize("name", ["a.zip", "a.txt", "a.html", "a.pdf", "a.xml"])
def test_an_archive_is_never_unpacked(magic: bytes, name: str) -> None:
    """Whatever it is called."""
    with pytest.raises(DocumentError):
        read_document(magic + b"\x00" * 1_000, name)


def test_a_line_of_a_pdf_is_text() -> None:
    """The small files above are made as the tests of the PDF reader make theirs."""
    assert "narrowed" in read_document(pages(lines(ENGLISH, "It narrowed by half, they said.")), "a.pdf").text
