"""The text of a PDF, its broken lines put together again (extra ``[pdf]``)."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from statistics import quantiles
from typing import Any

from claims.readers.reading import Reading, UnreadableError, check_length

MAX_PAGES = 500
_MOST_CHARACTERS = 1_100_000  # where reading stops: a little more than a document may have
_REPEATED_ON = 3  # a first or last line on that many pages is a header or a footer
_EDGE = 2
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?:page )?\W*\d{1,4}(?: ?(?:of|/) ?\d{1,4})?\W*", re.IGNORECASE)
_FULL = 0.8  # a line shorter than this share of a full one ends its paragraph
_NEW = re.compile(r"(?:[-*•–▪]|\(?\d{1,3}[.)]) ")
_HYPHEN = re.compile(r"(?<=[a-z])[-\xad\u2010]$")
_END = re.compile(r"[.!?:…][\"”’')\]]*$")


def read_pdf(data: bytes) -> Reading:
    """Read the text of a PDF that isn't encrypted and holds text, not pictures of it.

    Raises
    ------
    UnreadableError
        It can't be opened without a password, is damaged, holds no text, or too much.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - the extra may be missing
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError  # noqa: PLC0415

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every flaw that it mends
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError(_ENCRYPTED)
        pages = _pages(reader)
        about = reader.metadata
        title, author = (about.title or "", about.author or "") if about else ("", "")
        published = about.creation_date if about else None
    except DependencyError:
        raise UnreadableError(_ENCRYPTED) from None
    except (LimitReachedError, MemoryError):
        raise UnreadableError(
            "unpacks to far more than a document holds. Save the pages that matter as text and try again."
        ) from None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        raise UnreadableError("is a damaged PDF. Open it and save it anew, or paste its text.") from None
    text = "\n".join(_paragraphs(pages))
    if not any(map(str.isalnum, text)):
        raise UnreadableError(
            "is a PDF without text: its pages are pictures. Run text recognition (OCR) over it."
        )
    check_length(text)
    return Reading(
        text=text,
        title=" ".join(str(title).split()),
        author=" ".join(str(author).split()),
        published_at=published.isoformat() if published else "",
    )


_ENCRYPTED = "is encrypted. Save it without its password, or paste its text."


def _pages(reader: Any) -> list[list[str]]:
    """Return the lines of each page."""
    if len(reader.pages) > MAX_PAGES:
        raise UnreadableError(f"has more than {MAX_PAGES} pages. Save the pages that matter on their own.")
    pages, length = [], 0
    for page in reader.pages:
        if (contents := page.get_contents()) is not None:
            contents.get_data()  # raises where it unpacks to too much; extract_text would say: no text
        text = page.extract_text()
        length += len(text)
        pages.append([" ".join(line.split()) for line in text.replace("\x00", "").splitlines()])
        if length > _MOST_CHARACTERS:
            break
    return pages


def _paragraphs(pages: list[list[str]]) -> Iterator[str]:
    r"""Yield paragraphs: lines that fill the column go on in the next one, words cut by a hyphen are mended.

    Examples
    --------
    >>> list(_paragraphs([["The gap in models nar-", "rowed. It did", "Next heading"]]))
    ['The gap in models narrowed. It did', 'Next heading']
    """
    lines = list(_without_furniture(pages))
    widths = [len(line) for line in lines if line]
    full = _FULL * (quantiles(widths, n=10)[-1] if len(widths) > 1 else 0)
    paragraph, last = "", ""
    for line in lines:
        goes_on = (
            last
            and line
            and not _NEW.match(line)
            and (len(last) >= full or (line[0].islower() and not _END.search(last)))
        )
        if goes_on and _HYPHEN.search(paragraph) and line[0].islower():
            paragraph = _HYPHEN.sub("", paragraph) + line
        elif goes_on:
            paragraph = f"{paragraph} {line}"
        else:
            if paragraph:
                yield paragraph
            paragraph = line
        last = line
    if paragraph:
        yield paragraph


def _without_furniture(pages: list[list[str]]) -> Iterator[str]:
    """Yield all lines but page numbers and what many pages begin or end with."""
    edges = Counter(chain.from_iterable({_NUMBER.sub("0", line) for line in _edge(page)} for page in pages))
    for page in pages:
        edge = _edge(page)
        for line in page:
            repeated = line in edge and edges[_NUMBER.sub("0", line)] >= _REPEATED_ON
            if not repeated and not _PAGE_NUMBER.fullmatch(line):
                yield line


def _edge(page: list[str]) -> list[str]:
    filled = [line for line in page if line]
    return [*filled[:_EDGE], *filled[-_EDGE:]]
