"""Names under which members argue: stable on a question, different across, and not computable."""

from hypothesis import given
from hypothesis import strategies as st

from forecasts.aliases import alias

IDS = st.integers(1, 2**62)
SECRETS = st.text("0123456789abcdef", min_size=64, max_size=64)
MANY = 40


@given(SECRETS, IDS, IDS)
def test_an_alias_is_stable_within_a_question(secret: str, question: int, member: int) -> None:
    """Two words, the same at every call."""
    name = alias(secret, question_id=question, member_id=member)
    assert name == alias(secret, question_id=question, member_id=member)
    assert len(name.split()) == 2


@given(SECRETS, IDS, IDS)
def test_aliases_differ_across_questions(secret: str, question: int, member: int) -> None:
    """Of one member on 40 questions at least 35 differ: with over 10,000 names 40 rarely meet twice."""
    names = {alias(secret, question_id=question + n, member_id=member) for n in range(MANY)}
    assert len(names) >= MANY - 5


@given(SECRETS, SECRETS, IDS, IDS)
def test_an_alias_is_not_computable_without_the_secret(
    secret: str, guess: str, question: int, member: int
) -> None:
    """Another key gives other names: of 40 members at most 5 keep theirs by chance."""
    kept = sum(
        alias(secret, question_id=question, member_id=member + n)
        == alias(guess, question_id=question, member_id=member + n)
        for n in range(MANY)
    )
    assert secret == guess or kept <= 5
