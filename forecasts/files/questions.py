"""The file of questions: what was asked, over which window, and what came true."""

from dataclasses import dataclass

from forecasts.files.rows import ForecastFileError, microseconds, read_rows
from forecasts.probability import quoted
from forecasts.scoring.batch import NO_SPOT

REQUIRED = ("id", "kind", "options", "opens_at", "closes_at", "known_at", "outcome")
OPTIONAL = ("spot_at",)


@dataclass(frozen=True, slots=True)
class FiledQuestion:
    """A question as its file states it.

    Attributes
    ----------
    id, kind
        Its name, and "binary", "choice" or "ladder".
    categories, width
        K outcomes, forecast with so many numbers.
    opens_at, end
        The scoring window [opens_at, end) in microseconds.
    outcome
        An index as in `brier_scores`; -1 without one.
    spot_at
        The spot instant in microseconds, or `NO_SPOT`.
    skipped
        Why it can't be scored; empty if it can.
    """

    id: str
    kind: str
    categories: int
    width: int
    opens_at: int
    end: int
    outcome: int
    spot_at: int
    skipped: str


def read_questions(file: str) -> list[FiledQuestion]:
    """Read the questions, in the order of the file.

    Parameters
    ----------
    file
        A path; columns `id,kind,options,opens_at,closes_at,known_at,outcome` and optionally `spot_at`.

    Raises
    ------
    ForecastFileError
        At the first row that can't be read.
    """
    questions: list[FiledQuestion] = []
    lines: dict[str, int] = {}
    for rows in read_rows(file, REQUIRED, OPTIONAL):
        for line, *fields in zip(rows.lines, *rows.columns.values(), strict=True):
            try:
                question = _question(*fields)
                if question.id in lines:
                    raise ValueError(f"{quoted(question.id)} is on line {lines[question.id]} already.")  # noqa: TRY301
            except ValueError as error:
                raise ForecastFileError(file, str(error), line) from None
            lines[question.id] = line
            questions.append(question)
    return questions


def _question(
    name: str, kind: str, options: str, opens: str, closes: str, known: str, outcome: str, spot: str
) -> FiledQuestion:
    if not name:
        raise ValueError("the question has no id.")
    labels = _labels(kind, options)
    opens_at, end = microseconds(opens), microseconds(closes)
    if known:
        end = min(end, microseconds(known))
    skipped = ""
    if not outcome:
        skipped = "no outcome"
    elif outcome == "void":
        skipped = "void"
    elif outcome not in labels:
        raise ValueError(f"the outcome {quoted(outcome)} is none of {', '.join(map(quoted, labels))}.")
    elif end <= opens_at:
        skipped = "empty window: it ends before it opens"
    return FiledQuestion(
        id=name,
        kind=kind,
        categories=len(labels),
        width={"binary": 1, "choice": len(labels), "ladder": len(labels) - 1}[kind],
        opens_at=opens_at,
        end=end,
        outcome=labels.index(outcome) if outcome in labels else -1,
        spot_at=microseconds(spot) if spot else NO_SPOT,
        skipped=skipped,
    )


def _labels(kind: str, options: str) -> list[str]:
    if kind == "binary":
        return ["no", "yes"]
    if kind not in {"choice", "ladder"}:
        raise ValueError(f"the kind {quoted(kind)} is none of binary, choice, ladder.")
    labels = options.split("|")
    if len(labels) < 2 or "" in labels or len(set(labels)) < len(labels):  # noqa: PLR2004
        raise ValueError(f"the options {quoted(options)} are not two or more different labels joined by |.")
    return labels
