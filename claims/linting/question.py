"""What the linter reads and what it says."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Fault(StrEnum):
    """A kind of fault.

    The first fifteen are judged for every question with an outcome; the order is the one in which findings
    are given.
    """

    INCOMPLETE = "incomplete"
    NO_DATE = "no_date"
    DATES_INCONSISTENT = "dates_inconsistent"
    ALREADY_DECIDED = "already_decided"
    NO_SOURCE = "no_source"
    SOURCE_MAY_VANISH = "source_may_vanish_unhandled"
    NO_YES_RULE = "no_yes_rule"
    OPTIONS_OVERLAP = "options_overlap"
    NUMBERS_INCONSISTENT = "numbers_inconsistent"
    TWO_PROPOSITIONS = "two_propositions"
    NEGATION_TRAP = "negation_trap"
    NOT_OBSERVABLE = "not_observable"
    SUBJECTIVE_JUDGE = "subjective_judge"
    UNDEFINED_TERM = "undefined_term"
    VAGUE_WORD = "vague_word"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    NOT_A_THESIS = "not_a_thesis"


class Severity(StrEnum):
    """Whether a finding keeps a question from being fit to open."""

    BLOCKS = "blocks"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a question.

    Attributes
    ----------
    fault
        Its kind.
    text
        A sentence that says what is wrong and what to write instead.
    severity
        Advice leaves a question fit to open.
    """

    fault: Fault
    text: str
    severity: Severity = Severity.BLOCKS


@dataclass(frozen=True, slots=True)
class QuestionText:
    """What a question says, whoever wrote it.

    Attributes
    ----------
    kind
        ``binary``, ``choice``, ``ladder`` (ordered ranges) or ``thesis`` (debated, never resolved).
    title
        The question itself; of a thesis, the sentence.
    options
        Of a choice or ladder, in order.
    criteria, fine_print, source
        How it resolves; edge cases and what happens if the source vanishes; who publishes the outcome.
    opens_at, closes_at, resolves_at
        Aware; None where not yet known.
    default_outcome
        ``"yes"``, ``"no"`` or None, if nobody brings evidence.
    """

    kind: str
    title: str
    options: tuple[str, ...] = ()
    criteria: str = ""
    fine_print: str = ""
    source: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    resolves_at: datetime | None = None
    default_outcome: str | None = None
