"""Reading a changed document again: which claims still stand, and where."""

import re
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import NamedTuple

from claims.lexicons import with_plain_apostrophes
from claims.segment import Sentence, sentences

_QUOTES = str.maketrans({"“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
_SPACE = re.compile(r"\s+")


class Passage(NamedTuple):
    """A claim's place and its words as they stand there: ``document.text[start:end] == text``."""

    start: int
    end: int
    text: str


def still_standing(claims: Sequence[Passage], text: str) -> list[Passage | None]:
    """Find the claims of an earlier reading in a new one.

    A claim stands if one of the new sentences is the same but for white space and typographic quotes and
    dashes. Of sentences that occur several times each stands for one claim, in the order of the text.

    Parameters
    ----------
    claims
        Of the old text; in any order.
    text
        The new text.

    Returns
    -------
    list of Passage or None
        For each claim in the order given: its new place, None where the document no longer says it.

    Examples
    --------
    >>> old = [Passage(0, 16, "The gap widened."), Passage(17, 33, "Controls worked.")]
    >>> still_standing(old, "An update. The gap widened.")
    [Passage(start=11, end=27, text='The gap widened.'), None]
    """
    places: defaultdict[str, deque[Sentence]] = defaultdict(deque)
    for sentence in sentences(text):
        places[_key(sentence.text)].append(sentence)
    found: list[Passage | None] = [None] * len(claims)
    for index in sorted(range(len(claims)), key=lambda index: claims[index].start):
        if places[key := _key(claims[index].text)]:
            sentence = places[key].popleft()
            found[index] = Passage(sentence.start, sentence.end, sentence.text)
    return found


def _key(sentence: str) -> str:
    return _SPACE.sub(" ", with_plain_apostrophes(sentence).translate(_QUOTES)).strip()
