"""The word lists of data/*.txt, compiled when first asked for."""

import re
from functools import cache
from importlib import resources

DIRECTIONS = ("narrow", "widen", "rise", "fall")

_PLAIN_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})  # one for one, so offsets stay


def with_plain_apostrophes(text: str) -> str:
    """Give the text with typographic apostrophes as plain ones, at the same offsets.

    Examples
    --------
    >>> with_plain_apostrophes("they won’t")
    "they won't"
    """
    return text.translate(_PLAIN_APOSTROPHES)


@cache
def lexicon(name: str, file: str = "lexicons.txt") -> re.Pattern[str]:
    """One lexicon as a pattern.

    Parameters
    ----------
    name
        A section of the data file, or ``direction`` for the four of `DIRECTIONS` together.
    file
        Which file of ``claims/data``.

    Raises
    ------
    KeyError
        There is no such section.

    Examples
    --------
    >>> lexicon("narrow").search("The gap narrowed.").group()
    'narrowed'
    """
    sections = _sections(file)
    lines = (
        [line for each in DIRECTIONS for line in sections[each]] if name == "direction" else sections[name]
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(lines)})(?!\w)", re.IGNORECASE)


@cache
def _sections(file: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    source = resources.files("claims").joinpath(f"data/{file}").read_text(encoding="utf-8")
    for line in source.splitlines():
        if line.startswith("[") and line.endswith("]"):
            lines = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return found
