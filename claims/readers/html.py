"""An article with its comments, from HTML: trafilatura where the extra ``[html]`` is installed."""

import codecs
import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from claims.features import boilerplate, words_of
from claims.readers.comments import comments_of
from claims.readers.reading import Reading, UnreadableError, check_length, joined
from claims.readers.tree import BLOCKS, DROPPED, Node, as_html, parse_page

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,30})""", re.IGNORECASE)
_HEAD = 4_096
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_MAIN = ("article", "main")
_FURNITURE = DROPPED | {"nav", "footer", "aside", "menu", "dialog", "title", "head"}
_MOST_LINKED = 0.5
_SENTENCE_WORDS = 5  # a page without a line this long is menus and buttons


def read_html(data: bytes, *, charset: str = "") -> Reading:
    """Read a page: its article without menus and advertisements, then its comments by author.

    Parameters
    ----------
    data
        The page as it was served.
    charset
        As its server named it; else its byte order mark or its own declaration counts.

    Raises
    ------
    UnreadableError
        There is nothing in it but furniture, or too much text.

    Examples
    --------
    >>> read_html(b"<title>Gaps</title><p>The gap in models narrowed by half.").title
    'Gaps'
    """
    root = parse_page(decoded(data, charset))
    comments, inside = comments_of(root)
    about = _about(root)
    article = "\n".join(_plain_article(root, inside))
    check_length(article)
    if find_spec("trafilatura") is not None:
        found, better = _with_trafilatura(as_html(root, without=inside))
        about |= {name: value for name, value in better.items() if value}
        if "\n" in found:  # its last resort is the whole page in one line
            article = found
    if not any(map(_is_sentence, article.split("\n"))):
        article = ""
    if not article and not any(_is_sentence(line) for text, _ in comments for line in text.split("\n")):
        raise UnreadableError(
            "holds no article and no comments, only menus, buttons and the like. Copy the text that matters "
            "and paste it."
        )
    text, parts = joined(([(article, about["author"] or None)] if article else []) + comments)
    check_length(text)
    return Reading(text=text, parts=parts[1:] if article else parts, **about)


def decoded(data: bytes, charset: str = "") -> str:
    """Decode a page by its mark, the charset given, its own declaration, as UTF-8, or as Windows-1252."""
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")
    declared = _CHARSET.search(data[:_HEAD])
    for name in (marked, charset, declared[1].decode() if declared else "", "utf-8"):
        try:
            if name and codecs.lookup(name)._is_text_encoding:  # noqa: SLF001 - "zip" is a codec too
                return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def html_to_text(source: str) -> str:
    """Return the words of a piece of HTML, one block a line, for the entries of feeds."""
    return "\n".join(line for line, _ in _lines(parse_page(source), frozenset()))


def _with_trafilatura(source: str) -> tuple[str, dict[str, str]]:
    from trafilatura import bare_extraction  # noqa: PLC0415 - the extra may be missing, and takes 0.5 s

    found: Any = bare_extraction(
        source,
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None:
        return "", {}
    names = {"title": found.title, "author": found.author, "published_at": found.date}
    lines = (line.strip() for line in (found.text or "").split("\n"))
    return "\n".join(line for line in lines if line), {name: value or "" for name, value in names.items()}


def _plain_article(root: Node, without: frozenset[Node]) -> Iterator[str]:
    """Yield the lines of a page's main element that aren't mostly links."""
    tops = [node for node in root.walk() if node.tag in _MAIN or node.attributes.get("role") == "main"]
    top = max(tops, key=lambda node: len(node.words()), default=root)
    for line, linked in _lines(top, without):
        if linked <= _MOST_LINKED * len(line):
            yield line


def _lines(top: Node, without: frozenset[Node]) -> Iterator[tuple[str, int]]:
    """Yield each block's text with how many of its characters are links."""
    pieces: list[str] = []
    linked = 0
    stack: list[tuple[Node | str, bool]] = [("\n", False), (top, False)]
    while stack:
        each, in_link = stack.pop()
        if each == "\n":
            if line := " ".join("".join(pieces).split()):
                yield line, linked
            pieces, linked = [], 0
        elif isinstance(each, str):
            pieces.append(each)
            linked += len(each.strip()) if in_link else 0
        elif each not in without and each.tag not in _FURNITURE:
            children = [(_spaced(child), in_link or each.tag == "a") for child in reversed(each.children)]
            edge: list[tuple[Node | str, bool]] = (
                [("\n", False)] if each.tag in BLOCKS or each.tag == "br" else []
            )
            stack += [*edge, *children, *edge]


def _spaced(child: Node | str) -> Node | str:
    return child.replace("\n", " ") if isinstance(child, str) else child


def _is_sentence(line: str) -> bool:
    return len(words_of(line)) >= _SENTENCE_WORDS and boilerplate(line) is None


def _about(root: Node) -> dict[str, str]:
    """Return what the page says of itself: title, author and time."""
    metas: dict[str, str] = {}
    shown = ""
    for node in root.walk():
        if node.tag == "meta":
            name = node.attributes.get("property") or node.attributes.get("name", "")
            metas.setdefault(name.lower(), " ".join(node.attributes.get("content", "").split()))
        elif node.tag == "title" and not shown:
            shown = node.words()
    return {
        "title": metas.get("og:title") or shown,
        "author": metas.get("author", ""),
        "published_at": metas.get("article:published_time") or metas.get("date", ""),
    }
