"""What the reads give back: frozen values for cards and tables, never rows."""

from dataclasses import dataclass
from datetime import datetime

from forecasts.crux_views import CruxLine
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
class ArgumentEntry:
    """An argument in a list.

    Parameters
    ----------
    by
        An alias, or the document it comes from.
    user_id
        Its author, once the last call is over and if they chose to be named.
    is_own
        Whether the reader wrote it.
    reply_to
        The argument it answers, or None.
    hidden_because
        Why a moderator hid it, which only its author reads; empty while it is shown.
    """

    id: int
    side: Side
    text: str
    source: str
    by: str
    user_id: int | None
    is_own: bool
    reply_to: int | None = None
    hidden_because: str = ""


@dataclass(frozen=True, slots=True)
class RatingSheet:
    """One argument to rate, under its author's alias; None when there is nothing (more) to rate.

    Parameters
    ----------
    answers
        What the argument replies to; empty if it is no reply.
    rated, of
        How many of the others' arguments the member has rated, and how many there are.
    position
        The place of this one in the order of rating, from 1.
    last_rated
        The argument they rated before this one, to go back to.
    """

    question_id: int
    number: int | None
    rated: int
    of: int
    position: int
    last_rated: int | None
    argument: ArgumentLine | None = None
    source: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class MoveBoxes:
    """What a member may tick under "What moved you?": the arguments they were shown, best first.

    Parameters
    ----------
    forecast_id
        The move: the forecast that differs from the one before it by ten points or more.
    before, after
        The probabilities, in [0, 1].
    own
        Which of the arguments are the member's own; they don't count.
    """

    forecast_id: int
    before: float
    after: float
    arguments: tuple[ArgumentLine, ...]
    own: frozenset[int]


@dataclass(frozen=True, slots=True)
class CreditedMove:
    """What became of the ticked boxes: those that count share the move equally.

    Parameters
    ----------
    counted
        Names of the boxes that are stored.
    refused
        For each of the others a sentence that says why it doesn't count.
    """

    counted: tuple[str, ...]
    refused: tuple[str, ...]


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
class PointsMove:
    """A member's points before and after a correction; None where they had no score."""

    user_id: int
    before: float | None
    after: float | None

    @property
    def change(self) -> float:
        """By how many points they moved; no score counts as none."""
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True, slots=True)
class Correction:
    """What overturning a resolution changed: the median's Brier scores (0 is best), the largest moves."""

    outcome_before: int
    median_brier_before: float | None
    median_brier_after: float | None
    moves: tuple[PointsMove, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a question's card may show; what is sealed is None or empty here already.

    Parameters
    ----------
    edit_note, edited_at
        Why and when its wording was last changed.
    decision_note
        What the moderator said who decided a challenge to its last proposal.
    void_note
        What the moderator said who voided it.
    correction
        What changed if its resolution was overturned.
    cruxes
        Of a thesis: the questions linked to it, those that would close most of the gap first.
    """

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
    edit_note: str = ""
    edited_at: datetime | None = None
    decision_note: str = ""
    void_note: str = ""
    correction: Correction | None = None
    cruxes: tuple[CruxLine, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in a list: nothing here is ever sealed."""

    question_id: int
    number: int | None
    title: str
    phase: Phase
    ends_at: datetime | None
    forecasters: int
    kind: Kind = Kind.BINARY


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
    kind: Kind = Kind.BINARY


@dataclass(frozen=True, slots=True)
class MyResult:
    """A member's own scores on a resolved question."""

    brier: float
    peer_brier: float
    coverage: float
    forecasts: int
