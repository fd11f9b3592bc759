"""Who wrote which part of a thread that was copied as plain text."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from claims.document import Part
from claims.features import boilerplate

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\b\.?)?"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = (
    rf"(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?:,? \d{{4}})?"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})"
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|just now)"
_UNIT = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|years?|yrs?|mo|[smhdwy])\b\.?"
)
_AGO = rf"(?:(?:an?|\d+) ?{_UNIT} ago)"
_LONG = rf"(?:{_DATE}|{_DAY}|{_AGO})(?:,? (?:at |@ )?{_CLOCK})?"
_ALONE = rf"(?:{_LONG}|\d+ ?{_UNIT}|{_CLOCK})"
_EDITED = r"(?:[ ·•|(]*edited\b.{0,20})?"
_WHO = r"@?[^\W\d_][^\n:;?!]{0,60}?"
_GENERIC = r"(?:user|author|member|commenter|profile|default)"

# Lines that name the author of what follows, whatever else the page says.
_STRONG = (
    re.compile(rf"(?P<who>{_WHO})['’]s (?:avatar|profile (?:picture|photo|image))", re.IGNORECASE),
    re.compile(
        rf"(?:user )?(?:avatar|profile (?:picture|photo|image)) (?:for|of) (?P<who>{_WHO})(?: \d+)?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:posted|statement|comment(?:ed)?|repl(?:y|ied)|answer(?:ed)?|review|testimony|remarks) "
        rf"(?:by|from) (?P<who>{_WHO})(?:[ ,·•|»-]+(?:on )?{_LONG}.{{0,40}})?",
        re.IGNORECASE,
    ),
    re.compile(r"(?i:from): (?P<who>[^\W\d_][\w .'’-]{1,60}?)(?: <[^<>]{3,80}>)"),
    re.compile(
        rf"(?i:written by|by) (?P<who>[A-Z]{_WHO} [A-Z]{_WHO})(?:[ ,·•|»-]+(?:on )?(?i:{_LONG}).{{0,40}})?"
    ),
)
# Lines that do so where several of them stand in one document.
_WEAK = (
    re.compile(rf"(?P<who>{_WHO})(?: on |[ ,·•|—–-]+){_LONG}{_EDITED}(?: ?[|·•].{{0,60}})?", re.IGNORECASE),
    re.compile(rf"(?P<who>{_WHO}) ?[·•|—–] ?{_ALONE}{_EDITED}(?: ?[|·•].{{0,60}})?", re.IGNORECASE),
    re.compile(rf"(?P<who>{_WHO}) [\[(]?{_CLOCK}[\])]?", re.IGNORECASE),
    re.compile(rf"(?P<who>{_WHO}) says:", re.IGNORECASE),
)
# Beginnings of lines that go on with the words themselves: chats and transcripts.
_INLINE = (
    re.compile(rf"\[?(?:{_DATE},? )?{_CLOCK}\]?(?: -)? (?P<who>{_WHO}): (?=\S)", re.IGNORECASE),
    re.compile(rf"(?:\[?(?:{_DATE},? )?{_CLOCK}\]? )?<(?P<who>{_WHO})> (?=\S)", re.IGNORECASE),
    re.compile(rf"(?P<who>{_WHO}) [\[(]{_CLOCK}[\])]: ?(?=\S)", re.IGNORECASE),
    re.compile(r"(?P<who>[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){1,3}): (?=\S)"),
)
_NOBODY = re.compile(rf"(?:{_GENERIC}(?:['’]s)? )?(?:avatar|profile (?:picture|photo|image))", re.IGNORECASE)
_TIME_ALONE = re.compile(rf"(?:(?:on|posted|commented) )?{_ALONE}{_EDITED}", re.IGNORECASE)
_CUT_OFF = re.compile(
    r"(?:expand|show|read|see|view|continue)"
    r"(?: (?:the|this|full|more|rest|of|whole|entire|comment|post|reply|reading|all|less))+",
    re.IGNORECASE,
)
_ACTION = r"(?:like|reply|share|report|quote|flag|follow|restack|permalink|give feedback|(?:up|down)vote)"
_ACTIONS = re.compile(
    rf"{_ACTION}(?:d|s)?(?:[ ·•|]*\(?\d*\)?[ ·•|]*{_ACTION})*(?: ?\(?\d+\)?)?", re.IGNORECASE
)
_VOTES = re.compile(r"(?:up|down)vote .{0,50}", re.IGNORECASE)
# One of these stands in every mark: most lines are passed over at once.
_HINT = re.compile(r"[\d:<]|day|just now|avatar|picture|photo|image|\b(?:by|from)\b", re.IGNORECASE)
_BULLETS = re.compile(r"[·•|\-\s]*")

_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LONGEST_HEADER, _MOST_NAME_WORDS, _LONGEST_ABBREVIATION = 120, 4, 3
_WEAK_ENOUGH = 2
_PARTICLES = frozenset("van von de der den del della di da la le el al bin ibn dos and".split())  # noqa: SIM905
_NO_NAMES = frozenset(
    "a about after almost an and anonymous are around author before but by date deleted "  # noqa: SIM905
    "edited filed first guest how is last next or over posted published recorded released since that the "
    "this under until updated user what when where who why written".split()
)


class _Header(NamedTuple):
    start: int
    end: int
    author: str | None
    is_strong: bool


def split_by_author(text: str) -> tuple[Part, ...]:
    r"""Split a copied thread into its comments by the marks that common platforms leave.

    Marks are a line beside an avatar, "Posted by ...", a name with a time beside or below it, "... says:",
    the beginnings of chat lines, and at the end of a comment lines such as "Show full comment" or "Reply".
    Weak marks count where there are two of them. What follows the end of a comment without a new name, and
    lines quoted with ">", have no author: a wrong name is worse than none.

    Parameters
    ----------
    text
        Any text; newlines may be of any kind.

    Returns
    -------
    tuple of Part
        In order; empty where the text is no thread.

    Examples
    --------
    >>> text = "ann's avatar\nThe gap widened.\nExpand full comment\nben's avatar\nIt did not."
    >>> [(text[part.start:part.end], part.author) for part in split_by_author(text)]
    [('The gap widened.', 'ann'), ('It did not.', 'ben')]
    """
    lines = [
        (line.start(), line.end(), line.group().strip(" \t\ufeff\xa0*_#"))
        for line in _LINE.finditer(text)
        if not line.group().isspace()
    ]
    headers = list(_headers(text, lines))
    if not any(each.is_strong for each in headers) and len(headers) < _WEAK_ENOUGH:
        headers = []
    ends = [(start, end) for start, end, line in lines if _CUT_OFF.fullmatch(line)]
    if not headers and len(ends) < _WEAK_ENOUGH:
        return ()
    if headers:
        ends += [(start, end) for start, end, line in lines if _is_action(line)]
    return tuple(_between(text, lines, headers, ends))


def _headers(text: str, lines: list[tuple[int, int, str]]) -> Iterator[_Header]:
    for index, (start, end, line) in enumerate(lines):
        head = line[:_LONGEST_HEADER]
        below = _times_below(lines[index + 1 : index + 3]) if len(line) <= _LONGEST_HEADER else 0
        if not _HINT.search(head) and not (below and _is_name(line)):
            continue
        if inline := next((found for each in _INLINE if (found := each.match(head))), None):
            if _is_name(inline["who"]):
                yield _Header(start, text.index(line, start) + inline.end(), _named(inline["who"]), False)
            continue
        if len(line) > _LONGEST_HEADER:
            continue
        if _NOBODY.fullmatch(line):
            yield _Header(start, end, None, True)
        elif strong := _first_name(_STRONG, line):
            yield _Header(start, below or end, strong, True)
        elif weak := _first_name(_WEAK, line) or (_named(line) if below and _is_name(line) else None):
            yield _Header(start, below or end, weak, False)


def _times_below(lines: list[tuple[int, int, str]]) -> int:
    """Return where the line of a time ends that follows a name, behind a bullet perhaps; 0 if none does."""
    for _, end, line in lines:
        if len(line) <= _LONGEST_HEADER and _TIME_ALONE.fullmatch(line):
            return end
        if not _BULLETS.fullmatch(line):
            break
    return 0


def _first_name(patterns: tuple[re.Pattern[str], ...], line: str) -> str | None:
    for pattern in patterns:
        if (found := pattern.fullmatch(line)) and _is_name(found["who"]):
            return _named(found["who"])
    return None


def _named(who: str) -> str:
    return who.strip(" ,·•|—–-*_").removeprefix("@").removeprefix("u/")


@lru_cache(maxsize=4_096)  # the same few people write a thread
def _is_name(who: str) -> bool:
    """Whether the words could be somebody's name: a handle, or a few capitalised words."""
    words = _named(who).split()
    if not 1 <= len(words) <= _MOST_NAME_WORDS or words[0].casefold() in _NO_NAMES:
        return False
    is_sentence = words[-1].endswith(".") and len(words[-1]) > _LONGEST_ABBREVIATION
    if not words[0][0].isalpha() or is_sentence:
        return False
    proper = all(word[0].isupper() or word in _PARTICLES or not word[0].isalpha() for word in words)
    return (proper or len(words) == 1) and boilerplate(" ".join(words)) is None


def _is_action(line: str) -> bool:
    return len(line) <= _LONGEST_HEADER and bool(_ACTIONS.fullmatch(line) or _VOTES.fullmatch(line))


def _between(
    text: str, lines: list[tuple[int, int, str]], headers: list[_Header], ends: list[tuple[int, int]]
) -> Iterator[Part]:
    """Yield the stretches between headers and ends of comments that hold more than white space."""
    quoted = [(start, end) for start, end, line in lines if line.startswith(">")] if headers else []
    marks = [(each.start, each.end, each.author, "header") for each in headers]
    marks += [(start, end, None, "end") for start, end in ends]
    marks += [(start, end, None, "quote") for start, end in quoted]
    marks.sort()
    is_thread_from = 0 if not headers else marks[0][0]
    at, author, has_words = 0, None, False
    for start, end, name, mark in [*marks, (len(text), len(text), None, "end")]:
        if start < at:  # a name above its time: the line of the time was read already
            continue
        if found := _stripped(text, at, start, author):
            if found.start >= is_thread_from:
                yield found
            has_words = True
        if mark == "quote":
            yield Part(*_stripped(text, start, end, None) or Part(start, end, None))
        elif mark == "header":
            author, has_words = name, False
        elif has_words:  # buttons above the words belong to the author above them
            author = None
        at = end


def _stripped(text: str, start: int, end: int, author: str | None) -> Part | None:
    stretch = text[start:end]
    bare = stretch.strip().strip("\ufeff").strip()
    if not bare:
        return None
    begin = start + stretch.index(bare)
    return Part(begin, begin + len(bare), author)
