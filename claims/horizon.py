"""Until when a claim speaks: the deadlines in a sentence, and the usual one where it names none."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from claims.lexicons import with_plain_apostrophes
from forecasts.deadlines import parse_deadline
from forecasts.errors import InvalidInputError

SHORTEST_RUN = timedelta(days=45)
"""A question that closes sooner leaves no time to debate it."""

LONGEST_RUN = timedelta(days=3 * 365)
"""A question that closes later is no longer about what the members can follow."""

_USUAL_RUN = timedelta(days=150)
_READ_UP_TO = 1000
_DECADE = 10

_MONTH = "(?:Jan|Febr?|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*"
_YEAR = r"20\d\d"
_TH = r"(?:st|nd|rd|th)?"
_PERIOD = (
    rf"(?:\d{{1,2}}{_TH}(?: of)? {_MONTH}(?:,? {_YEAR})?|{_MONTH}(?: \d{{1,2}}{_TH})?(?:,? {_YEAR})?"
    rf"|[QH][1-4](?: (?:of )?{_YEAR})?|{_YEAR}|(?:next|this|the) (?:year|quarter|month)|year)"
)
_EDGE = r"(?:(?:the )?(?:very )?(?:end|middle|start|beginning|close) of |mid-?|(?:early|late)(?: in)?-? ?)?"
_STATED = re.compile(
    r"\b(?i:by|on|before|until|through|in|during|no later than|as (?:early|late|soon) as|for|come) (?:the )?"
    rf"(?P<period>year-end|(?:the )?year's end|end of (?:the )?year|{_EDGE}{_PERIOD})(?![\w'-])"
)
_BARE = re.compile(
    rf"\b(?P<period>(?:next|this) year|year-end|mid-{_YEAR}|end of {_YEAR}|H[12] {_YEAR}|Q[1-4] {_YEAR})\b"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
           "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "eighteen": 18, "twenty-four": 24}  # fmt: skip
_AHEAD = re.compile(
    rf"""\b(?:within|in|over|for(?=[ ]the[ ]next))(?:[ ]the)?(?:[ ](?:next|coming|following))?[ ]
    (?: (?P<few>a[ ]few|few|couple[ ]of|several|coming|next)
      | (?:[a-z\d]+[ ]?(?:-|–|to)[ ]?)?(?P<count>\d{{1,2}}|{"|".join(_COUNTS)}) )
    (?:[ ]more)?[ ](?P<unit>week|month|quarter|year)s?(?![ ](?:ago|old|before|earlier|of))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_FEW = 3
_SEASON = re.compile(
    r"\b(?:by|before|in|this|next|the end of)(?: the)? (?P<season>spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)
_LAST_MONTH = {"spring": 5, "summer": 8, "autumn": 11, "winter": 2}
_DECADES_END = re.compile(
    r"\b(?:the )?end of (?:the|this) decade\b|\b(?:this )?decade's end\b|\bthis decade\b", re.IGNORECASE
)
_ELECTION = re.compile(
    r"\b(?:by|before|until|in|at|after) the (?:next |coming |upcoming )?"
    r"(?P<which>(?:presidential |general |midterm )?elections?|midterms)\b",
    re.IGNORECASE,
)


def deadline_in(text: str, *, today: date) -> date | None:
    """Find the first deadline that a sentence names and that is not over.

    Parameters
    ----------
    text
        A sentence: "by year-end", "by mid-2027", "in Q3", "within six months", "next year", "this summer",
        "by March", "by the end of the decade", "in the coming years", "before the next election".
    today
        Only later days count. "In the coming years" is taken as three; an election is the next federal
        one of the United States.

    Returns
    -------
    date or None
        The last day meant; None where the sentence names none, or one that is over.

    Examples
    --------
    >>> str(deadline_in("The gap closes by mid-2027.", today=date(2026, 5, 4)))
    '2027-06-30'
    >>> str(deadline_in("Prices will double within six months.", today=date(2026, 5, 4)))
    '2026-11-04'
    >>> deadline_in("It fell in 2019.", today=date(2026, 5, 4)) is None
    True
    """
    plain = with_plain_apostrophes(text[:_READ_UP_TO])
    found = [
        (match.start(), day)
        for pattern, read in _GRAMMAR
        for match in pattern.finditer(plain)
        if (day := read(match, today)) is not None and day > today
    ]
    return min(found)[1] if found else None


def horizon(text: str, *, today: date) -> date:
    """Give the day by which a question about a sentence is settled.

    The deadline of the sentence where it leaves 45 days to three years, else the usual
    one.

    Examples
    --------
    >>> str(horizon("The dollar will collapse by 2050.", today=date(2026, 5, 4)))
    '2026-12-31'
    """
    stated = deadline_in(text, today=today)
    if stated is not None and SHORTEST_RUN <= stated - today <= LONGEST_RUN:
        return stated
    return usual_deadline(today)


def usual_deadline(today: date) -> date:
    """Give the first 30 June or 31 December that is at least 150 days away.

    Examples
    --------
    >>> str(usual_deadline(date(2026, 11, 22)))
    '2027-06-30'
    """
    first = today + _USUAL_RUN
    return date(first.year, 6, 30) if first <= date(first.year, 6, 30) else date(first.year, 12, 31)


def _stated(match: re.Match[str], today: date) -> date | None:
    words = re.sub(r"^(?:early|late)(?: in)?[- ]*", "", match["period"])
    words = re.sub(r"\bvery |\bof (?=Q|H|20)", "", words).replace("close of", "end of")
    words = re.sub(r"^(?:the )?(?:end of )?(?:the )?(?:year|year's end)$", "year-end", words)
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    try:
        return parse_deadline(words, now=now, zone=ZoneInfo("UTC")).date()
    except InvalidInputError:
        return None  # over, or too far away


def _ahead(match: re.Match[str], today: date) -> date:
    word = (match["count"] or "").lower()
    count = _FEW if match["few"] else int(word) if word.isdecimal() else _COUNTS[word]
    unit = match["unit"].lower()
    if unit == "week":
        return today + timedelta(weeks=count)
    return _months_later(today, count * {"month": 1, "quarter": 3, "year": 12}[unit])


def _season(match: re.Match[str], today: date) -> date:
    month = _LAST_MONTH[match["season"].lower()]
    ends = (_months_later(date(today.year + years, month, 1), 1) - timedelta(days=1) for years in (0, 1))
    return next(day for day in ends if day > today)


def _decades_end(_: re.Match[str], today: date) -> date:
    return date(today.year // _DECADE * _DECADE + _DECADE - 1, 12, 31)


def _election(match: re.Match[str], today: date) -> date:
    """Read the day before the next federal election: the Tuesday after the first Monday of November."""
    which = match["which"].lower()
    rests = (0,) if which.startswith("presidential") else (2,) if which.startswith("midterm") else (0, 2)
    for year in range(today.year, today.year + 5):
        first = date(year, 11, 1)
        eve = first + timedelta(days=-first.weekday() % 7)  # the first Monday
        if year % 4 in rests and eve > today:
            return eve
    raise AssertionError(today)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)  # noqa: PLR2004 - December
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


_Reader = Callable[[re.Match[str], date], date | None]
_GRAMMAR: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_STATED, _stated),
    (_BARE, _stated),
    (_AHEAD, _ahead),
    (_SEASON, _season),
    (_DECADES_END, _decades_end),
    (_ELECTION, _election),
)
