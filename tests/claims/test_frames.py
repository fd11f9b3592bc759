import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.frames import read_claim, stem


def stances(text: str, axis: str) -> list[int]:
    return [each.stance for each in read_claim(text).frames if each.axis == axis]


@pytest.mark.parametrize(
    ("text", "axis", "stance"),
    [
        ("Rents are rising.", "move", 1),
        ("Rents aren't rising.", "move", -1),
        ("The lead has shrunk.", "gap", 1),  # a lead that shrinks is a gap that narrows
        ("The distance keeps growing.", "gap", -1),
        ("The reform backfired.", "works", -1),
        ("The reform hasn't backfired.", "works", 1),
        ("The law reduces harm.", "good", 1),  # less of what is bad
        ("Far from undermining the dollar, it helps.", "good", 1),
        ("The tax not only failed.", "works", -1),  # "not only" denies nothing
    ],
)
def test_a_stance_follows_negation_and_reversal(text: str, axis: str, stance: int) -> None:
    """The pole is the one the claim asserts, not the one its word names."""
    assert stances(text, axis)[:1] == [stance]


@pytest.mark.parametrize(
    "text",
    [
        "Critics claim that the plan failed, but it works.",
        "Contrary to an op-ed claiming the plan failed, it is effective.",
    ],
)
def test_what_others_believe_is_turned_round(text: str) -> None:
    """A claim that reports an opinion in order to answer it takes the other side in both clauses."""
    assert stances(text, "works") == [1, 1]
    assert read_claim(text).answers_others


def test_a_hedge_and_the_topic_belong_to_their_clause() -> None:
    """Chips widen for certain, models narrow perhaps: each clause has its own words."""
    wide, narrow = (
        each
        for each in read_claim("The gap in chips widened while the gap in models may have narrowed.").frames
        if each.axis == "gap"
    )
    assert (wide.stance, wide.hedged, "chip" in wide.topic, "model" in wide.topic) == (-1, False, True, False)
    assert (narrow.stance, narrow.hedged, "model" in narrow.topic) == (1, True, True)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """Each frame points one of two ways and quotes words of the text."""
    for frame in read_claim(text).frames:
        assert frame.stance in {1, -1}
        assert frame.words


@given(st.text(max_size=30))
def test_a_stem_is_short_and_lower_case(word: str) -> None:
    """Six letters at most, so that inflections agree."""
    assert len(stem(word)) <= 6
