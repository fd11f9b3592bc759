"""Terse English is told from other languages, with which it shares its shortest words."""

import pytest

from claims.document import DocumentError
from claims.language import check_worth_reading

CZECH = (
    "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a svědomím "
    "a mají spolu jednat v duchu bratrství. To se nezmění ani do konce desetiletí."
)
DANISH = (
    "Alle mennesker er født frie og lige i værdighed og rettigheder. De er udstyret med fornuft og "
    "samvittighed, og de bør handle mod hverandre i en broderskabets ånd, for det er i alles interesse."
)
TAGALOG = (
    "Ang lahat ng tao'y isinilang na malaya at pantay-pantay sa karangalan at mga karapatan. Sila'y "
    "pinagkalooban ng katwiran at budhi at dapat magpalagayan ang isa't isa sa diwa ng pagkakapatiran."
)
WELSH = (
    "Genir pawb yn rhydd ac yn gydradd â'i gilydd mewn urddas a hawliau. Fe'u cynysgaeddir â rheswm a "
    "chydwybod, a dylai pawb ymddwyn y naill at y llall mewn ysbryd cymodlon."
)
ESPERANTO = (  # of which no list is kept
    "Ĉiuj homoj estas denaske liberaj kaj egalaj laŭ digno kaj rajtoj. Ili posedas racion kaj "
    "konsciencon, kaj devus konduti unu al alia en spirito de frateco, sed tio ne okazos baldaŭ."
)
HEADLINES = (
    "Fed cuts rates twice in 2026. Inflation falls below 3% by June. Oil stays under $70 until March. ECB"
    " holds rates all year. Nvidia revenue up more than 10% in Q3. China exports rise despite tariffs."
)


@pytest.mark.parametrize("text", [CZECH, DANISH, TAGALOG, WELSH, ESPERANTO])
def test_words_that_english_shares_make_no_text_english(text: str) -> None:
    """Czech "a" and "do", Danish "for" and "de", Tagalog "at": their own frequent words outnumber them."""
    with pytest.raises(DocumentError, match="isn't in English"):
        check_worth_reading(text, "a.txt")


@pytest.mark.parametrize("times", [1, 20])
def test_headlines_are_english_without_the_words_between(times: int) -> None:
    """Of 36 words only "more" and "than" are frequent in prose, 6 %; "in", "by", "falls" make up for it."""
    check_worth_reading(f"{HEADLINES}\n" * times, "a.txt")


@pytest.mark.parametrize("text", [CZECH, DANISH])
def test_an_english_headline_over_another_language_doesnt_let_it_in(text: str) -> None:
    """What outnumbers is counted over the whole text."""
    with pytest.raises(DocumentError, match="isn't in English"):
        check_worth_reading(f"Inflation falls below 3% by June\n{text}", "a.txt")
