"""Dates of a question: there is one, it lies ahead, and all of them agree."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from claims.linting.dates import Period, Precision, impossible_dates, periods
from claims.linting.question import Fault, Finding, QuestionText
from claims.linting.text import branches, sentences_of, words_for

_OWN_DATES = re.compile(
    r"\b(?:before|until|when|by the time|after|while) (?:this|the) question (?:closes|resolves|opens)"
    r"|\b(?:by|before|on|until) (?:the|its) (?:question's )?(?:closing|resolution|close|resolve) date"
    r"|\bwithin \w+ (?:days|weeks|months|years) (?:of|after) (?:the opening|this question|the question)",
    re.IGNORECASE,
)
_WHOLE_YEAR = re.compile(
    r"(?:calendar(?:\s+year)?|(?:whole|all|rest) of|throughout|during|full[\s-]year|the year)\s+$"
)
_DEADLINE = re.compile(r"\b(?:by|before|until|later than|up to|through|prior to|on) (?:the )?(?:end of )?$")
_PAST_TENSE = re.compile(
    r"^(?:Did|Was|Were|Has|Have|Had)\b"
    r"|\b(?:took place|were|was (?:the|\w+ed)|did|happened|occurred|won|came|reached)\b"
)
_ALREADY = re.compile(
    r"\b(?:has|have|is|are|was|were) already\b|\balready (?:has|have|is|are|was|were|\w+ed)\b"
)
_AROUND = 40
_LAG, _LONG_LAG = timedelta(days=30), timedelta(days=60)
_ZONE_SLACK = timedelta(days=1)


def dated(question: QuestionText, *, today: date | None) -> Iterator[Finding]:
    """No date by which it is decided."""
    texts = (question.title, question.criteria, *question.options)
    ahead = [
        each for text in texts for each in periods(text) if today is None or each.last >= today - _lag(each)
    ]
    if ahead or _asks_for(question) or any(_OWN_DATES.search(text) for text in texts):
        return
    yield Finding(
        Fault.NO_DATE,
        "Neither the title nor the criteria name a date. Say by when or for which period, with the year.",
    )


def consistent(question: QuestionText) -> Iterator[Finding]:
    """Dates that contradict each other."""
    wrong = (
        _impossible(question) or _out_of_order(question) or _too_early(question) or _another_period(question)
    )
    if wrong:
        yield Finding(Fault.DATES_INCONSISTENT, wrong)


def undecided(question: QuestionText, *, today: date | None) -> Iterator[Finding]:
    """Find a question whose answer is known when it opens."""
    asked = _asks_for(question)
    if (
        asked
        and today
        and asked.last < today - (timedelta(0) if _PAST_TENSE.search(question.title) else _lag(asked))
    ):
        wrong = f"What it asks ended on {_written(asked.last)}, before it opens. Ask for a later period."
    elif said := _stated_as_done(question, today):
        wrong = f"“{said}” says that it is so already. Ask for something not yet known, or whether it ends."
    elif (
        question.default_outcome == "yes"
        and question.kind == "binary"
        and not words_for("stays").search(question.title)
    ):
        wrong = (
            "It falls to YES when nobody brings evidence, as if it were so already. Ask whether that ends, "
            "or let it fall to NO."
        )
    else:
        return
    yield Finding(Fault.ALREADY_DECIDED, wrong)


def _impossible(question: QuestionText) -> str:
    texts = (question.title, question.criteria, question.fine_print, *question.options)
    for text in texts:
        if wrong := impossible_dates(text):
            return f"“{wrong[0]}” isn't in the calendar. Correct it."
    return ""


def _out_of_order(question: QuestionText) -> str:
    opens, closes, resolves = question.opens_at, question.closes_at, question.resolves_at
    if opens and closes and closes <= opens:
        return f"It closes on {_moment(closes)}, before it opens on {_moment(opens)}. Give a later close."
    if closes and resolves and resolves < closes:
        return f"It resolves on {_moment(resolves)}, before it closes on {_moment(closes)}. Resolve it later."
    if opens and resolves and resolves <= opens:
        return f"It resolves on {_moment(resolves)}, before it opens on {_moment(opens)}. Resolve it later."
    return ""


def _too_early(question: QuestionText) -> str:
    resolves = question.resolves_at
    asked = _asked(f"{question.title} \n {question.criteria}")
    if resolves:
        for each in asked:
            if each.last > resolves.date() + _ZONE_SLACK:
                return f"It resolves on {_moment(resolves)}, before “{each.text}” is over. Resolve it later."
        for each in periods(question.fine_print):
            if (
                each.precision is Precision.DAY
                and each.last > resolves.date() + _ZONE_SLACK
                and _DEADLINE.search(each.cue)
            ):
                return (
                    f"The fine print waits until {_written(each.last)}, but it resolves on "
                    f"{_moment(resolves)}. Let the two agree."
                )
    return ""


def _asked(text: str) -> list[Period]:
    """Periods that must be over first; what is set or foretold for one is known earlier."""
    found = []
    for each in periods(text):
        whole = each.precision is not Precision.YEAR or _WHOLE_YEAR.search(each.cue)
        after = text.partition(each.text)[2][:_AROUND]
        read_within = each.precision is Precision.MONTH and any(
            each.first <= day.last < each.last for day in periods(text) if day.precision is Precision.DAY
        )
        if (
            whole
            and not read_within
            and not re.search(r"\b(?:after|before)\s+$", each.cue)
            and not words_for("reaches_on").search(f"{each.cue} {after}")
        ):
            found.append(each)
    return found


def _another_period(question: QuestionText) -> str:
    """Find a deadline or month of the title that the criteria replace by another."""
    later = {
        each.text for each in periods(branches(question.criteria).no)
    }  # NO may leave time for publishing
    said = periods(branches(question.criteria).yes)
    named = [each for each in periods(question.criteria) if each.text not in later or each in said]
    criteria = [each for each in named if not _is_reading(each)]
    for precision in (Precision.DAY, Precision.MONTH):
        asked = [each for each in periods(question.title) if each.precision is precision]
        given = [each for each in criteria if each.precision is precision]
        if asked and given and not any(_meets(one, other) for one in asked for other in given):
            return f"The title says “{asked[0].text}”, the criteria say “{given[0].text}”. Let the two agree."
    return ""


def _meets(asked: Period, given: Period) -> bool:
    """Tell whether two mean the same end, or one lies in the other; midnight may fall on either day."""
    ends = abs(asked.last - given.last) <= _ZONE_SLACK
    return ends or asked.first <= given.first <= asked.last or given.first <= asked.first <= given.last


def _asks_for(question: QuestionText) -> Period | None:
    """Latest period that it asks for, or None."""
    for text in (question.title, *_without_readings(question.criteria)):
        if named := periods(text):
            return max(named, key=lambda each: each.last)
    return None


def _without_readings(criteria: str) -> list[str]:
    kept = criteria
    for each in periods(criteria):
        if _is_reading(each) or _DEADLINE.search(each.cue):
            kept = kept.replace(each.text, " ", 1)
    return [kept] if periods(kept) and len(periods(kept)) == len(periods(criteria)) else []


def _stated_as_done(question: QuestionText, today: date | None) -> str:
    for sentence in (*sentences_of(question.criteria), *sentences_of(question.fine_print)):
        if words_for("hypothetical").search(sentence):
            continue
        if _ALREADY.search(sentence):
            return sentence
        if (
            today
            and words_for("happened").search(sentence)
            and any(each.last < today for each in periods(sentence))
        ):
            return sentence
    return ""


def _is_reading(period: Period) -> bool:
    """Tell whether it is the day on which something is read or published."""
    return words_for("published").search(re.split(r"[.;,]", period.cue)[-1]) is not None


def _lag(period: Period) -> timedelta:
    """Time that may pass until what happened in a period is published."""
    return _LAG if period.last - period.first <= timedelta(days=31) else _LONG_LAG


def _moment(at: datetime) -> str:
    return _written(at.date())


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
