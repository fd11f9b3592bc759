"""The file of forecasts: who said what and when, checked column by column, a chunk at a time.

A chunk that fails a check is read again row by row, to name the first row that is wrong and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, repeat
from operator import floordiv, sub

import numpy as np
from numpy.typing import NDArray

from forecasts.files.questions import FiledQuestion
from forecasts.files.rows import EPOCH, MICROSECOND, ForecastFileError, Rows, microseconds, read_rows
from forecasts.probability import quoted
from forecasts.scoring.brier import SUM_TOLERANCE

REQUIRED = ("question", "member", "at", "probabilities")
_TYPED = b"0123456789.eE+-|"
_WITHDRAWN = "nan"
_ROUNDING = 1e-12  # less than the engine allows, so that it refuses nothing that passed here


@dataclass(frozen=True, eq=False)
class FiledForecasts:
    """Forecasts by question, member and time, N rows.

    Attributes
    ----------
    members
        The members' names in alphabetical order.
    question, member
        Indices into the questions and into `members`, shape (N,).
    at
        Microseconds since 1970, shape (N,).
    first, values
        A row's probabilities are those in `values` from `first` on; a withdrawal has one NaN.
    """

    members: list[str]
    question: NDArray[np.int32]
    member: NDArray[np.int32]
    at: NDArray[np.int64]
    first: NDArray[np.int64]
    values: NDArray[np.float64]

    def table(self, rows: NDArray[np.intp], width: int) -> NDArray[np.float64]:
        """Give the probabilities of some rows, all of one width, shape (n, width); NaN for withdrawals."""
        first = self.first[rows]
        withdrawn = np.isnan(self.values[first])
        places = first[:, np.newaxis] + np.where(withdrawn[:, np.newaxis], 0, np.arange(width))
        return self.values[places]


def read_forecasts(file: str, questions: Sequence[FiledQuestion]) -> FiledForecasts:
    """Read the forecasts on some questions.

    Parameters
    ----------
    file
        A path; columns `question,member,at,probabilities`, rows in any order.
    questions
        What they may be about.

    Raises
    ------
    ForecastFileError
        At the first row that can't be read, or that repeats question, member and instant of an earlier one.
    """
    reader = _Reader(file, questions)
    chunks = [reader.chunk(rows) for rows in read_rows(file, REQUIRED)]
    if not chunks:
        none = np.array([], dtype=np.int64)
        return FiledForecasts(
            [], none.astype(np.int32), none.astype(np.int32), none, none, none.astype(float)
        )
    question, member, at, counts, values, lines = (
        np.concatenate(column) for column in zip(*chunks, strict=True)
    )
    del chunks
    names = sorted(reader.members)
    place = np.empty(len(names), dtype=np.int32)
    place[[reader.members[name] for name in names]] = np.arange(len(names))
    member = place[member]
    order = np.lexsort((at, question.astype(np.int64) * len(names) + member))
    first = (np.cumsum(counts) - counts)[order]
    question, member, at = question[order], member[order], at[order]
    again = (question[1:] == question[:-1]) & (member[1:] == member[:-1]) & (at[1:] == at[:-1])
    if again.any():
        later = order[1:][again]  # the sort is stable, so of two rows the later one comes second
        pair = later.argmin()
        earlier = lines[order[:-1][again][pair]]
        reason = f"it repeats question, member and instant of line {earlier}."
        raise ForecastFileError(file, reason, int(lines[later[pair]]))
    return FiledForecasts(names, question, member, at, first, values)


class _Codes(dict[str, int]):
    """Numbers names in the order in which they are asked for."""

    def __missing__(self, name: str) -> int:
        if not name:
            raise ValueError("the forecast names no member.")
        self[name] = code = len(self)
        return code


class _Reader:
    """Turns chunks of one file into arrays."""

    def __init__(self, file: str, questions: Sequence[FiledQuestion]) -> None:
        self.file = file
        self.members = _Codes()
        self._questions = questions
        self._index: Mapping[str, int] = {question.id: index for index, question in enumerate(questions)}
        self._width = np.array([question.width for question in questions], dtype=np.int32)
        self._is_choice = np.array([question.kind == "choice" for question in questions], dtype=np.bool_)
        self._is_ladder = np.array([question.kind == "ladder" for question in questions], dtype=np.bool_)

    def chunk(self, rows: Rows) -> tuple[NDArray[np.generic], ...]:
        """Give question, member, at, count of numbers, numbers and line of a chunk's rows."""
        try:
            return self._arrays(rows)
        except (KeyError, ValueError, TypeError, OverflowError):
            for line, *fields in zip(rows.lines, *rows.columns.values(), strict=True):
                self._refuse(line, *fields)
            raise

    def _arrays(self, rows: Rows) -> tuple[NDArray[np.generic], ...]:
        names, members, times, texts = rows.columns.values()
        n = len(names)
        question = np.fromiter(map(self._index.__getitem__, names), np.int32, n)
        member = np.fromiter(map(self.members.__getitem__, members), np.int32, n)
        # a time without offset can't be compared with EPOCH, so subtracting refuses it
        since = map(sub, map(datetime.fromisoformat, times), repeat(EPOCH))
        at = np.fromiter(map(floordiv, since, repeat(MICROSECOND)), np.int64, n)
        joined = "|".join(texts)
        if not _is_typed(joined):
            raise ValueError
        parts, counts = [text or _WITHDRAWN for text in texts], np.ones(n, dtype=np.int32)
        if joined.count("|") >= n:  # some row has several numbers
            counts += np.fromiter(map(str.count, texts, repeat("|")), np.int32, n)
            parts = "|".join(parts).split("|")
        values = np.fromiter(map(float, parts), np.float64)
        self._check(question, counts, values)
        return question, member, at, counts, values, np.array(rows.lines, dtype=np.int32)

    def _check(
        self, question: NDArray[np.int32], counts: NDArray[np.int32], values: NDArray[np.float64]
    ) -> None:
        """Refuse a chunk with an impossible row; NaN passes, because a comparison with it is false."""
        first = np.cumsum(counts) - counts
        held = ~np.isnan(values[first])
        wrong = (held & (counts != self._width[question])).any() or ((values < 0) | (values > 1)).any()
        choice, ladder = self._is_choice[question] & held, self._is_ladder[question] & held
        if choice.any():
            wrong |= (np.abs(np.add.reduceat(values, first)[choice] - 1) > SUM_TOLERANCE + _ROUNDING).any()
        if ladder.any():
            falls = np.concatenate([[False], np.diff(values) < 0])
            falls[first] = False
            wrong |= np.logical_or.reduceat(falls, first)[ladder].any()
        if wrong:
            raise ValueError

    def _refuse(self, line: int, name: str, member: str, time: str, text: str) -> None:
        """Say what is wrong with a row; nothing happens if it is right."""
        try:
            if name not in self._index:
                raise ValueError(f"there is no question {quoted(name)}.")  # noqa: TRY301
            self.members[member]
            microseconds(time)
            if text:
                _check_numbers(text, self._questions[self._index[name]])
        except ValueError as error:
            raise ForecastFileError(self.file, str(error), line) from None


def _is_typed(text: str) -> bool:
    """Whether there is nothing but decimal numbers and bars, which leaves out nan, inf and 1_0."""
    return text.isascii() and not text.encode().translate(None, _TYPED)


def _check_numbers(text: str, question: FiledQuestion) -> None:
    try:
        numbers = [float(part) for part in text.split("|")] if _is_typed(text) else []
    except ValueError:
        numbers = []
    if not numbers:
        raise ValueError(f"{quoted(text)} is no probability, and no probabilities joined by |.")
    if any(not 0 <= number <= 1 for number in numbers):
        raise ValueError(f"{quoted(text)} holds a number that is no probability from 0 to 1.")
    if len(numbers) != question.width:
        raise ValueError(
            f"{quoted(text)} has {len(numbers)} numbers, and this {question.kind} takes {question.width}."
        )
    if question.kind == "choice" and abs(sum(numbers) - 1) > SUM_TOLERANCE + _ROUNDING:
        raise ValueError(f"the probabilities {quoted(text)} sum to {sum(numbers):.7g}, not to 1.")
    if question.kind == "ladder" and any(after < before for before, after in pairwise(numbers)):
        raise ValueError(f"the cumulative probabilities {quoted(text)} decrease.")
