"""Second step: sentences with exact offsets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sentencex  # type: ignore[import-untyped]

_NO_BREAK = r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"
# A line, or where it is endless a stretch up to a full stop: sentencex is quadratic in unclosed quotes.
_LINE = re.compile(rf"{_NO_BREAK}{{1,10000}}(?:(?<=[.!?] )|(?!{_NO_BREAK}))|{_NO_BREAK}{{1,10000}}")
_LIST_MARK = re.compile(r"(?:\(?(?:\d{1,3}|[a-zA-Z])[.)]|[-*•–])")
_INITIAL = re.compile(r"(?:^|\W)[A-Z]\.$")


@dataclass(frozen=True)
class Sentence:
    """A stretch of a document's text: ``text == document.text[start:end]``, nothing blank at either end."""

    start: int
    end: int
    text: str


def sentences(text: str) -> list[Sentence]:
    r"""Cut a text into sentences; a line break always ends one, and a list number belongs to what it numbers.

    Parameters
    ----------
    text
        Any text; newlines may be of any kind.

    Returns
    -------
    list of Sentence
        In order, without overlap; only white space and byte order marks lie between them.

    Examples
    --------
    >>> [each.text for each in sentences("1. Controls worked. The gap grew.\r\nDid it?")]
    ['1. Controls worked.', 'The gap grew.', 'Did it?']
    """
    found = []
    for line in _LINE.finditer(text):
        for start, end in _joined(line.group()):
            stretch = text[line.start() + start : line.start() + end]
            bare = stretch.strip().strip("\ufeff").strip()
            if bare:
                begin = line.start() + start + stretch.index(bare)
                found.append(Sentence(begin, begin + len(bare), bare))
    return found


def _joined(line: str) -> Iterator[tuple[int, int]]:
    """Sentence boundaries of a line, a list mark or an initial ("W.R. Berkley") joined with what follows."""
    pending: int | None = None
    for boundary in sentencex.get_sentence_boundaries("en", line):
        start, end = boundary["start_index"], boundary["end_index"]
        start = start if pending is None else pending
        piece = line[start:end]
        goes_on = _LIST_MARK.fullmatch(piece.strip()) or (
            _INITIAL.search(piece) and line[end : end + 1].isupper()
        )
        pending = start if goes_on and end < len(line) else None
        if pending is None:
            yield start, end
    if pending is not None:
        yield pending, len(line)
