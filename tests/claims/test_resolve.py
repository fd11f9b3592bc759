import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.resolve import MOST_CONTEXT, points_back, standalone


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        ("Rents in Berlin have doubled.", "They will keep rising.", "Rents in Berlin will keep rising."),
        ("The drug was approved in March.", "It's a success.", "The drug is a success."),
        (
            "The first results are in.",
            "They're bad for the mayor.",
            "The first results are bad for the mayor.",
        ),
        ("Mexico and Canada will retaliate.", "Their hand is strong.", "Mexico and Canada's hand is strong."),
        ("Economists say that wages will rise.", "They lagged for years.", "Wages lagged for years."),
        ("Senator Maria Lopez opposes it.", "She wants more time.", "Senator Maria Lopez wants more time."),
    ],
)
def test_a_pronoun_gives_way_to_the_subject_before(before: str, text: str, expected: str) -> None:
    """Where the subject is plain and agrees in number; of a report, the subject of what is reported."""
    assert standalone(text, [before]) == expected


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("The company's shares have fallen.", "Its revenue missed every forecast."),
        ("In Ohio, California is no model.", "It hands other states a template."),
        ("Cities that ban cars thrive.", "They attract more shops."),
        ("Elon Musk and Tim Cook met the president.", "He promised lower tariffs."),
        ("This is a bubble.", "It will burst next year."),
        ("Banks hold more capital.", "This makes them safer."),
        ("Heat pumps need power.", "That's why the grid has to grow."),
    ],
)
def test_where_the_antecedent_is_unsure_the_sentence_before_is_given_along(before: str, text: str) -> None:
    """Wrong number, a clause inside the subject, two people, another pointer: no guess is made."""
    assert standalone(text, [before]) == f"{text} [after: {before}]"


@pytest.mark.parametrize(
    "text",
    [
        "It's quicker to buy chips than power.",
        "It is clear that the ban works.",
        "It seems that nobody cares.",
        "The price of eggs has tripled.",
    ],
)
def test_a_sentence_that_points_at_nothing_stays(text: str) -> None:
    """An empty "it" has no antecedent."""
    assert standalone(text, ["The minister wants to close two airports."]) == text


def test_a_bare_name_becomes_the_fuller_one_used_before() -> None:
    """In the middle of a sentence, too."""
    before = ["They spoke of stricter gun laws.", "Nobody listened."]
    assert (
        standalone("By design, the laws have loopholes.", before) == "By design, the gun laws have loopholes."
    )


def test_nothing_is_replaced_across_paragraphs() -> None:
    """There the sentence before is a hint at most."""
    found = standalone("They will fall.", ["Rents have doubled."], same_paragraph=False)
    assert found == "They will fall. [after: Rents have doubled.]"


def test_the_context_is_the_sentence_that_names_what_is_pointed_at() -> None:
    """Two sentences back, here."""
    before = ["A rebate of 2,000 dollars was promised.", "The maths is off, as always with these people."]
    assert standalone("That rebate won't come.", before).endswith(
        "[after: A rebate of 2,000 dollars was promised.]"
    )


def test_the_first_sentence_stands_as_it_is() -> None:
    """Nothing stands before it."""
    assert standalone("3. But this will fail soon.") == "This will fail soon."


@given(text=st.text(max_size=200), before=st.lists(st.text(max_size=400), max_size=3))
def test_any_text_has_a_short_standalone_form(text: str, before: list[str]) -> None:
    """Nothing is lost but white space and openers, and what is added is bounded."""
    found = standalone(text, before)
    assert len(found) <= len(text) + max([MOST_CONTEXT, *map(len, before)]) + len(" [after:  …]'s would")


def test_pointers_are_told_from_empty_ones() -> None:
    """An empty one is followed by what it takes, seems or is."""
    assert points_back("It works.")
    assert not points_back("It takes a village.")
