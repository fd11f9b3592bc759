"""Fifth step: the sentence as it stands alone, with what it points back to."""

import re
from collections.abc import Sequence

from claims.lexicons import lexicon, with_plain_apostrophes
from claims.wording import capitalised, speaker, tidied, without_openers

MOST_CONTEXT = 200  # characters of the sentence before that are given along
_MOST_WORDS_OF_A_NAME, _MOST_REPORTED = 14, 2

_PRONOUN = re.compile(r"(?P<word>It|They|He|She|Its|Their|His|Her)(?P<clitic>['’](?:s|re|ve|ll|d))?(?= \w)")
_POINTS_BACK = re.compile(
    r"(?:This|That|These|Those|Such|It|They|He|She|Its|Their|His|Her"
    r"|The (?:latter|former|second|other|same|first|opposite|reverse)"
    r"|The (?:evidence|result|reason|answer|problem|consequence|upshot|implication|lesson)"
    r"(?: is| was|['’]s))\b"
)
# "It is quicker to", "It's obvious that", "It takes": nothing is meant by it.
_IT_IS = r"It(?:['’]s| is| was| isn['’]t| (?:may|might|would|will|can) be| has been|['’]ll be|['’]d be) "
_DUMMY = re.compile(
    rf"{_IT_IS}(?:[\w-]+ly )?(?:not )?(?:[\w'’-]+ ){{1,5}}?"
    r"(?:that|to|how|who|whether|if|when|why|because|until)\b"
    rf"|{_IT_IS}(?:(?:more|most|very|quite|highly) )?(?:likely|unlikely|clear|obvious|true|possible|time)\b"
    r"|It (?:seems|appears|looks like|turns out|takes|took|remains to be|makes sense|follows)\b"
)
_BARE_DEFINITE = re.compile(
    r"(?P<lead>(?:[A-Z][^,.;:]{0,80}, )?)(?P<the>[Tt]he) (?P<noun>[a-z][a-z-]+) (?P<next>[\w'’]+)"
)
_PERSON = re.compile(r"\b[A-Z][a-z]+(?: [A-Z]\.)?(?: [A-Z][a-z]+){1,2}\b")
_PREPOSED = re.compile(
    r"(?:By|In|On|At|For|From|With|Without|Within|Despite|Because|Since|As|If|While|Although|Though|After|Before|When|"
    r"Under|Over|Given|Unlike|Like|Instead|Contrary|Rather|Once|Until|To|Of|[A-Z][a-z]+(?:ing|ed))\b[^,]*, "
)
_NO_SUBJECT = re.compile(
    r"(?:I|we|you|it|they|he|she|this|that|these|those|there|here|who|what|which|how|why|when|where|if|nobody|"
    r"someone|somebody|everyone|anyone|people|one|some|many|most|all|both|each|in|on|at|by|for|from|with|as|of|to|"
    r"not|no|such|let|what's|let's|it's|that's|there's)$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r" (?:of|on|in|for|from|to|with|between|at|by|like|about|against|over|under|into|behind) "
)
# What no plain subject holds: another clause, a clause's punctuation, a name that is only pointed at.
_UNSURE = re.compile(
    r"[,;:()\"“”—?!…]|\b(?:when|if|that|who|which|what|whom|whose|where|why|how|because|while|than|as|it|they|them|"
    r"this|these|those|its|their|my|your|his|her|our|i|we|you)\b|^(?:back|almost|even|only|just|once|perhaps|maybe|\w+ly)\b",
    re.IGNORECASE,
)
_LITTLE = re.compile(
    r"(?:the|a|an|to|of|by|in|on|at|for|from|with|as|its|their|his|her|that|this|it|them|into|up|down|only|not|over)$"
)
_POINTED_AT = re.compile(r"(?:This|That|These|Those|Such|The \w+) (?P<noun>[a-z]{4,}?)(?:e?s)?\b")
_FEWEST_WORDS_OF_CONTEXT = 9
_PLURALS = frozenset({"people", "children", "men", "women", "media", "police"})


def standalone(text: str, before: Sequence[str] = (), *, same_paragraph: bool = True) -> str:
    """Say a sentence so that it can be read apart from its document.

    List marks and openers ("But", "In fact,") go. A pronoun at the start gives way to the subject of the
    sentence before, where that agrees in number and is found for sure; "the controls" becomes the fuller name
    used before ("the export controls"). Any other pointer stays, and the sentence before is given along:
    ``[after: ...]``.

    Parameters
    ----------
    text
        The sentence, as it stands in its document.
    before
        Those just before it by the same author, the nearest last.
    same_paragraph
        Whether the nearest stands in the same paragraph; if not, nothing is put in its words' place.

    Examples
    --------
    >>> standalone("It forced China to build its own.", ["The ban on selling chips has backfired."])
    'The ban on selling chips forced China to build its own.'
    >>> standalone("This makes them safer.", ["Banks hold more capital."])
    'This makes them safer. [after: Banks hold more capital.]'
    """
    bare = without_openers(tidied(text))
    if not before:
        return bare
    if same_paragraph:
        resolved = _with_antecedent(bare, before[-1]) or _with_fuller_name(bare, before)
        if resolved:
            return resolved
    return f"{bare} [after: {_context(bare, before)}]" if points_back(bare) else bare


def points_back(text: str) -> bool:
    """Whether a sentence opens with a word that stands for something said before.

    Examples
    --------
    >>> points_back("It works."), points_back("It's clear that the ban works.")
    (True, False)
    """
    return bool(_POINTS_BACK.match(text)) and not _DUMMY.match(text)


def _with_antecedent(text: str, before: str) -> str | None:
    """Put the subject of the sentence before in the pronoun's place; None where that isn't sure."""
    found = _PRONOUN.match(text)
    if not found or _DUMMY.match(text):
        return None
    word = found["word"]
    name = _person(before) if word in {"He", "She", "His", "Her"} else _subject(before)
    if name is None or (word in {"They", "Their"}) != _is_plural(name):
        return None
    if word in {"Its", "Their", "His", "Her"}:
        name += "'" if name.endswith("s") else "'s"
    elif found["clitic"]:
        name += {"s": " is", "re": " are", "ve": " have", "ll": " will", "d": " would"}[found["clitic"][1:]]
    return capitalised(name) + text[found.end() :]


def _person(before: str) -> str | None:
    """Name the one person whom a sentence names; None where it is nobody or one of several."""
    bare = tidied(before)
    names = {speaker(bare) or ""} - {""} or set(_PERSON.findall(bare.partition("'s ")[0]))
    return names.pop() if len(names) == 1 and len(_PERSON.findall(bare)) == 1 else None


def _subject(before: str) -> str | None:
    """Find the subject of a sentence, or of what it reports: the words up to the first finite verb."""
    clause = without_openers(tidied(with_plain_apostrophes(before)))
    if _PREPOSED.match(clause):  # names somebody else, as often as not
        return None
    for _ in range(_MOST_REPORTED):
        words = clause.split()
        verb = next((at for at in range(1, len(words)) if _is_finite(words, at)), None)
        if verb is None or _NO_SUBJECT.match(words[0]):
            return None
        name = " ".join(words[:verb])
        if not lexicon("reporting").fullmatch(words[verb]):
            sure = verb <= _MOST_WORDS_OF_A_NAME and not _UNSURE.search(name) and not _PERSON.fullmatch(name)
            return name if sure else None
        clause = " ".join(words[verb + 1 :]).removeprefix("that ")
    return None


def _is_finite(words: Sequence[str], at: int) -> bool:
    """Whether a word is a finite verb; one in -ed only where no noun follows that it could belong to."""
    word = words[at]
    if lexicon("finite").fullmatch(word.rstrip(".,;:")):
        return True
    following = words[at + 1] if at + 1 < len(words) else ""
    ends = word.endswith((".", ",", ";"))
    return word.rstrip(".,;").endswith("ed") and (ends or bool(_LITTLE.match(following)))


def _is_plural(name: str) -> bool:
    head = _PREPOSITION.split(f"{name} ")[0].strip()
    last = head.split()[-1].lower()
    return (
        " and " in head
        or last in _PLURALS
        or (last.endswith("s") and not last.endswith(("ss", "us", "is", "'s")))
    )


def _with_fuller_name(text: str, before: Sequence[str]) -> str | None:
    """Put "the export controls" for "the controls" where a sentence before calls them so."""
    found = _BARE_DEFINITE.match(text)
    if not found or not _is_finite([found["noun"], found["next"], *text[found.end() :].split()], 1):
        return None
    modified = re.compile(rf"\b(?P<kind>[a-z]+(?:-[a-z]+)*) {found['noun']}\b")
    for earlier in reversed(before):
        if (fuller := modified.search(earlier)) and _is_kind(fuller["kind"]):
            return f"{text[: found.end('the')]} {fuller['kind']} {text[found.start('noun') :]}"
    return None


def _is_kind(word: str) -> bool:
    """Whether a word before a noun says what kind it is of ("export controls"), as a noun does."""
    return not (
        _LITTLE.match(word) or lexicon("no_kind").fullmatch(word) or word.endswith(("ly", "ing", "ed"))
    )


def _context(text: str, before: Sequence[str]) -> str:
    """Give the nearest sentence that names what the text points at, else the nearest that says enough."""
    tidy = [without_openers(tidied(each)) for each in reversed(before)]
    found = _POINTED_AT.match(text)
    noun = found["noun"] if found and not lexicon("finite").fullmatch(found.group().split()[-1]) else None
    named = (each for each in tidy if noun and re.search(rf"\b{noun}", each, re.IGNORECASE))
    full = (each for each in tidy if len(each.split()) >= _FEWEST_WORDS_OF_CONTEXT)
    chosen = next((each for each in named if not points_back(each)), next(full, tidy[0]))
    if len(chosen) > MOST_CONTEXT:
        chosen = capitalised(_PREPOSED.sub("", chosen, count=1))
    if len(chosen) <= MOST_CONTEXT:
        return chosen
    return chosen[:MOST_CONTEXT].rsplit(" ", 1)[0].rstrip(",;:—– ") + " …"
