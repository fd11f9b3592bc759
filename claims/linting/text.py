"""How the linter takes a question's texts apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from claims.lexicons import lexicon, with_plain_apostrophes

_WRITTEN_OUT = "zero one two three four five six seven eight nine ten eleven twelve"
NUMBER_WORDS = {word: number for number, word in enumerate(_WRITTEN_OUT.split(" "))}

_SENTENCE = re.compile(r"(?<=[.;!?])\s+")
_BEFORE_BRANCH = re.compile(
    r"(?:[,;]\s*(?:and\s+|or\s+|but\s+|while\s+)?|\s+(?:and|or|but|while)\s+|[,:]\s*)(?=(?:it\s+|this\s+|the\s+\w+\s+)?"
    r"(?:(?:resolves?|is|means|gives?|counts as)\s+(?:to\s+|as\s+)?)?(?:YES|NO)\b)"
)
_YES = re.compile(
    r"\bYES\b|\b[Rr]esolves?\s+(?:to\s+|as\s+)?[\"“']?(?:yes|positive(?:ly)?)\b|\b[Aa]nswer\s+is\s+[\"“']?yes\b"
    r"|\bYes\b|\bin the affirmative\b"
)
_NO = re.compile(
    r"\bNO\b|\b[Rr]esolves?\s+(?:to\s+|as\s+)?[\"“']?(?:no|negative(?:ly)?)\b|\b[Aa]nswer\s+is\s+[\"“']?no\b"
    r"|\bNo(?=[.,:;]|\s+(?:if|otherwise))|\bin the negative\b"
)


@dataclass(frozen=True, slots=True)
class Branches:
    """What criteria say of each outcome of a yes-or-no question.

    Attributes
    ----------
    yes, no
        The clauses that lead to YES and to NO; empty where there are none.
    """

    yes: str
    no: str


def sentences_of(text: str) -> list[str]:
    """Sentences and half-sentences.

    Examples
    --------
    >>> sentences_of("YES if it rises; NO otherwise. Revisions are ignored.")
    ['YES if it rises;', 'NO otherwise.', 'Revisions are ignored.']
    """
    return [part for part in _SENTENCE.split(text.strip()) if part]


def branches(criteria: str) -> Branches:
    """Take criteria apart.

    Examples
    --------
    >>> branches("Resolves YES if the rate is 2% or less, and NO otherwise.").no
    'NO otherwise.'
    """
    yes, no = [], []
    for sentence in sentences_of(criteria):
        both = _YES.search(sentence) and _NO.search(sentence)
        waiting = ""
        for part in _parts(sentence) if both else [sentence]:
            clause, waiting = f"{waiting} {part}".strip(), ""
            if _YES.search(part):
                yes.append(clause)
            elif _NO.search(part):
                no.append(clause)
            else:
                waiting = clause  # a condition that stands before its outcome
    return Branches(" ".join(yes), " ".join(no))


def _parts(sentence: str) -> list[str]:
    """Cut a sentence that names both outcomes.

    After the first if its condition stands before it ("2 or more is YES, fewer NO"), else before the second.
    """
    first = min(
        (found for found in (_YES.search(sentence), _NO.search(sentence)) if found), key=re.Match.start
    )
    if re.match(r"\s*(?:[,;]|(?:and|but|while)\b)", sentence[first.end() :]):
        return [sentence[: first.end()], sentence[first.end() :]]
    return [part for part in _BEFORE_BRANCH.split(sentence) if part]


def words_for(section: str) -> re.Pattern[str]:
    """Lexicon of data/linting.txt; its ``pattern`` serves in larger ones.

    Examples
    --------
    >>> words_for("vague").search("Will exports fall significantly?").group()
    'significantly'
    """
    return lexicon(section, "linting.txt")


def common_words(section: str, text: str) -> Iterator[re.Match[str]]:
    """Find the words of a lexicon that aren't part of a name: a capital in mid-sentence makes one.

    Examples
    --------
    >>> [found.group() for found in common_words("vague", "A major trade for a Major League club")]
    ['major']
    """
    for found in words_for(section).finditer(with_plain_apostrophes(text)):
        starts = not (before := text[: found.start()].rstrip()) or before[-1] in ".:;?!"
        if starts or not found.group()[0].isupper():
            yield found
