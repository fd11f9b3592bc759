"""Last step: draft questions that a moderator completes. What the rules can't know stays a visible blank."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from claims.families import Texts, blanks_in, question_about, written
from claims.features import features
from claims.horizon import horizon, usual_deadline
from claims.indicators import Indicator, Match, matches, setting_of
from claims.pipeline import Claim
from claims.thesis import proposition_of
from claims.topics import Topic, topics_of
from claims.wanted import direction_of, is_denied, wanted_of

SOURCE_BLANK = "[which source?]"
MOST_DRAFTS = 8
"""Of one document; the best come first."""

_MOST_THESES = 3
_MOST_QUOTES = 3
_MOST_CRUXES = 3
_WIDE = 5
_NAMED = 1.0
_TIME_TO_LOOK = timedelta(days=14)
_LONGEST_TITLE = 200
_MOST_TITLE_WORDS = 30
_NO_SOURCE = (
    "If the source vanishes before then, the moderators name its closest successor, or annul the question "
    "where there is none. What the source revises after the resolution date doesn't count."
)


@dataclass(frozen=True)
class Draft(Texts):
    """A question not yet approved: its texts and days, and what they come from.

    Attributes
    ----------
    incomplete
        Blanks that stand in the texts; empty when the draft can be approved as it is.
    quotes_for, quotes_against
        Claims, verbatim, the clearest first.
    base_rate
        How often it comes out so, where the registry knows.
    """

    incomplete: tuple[str, ...]
    quotes_for: tuple[str, ...]
    quotes_against: tuple[str, ...]
    base_rate: str


@dataclass(frozen=True)
class Thesis:
    """A claim to debate that no public record settles.

    Attributes
    ----------
    title
        The proposition, in one sentence.
    quotes_for, quotes_against
        Claims, verbatim, the clearest first.
    cruxes
        Titles of questions that would bear on it.
    """

    title: str
    quotes_for: tuple[str, ...]
    quotes_against: tuple[str, ...]
    cruxes: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    """An indicator with the claims that speak of it."""

    indicator: Indicator
    said: list[tuple[Claim, Match]]

    @property
    def strength(self) -> float:
        best = max(match.weight * (0.5 + claim.forecastable) for claim, match in self.said)
        return best + 0.5 * (len(self.said) - 1)


def draft_documents(claims: Sequence[Claim], *, today: date) -> list[Draft | Thesis]:
    """Draft questions and theses from the claims of some documents, the best questions first.

    One draft a topic (one more for every five claims of it) and one an indicator, however many documents
    speak of it; a topic of which no public record tells becomes a thesis where its claim stands alone, else
    nothing. At most `MOST_DRAFTS` a document, three of them theses.

    Parameters
    ----------
    claims
        As `claims.pipeline.extract_claims` gives them.
    today
        When the questions open; see `claims.horizon.horizon` for when they end.

    Examples
    --------
    >>> from claims.ingest import document_from_text
    >>> from claims.pipeline import extract_claims
    >>> document = document_from_text("A war will push oil prices up because supply falls.", "a")
    >>> [each.title for each in draft_documents(extract_claims([document]), today=date(2026, 5, 4))]
    ['Will the spot price of Brent crude oil be higher on 31 December 2026 than on 4 May 2026?']
    """
    files: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        files[claim.file].append(claim)
    found: dict[str, _Found] = {}
    theses: dict[str, Thesis] = {}
    for of_one in files.values():
        best, debatable = _found_in(of_one, today)
        for each in best:
            before = found.get(each.indicator.id)
            found[each.indicator.id] = _Found(each.indicator, [*before.said, *each.said]) if before else each
        for thesis in debatable:
            theses.setdefault(thesis.title, thesis)
    questions = sorted(found.values(), key=lambda each: -each.strength)
    return [*(_question(each, today) for each in questions), *theses.values()]


def draft_question(claim: Claim, *, today: date, document: str = "") -> Draft:
    """Draft one yes-or-no question from one claim that a moderator has picked.

    Where no indicator fits, it asks for evidence and leaves the source blank.

    Parameters
    ----------
    claim
        As `claims.pipeline.extract_claims` gives it.
    today
        When the question opens.
    document
        The text around it, if at hand: it tells which country and which subject are meant.

    Examples
    --------
    >>> from claims.ingest import document_from_text
    >>> from claims.pipeline import extract_claims
    >>> document = document_from_text("The controls are a mistake that will cost us dearly.", "a.txt")
    >>> draft_question(extract_claims([document])[0], today=date(2026, 5, 4)).incomplete
    ('[which source?]',)
    """
    for match in matches(claim.standalone, setting_of(f"{claim.standalone}\n{document}")):
        if match.weight >= _NAMED and not match.indicator.options:
            return _question(_Found(match.indicator, [(claim, match)]), today)
    return _evidence_question(claim, today)


def _found_in(claims: Sequence[Claim], today: date) -> tuple[list[_Found], list[Thesis]]:
    """Return the indicators that a document speaks of most, and its best theses."""
    setting = setting_of("\n".join(each.standalone for each in claims))
    spoken = [
        [] if "about_the_text" in features(each.text) else matches(each.standalone, setting)
        for each in claims
    ]
    by_indicator: dict[str, _Found] = {}
    theses: list[tuple[float, Thesis]] = []
    for topic in topics_of(claims):
        indicators = _indicators_of(topic, claims, spoken)
        for indicator in indicators:
            said = [
                (claims[at], match)
                for at in topic.claims
                for match in spoken[at]
                if match.indicator is indicator and match.weight >= _NAMED
            ]
            before = by_indicator.get(indicator.id)
            by_indicator[indicator.id] = _Found(indicator, [*before.said, *said] if before else said)
        if not indicators and (thesis := _thesis(topic, claims, spoken, today)) is not None:
            theses.append((claims[topic.proposition].claim, thesis))
    questions = sorted(by_indicator.values(), key=lambda each: -each.strength)
    best_theses = [thesis for _, thesis in sorted(theses, key=lambda each: -each[0])[:_MOST_THESES]]
    return questions[: MOST_DRAFTS - len(best_theses)], best_theses


def _indicators_of(topic: Topic, claims: Sequence[Claim], spoken: Sequence[list[Match]]) -> list[Indicator]:
    """Choose what a topic's claims name most; a wide topic has one more for every five claims."""
    totals: dict[str, float] = defaultdict(float)
    known: dict[str, Indicator] = {}
    for at in topic.claims:
        # A claim counts for the indicator that it names best, so that a second one has claims of its own.
        for match in spoken[at][:1]:
            if match.weight >= _NAMED:
                known[match.indicator.id] = match.indicator
                totals[match.indicator.id] += match.weight * (0.5 + claims[at].forecastable)
    best = sorted(known, key=lambda key: -totals[key])
    return [known[key] for key in best[: 1 + len(topic.claims) // _WIDE]]


def _question(found: _Found, today: date) -> Draft:
    said = sorted(found.said, key=lambda each: -each[1].weight * each[0].claim)
    wanted = wanted_of(found.indicator, [(claim.standalone, match) for claim, match in said])
    deadline = next(
        (
            day
            for claim, _ in said
            if (day := horizon(claim.standalone, today=today)) != usual_deadline(today)
        ),
        usual_deadline(today),
    )
    texts = question_about(found.indicator, wanted, today=today, deadline=deadline)
    asked = 1 if (wanted.direction or found.indicator.direction) in ("higher", "larger") else -1
    against = [_speaks_against(claim, match, asked) for claim, match in said]
    return _draft(
        texts,
        [claim.text for (claim, _), turned in zip(said, against, strict=True) if not turned],
        [claim.text for (claim, _), turned in zip(said, against, strict=True) if turned],
        found.indicator.base_rate,
    )


def _speaks_against(claim: Claim, match: Match, asked: int) -> bool:
    if not match.indicator.name:
        return is_denied(claim.standalone)
    side = direction_of(claim.standalone, match)
    return side not in (0, asked)


def _draft(texts: Texts, quotes_for: list[str], quotes_against: list[str], base_rate: str) -> Draft:
    return Draft(
        **vars(texts),
        incomplete=blanks_in(texts.title, texts.criteria, texts.fine_print, texts.source),
        quotes_for=tuple(quotes_for[:_MOST_QUOTES]),
        quotes_against=tuple(quotes_against[:_MOST_QUOTES]),
        base_rate=base_rate,
    )


def _thesis(
    topic: Topic, claims: Sequence[Claim], spoken: Sequence[list[Match]], today: date
) -> Thesis | None:
    stands_for_it = claims[topic.proposition]
    proposition = proposition_of(stands_for_it)
    if proposition is None:
        return None
    bearing = {match.indicator.id: match for at in topic.claims for match in spoken[at]}
    questions = [
        _question(_Found(match.indicator, [(stands_for_it, match)]), today) for match in bearing.values()
    ]
    return Thesis(
        title=proposition,
        quotes_for=(stands_for_it.text, *(claims[each.index].text for each in topic.quotes_for))[
            :_MOST_QUOTES
        ],
        quotes_against=tuple(claims[each.index].text for each in topic.quotes_against[:_MOST_QUOTES]),
        cruxes=tuple(each.title for each in questions[:_MOST_CRUXES]),
    )


def _evidence_question(claim: Claim, today: date) -> Draft:
    deadline = horizon(claim.standalone, today=today)
    texts = Texts(
        title=_evidence_title(claim, deadline),
        kind="binary",
        options=(),
        criteria=(
            f"Resolves YES if {SOURCE_BLANK} publishes by {written(deadline)} a finding that the quoted "
            "claim is true, and NO otherwise, also if nothing is published on it."
        ),
        fine_print=_NO_SOURCE,
        source=SOURCE_BLANK,
        closes_on=deadline,
        resolves_on=deadline + _TIME_TO_LOOK,
        default_outcome="no",
    )
    return _draft(texts, [claim.text], [], "")


def _evidence_title(claim: Claim, deadline: date) -> str:
    frame = f'Will evidence by {written(deadline)} bear this out: "{{}}"?'
    quote = claim.standalone.translate(str.maketrans('"“”[]', "'''()"))
    if _fits(whole := frame.format(quote)):
        return whole
    words = quote[:_LONGEST_TITLE].split()
    while words and not _fits(frame.format(_shortened(words))):
        words.pop()
    return frame.format(_shortened(words))


def _shortened(words: list[str]) -> str:
    return " ".join(words).rstrip(",;:.–—- ") + " …" if words else "…"


def _fits(title: str) -> bool:
    return len(title) <= _LONGEST_TITLE and len(title.split()) <= _MOST_TITLE_WORDS
