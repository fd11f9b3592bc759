"""A page as a tree, by the standard library alone: no scripts, nothing hidden, no recursion."""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from typing import Union

from claims.readers.reading import UnreadableError

BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset "  # noqa: SIM905
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary "
    "table tbody td tfoot th thead title tr ul".split()
)
MOST_ELEMENTS = 200_000
DEEPEST = 100  # deeper elements are unwrapped when a page is written again: parsers recurse
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
DROPPED = frozenset(
    "script style noscript template svg math iframe object canvas video audio button "  # noqa: SIM905
    "select textarea datalist map".split()
)
# Taken out beforehand: html.parser would look for the end of an unclosed one again and again.
_ASIDES = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|<[!?][^>]*(?:>|\Z)|<[A-Za-z/][^>]*+\Z", re.DOTALL)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Node:
    """An element with its attributes, and its children in order: elements and strings."""

    __slots__ = ("attributes", "children", "parent", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: Union["Node", None]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Node | str] = []

    def walk(self) -> Iterator["Node"]:
        """Yield this element and all below it, in the order of the page."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(child for child in reversed(node.children) if isinstance(child, Node))

    def words(self) -> str:
        """Return the text in it with white space folded."""
        return " ".join("".join(_pieces(self)).split())


def _pieces(node: Node) -> Iterator[str]:
    stack: list[Node | str] = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, str):
            yield each
        elif each.tag not in DROPPED:
            if each.tag in BLOCKS or each.tag == "br":
                yield " "
            stack.extend(reversed(each.children))


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#page", {}, None)
        self._at = self.root
        self._open: Counter[str] = Counter()
        self._left = MOST_ELEMENTS

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if (self._at.tag == "p" and tag in BLOCKS) or (
            self._at.tag == tag and tag in {"li", "option", "tr", "td"}
        ):
            self._close()
        self._left -= 1
        if self._left < 0:
            raise UnreadableError("is too large a page to read. Copy the part that matters and paste it.")
        node = Node(tag, {name: value or "" for name, value in attrs}, self._at)
        self._at.children.append(node)
        if tag not in _VOID:
            self._at = node
            self._open[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if not self._open[tag]:
            return
        while self._at.tag != tag:
            self._close()
        self._close()

    def handle_data(self, data: str) -> None:
        self._at.children.append(data)

    def _close(self) -> None:
        self._open[self._at.tag] -= 1
        self._at = self._at.parent or self.root


def parse_page(source: str) -> Node:
    """Build the tree of a page, however broken; elements that a browser hides are left out.

    Raises
    ------
    UnreadableError
        It has more than `MOST_ELEMENTS` elements.

    Examples
    --------
    >>> parse_page("<p>One <b>two</b><p hidden>three<script>four()</script>").words()
    'One two'
    """
    builder = _Builder()
    builder.feed(_ASIDES.sub(" ", source))
    builder.close()
    for node in list(builder.root.walk()):
        node.children = [child for child in node.children if isinstance(child, str) or not _is_hidden(child)]
    return builder.root


def _is_hidden(node: Node) -> bool:
    return "hidden" in node.attributes or bool(_HIDDEN.search(node.attributes.get("style", "")))


def as_html(root: Node, *, without: frozenset[Node]) -> str:
    """Write a tree as HTML again, without some elements, without scripts, and never deeper than `DEEPEST`."""
    pieces: list[str] = []
    stack: list[tuple[Node | str, int]] = [(root, 0)]
    while stack:
        each, depth = stack.pop()
        if isinstance(each, str):
            pieces.append(each if depth < 0 else escape(each, quote=False))
        elif each not in without and not _is_script(each):
            shown = each.tag.isalnum() and depth <= DEEPEST
            if shown:
                names = (
                    f' {name}="{escape(value)}"'
                    for name, value in each.attributes.items()
                    if name.isidentifier()
                )
                pieces.append(f"<{each.tag}{''.join(names)}>")
                if each.tag not in _VOID:
                    stack.append((f"</{each.tag}>", -1))
            else:
                pieces.append(" ")
            stack.extend((child, _below(each, depth)) for child in reversed(each.children))
    return "".join(pieces)


def _is_script(node: Node) -> bool:
    """Whether an element is dropped; descriptions of the page for machines are no scripts and stay."""
    return node.tag in DROPPED and node.attributes.get("type", "").strip().lower() != "application/ld+json"


def _below(node: Node, depth: int) -> int:
    return -1 if node.tag == "script" else depth + 1  # data in a script element isn't escaped
