"""Whether a text is English and more than the furniture of a page; the word lists know only English."""

import re
from functools import cache
from importlib import resources

from claims.document import DocumentError
from claims.features import boilerplate, words_of

_LETTER, _LATIN = re.compile(r"[^\W\d_]"), re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_LETTERS_ENOUGH, _LATIN_SHARE = 20, 0.6
_WORDS_ENOUGH, _ENGLISH_SHARE = 30, 0.15
_HEADING_WORDS = 5


def check_worth_reading(text: str, name: str) -> None:
    """Raise unless a text looks like English and has a line that isn't furniture.

    A short text is given the benefit of the doubt.

    Raises
    ------
    DocumentError
        It is in another language, or all boilerplate.
    """
    letters = len(_LETTER.findall(text))
    other_script = letters >= _LETTERS_ENOUGH and len(_LATIN.findall(text)) < _LATIN_SHARE * letters
    if other_script or not _is_english([word.lower() for word in words_of(text)]):
        raise DocumentError(f"{name} isn't in English, the one language Crux reads. Add a translation.")
    lines = [bare for line in text.splitlines() if (bare := line.strip().strip("\ufeff"))]
    furniture = [boilerplate(line) is not None for line in lines]
    if any(furniture) and all(
        is_it or _is_heading(line) for line, is_it in zip(lines, furniture, strict=True)
    ):
        raise DocumentError(
            f"{name} is all boilerplate: buttons, counters, menus, no sentence. Copy the text that matters."
        )


def _is_english(words: list[str]) -> bool:
    """Whether enough words are frequent English ones: in prose 21 to 35 % are, in Dutch 12 %."""
    if len(words) < _WORDS_ENOUGH:
        return True
    return sum(map(_english().__contains__, words)) >= _ENGLISH_SHARE * len(words)


@cache
def _english() -> frozenset[str]:
    source = resources.files("claims").joinpath("data/english.txt").read_text(encoding="utf-8")
    return frozenset(
        word for line in source.splitlines() if not line.startswith("#") for word in line.split()
    )


def _is_heading(line: str) -> bool:
    return len(words_of(line)) <= _HEADING_WORDS and not line.endswith((".", "!", "?"))
