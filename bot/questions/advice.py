"""What the linter would change in a question, as advice to the moderator who writes or opens it."""

from datetime import datetime
from typing import Protocol

from bot.ui.text import brief, single_line
from claims.lint import QuestionText, Severity, lint
from forecasts.models import Kind

FINDINGS_SHOWN, FINDING_SHOWN = 6, 240


class Worded(Protocol):
    """A card or a stored question."""

    @property
    def kind(self) -> Kind: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def criteria(self) -> str: ...  # noqa: D102
    @property
    def fine_print(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def closes_at(self) -> datetime | None: ...  # noqa: D102


def advice_on(question: Worded, *, now: datetime, heading: str = "Before opening") -> tuple[str, ...]:
    """Lines to show under a question, escaped; none where there is nothing to correct.

    Nothing here keeps a question from being opened: a moderator may know better.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> thesis = dict(kind=Kind.THESIS, criteria="", fine_print="", source="", closes_at=None)
    >>> advice_on(SimpleNamespace(title="Is tea better than coffee?", **thesis), now=datetime.max)
    ('**Before opening**', '• A thesis is a sentence one can dispute. Write it without a question mark.')
    """
    said = QuestionText(
        kind=question.kind,
        title=question.title,
        criteria=question.criteria,
        fine_print=question.fine_print,
        source=question.source,
        opens_at=now,
        closes_at=question.closes_at,
    )
    findings = sorted(lint(said), key=lambda finding: finding.severity is Severity.ADVICE)
    if not findings:
        return ()
    lines = [f"• {brief(single_line(finding.text), FINDING_SHOWN)}" for finding in findings[:FINDINGS_SHOWN]]
    more = len(findings) - FINDINGS_SHOWN
    return (f"**{heading}**", *lines, *([f"-# and {more} more"] if more > 0 else []))
