"""Fourth step: how worth debating and how forecastable a sentence is, and why."""

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypedDict

from claims.features import MAX_WORDS, boilerplate, features, words_of

KEPT_FROM = 0.5
_MOST_REASONS = 5


class Head(TypedDict):
    """One linear head: log-odds when nothing holds, and what each feature adds to them."""

    intercept: float
    weights: dict[str, float]


class Weights(TypedDict):
    """What data/weights.json holds: the two heads, a phrase for each feature, and how they came about."""

    how: list[str]
    claim: Head
    forecastable: Head
    says: dict[str, str]


@dataclass(frozen=True)
class Rank:
    """Scores of a sentence.

    Attributes
    ----------
    claim
        In [0, 1]: worth debating; 1 is best, kept from `KEPT_FROM` on.
    forecastable
        In [0, 1]: a question with a date and a public indicator follows directly; 1 is best.
    reasons
        At most five phrases for a moderator, those that weighed most on the claim score first.
    """

    claim: float
    forecastable: float
    reasons: tuple[str, ...]


def rank(text: str) -> Rank:
    """Score one sentence with the two heads of data/weights.json.

    Each score is the logistic function of the head's intercept plus the weights of the features that hold.

    Examples
    --------
    >>> rank("The gap between US and Chinese models may be widening.").claim > KEPT_FROM
    True
    >>> rank("Expand full comment")
    Rank(claim=0.0, forecastable=0.0, reasons=('is boilerplate: Expand full comment',))
    """
    if found := boilerplate(text):
        return Rank(0.0, 0.0, (f"is boilerplate: {found}",))
    if len(words_of(text)) > MAX_WORDS:
        return Rank(0.0, 0.0, (f"has more than {MAX_WORDS} words: no single claim",))
    shown = features(text)
    weights = _weights()
    pulls = weights["claim"]["weights"]
    order = sorted(
        (name for name in shown if name in weights["says"]), key=lambda name: -abs(pulls.get(name, 0.0))
    )
    reasons = tuple(weights["says"][name].format(found=shown[name]) for name in order[:_MOST_REASONS])
    return Rank(_score(weights["claim"], shown), _score(weights["forecastable"], shown), reasons)


def _score(head: Head, shown: dict[str, str]) -> float:
    log_odds = head["intercept"] + sum(head["weights"].get(name, 0.0) for name in shown)
    return round(1 / (1 + math.exp(-log_odds)), 3)


@cache
def _weights() -> Weights:
    source = resources.files("claims").joinpath("data/weights.json").read_text(encoding="utf-8")
    weights: Weights = json.loads(source)
    return weights
