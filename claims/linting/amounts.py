"""Thresholds: the title and the criteria name the same."""

import re
from collections.abc import Iterator
from math import log10

from claims.linting.dates import periods
from claims.linting.question import Fault, Finding, QuestionText
from claims.linting.text import NUMBER_WORDS

_AMOUNT = (
    rf"(?P<amount>(?:[A-Z]{{0,3}}[$€£¥₹])?\d[\d,]*(?:\.\d+)?|\b(?:{'|'.join(list(NUMBER_WORDS)[1:])})\b)"
)
_BOUND = _AMOUNT.replace("amount", "bound")
_THRESHOLD = re.compile(
    r"\b(?:at least|at most|(?:more|fewer|less|higher|lower|larger|greater) than|above|below|over|under"
    rf"|exceed\w*|reach\w*)\s+(?:[+−-])?{_AMOUNT}"
    rf"|{_BOUND}(?:\s*%|\s+\S+){{0,3}}? or (?:more|fewer|less|higher|lower|above|below|greater|over)\b",
    re.IGNORECASE,
)
_ANY = re.compile(_AMOUNT, re.IGNORECASE)
_SAME = 0.012  # in powers of ten: 2.8 %, so that a bound one step off is the same


def thresholds(question: QuestionText) -> Iterator[Finding]:
    """Find a threshold of the title that the criteria replace by another.

    Compared are the leading digits, because one may say 7.0 million and the other 7,000,000.
    """
    title, criteria = _undated(question.title), _undated(question.criteria)
    asked = [found["amount"] or found["bound"] for found in _THRESHOLD.finditer(title)]
    given = [found["amount"] for found in _ANY.finditer(criteria)]
    bounds = [found["amount"] or found["bound"] for found in _THRESHOLD.finditer(criteria)]
    if question.kind != "binary" or not bounds:
        return
    for text in asked:
        if not any(_alike(text, other) for other in given):
            yield Finding(
                Fault.NUMBERS_INCONSISTENT,
                f"The title asks for {text}, the criteria for {bounds[0]}. Let the two agree.",
            )
            return


def _undated(text: str) -> str:
    for each in periods(text):
        text = text.replace(each.text, " ")
    return text


def _value(text: str) -> float:
    word = NUMBER_WORDS.get(text.lower())
    return float(word) if word else float(re.sub(r"[^\d.]", "", text).rstrip("."))


def _alike(one: str, other: str) -> bool:
    first, second = _value(one), _value(other)
    unit = 10.0 ** -min(_places(one), _places(other))
    if abs(first - second) <= unit * 1.001 or not (first and second):
        return abs(first - second) <= unit * 1.001
    thousands = log10(first / second) / 3
    return abs(thousands - round(thousands)) * 3 < _SAME


def _places(text: str) -> int:
    return len(text.partition(".")[2])
