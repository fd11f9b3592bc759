import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import rank as ranking
from claims.embed import TfIdf, embedder
from claims.features import NAMES, boilerplate, features
from claims.heads import Head, Weights, shipped_weights
from claims.lexicons import DIRECTIONS, lexicon
from claims.rank import KEPT_FROM, Rank, rank

WITH_MODEL = pytest.mark.skipif(isinstance(embedder(), TfIdf), reason="MiniLM isn't installed")

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


def ranked(text: str) -> Rank:
    return rank([text])[0]


@pytest.fixture(params=["rules", "model"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the model, where it is installed, and without."""
    if request.param == "rules":
        monkeypatch.setattr(ranking, "embedder", TfIdf)
    elif isinstance(embedder(), TfIdf):
        pytest.skip("MiniLM isn't installed")
    return str(request.param)


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("text", CLAIMS)
def test_a_claim_is_kept(text: str) -> None:
    """On topics that no weight was fitted to."""
    assert ranked(text).claim >= KEPT_FROM


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("text", TALK)
def test_talk_is_not_kept(text: str) -> None:
    """Thanks, feelings, questions and headings are no claims."""
    assert ranked(text).claim < KEPT_FROM


@pytest.mark.parametrize("text", BOILERPLATE)
def test_boilerplate_scores_nothing(text: str) -> None:
    """Zero on both heads, and the reason says why."""
    found = ranked(text)
    assert (found.claim, found.forecastable) == (0, 0)
    assert found.reasons[0].startswith("is boilerplate")


@pytest.mark.parametrize("text", NO_BOILERPLATE)
def test_a_sentence_that_only_begins_like_boilerplate_is_none(text: str) -> None:
    """The first word alone proves nothing."""
    assert boilerplate(text) is None


def test_a_direction_is_given_as_a_reason() -> None:
    """A moderator reads why, with the word that showed it."""
    assert "names a direction: narrowing" in ranked("The gap in models is narrowing.").reasons


def test_a_dated_prediction_is_more_forecastable_than_a_judgement() -> None:
    """Forecastable means: a date and an indicator are at hand."""
    dated, judged = rank(
        ["Huawei will ship more than a million accelerators by 2027.", "This strategy is a serious mistake."]
    )
    assert dated.forecastable > judged.forecastable


def test_a_wall_of_text_is_no_single_claim() -> None:
    """121 words are one too many."""
    assert ranked("The gap will narrow " + "very " * 116 + "soon.").claim == 0


def test_typographic_apostrophes_make_no_difference_to_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """People type both."""
    monkeypatch.setattr(ranking, "embedder", TfIdf)
    assert ranked("They won’t close the gap.") == ranked("They won't close the gap.")


def test_ranks_come_in_the_order_of_the_sentences() -> None:
    """One for each, repeats and boilerplate included, whatever else is ranked with it."""
    texts = [TALK[0], CLAIMS[0], BOILERPLATE[0], CLAIMS[0]]
    found = rank(texts)
    assert [each.claim >= KEPT_FROM for each in found] == [False, True, False, True]
    assert found[1] == found[3]


def test_a_score_is_the_logistic_of_intercept_and_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """-1 + 0.5 (short) + 1.5 (number) = 1; 1 / (1 + exp(-1)) = 0.731."""
    monkeypatch.setattr(ranking, "embedder", TfIdf)
    head = Head(-1.0, {"short": 0.5, "number": 1.5, "question": -9.0})
    heads = {"claim": head, "forecastable": head}
    found = rank(["They counted 12 of them there."], weights=Weights((), heads, heads))[0]
    assert found == Rank(0.731, 0.731, ("gives a figure: 12", "is short"))


def test_what_weighs_against_says_so() -> None:
    """A moderator sees on which side a reason stands."""
    assert "against: is a question" in ranked("What do they want with all these numbers?").reasons


@WITH_MODEL
def test_the_model_says_what_it_added() -> None:
    """One phrase, where it mattered."""
    assert "the language model takes it for a claim" in ranked(CLAIMS[1]).reasons


@WITH_MODEL
def test_of_a_long_document_the_model_reads_what_the_rules_are_least_sure_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One sentence of three is embedded; the other two say that they weren't."""
    monkeypatch.setattr(ranking, "MOST_EMBEDDED", 1)
    found = rank([*CLAIMS[1:3], TALK[2]])
    assert sum("the document is long: judged by the rules alone" in each.reasons for each in found) == 2


@given(st.text(max_size=300))
def test_scores_stay_in_range(text: str) -> None:
    """Any text has two scores in [0, 1] and at most five reasons."""
    found = ranked(text)
    assert 0 <= found.claim <= 1
    assert 0 <= found.forecastable <= 1
    assert len(found.reasons) <= 5


@pytest.mark.parametrize("kind", ["rules", "model"])
@pytest.mark.parametrize("head", ["claim", "forecastable"])
def test_every_weight_has_a_feature_and_a_phrase(kind: str, head: str) -> None:
    """A feature that counts can be explained."""
    weights = getattr(shipped_weights(), kind)[head].weights
    assert set(weights) == set(NAMES) == set(ranking._SAYS)


def test_the_directions_are_one_lexicon() -> None:
    """What one of the four finds, "direction" finds."""
    for name, word in zip(DIRECTIONS, ("narrowed", "widened", "rises", "declines"), strict=True):
        assert lexicon(name).fullmatch(word)
        assert features(f"The gap {word}.")["direction"] == word
