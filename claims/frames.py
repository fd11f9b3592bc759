"""Clause frames: what each clause of a claim is about, which way it points, and who stands behind it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from claims.lexicons import with_plain_apostrophes

_READ_UP_TO = 1000
_STEM = 6  # "narrowed" and "narrowing" share their first six letters
_REACH = 5  # words after "reduce" or "prevent" among which stands what it turns round
_SCOPE = 45  # letters up to which a negation reaches
_NEAR = 7  # words around "grew" among which a gap is what grew
_OPERATORS = ("cause", "move", "amount")  # turn round what follows them: "reduces the harm" praises
_UNTURNED = (*_OPERATORS, "possible", "need")
_WORD = re.compile(r"\w+(?:['.&]\w+)*")
_GAPS = frozenset(("gap", "gaps", "divide", "disparity", "lag", "lead", "distance"))
_BREAK = re.compile(
    r"[.;:!?—–()\"“”]+(?:\s|$)|,\s|\s[—–]+\s|\b(?:while|but|although|though|whereas|because|since|yet|"
    r"even as|and that|so that|however|despite|until|unless|due to|thanks to|by(?= \w+ing\b))\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:(?:not|\w+n't)(?! (?:just|only|merely|simply))|no(?! one doubts)|never|neither|nor|without|hardly|"
    r"barely|far from|instead of|rather than|nobody|no one|nothing|none|cannot|yet to|unable to|"
    r"(?:un|less )likely to|fail(?:s|ed|ing)? to|refus(?:es?|ed|ing) to|too \w+ to|supposed to|"
    r"was meant to)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:may|might|could|perhaps|possibly|probably|likely|seems?|appears?|suggests?|reportedly|apparently|"
    r"arguably|i think|i guess|potentially)\b",
    re.IGNORECASE,
)
_OTHERS_SAY = re.compile(
    r"\b(?:critics|opponents|skeptics|sceptics|supporters|proponents|some|many|people|pundits|they|op ed|"
    r"economists|experts|anyone|those who|folks|everyone)\b(?: \w+){0,3}? (?:say|said|claim|claimed|claiming|"
    r"claims|predict|predicted|argue|argued|think|thought|insist|warned|warn|believe|feared)\b|"
    r"\b(?:the|this|that|any) (?:notion|idea|claim|myth|fear|belief|assumption|argument)s?\b"
    r"(?= that| of|,|:)|\bcontrary to\b|\bdespite what\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Frame:
    """One word of a clause that points one of two ways.

    Attributes
    ----------
    topic
        Stems of what the clause is about.
    axis
        A section of data/opposites.txt: "move", "gap", "works" ...
    stance
        The pole that the claim itself asserts, 1 or -1: negation, reversal and other people's opinions
        are taken into account.
    words
        The words that show it, as they stand in the claim.
    hedged, reported
        Whether its clause hedges, and whether somebody else is said to believe it.
    """

    topic: frozenset[str]
    axis: str
    stance: int
    words: str
    hedged: bool
    reported: bool


@dataclass(frozen=True)
class Reading:
    """A claim as far as the frames understand it.

    Attributes
    ----------
    text
        The claim.
    frames
        In reading order.
    topic
        From the stems of what the claim is about to the words themselves, in reading order.
    negations
        How many negations it holds.
    answers_others
        Whether it brings up what others believe: "critics say", "the notion that", "contrary to".
    """

    text: str
    frames: tuple[Frame, ...]
    topic: dict[str, str]
    negations: int
    answers_others: bool


@dataclass(frozen=True)
class _Entry:
    """A line's word or words; a star at the end of one stands for any further letters."""

    words: tuple[str, ...]
    axis: str
    sign: int

    def fits(self, words: Sequence[str]) -> bool:
        return len(words) >= len(self.words) and all(
            word.startswith(each[:-1]) if each.endswith("*") else word == each
            for each, word in zip(self.words, words, strict=False)
        )


def read_claim(text: str) -> Reading:
    """Find the frames of a claim.

    Examples
    --------
    >>> [(each.axis, each.stance, each.words) for each in read_claim("The gap hasn't narrowed.").frames]
    [('gap', -1, 'narrowed')]
    >>> [each.stance for each in read_claim("Critics claim that it failed, but it works.").frames]
    [1, 1]
    """
    plain = with_plain_apostrophes(text[:_READ_UP_TO]).replace("-", " ").replace("U.S.", "US")
    said = _OTHERS_SAY.search(plain)
    topic = _topic(_WORD.findall(plain))
    found: list[Frame] = []
    start = 0
    for end, following in [*(each.span() for each in _BREAK.finditer(plain)), (len(plain), len(plain))]:
        reported = said is not None and start <= said.start() < end
        found += _of_clause(plain[start:end], frozenset(topic), reported=reported)
        start = following
    negations = sum(1 for _ in _NEGATION.finditer(plain))
    return Reading(text, tuple(found), topic, negations, said is not None)


def stem(word: str) -> str:
    """Cut a word to what its inflected forms share.

    Examples
    --------
    >>> stem("companies") == stem("company"), stem("taxes") == stem("tax"), stem("loss")
    (True, True, 'loss')
    """
    word = re.sub(r"(?<=\w{3})ies$", "y", word.casefold())
    return re.sub(r"(?<=[xzs])es$|(?<=[cs]h)es$|(?<=\w{3})(?<!s)s$", "", word)[:_STEM]


def is_plain(word: str) -> bool:
    """Tell words that say what a text is about from those that only hold it together."""
    return word.casefold() not in _little_words() and (len(word) > 2 or word.isupper())  # noqa: PLR2004


def points_somewhere(word: str) -> bool:
    """Say whether a word alone is in data/opposites.txt."""
    return any(True for _ in _hits([word.casefold()]))


def _topic(words: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        if is_plain(word):
            found.setdefault(stem(word), word)
    return found


def _of_clause(clause: str, whole: frozenset[str], *, reported: bool) -> Iterator[Frame]:
    matches = list(_WORD.finditer(clause))
    words = [each.group().casefold() for each in matches]
    hits = list(_hits(words))
    negations = [each.span() for each in _NEGATION.finditer(clause)]
    hedged = _HEDGE.search(clause) is not None
    shown = {place for at, entry in hits for place in range(at, at + len(entry.words))}
    composed: set[int] = set()
    for index, (at, entry) in enumerate(hits):
        if index in composed:
            continue
        after = at + len(entry.words)
        sign, axis, until = entry.sign, entry.axis, after
        if axis in _OPERATORS and (turned := _turned(hits, index, after, composed)) is not None:
            composed.add(turned)
            there, object_ = hits[turned]
            sign, axis, until = sign * object_.sign, object_.axis, there + len(object_.words)
        if axis == "move" and _GAPS.intersection(words[max(0, at - _NEAR) : after + _NEAR]):
            sign, axis = -sign, "gap"  # a gap that grows is one that widens
        first, last = matches[at].start(), matches[after - 1].end()
        if sum(s < first <= e + _SCOPE and not (first <= s and e <= last) for s, e in negations) % 2:
            sign = -sign
        about = (word for place, word in enumerate(words) if place not in shown)
        if axis == "cause":  # what is caused or prevented, not who does it
            about = (word for place, word in enumerate(words) if place not in shown and place >= after)
        topic = frozenset(stem(word) for word in about if is_plain(word))
        quote = clause[first : matches[until - 1].end()]
        yield Frame(topic or whole, axis, -sign if reported else sign, quote, hedged, reported)


def _turned(hits: list[tuple[int, _Entry]], index: int, after: int, composed: set[int]) -> int | None:
    """Index of the hit that an operator turns round, or lets stand: "reduces | the harm"."""
    for other in range(index + 1, len(hits)):
        there, entry = hits[other]
        if there >= after + _REACH:
            return None
        if there >= after and entry.axis not in _UNTURNED and not (index and other in composed):
            return other
    return None


def _hits(words: list[str]) -> Iterator[tuple[int, _Entry]]:
    """Entries found, with the place of their first word; on each axis the longest of those at one place."""
    exact, starred = _index()
    taken: dict[str, int] = {}
    for at, word in enumerate(words):
        rivals = list(exact.get(word, ()))
        for size in range(2, len(word) + 1):
            rivals += starred.get(word[:size], ())
        best: dict[str, _Entry] = {}
        for entry in sorted(rivals, key=lambda each: (len(each.words), len(each.words[0]))):
            if taken.get(entry.axis, 0) <= at and entry.fits(words[at : at + len(entry.words)]):
                best[entry.axis] = entry
        for axis, entry in best.items():
            taken[axis] = at + len(entry.words)
            yield at, entry


@cache
def _index() -> tuple[dict[str, list[_Entry]], dict[str, list[_Entry]]]:
    """Entries of data/opposites.txt by their first word: those without a star in it, and those with one."""
    exact: dict[str, list[_Entry]] = {}
    starred: dict[str, list[_Entry]] = {}
    axis = ""
    for line in _data("opposites.txt").splitlines():
        if line.startswith("["):
            axis = line.strip("[]")
        elif line.startswith(("+", "-")):
            for each in line[1:].split(","):
                entry = _Entry(tuple(each.split()), axis, 1 if line.startswith("+") else -1)
                first = entry.words[0]
                index = starred if first.endswith("*") else exact
                index.setdefault(first.rstrip("*"), []).append(entry)
    return exact, starred


@cache
def _little_words() -> frozenset[str]:
    lines = _data("little_words.txt").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _data(name: str) -> str:
    return resources.files("claims").joinpath("data", name).read_text(encoding="utf-8")
