"""Deadlines as people type them, in their community's zone."""

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from forecasts.errors import InvalidInputError
from forecasts.probability import MAX_TYPED, plain_input, quoted

END_OF_DAY = time(23, 59)
"""What a date without a time means."""

MAX_YEARS_AHEAD = 10

_EXAMPLES = "Type a day or a period, such as 31 Dec, Friday 18:00, in 3 weeks, Q3, mid-2027 or year-end."
_DAY = timedelta(days=1)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NEAR_DAYS = {"day": 0, "today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2}
_UNIT_DAYS = {"d": 1, "w": 7, "f": 14}
_UNIT_MONTHS = {"m": 1, "q": 3, "y": 12}
_INITIALS = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}


class Span(NamedTuple):
    """The days that were named; a deadline falls on the last one."""

    first: date
    last: date


def parse_deadline(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """Read a deadline the way its author meant it.

    A day or period without a time ends at 23:59 of its last day; a time is taken exactly, and a number of
    hours is counted from `now`. Without a year the next such day is meant. A time that a clock change
    skips or repeats is the later of its two readings, so that nobody is cut off early.

    Parameters
    ----------
    text
        ``31 Dec``, ``2026-12-31 18:00``, ``in 3 weeks``, ``next Friday`` (of next week), ``mid-2027``,
        ``Q3``, ``end of March``, ``by year-end``, ``before 2028`` (so the end of 2027) ...
    now
        The present, aware.
    zone
        The community's zone, in which days begin and end.

    Returns
    -------
    datetime
        In UTC, after `now`, on a day at most ten years ahead.

    Raises
    ------
    InvalidInputError
        If it can't be read, has two readings, doesn't exist, is over or too far away.

    Examples
    --------
    >>> now = datetime(2026, 10, 7, 12, tzinfo=UTC)
    >>> str(parse_deadline("31 Dec", now=now, zone=ZoneInfo("Europe/Berlin")))
    '2026-12-31 22:59:00+00:00'
    >>> str(parse_deadline("Friday 18:00", now=now, zone=ZoneInfo("Europe/Berlin")))
    '2026-10-09 16:00:00+00:00'
    """
    typed = _simplified(text) if len(text) <= MAX_TYPED else ""
    today = now.astimezone(zone).date()
    moments = _moments(typed, now, zone)
    if moments is None:
        raise InvalidInputError(f"I can't read {quoted(text)} as a deadline. {_EXAMPLES}")
    if not moments:
        raise InvalidInputError(f"There is no such day as {quoted(text)}. {_EXAMPLES}")
    moment = next((moment for moment in moments if moment > now), None)
    if moment is None:
        raise InvalidInputError(f"{quoted(text)} is already over. {_EXAMPLES}")
    day = moment.astimezone(zone).date()
    if day > _months_later(today, 12 * MAX_YEARS_AHEAD):
        raise InvalidInputError(f"{quoted(text)} is more than {MAX_YEARS_AHEAD} years away. {_EXAMPLES}")
    stated = _STATED_WEEKDAY.search(typed)
    if stated and _weekday_of(stated["weekday"]) != day.weekday():
        raise InvalidInputError(f"{quoted(text)}: {day:%Y-%m-%d} is a {day:%A}. Type the date alone.")
    return moment


def _simplified(text: str) -> str:
    """Leave only the words and numbers that carry meaning: "by the 31st of Dec." is "31st dec"."""
    typed = plain_input(text)
    for pattern, replacement in _SIMPLIFICATIONS:
        typed = pattern.sub(replacement, typed)
    return " ".join(typed.split())


def _moments(typed: str, now: datetime, zone: ZoneInfo) -> list[datetime] | None:
    """List what a text can mean, nearest first; None if it isn't a deadline at all."""
    if short := _HOURS.fullmatch(typed):
        unit = timedelta(hours=1) if short["hours"] else timedelta(minutes=1)
        return [now.astimezone(UTC) + _number(short["count"]) * unit]
    today = now.astimezone(zone).date()
    clock = _CLOCK.search(typed)
    if clock is None:
        words, at, place = typed, END_OF_DAY, None
    else:
        words = f"{typed[: clock.start()]} {typed[clock.end() :]}".strip().removeprefix("before").strip()
        at, place = _time(clock), _stated_zone(clock)
    days = _days(words, today) if words or clock is None else [today, today + _DAY]
    return None if days is None else [_later_reading(day, at, place or zone) for day in days]


def _days(words: str, today: date) -> list[date] | None:
    words = _STATED_WEEKDAY.sub("", words)
    for pattern, reader in _GRAMMAR:
        if match := pattern.fullmatch(words):
            spans = list(reader(match, today))
            if match["start"]:
                return [span.first for span in spans]
            if match["mid"]:
                return [_middle(span) for span in spans]
            if match["before"] and not (match["start_end"] or match["end"]):
                return [span.first - _DAY for span in spans]
            return [span.last for span in spans]
    return None


def _time(clock: re.Match[str]) -> time:
    if clock["word"]:
        return time(12) if clock["word"] == "noon" else END_OF_DAY
    if clock["half"]:
        return time(int(clock["hour12"]) % 12 + 12 * (clock["half"] == "pm"), int(clock["minute12"] or 0))
    return time(int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0))


def _stated_zone(clock: re.Match[str]) -> tzinfo | None:
    if clock["sign"]:
        offset = timedelta(hours=int(clock["offset"][:2]), minutes=int(clock["offset"][-2:]))
        return timezone(-offset if clock["sign"] == "-" else offset)
    return UTC if clock["utc"] else None


def _later_reading(day: date, at: time, place: tzinfo) -> datetime:
    # With fold=0 a skipped time lies after the gap; with fold=1 a repeated one is its second pass.
    local = datetime.combine(day, at, tzinfo=place)
    return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def _middle(span: Span) -> date:
    """Find the middle as people mean it: 30 June of a year, the 15th of a month."""
    months = 12 * (span.last.year - span.first.year) + span.last.month - span.first.month + 1
    if (span.last + _DAY).day != 1 or span.first.day != 1:
        return span.first + (span.last - span.first) // 2
    middle_month = _months_later(span.first, months // 2)
    return middle_month.replace(day=15) if months % 2 else middle_month - _DAY


def _months_later(day: date, months: int) -> date:
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _number(word: str) -> int:
    if word.isdecimal():
        return int(word)
    return _COUNTS.index(word) + 1 if word in _COUNTS else 1  # a week, an hour


def _near_day(match: re.Match[str], today: date) -> Iterator[Span]:
    day = today + _NEAR_DAYS[match["near"]] * _DAY
    yield Span(day, day)


def _days_ahead(match: re.Match[str], today: date) -> Iterator[Span]:
    day = today + _number(match["count"]) * _UNIT_DAYS[match["unit"][0]] * _DAY
    yield Span(day, day)


def _months_ahead(match: re.Match[str], today: date) -> Iterator[Span]:
    day = _months_later(today, _number(match["count"]) * _UNIT_MONTHS[match["unit"][0]])
    yield Span(day, day)


def _running_week(match: re.Match[str], today: date) -> Iterator[Span]:
    for weeks in _this_and_next(match):
        monday = today + (7 * weeks - today.weekday()) * _DAY
        yield Span(monday, monday + 6 * _DAY)


def _running_months(match: re.Match[str], today: date) -> Iterator[Span]:
    months = _UNIT_MONTHS[match["unit"][0]]
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    for place in _this_and_next(match):
        yield _months_from(_months_later(first, place * months), months)


def _weekday(match: re.Match[str], today: date) -> Iterator[Span]:
    for weeks in _this_and_next(match):
        day = today + (_weekday_of(match["weekday"]) - today.weekday() + 7 * weeks) * _DAY
        yield Span(day, day)


def _this_and_next(match: re.Match[str]) -> tuple[int, ...]:
    return (1,) if match["next"] else (0, 1)  # Monday, said on a Wednesday, is the coming one


def _dated(match: re.Match[str], today: date) -> Iterator[Span]:
    """Read a day, month, quarter, half or year of the calendar, each coming year if none is stated."""
    named = {"year": None, "half": None, "quarter": None, "month": None, "day": None} | match.groupdict()
    for year in _years(named["year"], today):
        if named["half"]:
            yield _months_from(date(year, 6 * int(named["half"]) - 5, 1), 6)
        elif named["quarter"]:
            yield _months_from(date(year, 3 * int(named["quarter"]) - 2, 1), 3)
        elif named["month"] and named["day"]:
            yield from _existing_day(year, _month(named["month"]), int(named["day"]))
        elif named["month"]:
            yield _months_from(date(year, _month(named["month"]), 1), 1)
        else:
            yield _months_from(date(year, 1, 1), 12)


def _slashed(match: re.Match[str], today: date) -> Iterator[Span]:
    """Read 31/12 and 12/31; both orders are in use, so 3/4 is asked back."""
    one, two = int(match["one"]), int(match["two"])
    if max(one, two) <= len(_MONTHS) and one != two:
        coming = (
            f"{match['year'] or today.year + ((month, day) < (today.month, today.day))}-{month:02}-{day:02}"
            for month, day in ((two, one), (one, two))
        )
        raise InvalidInputError(
            f"{quoted(match[0])} has two readings. Type it with the year first, {' or '.join(coming)}, "
            "or with the month's name."
        )
    for year in _years(match["year"], today):
        yield from _existing_day(year, min(one, two), max(one, two))


def _years(stated: str | None, today: date) -> range:
    if stated is None:
        return range(today.year, today.year + 9)  # 29 February can be eight years away
    year = int(stated) if len(stated) > 2 else 2000 + int(stated)  # noqa: PLR2004 - 31.12.26
    return range(year, year + 1)


def _months_from(first: date, months: int) -> Span:
    return Span(first, _months_later(first, months) - _DAY)


def _existing_day(year: int, month: int, day: int) -> Iterator[Span]:
    if 1 <= month <= len(_MONTHS) and 1 <= day <= calendar.monthrange(year, month)[1]:
        yield Span(date(year, month, day), date(year, month, day))


def _month(written: str) -> int:
    return int(written) if written.isdecimal() else _MONTHS.index(written[:3]) + 1


def _weekday_of(written: str) -> int:
    return _WEEKDAYS.index(written[:3])


_SIMPLIFICATIONS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<=\d)t(?=\d)"), " "),  # 2026-12-31T18:00
    (re.compile(r"\b([ap])\.m\b\.?"), r"\1m"),
    (re.compile(r"(?<=[a-z])\.|(?<=\d)\.(?=\s|$)"), " "),  # Dec. and 31.
    (re.compile(r"(?<=[a-z])-|-(?=[a-z])"), " "),  # year-end, mid-2027
    (re.compile(r"['’]s?(?=\s|$)"), ""),  # year's end, 3 weeks' time
    (re.compile(r"\beo([dwmqy])\b"), lambda match: f"end {_INITIALS[match[1]]}"),
    (re.compile(r"\b(?:by|no later than|until|till|on|at|in|within|of|the|this|from now|time)\b|,"), " "),
)

_CLOCK = re.compile(
    r"""
    (?<![\w:.+-])
    (?: (?P<hour12> 1[0-2] | 0?[1-9] ) (?: :(?P<minute12> [0-5]\d ) )? [ ]? (?P<half> [ap]m )
      | (?P<hour> [01]?\d | 2[0-3] ) : (?P<minute> [0-5]\d ) (?: :(?P<second> [0-5]\d ) (?: \.\d+ )? )?
      | (?P<word> noon | midnight ) )
    (?: [ ]? (?P<utc> z | utc | gmt ) | (?P<sign> [+-] ) (?P<offset> (?: 0\d | 1[0-4] ) :? [0-5]\d ) )?
    (?![\w:])
    """,
    re.VERBOSE,
)
_COUNT = rf"(?:next )?(?P<count>\d{{1,3}}|an?|{'|'.join(_COUNTS)}) ?"
_HOURS = re.compile(_COUNT + r"(?:(?P<hours>h|hrs?|hours?)|mins?|minutes?)")
_WEEKDAY = "(?P<weekday>(?:mon|fri|sun)(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|sat(?:urday)?)"
_STATED_WEEKDAY = re.compile(rf"\b{_WEEKDAY} (?=.*\d)")

_NEXT = "(?P<next>next )?"
_YEAR = r"(?P<year>[12]\d{3})"
_MONTH = (
    "(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?|september|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY_OF_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

_Reader = Callable[[re.Match[str], date], Iterator[Span]]
_READERS: tuple[tuple[str, _Reader], ...] = (
    (f"(?P<near>{'|'.join(_NEAR_DAYS)})", _near_day),
    (_COUNT + r"(?P<unit>d|days?|w|wks?|weeks?|fortnights?)", _days_ahead),
    (_COUNT + r"(?P<unit>mo|months?|quarters?|y|yrs?|years?)", _months_ahead),
    (_NEXT + "week", _running_week),
    (_NEXT + "(?P<unit>month|quarter|year)", _running_months),
    (_NEXT + _WEEKDAY, _weekday),
    (_YEAR, _dated),
    (rf"(?:q(?P<quarter>[1-4])|h(?P<half>[12]))(?:[ /]?{_YEAR})?", _dated),
    (rf"{_YEAR}[ /]?(?:q(?P<quarter>[1-4])|h(?P<half>[12]))", _dated),
    (rf"{_MONTH}(?: {_YEAR})?", _dated),
    (rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])", _dated),
    (rf"{_YEAR}(?P<separator>[-/.])(?P<month>\d{{1,2}})(?P=separator)(?P<day>\d{{1,2}})", _dated),
    (r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?:\.(?P<year>[12]\d{3}|\d\d))?", _dated),
    (rf"{_DAY_OF_MONTH} ?{_MONTH}(?: {_YEAR})?", _dated),
    (rf"{_MONTH} {_DAY_OF_MONTH}(?: {_YEAR})?", _dated),
    (rf"(?P<one>\d{{1,2}})/(?P<two>\d{{1,2}})(?:/{_YEAR})?", _slashed),
    (rf"(?P<one>\d{{1,2}})-(?P<two>\d{{1,2}})-{_YEAR}", _slashed),
)
_EDGE = "(?P<before>before )?(?:(?:(?P<start>start|beginning)|(?P<mid>middle|mid)|(?P<start_end>end)) ?)?"
_GRAMMAR = tuple((re.compile(f"{_EDGE}(?:{body})(?P<end> end)?"), reader) for body, reader in _READERS)
