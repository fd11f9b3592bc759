from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.draft import MOST_DRAFTS, SOURCE_BLANK, Draft, Thesis, draft_documents, draft_question
from claims.pipeline import Claim
from claims.thesis import proposition_of

MAY = date(2026, 5, 4)
CLAIM = Claim("a.txt", 0, 0, "", "", 0.8, 0.7, (), None)


def claim(text: str, **values: object) -> Claim:
    return replace(CLAIM, text=text, standalone=text, end=len(text), **values)  # type: ignore[arg-type]


def drafted(*texts: str) -> list[Draft | Thesis]:
    return draft_documents([claim(text) for text in texts], today=MAY)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Mortgage rates will stay above 6% through 2027.",
            "Will Freddie Mac's average rate of 30-year fixed mortgages be at least 6 % on 31 December 2027?",
        ),
        (
            "Bitcoin will hit $200,000 by year-end.",
            "Will the price of one bitcoin be at least $200,000 on 31 December 2026?",
        ),
        (
            "Oil prices keep falling.",
            "Will the spot price of Brent crude oil be lower on 31 December 2026 than on 4 May 2026?",
        ),
        (
            "The stock market will fall 30% next year.",
            "Will the S&P 500 close 30 % or more below its record high by 31 December 2027?",
        ),
        (
            "China will never land astronauts on the moon.",
            "Will China land astronauts on the Moon by 31 December 2026?",
        ),
    ],
)
def test_a_claim_that_names_an_indicator_asks_for_it(text: str, title: str) -> None:
    """With the threshold, direction and deadline that the claim gives, whether it affirms or denies."""
    draft = draft_question(claim(text), today=MAY)
    assert (draft.title, draft.incomplete) == (title, ())


def test_a_past_figure_is_no_threshold() -> None:
    """What was reached needs no question; how far it goes is left to the moderator."""
    text = "OpenAI says ChatGPT has 700 million weekly users."
    assert draft_question(claim(text), today=MAY).incomplete == ("[threshold?]",)


def test_a_name_that_is_missing_stays_a_blank_and_a_known_one_fills_it() -> None:
    """Only names of a closed list fill a slot."""
    assert "[which developer?]" in draft_question(claim("Open-source AI won't last."), today=MAY).title
    assert (
        "Will DeepSeek" in draft_question(claim("DeepSeek won't keep its AI open source."), today=MAY).title
    )


def test_a_claim_that_names_nothing_public_asks_for_evidence_with_a_blank() -> None:
    """No noun of the sentence is put into a slot."""
    draft = draft_question(claim("The share cut the price."), today=MAY)
    assert draft.title == 'Will evidence by 31 December 2026 bear this out: "The share cut the price."?'
    assert draft.source == SOURCE_BLANK
    assert draft.default_outcome == "no"


@given(st.text(max_size=600))
def test_any_claim_can_be_drafted(text: str) -> None:
    """At most 30 words and 200 characters, and every blank announced."""
    draft = draft_question(claim(text), today=MAY)
    assert draft.title.endswith("?")
    assert len(draft.title) <= 200
    assert len(draft.title.split()) <= 30
    assert all(blank in draft.title + draft.criteria + draft.source for blank in draft.incomplete)


def test_a_long_quote_is_shortened_at_a_word() -> None:
    """9 words of frame leave room for 21: w0 to w19 and the ellipsis, which counts as one."""
    title = draft_question(claim(" ".join(f"w{number}" for number in range(50))), today=MAY).title
    assert title.endswith('w19 …"?')
    assert len(title.split()) == 30


def test_an_indicator_is_drafted_once_with_the_quotes_of_both_sides() -> None:
    """Two claims that contradict each other make one question."""
    up = "US unemployment will rise next spring."
    down = "US unemployment will fall next spring."
    (draft,) = drafted(up, down)
    assert {draft.quotes_for, draft.quotes_against} == {(up,), (down,)}


def test_a_denied_event_stands_against() -> None:
    """The question asks whether it happens."""
    (draft,) = drafted("That tariff rebate is not going to happen.")
    assert draft.quotes_against == ("That tariff rebate is not going to happen.",)


def test_a_foreign_claim_asks_for_no_figure_of_another_country() -> None:
    """Mumbai's coal isn't America's."""
    assert not [each for each in drafted("Mumbai burns more coal every year.") if isinstance(each, Draft)]


def test_what_no_record_settles_becomes_a_thesis() -> None:
    """A sentence that stands alone, without its opener."""
    (thesis,) = drafted("I think that smaller classes should matter more than new buildings.")
    assert isinstance(thesis, Thesis)
    assert thesis.title == "Smaller classes should matter more than new buildings."


@pytest.mark.parametrize(
    "text",
    [
        "This should be debated because it matters to everybody.",
        "I doubt that smaller classes should matter more than buildings.",
        "Should smaller classes matter more than new buildings do?",
        "Jane Doe says classes should be smaller than they are now.",
        "As you might know, classes should be smaller than now.",
        "Meta, tellingly, refused because the code demanded more.",
    ],
)
def test_what_does_not_stand_alone_is_no_thesis(text: str) -> None:
    """Pointers, doubts, questions, reports, talk to the reader and tales of what happened."""
    assert proposition_of(claim(text)) is None


def test_a_thesis_suggests_the_cruxes_that_its_subject_has() -> None:
    """Hype names no measure, yet belongs to the bubble question."""
    (thesis,) = drafted("The hype about AI should worry teachers more than parents.")
    assert isinstance(thesis, Thesis)
    assert any("Nasdaq-100" in crux for crux in thesis.cruxes)


def test_a_document_gives_eight_drafts_at_most() -> None:
    """Ten claims on ten subjects."""
    subjects = ("coal", "bitcoin", "measles", "US unemployment", "Tesla", "Starship", "the NHS waiting list",
                "Ukraine's war", "gasoline", "Waymo")  # fmt: skip
    assert (
        len(drafted(*(f"{subject} will change more than people think." for subject in subjects)))
        <= MOST_DRAFTS
    )


def test_documents_that_disagree_give_one_question_with_both_sides() -> None:
    """One says that the gap narrows, the other that it widens: one draft, a quote for and a quote against."""
    narrows = replace(
        claim("The performance gap between US and Chinese AI models has narrowed."), file="a.txt"
    )
    widens = replace(
        claim("The performance gap between US and Chinese AI models is widening fast."), file="b.txt"
    )
    (question,) = [each for each in draft_documents([narrows, widens], today=MAY) if isinstance(each, Draft)]
    assert {*question.quotes_for, *question.quotes_against} == {narrows.text, widens.text}
    assert len(question.quotes_for) == 1
