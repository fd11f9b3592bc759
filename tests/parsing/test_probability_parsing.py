import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.errors import AmbiguousInputError, InvalidInputError
from forecasts.probability import (
    check_probabilities,
    format_probability,
    log_odds,
    odds,
    parse_probability,
    plain_input,
    quoted,
)

READ = [
    ("70%", 0.7),
    ("70", 0.7),
    ("0.7", 0.7),
    (".7", 0.7),
    ("0,7", 0.7),
    ("7/10", 0.7),
    ("7 out of 10", 0.7),
    ("  70  % ", 0.7),
    ("70 percent", 0.7),
    ("70 per cent", 0.7),
    ("~70%", 0.7),
    ("about 70", 0.7),
    ("%70", 0.7),  # as in Turkish
    ("７０％", 0.7),  # full width
    ("٧٠٪", 0.7),  # Arabic
    ("۰٫۷", 0.7),  # Eastern Arabic
    ("\u200f70%\u200f", 0.7),  # marks that right-to-left keyboards add
    ("2:1", 2 / 3),  # two parts for, one against
    ("1:2", 1 / 3),
    ("1 in 3", 1 / 3),
    ("1 in 1000", 0.001),
    ("0", 0.0),
    ("0%", 0.0),
    ("0:5", 0.0),
    ("100", 1.0),
    ("100%", 1.0),
    ("1/1", 1.0),
    ("5:0", 1.0),
    ("1%", 0.01),
    ("0.5", 0.5),
    ("0.5%", 0.005),
    ("1.5", 0.015),
    ("99.9", 0.999),
]

REFUSED = ["", " ", "maybe", "nan", "inf", "-inf", "1e308", "1e-3", "0x1", "50-60", "70%%", "%70%", "1²", "½"]
OUT_OF_RANGE = ["100.5", "101%", "-5", "−5%", "8/7", "3 in 2", "9" * 90]
TYPED = st.text() | st.text("0123456789٧７.,%:/-~ in²e", max_size=12)


@pytest.mark.parametrize(("text", "expected"), READ)
def test_a_probability_is_read_exactly(text: str, expected: float) -> None:
    """Every spelling gives the float nearest to what was meant, not one a rounding step away."""
    assert parse_probability(text) == expected


@pytest.mark.parametrize("text", ["1", "1.0", "1,0", "1.00", "~1", "１"])
def test_a_bare_one_is_asked_back(text: str) -> None:
    """A bare 1 is 1 % or 100 %; both are offered and neither is guessed."""
    with pytest.raises(AmbiguousInputError, match="1 % or 100 %") as refusal:
        parse_probability(text)
    assert refusal.value.choices == (0.01, 1.0)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_probability_is_refused_with_examples(text: str) -> None:
    """The sentence quotes what was typed and says what to type instead."""
    with pytest.raises(InvalidInputError) as refusal:
        parse_probability(text)
    assert f'I can\'t read "{text.strip()}" as a probability. Type' in str(refusal.value)


@pytest.mark.parametrize("text", OUT_OF_RANGE)
def test_what_is_out_of_range_is_called_so(text: str) -> None:
    """Below 0 % and above 100 % the range is named, also for fractions."""
    with pytest.raises(InvalidInputError, match="is outside 0 % to 100 %"):
        parse_probability(text)


@pytest.mark.parametrize("text", ["5/0", "0/0", "0:0", "1 in 0"])
def test_nothing_is_divided_by_zero(text: str) -> None:
    """A zero denominator and odds of 0:0 are refused in words."""
    with pytest.raises(InvalidInputError, match="divides by zero"):
        parse_probability(text)


@pytest.mark.parametrize("text", ["1 in 1,000", "1 in 1.000", "1.000:1"])
def test_a_separator_in_a_ratio_is_asked_back(text: str) -> None:
    """1 in 1,000 would be 100 % with a decimal comma and 0.1 % with a thousands one."""
    with pytest.raises(InvalidInputError, match="Leave the separator out"):
        parse_probability(text)


def test_a_long_input_is_refused_and_shortened() -> None:
    """Ten thousand digits cost nothing and don't fill the answer."""
    with pytest.raises(InvalidInputError) as refusal:
        parse_probability("7" * 10_000)
    assert len(str(refusal.value)) < 200


@given(TYPED)
def test_any_text_gives_a_probability_or_a_sentence(text: str) -> None:
    """Whatever is typed, the answer is in [0, 1] or an error that can be shown."""
    try:
        p, sentence = parse_probability(text), ""
    except InvalidInputError as refusal:
        p, sentence = 0, str(refusal)
    assert sentence.isprintable()
    assert 0 <= p <= 1


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.7, "70 %"),
        (0.005, "0.5 %"),
        (0.125, "12.5 %"),
        (0.999, "99.9 %"),
        (1 / 3, "33.3 %"),
        (0.28, "28 %"),  # 0.28 * 100 is 28.000000000000004
        (0.0005, "<0.1 %"),
        (1e-300, "<0.1 %"),
        (0.9995, ">99.9 %"),
    ],
)
def test_a_percentage_has_at_most_one_decimal(p: float, expected: str) -> None:
    """Whole numbers stay whole, and near the ends the direction is said instead of a wrong 0 or 100."""
    assert format_probability(p) == expected


@given(st.integers(0, 1000).filter(lambda tenths: tenths != 10))
def test_what_is_shown_can_be_typed_back(tenths: int) -> None:
    """Every tenth of a percent survives being shown and read; the 1 in "1 %" is no bare one."""
    assert parse_probability(format_probability(tenths / 1000)) == tenths / 1000


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_only_certainty_is_shown_as_certain(p: float) -> None:
    """Nothing strictly between 0 and 1 is written 0 % or 100 %."""
    assert format_probability(p) not in {"0 %", "100 %"}


@pytest.mark.parametrize("p", [-0.01, 1.01, math.nan, math.inf])
def test_formatting_and_odds_refuse_what_is_no_probability(p: float) -> None:
    """A number out of range is a mistake of ours and must not reach a card."""
    for function in (format_probability, odds, log_odds):
        with pytest.raises(ValueError, match="a probability lies in"):
            function(p)


@pytest.mark.parametrize(("p", "expected"), [(0, 0), (0.5, 1), (0.75, 3), (1, math.inf)])
def test_odds_are_for_over_against(p: float, expected: float) -> None:
    """.75 / .25 = 3, and certainty has infinite odds."""
    assert odds(p) == expected


@pytest.mark.parametrize(("p", "clip", "expected"), [(0.75, 0.01, math.log(3)), (1, 0.05, math.log(19))])
def test_log_odds_are_clipped(p: float, clip: float, expected: float) -> None:
    """ln(.75 / .25) = ln 3; certainty clipped to .95 is ln(.95 / .05) = ln 19."""
    assert log_odds(p, clip) == pytest.approx(expected)


@pytest.mark.parametrize("clip", [0, 0.5, math.nan])
def test_log_odds_refuse_a_senseless_clip(clip: float) -> None:
    """Without a clip the ends would be infinite; at one half everything would be 0."""
    with pytest.raises(ValueError, match="clip"):
        log_odds(0.3, clip)


@given(st.floats(0, 1))
def test_log_odds_are_antisymmetric(p: float) -> None:
    """Arguing for the opposite changes the sign and nothing else."""
    assert log_odds(1 - p) == pytest.approx(-log_odds(p), abs=1e-9)


@pytest.mark.parametrize(
    ("kind", "numbers", "categories"),
    [
        ("binary", [0.7], 2),
        ("binary", [0], 2),
        ("thesis", [1], 2),
        ("choice", [0.2, 0.3, 0.5], 3),
        ("choice", [1 / 3, 1 / 3, 0.3333335], 3),  # off by 2e-7
        ("ladder", [0.2, 0.2, 0.9], 4),
    ],
)
def test_coherent_numbers_pass_unchanged(kind: str, numbers: list[float], categories: int) -> None:
    """One number, or one an option, or K - 1 that never go down."""
    assert check_probabilities(kind, numbers, categories) == tuple(numbers)


@pytest.mark.parametrize(
    ("kind", "numbers", "categories", "sentence"),
    [
        ("binary", [], 2, "takes 1 number; I got 0"),
        ("binary", [0.3, 0.7], 2, "takes 1 number; I got 2"),
        ("binary", [math.nan], 2, "Number 1 is outside"),
        ("thesis", [math.inf], 2, "Number 1 is outside"),
        ("choice", [0.5, 0.5], 3, "takes 3 numbers; I got 2"),
        ("choice", [0.5, 0.6], 2, "add up to 110 %"),
        ("choice", [0.5, 0.500002], 2, r"add up to 100\.0002 %"),
        ("choice", [1.5, -0.5], 2, "Number 1 is outside"),
        ("ladder", [0.1, 0.2, 0.3], 3, "takes 2 numbers; I got 3"),
        ("ladder", [0.4, 0.3], 3, r"Number 2 \(30 %\) is lower than number 1 \(40 %\)"),
    ],
)
def test_incoherent_numbers_are_refused_in_words(
    kind: str, numbers: list[float], categories: int, sentence: str
) -> None:
    """Count, range, sum and order are each named, with the figure that is wrong."""
    with pytest.raises(InvalidInputError, match=sentence):
        check_probabilities(kind, numbers, categories)


def test_an_unknown_kind_is_a_mistake_of_ours() -> None:
    """Members never type a kind, so no sentence is owed to them."""
    with pytest.raises(ValueError, match="no kind of question"):
        check_probabilities("poll", [0.5], 2)


@pytest.mark.parametrize(
    ("text", "expected"), [("３１ ＤＥＣ", "31 ＤＥＣ".lower()), (" a\u00a0\n b\u200b", "a b"), ("−5", "-5")]
)
def test_typed_text_is_brought_to_one_form(text: str, expected: str) -> None:
    """Digits and signs become ASCII, blanks single, case low; invisible characters go."""
    assert plain_input(text) == expected


@given(st.text())
def test_a_quotation_is_short_and_printable(text: str) -> None:
    """Nothing typed can break or flood the sentence that quotes it."""
    assert quoted(text).isprintable()
    assert len(quoted(text)) <= 33  # 30 characters, an ellipsis, two marks
