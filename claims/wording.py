"""Sixth step: the sentence as a moderator reads it, and who says it."""

import re

_LIST_MARK = re.compile(r"^(?:\(?\d{1,3}[.)]|[-*•–])\s+")
_SPEAKER = re.compile(
    r"(?:(?P<role>Analyst|Economist|Historian|Author|Investor|Professor|Senator|Host|Researcher) )?"
    r"(?P<name>[A-Z][a-z]+(?: [A-Z]\.)?(?: [A-Z][a-zA-Z'-]+){1,2}) "
    r"(?:argue[sd]|contend(?:s|ed)|believe[sd]|warn(?:s|ed)|predict(?:s|ed)|expect(?:s|ed)|"
    r"(?P<plain>says|said|thinks))\b"
)
_NO_PERSON = re.compile(
    r"\b(?:The|Chinese|American|European|Western|Labs?|Firms?|Officials|Times|Wars?|Analysts)\b"
)


def standalone(text: str) -> str:
    r"""Tidy a sentence: list mark stripped, white space folded, first letter upper case after a list mark.

    Examples
    --------
    >>> standalone("2)  the gap\nnarrowed.")
    'The gap narrowed.'
    """
    bare = " ".join(_LIST_MARK.sub("", text.strip()).split())
    return bare[:1].upper() + bare[1:] if bare and not text.strip().startswith(bare[:1]) else bare


def speaker(text: str) -> str | None:
    """Name of the person whom the sentence itself names as its speaker; None unless it says so plainly.

    "says" and "thinks" count only after a role ("Analyst ..."), because books and papers "say" things too.

    Examples
    --------
    >>> speaker("Analyst Jane Q. Doe argues that the controls work.")
    'Jane Q. Doe'
    >>> speaker("Chip Wars says so.") is None
    True
    """
    found = _SPEAKER.match(text)
    if not found or _NO_PERSON.search(found["name"]) or (found["plain"] and not found["role"]):
        return None
    return found["name"]
