"""Whether a text is English and more than the furniture of a page; the word lists know only English."""

import re
from functools import cache
from importlib import resources

from claims.document import DocumentError
from claims.features import boilerplate, words_of
from claims.lexicons import lexicon

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
    """Whether enough words are frequent English ones: in prose 21 to 35 % are, in Dutch 12 %.

    Headlines have few of those. They are English if words that other languages share with it, such as "in"
    and "by", and words for what rises and falls make up for it, and outnumber those of each other language.
    """
    if len(words) < _WORDS_ENOUGH:
        return True
    if sum(map(_words("english.txt").__contains__, words)) >= _ENGLISH_SHARE * len(words):
        return True
    spelt = [word for word in words if not word[0].isdigit()]
    terse = sum(word in _common_words() or lexicon("direction").fullmatch(word) is not None for word in spelt)
    others = max(sum(map(language.__contains__, spelt)) for language in _other_languages())
    return terse > others and terse >= _ENGLISH_SHARE * len(spelt)


def _common_words() -> frozenset[str]:
    return _words("english.txt") | _words("little_words.txt")


@cache
def _other_languages() -> tuple[frozenset[str], ...]:
    """Return the frequent words of each other language, English ones among them."""
    return tuple(frozenset(line.split()) for line in _lines("other_languages.txt"))


@cache
def _words(file: str) -> frozenset[str]:
    return frozenset(word for line in _lines(file) for word in line.split())


def _lines(file: str) -> list[str]:
    source = resources.files("claims").joinpath(f"data/{file}").read_text(encoding="utf-8")
    return [line for line in source.splitlines() if not line.startswith("#")]


def _is_heading(line: str) -> bool:
    return len(words_of(line)) <= _HEADING_WORDS and not line.endswith((".", "!", "?"))
