"""What the reads of documents and claims give back: frozen values, never rows."""

from dataclasses import dataclass
from datetime import datetime

from claims.pipeline import Claim
from forecasts.models import Kind
from forecasts.questions import Wording

FEED_STOPPED = "feed stopped"  # what a note to moderators announces


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document in a list, how many claims it has, and how many of them nobody has decided about."""

    document_id: int
    title: str
    at: datetime
    claims: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Added:
    """A document just stored; what became of the claims of the one whose place it took.

    Attributes
    ----------
    replaced
        Title of that one; empty where it took no place.
    standing, gone
        How many of its claims the new one still says, and how many it no longer says.
    same_name_id
        A document of the same name that it may be a new version of, None if there is none.
    """

    document_id: int
    title: str
    replaced: str = ""
    standing: int = 0
    gone: int = 0
    same_name_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim as moderators review it: where it stands, what it is about, and its scores.

    Attributes
    ----------
    title, url
        Of its document.
    is_waiting
        Whether nobody has decided about it.
    is_gone
        Whether its document no longer says it.
    """

    claim_id: int
    document_id: int
    title: str
    url: str
    topic: str
    claim: Claim
    is_waiting: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """The draft of a question as it would be stored; blanks stand in its texts.

    ``note`` says what the optional model did; empty where it wasn't asked.
    """

    wording: Wording
    closes_at: datetime
    resolves_at: datetime
    default_outcome: int | None
    incomplete: tuple[str, ...] = ()
    note: str = ""

    kind = Kind.BINARY

    @property
    def title(self) -> str:
        """The question itself."""
        return self.wording.title

    @property
    def criteria(self) -> str:
        """How it resolves."""
        return self.wording.criteria

    @property
    def fine_print(self) -> str:
        """Edge cases."""
        return self.wording.fine_print

    @property
    def source(self) -> str:
        """Who publishes the outcome."""
        return self.wording.source


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that bears on a question or claim; ``confirmed`` is what a moderator said of the tension."""

    claim_id: int
    text: str
    title: str
    url: str
    speaker: str | None
    confidence: float
    reason: str
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class Passages:
    """What was read for and against something, and what is about the same; surest first."""

    pro: tuple[Passage, ...]
    con: tuple[Passage, ...]
    related: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A watched feed in a list; ``note`` says why its last reading failed."""

    feed_id: int
    title: str
    url: str
    checked_at: datetime | None
    due_at: datetime | None
    failures: int
    note: str
