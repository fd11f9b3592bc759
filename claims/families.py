"""The families of questions: an indicator, a day and perhaps a threshold make the texts of a question."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from claims.indicators import Indicator

THRESHOLD_BLANK = "[threshold?]"

_BLANK = re.compile(r"\[[^\]\n]{3,60}\?\]")
_SLACK = timedelta(days=30)
_DOWN = ("lower", "smaller")
_OPPOSITE = {"higher": "lower", "lower": "higher", "smaller": "larger", "larger": "smaller"}
_ORDINALS = ("first", "second", "third", "fourth")
_DRAWDOWN = "20 %"
_DECEMBER = 12
_MOST_OF_A_YEAR = timedelta(days=120)  # later than that, a year's figure is nearly known


@dataclass(frozen=True)
class Wanted:
    """What claims say of an indicator, as far as they say it.

    Attributes
    ----------
    direction
        ``higher``, ``lower``, ``smaller`` or ``larger``; empty where they say none.
    threshold
        A figure with its unit as a title writes it ("$500 million", "30 %", "1,000 TWh"), or empty.
    names
        What fills the slots of a few indicators: ``lab``, ``company``; a missing one stays a blank.
    """

    direction: str
    threshold: str
    names: dict[str, str]


@dataclass(frozen=True)
class Texts:
    """The texts of a question and its days.

    Attributes
    ----------
    title, criteria, fine_print, source
        As members read them.
    kind, options
        ``binary`` and none, or ``choice`` or ``ladder`` with what can be chosen.
    closes_on, resolves_on
        Last day for forecasts; day by which the outcome is published.
    default_outcome
        ``"no"`` where silence means that it didn't happen, else None.
    """

    title: str
    kind: str
    options: tuple[str, ...]
    criteria: str
    fine_print: str
    source: str
    closes_on: date
    resolves_on: date
    default_outcome: str | None


def blanks_in(*texts: str) -> tuple[str, ...]:
    """List the blanks that texts leave to a moderator, each once.

    Examples
    --------
    >>> blanks_in("Will [which bill?] pass by [date?]?", "[which bill?]")
    ('[which bill?]', '[date?]')
    """
    return tuple(dict.fromkeys(blank for text in texts for blank in _BLANK.findall(text)))


def question_about(indicator: Indicator, wanted: Wanted, *, today: date, deadline: date) -> Texts:
    """Write the question of an indicator.

    Parameters
    ----------
    indicator
        What it resolves by.
    wanted
        Direction, threshold and names from the claims; what is missing is asked as the registry says, or
        stays a blank.
    today, deadline
        When it opens, and the day by which it is to be settled; a period is the last that ends by then.

    Examples
    --------
    >>> from claims.indicators import registry
    >>> nothing = Wanted("", "", {})
    >>> days = {"today": date(2026, 5, 4), "deadline": date(2026, 12, 31)}
    >>> question_about(registry()["us-coal"], nothing, **days).title
    'Will US electricity generation from coal be higher for December 2026 than for December 2025?'
    >>> question_about(registry()["fusion-grid"], nothing, **days).default_outcome
    'no'
    """
    if indicator.options:
        return _choice(indicator, today, deadline)
    if indicator.event:
        return _happens(indicator, wanted, today, deadline)
    if indicator.compare == "peak":
        return _falls_from_its_peak(indicator, wanted, today, deadline)
    return _figure(indicator, wanted, today, deadline)


def written(day: date) -> str:
    """Give a date as titles and criteria write it.

    Examples
    --------
    >>> written(date(2026, 12, 31))
    '31 December 2026'
    """
    return f"{day.day} {day:%B %Y}"


def _choice(indicator: Indicator, today: date, deadline: date) -> Texts:
    days = {"date": written(deadline), "today": written(today)}
    resolves_on = _resolves_on(indicator, deadline)
    return Texts(
        title=indicator.ask.format(**days),
        kind=indicator.kind,
        options=indicator.options,
        criteria=f"{indicator.rule.format(**days)} Source: {indicator.source}.",
        fine_print=_fine_print(indicator, resolves_on),
        source=indicator.source,
        closes_on=deadline,
        resolves_on=resolves_on,
        default_outcome=None,
    )


def _happens(indicator: Indicator, wanted: Wanted, today: date, deadline: date) -> Texts:
    slots = {"lab": "[which developer?]", "company": "[which company?]"} | wanted.names
    slots["threshold"] = wanted.threshold.removesuffix(" %") or THRESHOLD_BLANK
    resolves_on = _resolves_on(indicator, deadline)
    return Texts(
        title=f"Will {indicator.event.format(**slots)} by {written(deadline)}?",
        kind="binary",
        options=(),
        criteria=(
            f"Resolves YES if {indicator.source} shows that, after {written(today)} and by "
            f"{written(deadline)}, {indicator.happened.format(**slots)}. Otherwise it resolves NO."
        ),
        fine_print=f"{_NOT_YET[indicator.family]} {_fine_print(indicator, resolves_on)}",
        source=indicator.source,
        closes_on=deadline,
        resolves_on=resolves_on,
        default_outcome="no",
    )


def _falls_from_its_peak(indicator: Indicator, wanted: Wanted, today: date, deadline: date) -> Texts:
    fall = wanted.threshold or _DRAWDOWN
    resolves_on = _resolves_on(indicator, deadline)
    return Texts(
        title=f"Will {indicator.name} close {fall} or more below its record high by {written(deadline)}?",
        kind="binary",
        options=(),
        criteria=(
            f"Resolves YES if, on at least one trading day after {written(today)} and by "
            f"{written(deadline)}, the closing value of {indicator.name} is {fall} or more "
            f"below its highest closing value before that day, by {indicator.source}. Otherwise NO."
        ),
        fine_print=f"Values during a trading day don't count. {_fine_print(indicator, resolves_on)}",
        source=indicator.source,
        closes_on=deadline,
        resolves_on=resolves_on,
        default_outcome="no",
    )


def _figure(indicator: Indicator, wanted: Wanted, today: date, deadline: date) -> Texts:
    period, before, ends_on = _period(indicator, today, deadline)
    name = indicator.name.format(**{"company": "[which company?]"} | wanted.names)
    source = indicator.source.format(**{"company": "[which company?]"} | wanted.names)
    direction = wanted.direction or indicator.direction
    if wanted.threshold or indicator.compare == "blank":
        bound = "at most" if direction in _DOWN else "at least"
        threshold = wanted.threshold or _blank_with_unit(indicator)
        title = f"Will {name} be {bound} {threshold} {period}?"
        rule = f"{_bare(name)} {period}, as first published by {source}, is {bound} {threshold}"
        misses = "Any other figure resolves NO."
    else:
        title = f"Will {name} be {direction} {period} than {before}?"
        rule = (
            f"{_bare(name)} {period}, in {indicator.unit}, as first published by {source}, "
            f"is {direction} than the figure {before}"
        )
        misses = f"An equal or a {_OPPOSITE[direction]} figure resolves NO."
    resolves_on = _resolves_on(indicator, ends_on)
    return Texts(
        title=title,
        kind="binary",
        options=(),
        criteria=f"Resolves YES if {rule}. {misses}",
        fine_print=f"{_FIRST_FIGURE[indicator.compare]} {_fine_print(indicator, resolves_on)}",
        source=source,
        closes_on=ends_on,
        resolves_on=resolves_on,
        default_outcome=None,
    )


def _period(indicator: Indicator, today: date, deadline: date) -> tuple[str, str, date]:
    """Name the last period that ends by the deadline, the one to compare it with, and give its last day."""
    if indicator.cadence == "daily":
        return f"on {written(deadline)}", f"on {written(today)}", deadline
    months = {"monthly": 1, "quarterly": 3, "annual": 12}[indicator.cadence]
    ends_on = _last_end(deadline, months)
    while ends_on - today < (_MOST_OF_A_YEAR if months == _DECEMBER else _SLACK):
        ends_on = _last_end(ends_on + timedelta(days=32 * months), months)
    year = ends_on.year
    if months == _DECEMBER:
        return f"for {year}", f"for {year - 1}", ends_on
    if months == 1:
        return f"for {ends_on:%B} {year}", f"for {ends_on:%B} {year - 1}", ends_on
    if indicator.family == "company":
        return f"in the fiscal quarter that includes 1 {ends_on:%B %Y}", "a year earlier", ends_on
    quarter = _ORDINALS[ends_on.month // 3 - 1]
    return f"for the {quarter} quarter of {year}", f"for the {quarter} quarter of {year - 1}", ends_on


def _last_end(deadline: date, months: int) -> date:
    """Find the last day of the last month, quarter or year that is over by the end of a day."""
    whole = (deadline + timedelta(days=1)).year * 12 + (deadline + timedelta(days=1)).month - 1
    year, month = divmod(whole - whole % months - 1, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def _resolves_on(indicator: Indicator, ends_on: date) -> date:
    # A company's quarter can end two months after the month that names it.
    return (
        ends_on
        + timedelta(days=indicator.lag_days + (60 if indicator.family == "company" else 0))
        + _SLACK / 2
    )


def _fine_print(indicator: Indicator, resolves_on: date) -> str:
    return (
        f"If the source has vanished or no longer says, {indicator.fallback} is used instead; if neither "
        f"can be read by {written(resolves_on)}, the question is annulled."
    )


def _blank_with_unit(indicator: Indicator) -> str:
    if indicator.scale == "%":
        return f"{THRESHOLD_BLANK} %"
    if indicator.scale in ("$", "£", "€"):
        return f"{indicator.scale}{THRESHOLD_BLANK}"
    return f"{THRESHOLD_BLANK} {indicator.unit}"


def _bare(name: str) -> str:
    return name.removesuffix(",")


_NOT_YET = {
    "rule": "Proposals, drafts and announcements don't count; a rule suspended later still does.",
    "event": "Plans, rumours and forecasts of it don't count.",
    "open-weights": "Access through an API alone doesn't count, nor does a new size of an older model.",
    "leaderboard": "Previews count once they stand on the leaderboard.",
    "number": "A figure that is revised later counts as first published.",
    "macro": "A figure that is revised later counts as first published.",
}
_FIRST_FIGURE = {
    "year": "Both figures are those of the first release that holds the later one; revisions don't count.",
    "today": "Where a day has no reading, the last one before it counts; later revisions don't.",
    "blank": "The first published figure counts, on a day without one the last before it; revisions don't.",
}
