"""Probabilities as people type and read them. Inside, a probability is a float in [0, 1]."""

import math
import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from forecasts.errors import AmbiguousInputError, InvalidInputError

MAX_TYPED = 100
"""Longest probability or deadline that is read at all, in characters."""

_SHOWN = 30
_SUM_TOLERANCE = 1e-6
_EXAMPLES = "Type a number from 0 to 100, or write it as 70%, 0.7, 7/10, 2:1 or 1 in 3."

_LOOKALIKES = str.maketrans("％﹪٪．，٫،：∶／⁄∕−‐‑–—～∼", "%%%.,,,::///-----~~")
_APPROXIMATELY = re.compile(r"(?:~|≈|(?:about|around|roughly|approximately|approx\.?|ca\.?|circa)\b)\s?")
_NUMBER = r"(?:\d+(?:[.,]\d*)?|[.,]\d+)"
_PLAIN = re.compile(rf"(?P<before>%\s?)?(?P<number>-?\s?{_NUMBER})(?P<after>\s?(?:%|percent|per cent|pct))?")
_RATIO = re.compile(rf"(?P<first>{_NUMBER})\s?(?P<link>/|:|in|out of|of)\s?(?P<second>{_NUMBER})")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


def parse_probability(text: str) -> float:
    """Read a probability in any of the ways people write one.

    A bare number below 1 is a probability, above 1 and up to 100 a percentage. A decimal comma is a
    decimal point, and digits of any script count.

    Parameters
    ----------
    text
        What was typed: ``70%``, ``70``, ``0.7``, ``0,7``, ``7/10``, ``2:1`` (odds for), ``1 in 3``.

    Returns
    -------
    float
        In [0, 1], both ends included; the float nearest to the exact value.

    Raises
    ------
    AmbiguousInputError
        For a bare 1 (also ``1.0``), which is 1 % or 100 %.
    InvalidInputError
        For anything else that isn't one probability.

    Examples
    --------
    >>> parse_probability("7/10"), parse_probability("70 %"), parse_probability("٠٫٧")
    (0.7, 0.7, 0.7)
    >>> parse_probability("2:1")
    0.6666666666666666
    """
    typed = _APPROXIMATELY.sub("", plain_input(text), count=1) if len(text) <= MAX_TYPED else ""
    if ratio := _RATIO.fullmatch(typed):
        value = _ratio(ratio, text)
    elif (plain := _PLAIN.fullmatch(typed)) and not (plain["before"] and plain["after"]):
        value = _exact(plain["number"])
        is_percentage = bool(plain["before"] or plain["after"])
        if value == 1 and not is_percentage:
            message = f"I read {quoted(text)} as 1 % or 100 %. Which? Type 1% or 100%."
            raise AmbiguousInputError(message, choices=(0.01, 1.0))
        if is_percentage or value > 1:
            value /= 100
    else:
        raise InvalidInputError(f"I can't read {quoted(text)} as a probability. {_EXAMPLES}")
    if not 0 <= value <= 1:
        raise InvalidInputError(f"{quoted(text)} is outside 0 % to 100 %. {_EXAMPLES}")
    return float(value)


def format_probability(p: float) -> str:
    """Write a probability as a percentage with at most one decimal.

    Only 0 and 1 themselves are written "0 %" and "100 %".

    Parameters
    ----------
    p
        A probability in [0, 1].

    Raises
    ------
    ValueError
        If `p` is outside [0, 1] or NaN.

    Examples
    --------
    >>> [format_probability(p) for p in (0.7, 0.005, 0.125, 0.0002, 0.99999, 1)]
    ['70 %', '0.5 %', '12.5 %', '<0.1 %', '>99.9 %', '100 %']
    """
    _require_probability(p)
    if 0 < p < 0.001:  # noqa: PLR2004 - 0.1 %, the smallest step that is shown
        return "<0.1 %"
    if 0.999 < p < 1:  # noqa: PLR2004
        return ">99.9 %"
    percentage = (Decimal(str(float(p))) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{str(percentage).removesuffix('.0')} %"


def odds(p: float) -> float:
    """Odds for an event, p / (1 - p): in [0, inf], 1 at p = 0.5, infinite at p = 1.

    Raises
    ------
    ValueError
        If `p` is outside [0, 1] or NaN.

    Examples
    --------
    >>> odds(0.75)
    3.0
    """
    _require_probability(p)
    return math.inf if p == 1 else p / (1 - p)


def log_odds(p: float, clip: float = 0.01) -> float:
    """Natural logarithm of the odds, ln(p / (1 - p)), of a clipped probability.

    Parameters
    ----------
    p
        A probability in [0, 1].
    clip
        `p` is first moved into [clip, 1 - clip], which keeps the result finite; in (0, 0.5).

    Returns
    -------
    float
        0 at p = 0.5, positive above; antisymmetric: ``log_odds(1 - p) == -log_odds(p)``.

    Raises
    ------
    ValueError
        If `p` or `clip` is out of range.

    Examples
    --------
    >>> round(log_odds(0.75), 3), round(log_odds(1.0), 3)
    (1.099, 4.595)
    """
    _require_probability(p)
    if not 0 < clip < 0.5:  # noqa: PLR2004
        raise ValueError(f"clip must lie between 0 and 0.5, not {clip}")
    return math.log(odds(min(max(p, clip), 1 - clip)))


def check_probabilities(kind: str, probabilities: Sequence[float], categories: int) -> tuple[float, ...]:
    """Check the numbers of one forecast against the kind of its question.

    Parameters
    ----------
    kind
        ``binary`` or ``thesis``: one number. ``choice``: one an option, summing to 1 within 1e-6.
        ``ladder``: cumulative ones for all categories but the last, never decreasing.
    probabilities
        The numbers, each in [0, 1].
    categories
        K, the number of options or categories; not looked at for ``binary`` and ``thesis``.

    Returns
    -------
    tuple[float, ...]
        The same numbers as floats.

    Raises
    ------
    InvalidInputError
        If they are too few or too many, out of range, or incoherent.
    ValueError
        If `kind` is none of the four.

    Examples
    --------
    >>> check_probabilities("ladder", [0.2, 0.5], categories=3)
    (0.2, 0.5)
    """
    wanted = {"binary": 1, "thesis": 1, "choice": categories, "ladder": categories - 1}.get(kind)
    if wanted is None:
        raise ValueError(f"{kind!r} is no kind of question")
    if len(probabilities) != wanted:
        counted = f"{wanted} number{'' if wanted == 1 else 's'}"
        raise InvalidInputError(f"This question takes {counted}; I got {len(probabilities)}.")
    for place, p in enumerate(probabilities, start=1):
        if not 0 <= p <= 1:  # also false for NaN
            raise InvalidInputError(f"Number {place} is outside 0 % to 100 %. {_EXAMPLES}")
    if kind == "choice" and abs((total := math.fsum(probabilities)) - 1) > _SUM_TOLERANCE:
        raise InvalidInputError(f"The options add up to {total * 100:.8g} %. Change them to add up to 100 %.")
    if kind == "ladder":
        _check_never_decreasing(probabilities)
    return tuple(float(p) for p in probabilities)


def plain_input(text: str) -> str:
    """Bring typed text to one form: ASCII digits and signs, single spaces, lower case, nothing invisible.

    Examples
    --------
    >>> plain_input("７０ ％"), plain_input("31  DEC")
    ('70 %', '31 dec')
    """
    visible = (char for char in text if unicodedata.category(char) not in {"Cf", "Cs"})
    digits = (str(unicodedata.decimal(char, char)) for char in visible)
    return " ".join("".join(digits).translate(_LOOKALIKES).split()).lower()


def quoted(text: str) -> str:
    """Quote what was typed, on one line and shortened, for the sentence of an error.

    Examples
    --------
    >>> quoted("70 or so, I would say, all things considered")
    '"70 or so, I would say, all thi…"'
    """
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: 4 * _SHOWN]).split())
    return f'"{line}"' if len(line) <= _SHOWN else f'"{line[:_SHOWN].rstrip()}…"'


def _exact(number: str) -> Fraction:
    return Fraction(number.replace(" ", "").replace(",", ".").rstrip("."))


def _ratio(match: re.Match[str], text: str) -> Fraction:
    if any(_THOUSANDS.fullmatch(match[part]) for part in ("first", "second")):
        raise InvalidInputError(
            f"Is {quoted(text)} about thousands or decimals? Leave the separator out, as in 1 in 1000."
        )
    first, second = _exact(match["first"]), _exact(match["second"])
    whole = first + second if match["link"] == ":" else second
    if whole == 0:
        raise InvalidInputError(f"{quoted(text)} divides by zero. {_EXAMPLES}")
    return first / whole


def _check_never_decreasing(cumulative: Sequence[float]) -> None:
    for place in range(1, len(cumulative)):
        below, p = cumulative[place - 1], cumulative[place]
        if p < below:
            raise InvalidInputError(
                f"Number {place + 1} ({format_probability(p)}) is lower than number {place} "
                f"({format_probability(below)}). Each step of a ladder includes the ones before it: "
                "the numbers can only stay or rise."
            )


def _require_probability(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"a probability lies in [0, 1], not {p}")
