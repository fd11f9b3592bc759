"""What must hold of a model's answer before anybody sees it. Faults end a sentence; empty is none."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from rapidfuzz.distance import LCSseq

from claims.families import Texts
from claims.indicators import registry
from claims.lexicons import lexicon, with_plain_apostrophes
from claims.resolve import points_back
from claims.wording import tidied, without_openers

MOST_INSERTED = 25
MOST_OPTIONS = 10

_TITLE, _CRITERIA, _FINE_PRINT, _SOURCE, _OPTION = 200, 1_500, 1_500, 300, 80
_FEWEST_WORDS_QUOTED = 4
_STEM, _SHORT = 6, 3  # "narrowed" and "narrowing" share their first six letters
_WORD = re.compile(r"[^\W_]+(?:['.,:/-][^\W_]+)*")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>()\"“”]+|(?<![\w@.])(?:[\w-]+\.)+[a-z]{2,}(?:/[^\s<>()\"“”]*)?", re.IGNORECASE
)
_LISTS = "model_checks.txt"
_LEADS = re.compile(r"(?:This|That|These|Those|Such|The)\b")
_LEADING_WORDS = 4  # of "This second kind of ...", which gives way as a whole
_PLAIN_MARKS = frozenset(" .,'-")


def verbatim(quotes: Iterable[str], sources: Sequence[str]) -> list[str]:
    """Keep the quotes that stand in a source letter for letter, each once; the order stays.

    A source that is quoted whole may be short; of a longer one at least four words are asked for.

    Examples
    --------
    >>> verbatim(["gap has narrowed by half", "gap has widened", "The"], ["The gap has narrowed by half."])
    ['gap has narrowed by half']
    """
    return [
        quote
        for quote in dict.fromkeys(each.strip() for each in quotes)
        if quote
        and (quote in sources or len(quote.split()) >= _FEWEST_WORDS_QUOTED)
        and any(quote in source for source in sources)
    ]


def standalone_fault(proposed: str, sentence: str, before: Sequence[str]) -> str:
    """Say what is wrong with a sentence that is to be read apart from its document.

    Only a pronoun or other pointer may give way, to words from the sentence or those before it; every other
    word, number, negation and hedge must stay, in order.

    Examples
    --------
    >>> before = ["The ban on chips has backfired."]
    >>> standalone_fault("The ban on chips forced China to adapt.", "It forced China to adapt.", before)
    ''
    >>> standalone_fault("The ban on cars forced China to adapt.", "It forced China to adapt.", before)
    'it adds "cars"'
    """
    if points_back(proposed):
        return "it still points back"
    bare = without_openers(tidied(sentence))
    old, new = _words(bare), _words(proposed)
    known = {word for text in (sentence, *before) for word in _words(text)}
    leading = _LEADING_WORDS if points_back(bare) and _LEADS.match(bare) else 0
    inserted = 0
    for edit in LCSseq.editops(old, new):
        if edit.tag == "delete":
            word = old[edit.src_pos]
            gives_way = edit.src_pos < leading and not _weighs(word)
            if not (gives_way or _points(word) or _holds(word)):
                return f'it drops "{word}"'
        else:
            word, inserted = new[edit.dest_pos], inserted + 1
            said = _holds(word) or {word, word.removesuffix("'s"), word.removesuffix("'")} & known
            if not said or (_weighs(word) and not word[0].isdigit()):
                return f'it adds "{word}"'
    if inserted > MOST_INSERTED:
        return "it adds too much"
    marks = {mark for mark in proposed if not mark.isalnum()}
    strange = marks - _PLAIN_MARKS - set(with_plain_apostrophes(" ".join([sentence, *before])))
    return f"it adds {unicodedata.name(min(strange), 'a sign').lower()}" if strange else ""


def draft_fault(texts: Texts, *, passages: Sequence[str], known: Sequence[str]) -> str:
    """Say what keeps a draft from being shown at all; whether it is fit to open is the linter's question.

    Parameters
    ----------
    texts
        The model's.
    passages
        What it is made from: its title must share a word with them that says what they are about.
    known
        The texts that may hold web addresses, besides the registry of indicators.
    """
    pieces = [
        ("title", texts.title, _TITLE), ("criteria", texts.criteria, _CRITERIA),
        ("fine print", texts.fine_print, _FINE_PRINT), ("source", texts.source, _SOURCE),
        *(("options", option, _OPTION) for option in texts.options),
    ]  # fmt: skip
    for name, text, most in pieces:
        if len(text) > most:
            return f"its {name} had more than {most:,} characters"
        if any(unicodedata.category(sign).startswith("C") for sign in text if sign != "\n"):
            return f"its {name} had hidden characters"
    if strange := strange_address(" ".join(text for _, text, _ in pieces), known):
        return f"it named an address that neither the document nor the registry knows ({strange})"
    if (texts.kind == "binary") == bool(texts.options) or len(texts.options) > MOST_OPTIONS:
        return "its options didn't fit its kind"
    about = _stems(texts.title) & _stems(" ".join(passages))
    return "" if about else "its question was about something else"


def strange_address(text: str, known: Sequence[str]) -> str:
    """Give the first web address in a text that is in none of the known texts nor in the registry.

    Examples
    --------
    >>> strange_address("See lmarena.ai and evil.example/x.", [])
    'evil.example/x'
    """
    fine = _registered() | {each for text in known for each in _addresses(text)}
    return next((each for each in _addresses(text) if each not in fine), "")


def _addresses(text: str) -> list[str]:
    found = (each.group().casefold().rstrip(".,;:!?'’/") for each in _ADDRESS.finditer(text))
    return [re.sub(r"^(?:https?://)?(?:www\.)?", "", each) for each in found]


@cache
def _registered() -> frozenset[str]:
    texts = (f"{each.source} {each.fallback} {each.rule}" for each in registry().values())
    return frozenset(address for text in texts for address in _addresses(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(with_plain_apostrophes(text).casefold())


def _points(word: str) -> bool:
    pointer = lexicon("pointers", _LISTS).fullmatch(word.partition("'")[0])
    return bool(pointer) and not lexicon("negation").fullmatch(word)


def _holds(word: str) -> bool:
    return bool(lexicon("holding", _LISTS).fullmatch(word))


def _weighs(word: str) -> bool:
    """Whether a word is a figure, a denial or a hedge, without which a claim is another."""
    lists = ("negation", "modality", "hedge")
    return any(sign.isdigit() for sign in word) or any(lexicon(each).fullmatch(word) for each in lists)


def _stems(text: str) -> set[str]:
    """Give the words that say what a text is about, cut to stems."""
    return {
        word.removesuffix("'s").removesuffix("s")[:_STEM]
        for word in _words(text)
        if len(word) > _SHORT and not word[0].isdigit() and not lexicon("any_title", _LISTS).fullmatch(word)
    }
