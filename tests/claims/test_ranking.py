import json
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.features import boilerplate, features
from claims.lexicons import DIRECTIONS, lexicon
from claims.rank import KEPT_FROM, rank

CLAIMS = [
    "The central bank will cut interest rates twice before the end of 2027.",
    "Rent control has backfired because landlords stopped building.",
    "Europe's carbon price is too low to change what steel makers do.",
    "Analysts say that battery costs could fall below $60 per kWh by 2028.",
]
TALK = [
    "Great article, thanks!",
    "I really enjoyed your last episode.",
    "What do you mean by that?",
    "Introduction",
    "Me too, lol.",
]
BOILERPLATE = [
    "Expand full comment",
    "12 Comments",
    "Somebody's avatar",
    "Subscribe to our newsletter",
    "3 hours ago",
    "6 min read",
    "Get your free weekly digest",
    "Show 4 more replies",
    "Like",
    "https://example.org/a",
]
NO_BOILERPLATE = [
    "Copyright law will change by 2028.",
    "Share prices fell by a third.",
    "Like this article notes, chips matter more than models do.",
    "Sponsored research understates the risk.",
    "Report after report shows that the controls work.",
    "Released models can never be taken back.",
]


@pytest.mark.parametrize("text", CLAIMS)
def test_a_claim_is_kept(text: str) -> None:
    """On topics that no weight was fitted to."""
    assert rank(text).claim >= KEPT_FROM


@pytest.mark.parametrize("text", TALK)
def test_talk_is_not_kept(text: str) -> None:
    """Thanks, feelings, questions and headings are no claims."""
    assert rank(text).claim < KEPT_FROM


@pytest.mark.parametrize("text", BOILERPLATE)
def test_boilerplate_scores_nothing(text: str) -> None:
    """Zero on both heads, and the reason says why."""
    found = rank(text)
    assert (found.claim, found.forecastable) == (0, 0)
    assert found.reasons[0].startswith("is boilerplate")


@pytest.mark.parametrize("text", NO_BOILERPLATE)
def test_a_sentence_that_only_begins_like_boilerplate_is_none(text: str) -> None:
    """The first word alone proves nothing."""
    assert boilerplate(text) is None


def test_a_direction_is_given_as_a_reason() -> None:
    """A moderator reads why, with the word that showed it."""
    assert "names a direction: narrowing" in rank("The gap in models is narrowing.").reasons


def test_a_dated_prediction_is_more_forecastable_than_a_judgement() -> None:
    """Forecastable means: a date and an indicator are at hand."""
    dated = rank("Huawei will ship more than a million accelerators by 2027.")
    assert dated.forecastable > rank("This strategy is a serious mistake.").forecastable


def test_a_wall_of_text_is_no_single_claim() -> None:
    """121 words are one too many."""
    assert rank("The gap will narrow " + "very " * 116 + "soon.").claim == 0


def test_typographic_apostrophes_make_no_difference() -> None:
    """People type both."""
    assert rank("They won’t close the gap.").claim == rank("They won't close the gap.").claim


@given(st.text(max_size=300))
def test_scores_stay_in_range(text: str) -> None:
    """Any text has two scores in [0, 1] and at most five reasons."""
    found = rank(text)
    assert 0 <= found.claim <= 1
    assert 0 <= found.forecastable <= 1
    assert len(found.reasons) <= 5


@pytest.mark.parametrize("head", ["claim", "forecastable"])
def test_every_weight_has_a_phrase(head: str) -> None:
    """A feature that counts can be explained."""
    weights = json.loads(resources.files("claims").joinpath("data/weights.json").read_text(encoding="utf-8"))
    assert set(weights[head]["weights"]) <= set(weights["says"])


def test_the_directions_are_one_lexicon() -> None:
    """What one of the four finds, "direction" finds."""
    for name, word in zip(DIRECTIONS, ("narrowed", "widened", "rises", "declines"), strict=True):
        assert lexicon(name).fullmatch(word)
        assert features(f"The gap {word}.")["direction"] == word
