"""Options of a ladder and of a choice: each outcome falls under exactly one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from claims.linting.dates import Precision, periods
from claims.linting.question import Fault, Finding, QuestionText
from claims.linting.text import NUMBER_WORDS, words_for

_NUMBER = re.compile(r"(?<![\w.])[-−–+]?(?:[A-Z]{0,3}[$€£¥₹])?\d[\d,]*(?:\.\d+)?(?!\d)")
_SCALES = {
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
}
_SCALE = re.compile(r"\s?(thousand|million|billion|trillion|bn|k|m|b)\b", re.IGNORECASE)
_WORDS = {word: str(number) for word, number in NUMBER_WORDS.items()} | {"none": "0", "no": "0"}
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_OR_MORE = re.compile(
    r"\bor (?:more|higher|above|greater|over|later|better|longer|after|warmer|larger)\b|\d\s*\+"
    r"|\band (?:above|over|more|up|higher)\b|^\s*at least\b|^\s*from\b(?!.*\bto\b)",
    re.IGNORECASE,
)
_ABOVE = re.compile(r"^\s*(?:(?:more|greater|higher) than|above|over|exceeding|after|beyond)", re.IGNORECASE)
_OR_FEWER = re.compile(
    r"\bor (?:fewer|less|lower|below|under|earlier|before|none|shorter|colder)\b|\band (?:below|under)\b"
    r"|^\s*(?:at most|up to|by|on or before|no (?:more|later) than)\b",
    re.IGNORECASE,
)
_BELOW = re.compile(r"^\s*(?:(?:less|fewer|lower) than|below|under|before)", re.IGNORECASE)
_HALF_OPEN = re.compile(r"\b(?:to|but) (?:just )?(?:under|below|less than)\b|\bexclusive\b", re.IGNORECASE)
_ABOVE_LOW = re.compile(r"\b(?:above|over|more\s+than)\b.*\b(?:to|and|up\s+to)\b", re.IGNORECASE)
_DASH = re.compile(r"(?<=[\d%])\s?[-–—](?=\s?[$€£]?\d)")
_SIGN = re.compile(r"(?:[≥≤]|[<>]=?)(?=\s*$)")
_RANK = re.compile(r"\d(?:st|nd|rd|th)\b|^1$|\brank|\bplace\b", re.IGNORECASE)
_NEVER = re.compile(
    r"\b(?:not\s+by|never|not\s+at\s+all|no\s+such|later|not\s+before|none\s+of)\b", re.IGNORECASE
)
_CATCH_ALL = re.compile(
    r"\b(?:others?|another|else|none|nobody|no one|neither|elsewhere|different|remaining|rest|not listed)\b"
    r"|\b(?:somebody|anyone)\b|^no\b|^not\b",
    re.IGNORECASE,
)
_AND_OR = re.compile(r"\s+(?:or|and|and/or|including|incl\.?|with|/)\s+|[/(),]")


@dataclass(frozen=True, slots=True)
class Interval:
    """What an option of a ladder covers, ends included; infinite where it is open."""

    low: float
    high: float
    open_low: bool = False
    open_high: bool = False


def clean_options(question: QuestionText) -> Iterator[Finding]:
    """Options that overlap, leave gaps, or leave an outcome out."""
    if question.kind not in {"choice", "ladder"}:
        return
    options = [" ".join(option.split()) for option in question.options]
    if len(options) < 2:  # noqa: PLR2004
        wrong = f"There are {len(options)} options. Give at least two that cover every outcome."
    elif repeated := {
        option for option in options if [each.lower() for each in options].count(option.lower()) > 1
    }:
        wrong = f"“{min(repeated)}” stands twice. Give each option once."
    else:
        read = _dated(options) or _measured(options, question.kind)
        choice = "" if question.kind == "ladder" else _choice_fault(options, question)
        wrong = _ladder_fault(options, *read) if read else choice
    if wrong:
        yield Finding(Fault.OPTIONS_OVERLAP, wrong)


def _measured(options: Sequence[str], kind: str) -> tuple[list[Interval], float] | None:
    if kind == "choice" and not all(any(map(str.isdigit, option)) for option in options):
        return None
    intervals = [each for each in map(_interval, options) if each is not None]
    return (intervals, _step(options)) if len(intervals) == len(options) else None


def _interval(option: str) -> Interval | None:
    text = _WORD.sub(lambda found: _WORDS[found.group().lower()], option)
    text = _DASH.sub(" to ", text.replace("−", "-"))
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return None
    scales = [_SCALE.match(text, found.end()) for found in numbers]
    last = next((_SCALES[scale.group(1).lower()] for scale in reversed(scales) if scale), 1.0)
    values = [
        float(re.sub(r"[^\d.-]", "", found.group().replace("–", "-")))
        * (_SCALES[scale.group(1).lower()] if scale else last)
        for found, scale in zip(numbers, scales, strict=True)
    ]
    signs = [found.group() if (found := _SIGN.search(text[: number.start()])) else "" for number in numbers]
    return _signed(signs, values) if any(signs) else _worded(text, values)


def _signed(signs: Sequence[str], values: Sequence[float]) -> Interval:
    """Read "≥5 and <8"."""
    low, high, open_low, open_high = -inf, inf, False, False
    for sign, value in zip(signs, values, strict=True):
        if sign in {"<", "≤", "<="}:
            high, open_high = value, sign == "<"
        else:
            low, open_low = value, sign == ">"
    return Interval(low, high, open_low, open_high)


def _worded(text: str, values: Sequence[float]) -> Interval:
    """Read "5 to 8", "8 or more", "below 5"; "2 or 3" is a range too."""
    low, high = min(values), max(values)
    if re.match(r"\s*not\b", text, re.IGNORECASE):
        return Interval(high, inf, open_low=True)
    if re.search(r"\d(?:st|nd|rd|th) or (?:lower|below|worse)\b", text):  # a lower place has a higher number
        return Interval(low, inf)
    if len(values) > 1 and not _OR_MORE.search(text) and not _OR_FEWER.match(text):
        return Interval(low, high, _ABOVE_LOW.search(text) is not None, _HALF_OPEN.search(text) is not None)
    if _ABOVE.search(text):
        return Interval(high, inf, open_low=True)
    if _BELOW.search(text):
        return Interval(-inf, low, open_high=True)
    if _OR_MORE.search(text):
        return Interval(low, inf)
    if _OR_FEWER.search(text):
        return Interval(-inf, high)
    return Interval(low, high)


def _dated(options: Sequence[str]) -> tuple[list[Interval], float] | None:
    found: list[Interval] = []
    every = [periods(option) for option in options]
    if not all(named or _NEVER.search(option) for option, named in zip(options, every, strict=True)) or all(
        each.precision is Precision.YEAR for named in every for each in named
    ):
        return None
    for option, named in zip(options, every, strict=True):
        if not named:  # "Later or never"
            found.append(Interval(max((each.high for each in found), default=-inf), inf, open_low=True))
            continue
        first, last = float(named[0].first.toordinal()), float(named[-1].last.toordinal())
        if re.match(r"\s*before\b", option, re.IGNORECASE) or (
            _OR_FEWER.search(option) and not _NEVER.search(option)
        ):
            found.append(Interval(-inf, last))
        elif _OR_MORE.search(option):
            found.append(Interval(first, inf))
        elif _ABOVE.search(option) or _NEVER.search(option):
            found.append(Interval(last, inf, open_low=True))
        else:
            found.append(Interval(first, last))
    return found, 1.0


def _ladder_fault(options: Sequence[str], intervals: Sequence[Interval], step: float) -> str:
    places = sorted(range(len(options)), key=lambda place: (intervals[place].low, intervals[place].high))
    if min(places, places[::-1]) != list(range(len(options))):
        return "The ranges aren't in order. List them from the lowest to the highest."
    for one, two in pairwise(places):
        if wrong := _between(intervals[one], intervals[two], step):
            return wrong.format(f"“{options[one]}” and “{options[two]}”")
    lowest, highest = options[places[0]], options[places[-1]]
    least = 1 if any(_RANK.search(option) for option in options) else 0
    if least < intervals[places[0]].low:
        return f"Nothing stands below “{lowest}”. Make the lowest range “… or less”."
    if intervals[places[-1]].high != inf and "100%" not in highest.replace(" ", ""):
        return f"Nothing stands above “{highest}”. Make the highest range “… or more”."
    return ""


def _between(lower: Interval, upper: Interval, step: float) -> str:
    """Say what is wrong where two neighbouring ranges meet."""
    distance, near = upper.low - lower.high, step / 1e3
    open_ends = lower.open_high + upper.open_low
    if distance < -near or (abs(distance) <= near and not open_ends):
        return "{} overlap. Let each range end just below the next one."
    if distance > step + near or (distance > near and open_ends) or open_ends > 1:
        return "Between {} is a gap. Let each range begin where the one before ends."
    return ""


def _step(options: Sequence[str]) -> float:
    """Return the unit of the last place that the options print."""
    numbers = [(option, found) for option in options for found in _NUMBER.finditer(option)]
    places = max((len(found.group().partition(".")[2]) for _, found in numbers), default=0)
    scales = [_SCALE.match(option, found.end()) for option, found in numbers]
    scale = max((_SCALES[found.group(1).lower()] for found in scales if found), default=1.0)
    return scale * 10.0**-places


def _choice_fault(options: Sequence[str], question: QuestionText) -> str:
    named = [option for option in options if not _CATCH_ALL.search(option)]
    if (len(options) - len(named)) == 0 and not _enumerated(named, question.criteria):
        return (
            "An outcome that isn't listed has no option. Add “Any other …”, or list them all in the criteria."
        )
    parts = {
        option: {part.strip().lower() for part in _AND_OR.split(option) if part.strip()} for option in named
    }
    for option in named:
        for other in named:
            if option != other and option.lower() in parts[other] and len(parts[other]) > 1:
                return f"“{option}” and “{other}” overlap. Let each outcome fall under one option."
    region = words_for("region")
    regions = [option for option in named if region.fullmatch(option)]
    if regions and len(regions) < len(named):
        return (
            f"“{regions[0]}” may hold another option. List places of one kind, so that each outcome falls "
            "under one option."
        )
    return ""


def _enumerated(options: Sequence[str], criteria: str) -> bool:
    return all(option.lower() in criteria.lower() for option in options)
