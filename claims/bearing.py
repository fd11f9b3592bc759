"""What in everything that was read speaks for a question or claim, what against, what is about the same."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from claims.duplicates import first_occurrences
from claims.embed import MiniLM, Vectors, embedder
from claims.frames import read_claim
from claims.indicators import Match, Setting, matches, registry, setting_of
from claims.links import link_of, shipped_heads
from claims.topics import Side
from claims.wanted import direction_of

NEAREST = 40
_NAMED = 1.0  # weight of a match from which a sentence names an indicator
_LESS_SURE = 0.99
_SIDES = {"support": "pro", "duplicate": "pro", "contradict": "con", "related": "related"}
_WAY = re.compile(r"\b(?:(?P<up>higher|larger|at least|above)|smaller|lower|below)\b")


@dataclass(frozen=True)
class Bearing:
    """Passages by what they say on something; indexes are those of the passages given, surest first."""

    pro: tuple[Side, ...]
    con: tuple[Side, ...]
    related: tuple[Side, ...]


def bearing_on(
    text: str,
    sentences: Sequence[str],
    embeddings: Sequence[bytes | None],
    *,
    claim: str = "",
    without: Collection[int] = (),
) -> Bearing:
    """Sort the passages nearest to a question or claim by what they say on it.

    Where the question asks which way a figure of the registry moves, passages that say so are on the side
    they say, with confidence 1. Of the others the heads of `claims.links` judge, with 0.99 at most: by the
    claim that the question was drafted from, else by its title, which is read as if it were affirmed.
    Repeats are left out.

    Parameters
    ----------
    text
        The title of a question, or a claim.
    sentences, embeddings
        Of the passages: each with its unit vector as float16 bytes, or None where MiniLM wasn't installed.
        Only the `NEAREST` 40 are looked at.
    claim
        What the question was drafted from.
    without
        Indexes of passages to leave out.

    Examples
    --------
    >>> passages = ["Rents keep falling in the town.", "The town sees rents rise.", "Wheat is up."]
    >>> found = bearing_on("Will rents in the town rise?", passages, [None] * 3)
    >>> [each.index for each in found.pro], [each.index for each in found.con]
    ([1], [0])
    """
    if not sentences:
        return Bearing((), (), ())
    said = claim or text
    vectors = _vectors(sentences, embeddings, [text, said])
    cosines = vectors[:-2] @ vectors[-2:].T
    near = [int(each) for each in np.argsort(-cosines.max(axis=1), kind="stable") if int(each) not in without]
    near = near[:NEAREST]
    firsts = first_occurrences([sentences[index] for index in near])
    near = [index for place, index in enumerate(near) if firsts[place] == place]
    told = _told_by_figure(text, claim, [sentences[index] for index in near])
    heads, asked = shipped_heads(embedder()), read_claim(said)
    sides: dict[str, list[Side]] = {"pro": [], "con": [], "related": []}
    for index, way in zip(near, told, strict=True):
        if way:
            sides["pro" if way > 0 else "con"].append(Side(index, 1.0, "says which way the figure moves"))
            continue
        link = link_of(asked, read_claim(sentences[index]), float(cosines[index, 1]), heads)
        if link.relation != "none":
            found = Side(index, min(link.confidence, _LESS_SURE), link.reason)
            sides[_SIDES[link.relation]].append(found)
    return Bearing(**{name: tuple(sorted(found, key=_surest_first)) for name, found in sides.items()})


def _vectors(sentences: Sequence[str], embeddings: Sequence[bytes | None], asked: Sequence[str]) -> Vectors:
    """Return the vectors of sentences, as stored or made anew, and below them those of what is asked."""
    source = embedder()
    if not isinstance(source, MiniLM):
        return source.embed([*sentences, *asked])
    missing = [index for index, each in enumerate(embeddings) if each is None]
    made = source.embed([*(sentences[index] for index in missing), *asked])
    rows = np.zeros((len(sentences) + len(asked), made.shape[1]), dtype=np.float32)
    for index, each in enumerate(embeddings):
        if each is not None:
            rows[index] = np.frombuffer(each, dtype=np.float16)
    rows[missing] = made[: len(missing)]
    rows[len(sentences) :] = made[len(missing) :]
    return rows


def _surest_first(side: Side) -> tuple[float, int]:
    return -side.confidence, side.index


def _told_by_figure(text: str, claim: str, sentences: Sequence[str]) -> list[int]:
    """Tell of each sentence whether it moves the text's own figure as asked (1), the other way (-1), or 0."""
    setting = setting_of("\n".join([text, claim, *sentences]))
    own, asked = _asked(text, claim, setting)
    if not asked:
        return [0] * len(sentences)
    found = [_named(sentence, setting, own) for sentence in sentences]
    return [
        asked * direction_of(sentence, match) if match is not None else 0
        for sentence, match in zip(sentences, found, strict=True)
    ]


def _asked(text: str, claim: str, setting: Setting) -> tuple[str, int]:
    """Return the key of the figure that a question asks about and which way: 1 up, -1 down; 0 if neither."""
    for each in registry().values():
        if each.name and each.name in text and (way := _WAY.search(text)):
            return each.id, 1 if way["up"] else -1
    for source in (text, claim):
        match = _named(source, setting)
        if match is not None and match.indicator.name and (side := direction_of(source, match)):
            return match.indicator.id, side
    return "", 0


def _named(sentence: str, setting: Setting, key: str = "") -> Match | None:
    """Return the surest match of a sentence that names an indicator, or one indicator."""
    found = (each for each in matches(sentence, setting) if each.weight >= _NAMED)
    return next((each for each in found if not key or each.indicator.id == key), None)
