"""Fit the heads of data/links.json to labelled pairs, and say how they judge documents they haven't seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from claims.embed import Embedder
from claims.frames import Reading, read_claim
from claims.links import Head, Link, link_of, pair_features

_FEATURES = {
    "related": ("likeness", "shared words"),
    "contradict": (
        "likeness", "moves opposed", "moves alike", "judgement opposed", "leaning opposed",
        "movement opposed", "one negation", "answers others",
    ),
    "support": ("likeness", "shared words", "agree", "agree on a word"),
}  # fmt: skip
_STRENGTH = {
    "related": 250.0,
    "contradict": 6.0,
    "support": 5.0,
}  # inverse of the L2 penalty; neighbouring values do as well
_STEPS = 50

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class LabelledPair:
    """Two claims and how an expert says they stand to each other.

    Attributes
    ----------
    a, b
        The claims.
    relation
        One of `claims.links.Relation`.
    documents
        Where they come from: pairs that share one are left out together.
    """

    a: str
    b: str
    relation: str
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Table:
    pairs: Sequence[LabelledPair]
    readings: Sequence[tuple[Reading, Reading]]
    cosines: Sequence[float]

    def rows(self, names: Sequence[str]) -> Matrix:
        shown = [
            pair_features(*both, cosine) for both, cosine in zip(self.readings, self.cosines, strict=True)
        ]
        return np.array([[each[name] for name in names] for each in shown], dtype=float)


def shipped_pairs() -> list[LabelledPair]:
    """Return the pairs of data/pair_examples.txt.

    Examples
    --------
    >>> {each.relation for each in shipped_pairs()} == {"contradict", "support", "related", "none"}
    True
    """
    source = resources.files("claims").joinpath("data/pair_examples.txt").read_text(encoding="utf-8")
    rows = [line.split("|") for line in source.splitlines() if not line.startswith("#")]
    return [LabelledPair(a, b, relation) for relation, a, b in rows]


def fitted_heads(pairs: Sequence[LabelledPair], source: Embedder) -> dict[str, Head]:
    """Fit the heads: "related" to all pairs, "contradict" to those that are related, "support" to the rest.

    Parameters
    ----------
    pairs
        With at least one pair of each kind.
    source
        Its cosines are the likeness; the heads hold for it only.
    """
    return _heads(_table(pairs, source), np.ones(len(pairs), dtype=bool))


def left_out(
    pairs: Sequence[LabelledPair], source: Embedder, fold_of: Callable[[LabelledPair], frozenset[str]]
) -> list[Link]:
    """Judge each pair with heads fitted to the pairs that share no fold with it.

    Parameters
    ----------
    fold_of
        For example its documents, or its topic.
    """
    table = _table(pairs, source)
    found = []
    for index, pair in enumerate(pairs):
        apart = np.array([not fold_of(pair) & fold_of(each) for each in pairs])
        found.append(link_of(*table.readings[index], table.cosines[index], _heads(table, apart)))
    return found


def _table(pairs: Sequence[LabelledPair], source: Embedder) -> _Table:
    vectors = source.embed([text for pair in pairs for text in (pair.a, pair.b)])
    cosines = [float(vectors[2 * at] @ vectors[2 * at + 1]) for at in range(len(pairs))]
    return _Table(pairs, [(read_claim(pair.a), read_claim(pair.b)) for pair in pairs], cosines)


def _heads(table: _Table, rows: NDArray[np.bool_]) -> dict[str, Head]:
    related = np.array([pair.relation != "none" for pair in table.pairs])
    real = np.array([bool(pair.documents) for pair in table.pairs])
    some = rows & real if (rows & real).any() else rows  # written ones are shorter: their likeness misleads
    opposed = np.array([pair.relation == "contradict" for pair in table.pairs])
    wanted = {
        "related": (some, related),
        "contradict": (rows & related, opposed),
        "support": (
            rows & related & ~opposed,
            np.array([pair.relation == "support" for pair in table.pairs]),
        ),
    }
    return {
        head: _fitted(head, names, table.rows(names)[wanted[head][0]], wanted[head][1][wanted[head][0]])
        for head, names in _FEATURES.items()
    }


def _fitted(head: str, names: Sequence[str], rows: Matrix, labels: NDArray[np.bool_]) -> Head:
    """Logistic regression with an L2 penalty on all but the intercept, by Newton's method."""
    given = np.column_stack([np.ones(len(rows)), rows])
    penalty = np.full(given.shape[1], 1 / _STRENGTH[head])
    penalty[0] = 0.0
    weights = np.zeros(given.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-given @ weights))
        slope = given.T @ (chance - labels) + penalty * weights
        bend = (given.T * (chance * (1 - chance))) @ given + np.diag(penalty + 1e-9)
        weights -= np.linalg.solve(bend, slope)
    intercept, *others = (round(float(each), 3) for each in weights)
    return Head(intercept=intercept, weights=dict(zip(names, others, strict=True)))
