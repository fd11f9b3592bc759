"""CSV files, a chunk of rows at a time, with the line of every row for those who have to correct one."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path

from forecasts.errors import ForecastError
from forecasts.probability import quoted

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CHUNK = 1_000
"""Rows read at once: few enough to stay in the processor's cache, which is three times as fast."""


class ForecastFileError(ForecastError):
    """A file can't be scored; names the file, the line where there is one, and the reason."""

    def __init__(self, file: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{file}: {reason}" if line is None else f"{file}, line {line}: {reason}")


@dataclass(frozen=True)
class Rows:
    """Some rows of a file: the line on which each ends, and its columns by name."""

    lines: Sequence[int]
    columns: dict[str, Sequence[str]]


def read_rows(file: str, required: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Rows]:
    """Read a CSV file with a header in UTF-8; empty lines are skipped, other columns are not looked at.

    Parameters
    ----------
    file
        A path.
    required, optional
        Names of columns; an optional one that isn't there reads as empty.

    Yields
    ------
    Rows
        In the order of the file; at least one row.

    Raises
    ------
    ForecastFileError
        The file can't be opened or is no such file.
    """
    data = _bytes_of(file)
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline=""), strict=True)
    try:
        header = next(reader, [])
        places = _places(file, header, required, optional)
        before = reader.line_num
        while rows := list(islice(reader, CHUNK)):
            lines: Sequence[int] = range(before + 1, reader.line_num + 1)
            if len(lines) != len(rows):  # a line is empty, or a quoted field has several
                lines = list(accumulate((1 + sum(map(_line_breaks, row)) for row in rows), initial=before))[
                    1:
                ]
            before = reader.line_num
            if set(map(len, rows)) != {len(header)}:
                lines, rows = _filled(file, lines, rows, len(header))
            if not rows:  # the lines of this chunk were empty
                continue
            columns = list(zip(*rows, strict=True))
            absent = ("",) * len(rows)
            yield Rows(lines, {name: absent if at is None else columns[at] for name, at in places.items()})
    except csv.Error as error:
        raise ForecastFileError(file, f"it is no CSV ({error}).", reader.line_num) from None
    except UnicodeDecodeError:
        raise ForecastFileError(file, "it is not UTF-8.", _first_bad_line(data)) from None


def microseconds(text: str) -> int:
    """Read an instant in ISO 8601 with its offset from UTC as whole microseconds since 1970.

    Raises
    ------
    ValueError
        It is no such instant; the sentence says what to write.

    Examples
    --------
    >>> microseconds("1970-01-01T01:00:01+01:00")
    1000000
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{quoted(text)} is no time like 2026-05-01T12:00:00+00:00.") from None
    if instant.utcoffset() is None:
        raise ValueError(f"{quoted(text)} has no offset from UTC: add one, like +00:00.")
    return (instant - EPOCH) // MICROSECOND


def _bytes_of(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        why = (error.strerror or "it can't be opened").lower()
        raise ForecastFileError(file, f"it can't be read ({why}).") from None


def _places(
    file: str, header: list[str], required: Sequence[str], optional: Sequence[str]
) -> dict[str, int | None]:
    if not header:
        raise ForecastFileError(file, f"it is empty. Its first line names {', '.join(required)}.", 1)
    names = [name.strip() for name in header]
    for name in (*required, *optional):
        if names.count(name) > 1:
            raise ForecastFileError(file, f"there are two columns {name}.", 1)
    missing = [name for name in required if name not in names]
    if missing:
        raise ForecastFileError(file, f"there is no column {', '.join(missing)}.", 1)
    return {name: names.index(name) if name in names else None for name in (*required, *optional)}


def _filled(
    file: str, lines: Sequence[int], rows: list[list[str]], width: int
) -> tuple[list[int], list[list[str]]]:
    """Leave out empty lines, and refuse rows with too few or too many fields."""
    filled = [(line, row) for line, row in zip(lines, rows, strict=True) if row]
    for line, row in filled:
        if len(row) != width:
            reason = f"it has {len(row)} fields, and the header names {width}."
            raise ForecastFileError(file, reason, line)
    return [line for line, _ in filled], [row for _, row in filled]


def _line_breaks(field: str) -> int:
    return field.count("\n") + field.count("\r") - field.count("\r\n")


def _first_bad_line(data: bytes) -> int:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1
