"""One score as a derivation that a member can follow by hand."""

from bot.questions.card import OUTCOMES
from bot.ui import limits
from bot.ui.components import CruxView, text
from bot.ui.text import percent, timestamp
from forecasts.explaining import Explanation, Step

STEPS_SHOWN = 15


def explanation_view(explanation: Explanation) -> CruxView:
    """Show the steps, and how the two scores follow from them."""
    outcome = explanation.outcome
    lines = [
        f"### Why this score? #{explanation.number} resolved {OUTCOMES[outcome]}",
        f"Scored from {timestamp(explanation.opens_at, 'f')} to {timestamp(explanation.end, 'f')}.",
        f"While you held p, your Brier score was (p − {outcome})²; 0 is best, always 50 % gets 0.25.",
        *(_step(step, outcome) for step in explanation.steps[-STEPS_SHOWN:]),
    ]
    if len(explanation.steps) > STEPS_SHOWN:
        lines.insert(3, f"-# … and {len(explanation.steps) - STEPS_SHOWN} steps before these")
    lines += [
        f"**Brier {explanation.brier:.3f}**: the mean of these, each weighted by how long you held it.",
        f"**{explanation.peer_brier:+.1f} points**: the sum of the points.",
        "-# At each moment: the others' mean Brier minus yours, times 100 and the share of the time.",
        f"Coverage {explanation.coverage:.0%}: the share of the time in which you had a forecast.",
    ]
    return CruxView(text(limits.truncate("\n".join(lines), limits.LAYOUT_TEXT)))


def _step(step: Step, outcome: int) -> str:
    return (
        f"{timestamp(step.start, 'd')} to {timestamp(step.end, 'd')}: **{percent(step.probability)}** → "
        f"({step.probability:.3g} − {outcome})² = {step.brier:.3f} · median then {percent(step.median)} · "
        f"{step.points:+.1f} points"
    )
