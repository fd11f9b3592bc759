"""Faults of wording: what two readers would read differently, or nobody could settle."""

import re
from collections.abc import Iterator

from claims.lexicons import with_plain_apostrophes
from claims.linting.question import Fault, Finding, QuestionText, Severity
from claims.linting.text import branches, common_words, sentences_of, words_for

MAX_TITLE_WORDS, LEAST_TITLE_WORDS, MAX_TITLE_CHARACTERS = 30, 8, 200
_DEFINED_WITHIN = 90
_OPEN = re.compile(r"\((?!if\b)")
_HARMLESS_NEGATION = re.compile(
    r"\([^()]*\)|\bnot\s+seasonally(?:\s+adjusted)?|\bn(?:o|ot)\s+later\s+than|\bnot\s+(?:only|necessarily)\b"
    r"|\bwhether\s+or\s+not\b|\bnot\s+(?:earlier|fewer|less|more)\s+than\b(?!.*\bunless\b)",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:announc|stat|say|said|declar|publish|confirm|promis|print|report)\w*\b", re.IGNORECASE
)


def length(question: QuestionText) -> Iterator[Finding]:
    """Find a title longer than members read, or too short to say who does what by when."""
    words = len(question.title.split())
    if words > MAX_TITLE_WORDS or len(question.title) > MAX_TITLE_CHARACTERS:
        yield Finding(
            Fault.TOO_LONG,
            f"The title has {words} words and {len(question.title)} characters; at most {MAX_TITLE_WORDS} "
            f"and {MAX_TITLE_CHARACTERS} are read. Keep who does what by when, and move the rest to the "
            "criteria.",
        )
    elif words < LEAST_TITLE_WORDS and question.kind != "thesis":
        yield Finding(
            Fault.TOO_SHORT,
            f"The title has only {words} words. Say who does what by when in {LEAST_TITLE_WORDS} to "
            f"{MAX_TITLE_WORDS}.",
            Severity.ADVICE,
        )


def vague_words(question: QuestionText) -> Iterator[Finding]:
    """Find a word of degree, time or quality without its measure."""
    words = _undefined(question, "vague", question.title, question.criteria, question.fine_print)
    if words:
        yield Finding(
            Fault.VAGUE_WORD,
            f"{_listed(words)} can be read in several ways. Give a number, a date or a list instead.",
        )
    elif words := _undefined(question, "loose", question.title, question.criteria):
        yield Finding(
            Fault.VAGUE_WORD,
            f"{_listed(words)} may be read in several ways. Say whose word counts.",
            Severity.ADVICE,
        )


def undefined_terms(question: QuestionText) -> Iterator[Finding]:
    """Find a kind of thing that nobody counts by a fixed rule, without the rule."""
    words = _undefined(question, "undefined", question.title, question.criteria)
    if words:
        yield Finding(
            Fault.UNDEFINED_TERM,
            f"{_listed(words)} has no agreed meaning. Say in the criteria what counts as one, or whose list "
            "decides.",
        )


def _undefined(question: QuestionText, section: str, *texts: str) -> list[str]:
    whole = f"{question.title} \n {question.criteria} \n {question.fine_print}"
    words = dict.fromkeys(found.group().lower() for text in texts for found in common_words(section, text))
    return [word for word in words if word not in question.source.lower() and not _is_defined(word, whole)]


def _is_defined(word: str, text: str) -> bool:
    plain = with_plain_apostrophes(text)
    meaning = words_for("definition")
    for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", plain, re.IGNORECASE):
        if plain[found.start() - 1 : found.start()] in {'"', "“", "‘", "«"}:
            return True
        after = re.split(r"[.;?\n]", plain[found.end() : found.end() + _DEFINED_WITHIN], maxsplit=1)[0]
        if _OPEN.match(after.split(",")[0].partition(" ")[2].partition(" ")[2]) or _OPEN.match(
            after.lstrip()
        ):
            return True
        if meaning.search(after):
            return True
        before = re.split(r"[.;?\n]", plain[max(0, found.start() - 40) : found.start()])[-1]
        if re.search(
            r"\b(?:listed|named|classified|designated|coded|labell?ed|tagged|flagged|marked)\s+as(?:\s+an?)?\s+$",
            before,
        ):
            return True
    return False


def negations(question: QuestionText) -> Iterator[Finding]:
    """Negations that a reader has to cancel against each other."""
    yes, no = (_negators(branch) for branch in _both(question))
    title = _negators(question.title)
    for words in (title, yes, no):
        several = len(words) > 1 and (words is not no or len(words) > 2)  # noqa: PLR2004
        if several or (len(words) > 1 and "unless" in words):
            yield Finding(
                Fault.NEGATION_TRAP,
                f"{_listed(words)} turn the sentence round more than once. Ask for the thing itself, and say "
                "plainly when it is YES.",
            )
            return


def _both(question: QuestionText) -> tuple[str, str]:
    parts = branches(question.criteria)
    return parts.yes, parts.no


def _negators(text: str) -> list[str]:
    bare = _HARMLESS_NEGATION.sub(" ", with_plain_apostrophes(text))
    return [found.group().lower() for found in words_for("negation").finditer(bare)]


def unobservable(question: QuestionText) -> Iterator[Finding]:
    """Find a cause, a might-have-been, a mind or a verdict of history."""
    reasons = {
        "cause": "asks why something happened, and no source publishes that",
        "counterfactual": "asks what would have been, and nobody can observe that",
        "mind": "asks what somebody thinks or wants, and nobody can observe that",
        "hindsight": "asks whether something was right or good, and no source settles that",
    }
    for section, why in reasons.items():
        for text in (question.title, *sentences_of(question.criteria)):
            found = next(common_words(section, text), None)
            if found and not (section == "mind" and _REPORTED.search(text[: found.start()])):
                yield Finding(
                    Fault.NOT_OBSERVABLE,
                    f"“{found.group()}” {why}. Ask for the figure or the act that would show it.",
                )
                return


def judges(question: QuestionText) -> Iterator[Finding]:
    """Find an opinion that decides: nobody can say beforehand whose, or by what rule."""
    judge, opinion = (words_for(name).pattern for name in ("judge", "opinion"))
    lower = r"(?:\s+[^\sA-Z.;:]+){0,6}?\s+"
    asked = re.compile(
        rf"{judge}{lower}(?:{opinion})|(?:{opinion})\s+(?:as\s+such\s+)?(?:by|of|among)\s+(?:an?\s+|the\s+|our\s+)?{judge}"
    )
    for text in (question.title, *sentences_of(question.criteria), *sentences_of(question.fine_print)):
        plain = with_plain_apostrophes(text)
        found = words_for("judged").search(plain) or asked.search(plain)
        if found:
            yield Finding(
                Fault.SUBJECTIVE_JUDGE,
                f"“{found.group()}” leaves the outcome to somebody's opinion. Name a published figure, list "
                "or act that decides it.",
            )
            return


def _listed(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in dict.fromkeys(words[:4]))
