"""The comments of a page with their authors, by the marks that blogs, forums and news sites put on them."""

import re
from collections.abc import Iterator

from claims.readers.tree import BLOCKS, DROPPED, Node

_KIND = r"(?:(?:js|wp|blog|user|single|media|article|news|thing|discussion|topic|forum|thread|board)[-_]*)?"
_INNER = r"(?:item|container|wrapper|block|entry|row|box|node|card|body|content|article|main)"
_COMMENT = re.compile(rf"{_KIND}(?:comment|reply|answer)(?P<inner>[-_]*{_INNER})?|comtr", re.IGNORECASE)
_POST = re.compile(rf"{_KIND}(?P<inner>(?:post|message)(?:[-_]*{_INNER})?)", re.IGNORECASE)
_AUTHOR = re.compile(
    r"(?:.*[-_])?(?:author|user-?name|commenter|fn|poster|display-?name|nick-?name|byline|hnuser)"
    r"(?:[-_]*(?:name|link))?",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:.*[-_])?(?:meta|metadata|date|time|timestamp|age|actions?|controls?|buttons?|toolbar|footer|votes?|score|"
    r"likes?|avatar|flair|badge|permalink|signature|reply-?link|share|quote|navs|head|comhead|tagline|edit-?link|"
    r"says|(?:post)?profile|user-?(?:info|details|card)|cell--user)",
    re.IGNORECASE,
)
_FURNITURE_TAGS = DROPPED | {"time", "blockquote", "form"}  # a quote has another author
_PROFILE = re.compile(r"/(?:profile|users?|u|author|members?|people)/|/@", re.IGNORECASE)
_SCHEMA = re.compile(r"schema\.org/(?:Comment|Answer|DiscussionForumPosting)\b", re.IGNORECASE)
_NEVER = frozenset({"body", "html", "form", "a", "span", "p", "button", "input"})
_SAYS = re.compile(r"^(?:(?:posted )?by |@|u/)|\s*(?:says|said|wrote)?\s*:?$", re.IGNORECASE)
_NAMED = ("author", "data-author", "data-username", "data-user-name", "data-author-name")
_LONGEST_NAME = 60


def comments_of(root: Node) -> tuple[list[tuple[str, str | None]], frozenset[Node]]:
    """Find the comments of a page.

    Marks of a comment are the class, id or type of its element; elements marked as posts or messages count
    where at least two of them name their authors. What a comment quotes and the buttons around it are left
    out, and a reply inside a comment is a comment of its own.

    Returns
    -------
    list of (str, str or None)
        Text and author of each, in the order of the page.
    frozenset of Node
        Their elements, for reading the rest of the page without them.
    """
    marks = {node: mark for node in root.walk() if (mark := _mark(node))}
    authors = {node: _author(node, marks) for node in marks}
    posts = [node for node, mark in marks.items() if mark == "post"]
    if sum(authors[node] is not None for node in posts) < 2:  # noqa: PLR2004 - one post is an article
        for node in posts:
            del marks[node]
    owners: dict[Node, Node] = {}
    for node in root.walk():  # from the top, so that a parent's owner is known
        is_own = node in marks and (authors[node] is not None or marks[node] == "comment")
        above = owners.get(node.parent) if node.parent is not None else None
        if is_own or (node in marks and above is None):
            owners[node] = node
        elif above is not None:
            owners[node] = above
    pieces: dict[Node, list[str]] = {owner: [] for owner in owners.values()}
    for top in (node for node in owners if node.parent not in owners):
        _gather(top, owners, authors, pieces)
    found = [(_lines(text, authors[owner]), authors[owner]) for owner, text in pieces.items()]
    worth = [(text, author) for text, author in found if text and (author or " " in text)]
    return worth, frozenset(marks)


def _mark(node: Node) -> str:
    """Say what an element is marked as: "comment", "inner" part of one, "post", or nothing (empty)."""
    if node.tag in _NEVER or node.attributes.get("itemprop") in {"text", "articleBody"}:
        return ""
    if _SCHEMA.search(node.attributes.get("itemtype", "")) or node.tag.endswith("-comment"):
        return "comment"
    names = f"{node.attributes.get('class', '')} {node.attributes.get('id', '')}".split()
    bare = [re.sub(r"[-_]*\d+$", "", name) for name in names]
    found = [match for name in bare if (match := _COMMENT.fullmatch(name))]
    if found:
        return "inner" if all(match["inner"] for match in found) else "comment"
    return "post" if any(_POST.fullmatch(name) for name in bare) else ""


def _author(comment: Node, marks: dict[Node, str]) -> str | None:
    """Return whose name stands in a comment, outside of the comments inside it."""
    for attribute in _NAMED:
        if bare := " ".join(comment.attributes.get(attribute, "").split()):
            return bare[:_LONGEST_NAME]
    linked = None
    stack: list[Node | str] = [*reversed(comment.children)]
    while stack:
        node = stack.pop()
        if isinstance(node, str) or node in marks:
            continue
        if _is_author(node) and (name := _name(node)):
            return name
        if linked is None and _PROFILE.search(node.attributes.get("href", "")):
            linked = _name(node) or None
        stack.extend(reversed(node.children))
    return linked


def _is_author(node: Node) -> bool:
    if node.attributes.get("rel") == "author" or node.attributes.get("itemprop") in {"author", "creator"}:
        return True
    return any(_AUTHOR.fullmatch(each) for each in _classes(node))


def _classes(node: Node) -> list[str]:
    return node.attributes.get("class", "").split()


def _name(node: Node) -> str:
    """Return the name in an element, without "says:" and the like; empty where it is too long for one."""
    for each in node.walk():
        if each.attributes.get("itemprop") == "name" or "fn" in _classes(each):
            node = each
            break
    name = _SAYS.sub("", node.words() or node.attributes.get("content", ""))
    return name if len(name) <= _LONGEST_NAME else ""


def _gather(
    top: Node, owners: dict[Node, Node], authors: dict[Node, str | None], pieces: dict[Node, list[str]]
) -> None:
    """Add the words of a comment, and of those inside it, to their owners' pieces."""
    stack: list[tuple[Node | str, Node]] = [(top, top)]
    while stack:
        each, owner = stack.pop()
        if isinstance(each, str):
            pieces[owner].append(each)
        elif each is owners[each] or not _is_furniture(each, authors[owner]):
            owner = owners[each]
            is_block = each.tag in BLOCKS or each.tag == "br"
            stack.append(("\n" if is_block else "", owner))
            stack.extend((_folded(child), owner) for child in reversed(each.children))
            pieces[owner].append("\n" if is_block else "")


def _folded(child: Node | str) -> Node | str:
    return child if isinstance(child, Node) else re.sub(r"\s+", " ", child)


def _is_furniture(node: Node, author: str | None) -> bool:
    if node.tag in _FURNITURE_TAGS or any(_FURNITURE.fullmatch(each) for each in _classes(node)):
        return True
    if _is_author(node):
        return len(node.words()) <= 2 * _LONGEST_NAME
    return author is not None and node.tag == "a" and _name(node) == author


def _lines(pieces: list[str], author: str | None) -> str:
    lines = list(_not_empty(pieces))
    if lines and author is not None and lines[0].removeprefix("@") == author:
        del lines[0]
    return "\n".join(lines)


def _not_empty(pieces: list[str]) -> Iterator[str]:
    for line in "".join(pieces).split("\n"):
        if bare := " ".join(line.split()):
            yield bare
