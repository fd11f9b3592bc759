"""What every reader makes and every later step reads: a Document, or a sentence that says why not."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from forecasts.errors import ForecastError

MAX_BYTES = 1_000_000
MAX_FILE_BYTES = 5_000_000


class DocumentError(ForecastError):
    """A document can't be read; ``str()`` says why and what to do instead."""


class DocumentKind(StrEnum):
    """What a document was before it became text."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    FEED = "feed"
    MESSAGE = "message"


class Part(NamedTuple):
    """A stretch of a document's text, and who wrote it; None where nobody is named.

    ``document.text[start:end]`` is blank at neither end. Parts stand in order and never overlap.
    """

    start: int
    end: int
    author: str | None


@dataclass(frozen=True)
class Document:
    """A text in which claims are looked for.

    Attributes
    ----------
    name
        As given: a path, the name of an attachment, an address.
    text
        What claims' offsets point into. Of a text file every code point: newlines untranslated and the byte
        order mark of a UTF-8 file kept, so that offsets hold for
        ``path.read_text(encoding="utf-8", newline="")`` too. Of a page or a PDF what was read out of it.
    sha256
        Of the text in UTF-8, in hexadecimal: a paste and a file with the same text are the same document.
    title
        What a moderator sees: the page's own title, else the file's name without folder and extension.
    kind
        What it was before it became text.
    url
        Where it stands on the web, empty where that isn't known.
    author
        Who wrote what lies outside the parts; None where nobody is named.
    published_at
        When, in UTC, where the document says so.
    parts
        The comments of a thread with their authors; empty where the document is one piece.
    """

    name: str
    text: str
    sha256: str
    title: str
    kind: DocumentKind = DocumentKind.TEXT
    url: str = ""
    author: str | None = None
    published_at: datetime | None = None
    parts: tuple[Part, ...] = ()

    def part_at(self, offset: int) -> Part | None:
        """Return the part in which an offset lies, None outside of all parts."""
        index = bisect_right(self.parts, offset, key=lambda part: part.start) - 1
        return self.parts[index] if index >= 0 and offset < self.parts[index].end else None

    def author_at(self, offset: int) -> str | None:
        """Return who wrote the words at an offset, None where nobody is named.

        Examples
        --------
        >>> thread = Document("a.txt", "Great. Hi.", "", "a", author="Ann", parts=(Part(0, 6, "Ben"),))
        >>> thread.author_at(3), thread.author_at(7)
        ('Ben', 'Ann')
        """
        part = self.part_at(offset)
        return self.author if part is None else part.author
