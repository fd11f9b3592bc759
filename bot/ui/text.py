"""Text that a member or a document wrote, made fit to be shown; times and percentages in Discord's form."""

import re
import unicodedata
from datetime import datetime
from itertools import zip_longest

from discord.utils import TimestampStyle, format_dt

from bot.ui.limits import ZERO_WIDTH_JOINER, truncate, utf16_length
from forecasts.probability import format_probability

MARKS_PER_CHARACTER = 3
"""Accents kept on one character; stacks of dozens run into the lines above and below."""

_LINE_BREAK = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # not of category Cf, but blank

# discord.utils.escape_markdown misses timestamps, custom emoji, channels, commands, numbered lists and what
# stands inside a masked link; escape_mentions misses short ids. Hence one table, tried from top to bottom.
_MARKUP = re.compile(
    r"""
      (?P<link> <https?://[^\s<>]+> | https?://[^\s<>]*[^\s<>*_~|`()\[\]\\"'.,:;!?] )
    | (?P<everyone> @(?=everyone|here) )
    | (?P<token> <(?:@[!&]?|\#|/|a?:|t:|id:)? )
    | (?P<line_start> ^[^\S\n]*(?: \#+ | >+ | -\#+ | [-+](?=\s|$) | \d+\.(?=\s|$) ) )
    | (?P<character> [\\*_~|`\[\]] )
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_RISKY_IN_LINK = re.compile(r"[\\*|`\[\]]|~(?=~)|@(?=everyone|here)", re.IGNORECASE)
_SIGN = re.compile(r"[<@!&#/:>.+-]")


def plain(text: str) -> str:
    r"""Text without control, bidirectional and zero-width characters and without towers of accents.

    Newlines stay (two in a row at most), and so do the joiners inside an emoji. Markdown is left alone: this
    is for places that render none, such as labels of buttons, options of selects, and autocompletion.

    Examples
    --------
    >>> plain("up\u202edown\u200b")
    'updown'
    """
    text = _LINE_BREAK.sub("\n", text).replace("\t", " ")
    kept: list[str] = []
    marks = 0
    for char, following in zip_longest(text, text[1:], fillvalue=" "):
        category = unicodedata.category(char)
        if char == ZERO_WIDTH_JOINER:
            if not (kept and _ends_emoji(kept[-1]) and unicodedata.category(following) == "So"):
                continue
        elif char in _INVISIBLE or (category in {"Cc", "Cf", "Cs"} and char != "\n"):
            continue
        elif category in {"Mn", "Me"}:
            marks += 1
            if marks > MARKS_PER_CHARACTER:
                continue
        else:
            marks = 0
        kept.append(char)
    return _BLANK_LINES.sub("\n\n", "".join(kept).strip())


def safe(text: str) -> str:
    r"""Text that shows as it was written: nothing in it formats, mentions, pings, embeds or hides a link.

    Apply it once, to raw text, as the last step before a message, and truncate afterwards.
    Addresses stay links, in angle brackets, so that they embed nothing.

    Examples
    --------
    >>> print(safe("**now** @everyone <@1>: [a](https://example.org/a_b)").replace("\u200b", "."))
    \*\*now\*\* @.everyone \<\@1>: \[a\](<https://example.org/a_b>)
    """
    return _MARKUP.sub(_escaped, plain(text))


def brief(text: str, limit: int) -> str:
    r"""Text as :func:`safe` gives it, of at most `limit` UTF-16 units; no escape in it is cut.

    Escaping lengthens a text up to three times, so it is shortened before, by as much as that costs.

    Examples
    --------
    >>> print(brief("*the gap* narrowed in models", 24))
    \*the gap\* narrowed in…
    """
    text, room = plain(text), limit
    while (length := utf16_length(shown := safe(truncate(text, room)))) > limit:
        room = min(room - 1, room * limit // length)
    return shown


def single_line(text: str) -> str:
    r"""Give the plain text on one line, every run of blanks a single space; not escaped.

    Examples
    --------
    >>> single_line("one\n\n  two")
    'one two'
    """
    return " ".join(plain(text).split())


def timestamp(at: datetime, style: TimestampStyle = "f") -> str:
    """Write a time so that Discord shows it in each reader's own zone.

    Parameters
    ----------
    at
        An aware datetime.
    style
        ``R`` for "in 21 hours", ``f`` for date and time, ``D`` for the date.

    Raises
    ------
    ValueError
        If `at` is naive.

    Examples
    --------
    >>> from datetime import UTC
    >>> timestamp(datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "R")
    '<t:1798761540:R>'
    """
    if at.tzinfo is None:
        raise ValueError("a timestamp needs an aware datetime")
    return format_dt(at, style)


def percent(p: float) -> str:
    """Write a probability in [0, 1] the way all cards do: see `forecasts.probability.format_probability`.

    Examples
    --------
    >>> percent(0.7)
    '70 %'
    """
    return format_probability(p)


def _ends_emoji(char: str) -> bool:
    return char == "\ufe0f" or unicodedata.category(char) in {"So", "Sk"}


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    match match.lastgroup:
        case "link":
            address = _RISKY_IN_LINK.sub(lambda risky: f"%{ord(risky[0]):02X}", found.strip("<>"))
            return f"<{address}>"
        case "everyone":
            return f"{found}\u200b"  # Discord's servers look past a backslash here
        case "token" | "line_start":
            return _SIGN.sub(r"\\\g<0>", found)
        case _:
            return f"\\{found}"
