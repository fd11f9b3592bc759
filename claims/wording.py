"""A sentence without what only its place in the text asks for, and the person who says it."""

import re

_LIST_MARK = re.compile(r"^(?:\(?\d{1,3}[.)]|[-*•–])\s+")
_THE_REST = r"the|a|an|this|that|it|it['’]s|they|he|she|we|you|there"
_OPENER = re.compile(
    rf"""(?:
        (?:But|And|Or|Yet|Thus|Therefore|Hence|Moreover|Furthermore|Additionally|However|Nevertheless|Besides
          |Nonetheless|Anyhow|Anyway|Meanwhile|Basically|Honestly|Frankly|Clearly|Indeed|Again|Overall|Also|Still
          |Likewise|Similarly|Consequently|Accordingly|Ultimately|Finally|So|Then|Now|Well|Ok|Okay|Look|Sure
          |Actually|Tbh|Imo|Imho|First|Second|Third|Lastly|More\ importantly|Put\ differently|After\ all
          |In\ fact|In\ short|In\ other\ words|In\ addition|In\ contrast|In\ a\ single\ line|Of\ course
          |To\ be\ (?:fair|clear)|As\ a\ result|As\ a\ consequence|As\ such|At\ the\ same\ time|By\ contrast
          |For\ example|For\ instance|On\ the\ other\ hand|On\ top\ of\ that|That\ said|That\ being\ said
          |Having\ said\ that|Long\ story\ short)\s*[,:]\s+
      | (?:But|And|Therefore|Thus|Anyhow|That\ said)\s+
      | (?:So|Yet|Still|Also|Now|Then|Meanwhile)\s+(?=(?:{_THE_REST})\b)
      | I\s(?:(?:really|still|also|do|just|honestly)\s)?(?:think|believe|agree|['’]d\ say|would\ say)\s
        (?:that\s)?(?=(?:{_THE_REST}|[A-Z][\w’']*|\w+s)\s)
      | (?:In\ my\ (?:view|opinion)|To\ my\ mind|My\ view\ is\ that|My\ bet\ is\ that),?\s+
    )""",
    re.VERBOSE,
)
_MOST_OPENERS = 3  # "But in fact, I think that"
_FEWEST_WORDS = 3  # below, nothing is left to read
_SPEAKER = re.compile(
    r"(?:(?P<role>Analyst|Economist|Historian|Author|Investor|Professor|Senator|Host|Researcher) )?"
    r"(?P<name>[A-Z][a-z]+(?: [A-Z]\.)?(?: [A-Z][a-zA-Z'-]+){1,2}) "
    r"(?:argue[sd]|contend(?:s|ed)|believe[sd]|warn(?:s|ed)|predict(?:s|ed)|expect(?:s|ed)|"
    r"(?P<plain>says|said|thinks))\b"
)
_NO_PERSON = re.compile(
    r"\b(?:The|Chinese|American|European|Western|Labs?|Firms?|Officials|Times|Wars?|Analysts)\b"
)


def tidied(text: str) -> str:
    r"""Tidy a sentence: list mark stripped, white space folded, first letter upper case after a list mark.

    Examples
    --------
    >>> tidied("2)  the gap\nnarrowed.")
    'The gap narrowed.'
    """
    bare = " ".join(_LIST_MARK.sub("", text.strip()).split())
    return capitalised(bare) if bare and not text.strip().startswith(bare[:1]) else bare


def without_openers(text: str) -> str:
    """Drop what ties a sentence to the one before, or to its author: "But", "As a result,", "I think that".

    Examples
    --------
    >>> without_openers("But in fact, I think that the gap narrowed.")
    'The gap narrowed.'
    >>> without_openers("I don't think that the gap narrowed.")
    "I don't think that the gap narrowed."
    """
    for _ in range(_MOST_OPENERS):
        found = _OPENER.match(capitalised(text))
        if not found or len(text[found.end() :].split()) < _FEWEST_WORDS:
            break
        text = capitalised(text[found.end() :])
    return text


def capitalised(text: str) -> str:
    """Give the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


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
