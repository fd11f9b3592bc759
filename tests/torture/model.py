"""The life of one question in plain Python, without SQL or ``forecasts``. Times are seconds since 1970."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.torture.model_scores import Given, scores_of

HOUR, DAY, WEEK = 3_600, 86_400, 604_800
ROUNDS = {"standard": (24, 72, 24), "express": (6, 12, 6), "rolling": (0, 0, 0)}  # hours
PHASES = ("blind", "debate", "final", "rolling")
WINDOW = 48 * HOUR


@dataclass
class Question:
    """A question, and everything that may be known of it."""

    id: int
    community: int
    number: int
    kind: str
    categories: int
    preset: str
    opens: int
    closes: int
    resolves: int
    default: int | None
    phase: str = "blind"
    started: int = 0
    ends: int | None = None
    is_revealed: bool = False
    is_extended: bool = False
    interrupted: tuple[str, int | None] | None = None
    edition: int = 1
    version: int = 0
    given: list[Given] = field(default_factory=list)
    proposal: tuple[int, int | None, int | None] | None = None  # outcome, known, who
    challenged: int | None = None
    outcomes: dict[int, tuple[int, int | None, int]] = field(default_factory=dict)  # by version
    scores: dict[tuple[int, int], tuple[float, float, float]] = field(default_factory=dict)
    record: list[tuple[int, str]] = field(default_factory=list)
    aloud: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[tuple[str, ...]] = field(default_factory=list)

    def length(self, phase: str) -> int:
        """Return how long a round takes, in seconds."""
        return ROUNDS[self.preset][PHASES.index(phase)] * HOUR

    def enter(self, phase: str, at: int, ends: int | None) -> None:
        """Stand in a phase from a moment on."""
        self.phase, self.started, self.ends = phase, at, ends

    def in_force(self) -> list[Given]:
        """Return each member's last word of this edition, if it was no withdrawal."""
        last = {each.member: each for each in self.given if each.edition == self.edition}
        return [each for each in last.values() if each.probabilities is not None]

    def takes_forecasts(self, now: int) -> bool:
        """Whether anything can be said about it now."""
        return self.phase in PHASES and now < self.closes

    def settle(self, outcome: int, known: int | None, now: int, ruling: str) -> None:
        """Write down an outcome under the present version, and its scores."""
        self.outcomes[self.version] = (outcome, known, now)
        self.record.append((self.version, ruling))
        end = self.closes if known is None else min(self.closes, known)
        mine = [each for each in self.given if each.edition == self.edition]
        scores = scores_of(self.kind, self.categories, mine, outcome, self.opens, end)
        self.scores |= {(self.version, member): score for member, score in scores.items()}

    def say(self, *said: str) -> None:
        """Owe readers one message about all that happened at once, and moderators another."""
        aloud = tuple(each for each in said if each not in {"more time", "extended", "closed", "reminder"})
        notes = tuple(each for each in said if each in {"reminder", "challenged"})
        self.aloud += [aloud] if aloud else []
        self.notes += [notes] if notes else []

    def pass_deadlines(self, now: int, offline_since: int | None = None) -> list[str]:
        """Move through every end that has come, and return what that announces."""
        said: list[str] = []
        while self.ends is not None and self.ends <= now:
            at, length = self.ends, self.ends - self.started
            missed = offline_since is not None and 2 * offline_since <= 2 * at - length
            later = now + min(length, 6 * HOUR)
            if self.phase != "proposed":
                later = min(later, self.closes)
            if missed and self.phase != "closed" and later > now:
                self.ends = later
                said.append("more time")
                continue
            said.append(self._pass(at, now))
        return said

    def _pass(self, at: int, now: int) -> str:
        if self.phase == "blind":
            longer = min(at + self.length("blind"), self.closes)
            if len(self.in_force()) < 3 and not self.is_extended and longer > at:
                self.ends, self.is_extended = longer, True
                return "more time"
            self.is_revealed = True
            self.enter("debate", at, min(at + self.length("debate"), self.closes))
            return "revealed"
        if self.phase == "debate":
            self.enter("final", at, min(at + self.length("final"), self.closes))
            return "last call"
        if self.phase == "final":
            self.enter("rolling", at, self.closes)
            return "running"
        if self.phase == "rolling":
            self.is_revealed = True
            self.enter("closed", at, max(self.resolves, at))
            return "closed"
        if self.phase == "closed":
            if self.default is None:
                self.ends = reminder(self.resolves, now)
                return "reminder"
            self.propose(self.default, None, None, now)
            return "proposed"
        self.resolve(now)
        return "resolved"

    def propose(self, outcome: int, known: int | None, who: int | None, now: int) -> None:
        """Wait for a challenge."""
        self.interrupted, self.version = (self.phase, self.ends), self.version + 1
        self.proposal, self.challenged = (outcome, known, who), None
        self.record.append((self.version, "proposed"))
        self.enter("proposed", now, now + WINDOW)

    def resolve(self, now: int) -> None:
        """Let the proposal stand."""
        assert self.proposal is not None
        self.is_revealed = True
        self.enter("resolved", now, None)
        outcome, known, _ = self.proposal
        self.settle(outcome, known, now, "final")

    def resume(self, now: int) -> list[str]:
        """Go back to what the proposal interrupted, as far as it has got by now."""
        assert self.interrupted is not None
        proposed_at, (phase, ends) = self.started, self.interrupted
        self.enter(phase, now, ends)
        self.interrupted = None
        if phase != "closed":
            said = []
            while self.phase in PHASES and self.ends is not None and self.ends <= now:
                said.append(self._pass(self.ends, now))
            return ["resumed", *said]
        if ends is None or ends <= proposed_at:
            self.default = None  # it was this very default that was refused
        if self.default is None:
            self.ends = reminder(self.resolves, now)
        return ["resumed"]


def reminder(resolves: int, now: int) -> int:
    """Return when moderators hear of it next: after 0, 1, 3 and 7 days, then each week."""
    days = 0
    while resolves + days * DAY <= now:
        days = {0: 1, 1: 3, 3: 7}.get(days, days + 7)
    return resolves + days * DAY


def preset_for(wanted: str | None, now: int, closes: int) -> str:
    """Return the rounds that fit before the close, unless some were chosen."""
    if wanted is not None:
        return wanted
    fits = "standard" if closes - now >= 10 * DAY else "express"
    return fits if now + sum(ROUNDS[fits]) * HOUR <= closes else "rolling"


def iso_week(moment: int) -> str:
    """Name a week as in 2026-W47."""
    year, week, _ = datetime.fromtimestamp(moment, UTC).isocalendar()
    return f"{year}-W{week:02}"
