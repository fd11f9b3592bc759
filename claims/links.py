"""Sixth step: how claims stand to each other, for, against, the same, about the same or neither."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

from claims.duplicates import first_occurrences
from claims.embed import Embedder, Vectors, embedder
from claims.frames import Frame, Reading, read_claim

Relation = Literal["contradict", "support", "related", "duplicate", "none"]

# What a frame weighs in a claim's leaning, by its axis; a hedged one weighs `_HEDGED` of it.
_WEIGHTS = {
    "works": 1.5, "gap": 1.5, "good": 1.0, "true": 1.0, "need": 0.7, "move": 0.7, "cause": 0.7,
    "possible": 0.5, "amount": 0.4, "start": 0.3,
}  # fmt: skip
_HEDGED, _FULL_LEANING = 0.6, 1.5
_MOVES, _JUDGES = ("gap", "move"), ("works", "good", "true", "need", "possible")
_RELATED_FROM, _CONTRADICT_FROM, _SUPPORT_FROM = 0.5, 0.46, 0.65
_MAY_REPEAT = 0.6
_NEIGHBOURS, _BLOCK = 12, 512
_MOST_NAMED = 3


class Head(TypedDict):
    """A linear head: log-odds of a pair with all features 0, and what each feature adds."""

    intercept: float
    weights: dict[str, float]


@dataclass(frozen=True)
class Link:
    """How one claim stands to another.

    Attributes
    ----------
    relation
        "duplicate" says the same in the same words, "support" the same, "contradict" the opposite; "related"
        is about the same without saying either.
    confidence
        In [0, 1]; 1 is sure.
    reason
        For a moderator: what both are about, and the words that agree or clash.
    """

    relation: Relation
    confidence: float
    reason: str


@dataclass(frozen=True)
class LinkedPair:
    """Two of several claims, by their index, and how they stand to each other."""

    a: int
    b: int
    link: Link


def relate(a_texts: Sequence[str], b_texts: Sequence[str], source: Embedder | None = None) -> list[Link]:
    """Classify pairs of claims, each by itself.

    Parameters
    ----------
    a_texts, b_texts
        As many of the one as of the other; the order within a pair makes no difference to the relation.
    source
        Makes the vectors; the best there is unless given.

    Raises
    ------
    ValueError
        There are more of one than of the other.

    Examples
    --------
    >>> [link] = relate(["Rents are rising in the old town."], ["In the old town rents are falling."])
    >>> link.relation, link.reason
    ('contradict', 'both about Rents, town; "rising" against "falling"')
    """
    if len(a_texts) != len(b_texts):
        raise ValueError(f"{len(a_texts)} and {len(b_texts)} texts make no pairs.")
    texts = list(dict.fromkeys([*a_texts, *b_texts]))
    if not texts:
        return []
    places = {text: place for place, text in enumerate(texts)}
    source = source or embedder()
    vectors, heads = source.embed(texts), shipped_heads(source)
    readings = [read_claim(text) for text in texts]
    links = []
    for a, b in zip(a_texts, b_texts, strict=True):
        one, other = places[a], places[b]
        links.append(link_of(readings[one], readings[other], float(vectors[one] @ vectors[other]), heads))
    return links


def relations(texts: Sequence[str], vectors: Vectors | None = None) -> list[LinkedPair]:
    """Find the pairs among some claims that have to do with each other.

    Each claim is compared with the 12 nearest to it, so that the number of pairs grows linearly;
    repeats of an earlier claim are linked to it and to nothing else.

    Parameters
    ----------
    texts
        Claims, in reading order.
    vectors
        Of the texts in the same order, shape (N, D), from `claims.embed.embedder`; made when missing.

    Returns
    -------
    list of LinkedPair
        With ``a < b``, sorted; never "none".

    Examples
    --------
    >>> found = relations(["It failed.", "Wheat is up.", "it failed"])
    >>> [(each.a, each.b, each.link.relation) for each in found]
    [(0, 2, 'duplicate')]
    """
    if not texts:
        return []
    source = embedder()
    heads = shipped_heads(source)
    vectors = source.embed(texts) if vectors is None else vectors
    firsts = first_occurrences(texts)
    kept = [index for index, first in enumerate(firsts) if first == index]
    found = [
        LinkedPair(first, index, _same(texts[first], texts[index]))
        for index, first in enumerate(firsts)
        if first != index
    ]
    readings = {index: read_claim(texts[index]) for index in kept}
    for one, other, cosine in nearest_pairs(vectors[kept]):
        a, b = kept[one], kept[other]
        link = link_of(readings[a], readings[b], cosine, heads)
        if link.relation != "none":
            found.append(LinkedPair(a, b, link))
    return sorted(found, key=lambda each: (each.a, each.b))


def link_of(a: Reading, b: Reading, cosine: float, heads: Mapping[str, Head]) -> Link:
    """Classify two claims: the same words, or what the three heads make of them.

    "related" says from likeness and shared words whether there is anything between them, "contradict" from
    the frames whether they contradict each other, "support" whether they say the same if they don't:
    logistic functions of `pair_features`.
    """
    if cosine > _MAY_REPEAT and first_occurrences([a.text, b.text]) == [0, 0]:
        return _same(a.text, b.text)
    shown = pair_features(a, b, cosine)
    related = _chance(heads["related"], shown)
    if related < _RELATED_FROM:
        return Link("none", round(1 - related, 3), f"little in common (likeness {cosine:.2f})")
    shared = shared_words(a, b)
    about = (
        f"both about {', '.join(shared[:_MOST_NAMED])}"
        if shared
        else f"alike in meaning (likeness {cosine:.2f})"
    )
    opposed = _chance(heads["contradict"], shown)
    if opposed >= _CONTRADICT_FROM:
        return Link("contradict", round(related * opposed, 3), f"{about}; {_clash(a, b)}")
    agreed = _chance(heads["support"], shown)
    if agreed >= _SUPPORT_FROM:
        return Link("support", round(related * agreed, 3), f"{about}; {_agreement(a, b)}")
    return Link("related", round(related * (1 - opposed), 3), about)


def pair_features(a: Reading, b: Reading, cosine: float) -> dict[str, float]:
    """Measure what the heads look at.

    Returns
    -------
    dict
        "likeness" (cosine, -1 to 1); "shared words" (share of the shorter one's topic, 0 to 1); "moves
        opposed" and "moves alike" (share of words common to the two clauses that say what rises or falls,
        narrows or widens, 0 to 1); "judgement opposed" (the same share for what works, is good, true, needed
        or possible, negative if alike); "leaning opposed" (over all axes) and "movement opposed" (over those
        two), each from -1, alike, to 1, opposed; and, 0 or 1, "one negation", "answers others", "agree" (some
        words point one way on one axis) and "agree on a word" (in clauses about the same).
    """
    agreed = _closest(a, b, 1)
    moves, judged = _common(a, b, _MOVES), _common(a, b, _JUDGES)
    return {
        "likeness": cosine,
        "shared words": len(a.topic.keys() & b.topic.keys()) / (min(len(a.topic), len(b.topic)) + 1),
        "moves opposed": max(-moves, 0.0),
        "moves alike": max(moves, 0.0),
        "judgement opposed": -judged,
        "leaning opposed": -_leaning(a, tuple(_WEIGHTS)) * _leaning(b, tuple(_WEIGHTS)),
        "movement opposed": -_leaning(a, _MOVES) * _leaning(b, _MOVES),
        "one negation": float(a.negations % 2 != b.negations % 2),
        "answers others": float(a.answers_others or b.answers_others),
        "agree": float(agreed is not None),
        "agree on a word": float(agreed is not None and bool(agreed[0].topic & agreed[1].topic)),
    }


def shared_words(a: Reading, b: Reading) -> list[str]:
    """Words that both claims are about, as the first one writes them."""
    return [word for key, word in a.topic.items() if key in b.topic]


def _weight(frame: Frame) -> float:
    return frame.stance * _WEIGHTS[frame.axis] * (_HEDGED if frame.hedged else 1.0)


def _leaning(reading: Reading, axes: tuple[str, ...]) -> float:
    """Which way a claim leans as a whole: -1 (fails, falls, harms) to 1 (works, rises, helps)."""
    return math.tanh(sum(_weight(each) for each in reading.frames if each.axis in axes) / _FULL_LEANING)


def _common(a: Reading, b: Reading, axes: tuple[str, ...]) -> float:
    """Stance in the two clauses most about the same: the share of words they share, negative if opposed."""
    best = max(_on_one_axis(a, b, axes), key=_closeness, default=None)
    if best is None:
        return 0.0
    one, other = best
    shared = len(one.topic & other.topic) / (min(len(one.topic), len(other.topic)) + 1)
    return shared * one.stance * other.stance


def _clash(a: Reading, b: Reading) -> str:
    best = _closest(a, b, -1)
    if best is not None:
        return f'"{best[0].words}" against "{best[1].words}"'
    if a.answers_others or b.answers_others:
        return "one answers what others believe"
    return "only one denies it" if a.negations % 2 != b.negations % 2 else "they lean opposite ways"


def _agreement(a: Reading, b: Reading) -> str:
    best = _closest(a, b, 1)
    return f'"{best[0].words}" beside "{best[1].words}"' if best is not None else "much alike"


def _closest(a: Reading, b: Reading, product: int) -> tuple[Frame, Frame] | None:
    """Return the two frames that best show agreement (1) or clash (-1): on one axis, about the same words."""
    pairs = (
        each for each in _on_one_axis(a, b, tuple(_WEIGHTS)) if each[0].stance * each[1].stance == product
    )
    return max(pairs, key=_closeness, default=None)


def _on_one_axis(a: Reading, b: Reading, axes: tuple[str, ...]) -> Iterator[tuple[Frame, Frame]]:
    for one in a.frames:
        for other in b.frames:
            if one.axis == other.axis and one.axis in axes:
                yield one, other


def _closeness(pair: tuple[Frame, Frame]) -> float:
    one, other = pair
    return (len(one.topic & other.topic) + 1) * _WEIGHTS[one.axis]


def _same(a: str, b: str) -> Link:
    return (
        Link("duplicate", 1.0, "the same words")
        if a == b
        else Link("duplicate", 0.95, "almost the same words")
    )


def nearest_pairs(vectors: Vectors) -> Iterator[tuple[int, int, float]]:
    """Pairs of rows, each row with the `_NEIGHBOURS` nearest to it, and their cosine; each pair once."""
    count = len(vectors)
    most = min(_NEIGHBOURS, count - 1)
    seen: set[tuple[int, int]] = set()
    for start in range(0, count, _BLOCK):
        cosines: NDArray[np.float32] = vectors[start : start + _BLOCK] @ vectors.T
        rows = np.arange(len(cosines))
        cosines[rows, rows + start] = -np.inf
        nearest = np.argpartition(-cosines, most - 1, axis=1)[:, :most] if most else np.empty((0, 0), int)
        for row, others in enumerate(nearest.tolist()):
            for other in others:
                pair = (min(row + start, other), max(row + start, other))
                if pair not in seen:
                    seen.add(pair)
                    yield *pair, float(cosines[row, other])


def _chance(head: Head, shown: Mapping[str, float]) -> float:
    log_odds = head["intercept"] + sum(weight * shown[name] for name, weight in head["weights"].items())
    return 1 / (1 + math.exp(-log_odds))


def shipped_heads(source: Embedder) -> dict[str, Head]:
    """Return the heads of data/links.json for likenesses of this embedder."""
    return _shipped()[source.name]


@cache
def _shipped() -> dict[str, dict[str, Head]]:
    source = resources.files("claims").joinpath("data/links.json").read_text(encoding="utf-8")
    heads: dict[str, dict[str, Head]] = json.loads(source)["heads"]
    return heads
