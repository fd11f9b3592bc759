"""What the lifecycle reads and what can happen to a question: values only, no rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from forecasts.models.enums import Kind, Phase, Preset
from forecasts.presets import CHALLENGE_WINDOW


class Announcement(StrEnum):
    """What a transition owes its readers."""

    OPENED = "opened"
    REJECTED = "rejected"
    MORE_TIME = "more time"
    EXTENDED = "extended"
    REVEALED = "revealed"
    LAST_CALL = "last call"
    RUNNING = "running"
    CLOSED = "closed"
    REMINDER = "reminder"
    PROPOSED = "proposed"
    CHALLENGED = "challenged"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    RESTARTED = "restarted"
    OVERTURNED = "overturned"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class State:
    """What the lifecycle knows of a question. Times are aware; ``revealed_at`` makes numbers public."""

    kind: Kind = Kind.BINARY
    phase: Phase = Phase.DRAFT
    phase_started_at: datetime | None = None
    phase_ends_at: datetime | None = None
    preset: Preset | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    resolves_at: datetime | None = None
    revealed_at: datetime | None = None
    default_outcome: int | None = None
    blind_extended: bool = False
    interrupted_phase: Phase | None = None
    interrupted_ends_at: datetime | None = None
    edition: int = 1
    resolution_version: int = 0


@dataclass(frozen=True, slots=True)
class Approve:
    """A moderator opens a draft."""

    preset: Preset


@dataclass(frozen=True, slots=True)
class Reject:
    """A moderator throws a draft away."""


@dataclass(frozen=True, slots=True)
class MakeThesis:
    """A moderator opens a draft as a debatable thesis: rounds without a close, never resolved or scored."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The phase's end has come.

    Parameters
    ----------
    forecasts
        How many members have a forecast in force; below three the sealed round is extended once.
    offline_since
        When the bot last ran, if this deadline fell into a downtime.
    window
        How long a default outcome can be challenged.
    """

    forecasts: int = 0
    offline_since: datetime | None = None
    window: timedelta = CHALLENGE_WINDOW


@dataclass(frozen=True, slots=True)
class Propose:
    """A moderator says how the question came out; unchallenged, it is resolved after ``window``."""

    window: timedelta


@dataclass(frozen=True, slots=True)
class Challenge:
    """A member who forecast disputes the proposal."""


@dataclass(frozen=True, slots=True)
class Decide:
    """A moderator decides a challenge: ``upheld`` resolves, otherwise the question goes on."""

    upheld: bool
    forecasts: int = 0


@dataclass(frozen=True, slots=True)
class ChangeMeaning:
    """The question's meaning changed: everybody starts again."""


@dataclass(frozen=True, slots=True)
class Extend:
    """Move the close; ``known_at`` is when the outcome became public, if somebody said so."""

    closes_at: datetime
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Overturn:
    """A resolution was wrong."""


@dataclass(frozen=True, slots=True)
class Void:
    """Take the question back."""


Event = (
    Approve | Reject | MakeThesis | Deadline | Propose | Challenge | Decide | ChangeMeaning | Extend
    | Overturn | Void
)  # fmt: skip
