"""Dates as questions write them: days, months, quarters, seasons, years and ranges of them."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_NUMBER_OF = {
    name: number for number, full in enumerate(_MONTHS, 1) for name in (full, full[:3], full[:4])
} | {"Sept": 9}
_HALVES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 12),
            "early": (1, 4), "mid": (6, 7), "late": (9, 12), "end": (12, 12)}  # fmt: skip

_M = r"(?:" + "|".join(f"{full[:3]}(?:{full[3:]})?\\.?" if full != "May" else "May" for full in _MONTHS) + ")"
_M = _M.replace(r"Sep(?:tember)?\.?", r"Sept?(?:ember)?\.?")
_D = r"(?:[0-3]?\d)(?:st|nd|rd|th)?"
_Y = r"(?:1[89]|20)\d\d"
_TO = r"\s*(?:to|and|until|through|till|[-–—])\s*"
_LAST_DAY = rf"(?P<d2>{_D})\s+(?P<m2>{_M}),?\s+(?P<y2>{_Y})\b"
_LAST_DAY_US = rf"(?P<m2>{_M})\s+(?P<d2>{_D}),?\s+(?P<y2>{_Y})\b"
_YEAR = rf"(?P<y>{_Y})\b"
_NTH = "(?P<n>first|second|third|fourth)"
_SEASON = "(?P<s>spring|summer|autumn|fall|winter|early|mid|late)"
_NO_AMOUNT = r"(?![,.]\d|/\d|%| ?(?:MW|GW|km|kg|tonnes|people|cases|points)\b| = )"  # and 2020 = 100
_FORMS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("dotted", rf"\b(?P<d>{_D})\.(?P<m>[01]?\d)\.(?P<y>{_Y})\b"),
        ("iso", rf"\b(?P<y>{_Y})-(?P<m>\d\d)-(?P<d>\d\d)\b"),
        ("days", rf"\b(?P<d>{_D})\s+(?P<m>{_M})(?:,?\s+(?P<y>{_Y}))?{_TO}{_LAST_DAY}"),
        ("days", rf"\b(?P<d>{_D}){_TO}{_LAST_DAY}"),
        ("days", rf"\b(?P<m>{_M})\s+(?P<d>{_D})(?:,?\s+(?P<y>{_Y}))?{_TO}{_LAST_DAY_US}"),
        ("day", rf"\b(?P<d>{_D})\s+(?:of\s+)?(?P<m>{_M}),?\s+(?P<y>{_Y})\b"),
        ("day", rf"\b(?P<m>{_M})\s+(?P<d>{_D}),?\s+(?P<y>{_Y})\b"),
        ("months", rf"\b(?P<m>{_M})(?:\s+(?P<y>{_Y}))?{_TO}(?P<m2>{_M})\s+(?P<y2>{_Y})\b"),
        ("month", rf"\b(?P<m>{_M}),?\s+(?:of\s+)?(?P<y>{_Y})\b"),
        ("part", rf"(?i)\b{_NTH}[ -](?P<u>quarter|half)(?: of)?(?: the)?(?: calendar)?(?: year)? {_YEAR}"),
        ("part", rf"\b(?P<u>Q|H)(?P<n>[1-4])\s*(?:of\s+)?(?P<y>{_Y})\b"),
        ("part", rf"\b(?P<y>{_Y})[\s-]?(?P<u>Q|H)(?P<n>[1-4])\b"),
        ("season", rf"(?i)\b{_SEASON}(?: in| of)?[\s-]*(?P<y>{_Y})\b"),
        ("season", rf"(?i)\b(?P<s>end)\s+of\s+(?:the\s+)?(?:calendar\s+)?(?:year\s+)?(?P<y>{_Y})\b"),
        ("yearend", rf"(?i)\b(?:year[\s-]end|end-)\s*(?P<y>{_Y})\b"),
        ("years", rf"(?<![\d,.$€£/-])\b(?P<y>{_Y})\s*[-–/]\s*(?P<y2>{_Y}|\d\d)\b(?!\d)"),
        ("year", rf"(?<![\d,.$€£¥/@-])(?<!Act )(?<!Regulation )\b(?P<y>{_Y})\b{_NO_AMOUNT}"),
    )
)  # fmt: skip
_CUE_LENGTH = 32


class Precision(IntEnum):
    """How closely a mention names its time."""

    YEAR = 1
    MONTH = 2
    DAY = 3


@dataclass(frozen=True, slots=True)
class Period:
    """A time that a text names.

    Attributes
    ----------
    first, last
        Its first and last day; "before 1 October 2027" ends on 30 September.
    precision
        Of its last day.
    text, cue
        The words, and those just before them in lower case.
    """

    first: date
    last: date
    precision: Precision
    text: str
    cue: str

    def overlaps(self, other: "Period") -> bool:
        """Tell whether the two have a day in common.

        Examples
        --------
        >>> june, year = periods("June 2027, in 2027")
        >>> june.overlaps(year)
        True
        """
        return self.first <= other.last and other.first <= self.last


def periods(text: str) -> list[Period]:
    """Find the times that a text names with their year, in reading order.

    Examples
    --------
    >>> [str(period.last) for period in periods("before 1 October 2027, by Q2 2028 or at year-end")]
    ['2027-09-30', '2028-06-30']
    """
    found = sorted(_found(text), key=lambda each: each[1].start())
    return [period for name, each in found if (period := _period(name, each, text)) is not None]


def impossible_dates(text: str) -> list[str]:
    """Days that no calendar has.

    Examples
    --------
    >>> impossible_dates("between 1 and 31 June 2027")
    ['1 and 31 June 2027']
    """
    return [found.group() for name, found in _found(text) if _span(name, found) is None]


def _found(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    taken: list[tuple[int, int]] = []
    for name, pattern in _FORMS:
        for found in pattern.finditer(text):
            if not any(found.start() < end and start < found.end() for start, end in taken):
                taken.append(found.span())
                yield name, found


def _period(name: str, found: re.Match[str], text: str) -> Period | None:
    span = _span(name, found)
    if span is None:
        return None
    first, last, precision = span
    cue = text[max(0, found.start() - _CUE_LENGTH) : found.start()].lower()
    if re.search(r"(?<!or )\bbefore\s+(?:the\s+)?$", cue):
        last = first = first - timedelta(days=1)
        precision = max(precision, Precision.MONTH)
    elif re.search(r"\bend of\s+$", cue):
        first, precision = last, Precision.DAY
    elif re.search(r"\b(?:beginning|start)\s+of\s+$", cue):
        last = first
    elif re.search(r"\bfirst\s+(?:week|days)\s+of\s+$", cue):
        last = first + timedelta(days=6)
    return Period(first, last, precision, found.group(), cue)


def _span(name: str, found: re.Match[str]) -> tuple[date, date, Precision] | None:
    part = found.groupdict()
    try:
        match name:
            case "iso" | "dotted" | "day":
                day = _day(part["y"], part["m"], part["d"])
                return day, day, Precision.DAY
            case "days":
                last = _day(part["y2"], part["m2"], part["d2"])
                first = _day(part.get("y") or part["y2"], part.get("m") or part["m2"], part["d"])
                return _in_order(first, last), last, Precision.DAY
            case "month":
                return *_months(int(part["y"]), _month(part["m"]), _month(part["m"])), Precision.MONTH
            case "months":
                last_year, until = int(part["y2"]), _month(part["m2"])
                since = _month(part["m"])
                first_year = int(part["y"] or last_year - (since > until))
                last = _months(last_year, until, until)[1]
                return _months(first_year, since, since)[0], last, Precision.MONTH
            case _:
                return _coarse(name, part)
    except ValueError:
        return None


def _coarse(name: str, part: dict[str, str]) -> tuple[date, date, Precision]:
    year = int(part["y"])
    match name:
        case "part":
            length = 3 if part["u"].lower() in {"q", "quarter"} else 6
            until = _HALVES[part["n"].lower()] * length
            return *_months(year, until - length + 1, until), Precision.MONTH
        case "season":
            return *_months(year, *_SEASONS[part["s"].lower()]), Precision.MONTH
        case "yearend":
            return date(year, 12, 31), date(year, 12, 31), Precision.DAY
        case "years":
            until = int(part["y2"]) if len(part["y2"]) == 4 else year // 100 * 100 + int(part["y2"])  # noqa: PLR2004
            return date(year, 1, 1), date(max(year, until), 12, 31), Precision.YEAR
        case _:
            return date(year, 1, 1), date(year, 12, 31), Precision.YEAR


def _in_order(first: date, last: date) -> date:
    return first.replace(year=first.year - 1) if first > last else first  # "1 December to 28 February 2028"


def _month(name: str) -> int:
    return int(name) if name.isdigit() else _NUMBER_OF[name.rstrip(".")]


def _day(year: str, month: str, day: str) -> date:
    return date(int(year), _month(month), int(re.sub(r"\D", "", day)))


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    if last > 12:  # noqa: PLR2004
        raise ValueError(last)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
