"""The words that tables store: one enumeration a column."""

from enum import StrEnum


class Kind(StrEnum):
    """What sort of answer a question takes."""

    BINARY = "binary"
    CHOICE = "choice"
    LADDER = "ladder"
    THESIS = "thesis"


class Phase(StrEnum):
    """Where a question stands in its life (see :mod:`forecasts.lifecycle`)."""

    DRAFT = "draft"
    BLIND = "blind"
    DEBATE = "debate"
    FINAL = "final"
    ROLLING = "rolling"
    CLOSED = "closed"
    PROPOSED = "proposed"
    RESOLVED = "resolved"
    VOID = "void"


class Preset(StrEnum):
    """How long the sealed round, the debate and the last call take."""

    STANDARD = "standard"
    EXPRESS = "express"
    ROLLING = "rolling"


class ForecastKind(StrEnum):
    """What a member could have seen when they gave a forecast."""

    BLIND = "blind"  # before any number was shown
    LATE = "late"  # the first one, after the public reveal
    GATED = "gated"  # preset rolling: given anew by somebody who has seen the numbers
    UPDATE = "update"
    FINAL = "final"  # in the last call


class Side(StrEnum):
    """Which way an argument pulls."""

    FOR = "for"
    AGAINST = "against"


class Origin(StrEnum):
    """Where an argument comes from."""

    MEMBER = "member"
    MESSAGE = "message"
    DOCUMENT = "document"


class Verdict(StrEnum):
    """What a reader thought of an argument."""

    CONVINCING = "convincing"
    NOT = "not"
    PASS = "pass"  # noqa: S105 (no password)


class Surface(StrEnum):
    """Where an argument was shown."""

    CARD = "card"
    RATING = "rating"
    LIST = "list"


class Cause(StrEnum):
    """What moved a forecast, in its author's words."""

    ARGUMENT = "argument"
    NEWS = "news"
    THINKING = "thinking"


class Ruling(StrEnum):
    """What one row of a question's resolution record says."""

    PROPOSED = "proposed"
    CHALLENGED = "challenged"
    DECIDED = "decided"
    FINAL = "final"
    OVERTURNED = "overturned"
    VOID = "void"


class VoidReason(StrEnum):
    """Why a question was taken back."""

    AMBIGUOUS = "ambiguous"
    SOURCE_GONE = "source gone"
    PREMISE_FALSE = "premise false"
    REJECTED = "rejected"
    OTHER = "other"
