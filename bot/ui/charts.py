"""Charts as PNG, drawn for a phone: dark like Discord, few words, big type. Call them off the event loop."""

import io
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from forecasts.history import History
from forecasts.scoring.calibration import Reliability
from forecasts.standings import Standing

BACKGROUND = "#2b2d31"
INK = "#f2f3f5"
QUIET = "#949ba4"
ACCENT = "#7c8cff"
YES_NO = ("#f0736a", "#57c28c")
WIDTH_INCHES, DOTS_PER_INCH = 6.4, 160


def history_chart(history: History) -> bytes:
    """Draw the median and the middle half over time."""
    figure, axes = _canvas(height=3.6)
    moments = date2num(history.moments)
    axes.fill_between(
        moments, list(history.low), list(history.high), step="post", color=ACCENT, alpha=0.3, linewidth=0
    )
    axes.step(moments, list(history.median), where="post", color=ACCENT, linewidth=2.4)
    if history.outcome is not None:
        colour = YES_NO[history.outcome]
        axes.axhline(history.outcome, color=colour, linewidth=2, linestyle="--")
        said, side = (("resolved NO", 6), ("resolved YES", -14))[history.outcome]
        axes.annotate(
            said,
            (moments[0], history.outcome),
            (4, side),
            textcoords="offset points",
            color=colour,
            fontsize=12,
        )
    axes.set_ylim(-0.03, 1.03)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.set_title(f"#{history.number}: median and middle half", loc="left", color=INK, fontsize=13)
    return _png(figure)


def history_alt(history: History) -> str:
    """Say in words what the chart shows."""
    first, last = history.median[0], history.median[-1]
    outcome = "" if history.outcome is None else f" It resolved {('NO', 'YES')[history.outcome]}."
    return f"Median of #{history.number} over time: from {first:.0%} to {last:.0%}.{outcome}"


def standings_chart(lines: Sequence[Standing]) -> bytes:
    """Draw each member's skill with its 95 % interval, best on top; the ranks stand for the names."""
    figure, axes = _canvas(height=1.0 + 0.36 * len(lines))
    for row, line in enumerate(lines):
        if line.low is not None and line.high is not None:
            axes.plot([line.low, line.high], [row, row], color=ACCENT, linewidth=5, alpha=0.45)
        axes.plot([line.skill], [row], "o", color=ACCENT, markersize=9)
    axes.axvline(0, color=QUIET, linewidth=1)
    axes.set_yticks(range(len(lines)), [f"{line.rank}." for line in lines])
    axes.invert_yaxis()
    axes.margins(y=0.15)
    axes.set_xlabel("skill: points a question against the others, with 95 % interval", color=QUIET)
    return _png(figure)


def standings_alt(lines: Sequence[Standing]) -> str:
    """Say in words what the chart shows."""
    said = "; ".join(f"rank {line.rank}: {line.skill:+.1f} points" for line in lines)
    return f"Skill with 95 % intervals. {said}."


def reliability_chart(curve: Reliability, band: tuple[ArrayLike, ArrayLike]) -> bytes:
    """Draw how often things came true against how likely they were called, over how often that was said."""
    figure, axes = _canvas(height=5.6)
    low, high = band
    axes.fill_between(curve.forecast, low, high, color=QUIET, alpha=0.3, linewidth=0)
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle="--")
    axes.plot(curve.forecast, curve.recalibrated, "o-", color=ACCENT, linewidth=2, markersize=6)
    axes.bar(curve.forecast, 0.2 * curve.count / curve.count.max(), width=0.015, color=ACCENT, alpha=0.5)
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(0, 1.03)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0))
    axes.set_xlabel("forecast (bars: how often it was given)", color=QUIET)
    axes.set_ylabel("came true", color=QUIET)
    return _png(figure)


def reliability_alt(curve: Reliability) -> str:
    """Say in words what the chart shows."""
    shown = [0, curve.forecast.size // 2, curve.forecast.size - 1]
    said = "; ".join(f"{curve.forecast[i]:.0%} came true {curve.recalibrated[i]:.0%}" for i in shown)
    return f"Calibration of {curve.count.sum()} forecasts. Of what was called: {said}."


def _canvas(*, height: float) -> tuple[Figure, Axes]:
    # Figures of their own, without pyplot's global state: threads may draw at the same time.
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DOTS_PER_INCH, layout="constrained")
    figure.set_facecolor(BACKGROUND)
    axes = figure.add_subplot()
    axes.set_facecolor(BACKGROUND)
    axes.tick_params(colors=INK, labelsize=11, length=0)
    axes.grid(visible=True, axis="both", color=QUIET, alpha=0.2)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure, axes


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    FigureCanvasAgg(figure)  # draws without a screen
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
