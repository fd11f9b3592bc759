"""Fifth step: the same sentence said twice is one claim; the first stays."""

import re
import unicodedata
from collections.abc import Sequence
from zlib import crc32

from rapidfuzz import fuzz

from claims.lexicons import lexicon, with_plain_apostrophes

SAME_FROM = 90.0
_NUMBER = re.compile(r"\d[\d.,]*")
_LIST_NUMBER = re.compile(r"^\(?\d{1,3}[.)]\s+")
_LEXICONS = ("narrow", "widen", "rise", "fall", "negation")
_KEYS, _SHINGLE, _MOST_COMPARED = 4, 3, 8


def normalised(text: str) -> str:
    """Fold case, typography, list numbers and punctuation away.

    Examples
    --------
    >>> normalised("1. The “gap”  has NARROWED!")
    'the gap has narrowed'
    """
    folded = unicodedata.normalize(
        "NFKC", with_plain_apostrophes(_LIST_NUMBER.sub("", text.strip()))
    ).casefold()
    return " ".join(re.findall(r"[\w'%$€£.]*[\w%]", folded))


def first_occurrences(texts: Sequence[str]) -> list[int]:
    """For each text the index of the first one that says the same in (almost) the same words.

    Two texts are the same when their normalised forms agree by `SAME_FROM` percent (rapidfuzz's ratio)
    and neither their numbers nor their words of direction and negation differ: "narrowed" never repeats
    "widened".
    Cost is linear: a text is compared with at most 32 that share a rare run of three words with it.

    Parameters
    ----------
    texts
        In reading order, from one document or several.

    Returns
    -------
    list of int
        Index of the first occurrence; a text's own index when it is new.

    Examples
    --------
    >>> first_occurrences(["The gap narrowed.", "Something else.", "the gap narrowed"])
    [0, 1, 0]
    """
    verbatim: dict[str, int] = {}
    similar: dict[int, list[int]] = {}
    forms = [normalised(text) for text in texts]
    firsts = []
    for index, form in enumerate(forms):
        first = verbatim.get(form)
        if first is None:
            keys = _keys(form)
            rivals = {each for key in keys for each in similar.get(key, ())}
            first = next((each for each in sorted(rivals) if _says_the_same(forms[each], form)), index)
            verbatim[form] = first
            if first == index:
                for key in keys:
                    bucket = similar.setdefault(key, [])
                    if len(bucket) < _MOST_COMPARED:
                        bucket.append(index)
        firsts.append(first)
    return firsts


def _keys(form: str) -> list[int]:
    """Smallest hashes of the runs of three words: near-copies share at least one (min-hash)."""
    words = form.split()
    runs = {" ".join(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1))}
    return sorted(crc32(run.encode()) for run in runs)[:_KEYS]


def _says_the_same(one: str, other: str) -> bool:
    return fuzz.ratio(one, other, score_cutoff=SAME_FROM) > 0 and _meaning(one) == _meaning(other)


def _meaning(form: str) -> list[set[str]]:
    """Collect the little words and numbers that turn a sentence into another one."""
    found = [{each.group() for each in lexicon(name).finditer(form)} for name in _LEXICONS]
    return [*found, {number.rstrip(".,") for number in _NUMBER.findall(form)}]
