import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.duplicates import first_occurrences, normalised


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("The gap narrowed.", "the gap  narrowed"),
        ("1. Export controls slowed China.", "Export controls slowed China."),
        ("They don’t work.", "They don't work!"),
        (
            "Distillation makes followers, not leaders, in every field.",
            "Distillation make followers, not leaders in every field.",
        ),
    ],
)
def test_the_same_said_again_is_merged(first: str, again: str) -> None:
    """Case, typography, list numbers, punctuation and a slip of the pen make no new claim."""
    assert first_occurrences([first, "In between.", again]) == [0, 1, 0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The gap in model performance has narrowed.", "The gap in model performance has widened."),
        (
            "The US will make 30 times more chips than China.",
            "The US will make 3 times more chips than China.",
        ),
        (
            "The export controls on advanced chips do work.",
            "The export controls on advanced chips do not work.",
        ),
        ("Nvidia sells chips.", "Huawei builds chips."),
    ],
)
def test_a_small_word_can_make_another_claim(one: str, other: str) -> None:
    """Direction, number and negation count, however alike the rest is."""
    assert first_occurrences([one, other]) == [0, 1]


def test_a_copy_of_a_copy_points_to_the_first() -> None:
    """The first stays, also when the second was only nearly the same."""
    text = "Chinese labs stay near the frontier by distillation"
    assert first_occurrences([f"{text}.", f"{text} alone.", f"{text} alone."]) == [0, 0, 0]


@given(st.lists(st.text(max_size=40)))
def test_a_first_occurrence_is_its_own(texts: list[str]) -> None:
    """Indices point backwards, to something new; verbatim repeats always to the same."""
    firsts = first_occurrences(texts)
    for index, first in enumerate(firsts):
        assert first <= index
        assert firsts[first] == first
        assert first == firsts[texts.index(texts[index])]


@given(st.text(max_size=60))
def test_a_normalised_text_is_lower_case_and_single_spaced(text: str) -> None:
    """So that forms can be compared as they are."""
    form = normalised(text)
    assert form == form.casefold()
    assert form == " ".join(form.split())
