import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.segment import sentences


@given(st.text(max_size=300))
def test_every_sentence_stands_at_its_offsets(text: str) -> None:
    """For any text: verbatim, in order, without overlap, nothing blank at either end."""
    end = 0
    for each in sentences(text):
        assert end <= each.start < each.end
        assert text[each.start : each.end] == each.text == each.text.strip()
        end = each.end


@given(
    st.lists(
        st.sampled_from(["Gap.", "1.", "- a", " ", "\n", "\r\n", "“Naïve”", "U.S.", "中文。", "😀", "\ufeff"])
    )
)
def test_no_word_is_lost(pieces: list[str]) -> None:
    """What lies between sentences is white space and byte order marks only."""
    text = " ".join(pieces)
    rest = text
    for each in reversed(sentences(text)):
        rest = rest[: each.start] + rest[each.end :]
    assert not rest.replace("\ufeff", "").strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One sentence. Another one.", ["One sentence.", "Another one."]),
        ("A title\nA sentence.", ["A title", "A sentence."]),
        ("It grew.\r\nIt shrank.\rIt stayed.", ["It grew.", "It shrank.", "It stayed."]),
        ("1. Controls worked. 2) They failed.", ["1. Controls worked.", "2) They failed."]),
        ("- The gap grew.\n• It shrank.", ["- The gap grew.", "• It shrank."]),
        ("W.R. Berkley left.", ["W.R. Berkley left."]),
        ("Is it U.S. policy? Yes.", ["Is it U.S. policy?", "Yes."]),
        ("\ufeffIt grew.", ["It grew."]),
        ("\ufeff", []),
        ("", []),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    """A line break always ends one; list marks and initials never do."""
    assert [each.text for each in sentences(text)] == expected


def test_an_endless_line_is_cut_at_a_full_stop() -> None:
    """600 sentences of 22 characters on one line stay 600, though it is longer than 10,000 characters."""
    assert len(sentences("The gap has narrowed. " * 600)) == 600
