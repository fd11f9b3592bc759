from datetime import UTC, datetime

import pytest

from claims.ingest import DocumentError, DocumentKind, read_document, read_feed
from claims.readers.feed import MAX_ENTRIES

pytest.importorskip("feedparser")

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Two &amp; gaps</title>
<item><title>Models</title><link>https://example.org/1</link><author>a@example.org (Ann Lee)</author>
<pubDate>Tue, 03 Jun 2025 12:00:00 +0200</pubDate><description>&lt;p&gt;The gap in models &lt;b&gt;narrowed
&lt;/b&gt;.&lt;/p&gt;&lt;p&gt;It did.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description></item>
<item><title>Empty</title><link>https://example.org/2</link></item>
<item><link>javascript:x()</link><description>The gap in chips widened.</description></item></channel>
</rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Gaps</title><entry><title>Models</title>
<link href="https://example.org/1"/><author><name>Ann Lee</name></author>
<updated>2025-06-03T10:00:00Z</updated><summary>Short.</summary>
<content type="html">&lt;p&gt;The gap in models narrowed.&lt;/p&gt;</content></entry></feed>"""


def bomb(levels: int) -> bytes:
    """Ten times ten times ... the same word."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE rss [<!ENTITY e0 "gap ">{entities}]><rss>&e{levels - 1};</rss>'.encode()


def test_an_entry_is_a_document() -> None:
    """Its title, address, author and time; noon in the summer of Paris is ten o'clock UTC."""
    feed = read_feed(RSS, "feed", url="https://example.org/feed")
    first = feed.entries[0]
    assert feed.title == "Two & gaps"
    assert (first.kind, first.title, first.author) == (DocumentKind.FEED, "Models", "Ann Lee")
    assert (first.url, first.published_at) == ("https://example.org/1", datetime(2025, 6, 3, 10, tzinfo=UTC))
    assert first.text == "The gap in models narrowed .\nIt did."


def test_entries_without_text_are_left_out() -> None:
    """And one that links to a script has the feed's own address."""
    feed = read_feed(RSS, "feed", url="https://example.org/feed")
    assert [each.text for each in feed.entries[1:]] == ["The gap in chips widened."]
    assert feed.entries[1].url == "https://example.org/feed"


def test_atom_gives_its_content_before_its_summary() -> None:
    """The whole text, where there is one."""
    (entry,) = read_feed(ATOM, "feed").entries
    assert (entry.text, entry.author) == ("The gap in models narrowed.", "Ann Lee")
    assert entry.published_at == datetime(2025, 6, 3, 10, tzinfo=UTC)


def test_a_feed_as_a_document_has_a_part_an_entry() -> None:
    """For the command line and attachments."""
    document = read_document(RSS, "a.xml")
    assert [(document.text[part.start : part.end], part.author) for part in document.parts] == [
        ("The gap in models narrowed .\nIt did.", "Ann Lee"),
        ("The gap in chips widened.", None),
    ]


def test_only_the_newest_entries_are_read() -> None:
    """A feed of thousands is cut where it gets long."""
    items = b"<item><description>The gap widened.</description></item>" * (MAX_ENTRIES + 9)
    feed = read_feed(b'<rss version="2.0"><channel>%s</channel></rss>' % items, "feed")
    assert len(feed.entries) == MAX_ENTRIES


@pytest.mark.parametrize("levels", [2, 10])
def test_entities_are_not_unfolded(levels: int) -> None:
    """Ten levels would be ten billion words."""
    with pytest.raises(DocumentError, match="declares XML entities"):
        read_document(bomb(levels), "a.xml")


def test_a_file_from_elsewhere_is_not_read_into_a_feed() -> None:
    """An entity that names a file is an entity, too."""
    source = b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss version="2.0">&x;</rss>'
    with pytest.raises(DocumentError, match="declares XML entities"):
        read_feed(source, "feed")


@pytest.mark.parametrize("data", [b"", b"The gap narrowed.", b"<html><p>The gap narrowed.</p></html>"])
def test_what_is_no_feed_is_said_to_be_none(data: bytes) -> None:
    """A page's address given in place of its feed's."""
    with pytest.raises(DocumentError, match="feed is no RSS or Atom feed"):
        read_feed(data, "feed")


def test_a_feed_without_text_can_not_be_a_document() -> None:
    """There is nothing to find claims in."""
    with pytest.raises(DocumentError, match="whose entries hold no text"):
        read_document(b'<rss version="2.0"><channel><title>x</title></channel></rss>', "a.xml")


def test_without_the_extra_a_sentence_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else reads XML in its place."""
    monkeypatch.setattr("claims.ingest.find_spec", lambda _: None)
    with pytest.raises(DocumentError, match=r'pip install "crux\[feeds\]"'):
        read_feed(RSS, "feed")
