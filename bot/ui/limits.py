"""Discord's limits. Lengths are UTF-16 units, as Discord counts them."""

import unicodedata
from collections.abc import Iterator

MESSAGE_CONTENT = 2_000

EMBED_TITLE = 256
EMBED_DESCRIPTION = 4_096
EMBED_FIELDS = 25
EMBED_FIELD_NAME = 256  # names and values are never empty
EMBED_FIELD_VALUE = 1_024
EMBED_FOOTER = 2_048
EMBEDS_TOTAL = 6_000  # over all embeds of a message

# Components V2: no content and no embeds beside them
LAYOUT_COMPONENTS = 40
LAYOUT_TEXT = 4_000  # over all texts of a message
ROW_BUTTONS = 5
ROW_SELECTS = 1
SELECT_OPTIONS = 25
OPTION_TEXT = 100  # label, value and description each
CUSTOM_ID = 100
BUTTON_LABEL = 80

MODAL_TITLE = 45
MODAL_LABELS = 5
MODAL_LABEL = 45
TEXT_INPUT = 4_000
PLACEHOLDER = 100

THREAD_NAME = 100
AUTOCOMPLETE_CHOICES = 25
CHOICE_NAME = 100
COMMANDS = 100
MESSAGE_MENUS = 5
COMMAND_DESCRIPTION = 100  # and at least 1
ALT_TEXT = 1_024
NONCE = 25
FILE_BYTES = 10 * 1024 * 1024

ANSWER_SECONDS = 3
INTERACTION_TOKEN_MINUTES = 15
REQUESTS_PER_SECOND = 50  # per token
INVALID_REQUESTS_PER_10_MINUTES = 10_000  # then the address is banned
IDENTIFIES_PER_DAY = 1_000  # then the token is reset

ELLIPSIS = "…"
ZERO_WIDTH_JOINER = "\u200d"


def utf16_length(text: str) -> int:
    """Length in UTF-16 units: an emoji is usually two.

    Examples
    --------
    >>> utf16_length("70 %"), utf16_length("🦦")
    (4, 2)
    """
    return len(text) + sum(char > "\uffff" for char in text)


def truncate(text: str, limit: int) -> str:
    """Shorten text to `limit` UTF-16 units, with "…" at its end if anything was cut.

    Cuts between words where that keeps at least half, and never inside a character with its accents,
    an emoji sequence or a flag. Escape first, truncate afterwards: escaping lengthens.

    Parameters
    ----------
    text
        Any text.
    limit
        UTF-16 units the result may have; below 1 the result is empty.

    Examples
    --------
    >>> truncate("Will chips be controlled?", 15)
    'Will chips be…'
    """
    if utf16_length(text) <= limit:
        return text
    if limit < 1:
        return ""
    room = limit - utf16_length(ELLIPSIS)
    cut = 0
    for cluster in _clusters(text):
        room -= utf16_length(cluster)
        if room < 0:
            break
        cut += len(cluster)
    head = text[:cut]
    words = head if text[cut].isspace() else _without_last_word(head)
    return (words if 2 * len(words) >= len(head) else head).rstrip() + ELLIPSIS


def _without_last_word(text: str) -> str:
    end = len(text)
    while end and not text[end - 1].isspace():
        end -= 1
    return text[:end].rstrip()


def _clusters(text: str) -> Iterator[str]:
    start = 0
    for place in range(1, len(text)):
        if not _continues(text[start:place], text[place]):
            yield text[start:place]
            start = place
    yield text[start:]


def _continues(cluster: str, char: str) -> bool:
    if _is_regional_indicator(char):  # a flag is a pair of them
        return len(cluster) == 1 and _is_regional_indicator(cluster)
    return (
        ZERO_WIDTH_JOINER in (char, cluster[-1])
        or unicodedata.category(char).startswith("M")
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # tags, as in the flag of Scotland
    )


def _is_regional_indicator(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
