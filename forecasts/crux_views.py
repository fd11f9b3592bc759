"""What the reads about theses and cruxes give back: frozen values, never rows."""

from dataclasses import dataclass

from forecasts.models import Phase


@dataclass(frozen=True, slots=True)
class CruxLine:
    """A question linked to a thesis, and how it stands. What is sealed is None here already.

    Parameters
    ----------
    outcome
        Of a resolved question: 1 for YES, 0 for NO.
    median
        What the question stands at, in [0, 1].
    share
        The part of the groups' gap in the thesis that its outcome would close, in (0, 1]; None below.
    answered
        How many members said what either outcome would do to their credence.
    """

    link_id: int
    number: int
    title: str
    phase: Phase
    outcome: int | None
    median: float | None
    share: float | None
    answered: int


@dataclass(frozen=True, slots=True)
class CruxEntry:
    """A linked question for one member, with what they said: (credence if YES, credence if NO), or None."""

    line: CruxLine
    own: tuple[float, float] | None
    takes_answers: bool


@dataclass(frozen=True, slots=True)
class NamedCrux:
    """An argument that several readers called a crux."""

    argument_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Cruxes:
    """What a question turns on: linked questions of a thesis and, for moderators, arguments called cruxes."""

    question_id: int
    number: int
    title: str
    is_thesis: bool
    entries: tuple[CruxEntry, ...]
    named: tuple[NamedCrux, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What a member has just said about a crux, beside what they hold: all in [0, 1], None without one."""

    thesis_number: int
    question_number: int
    if_yes: float
    if_no: float
    probability: float | None
    credence: float | None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A crux has come out: the member's own words about it, and where they stand.

    Parameters
    ----------
    user_id
        Whom to ask; None once they are erased.
    outcome
        The one in force, None when there is none any more.
    stated
        The credence they said the outcome would lead them to.
    credence
        The one they hold now, or None.
    is_open
        Whether the thesis takes credences.
    """

    conditional_id: int
    guild_id: int
    user_id: int | None
    thesis_id: int
    thesis_number: int
    thesis_title: str
    question_number: int
    question_title: str
    outcome: int | None
    stated: float
    credence: float | None
    is_open: bool
    channel_id: int | None
    message_id: int | None
