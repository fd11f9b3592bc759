"""First step: bytes or pasted text become a Document, or a sentence that says why not."""

import codecs
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.util import find_spec
from pathlib import PurePath
from typing import Any

from claims.document import MAX_BYTES, MAX_FILE_BYTES, Document, DocumentError, DocumentKind, Part
from claims.language import check_worth_reading
from claims.readers.isolated import read_isolated
from claims.readers.reading import joined
from claims.readers.thread import split_by_author

__all__ = [
    "MAX_BYTES",
    "MAX_FILE_BYTES",
    "Document",
    "DocumentError",
    "DocumentKind",
    "Feed",
    "Part",
    "document_from_message",
    "document_from_text",
    "read_document",
    "read_feed",
]

_BINARY = {
    b"PK\x03\x04": "a ZIP archive or an office file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"\xd0\xcf\x11\xe0": "an office file",
    b"{\\rtf": "an RTF file",
}
_HOW = "Paste the text, or save it as plain text (.txt, UTF-8) and try again."
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_FIRST_FOREIGN, _MAX_FOREIGN_SHARE = 0x80, 0.1
_HEAD = 1_024
MOST_TITLE, MOST_AUTHOR, MOST_URL = 300, 100, 2_000  # characters kept of what a file says of itself
_XML_HEAD = r"(?:\ufeff|\s|<\?xml[^>]*>|<\?[^>]*\?>|<!--.*?-->)*"
_IS_HTML = re.compile(
    rf"{_XML_HEAD}<(?:!doctype html|html|head|body|meta|title|article)\b", re.IGNORECASE | re.DOTALL
)
_IS_FEED = re.compile(
    rf"{_XML_HEAD}(?:<(?:rss|feed|rdf:rdf)\b|<!doctype (?:rss|feed|rdf:rdf)\b)", re.IGNORECASE | re.DOTALL
)
_ENDINGS = {
    ".html": DocumentKind.HTML,
    ".htm": DocumentKind.HTML,
    ".xhtml": DocumentKind.HTML,
    ".md": DocumentKind.MARKDOWN,
    ".markdown": DocumentKind.MARKDOWN,
    ".rss": DocumentKind.FEED,
    ".atom": DocumentKind.FEED,
}
_NEEDS = {DocumentKind.PDF: ("pypdf", "pdf"), DocumentKind.FEED: ("feedparser", "feeds")}


@dataclass(frozen=True)
class Feed:
    """A feed's title and its entries as documents, in the feed's order.

    Entries without text are left out; ``links`` are the addresses of their pages, where they name one.
    """

    title: str
    entries: tuple[Document, ...]
    links: tuple[str, ...] = ()


def read_document(data: bytes, name: str, *, url: str = "", charset: str = "") -> Document:
    """Read a file: plain text, Markdown, a page of HTML, a PDF, or a feed with its entries one by one.

    What it is, its first bytes say before its name. Text is UTF-8, UTF-16 with a byte order mark, or
    Windows-1252. Pages, PDFs and feeds are read in a limited process, which blocks for at most ten seconds:
    call it in a thread.

    Parameters
    ----------
    data
        The file, at most `MAX_FILE_BYTES`; as text at most `MAX_BYTES`.
    name
        What errors call it.
    url
        Where it was found.
    charset
        Of a page, as its server named it.

    Raises
    ------
    DocumentError
        It is empty, too large, no text, not in English, all boilerplate, encrypted, damaged, in an encoding
        that can't be told for sure, or an extra is missing that could read it.

    Examples
    --------
    >>> read_document(b"The gap narrowed.", "notes/model-gap.txt").title
    'model gap'
    """
    kind = kind_of(data, name)
    if kind in {DocumentKind.TEXT, DocumentKind.MARKDOWN}:
        _check_size(len(data), name)
        for magic, what in _BINARY.items():
            if data.startswith(magic):
                raise DocumentError(f"{name} is {what}, not plain text. {_HOW}")
        return replace(document_from_text(_decoded(data, name), name), kind=kind, url=url)
    if kind is DocumentKind.FEED:
        return _from_feed(_fields_of_feed(data, name), name, url)
    _check_readable(kind, data, name)
    options = {"charset": charset} if kind is DocumentKind.HTML else {}
    return _from_fields(read_isolated(kind, data, name=name, **options), name, kind, url)


def kind_of(data: bytes, name: str) -> DocumentKind:
    """Tell what a file is by its first bytes, and where these leave it open by its name.

    Examples
    --------
    >>> kind_of(b"<!DOCTYPE html><title>Gap</title>", "gap.txt").value
    'html'
    """
    head = data[:_HEAD]
    if b"%PDF-" in head:
        return DocumentKind.PDF
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if wide else "utf-8", "ignore")
    if _IS_FEED.match(text):
        return DocumentKind.FEED
    if _IS_HTML.match(text):
        return DocumentKind.HTML
    if head.startswith(tuple(_BINARY)):
        return DocumentKind.TEXT  # and refused as what it is
    ending = PurePath(name).suffix.casefold()
    if ending == ".xml" and text.lstrip("\ufeff \r\n").startswith("<?xml"):
        return DocumentKind.FEED
    return _ENDINGS.get(ending, DocumentKind.TEXT)


def read_feed(data: bytes, name: str, *, url: str = "") -> Feed:
    """Read a feed's newest entries, each as a document of its own; blocks like `read_document`.

    Raises
    ------
    DocumentError
        It is no feed, too large or damaged, or the extra ``[feeds]`` is missing.
    """
    found = _fields_of_feed(data, name)
    entries, links = [], []
    for fields in found["entries"]:
        link = _address(fields["url"])
        about = _said(fields["title"], MOST_TITLE) or link or name
        try:
            entry = _from_fields(fields, about, DocumentKind.FEED, url)
        except DocumentError:
            if link and not fields["text"].strip():
                links.append(link)
            continue  # or in another language
        entries.append(entry)
    return Feed(title=_said(found["title"], MOST_TITLE), entries=tuple(entries), links=tuple(links))


def document_from_text(text: str, name: str) -> Document:
    """Make a document of text that is already decoded, a paste for example; threads are split by author.

    Half a surrogate pair, which no encoding can store, becomes U+FFFD.

    Raises
    ------
    DocumentError
        It is empty, larger than `MAX_BYTES` in UTF-8, no text, not in English, or all boilerplate.
    """
    document = _document(text, name)
    return replace(document, parts=split_by_author(document.text))


def document_from_message(
    text: str, name: str, *, author: str, url: str = "", published_at: datetime | None = None
) -> Document:
    """Make a document of a chat message; that its author agreed is for the caller to see to.

    Raises
    ------
    DocumentError
        As in `document_from_text`.
    """
    return replace(
        _document(text, name),
        title=name,
        kind=DocumentKind.MESSAGE,
        author=author,
        url=url,
        published_at=published_at,
    )


def _document(text: str, name: str) -> Document:
    text = _whole(text)
    encoded = text.encode()
    _check_size(len(encoded), name)
    if not text.replace("\ufeff", "").strip():
        raise DocumentError(f"{name} is empty. Give a document with at least one sentence.")
    if "\x00" in text or len(_CONTROL.findall(text)) > len(text) / 100:
        raise DocumentError(f"{name} holds binary data, not text. {_HOW}")
    check_worth_reading(text, name)
    title = re.sub(r"[\s_-]+", " ", PurePath(name).stem).strip() or name
    return Document(name=name, text=text, sha256=sha256(encoded).hexdigest(), title=title)


def _from_fields(fields: dict[str, Any], name: str, kind: DocumentKind, url: str) -> Document:
    """Make a document of what a reader found."""
    document = _document(fields["text"].replace("\x00", " "), name)
    return replace(
        document,
        kind=kind,
        title=_said(fields["title"], MOST_TITLE) or document.title,
        url=_address(fields["url"]) or url,
        author=_said(fields["author"], MOST_AUTHOR) or None,
        published_at=_time(fields["published_at"]),
        parts=tuple(Part(*each) for each in fields["parts"]),
    )


def _whole(text: str) -> str:
    """Replace half a surrogate pair, which no encoding can store, by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _said(text: str, most: int) -> str:
    """Return what a file says of itself on one line, fit to be stored, and cut where it is long."""
    return " ".join(_whole(text).replace("\x00", " ").split())[:most].rstrip()


def _address(url: str) -> str:
    """Return an address that a file names, empty where it can be none."""
    return url if len(url) <= MOST_URL and url.isprintable() and " " not in url else ""


def _from_feed(found: dict[str, Any], name: str, url: str) -> Document:
    """Make one document of all entries, each a part by its author."""
    entries = [(each["text"], each["author"] or None) for each in found["entries"] if each["text"]]
    if not entries:
        raise DocumentError(f"{name} is a feed whose entries hold no text. Add the pages it links to.")
    text, parts = joined(entries)
    fields = {
        "text": text,
        "title": found["title"],
        "author": "",
        "published_at": "",
        "url": "",
        "parts": parts,
    }
    return _from_fields(fields, name, DocumentKind.FEED, url)


def _fields_of_feed(data: bytes, name: str) -> dict[str, Any]:
    _check_readable(DocumentKind.FEED, data, name)
    return read_isolated("feed", data, name=name)


def _check_readable(kind: DocumentKind, data: bytes, name: str) -> None:
    if len(data) > MAX_FILE_BYTES:
        limit = f"{MAX_FILE_BYTES // 1_000_000} MB"
        raise DocumentError(
            f"{name} is larger than {limit}, the most a file may have. Save the part that matters."
        )
    module, extra = _NEEDS.get(kind, ("", ""))
    if module and find_spec(module) is None:
        what = "PDFs" if kind is DocumentKind.PDF else "feeds"
        raise DocumentError(
            f"{name} can't be read here: {what} need the extra [{extra}], which the host installs with "
            f'pip install "crux[{extra}]". Paste the text instead.'
        )


def _time(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # no time, or one that lies beyond the calendar in UTC
        return None


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_000_000} MB"
        raise DocumentError(
            f"{name} is larger than {limit}, the most a document may have. Split it into parts."
        )


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise DocumentError(f"{name} is damaged UTF-16. Save it as UTF-8 and try again.") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _as_windows_1252(data)
        if text is None:
            where = f"byte {error.start} is not UTF-8"
            raise DocumentError(
                f"{name} is in an unknown encoding ({where}). Save it as UTF-8 and try again."
            ) from None
        return text


def _as_windows_1252(data: bytes) -> str | None:
    """Read Western European text; None where it would be a guess (damaged UTF-8, another alphabet)."""
    foreign = sum(byte >= _FIRST_FOREIGN for byte in data)
    if foreign > _MAX_FOREIGN_SHARE * len(data) or _UTF8.search(data):
        return None
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return None
