from pathlib import Path

import pytest

from claims.embed import TfIdf, embedder
from claims.pipeline import Claim
from claims.topics import Topic, passages_for_and_against, topics_of

TEXTS = [
    "Rent control makes the housing shortage worse.",
    "The ferry to the island runs twice a day.",
    "Rent control has eased the housing shortage.",
    "Rent control only deepens the housing shortage.",
]


@pytest.fixture(params=["best", "fallback"], autouse=True)
def _embedder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    made = embedder() if request.param == "best" else TfIdf()
    monkeypatch.setattr("claims.topics.embedder", lambda: made)


def claim(text: str, score: float = 0.8) -> Claim:
    return Claim(Path("a.txt").name, 0, len(text), text, text, score, 0.5, (), None)


def topics() -> list[Topic]:
    return topics_of([claim(each) for each in TEXTS])


def test_every_claim_is_in_one_topic() -> None:
    """The largest topic comes first, a claim like no other is one too."""
    assert [each.claims for each in topics()] == [(0, 2, 3), (1,)]


def test_a_topic_is_named_by_its_own_words() -> None:
    """A noun phrase from the sentences, different for each."""
    housing, ferry = topics()
    assert housing.label.casefold() in " ".join(TEXTS).casefold()
    assert housing.label != ferry.label
    assert len(housing.label.split()) <= 4


def test_both_sides_come_out() -> None:
    """What says the same as the proposition stands for it, what says the opposite against it."""
    housing = topics()[0]
    sides = {each.index for each in housing.quotes_for}, {each.index for each in housing.quotes_against}
    assert housing.proposition not in sides[0] | sides[1]
    assert sides == (({3}, {2}) if housing.proposition == 0 else ({0}, {2}))


def test_the_better_claim_stands_for_its_topic() -> None:
    """Of two that say the same the one that ranks higher is the proposition, whatever the order."""
    one, other = claim(TEXTS[0], 0.6), claim(TEXTS[3], 0.9)
    assert topics_of([one, other])[0].proposition == 1
    assert topics_of([other, one])[0].proposition == 0


def test_the_same_claims_give_the_same_topics() -> None:
    """Nothing is drawn at random."""
    assert topics() == topics()


def test_no_claims_no_topics() -> None:
    """An empty document is no error."""
    assert topics_of([]) == []
    assert passages_for_and_against("Will it rain?", []) == ([], [])


def test_a_question_finds_passages_for_and_against() -> None:
    """A question is read as if it were affirmed; what has nothing to do with it is on neither side."""
    pro, con = passages_for_and_against("Will rent control ease the housing shortage?", TEXTS)
    assert 2 in {each.index for each in pro}
    assert {0, 3} & {each.index for each in con}
    assert 1 not in {each.index for each in (*pro, *con)}
    assert all(0 <= each.confidence <= 1 and each.reason for each in (*pro, *con))
