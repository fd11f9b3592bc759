"""What a claim says is moving, and which way: "the gap in models narrowed" is (the model gap, narrow)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypedDict

from claims.lexicons import DIRECTIONS, lexicon, with_plain_apostrophes

_READ_UP_TO = 1000
_AUXILIARY = (
    r"(?:has|have|had|is|are|was|were|be|been|being|will|would|could|may|might|can|should|keeps?|kept|continues?|to|not"
    r"|\w+n't|likely|unlikely|already|also|only|again|now|still|soon|clearly|further|steadily|slowly|quickly|sharply|actually)"
)
_WORD = r"(?:(?:[A-Za-z]\.){2,}|[A-Za-z](?:[\w.&'-]*\w)?)"
_NO_OBJECT = r"(?! (?:the|a|an|its|their|our)\b)"  # "the share cut the price" moves the price, not the share
_END = r"(?=[,.;:!?)]|$| (?:by|while|and|but|as|because|with|even|yet|since|when|to|through|until|despite)\b)"
_ARTICLE = re.compile(r"^(?:the|a|an) ", re.IGNORECASE)
_CLOSE = (
    "close",
    "closed",
)  # no direction by themselves ("close to", "closed models"), but of a gap they are
_GAPS = ("gap", "lead", "lag")
_OF_A_GAP = {"narrow": "narrow", "widen": "widen", "rise": "widen", "fall": "narrow"}
_OF_A_NUMBER = {"narrow": "fall", "widen": None, "rise": "rise", "fall": "fall"}


class Topic(TypedDict):
    """A topic with a short name in data/topics.json."""

    pattern: str
    name: str
    meaning: str


class Topics(TypedDict):
    """What data/topics.json holds."""

    how: list[str]
    measures: list[str]
    topics: list[Topic]
    never: list[str]


@dataclass(frozen=True)
class Trend:
    """A topic and the way it moves.

    Attributes
    ----------
    topic
        With its article: "the model gap".
    verb
        One of `claims.lexicons.DIRECTIONS`.
    meaning
        What the topic stands for, where data/topics.json knows it, else empty.
    """

    topic: str
    verb: str
    meaning: str


def trend_of(text: str) -> Trend | None:
    """Find what moves in a claim; None unless a measure and its direction stand in one clause.

    Whether the claim affirms or denies the movement makes no difference: a question asks.

    Examples
    --------
    >>> trend_of("Chinese firms are closing the AI capability gap.")
    Trend(topic='the AI capability gap', verb='narrow', meaning='')
    >>> trend_of("The controls are a mistake.") is None
    True
    """
    known = _topics()["topics"]
    found = sorted(_clauses(with_plain_apostrophes(text[:_READ_UP_TO])), key=lambda each: each[0])
    if not found:
        return None
    place, topic, verb = found[0]
    if place < len(known):
        return Trend(known[place]["name"], verb, known[place]["meaning"])
    return Trend(topic, verb, "")


def _clauses(text: str) -> Iterator[tuple[int, str, str]]:
    """Topics with their verb, each with its place among the known topics (their number: not one of them)."""
    known = _topics()["topics"]
    for pattern in (_moves(), _is_moved()):
        for found in pattern.finditer(text):
            topic = _ARTICLE.sub("", found["topic"])
            verb = _verb(found["move"], found["measure"])
            words = set(topic.casefold().split())
            if verb and len(words) > 1 and not words & set(_topics()["never"]):
                matches = (
                    at for at, each in enumerate(known) if re.search(each["pattern"], topic, re.IGNORECASE)
                )
                yield next(matches, len(known)), f"the {topic}", verb


def _verb(move: str, measure: str) -> str | None:
    """Let a gap narrow or widen, all else rise or fall; None where the words don't go together."""
    closes = move.casefold() in _CLOSE
    verb = "narrow" if closes else next(each for each in DIRECTIONS if lexicon(each).fullmatch(move))
    return _OF_A_GAP[verb] if measure.casefold() in _GAPS else _OF_A_NUMBER[verb]


@cache
def _moves() -> re.Pattern[str]:
    """Match: the gap in models | has | narrowed."""
    tail = rf"(?: (?:in|of|for|between|on) (?:{_WORD} ){{0,5}}?{_WORD})?"
    return re.compile(
        rf"\b{_topic()}{tail})(?: {_AUXILIARY}){{0,4}} {_move('close')}{_NO_OBJECT}", re.IGNORECASE
    )


@cache
def _is_moved() -> re.Pattern[str]:
    """Match: widening | the chip gap."""
    tail = rf"(?: (?:in|of|for|between) (?:{_WORD} ){{0,5}}?{_WORD}{_END})?"
    return re.compile(rf"\b{_move(*_CLOSE)} {_topic()}{tail})(?!\w)", re.IGNORECASE)


def _topic() -> str:
    """Open a group named topic: a noun phrase up to its measure. The caller adds the tail and closes it."""
    return rf"(?P<topic>(?:the |a |an )(?:{_WORD} ){{0,3}}?(?P<measure>{'|'.join(_topics()['measures'])})"


def _move(*more: str) -> str:
    return rf"(?P<move>{lexicon('direction').pattern}|{'|'.join(more)})(?!\w)"


@cache
def _topics() -> Topics:
    source = resources.files("claims").joinpath("data/topics.json").read_text(encoding="utf-8")
    topics: Topics = json.loads(source)
    return topics
