import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.limits import ELLIPSIS, truncate, utf16_length

ANY_TEXT = st.text(st.characters(codec=None)) | st.text("a \n🦦\u0301\u200d👩🇩🇪\ufe0f\U0001f3fd", max_size=40)
FAMILY = "👩\u200d👩\u200d👧"  # 8 units: three pairs and two joiners
FLAG = "🇩🇪"  # 4 units


@given(ANY_TEXT)
def test_the_length_is_counted_in_utf16_units(text: str) -> None:
    """Two bytes of UTF-16 are one unit; a lone surrogate is one as well."""
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("hello", 5, "hello"),
        ("hello world", 11, "hello world"),
        ("hello world", 10, "hello…"),  # between words
        ("hello world", 6, "hello…"),
        ("hello  world", 7, "hello…"),  # no blank before the dots
        ("a extraordinarily", 9, "a extrao…"),  # the word boundary would cost more than half
        ("🦦🦦🦦", 5, "🦦🦦…"),
        ("🦦🦦🦦", 4, "🦦…"),  # a pair of surrogates isn't split
        ("abcde\u0301f", 6, "abcd…"),  # an accent stays with its letter, or goes with it
        (f"ab{FAMILY}cd", 8, "ab…"),
        (f"ab{FAMILY}cd", 11, f"ab{FAMILY}…"),
        ("ab👍🏽cd", 5, "ab…"),  # thumb and skin tone
        (f"{FLAG}{FLAG}{FLAG}", 7, f"{FLAG}…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("abc", -5, ""),
    ],
)
def test_a_cut_falls_between_characters_as_people_see_them(text: str, limit: int, expected: str) -> None:
    """Words if possible, and never half an emoji, accent or flag."""
    assert truncate(text, limit) == expected


@given(ANY_TEXT, st.integers(-2, 50))
def test_a_truncated_text_never_exceeds_its_limit(text: str, limit: int) -> None:
    """Discord refuses a whole message for one unit too many."""
    assert utf16_length(truncate(text, limit)) <= max(limit, 0)


@given(ANY_TEXT, st.integers(1, 50))
def test_what_was_cut_is_a_beginning_and_says_so(text: str, limit: int) -> None:
    """The result is the text itself, or a beginning of it and an ellipsis."""
    short = truncate(text, limit)
    assert short == text or (short.endswith(ELLIPSIS) and text.startswith(short.removesuffix(ELLIPSIS)))
