from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.ingest import document_from_text
from claims.readers.thread import split_by_author

SAMPLES = Path(__file__).parents[2] / "bot" / "demo" / "documents"
ONE, TWO = "The gap in models narrowed.", "No, it widened by half."


def authors(text: str) -> list[tuple[str, str | None]]:
    return [(text[part.start : part.end], part.author) for part in split_by_author(text)]


@pytest.mark.parametrize(
    "head",
    [
        "{}'s avatar",
        "{}’s profile picture",
        "Avatar for {}",
        "Avatar for {} 1702",
        "User's avatar\n{}'s avatar",
        "Posted by {} on Tuesday",
        "Posted by {} » June 3, 2025 5:12 pm",
        "Statement by {}",
        "From: {} <someone@example.org>",
        "{}\n3 days ago",
        "{}\n·\n5h",
        "{}\nJun 3, 2025 at 5:12 PM",
        "{}\n2025-06-03 17:12",
        "{} • 3 years ago",
        "{} · 3d · edited",
        "{} 5 hours ago | parent | next [–]",
        "u/{} • 5h ago",
        "@{}\n2 weeks ago",
        "{} — Today at 12:34",
        "{}  12:34 PM",
        "**{}** on June 3, 2025",
        "{} says:\nJune 3, 2025 at 5:12 pm",
    ],
)
@pytest.mark.parametrize("names", [("ann_k", "BenBoard"), ("Ann Lee", "Ben van der Berg")])
def test_a_line_that_names_the_author_of_what_follows(head: str, names: tuple[str, str]) -> None:
    """Avatars, posts, and names with a time, as common platforms put them."""
    first, second = names
    text = f"{head.format(first)}\n\n{ONE}\n\n{head.format(second)}\r\n{TWO}\n"
    assert authors(text) == [(ONE, first), (TWO, second)]


@pytest.mark.parametrize(
    "head",
    [
        "[12:34] {}: ",
        "[03/06/2025, 12:34:56] {}: ",
        "03/06/2025, 12:34 - {}: ",
        "12:34 <{}> ",
        "<{}> ",
        "{} (12:34): ",
        "{} [00:12:34]: ",
    ],
)
def test_chats_and_transcripts_name_it_in_the_same_line(head: str) -> None:
    """The words begin behind the colon."""
    text = f"{head.format('Ann Lee')}{ONE}\n{head.format('Ben')}{TWO}"
    assert authors(text) == [(ONE, "Ann Lee"), (TWO, "Ben")]


def test_a_transcript_in_capitals() -> None:
    """Two words in capitals before a colon, more than once."""
    assert authors(f"ANN LEE: {ONE}\nBEN B. BOARD: {TWO}") == [(ONE, "ANN LEE"), (TWO, "BEN B. BOARD")]


@pytest.mark.parametrize(
    "text",
    [
        f"The Long Node\n\nIssue 48\n\n{ONE}",
        f"Released\n9 Sep 2025\n\n{ONE}",
        f"Note: {ONE}\nKey Takeaways: {TWO}",
        f"Pros: {ONE}\nCons: {TWO}\nPros: {ONE}\nCons: {TWO}",
        f"Updated 3 days ago\n{ONE}\nPosted 5 hours ago\n{TWO}",
        f"Ann Lee\nJune 3, 2025\n{ONE}",
        f"{ONE}\n{TWO}\nSee more",
        "In 2027 the gap closes.\nOn Tuesday it opened again.\nBy June 3 it is gone.",
        "",
    ],
)
def test_what_is_no_thread_stays_in_one_piece(text: str) -> None:
    """A date below a heading, a label before a colon: a wrong name is worse than none."""
    assert authors(text) == []


def test_a_byline_names_the_author_of_all_that_follows() -> None:
    """One is enough."""
    assert authors(f"Two gaps\nBy Ann Lee\n{ONE}\n{TWO}") == [(f"{ONE}\n{TWO}", "Ann Lee")]


@pytest.mark.parametrize("end", ["Expand full comment", "See more", "Show the rest of this comment"])
def test_threads_without_names_are_split_where_comments_end(end: str) -> None:
    """Who wrote them stays open."""
    assert authors(f"{ONE}\n\n{end}\n\n{TWO}\n{end}") == [(ONE, None), (TWO, None)]


def test_after_the_end_of_a_comment_the_name_is_used_up() -> None:
    """Somebody else's words below the button aren't put into ann's mouth."""
    assert authors(f"ann's avatar\n{ONE}\nReply\n{TWO}") == [(ONE, "ann"), (TWO, None)]


def test_buttons_above_the_words_end_nothing() -> None:
    """Some platforms vote first."""
    assert authors(f"ann's avatar\nUpvote\n{ONE}") == [(ONE, "ann")]


def test_quoted_lines_are_not_the_authors() -> None:
    """Between ann's own words stand somebody else's."""
    text = f"ann's avatar\n{ONE}\n> {TWO}\nHard to say."
    assert authors(text) == [(ONE, "ann"), (f"> {TWO}", None), ("Hard to say.", "ann")]


def test_what_stands_before_the_first_name_is_nobodys() -> None:
    """The heading of a page is no part of a comment."""
    document = document_from_text(f"Discussion\nann's avatar\n{ONE}", "a.txt")
    assert (document.author_at(3), document.author_at(document.text.index(ONE))) == (None, "ann")


def test_the_sample_threads_are_split() -> None:
    """Five names in the comments, six in the forum."""
    found = {
        name: {part.author for part in split_by_author((SAMPLES / name).read_text(encoding="utf-8"))} - {None}
        for name in ("comment_thread.txt", "forum_thread.txt")
    }
    assert found["comment_thread.txt"] == {"chipwatcher", "fabfan", "slowclap", "deadreckoner", "oldnode"}
    assert found["forum_thread.txt"] == {
        "nightshift", "lowvoltage", "chipwatcher", "gridlocked", "mildlyworried"
    }  # fmt: skip


LINES = st.sampled_from(
    [
        "ann's avatar",
        "Ben Board",
        "3 days ago",
        "Reply",
        "See more",
        "> quoted",
        ONE,
        "",
        " ",
        "<ann> hi",
        "\ufeff",
    ]
)


@given(st.lists(LINES | st.text(max_size=30), max_size=30).map("\n".join))
def test_parts_stand_in_order_and_hold_words(text: str) -> None:
    """Whatever the text: no overlap, nothing blank, nothing outside."""
    parts = split_by_author(text)
    assert all(part.start < part.end <= len(text) for part in parts)
    assert all(text[part.start : part.end].strip() == text[part.start : part.end] for part in parts)
    assert all(one.end <= other.start for one, other in pairwise(parts))
