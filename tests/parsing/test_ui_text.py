import re
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.limits import ZERO_WIDTH_JOINER
from bot.ui.text import percent, plain, safe, single_line, timestamp

GUARD = "\u200b"  # what keeps @everyone apart
SIGNS = "\\*_~|`[]()<>@#&!/:-+.1at \n\r\u202e\u200b\u200d\u0301\ud800\x00\u2028🔥"
TOKENS = "everyone here <@1> <@&2> <#3> </ask:4> <t:5:R> <:a:6> <id:home> https://example.org/a_b -# 1. ```"
ANY_TEXT = st.text() | st.lists(st.sampled_from([*SIGNS, *TOKENS.split()]), max_size=12).map("".join)

TOKEN = re.compile(r"<(@[!&]?\d|#\d|/\w|a?:\w|t:-?\d|id:\w)|@everyone|@here")
ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")  # what Discord takes for an escape
LINK = re.compile(r"<https?://[^\s<>]+>")
ACTIVE = re.compile(r"[*_~|`\[\]<]|^\s*(?:#|>|[-+]\s|-#|\d+\.\s)", re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** _it_", r"\*\*bold\*\* \_it\_"),
        ("||secret|| ~~no~~", r"\|\|secret\|\| \~\~no\~\~"),
        ("`code`", r"\`code\`"),
        (r"\*", r"\\\*"),  # an escape of theirs doesn't undo ours
        ("# big", r"\# big"),
        ("### big", r"\#\#\# big"),
        ("-# small", r"\-\# small"),
        ("> said", r"\> said"),
        (">>> said", r"\>\>\> said"),
        ("one\n- two", "one\n\\- two"),
        ("  + two", r"\+ two"),  # leading blanks go
        ("one\n  1. two", "one\n  1\\. two"),
        ("well-known #12, 3.5 > 2", "well-known #12, 3.5 > 2"),  # only line starts matter
        ("-5 or so", "-5 or so"),
        ("<@1>", r"\<\@1>"),
        ("<@!1>", r"\<\@\!1>"),
        ("<@&1>", r"\<\@\&1>"),
        ("<#1>", r"\<\#1>"),
        ("</ask:1>", r"\<\/ask:1>"),
        ("<:wave:1>", r"\<\:wave:1>"),
        ("<a:wave:1>", r"\<a\:wave:1>"),
        ("<t:1:R>", r"\<t\:1:R>"),
        ("<id:home>", r"\<id\:home>"),
        ("@everyone @here", f"@{GUARD}everyone @{GUARD}here"),
        ("https://example.org/a_b", "<https://example.org/a_b>"),
        ("(see https://example.org).", "(see <https://example.org>)."),
        ("<https://example.org>", "<https://example.org>"),
        ("https://example.org/a*b|c", "<https://example.org/a%2Ab%7Cc>"),
        ("https://example.org/@everyone", "<https://example.org/%40everyone>"),
        ("[safe](https://example.org)", r"\[safe\](<https://example.org>)"),  # the target shows
        ("[**x**](<https://example.org>)", r"\[\*\*x\*\*\](<https://example.org>)"),
        ("naïve Zürich 上海 العربية 🦦", "naïve Zürich 上海 العربية 🦦"),
    ],
)
def test_text_shows_as_it_was_written(text: str, expected: str) -> None:
    """Each thing that Discord would format, resolve or hide is escaped, and nothing else."""
    assert safe(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x1bc\x7f", "abc"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("\u2067x\u2069\u061c", "x"),
        ("ze\u200bro\ufeff wi\u2060dth\u00ad", "zero width"),
        ("x\ud800y", "xy"),
        ("\u3164\u2800", ""),  # letters and symbols that show nothing
        ("a\u200db", "ab"),
        ("👩\u200d👩\u200d👧 ❤️\u200d🔥 👍🏽", "👩\u200d👩\u200d👧 ❤️\u200d🔥 👍🏽"),
        ("🔥\u200d\u200d🔥", "🔥\u200d🔥"),
        ("Z" + "\u0351" * 40 + "a", "Z" + "\u0351" * 3 + "a"),
        ("Vie\u0323\u0302t", "Vie\u0323\u0302t"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\n \n\n\n\nb", "a\n\nb"),
        ("a\tb", "a b"),
    ],
)
def test_what_can_not_be_seen_is_removed(text: str, expected: str) -> None:
    """Control, bidirectional and zero-width characters go; emoji, newlines and real accents stay."""
    assert plain(text) == expected


@given(ANY_TEXT)
def test_safe_text_holds_nothing_active(text: str) -> None:
    """With escapes and bare addresses taken out, no character is left that starts any markup."""
    rest = ESCAPE.sub("x", LINK.sub("x", safe(text)))
    assert not ACTIVE.search(rest)
    assert not TOKEN.search(safe(text))


@given(ANY_TEXT)
def test_safe_text_holds_nothing_invisible(text: str) -> None:
    """Of format characters only our own guard and the joiners of emoji are left."""
    for char in safe(text).replace("\n", ""):
        assert char in {GUARD, ZERO_WIDTH_JOINER} or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}


@given(ANY_TEXT.filter(lambda text: "://" not in text))
def test_escaping_hides_nothing(text: str) -> None:
    """Where there is no address, taking escapes and guards away gives back the plain text."""
    assert ESCAPE.sub(r"\1", safe(text)).replace(GUARD, "") == plain(text)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Plain text is a fixed point, so cleaning at two places does no harm."""
    assert plain(plain(text)) == plain(text)
    assert single_line(single_line(text)) == single_line(text)


@given(ANY_TEXT)
def test_a_single_line_is_one(text: str) -> None:
    """A label never breaks, whatever separators were typed."""
    assert len(single_line(text).splitlines()) <= 1


def test_a_timestamp_is_in_the_readers_own_zone() -> None:
    """1,000,000,000 s after 1970 was 2001-09-09 01:46:40 UTC."""
    assert timestamp(datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC), "R") == "<t:1000000000:R>"


def test_a_timestamp_refuses_a_naive_time() -> None:
    """A naive time would be read in the server's zone."""
    with pytest.raises(ValueError, match="aware"):
        timestamp(datetime(2001, 9, 9, 1, 46, 40))  # noqa: DTZ001


def test_a_percentage_is_written_as_everywhere() -> None:
    """Cards and refusals use one form."""
    assert percent(0.7) == "70 %"
