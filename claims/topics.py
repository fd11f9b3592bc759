"""Seventh step: what the claims of some documents are about, and who says what about it."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from claims.embed import MiniLM, TfIdf, Vectors, embedder
from claims.frames import is_plain, points_somewhere, read_claim, stem
from claims.lexicons import with_plain_apostrophes
from claims.links import link_of, nearest_pairs, shipped_heads
from claims.pipeline import Claim

_LIKE = {MiniLM.name: 0.5, TfIdf.name: 0.1}  # mean cosine between two clusters from which they are one topic
_MOST_CLAIMS = 40
_LONGEST_LABEL = 3
_LENGTH_BONUS = {1: 1.0, 2: 2.0, 3: 2.1}  # "export controls" says more than "controls"
_PIECE = re.compile(r"[^.,;:!?()\"“”—–]+")
_WORD = re.compile(r"[^\W\d_](?:[\w.&'-]*\w)?")
_VERBAL = re.compile(r"\w+(?:ly|ing|ed|ise|ize|ises|izes)$", re.IGNORECASE)
_NO_NOUN = re.compile(
    r"(?:think|suggest|explain|show|come|take|see|want|give|find|argue|mean|look|let|put|seem|become|use)s?|around",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b(?:the|its|their|our)$", re.IGNORECASE)


@dataclass(frozen=True)
class Side:
    """A claim or passage that bears on a proposition.

    Attributes
    ----------
    index
        Its place in the sequence that was given.
    confidence
        In [0, 1]; 1 is sure.
    reason
        For a moderator; see `claims.links.Link`.
    """

    index: int
    confidence: float
    reason: str


@dataclass(frozen=True)
class Topic:
    """Claims about one thing.

    Attributes
    ----------
    label
        A short noun phrase from their sentences: "the model gap".
    claims
        Indexes of the claims, in reading order.
    proposition
        Index of the claim that stands for the topic: the one nearest to all the others that ranks well.
    quotes_for, quotes_against
        What in the topic supports the proposition and what contradicts it, surest first; the proposition
        itself is in neither.
    """

    label: str
    claims: tuple[int, ...]
    proposition: int
    quotes_for: tuple[Side, ...]
    quotes_against: tuple[Side, ...]


def topics_of(claims: Sequence[Claim], vectors: Vectors | None = None) -> list[Topic]:
    """Group claims by what they are about.

    Agglomerative clustering with average linkage over the nearest neighbours, so that cost grows linearly
    with their number; the same claims always give the same topics. A claim like no other is a topic too.

    Parameters
    ----------
    claims
        As `claims.pipeline.extract_claims` gives them.
    vectors
        Of their standalone sentences in the same order, shape (N, D); made when missing.

    Returns
    -------
    list of Topic
        Largest first, then in reading order; every claim is in exactly one.

    Examples
    --------
    >>> topics_of([])
    []
    """
    if not claims:
        return []
    texts = [each.standalone for each in claims]
    vectors = embedder().embed(texts) if vectors is None else vectors
    clusters = [(cluster, _central(claims, vectors, cluster)) for cluster in _clusters(vectors)]
    labels = _labels(
        [[texts[first], *(texts[at] for at in cluster if at != first)] for cluster, first in clusters]
    )
    found = [
        _topic(texts, vectors, cluster, first, label)
        for (cluster, first), label in zip(clusters, labels, strict=True)
    ]
    return sorted(found, key=lambda each: (-len(each.claims), each.claims))


def passages_for_and_against(
    text: str, passages: Sequence[str], vectors: Vectors | None = None
) -> tuple[list[Side], list[Side]]:
    """Find what supports and what contradicts a claim or the title of a question.

    Parameters
    ----------
    text
        A claim, or a question, which is read as if it were affirmed.
    passages
        Where to look.
    vectors
        Of the passages in the same order, shape (N, 384), where MiniLM is installed; made when missing.

    Returns
    -------
    tuple of two lists of Side
        For and against, surest first; indexes are those of the passages.

    Examples
    --------
    >>> passages = ["Rents keep falling in the town.", "The town sees rents rise.", "Wheat is up."]
    >>> pro, con = passages_for_and_against("Will rents in the town rise?", passages)
    >>> [each.index for each in pro], [each.index for each in con]
    ([1], [0])
    """
    if vectors is None:
        rows = embedder().embed([text, *passages])
        return _sides(text, passages, rows[1:] @ rows[0])
    return _sides(text, passages, vectors @ embedder().embed([text])[0])


def _sides(text: str, passages: Sequence[str], cosines: Vectors) -> tuple[list[Side], list[Side]]:
    heads, asked = shipped_heads(embedder()), read_claim(text)
    links = [
        (index, link_of(asked, read_claim(passage), float(cosine), heads))
        for index, (passage, cosine) in enumerate(zip(passages, cosines, strict=True))
    ]
    pro = [
        Side(at, each.confidence, each.reason)
        for at, each in links
        if each.relation in ("support", "duplicate")
    ]
    con = [Side(at, each.confidence, each.reason) for at, each in links if each.relation == "contradict"]
    return sorted(pro, key=_surest_first), sorted(con, key=_surest_first)


def _surest_first(side: Side) -> tuple[float, int]:
    return -side.confidence, side.index


def _clusters(vectors: Vectors) -> list[list[int]]:
    """Join the likeliest pairs first, as long as two clusters are alike on average; by their firsts."""
    like = _LIKE[embedder().name]
    sums = {index: row.astype(np.float64) for index, row in enumerate(vectors)}
    members = {index: [index] for index in range(len(vectors))}
    home = list(range(len(vectors)))
    edges = sorted(nearest_pairs(vectors), key=lambda each: (-each[2], each[0], each[1]))
    for one, other, cosine in edges:
        a, b = sorted((home[one], home[other]))
        size = len(members[a]) * len(members[b])
        if cosine < like or a == b or len(members[a]) + len(members[b]) > _MOST_CLAIMS:
            continue
        if float(sums[a] @ sums[b]) / size >= like:
            sums[a] += sums.pop(b)
            for each in members[b]:
                home[each] = a
            members[a] += members.pop(b)
    return [sorted(each) for _, each in sorted(members.items())]


def _central(claims: Sequence[Claim], vectors: Vectors, cluster: Sequence[int]) -> int:
    """Return the claim most like all the others of its cluster, weighed by its rank; the first of equals."""
    rows = vectors[list(cluster)]
    likeness = rows @ rows.sum(axis=0) / len(cluster)
    worth = {index: float(like) * claims[index].claim for index, like in zip(cluster, likeness, strict=True)}
    return max(cluster, key=lambda index: (round(worth[index], 6), -index))


def _topic(texts: Sequence[str], vectors: Vectors, cluster: Sequence[int], first: int, label: str) -> Topic:
    others = [index for index in cluster if index != first]
    pro, con = _sides(texts[first], [texts[index] for index in others], vectors[others] @ vectors[first])
    return Topic(
        label=label,
        claims=tuple(cluster),
        proposition=first,
        quotes_for=tuple(replace(each, index=others[each.index]) for each in pro),
        quotes_against=tuple(replace(each, index=others[each.index]) for each in con),
    )


def _labels(clusters: Sequence[Sequence[str]]) -> list[str]:
    """Name each cluster, its proposition first, by the words it has more often than the others (tf-idf)."""
    counts: list[Counter[str]] = []
    wordings: dict[str, Counter[str]] = {}
    for texts in clusters:
        count: Counter[str] = Counter()
        for text in texts:
            runs = {_key(words): said for words, said in _noun_runs(text)}
            count.update(runs.keys())
            for key, said in runs.items():
                wordings.setdefault(key, Counter())[said] += 1
        counts.append(count)
    spread = Counter(key for count in counts for key in count)
    found = []
    for count, texts in zip(counts, clusters, strict=True):
        score = {
            key: many * math.log((1 + len(clusters)) / spread[key] + 1) * _LENGTH_BONUS[len(key.split())]
            for key, many in count.items()
        }
        best = max(score, key=lambda key: (score[key], key), default=None)
        fuller = [
            said for run, said in _noun_runs(texts[0]) if len(run) > 1 and stem(run[-1]) == best
        ]  # "gap" alone says little
        said = fuller[-1] if fuller else wordings[best].most_common(1)[0][0] if best else _opening(texts[0])
        found.append(said)
    return found


def _key(words: Sequence[str]) -> str:
    return " ".join(stem(each) for each in words)


def _noun_runs(text: str) -> Iterator[tuple[list[str], str]]:
    """Yield runs of one to three words that may name something, and how a label writes them."""
    for piece in _PIECE.finditer(with_plain_apostrophes(text)):
        words = list(_WORD.finditer(piece.group()))
        for start in range(len(words)):
            for size in range(1, min(_LONGEST_LABEL, len(words) - start) + 1):
                run = [each.group() for each in words[start : start + size]]
                if not _names_something(run[-1]):
                    break
                said = piece.group()[words[start].start() : words[start + size - 1].end()].removesuffix("'s")
                before = _ARTICLE.search(piece.group()[: words[start].start()].rstrip())
                yield run, f"the {said}" if before else said


def _names_something(word: str) -> bool:
    bare = word.removesuffix("'s")
    return is_plain(bare) and not any((points_somewhere(bare), _VERBAL.match(bare), _NO_NOUN.fullmatch(bare)))


def _opening(text: str) -> str:
    """Open a label with the claim itself, where none of its words names anything."""
    return " ".join(text.split()[:5]).rstrip(",;:.")
