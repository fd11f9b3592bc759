"""The files of an export: how they are written, guarded, hashed and read again."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from forecasts.errors import ForecastError

MANIFEST = "manifest.json"
FORMAT = "crux-export"
FORMAT_VERSION = 1
Row = dict[str, Any]
Fields = Mapping[str, Any]  # names, and what isinstance takes
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RecordsError(ForecastError):
    """An export can't be written or read; names the file, the line where there is one, and the reason."""

    def __init__(self, file: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{file}: {reason}" if line is None else f"{file}, line {line}: {reason}")


class Hashed:
    """A text file that is hashed while it is written; as a context it is closed whatever happens.

    Attributes
    ----------
    rows
        How many were written, without a header.
    """

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()
        self._file = path.open("xb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, text: str) -> None:
        """Append text."""
        data = text.encode("utf-8", "backslashreplace")
        self._hash.update(data)
        self._file.write(data)

    def add(self, row: Mapping[str, Any]) -> None:
        """Append a row as a line of JSON."""
        self.write(json.dumps(row, allow_nan=False) + "\n")
        self.rows += 1

    def close(self) -> dict[str, Any]:
        """Close the file and return what the manifest says of it."""
        with self._file:
            size = self._file.tell()
        return {"rows": self.rows, "bytes": size, "sha256": self._hash.hexdigest()}


class HashedTable(Hashed):
    """A CSV file; cells that a spreadsheet would take for a formula are guarded."""

    def __init__(self, path: Path, header: Iterable[str]) -> None:
        super().__init__(path)
        self.write(_csv_line(header))

    def add_cells(self, *cells: object) -> None:
        """Append a row."""
        self.write(_csv_line(guarded(str(cell)) for cell in cells))
        self.rows += 1


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet computes: what begins like a formula gets an apostrophe.

    Examples
    --------
    >>> guarded("=1+1"), guarded("-5 points"), guarded("70 %")
    ("'=1+1", "'-5 points", '70 %')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_object(path: Path) -> Row:
    """Read one JSON object; raises RecordsError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordsError(path.name, f"it can't be read ({_why(error)}).") from None
    except (ValueError, RecursionError) as error:
        raise RecordsError(path.name, f"it is no JSON ({error}).") from None
    if not isinstance(found, dict):
        raise RecordsError(path.name, "it holds no JSON object.")
    return found


def read_rows(path: Path, fields: Fields) -> Iterator[tuple[int, Row]]:
    """Read JSON Lines, one row at a time.

    Parameters
    ----------
    fields
        What each row must have, and of which type; more is not looked at.

    Yields
    ------
    tuple
        A line's number and its row.

    Raises
    ------
    RecordsError
        The file can't be read, or a line is no such row.
    """
    try:
        with path.open("rb") as file:
            for line, data in enumerate(file, start=1):
                yield line, _row(path.name, line, data, fields)
    except OSError as error:
        raise RecordsError(path.name, f"it can't be read ({_why(error)}).") from None


def _row(file: str, line: int, data: bytes, fields: Fields) -> Row:
    try:
        row = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise RecordsError(file, f"it is no JSON ({error}).", line) from None
    if not isinstance(row, dict):
        raise RecordsError(file, "it is no JSON object.", line)
    for name, kind in fields.items():
        value = row.get(name)
        if name not in row or not isinstance(value, kind) or isinstance(value, bool):
            raise RecordsError(file, f"{name} is missing, or no such value: {value!r:.60}", line)
    return row


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
