from datetime import UTC, date, datetime, time

import pytest

from claims.families import Wanted, blanks_in, question_about
from claims.indicators import FAMILIES, Indicator, matches, registry, setting_of
from claims.lint import QuestionText, is_fit, lint

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTHING = Wanted("", "", {"lab": "DeepSeek", "company": "Tesla"})


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), UTC)


def best(text: str, document: str = "") -> list[str]:
    return [
        each.indicator.id for each in matches(text, setting_of(f"{text}\n{document}")) if each.weight >= 1
    ]


def test_the_registry_has_every_family_and_enough_to_choose_from() -> None:
    """Forty at least, each with a source, a fallback and words that name it."""
    found = registry().values()
    assert len(found) >= 40
    assert {each.family for each in found} == set(FAMILIES)
    assert all(each.source and each.fallback and each.triggers and each.lag_days > 0 for each in found)


@pytest.mark.parametrize("indicator", registry().values(), ids=registry())
def test_every_indicator_makes_a_question_that_is_fit_or_has_blanks(indicator: Indicator) -> None:
    """By the linter, within 30 words, resolving after it closes."""
    texts = question_about(indicator, NOTHING, today=TODAY, deadline=date(2027, 6, 30))
    assert TODAY < texts.closes_on < texts.resolves_on
    assert 8 <= len(texts.title.split()) <= 30
    question = QuestionText(
        texts.kind, texts.title, texts.options, texts.criteria, texts.fine_print, texts.source, NOW,
        end_of(texts.closes_on), end_of(texts.resolves_on), texts.default_outcome,
    )  # fmt: skip
    assert blanks_in(texts.title, texts.criteria, texts.source) or is_fit(lint(question, now=NOW))


def test_the_country_of_a_claim_chooses_the_office() -> None:
    """Inflation in Britain is the ONS's, in the euro area Eurostat's."""
    assert best("Inflation in Britain will rise.") == ["uk-cpi"]
    assert best("Inflation in the euro zone will rise.") == ["hicp"]


def test_the_country_of_the_document_stands_in() -> None:
    """A claim that names none belongs where its document is; without any, to the United States."""
    assert best("Inflation will rise.", "London and Westminster argue about it.") == ["uk-cpi"]
    assert best("Inflation will rise.") == ["us-cpi"]


def test_a_comparison_with_inflation_is_not_about_it() -> None:
    """Faster than inflation: something else rises."""
    assert best("Ticket prices rose faster than inflation.") == []


def test_a_year_that_is_nearly_over_is_not_asked_for() -> None:
    """On 22 November 39 days are left; the next year is asked for."""
    texts = question_about(registry()["measles"], NOTHING, today=TODAY, deadline=date(2026, 12, 31))
    assert "for 2027 than for 2026" in texts.title
    assert texts.closes_on == date(2027, 12, 31)


def test_a_reading_has_time_to_appear() -> None:
    """June's CPI: 20 days until its release and 15 of slack after 30 June are 4 August."""
    texts = question_about(registry()["us-cpi"], NOTHING, today=TODAY, deadline=date(2027, 6, 30))
    assert texts.resolves_on == date(2027, 8, 4)


def test_a_by_question_falls_to_no_and_a_figure_to_nothing() -> None:
    """Silence says that no law was made, but nothing of a price."""
    for key, outcome in (("ai-preemption", "no"), ("sp500", "no"), ("brent", None), ("lmarena-leader", None)):
        texts = question_about(registry()[key], NOTHING, today=TODAY, deadline=date(2027, 6, 30))
        assert texts.default_outcome == outcome
