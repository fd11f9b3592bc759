"""Questions from a file: JSON (one or an array), JSON Lines or YAML."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import yaml

from claims.linting.question import QuestionText
from forecasts.errors import ForecastError

LONGEST_TEXT = 5_000  # more than a form takes three times over; patterns get slow far above it
KINDS = ("binary", "choice", "ladder", "thesis")


class QuestionFileError(ForecastError):
    """A file that holds no questions, or one that can't be read."""


@dataclass(frozen=True, slots=True)
class FiledQuestion:
    """A question with its name in the file: its ``id``, else its place, counted from 1."""

    id: str
    text: QuestionText


def read_questions(text: str, name: str) -> list[FiledQuestion]:
    r"""Read the questions of a file.

    Parameters
    ----------
    text
        What stands in it.
    name
        Its name: ``.yaml`` and ``.yml`` are read as YAML (safely: plain values only), anything else as JSON.

    Raises
    ------
    QuestionFileError
        With file, line and reason.

    Examples
    --------
    >>> read_questions('{"kind": "binary", "title": "Will it rain on 1 May 2027?"}\n', "a.jsonl")[0].id
    '1'
    """
    try:
        found = list(_yaml(text, name) if name.lower().endswith((".yaml", ".yml")) else _json(text, name))
    except RecursionError:
        raise QuestionFileError(
            f"{name}, line 1: it is nested too deeply. Give a list of questions."
        ) from None
    if not found:
        raise QuestionFileError(f"{name}, line 1: there is no question in it. Give at least one.")
    return [
        FiledQuestion(str(fields.get("id", place)), _question(fields, f"{name}, line {line}"))
        for place, (line, fields) in enumerate(found, 1)
    ]


def _json(text: str, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Objects one after another, with commas and brackets of an array around them or not."""
    decoder = json.JSONDecoder()
    start = _skip(text, 0, "")
    if text.startswith("[", start):
        start = _skip(text, start + 1, "]")
    while start < len(text):
        line = text.count("\n", 0, start) + 1
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            raise QuestionFileError(
                f"{name}, line {error.lineno}: it isn't JSON ({error.msg.lower()}). Correct that line."
            ) from None
        yield line, _fields(value, f"{name}, line {line}")
        start = _skip(text, end, ",]")


def _skip(text: str, start: int, marks: str) -> int:
    while start < len(text) and text[start] in " \t\r\n\ufeff" + marks:
        start += 1
    return start


def _yaml(text: str, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        nodes, values = list(yaml.compose_all(text, yaml.SafeLoader)), list(yaml.safe_load_all(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise QuestionFileError(
            f"{name}, line {line}: it isn't YAML ({error.problem}). Correct that line."
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise QuestionFileError(f"{name}, line 1: it isn't YAML ({reason}). Correct it.") from None
    for node, value in zip(nodes, values, strict=True):
        if value is None:  # an empty document: a separator at the end begins one
            continue
        several = isinstance(node, yaml.SequenceNode) and isinstance(value, list)
        for inner, each in zip(node.value, value, strict=True) if several else ((node, value),):
            line = inner.start_mark.line + 1
            yield line, _fields(each, f"{name}, line {line}")


def _fields(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise QuestionFileError(f"{where}: a question is an object with kind, title and so on. Write one.")
    return value


def _question(fields: Mapping[str, Any], where: str) -> QuestionText:
    kind = fields.get("kind")
    if kind not in KINDS:
        raise QuestionFileError(f"{where}: kind is {kind!r}. Give one of {', '.join(KINDS)}.")
    options = fields.get("options") or []
    if not isinstance(options, list) or not all(isinstance(each, str | int | float) for each in options):
        raise QuestionFileError(f"{where}: options aren't a list of texts. Write them as a list.")
    title = _text(fields, "title", where)
    if not title.strip():
        raise QuestionFileError(f"{where}: there is no title. Give the question itself as title.")
    default = fields.get("default_outcome")
    if isinstance(default, bool):  # YAML reads a bare yes as true
        default = "yes" if default else "no"
    if default is not None and not isinstance(default, str):
        raise QuestionFileError(f"{where}: default_outcome is {default!r}. Give yes, no or nothing.")
    return QuestionText(
        kind=kind,
        title=title,
        options=tuple(map(str, options)),
        default_outcome=default.lower() if default else None,
        criteria=_text(fields, "criteria", where),
        fine_print=_text(fields, "fine_print", where),
        source=_text(fields, "source", where),
        opens_at=_moment(fields, "opens_at", where),
        closes_at=_moment(fields, "closes_at", where),
        resolves_at=_moment(fields, "resolves_at", where),
    )


def _text(fields: Mapping[str, Any], name: str, where: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise QuestionFileError(f"{where}: {name} is {value!r}. Give a text.")
    if len(value) > LONGEST_TEXT:
        raise QuestionFileError(
            f"{where}: {name} has {len(value):,} characters; at most {LONGEST_TEXT:,} are read. Shorten it."
        )
    return value


def _moment(fields: Mapping[str, Any], name: str, where: str) -> datetime | None:
    """Read a moment; a day means its start, and what names no zone is UTC."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        at = None
    if isinstance(at, date) and not isinstance(at, datetime):
        at = datetime.combine(at, time())
    if not isinstance(at, datetime):
        raise QuestionFileError(
            f"{where}: {name} is {value!r}. Give a moment such as 2027-06-30T12:00:00+00:00."
        )
    return at if at.tzinfo else at.replace(tzinfo=UTC)
