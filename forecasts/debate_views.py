"""What looking back on a debate gives: frozen values for cards, never rows."""

from dataclasses import dataclass

from forecasts.deliberation.groups import are_apart
from forecasts.models import Side


@dataclass(frozen=True, slots=True)
class Shift:
    """How the group moved between its sealed round and the end of the last call.

    Parameters
    ----------
    before, after
        Medians of the members who gave both, in [0, 1].
    moved, members
        How many of them moved by ten points or more, and how many they are.
    """

    before: float
    after: float
    moved: int
    members: int


@dataclass(frozen=True, slots=True)
class Camps:
    """The lower and the upper group of a question's sealed round.

    Parameters
    ----------
    lower_size, upper_size
        How many members each has.
    lower_before, upper_before
        Medians of their sealed forecasts, in [0, 1].
    lower, upper
        Medians of what they held at the end of the last call; None if nobody of a group held anything.
    """

    lower_size: int
    upper_size: int
    lower_before: float
    upper_before: float
    lower: float | None
    upper: float | None

    @property
    def is_apart(self) -> bool:
        """Whether they were thirty points apart at the end as well."""
        return self.lower is not None and self.upper is not None and are_apart(self.lower, self.upper)


@dataclass(frozen=True, slots=True)
class ArgumentReview:
    """What became of an argument, together with those merged into it.

    Parameters
    ----------
    by
        An alias, or the document it comes from.
    author_id, user_id
        The member who wrote it, and their Discord user if they chose to be named.
    readers, raters, convinced
        Members it was shown to other than its author; those who judged it; those it convinced.
    moved, median_points, persuasion
        Members whose forecast it moved for good, the median of the points they credit it with, and the sum.
    bridge, is_bridge
        Its bridge score in (0, 1), None without two groups, and whether it convinced both.
    insight
        In Brier, once resolved and if a move was credited to it: above 0 it made forecasts better.
    """

    id: int
    side: Side
    text: str
    by: str
    author_id: int | None
    user_id: int | None
    readers: int
    raters: int
    convinced: int
    moved: int
    median_points: float | None
    persuasion: float
    bridge: float | None
    is_bridge: bool
    insight: float | None


@dataclass(frozen=True, slots=True)
class DebateReview:
    """What a debate did, once its last call is over; everything is empty below five sealed forecasts."""

    question_id: int
    number: int | None
    title: str
    is_thin: bool
    shift: Shift | None = None
    camps: Camps | None = None
    arguments: tuple[ArgumentReview, ...] = ()

    def moved_most(self, side: Side | None = None) -> ArgumentReview | None:
        """Return the argument (of a side) that has the greatest persuasion, if any; of equals the oldest."""
        moved = [each for each in self.arguments if each.persuasion > 0 and side in {None, each.side}]
        return max(moved, key=lambda each: each.persuasion, default=None)

    @property
    def convinced_both(self) -> ArgumentReview | None:
        """The best bridge among the arguments that may be called one; of equals the oldest."""
        bridges = [each for each in self.arguments if each.is_bridge]
        return max(bridges, key=lambda each: each.bridge or 0.0, default=None)
