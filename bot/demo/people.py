"""What the demo's people believe and say: drawn by lot, and the same in every run.

Whether a question comes true is drawn on its own, whoever moved where: nobody here knows it.
"""

import math
from collections.abc import Sequence
from random import Random

from forecasts.models import Side

SEED = 6
RUNGS = (2, 10, 20, 30, 40, 50, 60, 70, 80, 90, 98)
"""The buttons of a card."""

ATTENDS = {"sealed": 0.85, "late": 0.4, "rating": 0.5, "last call": 0.8, "crux": 0.7}
"""How likely somebody is there for a step of a question."""

STUBBORN, ANSWERS = 0.4, 0.8
ALREADY_AGREES, IS_WON_OVER, PASSES, IS_A_CRUX = 0.7, 0.35, 0.1, 0.15
PULL_OF_AN_ARGUMENT, PULL_OF_THE_GROUP, WOBBLE = 0.45, 0.3, 0.2

OPENINGS = (
    "As I read it,", "Look closer:", "From the other end:", "My main reason:", "Seen from outside,",
    "Simply put,", "What decides it for me:", "One thing stands out:", "In short,", "On balance,",
    "To be blunt,", "Headlines aside,",
)  # fmt: skip
REASONS = {
    Side.FOR: (
        "whoever decides this has said in public what they want, and backing out now would cost them more.",
        "the step before this one was taken without much resistance, and this one is smaller.",
        "those who would have to stop it have no reason to do so before the deadline.",
        "two sides with opposite interests describe the same movement, which is rare.",
        "nothing in the criteria asks for more than what has been announced already.",
        "earlier warnings that this would stall came and went, and it did not stall.",
        "what is quoted needs only to go on, and movements like it seldom turn within months.",
        "doing it gets cheaper with every quarter, so that waiting only makes it likelier.",
    ),
    Side.AGAINST: (
        "things of this kind stay as they are in most half-years, and nothing here says why not in this one.",
        "deadlines like this one slip more often than they hold, and nobody loses by waiting.",
        "the one who is quoted gains if it is believed, and nobody disinterested says the same.",
        "the criteria ask for a published figure, and whoever publishes it is usually late.",
        "a step in that direction would not be enough, for the threshold is far away.",
        "several conditions must hold at once, and each of them alone is no better than even.",
        "loud cases get quoted, and the quiet ones that went the other way do not.",
        "those who would have to act have other worries until after the close.",
    ),
}
REPLY = "True of most cases; here the criteria name one figure and one day, and both are nearly there."
CHALLENGE = "The linked page was changed after the close; what it said before decides, not what it says now."
DECISION = "An archived copy from before the close says the same, so the outcome stands."


def reason(side: Side, number: int) -> str:
    """Return an argument that fits any question; the first 96 of a side all differ."""
    own = REASONS[side]
    opening = OPENINGS[number % len(OPENINGS)]
    return f"{opening} {own[(number // len(OPENINGS) + number) % len(own)]}"


def dice(*what: object) -> Random:
    """Return dice of their own for a decision, so that none depends on how many were made before it."""
    return Random(":".join(map(str, (SEED, *what))))  # noqa: S311 (a story, no secret)


def comes_true(title: str) -> bool:
    """Say how a question comes out."""
    return dice("outcome", title).random() < _chance(title)


def attends(name: str, title: str, step: str) -> bool:
    """Whether somebody is there for a step of a question."""
    return dice(step, name, title).random() < ATTENDS[step]


def answers(name: str, title: str) -> bool:
    """Whether somebody who moved says what moved them."""
    return dice("answers", name, title).random() < ANSWERS


def first_number(name: str, title: str) -> int:
    """Return what somebody says alone, in percent: a blurred look at the chance, bent by their camp."""
    own = dice("alone", name, title)
    bent = dice("camp", name).choice((-1, 1)) * dice("split", title).choice((0.2, 0.8, 1.3))
    return nearest_rung(0.6 * _log_odds(100 * _chance(title)) + bent + own.gauss(0, 0.5))


def next_number(name: str, title: str, *, held: float, median: float, won_over: int) -> int | None:
    """Return what somebody says after reading, in percent, or None if they stay.

    Parameters
    ----------
    held, median
        Their own number and the group's, in percent.
    won_over
        How many arguments for convinced them, minus those against.
    """
    own = dice("again", name, title, held)
    if own.random() < STUBBORN:
        return None
    pull = PULL_OF_AN_ARGUMENT * won_over + PULL_OF_THE_GROUP * (_log_odds(median) - _log_odds(held))
    number = nearest_rung(_log_odds(held) + pull + own.gauss(0, WOBBLE))
    return number if number != held else None


def verdict(name: str, words: str, *, agrees: bool) -> str:
    """Return the button somebody presses under an argument."""
    own = dice("verdict", name, words)
    if own.random() < PASSES:
        return "Pass"
    if own.random() > (ALREADY_AGREES if agrees else IS_WON_OVER):
        return "Not"
    return "Crux" if own.random() < IS_A_CRUX else "Convincing"


def conditionals(name: str, title: str, credence: float) -> tuple[int, int]:
    """Return what a credence becomes if a crux comes true, and if not, in percent: both camps give way."""
    own = dice("crux", name, title)
    return (
        round(credence + own.uniform(0.3, 0.6) * (90 - credence)),
        round(credence - own.uniform(0.3, 0.6) * (credence - 10)),
    )


def middle(numbers: Sequence[float]) -> float:
    """Return the median."""
    ranked, half = sorted(numbers), len(numbers) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def nearest_rung(log_odds: float) -> int:
    """Return the button nearest to log-odds.

    Examples
    --------
    >>> nearest_rung(0.0), nearest_rung(1.0), nearest_rung(-9.0)
    (50, 70, 2)
    """
    percent = 100 / (1 + math.exp(-log_odds))
    return min(RUNGS, key=lambda rung: abs(rung - percent))


def _chance(title: str) -> float:
    return 0.05 + 0.9 * dice("chance", title).betavariate(1.5, 1.5)


def _log_odds(percent: float) -> float:
    held = min(max(percent, 1), 99)
    return math.log(held / (100 - held))
