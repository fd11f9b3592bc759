"""``crux claims lint``: whether questions are fit to open."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from claims.lint import Finding, Severity, is_fit, lint
from claims.linting.reading import FiledQuestion, QuestionFileError, read_questions

MAX_BYTES = 1_000_000


def lint_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSON, JSON Lines or YAML, at most 1 MB.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, one object a question.")] = False,
) -> None:
    """Say what keeps questions from being fit to open; exit status 1 when one isn't, 2 for bad input."""
    try:
        questions = read_questions(_read(file), file)
    except QuestionFileError as error:
        typer.echo(f"crux: {error}", err=True)
        raise typer.Exit(2) from None
    now = datetime.now(UTC)
    judged = [(each, lint(each.text, now=now)) for each in questions]
    if as_json:
        sys.stdout.write("".join(_as_json(each, findings) for each, findings in judged))
        sys.stdout.flush()  # a reader that left is noticed here, where the command line answers it quietly
    else:
        for each, findings in judged:
            _echo(each, findings)
        fit = sum(is_fit(findings) for _, findings in judged)
        typer.echo(f"{fit} of {len(judged)} {'is' if len(judged) == 1 else 'are'} fit to open.")
    if not all(is_fit(findings) for _, findings in judged):
        raise typer.Exit(1)


def _read(file: str) -> str:
    try:
        with Path(file).open("rb") as source:
            data = source.read(MAX_BYTES + 1)
    except OSError as error:
        why = (error.strerror or "it can't be opened").lower()
        raise QuestionFileError(
            f"{file} can't be read: {why}. Give the path of a file of questions."
        ) from None
    if len(data) > MAX_BYTES:
        raise QuestionFileError(f"{file} is larger than 1 MB. Split it.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise QuestionFileError(f"{file}, line {line}: it isn't UTF-8 text. Save it as UTF-8.") from None


def _as_json(question: FiledQuestion, findings: tuple[Finding, ...]) -> str:
    said = [
        {"fault": finding.fault, "text": finding.text, "severity": finding.severity} for finding in findings
    ]
    return json.dumps({"id": question.id, "fit": is_fit(findings), "findings": said}) + "\n"


def _echo(question: FiledQuestion, findings: tuple[Finding, ...]) -> None:
    typer.echo(f"{question.id}  {'fit' if is_fit(findings) else 'NOT FIT'}  {question.text.title}")
    for finding in findings:
        mark = "advice" if finding.severity is Severity.ADVICE else finding.fault
        typer.echo(f"    {mark}: {finding.text}")
