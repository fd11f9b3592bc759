"""The optional model: its wording where that holds, else the rules', and a sentence that says which."""

import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from functools import cache
from importlib import resources
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from claims.draft import Draft, Thesis
from claims.families import Texts, blanks_in
from claims.links import Link
from claims.lint import QuestionText, Severity, lint
from claims.llm.checks import draft_fault, standalone_fault, verbatim
from claims.llm.client import Endpoint, EndpointError, ModelError, ModelSettings, Shape

MOST_CALLS = 12
"""For one document; afterwards the rules go on alone."""

KINDS = ("binary", "choice", "ladder")

_MOST_TIMEOUTS = 3  # for one document, all calls together
_SENTENCE, _DOCUMENT = 600, 6_000  # characters that are sent at most
_MOST_BEFORE, _MOST_PASSAGES, _MOST_QUOTES = 3, 12, 3
_FEW_WORDS = 100  # characters of the words that show a relation
_SUREST = 0.95
_LAST_YEAR = 10

T = TypeVar("T")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What the rules or the model say.

    Attributes
    ----------
    value
        Fit to be shown.
    by
        Whose it is.
    note
        One sentence for a moderator: why it isn't the model's, or what of the model's was dropped.
    """

    value: T
    by: Literal["rules", "model"]
    note: str


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class _Standalone(_Form):
    standalone: str


class _Relation(_Form):
    relation: Literal["contradict", "support", "related", "duplicate", "none"]
    confidence: float
    words_of_a: str
    words_of_b: str


class _Question(_Form):
    kind: Literal["binary", "choice", "ladder", "none"]
    title: str
    options: list[str]
    criteria: str
    fine_print: str
    source: str
    closes_on: str
    resolves_on: str
    default_outcome: Literal["yes", "no"] | None
    quotes_for: list[str]
    quotes_against: list[str]


class Model:
    """A model that may be asked, or none; made by `with_model` once for a program.

    Asking blocks, so ask in a thread that runs no event loop; several may ask at once.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._endpoint = Endpoint(settings) if settings.url else None

    @property
    def is_on(self) -> bool:
        """Whether one is configured."""
        return self._endpoint is not None

    def consultation(self) -> "Consultation":
        """Begin to ask about one document."""
        return Consultation(self._endpoint, self._settings.timeout_seconds)

    def close(self) -> None:
        """Stop what is under way in any thread; from now on the rules answer alone."""
        if self._endpoint is not None:
            self._endpoint.close()


def with_model(settings: ModelSettings | None = None) -> Model:
    """Make what asks the model of some settings; without a URL it never asks, and the rules answer.

    Examples
    --------
    >>> consultation = with_model().consultation()
    >>> consultation.resolve("It works.", ["The ban is new."], "The ban works.")
    Answer(value='The ban works.', by='rules', note='No model is configured.')
    """
    return Model(settings or ModelSettings())


class Consultation:
    """What is asked about one document: at most `MOST_CALLS` times, and not after the endpoint has failed."""

    def __init__(self, endpoint: Endpoint | None, timeout_seconds: float) -> None:
        self._endpoint = endpoint
        self._timeout = timeout_seconds
        self._calls = 0
        self._seconds = _MOST_TIMEOUTS * timeout_seconds
        self._failure = ""

    def resolve(self, sentence: str, before: Sequence[str], rules: str) -> Answer[str]:
        """Say a sentence so that it can be read apart from its document.

        Parameters
        ----------
        sentence
            As it stands there.
        before
            Those just before it by the same author, the nearest last; three are read.
        rules
            What `claims.resolve.standalone` makes of it.
        """
        before = list(before)[-_MOST_BEFORE:]

        def judged(found: _Standalone) -> Answer[str]:
            said = " ".join(found.standalone.split())
            if fault := standalone_fault(said, sentence, before):
                raise ModelError(f"its sentence wasn't used, because {fault}")
            return Answer(said, "model", "Worded by the model.")

        data = {"sentence": sentence[:_SENTENCE], "before": [each[:_SENTENCE] for each in before]}
        return self._answer("resolve", data, _Standalone, judged, rules)

    def link(self, a: str, b: str, rules: Link) -> Answer[Link]:
        """Say how two claims stand to each other; words that show it must stand in each of them.

        Parameters
        ----------
        a, b
            The claims, standing alone.
        rules
            What `claims.links.relate` says of them.
        """

        def judged(found: _Relation) -> Answer[Link]:
            if not 0 <= found.confidence <= 1:
                raise ModelError("its confidence was no probability")
            words = found.words_of_a.strip(), found.words_of_b.strip()
            shows = found.relation != "none"
            if max(map(len, words)) > _FEW_WORDS:
                raise ModelError("it quoted too much of the claims")
            if shows and not (words[0] and words[1] and words[0] in a and words[1] in b):
                raise ModelError("it quoted words that the claims don't hold")
            sign = "against" if found.relation == "contradict" else "beside"
            reason = f'"{words[0]}" {sign} "{words[1]}"' if shows else "nothing in common"
            link = Link(found.relation, min(found.confidence, _SUREST), reason)
            return Answer(link, "model", "Judged by the model.")

        return self._answer("link", {"a": a[:_SENTENCE], "b": b[:_SENTENCE]}, _Relation, judged, rules)

    def draft(
        self,
        passages: Sequence[str],
        rules: Draft | Thesis,
        *,
        today: date,
        document: str = "",
        kinds: Sequence[str] = KINDS,
    ) -> Answer[Draft | Thesis]:
        """Draft a better question on a topic.

        The linter judges it as it judges the rules': one that isn't fit is used only where theirs isn't
        either and it has fewer faults. Quotes that stand nowhere in the passages or the document are dropped.

        Parameters
        ----------
        passages
            The topic's claims, verbatim; twelve are read.
        rules
            What `claims.draft` makes of them.
        today
            When the question opens.
        document
            The text around them; 6,000 characters around the first passage are read.
        kinds
            Which of `KINDS` are of use.
        """
        excerpt = _around(document, passages)
        data = {
            "today": today.isoformat(),
            "kinds": list(kinds),
            "passages": [each[:_SENTENCE] for each in passages[:_MOST_PASSAGES]],
            "document": excerpt,
            "draft": _as_data(rules),
        }

        def judged(found: _Question) -> Answer[Draft | Thesis]:
            if found.kind not in ("none", *kinds):
                raise ModelError(f"its question was a {found.kind}, which is of no use here")
            draft, dropped = _draft_of(found, rules, [*passages, document], passages, today)
            if not _better(draft, rules, today):
                raise ModelError("its draft was no fitter to open than theirs")
            note = "Drafted by the model" + (
                f"; {dropped} quotes that it made up or cut short were dropped." if dropped else "."
            )
            return Answer(draft, "model", note)

        return self._answer("draft", data, _Question, judged, rules)

    def _answer(
        self,
        use: str,
        data: dict[str, Any],
        shape: type[Shape],
        judged: Callable[[Shape], Answer[T]],
        rules: T,
    ) -> Answer[T]:
        """Ask, judge, and fall back to the rules with the reason."""
        if self._endpoint is None:
            return Answer(rules, "rules", "No model is configured.")
        prompts = _prompts()
        instructions = f"{prompts['every']['instructions']}\n{prompts[use]['instructions']}"
        try:
            seconds = self._allowance()
            started = time.monotonic()
            try:
                found = self._endpoint.ask(
                    instructions, data, shape, most_tokens=prompts[use]["most_tokens"], seconds=seconds
                )
            finally:
                self._seconds -= time.monotonic() - started
            return judged(found)
        except EndpointError as error:
            self._failure = str(error)
            return _by_rules(rules, error)
        except ModelError as error:
            return _by_rules(rules, error)

    def _allowance(self) -> float:
        """Return how long the next call may take, and count it."""
        if self._failure:
            raise ModelError(f"{self._failure}; it isn't asked again for this document")
        if self._calls >= MOST_CALLS or self._seconds <= 0:
            raise ModelError("it was asked as often as one document allows")
        self._calls += 1
        return min(self._timeout, self._seconds)


def _by_rules(rules: T, error: ModelError) -> Answer[T]:
    return Answer(rules, "rules", f"By the rules, without the model: {error}.")


@cache
def _prompts() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("claims").joinpath("data/prompts.toml").read_text(encoding="utf-8"))


def _around(document: str, passages: Sequence[str]) -> str:
    """Cut a document to what stands around the first passage."""
    place = max(document.find(passages[0]), 0) if passages else 0
    start = max(0, min(place - _DOCUMENT // 2, len(document) - _DOCUMENT))
    return document[start : start + _DOCUMENT]


def _as_data(rules: Draft | Thesis) -> dict[str, Any]:
    if isinstance(rules, Thesis):
        return {"kind": "thesis", "title": rules.title, "cruxes": list(rules.cruxes)}
    names = ("kind", "title", "options", "criteria", "fine_print", "source", "default_outcome")
    return {name: getattr(rules, name) for name in names} | {
        "closes_on": rules.closes_on.isoformat(),
        "resolves_on": rules.resolves_on.isoformat(),
    }


def _draft_of(
    found: _Question, rules: Draft | Thesis, sources: Sequence[str], passages: Sequence[str], today: date
) -> tuple[Draft, int]:
    """Make a draft of what the model said; returned with the number of quotes that were dropped."""
    if found.kind == "none":
        raise ModelError("it knows no public record that settles this")
    closes_on, resolves_on = _day(found.closes_on), _day(found.resolves_on)
    if not today < closes_on <= resolves_on or resolves_on.year > today.year + _LAST_YEAR:
        raise ModelError("its dates don't follow each other within ten years")
    texts = Texts(
        title=" ".join(found.title.split()),
        kind=found.kind,
        options=tuple(found.options),
        criteria=found.criteria.strip(),
        fine_print=found.fine_print.strip(),
        source=" ".join(found.source.split()),
        closes_on=closes_on,
        resolves_on=resolves_on,
        default_outcome=found.default_outcome,
    )
    theirs = [] if isinstance(rules, Thesis) else [rules.source, rules.criteria, rules.fine_print]
    if fault := draft_fault(texts, passages=passages, known=[*sources, *theirs]):
        raise ModelError(fault)
    quotes_for = verbatim(found.quotes_for, sources)
    quotes_against = [each for each in verbatim(found.quotes_against, sources) if each not in quotes_for]
    given = len({each.strip() for each in (*found.quotes_for, *found.quotes_against)} - {""})
    if not quotes_for and not quotes_against:
        quotes_for, quotes_against = list(rules.quotes_for), list(rules.quotes_against)
        dropped = given
    else:
        dropped = given - len(quotes_for) - len(quotes_against)
    draft = Draft(
        **vars(texts),
        incomplete=blanks_in(texts.title, texts.criteria, texts.fine_print, texts.source),
        quotes_for=tuple(quotes_for[:_MOST_QUOTES]),
        quotes_against=tuple(quotes_against[:_MOST_QUOTES]),
        base_rate="",  # the registry's belongs to the rules' question
    )
    return draft, dropped


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise ModelError("its dates were none") from None


def _better(draft: Draft, rules: Draft | Thesis, today: date) -> bool:
    """Whether the model's draft is fit, or has fewer faults than one of the rules that isn't fit either."""
    faults = _faults(draft, today)
    return not faults or (isinstance(rules, Draft) and faults < _faults(rules, today))


def _faults(draft: Draft, today: date) -> int:
    def at(day: date) -> datetime:
        return datetime.combine(day, time_of_day(23, 59), tzinfo=UTC)

    names = ("kind", "title", "options", "criteria", "fine_print", "source", "default_outcome")
    question = QuestionText(
        **{name: getattr(draft, name) for name in names},
        closes_at=at(draft.closes_on),
        resolves_at=at(draft.resolves_on),
    )
    now = datetime.combine(today, time_of_day(0), tzinfo=UTC)
    return sum(finding.severity is Severity.BLOCKS for finding in lint(question, now=now))
