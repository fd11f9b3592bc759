"""What the reads give back: frozen values for cards and tables, never rows."""

from dataclasses import dataclass
from datetime import datetime

from forecasts.models import Kind, Phase, Preset, Side


@dataclass(frozen=True, slots=True)
class Crowd:
    """The forecasts in force, added up.

    Parameters
    ----------
    forecasts
        How many.
    median, low, high
        The median and the middle half of the probabilities, in [0, 1].
    histogram
        Counts in [0, .2), [.2, .4), [.4, .6), [.6, .8) and [.8, 1].
    """

    forecasts: int
    median: float
    low: float
    high: float
    histogram: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ArgumentLine:
    """An argument as readers see it: ``by`` is an alias, or the document it comes from."""

    id: int
    side: Side
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class ResolutionLine:
    """A proposed or final outcome with its evidence; ``by_user`` is None for the bot.

    ``proposer_forecast`` is what the proposer had forecast, and None while that is sealed.
    """

    outcome: int
    evidence_url: str
    note: str
    known_at: datetime | None
    by_user: int | None
    proposer_forecast: float | None
    challenge: str


@dataclass(frozen=True, slots=True)
class Best:
    """One of a question's best forecasters: points against the others, and Brier score."""

    user_id: int
    peer_brier: float
    brier: float


@dataclass(frozen=True, slots=True)
class Results:
    """How the crowd did on a resolved question: Brier scores in [0, 1], 0 is best."""

    median: float | None
    blind_median: float | None
    median_brier: float
    pool_brier: float
    uniform_brier: float
    members: int
    best: tuple[Best, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a question's card may show; what is sealed is None or empty here already."""

    question_id: int
    number: int | None
    kind: Kind
    title: str
    criteria: str
    fine_print: str
    source: str
    quote: str
    quote_source: str
    phase: Phase
    preset: Preset | None
    phase_ends_at: datetime | None
    closes_at: datetime | None
    is_revealed: bool
    forecasters: int
    crowd: Crowd | None
    arguments: tuple[ArgumentLine, ...]
    resolution: ResolutionLine | None
    results: Results | None
    void_reason: str
    channel_id: int | None
    message_id: int | None


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in a list: nothing here is ever sealed."""

    question_id: int
    number: int | None
    title: str
    phase: Phase
    ends_at: datetime | None
    forecasters: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a member stands on a question: their own forecast, and the numbers they may see."""

    question_id: int
    number: int | None
    phase: Phase
    phase_ends_at: datetime | None
    closes_at: datetime | None
    forecast: float | None
    crowd: Crowd | None


@dataclass(frozen=True, slots=True)
class MyResult:
    """A member's own scores on a resolved question."""

    brier: float
    peer_brier: float
    coverage: float
    forecasts: int
