"""What a reader finds in a file, as plain values that pass between processes as JSON."""

from dataclasses import dataclass, field

from claims.document import MAX_BYTES

Span = tuple[int, int, str | None]


class UnreadableError(Exception):
    """A file can't be read; ``str()`` goes on after its name: "is encrypted. Save it without ..."."""


@dataclass(frozen=True)
class Reading:
    """The text of one page, PDF or entry.

    Attributes
    ----------
    text
        One paragraph a line; at most `MAX_BYTES` in UTF-8.
    title, author, published_at, url
        Empty where the file doesn't say; times as ISO 8601.
    parts
        Start, end and author of each comment.
    """

    text: str
    title: str = ""
    author: str = ""
    published_at: str = ""
    url: str = ""
    parts: list[Span] = field(default_factory=list)


@dataclass(frozen=True)
class FeedReading:
    """The entries of a feed, in its order, with the feed's own title."""

    title: str
    entries: list[Reading]


def check_length(text: str) -> None:
    """Raise unless the text found in a file is short enough to be a document."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise UnreadableError(
            f"holds more than {MAX_BYTES // 1_000_000} MB of text, the most a document may have. "
            "Split it into parts."
        )


def joined(blocks: list[tuple[str, str | None]]) -> tuple[str, list[Span]]:
    r"""Put comments one below the other, with the place of each.

    Examples
    --------
    >>> joined([("No.", "Ann"), ("Yes.", None)])
    ('No.\n\nYes.', [(0, 3, 'Ann'), (5, 9, None)])
    """
    texts, parts, at = [], [], 0
    for text, author in blocks:
        texts.append(text)
        parts.append((at, at + len(text), author))
        at += len(text) + 2
    return "\n\n".join(texts), parts
