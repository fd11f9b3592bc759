from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.draft import SOURCE_BLANK, draft_question
from claims.pipeline import Claim
from claims.trend import trend_of

MAY = date(2026, 5, 4)
CLAIM = Claim("a.txt", 0, 0, "", "", 0.8, 0.7, (), None)


def claim(text: str) -> Claim:
    return replace(CLAIM, text=text, standalone=text, end=len(text))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "So the gap in chips widened while the gap in models narrowed.",
            "Will the model gap narrow by year-end?",
        ),
        (
            "As a result, the gap in model performance has narrowed even as the gap in chips has widened.",
            "Will the model gap narrow by year-end?",
        ),
        ("The gap in model performance isn’t narrowing any more.", "Will the model gap narrow by year-end?"),
        (
            "The performance gap between US and Chinese AI models may be widening.",
            "Will the model gap widen by year-end?",
        ),
        ("Controls succeeded in widening the hardware gap.", "Will the chip gap widen by year-end?"),
        (
            "Nobody thinks the gap between open and closed models will close soon.",
            "Will the gap between open and closed models narrow by year-end?",
        ),
        ("The price of electricity doubled again.", "Will the price of electricity rise by year-end?"),
        ("Washington has raised the cost of compliance.", "Will the cost of compliance rise by year-end?"),
    ],
)
def test_a_movement_becomes_a_question_about_its_direction(text: str, title: str) -> None:
    """The topic with a short name comes first; a claim and its denial ask the same."""
    assert draft_question(claim(text), today=MAY).title == title


@pytest.mark.parametrize(
    "text",
    [
        "The gap keeps growing.",
        "The share cut the price.",
        "The controls are a mistake.",
        "Production falls behind.",
        "The real gap is widening.",
        "The gap matters.",
    ],
)
def test_half_a_topic_fills_no_slot(text: str) -> None:
    """Where measure and direction don't both stand in one clause, the plain frame is honest."""
    assert trend_of(text) is None
    assert (
        draft_question(claim(text), today=MAY).title
        == f'Will evidence by 31 December 2026 bear this out: "{text}"?'
    )


@pytest.mark.parametrize(
    ("today", "year_end"),
    [
        (date(2026, 12, 1), date(2026, 12, 31)),
        (date(2026, 12, 2), date(2027, 12, 31)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_a_question_runs_thirty_days_at_least(today: date, year_end: date) -> None:
    """1 December is 30 days before year-end and may still ask for it; 2 December asks for the next one."""
    assert draft_question(claim("The gap in models narrowed."), today=today).closes_on == year_end


def test_a_reading_has_time_to_appear() -> None:
    """Fourteen days after 31 December is 14 January."""
    assert draft_question(claim("It works."), today=MAY).resolves_on == date(2027, 1, 14)


def test_the_criteria_say_when_yes_from_what_and_who_decides() -> None:
    """Date, source (a blank), the NO case and the moderators, in both forms."""
    for text in ("The gap in models narrowed.", "The controls are a mistake."):
        criteria = draft_question(claim(text), today=MAY).criteria
        for part in ("Resolves YES if", "31 December 2026", SOURCE_BLANK, "NO otherwise", "A moderator"):
            assert part in criteria


def test_a_short_name_is_explained() -> None:
    """Nobody has to guess between whom the model gap lies."""
    assert (
        "the best Chinese AI model"
        in draft_question(claim("The gap in models narrowed."), today=MAY).criteria
    )


def test_a_movement_has_no_default_and_evidence_falls_to_no() -> None:
    """Without a reading nothing is known of a gap; without evidence a claim wasn't borne out."""
    assert draft_question(claim("The gap in models narrowed."), today=MAY).default_outcome is None
    assert draft_question(claim("The controls are a mistake."), today=MAY).default_outcome == "no"


@given(st.text(max_size=600))
def test_any_claim_can_be_drafted(text: str) -> None:
    """At most 30 words and 200 characters, the quote verbatim, and every blank announced."""
    draft = draft_question(claim(text), today=MAY)
    assert draft.title.startswith("Will ")
    assert draft.title.endswith("?")
    assert len(draft.title) <= 200
    assert len(draft.title.split()) <= 30
    assert draft.quote == text
    assert all(blank in draft.criteria for blank in draft.incomplete)


def test_a_long_quote_is_shortened_at_a_word() -> None:
    """9 words of frame leave room for 21: w0 to w19 and the ellipsis, which counts as one."""
    text = " ".join(f"w{number}" for number in range(50))
    title = draft_question(claim(text), today=MAY).title
    assert title.endswith('w19 …"?')
    assert len(title.split()) == 30
