"""Ninth step: whether a question is fit to open, and what to write instead where it isn't."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain

from claims.linting.amounts import thresholds
from claims.linting.options import clean_options
from claims.linting.propositions import one_proposition, yes_rule
from claims.linting.question import Fault, Finding, QuestionText, Severity
from claims.linting.sources import lasting_source, named_source
from claims.linting.timing import consistent, dated, undecided
from claims.linting.wording import judges, length, negations, undefined_terms, unobservable, vague_words

__all__ = ["Fault", "Finding", "QuestionText", "Severity", "is_fit", "lint"]

_BLANK = re.compile(r"\[[^\[\]\n]{1,80}\?\]")


def lint(question: QuestionText, *, now: datetime | None = None) -> tuple[Finding, ...]:
    """Say what keeps a question from being fit to open.

    Parameters
    ----------
    question
        Its texts and dates. Missing dates are judged no further than the texts allow.
    now
        Stands for ``opens_at`` where that is None.

    Returns
    -------
    tuple of Finding
        At most one for each fault, in the order of `Fault`; empty for a question without faults.

    Examples
    --------
    >>> question = QuestionText("binary", "Will exports fall significantly in 2027?", source="Eurostat")
    >>> [str(finding.fault) for finding in lint(question)]
    ['source_may_vanish_unhandled', 'no_yes_rule', 'vague_word', 'too_short']
    """
    opens = question.opens_at or now
    today = opens.date() if opens else None
    if question.kind == "thesis":
        found = chain(length(question), _thesis(question))
    else:
        found = chain(
            dated(question, today=today),
            consistent(question),
            undecided(question, today=today),
            named_source(question),
            lasting_source(question),
            yes_rule(question),
            clean_options(question),
            thresholds(question),
            one_proposition(question),
            negations(question),
            unobservable(question),
            judges(question),
            undefined_terms(question),
            vague_words(question),
            length(question),
        )
    order = list(Fault)
    return tuple(sorted(chain(_blanks(question), found), key=lambda finding: order.index(finding.fault)))


def is_fit(findings: Iterable[Finding]) -> bool:
    """Tell whether nothing in the findings keeps a question from being opened."""
    return all(finding.severity is Severity.ADVICE for finding in findings)


def _blanks(question: QuestionText) -> Iterator[Finding]:
    texts = (question.title, *question.options, question.criteria, question.fine_print, question.source)
    blanks = list(dict.fromkeys(blank for text in texts for blank in _BLANK.findall(text)))
    if blanks:
        yield Finding(Fault.INCOMPLETE, f"It still has blanks: {', '.join(blanks)}. Fill them.")


def _thesis(question: QuestionText) -> Iterator[Finding]:
    if "?" in question.title:
        yield Finding(
            Fault.NOT_A_THESIS, "A thesis is a sentence one can dispute. Write it without a question mark."
        )
    yield from one_proposition(question)
    yield from vague_words(question)
