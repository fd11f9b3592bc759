"""The three cards of `/learn`: what helps most, and a question from the past to practise on. Only drawing."""

from dataclasses import dataclass

from discord import ui

from bot.ui.components import CruxView, button, row, text
from bot.ui.text import percent
from forecasts.scoring.brier import brier_score

ANSWERS = (5, 20, 50, 80, 95)
YARDSTICK = "0 is best, 1 is worst; always saying 50 % gets 0.25"
GOOD, FAIR = 0.1, 0.25


@dataclass(frozen=True, slots=True)
class Lesson:
    """One card.

    Parameters
    ----------
    outcome
        What came of the practice question: 1 for YES, 0 for NO.
    afterwards
        What happened, and what can be taken from it.
    """

    title: str
    advice: str
    question: str
    outcome: int
    afterwards: str


LESSONS = (
    Lesson(
        title="Start from how often",
        advice=(
            "Before the story, ask: of all the cases like this one, how many came true? That share is the "
            "**base rate**, and the best first number.\n"
            "Then move away from it, by as much as this case really differs."
        ),
        question=(
            "Men's football World Cup, 2018. The champions before went out in the first round in 2002, 2010 "
            "and 2014, and got through in 2006. Does Germany, champion of 2014, go out in the first round?"
        ),
        outcome=1,
        afterwards=(
            "Germany went out, last of its group. “Such a strong team” made most people say 10 %; three of "
            "four champions before it had said otherwise."
        ),
    ),
    Lesson(
        title="Move in small steps",
        advice=(
            "News is rarely worth as much as it feels. Ask how likely you would see it if YES, how likely if "
            "NO: only the difference counts.\n"
            "Many moves of a few points beat one jump. Change your number whenever you learn something: it "
            "takes one click."
        ),
        question=(
            "The James Webb telescope was once planned for 2007. Mid-December 2021 it stands on its rocket; "
            "a bad cable, then the weather, move the launch by days, to the 25th. Is it launched in 2021?"
        ),
        outcome=1,
        afterwards=(
            "It was launched on 25 December 2021. Years of delay were the base rate for years; a few days' "
            "delay with the rocket ready was a small piece of news, worth a small step down."
        ),
    ),
    Lesson(
        title="Say what you mean",
        advice=(
            "You are **calibrated** if of all that you give 80 %, about 80 of 100 come true. The server's "
            "record: /calibration\n"
            "90 % means wrong one time in ten. If that often would surprise you, say 97; if not, say 80."
        ),
        question=(
            "From memory: was the Eiffel Tower in Paris finished before the Statue of Liberty was unveiled "
            "in New York?"
        ),
        outcome=0,
        afterwards=(
            "The statue was unveiled in 1886, the tower finished in 1889. Not sure? Then a number near the "
            "middle was the honest one, and cost little."
        ),
    ),
)


def lesson_view(place: int) -> CruxView:
    """Show a card with its practice question; a place beyond them counts round."""
    place %= len(LESSONS)
    lesson = LESSONS[place]
    practice = (button("learn-answer", place, rung, label=f"{rung}") for rung in ANSWERS)
    return CruxView(
        text(f"### {place + 1} of {len(LESSONS)} · {lesson.title}", lesson.advice),
        text(f"**Practice** (nothing is stored): {lesson.question}", "Your probability of YES, in percent:"),
        row(*practice),
        _steps(place),
    )


def scored_view(place: int, probability: float) -> CruxView:
    """Score an answer to a practice question at once, in words and as the sum it is."""
    place %= len(LESSONS)
    lesson = LESSONS[place]
    score = float(brier_score(probability, lesson.outcome))
    came = "YES" if lesson.outcome else "NO"
    verdict = "Very good." if score < GOOD else "Fair." if score <= FAIR else "Costly: confident and wrong."
    return CruxView(
        text(
            f"### It was {came}. You said {percent(probability)}",
            f"Brier score: ({probability:.2f} - {lesson.outcome})² = **{score:.2f}**. {verdict}",
            f"-# {YARDSTICK}.",
            lesson.afterwards,
        ),
        _steps(place, again=True),
    )


def _steps(place: int, *, again: bool = False) -> ui.ActionRow[ui.LayoutView]:
    back = button("learn", place if again else place - 1, label="Back", disabled=not again and place == 0)
    if place + 1 < len(LESSONS):
        return row(back, button("learn", place + 1, label="Next"))
    return row(back, button("next", label="Forecast a question"))
