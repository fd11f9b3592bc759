"""Who publishes the outcome, and what happens if they stop."""

import re
from collections.abc import Iterator
from functools import cache

from claims.linting.question import Fault, Finding, QuestionText
from claims.linting.text import sentences_of, words_for

_ADDRESS = re.compile(r"https?://|\w\.[a-z]{2,}\b|@\w{2,}")
_NAME = re.compile(r"[A-Z][\w-]*(?:\s+(?:of\s+|for\s+|the\s+|and\s+|on\s+)*[A-Z][\w-]*)+")
_TOKEN = re.compile(r"[^\W\d_][\w'’.&+-]*", re.UNICODE)
_IF = r"\b(?:if|should|in case|where|when|once|were|in the event|whenever)\b.*?"
_CLAUSE = re.compile(r"\b(?:if|should|in case|where|were|in the event)\b(?:[^,;.]|\.(?=\w))*", re.IGNORECASE)
_WITHOUT = (
    r"\b(?:without|with no|with neither|lacking|failing|absent|in the absence of)\b(?:\s+[\w-]+){0,3}?\s+"
)
_FILE_OR_SITE = re.compile(r"\b\w+\.\w{2,}\b")
_NAME_INSIDE = re.compile(r"\s[A-Z]")
_VOID = re.compile(r"\b(?:annul\w*|void\w*|resolves?\s+(?:as\s+)?N/?A|not\s+scored|N/A)\b", re.IGNORECASE)


def named_source(question: QuestionText) -> Iterator[Finding]:
    """Find a source that names nobody who publishes anything."""
    source = question.source.strip()
    if not source:
        yield Finding(Fault.NO_SOURCE, "No source is named. Write who publishes the outcome, and where.")
    elif not _names_somebody(source):
        yield Finding(
            Fault.NO_SOURCE,
            f"“{source}” names nobody in particular. Write which body, site or publication decides.",
        )


def _names_somebody(source: str) -> bool:
    if _ADDRESS.search(source):
        return True
    generic, body, country, press = (
        words_for(name) for name in ("generic_source", "body", "country", "press")
    )
    words = [found.group().rstrip(".'’") for found in _TOKEN.finditer(source)]
    words = [word.removesuffix("'s").removesuffix("’s") for word in words]
    if any(sum(map(bool, map(body.fullmatch, name.split()))) > 1 for name in _NAME.findall(source)):
        return True
    telling = [word for word in words if not generic.fullmatch(word) and not body.fullmatch(word)]
    if all(country.fullmatch(word) for word in telling):
        return bool(telling) and not any(press.fullmatch(word) for word in words)
    typed_small = source == source.lower()
    return typed_small or any(any(map(str.isupper, word)) for word in telling)


def lasting_source(question: QuestionText) -> Iterator[Finding]:
    """Nothing is said about a source that stops, moves or publishes late."""
    # Of the criteria only plain words count: "NO if it does not" speaks of the outcome.
    plainly = any(_losses()[0].search(sentence) for sentence in sentences_of(question.criteria))
    if (
        plainly
        or _VOID.search(question.criteria)
        or any(map(_handles_loss, sentences_of(question.fine_print)))
    ):
        return
    yield Finding(
        Fault.SOURCE_MAY_VANISH,
        "Nothing says what happens if the source stops or publishes late. Name a second source in the fine "
        "print, or say that the question is void then.",
    )


def _handles_loss(sentence: str) -> bool:
    if _VOID.search(sentence):
        return True
    gone, perhaps_gone, without = _losses()
    perhaps = perhaps_gone.search(sentence)
    concerned = perhaps and any(
        each.search(perhaps.group()) for each in (words_for("publication"), _FILE_OR_SITE, _NAME_INSIDE)
    )
    return bool(gone.search(sentence) or without.search(sentence) or concerned or _of_a_site(sentence))


def _of_a_site(sentence: str) -> bool:
    """Tell whether a condition is about a site, and about nothing that it goes on doing."""
    condition = _CLAUSE.search(sentence)
    if not condition or words_for("carries_on").search(condition.group()):
        return False
    return any(each.search(condition.group()) for each in (words_for("site"), _FILE_OR_SITE))


@cache
def _losses() -> tuple[re.Pattern[str], ...]:
    """Patterns of a source that is gone, of one that perhaps is, and of "without a figure"."""
    said = (
        _IF + words_for("gone").pattern,
        _IF + words_for("perhaps_gone").pattern,
        _WITHOUT + words_for("publication").pattern,
    )
    return tuple(re.compile(each, re.IGNORECASE) for each in said)
