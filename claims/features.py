"""Third step: what a sentence shows, each feature with the words that show it."""

import re
from collections.abc import Iterator

from claims.lexicons import lexicon, with_plain_apostrophes

_LEXICONS = (
    "direction",
    "modality",
    "deadline",
    "cause",
    "judgement",
    "measure",
    "event",
    "attribution",
    "hedge",
    "negation",
    "comparison",
    "opinion",
    "feeling",
    "about_the_text",
    "addressed",
)
# Every feature there is.
_SHAPES = ("tiny", "short", "medium", "full", "long", "question", "heading", "pointer")
NAMES = (*_LEXICONS, "personal", "number", "name", *_SHAPES)

_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_LIST_MARK = re.compile(r"^(?:\(?\d{1,3}[.)]|[-*•–])\s+")
_NUMBER = re.compile(r"[$€£]?\d[\d.,]*(?: ?%|(?:nm|x|bn|m|GW|TWh|MW)\b)?")
_CAPITAL = r"[A-Z][\w&-]*(?:\.[A-Z]\b)*"
_NAME = re.compile(
    rf"(?:(?<=[\w,;:'\"“‘(—–] )[\"“‘'(]?|(?<=[—–(]))(?!I\b){_CAPITAL}(?: {_CAPITAL})*|\b(?:[A-Z]\.?){{2,}}"
)
_POINTER = re.compile(r"(?:This|That|These|Those|It|They|He|She|There|Then|So)\b")
_FINAL_STOP = re.compile(r"[.!?…][\"”'’)\]]*$")

MAX_WORDS = 120
_MOST_OF_A_HEADING = 10
_LENGTHS = ((30, "long"), (20, "full"), (14, "medium"), (10, ""), (6, "short"), (0, "tiny"))  # words from


def words_of(text: str) -> list[str]:
    """Words of a sentence, in order.

    Examples
    --------
    >>> words_of("1. The U.S. gap won't close.")
    ['1', 'The', 'U.S', 'gap', "won't", 'close']
    """
    return _WORD.findall(text)


def boilerplate(text: str) -> str | None:
    """Words that mark the sentence as furniture of the page, or None.

    Examples
    --------
    >>> boilerplate("Expand full comment")
    'Expand full comment'
    """
    if len(text) > 200:  # noqa: PLR2004 - furniture is short
        return None
    found = lexicon("boilerplate").match(with_plain_apostrophes(text))
    return found.group() if found else None


def features(text: str) -> dict[str, str]:
    """Features of one sentence.

    Parameters
    ----------
    text
        One sentence, as it stands in its document.

    Returns
    -------
    dict
        From each feature that holds to the words that show it (empty where it is the sentence's shape).
        A feature holds or doesn't: there are no strengths.

    Examples
    --------
    >>> features("The gap in models narrowed.")["direction"]
    'narrowed'
    """
    plain = with_plain_apostrophes(_LIST_MARK.sub("", text.strip()))
    return dict(_of_words(plain)) | dict(_of_shape(plain))


def _of_words(plain: str) -> Iterator[tuple[str, str]]:
    for name in _LEXICONS:
        if found := lexicon(name).search(plain):
            yield name, found.group()
    talk = lexicon("personal").search(lexicon("opinion").sub("", plain))  # "I think that" introduces a claim
    if talk:
        yield "personal", talk.group()
    for name, pattern in (("number", _NUMBER), ("name", _NAME)):
        if found := pattern.search(plain):
            yield name, found.group().strip("\"“‘'(")


def _of_shape(plain: str) -> Iterator[tuple[str, str]]:
    count = len(words_of(plain))
    if length := next(name for least, name in _LENGTHS if count >= least):
        yield length, ""
    if plain.rstrip("\"”'’) ").endswith("?"):
        yield "question", ""
    elif not _FINAL_STOP.search(plain) and count <= _MOST_OF_A_HEADING:
        yield "heading", ""
    if pointer := _POINTER.match(plain):
        yield "pointer", pointer.group()
