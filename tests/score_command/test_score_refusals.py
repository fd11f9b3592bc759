from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.files.rows import CHUNK, ForecastFileError, read_rows

WINDOW = "2026-01-01T00:00:00Z,2026-01-11T00:00:00Z"
QUESTIONS = [
    f"a,binary,,{WINDOW},,yes",
    f"c,choice,x|y|z,{WINDOW},,x",
    f"l,ladder,1|2|3,{WINDOW},,2",
    f"v,binary,,{WINDOW},,void",
]
AT = "2026-01-02T00:00:00Z"


def refused(run: object, *words: str) -> None:
    """One line on stderr with these words, exit status 2, and nothing on stdout."""
    assert (run.exit_code, run.stdout) == (2, "")
    assert run.stderr.count("\n") == 1
    for word in words:
        assert word in run.stderr


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"b,ann,{AT},.5", 'no question "b"'),
        (f"a,,{AT},.5", "names no member"),
        (f"a,ann,{AT},1.2", "no probability from 0 to 1"),
        (f"a,ann,{AT},-.1", "no probability from 0 to 1"),
        (f"a,ann,{AT},nan", "no probability"),
        (f"a,ann,{AT},inf", "no probability"),
        (f"a,ann,{AT},70%", "no probability"),
        (f"a,ann,{AT},0_1", "no probability"),
        (f"a,ann,{AT},.5|.5", "2 numbers"),
        (f"c,ann,{AT},.5|.5", "2 numbers"),
        (f"c,ann,{AT},.5|.3|.1", "sum to 0.9"),
        (f"c,ann,{AT},.5|.3|.200002", "sum to 1.000002"),
        (f"c,ann,{AT},.5||.5", "no probabilities"),
        (f"l,ann,{AT},.5|.4", "decrease"),
        (f"v,ann,{AT},3", "no probability from 0 to 1"),
        ("a,ann,2026-01-02T00:00:00,.5", "no offset"),
        ("a,ann,2026-01-02,.5", "no offset"),
        ("a,ann,yesterday,.5", "no time"),
        (f"a,ann,{AT}", "3 fields"),
        (f"a,ann,{AT},.5,.5", "5 fields"),
        ("a,bob,2026-01-01T01:00:00+01:00,.6", "line 2"),
        (f'a,"ann,{AT},.5', "no CSV"),
    ],
)
def test_a_bad_forecast_is_named_by_file_line_and_reason(crux_score: Callable, row: str, reason: str) -> None:
    """It stands on line 4, behind a good one and one of a question that is skipped."""
    good = ["a,bob,2026-01-01T00:00:00Z,.5", f"v,bob,{AT},.5"]
    refused(crux_score(QUESTIONS, [*good, row]), "F.csv, line 4", reason)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"q,binary,,{WINDOW},,maybe", '"maybe"'),
        (f"q,binary,,{WINDOW},,Yes", '"Yes"'),
        (f"q,choice,x|y,{WINDOW},,z", '"z"'),
        (f"q,choice,x,{WINDOW},,x", "two or more"),
        (f"q,choice,x|x,{WINDOW},,x", "two or more"),
        (f"q,choice,x|,{WINDOW},,x", "two or more"),
        (f"q,thesis,,{WINDOW},,yes", 'kind "thesis"'),
        (f",binary,,{WINDOW},,yes", "no id"),
        (f"a,binary,,{WINDOW},,yes", "line 2 already"),
        ("q,binary,,2026-01-01T00:00:00,2026-01-11T00:00:00Z,,yes", "no offset"),
        (f"q,binary,,{WINDOW},soon,yes", "no time"),
        (f"q,binary,,{WINDOW},,", None),
    ],
)
def test_a_bad_question_is_named_by_file_line_and_reason(
    crux_score: Callable, row: str, reason: str | None
) -> None:
    """It stands on line 6; a question without outcome isn't bad."""
    run = crux_score([*QUESTIONS, row], [])
    if reason is None:
        assert run.exit_code == 0
    else:
        refused(run, "Q.csv, line 6", reason)


def test_the_first_bad_row_is_the_one_named(crux_score: Callable) -> None:
    """A wrong probability on line 3 comes before an unknown question on line 4."""
    refused(
        crux_score(QUESTIONS, [f"a,ann,{AT},.5", f"a,bob,{AT},7", f"b,bob,{AT},.5"]), "line 3", "probability"
    )


def test_lines_are_counted_as_an_editor_shows_them(crux_score: Callable) -> None:
    """An empty line and a name over two lines stand before the bad row on line 6."""
    rows = ["", f'a,"ann\nlee",{AT},.5', f"a,bob,{AT},.5", f"b,bob,{AT},.5"]
    refused(crux_score(QUESTIONS, rows), "F.csv, line 6")


@pytest.mark.parametrize("sum_is_one", [".3|.3|.400001", ".3|.3|.399999", "1|0|0"])
def test_a_sum_may_be_off_by_a_millionth(crux_score: Callable, sum_is_one: str) -> None:
    """Rounding to six digits is no mistake."""
    assert crux_score(QUESTIONS, [f"c,ann,{AT},{sum_is_one}"]).exit_code == 0


def test_the_same_instant_on_another_question_is_no_repetition(crux_score: Callable) -> None:
    """Nor is another member's."""
    rows = [f"a,ann,{AT},.5", f"a,bob,{AT},.5", f"c,ann,{AT},1|0|0"]
    assert crux_score(QUESTIONS, rows).exit_code == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"question,member,at\n", "no column probabilities"),
        (b"question,member,at,probabilities,at\n", "two columns at"),
        (b"question,member,at,probabilities\na,J\xf6rg,2026-01-02T00:00:00Z,.5\n", "line 2: it is not UTF-8"),
        (b"\xff\xfeq\x00", "not UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused(crux_score: Callable, content: bytes, reason: str) -> None:
    """Empty, without a column, with one twice, in Latin-1, in UTF-16."""
    refused(crux_score(QUESTIONS, content), "F.csv, line", reason)


def test_a_file_that_is_not_there_is_refused(crux_score: Callable) -> None:
    """The path is named."""
    refused(crux_score(QUESTIONS, [], "--json", "--questions", "missing.csv"), "missing.csv")


def test_columns_are_found_by_name(crux_score: Callable) -> None:
    """In any order, among others, behind a byte order mark and with Windows line ends."""
    forecasts = f"\ufeffnote,probabilities,at,member,question\r\nhi,.9,{AT},ann,a\r\n".encode()
    (row,) = crux_score(QUESTIONS, forecasts).report["scores"]
    assert (row["member"], row["brier"]) == ("ann", pytest.approx(0.01))


def test_a_header_alone_is_a_file_without_rows(crux_score: Callable) -> None:
    """Nobody forecast: every question is skipped."""
    assert len(crux_score(QUESTIONS, []).report["skipped"]) == 4


@pytest.mark.parametrize("count", [0, CHUNK, CHUNK + 1])
def test_empty_lines_at_the_end_are_no_rows(crux_score: Callable, count: int) -> None:
    """Wherever they fall in the chunks that the file is read in."""
    rows = [f"a,member{number},{AT},.5" for number in range(count)]
    assert len(crux_score(QUESTIONS, [*rows, "", ""]).report["scores"]) == count


@given(
    st.lists(st.lists(st.text(st.sampled_from('ab,"\n'), max_size=4), min_size=2, max_size=2), max_size=30)
)
def test_rows_keep_their_lines(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    """Quoted as needed, every row ends on the line an editor counts, whatever stands in the others."""
    path = tmp_path_factory.mktemp("rows") / "T.csv"
    quoted = [
        "".join(f'"{field.replace(chr(34), chr(34) * 2)}",' for field in row)[:-1] + "\n" for row in table
    ]
    path.write_text("x,y\n" + "".join(quoted), encoding="utf-8", newline="")
    found = [
        (line, list(row))
        for rows in read_rows(str(path), ["x", "y"])
        for line, *row in zip(rows.lines, *rows.columns.values(), strict=True)
    ]
    ends = ["x,y\n" + "".join(quoted[: index + 1]) for index in range(len(table))]
    assert found == [(text.count("\n"), row) for text, row in zip(ends, table, strict=True)]


def test_an_error_names_the_file_as_it_was_given() -> None:
    """Nothing is normalised."""
    with pytest.raises(ForecastFileError, match=r"^\./none\.csv: it can't be read"):
        list(read_rows("./none.csv", ["x"]))
