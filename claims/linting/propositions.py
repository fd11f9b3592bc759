"""Whether a question asks for one thing, and says how it comes out."""

import re
from collections.abc import Iterator
from functools import cache

from claims.linting.question import Fault, Finding, QuestionText, Severity
from claims.linting.text import branches, sentences_of, words_for

_COMPARISON = (
    r"(?:at least|at most|(?:more|fewer|less|higher|lower|larger|greater|smaller) than"
    r"|above|below|over|under|exceed\w*|\d[\d.,]*(?:\s*%|\s*\w+){0,3}? or "
    r"(?:more|fewer|less|higher|lower|above|below|greater|better|over))"
)
_JOINED = r"\b(?:and|or|while|plus|together with|as well as|along with|in addition to|coupled with)\b"
_BESIDES = r"\b(?:together with|as well as|in addition to|coupled with|accompanied by|along with|on top of)\b"
_TWO_COMPARISONS = (
    rf"\d[^;:]*?{_COMPARISON}[^;:]*?{_JOINED}[^;:]*?{_COMPARISON}\s*\S*\d",
    rf"{_COMPARISON}\s*\S*\d[^;:]*?{_JOINED}[^;:]*?{_COMPARISON}",
    rf"\bor (?:more|fewer|less|higher|lower)\b[^;:]*?{_JOINED}[^;:]*?{_COMPARISON}",
)
_NOT_BOTH = re.compile(
    r"\beither(?: (?:one|condition|part|event|of\b.*?))? (?:is|are|fails?|does|do|has|have|of)\b"
    r"|\bneither (?:has|have|is|of|happens|does|event)\b"
    r"|\b(?:not|unless) both\b|\bthe other (?:does|fails|is)\b"
    r"|\bone (?:of (?:the two|them|these|both)|condition|part|without the other)\b"
    r"|\bboth (?:conditions|are|have|events|fail)\b",
    re.IGNORECASE,
)
_ASKS_BOTH = re.compile(
    r"\bYES\s*(?:or|/|and)\s*NO\b[^.;:]*?"
    r"\b(?:depend|accord|based?|follow|reflect|as (?:shown|given|stated)|in line|by the)\w*"
)
_CONDITION = re.compile(
    r"\b(?:if|when|once|where|as soon as|unless|should|provided|in case|whenever|on the (?:first|day)"
    r"|is|are|means?|gives?|for|to|at|resolves?|count\w*|must|needs?|requires?)\b|[:=]",
    re.IGNORECASE,
)
_OPTION = r"(?:option|range|answer|band|bracket|bin|interval|window|category|choice|outcome)"
_PICKS = re.compile(
    r"\b(?:is|are|be|counts? as) (?:(?:then|thus) )?(?:the )?(?:correct|right|winning|answer|outcome)\b"
    r"|\bresolves? (?:to|as|in favou?r of|for)\b(?! be\b)"
    rf"|\b(?:decides?|determines?) which {_OPTION}"
    rf"|\b(?:correct|right|winning) {_OPTION}\b[^.;]*?\bis\b|\b(?:answer|outcome|winner|winning option) is\b"
    rf"|\b{_OPTION}\b[^.;]*?\b(?:wins|is (?:chosen|selected|taken))\b",
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(
    r"\bresolves? (?:to|as|for) (?:be )?(?:according|what|the (?:figure|data|table|report)s?\b(?!.*option))",
    re.IGNORECASE,
)


@cache
def _two_in_title() -> re.Pattern[str]:
    verb = words_for("verb").pattern
    return re.compile(
        r"\b(?:and|or|while|but) (?:also |then |if so,? )?(?:will|would|does|do|can|has|have)\b"
        rf"|\b[Ww]ill\b.+?\b(?:and|or) (?:also |then |subsequently )?(?!lower\b){verb}\s+"
        r"(?:an?|the|its|their|his|her|at|more|less|over|under|below|above|out|up|down|to|[A-Z\d$€£])"
        r"|\?\s*(?:and|or)\b|\?.+\?|, (?:and|or) (?:if|whether|when|how|by)\b"
        rf"|{_BESIDES} (?:\w+ing|the \w+ \w+ing)\b"
    )


@cache
def _two_in_criteria() -> tuple[re.Pattern[str], ...]:
    does = words_for("third_person").pattern
    somebody = r"(?:(?:the|its|a|an|at least \w+) )?(?:[A-Z][\w'’.&-]* ){1,5}(?:[\w'’-]+ ){0,3}?"
    said = (
        rf"{_BESIDES}[^.;:]*?(?:{_COMPARISON}|\b\w+ing\b|\b(?:is|are|has|have|was)\b)",
        r"\b(?:and|or) (?:if|when|once|unless|that|provided)\b",
        r"\b(?:and|but) (?:also|additionally|in addition|at the same time)\b",
        r"\bif both\b|\bboth (?:of (?:these|the|them)|conditions|events|things|happen|hold|are)\b",
        rf"{does}[^.;]*?\band {somebody}{does}",
        *_TWO_COMPARISONS,
    )
    return tuple(map(re.compile, said))


def yes_rule(question: QuestionText) -> Iterator[Finding]:
    """Criteria that name data and no outcome."""
    if question.kind != "binary":
        if not _PICKS.search(question.criteria) or _NO_ANSWER.search(question.criteria):
            yield Finding(
                Fault.NO_YES_RULE,
                "The criteria don't say which option is correct when. Write “Resolves to the option that …”.",
            )
        return
    parts = branches(_ASKS_BOTH.sub(" ", question.criteria))
    if not parts.yes or not _CONDITION.search(parts.yes) or (len(parts.yes.split()) < 3 and not parts.no):  # noqa: PLR2004
        yield Finding(
            Fault.NO_YES_RULE,
            "The criteria don't say when it is YES. Write “Resolves YES if …; otherwise NO.”",
        )
    elif not parts.no:
        yield Finding(
            Fault.NO_YES_RULE,
            "The criteria don't say when it is NO. Add “otherwise NO”.",
            Severity.ADVICE,
        )


def one_proposition(question: QuestionText) -> Iterator[Finding]:
    """Two events in one question: neither the crowd nor the score can tell them apart."""
    found = _two_in_title().search(question.title)
    if not found and question.kind == "binary":
        parts = branches(question.criteria)
        clauses = [(each, clause) for clause in sentences_of(parts.yes) for each in _two_in_criteria()]
        found = next(
            (hit for each, clause in [*clauses, (_NOT_BOTH, parts.no)] if (hit := each.search(clause))), None
        )
    if found:
        yield Finding(
            Fault.TWO_PROPOSITIONS,
            f"It asks for two things at once (“…{_short(found.group())}…”). Make two questions of it, or "
            "keep one.",
        )


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words if len(words) < 10 else words[-9:])  # noqa: PLR2004
