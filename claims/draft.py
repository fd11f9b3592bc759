"""Last step: a draft question that a moderator completes. What the rules can't know stays a visible blank."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from claims.pipeline import Claim
from claims.trend import Trend, trend_of

SOURCE_BLANK = "[which source?]"
_LONGEST_TITLE = 200
_MOST_TITLE_WORDS = 30
_SHORTEST_RUN = timedelta(days=30)
_PUBLICATION_LAG = timedelta(days=14)

_COMPARISON = {"narrow": "smaller", "widen": "larger", "rise": "higher", "fall": "lower"}
_FINE_PRINT = (
    "If the source stops publishing before then, the moderators name its closest successor, or void the "
    "question where there is none. What the source revises after the resolution date doesn't count."
)
_WHO_DECIDES = "A moderator proposes the outcome with a link to the evidence; members may challenge it."


@dataclass(frozen=True)
class Draft:
    """A question not yet approved.

    Attributes
    ----------
    title
        At most 30 words and 200 characters.
    criteria, fine_print
        How it resolves YES and who decides; what happens in the odd case.
    source
        What it resolves by; `SOURCE_BLANK` until a moderator names one.
    closes_on, resolves_on
        Last day for forecasts; day from which the outcome is proposed.
    default_outcome
        What it falls to when nobody brings evidence: "no", or None where a reading is needed.
    incomplete
        Blanks that stand in the texts; empty when the draft can be approved as it is.
    quote
        The claim, verbatim.
    """

    title: str
    criteria: str
    fine_print: str
    source: str
    closes_on: date
    resolves_on: date
    default_outcome: Literal["no"] | None
    incomplete: tuple[str, ...]
    quote: str


def draft_question(claim: Claim, *, today: date) -> Draft:
    """Draft one question from a claim.

    A claim that says of a gap, price, share or the like in which direction it moves becomes "Will ... by
    year-end?", whichever way the claim answers it; any other is asked for as it stands.

    Parameters
    ----------
    claim
        As `claims.pipeline.extract_claims` gives it.
    today
        Year-end is the next 31 December at least 30 days from it.

    Examples
    --------
    >>> from claims.ingest import document_from_text
    >>> from claims.pipeline import extract_claims
    >>> document = document_from_text("The gap in chips widened while the gap in models narrowed.", "a.txt")
    >>> draft_question(extract_claims([document])[0], today=date(2026, 5, 4)).title
    'Will the model gap narrow by year-end?'
    """
    year_end = date(today.year, 12, 31)
    if year_end - today < _SHORTEST_RUN:
        year_end = date(today.year + 1, 12, 31)
    trend = trend_of(claim.standalone)
    if trend and _fits(title := f"Will {trend.topic} {trend.verb} by year-end?"):
        return _draft(claim, title, _trend_criteria(trend, today, year_end), year_end, default_outcome=None)
    return _draft(
        claim, _evidence_title(claim, year_end), _evidence_criteria(year_end), year_end, default_outcome="no"
    )


def written(day: date) -> str:
    """Give a date as titles and criteria write it.

    Examples
    --------
    >>> written(date(2026, 12, 31))
    '31 December 2026'
    """
    return f"{day.day} {day:%B %Y}"


def _draft(
    claim: Claim, title: str, criteria: str, year_end: date, *, default_outcome: Literal["no"] | None
) -> Draft:
    return Draft(
        title=title,
        criteria=f"{criteria} {_WHO_DECIDES}",
        fine_print=_FINE_PRINT,
        source=SOURCE_BLANK,
        closes_on=year_end,
        resolves_on=year_end + _PUBLICATION_LAG,
        default_outcome=default_outcome,
        incomplete=(SOURCE_BLANK,),
        quote=claim.text,
    )


def _trend_criteria(trend: Trend, today: date, year_end: date) -> str:
    meaning = f" Meant is {trend.meaning}." if trend.meaning else ""
    than = _COMPARISON[trend.verb]
    return (
        f"Resolves YES if the last figure for {trend.topic} that {SOURCE_BLANK} publishes by "
        f"{written(year_end)} is {than} than its last one published by {written(today)}, and NO otherwise, "
        f"also if they are equal.{meaning}"
    )


def _evidence_title(claim: Claim, year_end: date) -> str:
    frame = f'Will evidence by {written(year_end)} bear this out: "{{}}"?'
    quote = claim.standalone.translate(str.maketrans('"“”', "'''"))
    if _fits(whole := frame.format(quote)):
        return whole
    words = quote[:_LONGEST_TITLE].split()
    while words and not _fits(frame.format(_shortened(words))):
        words.pop()
    return frame.format(_shortened(words))


def _shortened(words: list[str]) -> str:
    return " ".join(words).rstrip(",;:.–—- ") + " …" if words else "…"


def _evidence_criteria(year_end: date) -> str:
    return (
        f"Resolves YES if {SOURCE_BLANK} publishes by {written(year_end)} a finding that the quoted claim is "
        "true, and NO otherwise, also if nothing is published on it."
    )


def _fits(title: str) -> bool:
    return len(title) <= _LONGEST_TITLE and len(title.split()) <= _MOST_TITLE_WORDS
